package lines

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// soak holds a long meeting with a fast and one with a slow clock.
func soak(t *testing.T) (all []SoakResult) {
	for _, ppm := range []float64{200, -200} {
		synctest.Test(t, func(t *testing.T) {
			r, err := Soak{Loop: loop(t), For: *soaking, PPM: ppm, Seed: *seed}.Run(context.Background())
			if err != nil {
				t.Error(err)
			}
			all = append(all, r)
			fmt.Printf("soak %+v\n", r)
		})
	}
	return all
}

func TestSoak(t *testing.T) {
	for _, r := range soak(t) {
		if r.Longest > 10*time.Second {
			t.Errorf("%+.0f ppm: no voice for %v", r.PPM, r.Longest)
		}
		if r.Delay[1] > r.Delay[0]+300 {
			t.Errorf("%+.0f ppm: the delay grew from %.0f to %.0f ms", r.PPM, r.Delay[0], r.Delay[1])
		}
		if r.Heap[1] > r.Heap[0]+4 || r.Goroutines[1] > r.Goroutines[0]+10 {
			t.Errorf("%+.0f ppm: memory grew: %+v", r.PPM, r)
		}
	}
}

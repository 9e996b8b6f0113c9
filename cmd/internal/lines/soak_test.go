package lines

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// lostForGood is a silence, outages not counted, that nobody would wait for.
const lostForGood = 30 * time.Second

// racing is how many goroutines the dials of a search may have at the moment that is looked at; goleak sees to it that they end.
const racing = 150

// soak holds a long meeting with a fast and one with a slow clock.
func soak(t *testing.T) (all []SoakResult) {
	for _, ppm := range []float64{200, -200} {
		bubble(t, func(t *testing.T) {
			r, err := Soak{Loop: loop(t), For: *soaking, PPM: ppm, Seed: *seed, Beside: *aside, Sites: *sites}.Run(context.Background())
			if err != nil {
				t.Error(err)
			}
			all = append(all, r)
			fmt.Printf("soak of %v, %+.0f ppm: %.1f %% silent, delay %.0f → %.0f ms, longest silence %.1f s, heap %.1f → %.1f MB\n",
				r.For, ppm, 100*r.Missing, r.Delay[0], r.Delay[1], r.Longest.Seconds(), r.Heap[0], r.Heap[1])
		})
	}
	return all
}

func TestSoak(t *testing.T) {
	for _, r := range soak(t) {
		holds(t, r)
	}
}

// holds says whether a soak ended as it began, and the voice always came back.
func holds(t *testing.T, r SoakResult) {
	t.Helper()
	if r.Longest > lostForGood {
		t.Errorf("%+.0f ppm: no voice for %v", r.PPM, r.Longest)
	}
	if r.Delay[1] > r.Delay[0]+300 {
		t.Errorf("%+.0f ppm: the delay grew from %.0f to %.0f ms", r.PPM, r.Delay[0], r.Delay[1])
	}
	if r.Heap[1] > r.Heap[0]+4 || r.Goroutines[1] > r.Goroutines[0]+racing {
		t.Errorf("%+.0f ppm: memory grew: %+v", r.PPM, r)
	}
}

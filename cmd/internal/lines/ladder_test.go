package lines

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
)

func TestFirstLadderProbe(t *testing.T) {
	for _, up := range []bool{false, true} {
		inTown(t, func(k *town) {
			line := k.line(impaired(2000, 20*time.Millisecond, 0, 0))
			shows := k.visit("Chủ tọa", nil)
			sees := k.visitOn(line, "Xã", nil)
			if up {
				shows, sees = sees, shows
			}
			defer shows.talk(t)()
			time.Sleep(5 * time.Second)
			defer shows.films(t)()
			began := time.Now()
			sees.watches(t, 5)
			seen := map[codec.Layer]time.Duration{}
			for range 600 {
				from := time.Now()
				time.Sleep(50 * time.Millisecond)
				for l := range sees.sees(shows, from).Layers {
					if seen[l] == 0 {
						seen[l] = time.Since(began)
						t.Log(up, l, seen[l], shows.VideoPlan())
					}
				}
			}
		})
	}
}

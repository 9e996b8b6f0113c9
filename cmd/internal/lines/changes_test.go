package lines

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/transport/transporttest"
)

// A line that was good becomes long, thin and lossy: what it had shown by then says nothing of it, and a longer path is no queue.
func TestPicturesWhenALineBecomesThin(t *testing.T) {
	for _, r := range thin {
		for _, way := range []string{"to a page", "from a page"} {
			t.Run(r.name+" "+way, func(t *testing.T) {
				inTown(t, func(k *town) {
					line := k.line(transporttest.Impairment{})
					chair, site := k.visit("Chủ tọa", nil), k.visitOn(line, "Xã", nil)
					shows, sees, rate := chair, site, r.down
					if way == "from a page" {
						shows, sees, rate = site, chair, r.up
					}
					defer shows.talk(t)()
					defer shows.films(t)()
					sees.watches(t, 5)
					time.Sleep(3 * time.Second)
					if err := line.Set(r.line, r.line); err != nil {
						t.Error(err)
					}
					time.Sleep(20 * time.Second)
					from := time.Now()
					time.Sleep(time.Minute)
					saw, missing := sees.sees(shows, from), gaps(sees.note.of(sees.publication(shows), from))
					t.Logf("%.1f frames/s, %v, longest %v, frozen %v; voice: %v missing", saw.Rate, saw.Layers, saw.Longest, saw.Frozen, missing)
					if saw.Rate < rate/2.5 || saw.Longest > max(r.longest, 8*time.Second) || missing > 3*time.Second {
						t.Errorf("%.1f frames/s, %v, longest %v; of the voice %v missing", saw.Rate, saw.Layers, saw.Longest, missing)
					}
				})
			})
		}
	}
}

package lines

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/transport/transporttest"
)

// A line that was good becomes long, thin and lossy: what it had shown by then says nothing of it. A longer path is no queue.
func TestPicturesWhenALineBecomesThin(t *testing.T) {
	for _, r := range thin {
		for _, way := range []string{"to a page", "from a page"} {
			t.Run(r.name+" "+way, func(t *testing.T) {
				inTown(t, func(k *town) {
					line := k.line(transporttest.Impairment{})
					chair, site := k.visit("Chủ tọa", nil), k.visitOn(line, "Xã", nil)
					shows, sees := chair, site
					if way == "from a page" {
						shows, sees = site, chair
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
					saw := k.judge(sees, shows, from)
					rate := r.down
					if way == "from a page" {
						rate = r.up
					}
					if saw.Rate < rate/2.5 || saw.Longest > max(r.longest, 8*time.Second) {
						t.Errorf("%.1f frames/s, %v, longest %v", saw.Rate, saw.Layers, saw.Longest)
					}
				})
			})
		}
	}
}

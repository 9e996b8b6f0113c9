package lines

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// Who joins on a good line sees 1280x720 within 8 s, whichever of the two the line belongs to.
func TestAGoodLineIsClimbedAtOnce(t *testing.T) {
	line := impaired(2000, 20*time.Millisecond, 0, 0)
	for _, x := range []struct {
		name         string
		shows, sees  *transporttest.Impairment // nil: beside the relay
		atMost       time.Duration
		betweenSteps time.Duration
	}{
		{"who sees", nil, &line, 8 * time.Second, 3 * time.Second},
		{"who shows", &line, nil, 8 * time.Second, 5 * time.Second},
		{"both", &line, &line, 10 * time.Second, 6 * time.Second},
	} {
		t.Run(x.name, func(t *testing.T) {
			inTown(t, func(k *town) {
				visit := func(name string, line *transporttest.Impairment) *villager {
					if line == nil {
						return k.visit(name, nil)
					}
					return k.visitOn(k.line(*line), name, nil)
				}
				shows, sees := visit("Chủ tọa", x.shows), visit("Xã", x.sees)
				defer shows.talk(t)()
				time.Sleep(5 * time.Second)
				defer shows.films(t)()
				began := time.Now()
				sees.watches(t, 5)
				var highest codec.Layer
				var took time.Duration
				for highest < codec.LayerLarge && time.Since(began) < time.Minute {
					from := time.Now()
					time.Sleep(50 * time.Millisecond)
					for l := range sees.sees(shows, from).Layers {
						if l > highest {
							since := time.Since(began)
							t.Logf("%v after %v", l, since)
							if since-took > x.betweenSteps {
								t.Errorf("%v is left after %v", highest, since-took)
							}
							highest, took = l, since
						}
					}
				}
				if highest != codec.LayerLarge || took > x.atMost {
					t.Errorf("%v after %v", highest, took)
				}
			})
		})
	}
}

package client

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

func TestHowManySessionsALineNeeds(t *testing.T) {
	now := time.Unix(0, 0)
	for _, x := range []struct {
		name      string
		out, in   float64 // share lost
		observed  float64
		received  uint64
		looks     int
		at, later int
	}{
		{"clean", 0, 0, 1000, 1000, 9, 1, 1},
		{"unknown", .5, .5, shareKnown - 1, shareKnown - 1, 9, 1, 1},
		{"lossy for a moment", .15, .15, 1000, 1000, shareSeen - 1, 1, 1},
		{"lossy hence", .15, 0, 1000, 1000, shareSeen, 2, 1},
		{"lossy here", 0, .15, 1000, 1000, shareSeen, 2, 1},
		{"bad hence", .3, .01, 1000, 1000, 1, 3, 1},
		{"bad here", .01, .3, 1000, 1000, 1, 3, 1},
	} {
		f := &further{}
		for range x.looks {
			f.update(transport.SenderStats{Loss: x.out, Observed: x.observed}, x.in, x.received, now)
		}
		if at, soon, later := f.want(now), f.want(now.Add(shareFor-1)), f.want(now.Add(shareFor)); at != x.at || soon != x.at || later != x.later {
			t.Errorf("%s: %d sessions, then %d, and %d after a minute", x.name, at, soon, later)
		}
	}
}

func TestALineThatLosesMuchIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		h.path.Loss = .35
		c, g, stop := h.join(Config{}, nil)
		first := <-g.attached
		began := time.Now()
		go speak(t, c, 0, 4000) // 80 s
		second, third := <-g.attached, <-g.attached
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("shared after %v", took)
		}
		if g.current() != first || c.Stats().Sessions != 1 {
			t.Error("a further session took control")
		}
		time.Sleep(20 * time.Second)
		if len(g.attached) > 0 || g.paths.Count() != 3 {
			t.Errorf("%d sessions", g.paths.Count())
		}
		for _, v := range []*visit{first, second, third} {
			if n := v.near.Sent().Packets; n < 300 {
				t.Errorf("a session carried %d datagrams of some 1,500", n)
			}
			clean := transporttest.Impairment{Delay: 20 * time.Millisecond}
			if err := errors.Join(v.near.Impair(clean), v.end.Impair(clean)); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(shareFor + 20*time.Second)
		if g.paths.Count() != 1 || g.current() != first {
			t.Errorf("%d sessions on a line that is clean again", g.paths.Count())
		}
		check(t, g, stop, 4000, 1000)
	})
}

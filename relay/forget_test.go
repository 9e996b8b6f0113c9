package relay

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
)

// TestWhatIsOverIsForgotten: many publications come and go on the line of a site.
func TestWhatIsOverIsForgotten(t *testing.T) {
	inTheatre(t, func(t *testing.T, h *theatre) {
		a, b := h.sit(kbps(4000), kbps(4000)), h.sit(kbps(4000), kbps(4000))
		a.showing.askSite = func(sourceID, codec.Layer) {}
		b.watches(transport.WatchAll, 5)
		var last uint32
		for last = 100; last < 130; last++ {
			a.showing.set(last, "", &transport.SendSource{Codecs: []string{"vp8"}, Width: 1280, Height: 720, FPS: 30}, nil)
			h.hub.follow(roles{may: map[uint32]rights{last: {true, true}}})
			time.Sleep(2 * time.Second)
			if last < 129 {
				a.showing.set(last, "", nil, nil)
			}
		}
		time.Sleep(time.Second)
		asked := *a.aside.up.asked.Load()
		if _, still := asked[last-1]; !still || len(asked) != 1 || len(a.showing.publishers) != 1 {
			t.Errorf("%d are asked for, %d planned", len(asked), len(a.showing.publishers))
		}
		a.showing.set(last-1, "", nil, nil)
		time.Sleep(time.Second)
		if asked := *a.aside.up.asked.Load(); len(asked) != 0 || len(a.showing.publishers) != 0 {
			t.Errorf("%d are asked for, %d planned, and none is shown", len(asked), len(a.showing.publishers))
		}
	})
}

// TestWhoLeftShowsNothing: the relay above hears of it, and it is forgotten.
func TestWhoLeftShowsNothing(t *testing.T) {
	inHouse(t, &memory.Log{}, func(t *testing.T, h *house) {
		l, an := h.housed()
		defer an.quit()
		own := transport.Seat{ID: an.welcome.You, Publication: an.welcome.Publication, Name: "An"}
		h.welcome(l, 0, far, own)
		an.say(transport.Send{Type: transport.TypeSend, Camera: &transport.SendSource{Codecs: []string{"vp8"}, Width: 640, Height: 360, FPS: 15}})
		time.Sleep(3 * time.Second)
		h.welcome(l, 0, far) // its seat is given up
		time.Sleep(3 * time.Second)
		l.mu.Lock()
		defer l.mu.Unlock()
		if n := len(l.sends); n != 2 || l.sends[0].Camera == nil || l.sends[1].Camera != nil || l.sends[1].Publication != own.Publication {
			t.Errorf("%+v", l.sends)
		}
	})
}

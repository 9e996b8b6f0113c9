package relay

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
)

// The power is cut and comes back: the meeting is joined again though nobody is there, with the same prefix, and no id is given twice. One of yesterday is not.
func TestPowerCut(t *testing.T) {
	log := &memory.Log{}
	var code, seat string
	var highest uint32
	inHouse(t, log, func(t *testing.T, h *house) {
		go func() { _, _ = h.Find(context.Background(), "abc-def-gh0") }()
		h.welcome(h.wire(), 0)
		time.Sleep(time.Second)
		h.code = "abc-def-gh0"
		an := h.join("An", transport.WebTransport)
		defer an.quit()
		code, seat, highest = h.code, an.welcome.You, an.welcome.Publication
	})
	for _, away := range []time.Duration{time.Minute, 13 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Minute + away)
			h := newHouse(t, log)
			defer h.stop()
			if away > recently {
				synctest.Wait()
				if len(h.wires) > 0 {
					t.Error("a meeting of yesterday is joined")
				}
				return
			}
			l := h.wire()
			for l.code != code { // the one that newHouse opened is joined, too
				l = h.wire()
			}
			h.code = code
			an := h.join("An", transport.WebTransport) // before the line is there
			defer an.quit()
			h.welcome(l, highest)
			time.Sleep(5 * time.Second)
			if an.welcome.Publication <= highest || meeting.PublicationRelay(an.welcome.Publication) != housePrefix {
				t.Errorf("publication %x after %x", an.welcome.Publication, highest)
			}
			reports := l.reports()
			if last := reports[len(reports)-1]; len(last) != 2 || last[0].Publication != an.welcome.Publication || last[1].ID != seat || last[1].Here {
				t.Errorf("%+v", last)
			}
			highest = an.welcome.Publication
		})
	}
}

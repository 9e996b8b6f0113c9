package relay

import (
	"slices"
	"time"

	"github.com/diemcau/diemcau/transport"
)

const (
	earlyMost = 32 // packets
	earlyAge  = time.Second
)

// early is what came of voices whose seats a site has not told yet: where much is lost the message may take longer than the voice. The line's reader alone uses it.
type early struct{ packets []held }

// keep takes a packet; of too many the oldest goes.
func (e *early) keep(pkt *transport.Packet, now time.Time) {
	if len(e.packets) >= earlyMost {
		e.packets = slices.Delete(e.packets, 0, 1)
	}
	e.packets = append(e.packets, held{pkt, now})
}

// take returns what came lately of a publication, and forgets what is old.
func (e *early) take(publication uint32, now time.Time) (all []*transport.Packet) {
	e.packets = slices.DeleteFunc(e.packets, func(h held) bool {
		its, old := h.pkt.SSRC == publication, now.Sub(h.at) > earlyAge
		if its && !old {
			all = append(all, h.pkt)
		}
		return its || old
	})
	return all
}

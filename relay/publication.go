package relay

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

// Sink is whoever listens: a session's subscription, later a recorder, a SIP leg, another relay. Deliver never blocks; the packet is shared.
type Sink interface{ Deliver(*transport.Packet) }

// layerFresh is how long a layer counts as being published after its last packet.
const layerFresh = 400 * time.Millisecond

// layerAlone is how much later than a layer the other one may come, though both are sent.
const layerAlone = 30 * time.Millisecond

// lately is how long after its last packet a publication counts as speaking for its line.
const lately = 5 * time.Second

// IDs are publication ids from First to Last: those of a line, which does not hear itself.
type IDs struct{ First, Last uint32 }

// Only is the range of one publication.
func Only(id uint32) IDs { return IDs{id, id} }

// under is the range of all publications that a site may issue.
func under(prefix uint16) IDs {
	first := meeting.PublicationID(prefix, 0)
	return IDs{first, first | meeting.PublicationID(0, math.MaxUint32)}
}

func (i IDs) has(id uint32) bool { return i.First <= id && id <= i.Last }

// Publication is one voice of one participant. Attach and Forward may be called from any goroutine.
type Publication struct {
	ID     uint32
	seat   string      // whose it is
	muted  atomic.Bool // by its participant, or the chair
	closed atomic.Bool // it may not speak now
	above  bool        // it comes from the relay above, in the one layer that this relay gets
	mu     sync.Mutex  // serialises Attach
	sinks  atomic.Pointer[[]Sink]
	seen   [codec.VoiceLayers]atomic.Int64 // unix ns of the last packet of a layer
	clock  captureClock
	rates  [codec.VoiceLayers]atomic.Int32 // bit/s of each layer that is asked for; 0: none
}

// NewPublication makes a publication without sinks.
func NewPublication(id uint32) *Publication {
	p := &Publication{ID: id}
	p.sinks.Store(new([]Sink))
	return p
}

// Attach adds a sink; detach takes it away again. A packet that is being forwarded may still reach the sink after detach.
func (p *Publication) Attach(s Sink) (detach func()) {
	p.attach(s)
	return func() { p.remove(s) }
}

func (p *Publication) attach(s Sink) {
	p.change(func(sinks []Sink) []Sink {
		out := make([]Sink, len(sinks), len(sinks)+1)
		copy(out, sinks)
		return append(out, s)
	})
}

func (p *Publication) remove(s Sink) {
	p.change(func(sinks []Sink) []Sink {
		return slices.DeleteFunc(slices.Clone(sinks), func(other Sink) bool { return other == s })
	})
}

func (p *Publication) change(f func([]Sink) []Sink) {
	p.mu.Lock()
	defer p.mu.Unlock()
	sinks := f(*p.sinks.Load())
	p.sinks.Store(&sinks)
}

// Forward gives a packet to every sink (hop 7). It takes no lock and copies nothing.
func (p *Publication) Forward(pkt *transport.Packet) {
	for _, s := range *p.sinks.Load() {
		s.Deliver(pkt)
	}
}

// saw notes that a layer is being published.
func (p *Publication) saw(l codec.Layer, now time.Time) { p.seen[l].Store(now.UnixNano()) }

// setRates says which layers are asked for, in bit/s.
func (p *Publication) setRates(lo, hi int) {
	p.rates[codec.LayerLo].Store(int32(lo))
	p.rates[codec.LayerHi].Store(int32(hi))
}

// choose returns the layer to forward to a line that would like a voice of a bitrate, and that layer's own.
func (p *Publication) choose(bitrate int, now time.Time) (layer codec.Layer, rate int) {
	layer = codec.LayerLo
	if hi := int(p.rates[codec.LayerHi].Load()); hi > 0 && (hi <= bitrate || p.rates[codec.LayerLo].Load() == 0) {
		layer = codec.LayerHi
	}
	if other := 1 - layer; !p.fresh(layer, now) && p.fresh(other, now) {
		layer = other
	}
	return layer, int(p.rates[layer].Load())
}

// spoke says whether anything came lately.
func (p *Publication) spoke(now time.Time) bool {
	for l := range p.seen {
		if now.UnixNano()-p.seen[l].Load() < int64(lately) {
			return true
		}
	}
	return false
}

// fresh says whether a layer comes. One that ended does not when the other one comes without it: what is waited for then is lost.
func (p *Publication) fresh(l codec.Layer, now time.Time) bool {
	seen := p.seen[l].Load()
	return now.UnixNano()-seen < int64(layerFresh) && p.seen[1-l].Load()-seen < int64(layerAlone)
}

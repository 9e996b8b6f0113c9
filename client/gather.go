package client

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/opus"
	"github.com/diemcau/diemcau/transport"
)

// gatherSlack is how much earlier than planned a datagram may leave: clocks of callers are not even.
const gatherSlack = 5 * time.Millisecond

// gather holds frames until there are enough for a datagram: each costs its headers. Its methods may be called from several goroutines.
type gather struct {
	mu      sync.Mutex // guards all below
	packets []*transport.Packet
	since   time.Time // the first of them came
}

// add takes packets, and returns all that wait if they fill a datagram that leaves every interval.
func (g *gather) add(packets []*transport.Packet, interval time.Duration, now time.Time) []*transport.Packet {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.packets) == 0 {
		g.since = now
	}
	g.packets = append(g.packets, packets...)
	duration := time.Duration(0)
	if samples, err := opus.Duration(packets[len(packets)-1].Payload); err == nil {
		duration = time.Duration(samples) * time.Second / codec.ClockRate
	}
	if now.Sub(g.since)+duration+gatherSlack < interval {
		return nil
	}
	return g.take()
}

// late returns what has waited for a whole interval: the last frames of a talkspurt.
func (g *gather) late(interval time.Duration, now time.Time) []*transport.Packet {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.packets) == 0 || now.Sub(g.since) < interval {
		return nil
	}
	return g.take()
}

// take returns what waits, the frames of a layer together. mu is held.
func (g *gather) take() []*transport.Packet {
	out := g.packets
	g.packets = nil
	slices.SortStableFunc(out, func(a, b *transport.Packet) int { return cmp.Compare(a.Layer, b.Layer) })
	return out
}

package film

import (
	"context"
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

const (
	turn      = 5 * time.Millisecond
	keySize   = 4   // times a frame of the average size
	baseSize  = 1.2 // of a frame of the lowest temporal layer
	upperSize = 0.8
	repays    = 0.25 // of its size each frame gives up for a key frame, until that is paid for
	leastSize = 24
)

// Camera films nothing in particular. Its methods may be called from any goroutine; Key is one for client.Hooks.
type Camera struct {
	Publication uint32 // 0: the client's own
	Screen      bool

	mu    sync.Mutex // guards all below
	reels map[codec.Layer]*reel
	shown int
}

// reel is where a layer is.
type reel struct {
	next  uint32    // sequence
	base  uint32    // the newest frame of the lowest temporal layer
	due   time.Time // of the next frame
	begun bool
	key   bool // the next one is
	debt  float64
}

// Shown returns how many frames were shown.
func (c *Camera) Shown() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shown
}

// Key makes the next frames of layers key frames.
func (c *Camera) Key(publication uint32, layers []codec.Layer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range layers {
		if r := c.reels[l]; r != nil && publication == c.Publication {
			r.key = true
		}
	}
}

// Run films until ctx ends.
func (c *Camera) Run(ctx context.Context, to *client.Client) {
	ticker := time.NewTicker(turn)
	defer ticker.Stop()
	begun := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			if all := c.film(to.VideoPlan(), now.Sub(begun), now); len(all) > 0 {
				_ = to.Show(all...) // what the line does not take is lost, as it should be
			}
		}
	}
}

// film returns the frames that are due.
func (c *Camera) film(plan *transport.VideoPlan, at time.Duration, now time.Time) (all []*frames.Frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var layers []transport.LayerPlan
	var name string
	for _, of := range plan.Each() {
		if of.Publication != 0 && of.Publication != c.Publication {
			continue
		}
		if name = of.Camera; c.Screen {
			name = of.Screen
		}
		for _, l := range of.Layers {
			if l.Layer.Screen() == c.Screen && l.Rate10 > 0 {
				layers = append(layers, l)
			}
		}
	}
	in, ok := codec.ParseCodec(name)
	if !ok {
		return nil
	}
	for l, r := range c.reels {
		if !slices.ContainsFunc(layers, func(p transport.LayerPlan) bool { return p.Layer == l }) {
			r.begun = false
		}
	}
	for _, l := range layers {
		if f := c.frame(l, at, now); f != nil {
			f.Codec = in
			all = append(all, f)
			c.shown++
		}
	}
	return all
}

// frame returns the frame of a layer that is due, nil if none is.
func (c *Camera) frame(l transport.LayerPlan, at time.Duration, now time.Time) *frames.Frame {
	if c.reels == nil {
		c.reels = map[codec.Layer]*reel{}
	}
	r := c.reels[l.Layer]
	if r == nil {
		r = &reel{}
		c.reels[l.Layer] = r
	}
	if !r.begun {
		r.begun, r.key, r.due, r.debt = true, true, now, 0
	}
	if now.Before(r.due) {
		return nil
	}
	interval := 10 * time.Second / time.Duration(l.Rate10)
	if r.due = r.due.Add(interval); r.due.Before(now) {
		r.due = now.Add(interval)
	}
	f := &frames.Frame{
		Publication: c.Publication, Layer: l.Layer, Sequence: r.next, Time: uint32(at.Seconds() * codec.ClockRate),
		Key: r.key || l.Layer.Still() || r.next-r.base >= 100,
	}
	size := float64(l.Bitrate) / 8 * interval.Seconds()
	switch upper := l.Temporal > 1 && !f.Key && (r.next-r.base)%2 == 1; {
	case f.Key:
		if !l.Layer.Still() {
			r.debt += (keySize - 1) * size
			size *= keySize
		}
	case upper:
		f.Temporal, f.Back = 1, uint8(r.next-r.base)
		size *= upperSize
	default:
		f.Back = uint8(r.next - r.base)
		if l.Temporal > 1 {
			size *= baseSize
		}
	}
	if !f.Key {
		pays := min(r.debt, repays*size)
		r.debt, size = r.debt-pays, size-pays
	}
	if f.Temporal == 0 {
		r.base = f.Sequence
	}
	r.key = false
	r.next++
	f.Payload = Payload(l.Layer, f.Sequence, min(max(int(size), leastSize), 65_535))
	return f
}

// Payload is what a frame of a layer contains: its number, and bytes that follow from it.
func Payload(l codec.Layer, sequence uint32, size int) []byte {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, size), sequence)
	x := sequence*2654435761 + uint32(l)
	for len(b) < size {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b = append(b, byte(x))
	}
	return b
}

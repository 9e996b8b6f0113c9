package film

import (
	"bytes"
	"sync"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport/frames"
)

// Look is a picture that could be shown: a frame that can be decoded, when it came, and how long after its capture.
type Look struct {
	Publication uint32
	Layer       codec.Layer
	Sequence    uint32
	Key         bool
	At          time.Time
	Bytes       int
}

// Viewer decodes what comes as far as knowing what could be shown. Its methods may be called from any goroutine; Picture is one for client.Hooks.
type Viewer struct {
	// Lost is called when a layer cannot be decoded any more; nil: nobody is told.
	Lost func(publication uint32, layer codec.Layer)

	mu     sync.Mutex // guards all below
	orders map[layerOf]*frames.Order
	looks  []Look
	wrong  int
}

type layerOf struct {
	publication uint32
	layer       codec.Layer
}

// Picture takes a frame.
func (v *Viewer) Picture(f *frames.Frame, at time.Time) {
	if !f.Layer.Picture() {
		return
	}
	v.mu.Lock()
	if !bytes.Equal(f.Payload, Payload(f.Layer, f.Sequence, len(f.Payload))) {
		v.wrong++
	}
	of := layerOf{f.Publication, f.Layer}
	if v.orders == nil {
		v.orders = map[layerOf]*frames.Order{}
	}
	order := v.orders[of]
	if order == nil {
		order = &frames.Order{}
		v.orders[of] = order
	}
	for _, f := range order.Push(f, at) {
		v.looks = append(v.looks, Look{f.Publication, f.Layer, f.Sequence, f.Key, at, len(f.Payload)})
	}
	broken := order.Broken(at)
	v.mu.Unlock()
	if broken && v.Lost != nil {
		v.Lost(of.publication, of.layer)
	}
}

// Seen returns how many frames could be decoded.
func (v *Viewer) Seen() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.looks)
}

// Wrong returns how many frames were not as they were made.
func (v *Viewer) Wrong() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.wrong
}

// Sight is what was seen of a source in a time.
type Sight struct {
	Frames  int
	Layers  map[codec.Layer]int // frames of each
	Rate    float64             // frames a second
	Longest time.Duration       // without a new picture
	Frozen  time.Duration       // in all, without a new picture for more than half a second
	Bytes   int
}

// froze is how long a moving picture may stand.
const froze = 500 * time.Millisecond

// Saw returns what was seen of a publication's camera, or screen, from one time until another.
func (v *Viewer) Saw(publication uint32, screen bool, from, until time.Time) Sight {
	v.mu.Lock()
	defer v.mu.Unlock()
	s := Sight{Layers: map[codec.Layer]int{}}
	last := from
	stands := func(now time.Time) {
		gap := now.Sub(last)
		s.Longest = max(s.Longest, gap)
		if gap > froze {
			s.Frozen += gap - froze
		}
		last = now
	}
	for _, l := range v.looks {
		if l.Publication != publication || l.Layer.Screen() != screen || l.At.Before(from) || !l.At.Before(until) {
			continue
		}
		stands(l.At)
		s.Frames++
		s.Layers[l.Layer]++
		s.Bytes += l.Bytes
	}
	stands(until)
	s.Rate = float64(s.Frames) / until.Sub(from).Seconds()
	return s
}

package relay

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/allocation"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

// When a publisher is asked for a key frame of a layer.
const (
	keyApart = 2 * time.Second  // after the last one, for who lost its way,
	keyFresh = time.Second      // and for who has just chosen the layer
	stillAge = 20 * time.Second // of a still that who has just come is shown
)

// sourceID names a camera or a screen.
type sourceID struct {
	publication uint32
	screen      bool
}

// wire is the source's number in messages.
func (id sourceID) wire() int {
	if id.screen {
		return transport.SourceScreen
	}
	return transport.SourceCamera
}

// publisher is where the frames of a source come from: a participant, or the line to the relay above. Its methods never block; locks of pictures may be held.
type publisher interface {
	replan()                        // others want other layers
	key(of sourceID, l codec.Layer) // a key frame is wanted, until one comes
}

// viewer is who takes the frames of a source: a picture of a watcher, or the line to the relay above. Its methods never block, and may be called by any goroutine.
type viewer interface {
	deliver(f *frames.Frame, now time.Time)
	wish() (c allocation.Choice, any bool) // what it wants of the source now
	decodes(name string) bool              // a codec
	planned()                              // other layers come, or in another codec
}

// source is a camera or a screen, and who takes its frames.
type source struct {
	sourceID
	seat       string
	from       publisher
	number     int         // in the order of their coming
	single     bool        // one layer comes at a time, that which another relay chooses
	open       atomic.Bool // it may be shown
	can        atomic.Pointer[transport.SendSource]
	reordered  atomic.Bool // the publisher has put its codecs in another order
	coming     atomic.Pointer[coming]
	considered atomic.Int64 // unix ns of the last time that the publisher's plan was made
	limit      uplimit
	viewers    atomic.Pointer[[]viewer]      // changed under mu
	orders     map[codec.Layer]*frames.Order // take's

	mu   sync.Mutex // guards all below; taken before any aside's
	keys map[codec.Layer]*keyState
}

// coming is what a publisher was asked for.
type coming struct {
	codec  string
	layers []allocation.LayerPlan
}

// keyState is when a key frame of a layer came, and was asked for; and that frame, if it is a still.
type keyState struct {
	came, asked time.Time
	still       *frames.Frame
}

func newSource(id sourceID, seat string, from publisher) *source {
	s := &source{sourceID: id, seat: seat, from: from, orders: map[codec.Layer]*frames.Order{}, keys: map[codec.Layer]*keyState{}}
	s.viewers.Store(new([]viewer))
	s.coming.Store(&coming{})
	return s
}

// take is hop 7 of a picture: a frame goes to all who take its layer. It is for one goroutine at a time, and false if nobody may see it.
func (s *source) take(f *frames.Frame, now time.Time) bool {
	if !s.open.Load() {
		return false
	}
	if f.Layer.Still() {
		s.came(f, now)
		s.forward(f, now)
		return true
	}
	order := s.orders[f.Layer]
	if order == nil {
		order = &frames.Order{}
		s.orders[f.Layer] = order
	}
	for _, f := range order.Push(f, now) {
		if f.Key {
			s.came(f, now)
		}
		s.forward(f, now)
	}
	if order.Broken(now) {
		s.wantKey(f.Layer, false, now)
	}
	return true
}

// forward gives a frame to every viewer. It takes no lock of its own.
func (s *source) forward(f *frames.Frame, now time.Time) {
	for _, t := range *s.viewers.Load() {
		t.deliver(f, now)
	}
}

// came notes a key frame.
func (s *source) came(f *frames.Frame, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.keyed(f.Layer)
	if k.came = now; f.Layer.Still() {
		k.still = f
	}
}

func (s *source) keyed(l codec.Layer) *keyState {
	k := s.keys[l]
	if k == nil {
		k = &keyState{}
		s.keys[l] = k
	}
	return k
}

// wantKey asks the publisher for a key frame of a layer, unless one is on its way or came just now; fresh is for who has just chosen the layer. Who still waits asks again.
func (s *source) wantKey(l codec.Layer, fresh bool, now time.Time) {
	apart := keyApart
	if fresh {
		apart = keyFresh
	}
	if _, comes := s.coming.Load().has(l); !comes {
		return // it begins with one
	}
	s.mu.Lock()
	k := s.keyed(l)
	due := now.Sub(k.came) >= apart && (now.Sub(k.asked) >= keyApart || k.asked.Before(k.came))
	if due {
		k.asked = now
	}
	s.mu.Unlock()
	if due {
		s.from.key(s.sourceID, l)
	}
}

// still returns the last still of a layer that is not too old, nil if there is none.
func (s *source) still(l codec.Layer, now time.Time) *frames.Frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.keyed(l); now.Sub(k.came) < stillAge {
		return k.still
	}
	return nil
}

// asks takes what the publisher is asked for from now on, and tells the viewers. A layer that is new begins with a key frame by itself.
func (s *source) asks(c *coming, now time.Time) {
	was := s.coming.Swap(c)
	s.mu.Lock()
	for _, l := range c.layers {
		if _, had := was.has(l.Layer); !had || was.codec != c.codec {
			s.keyed(l.Layer).asked = now
		}
	}
	s.mu.Unlock()
	s.planned()
}

// planned has all viewers choose anew.
func (s *source) planned() {
	for _, t := range *s.viewers.Load() {
		t.planned()
	}
}

// has returns a layer that comes.
func (c *coming) has(l codec.Layer) (allocation.LayerPlan, bool) {
	i := slices.IndexFunc(c.layers, func(p allocation.LayerPlan) bool { return p.Layer == l })
	if i < 0 {
		return allocation.LayerPlan{}, false
	}
	return c.layers[i], true
}

// attach adds a viewer; detach takes it away. A frame that is being forwarded may still reach it afterwards.
func (s *source) attach(t viewer) {
	s.change(func(all []viewer) []viewer { return append(all, t) })
}

func (s *source) detach(t viewer) {
	s.change(func(all []viewer) []viewer { return slices.DeleteFunc(all, func(o viewer) bool { return o == t }) })
}

func (s *source) change(f func([]viewer) []viewer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := f(slices.Clone(*s.viewers.Load()))
	s.viewers.Store(&all)
}

// wishes are what all viewers want now.
func (s *source) wishes(to []allocation.Choice) []allocation.Choice {
	for _, t := range *s.viewers.Load() {
		if c, any := t.wish(); any {
			to = append(to, c)
		}
	}
	return to
}

// offers are the layers that a watcher can have of the source. Where another relay has chosen there is one, for which a line is found: that of the building is the thin one.
func (s *source) offers(cost allocation.Cost) []allocation.Offer {
	if !s.single {
		return allocation.Offers(s.limit.cap(s.spec()), cost)
	}
	layer := s.comes()
	if layer == 0 {
		return nil
	}
	all := allocation.Offers(allocation.Spec{Screen: s.screen}, cost)
	i := slices.IndexFunc(all, func(o allocation.Offer) bool { return o.Layer == layer })
	if i < 0 {
		return nil // a layer that the source cannot have
	}
	all[i].Least, all[i].Temporal = min(leastSingle, all[i].Least), nil
	return all[i : i+1]
}

// leastSingle is the room in bit/s that a picture has to have of which there is no smaller one.
const leastSingle = 4000

// comes is the layer of a source that has one at a time, 0: none comes.
func (s *source) comes() codec.Layer {
	if layers := s.coming.Load().layers; len(layers) > 0 {
		return layers[0].Layer
	}
	return 0
}

// spec is what the source can be encoded in.
func (s *source) spec() allocation.Spec {
	can := s.can.Load()
	return allocation.Spec{Screen: s.screen, Height: can.Height, FPS: float64(can.FPS), Most: can.Most, Temporal: temporalOf(s.coming.Load().codec)}
}

// temporalOf is how many temporal layers are asked of a codec.
func temporalOf(name string) int {
	if name == codec.H264.String() {
		return 1 // browsers' encoders have none of it
	}
	return 2
}

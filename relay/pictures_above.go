package relay

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/allocation"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

// sights are what a building has of the pictures of the relay above, and what rises of its own. Room.mu guards what no other word does.
type sights struct {
	seen   atomic.Pointer[map[sourceID]*source] // of the relay above; changed under Room.mu
	rising map[rung]*riserOf
}

// rung is a layer of a source of the building that the relay above wants.
type rung struct {
	sourceID
	layer codec.Layer
}

// firstCodec is what is taken to come while nothing has: the first of those that everybody in the building decodes.
func (h *pictures) firstCodec() string {
	if w := h.union(); len(w.Decodes) > 0 {
		return w.Decodes[0]
	}
	return ""
}

// union is what somebody in the building wants to see, as one wish: the pictures of the relay above come once for all.
func (h *pictures) union() transport.Watch {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := transport.Watch{Type: transport.TypeWatch, Mode: transport.WatchVoice, Decodes: []string{}}
	first, whole, any := true, false, []string(nil) // whole: somebody sets no height
	for w := range h.watchers {
		watch := w.watch.Load()
		if watch == nil || w.waits.Load() || watch.Mode == transport.WatchVoice {
			continue
		}
		if watch.Mode == transport.WatchAll || out.Mode == transport.WatchVoice {
			out.Mode = watch.Mode
		}
		out.Small = max(out.Small, watch.Small)
		if first {
			out.Large, out.Decodes = watch.Large, slices.Clone(watch.Decodes)
		}
		if out.Large != watch.Large {
			out.Large = 0
		}
		out.Height, whole = max(out.Height, watch.Height), whole || watch.Height == 0
		out.Decodes = slices.DeleteFunc(out.Decodes, func(name string) bool { return !slices.Contains(watch.Decodes, name) })
		any, first = append(any, watch.Decodes...), false
	}
	if whole {
		out.Height = 0
	}
	if len(out.Decodes) == 0 && len(any) > 0 { // nothing that all decode: what most see is better than nothing
		out.Decodes = slices.Compact(slices.Sorted(slices.Values(any)))
	}
	return out
}

// toldPictures takes what the relay above has to be seen. Room.mu is held.
func (r *Room) toldPictures(m *transport.Pictures) {
	was, now := *r.above.seen.Load(), map[sourceID]*source{}
	for _, shown := range m.Of {
		id := sourceID{shown.Publication, shown.Source == transport.SourceScreen}
		if r.above.own().has(id.publication) {
			continue
		}
		s := was[id]
		if s == nil {
			s = newSource(id, "", r.above)
			s.single = true
			s.can.Store(&transport.SendSource{})
			s.coming.Store(&coming{codec: r.pictures.firstCodec()})
			if r.above.state.Up && !r.pictures.add(s) {
				continue
			}
		}
		switch comes := s.coming.Load(); {
		case shown.Layer == 0 && s.comes() != 0:
			s.asks(&coming{codec: comes.codec}, time.Now())
		case shown.Layer != 0 && s.comes() == 0:
			s.asks(single(comes.codec, shown.Layer), time.Now())
		}
		now[id] = s
	}
	r.pictures.stir()
	r.above.seen.Store(&now)
	for id, s := range was {
		if now[id] == nil {
			r.pictures.remove(s)
		}
	}
	r.recast()
}

// dim takes the pictures of the relay above away while its line is, and shows them again afterwards. Room.mu is held.
func (r *Room) dim(up bool) {
	for _, s := range *r.above.seen.Load() {
		if up {
			r.pictures.add(s)
		} else {
			r.pictures.remove(s)
		}
	}
	r.recast()
	r.raisePictures()
}

// seenAbove is hop 7 of a picture at a site: what comes from the relay above goes to those here who watch. It is for one goroutine.
func (r *Room) seenAbove(f *frames.Frame, now time.Time) {
	s := (*r.above.seen.Load())[sourceID{f.Publication, f.Layer.Screen()}]
	if s == nil {
		return
	}
	if f.Key && (s.comes() != f.Layer || s.coming.Load().codec != f.Codec.String()) {
		s.asks(single(f.Codec.String(), f.Layer), now)
		r.pictures.stir()
	}
	s.take(f, now)
}

// single is one layer that comes.
func single(name string, layer codec.Layer) *coming {
	return &coming{codec: name, layers: []allocation.LayerPlan{{Layer: layer, Temporal: 1}}}
}

// replan implements publisher: what is wanted is said as a whole.
func (a *above) replan() { a.look() }

// look has the relay above told what is wanted here, and what can be shown.
func (a *above) look() {
	if line := a.line.Load(); line != nil {
		line.looked()
	}
}

// key implements publisher.
func (a *above) key(of sourceID, l codec.Layer) {
	if line := a.line.Load(); line != nil {
		select {
		case line.outbox <- transport.Key{Type: transport.TypeKey, Publication: of.publication, Layer: l}:
		default: // it is asked for again
		}
	}
}

// keyAbove takes that the relay above needs a key frame of a source of this building. Room.mu is held.
func (r *Room) keyAbove(k *transport.Key) {
	if s := r.pictures.find(sourceID{k.Publication, k.Layer.Screen()}); s != nil && !s.single {
		s.wantKey(k.Layer, false, time.Now())
	}
}

// raisePictures lets rise what the relay above wants of the pictures of this building, and nothing while its line is away. Room.mu is held.
func (r *Room) raisePictures() {
	if r.above == nil {
		return
	}
	wanted := map[rung]transport.LayerPlan{}
	names := map[sourceID]string{}
	if r.above.state.Up {
		for _, of := range r.above.plan.Load().Video.Each() {
			names[sourceID{of.Publication, false}], names[sourceID{of.Publication, true}] = of.Camera, of.Screen
			for _, l := range of.Layers {
				wanted[rung{sourceID{of.Publication, l.Layer.Screen()}, l.Layer}] = l
			}
		}
	}
	for at, u := range r.above.rising {
		if l, ok := wanted[at]; !ok || u.of != r.pictures.find(at.sourceID) || u.name != names[at.sourceID] {
			u.of.detach(u)
			u.of.from.replan()
			delete(r.above.rising, at)
		} else if u.bitrate.Swap(int64(l.Bitrate)) != int64(l.Bitrate) {
			u.of.from.replan()
		}
	}
	for at, l := range wanted {
		s := r.pictures.find(at.sourceID)
		if s == nil || s.single || r.above.rising[at] != nil {
			continue
		}
		u := &riserOf{room: r, of: s, layer: at.layer, name: names[at.sourceID]}
		u.bitrate.Store(int64(l.Bitrate))
		r.above.rising[at] = u
		s.attach(u)
		s.from.replan()
		s.wantKey(at.layer, true, time.Now())
	}
}

// looksAbove is what the relay above has to know: what is wanted here, and what each seat that it knows can show.
func (r *Room) looksAbove() (watch transport.Watch, sends []transport.Send) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, seat := range r.above.seating.Seats {
		if !r.above.own().has(seat.Publication) {
			continue
		}
		sends = append(sends, transport.Send{
			Type: transport.TypeSend, Publication: seat.Publication,
			Camera: r.pictures.reachable(sourceID{seat.Publication, false}), Screen: r.pictures.reachable(sourceID{seat.Publication, true}),
		})
	}
	return r.pictures.union(), sends
}

// reachable is what can come up to this relay of a source, nil if there is none.
func (h *pictures) reachable(id sourceID) *transport.SendSource {
	s := h.find(id)
	if s == nil {
		return nil
	}
	can := *s.can.Load()
	can.Most = s.limit.cap(allocation.Spec{Most: can.Most}).Most
	return &can
}

// riserOf is the viewer through which a layer of a source of the building goes up.
type riserOf struct {
	room    *Room
	of      *source
	layer   codec.Layer
	name    string // of the codec
	bitrate atomic.Int64
	begun   bool // with a key frame; deliver's
}

// deliver implements viewer.
func (u *riserOf) deliver(f *frames.Frame, _ time.Time) {
	if f.Layer != u.layer || f.Codec.String() != u.name || !f.Key && !u.begun {
		return
	}
	u.begun = true
	if line := u.room.above.line.Load(); line != nil {
		_ = line.trunk.Show(f) // a line that is away takes nothing
	}
}

// wish implements viewer.
func (u *riserOf) wish() (allocation.Choice, bool) {
	return allocation.Choice{Publication: u.of.publication, Layer: u.layer, Temporal: codec.MaxTemporal - 1, Bitrate: float64(u.bitrate.Load())}, true
}

// decodes implements viewer.
func (u *riserOf) decodes(name string) bool { return name == u.name }

// planned implements viewer.
func (u *riserOf) planned() { u.room.above.look() } // the relay above may ask for what does not come

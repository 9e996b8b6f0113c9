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

const (
	slideWithin = 4 * time.Second        // the slide that is shown gets so much of the line that it is there by then
	tellSoonest = 400 * time.Millisecond // between two messages of what is sent
	tellOthers  = 2 * time.Second        // if only what is not sent to this line has changed
	leapWant    = 1.5                    // times the room for all that is wanted is tried
	keepWant    = 1.3                    // times what is chosen is to stay: a room that nobody wants is forgotten
	lineHeader  = frames.PieceHead + 66  // bytes around a piece: those of its head, of the way beside QUIC and below
)

// watcher is one line that may watch: it chooses what its line carries. Its aside's goroutine works it.
type watcher struct {
	room   *pictures
	aside  *aside
	own    func(publication uint32) bool // it does not get itself
	say    func(message any)             // to the client; never blocks
	relays bool                          // the client is a site: one of its pages may need a key frame while others go on
	waits  atomic.Bool                   // in the lobby: it sees nothing
	watch  atomic.Pointer[transport.Watch]
	counts verdictCounts

	// Of the aside's goroutine.
	chooser allocation.Chooser
	shown   map[sourceID]*picture
	told    transport.Pictures
	toldAt  time.Time
}

// decodes says whether the client does.
func (w *watcher) decodes(name string) bool {
	watch := w.watch.Load()
	return watch != nil && slices.Contains(watch.Decodes, name)
}

// wants says whether the client wants to see any of a source.
func (w *watcher) wants(s *source) bool {
	switch watch := w.watch.Load(); {
	case watch == nil || w.waits.Load() || w.own(s.publication):
		return false
	case watch.Mode == transport.WatchAll:
		return true
	default:
		return watch.Mode == transport.WatchSlides && s.screen
	}
}

// work chooses anew, and says whether it wants to be called again.
func (w *watcher) work(now time.Time) (busy bool) {
	watch := w.watch.Load()
	if watch == nil {
		return false
	}
	all := w.room.ranked(now)
	cast := w.casting(all)
	room, cost := w.space(now)
	sources := make([]allocation.Source, len(cast))
	for i, s := range cast {
		sources[i] = w.source(s, i, cost)
	}
	choices, want := w.chooser.Update(room, sources, now)
	taken := 0.0
	for _, c := range choices {
		taken += c.Rate
	}
	w.aside.down.want(max(leapWant*want, keepWant*taken))
	w.apply(cast, choices, room, cost, now)
	w.tell(all, cast, room, now)
	return watch.Mode != transport.WatchVoice
}

// casting are the sources that may be seen, the large one first if there is one; nil at the first place: there is none.
func (w *watcher) casting(all ranking) (cast []*source) {
	watch := w.watch.Load()
	usable := func(s *source) bool {
		return w.wants(s) && w.decodes(s.coming.Load().codec) && (!s.single || s.comes() != 0)
	}
	for _, s := range all.large {
		if usable(s) && (len(cast) == 0 || s.publication == watch.Large && cast[0].publication != watch.Large) {
			cast = []*source{s}
		}
	}
	for _, s := range all.small {
		if len(cast) > min(watch.Small, transport.MaxSmall) {
			break
		}
		if usable(s) && !slices.Contains(cast, s) {
			cast = append(cast, s)
		}
	}
	return cast
}

// source is a source as the allocation sees it.
func (w *watcher) source(s *source, rank int, cost allocation.Cost) allocation.Source {
	offers := s.offers(cost)
	switch {
	case s.single:
	case rank > 0:
		offers = allocation.Within(offers, smallHeight)
	case !s.screen:
		offers = allocation.Within(offers, w.watch.Load().Height)
	}
	return allocation.Source{Publication: s.publication, Screen: s.screen, Rank: rank, Offers: offers}
}

// smallHeight is the height of a small picture, in pixels.
const smallHeight = 180

// space is the room that the line has for pictures, and what they cost there.
func (w *watcher) space(now time.Time) (room float64, cost allocation.Cost) {
	d := &w.aside.down
	d.mu.Lock()
	defer d.mu.Unlock()
	d.begin(now)
	d.follow(w.aside.feel, now)
	const k = 6
	parity := float64(frames.Parity(k, d.line.loss, d.line.run, d.line.rtt, lateCamera))/k + d.line.loss
	return d.room(), allocation.Cost{Header: lineHeader, Parity: parity}
}

// want says how much pictures could use.
func (d *sending) want(rate float64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wanted = rate
}

// apply makes the pictures those that were chosen.
func (w *watcher) apply(cast []*source, choices []allocation.Choice, room float64, cost allocation.Cost, now time.Time) {
	chosen := map[sourceID]allocation.Choice{}
	for _, c := range choices {
		chosen[sourceID{c.Publication, c.Layer.Screen()}] = c
	}
	for id, p := range w.shown {
		if _, ok := chosen[id]; !ok || !slices.Contains(cast, p.of) {
			p.leave()
			delete(w.shown, id)
		}
	}
	tight := w.takes(cost) > room
	for rank, s := range cast {
		c, ok := chosen[s.sourceID]
		if !ok {
			continue
		}
		p := w.shown[s.sourceID]
		if p == nil {
			p = &picture{of: s, to: w}
			w.shown[s.sourceID] = p
			s.attach(p)
		}
		p.choose(c, rank, tight, now)
	}
}

// takes is what all that is sent takes of the line.
func (w *watcher) takes(cost allocation.Cost) (sum float64) {
	w.aside.down.mu.Lock()
	defer w.aside.down.mu.Unlock()
	for _, p := range w.shown {
		if l, ok := p.of.coming.Load().has(p.layer); ok {
			sum += cost.Wire(float64(l.Bitrate), float64(l.Rate10)/10)
		}
	}
	return sum
}

// choose goes to a choice: at the next key frame, or at once if there is no room for what is sent now.
func (p *picture) choose(c allocation.Choice, rank int, tight bool, now time.Time) {
	was := p.choice.Swap(&c)
	if was == nil || was.Layer != c.Layer {
		p.chosen = now
	}
	if was == nil || was.Layer != c.Layer || !alikeRates(was.Bitrate, c.Bitrate) {
		p.of.from.replan()
	}
	want, temporal := c.Layer, uint8(c.Temporal)
	if given, ok := allocation.Given(c, p.of.coming.Load().layers); ok && given.Layer != want && p.of.considered.Load() > p.chosen.UnixNano() {
		want, temporal = given.Layer, codec.MaxTemporal-1 // the publisher's line does not carry more
	}
	if p.of.single {
		temporal = codec.MaxTemporal - 1
	}
	d := &p.to.aside.down
	d.mu.Lock()
	p.class = frames.Side
	if rank == 0 {
		p.class = frames.Main
	}
	fresh := want != p.want
	p.want, p.temporal = want, temporal
	if tight && p.layer > want {
		p.stops() // the larger one does not fit any more
	}
	waits := p.layer != want && !want.Still()
	still := want.Still() && fresh
	d.later.run(&d.mu)
	if waits {
		p.of.wantKey(want, fresh, now)
	}
	if f := p.of.still(want, now); still && f != nil {
		p.deliver(f, now)
	}
}

// alikeRates says whether a publisher need not be told of another rate.
func alikeRates(a, b float64) bool { return max(a, b) <= 1.1*min(a, b) }

// leave ends the picture.
func (p *picture) leave() {
	p.of.detach(p)
	p.choice.Store(nil)
	d := &p.to.aside.down
	d.mu.Lock()
	p.want = 0
	p.stops()
	d.later.run(&d.mu)
	p.of.from.replan()
}

// close ends all pictures of the watcher, when its line is over.
func (w *watcher) close() {
	for id, p := range w.shown {
		p.leave()
		delete(w.shown, id)
	}
}

package relay

import (
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/allocation"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

const (
	raiseAfter  = 2 * time.Second // between two plans that ask for more of the same
	raiseBy     = 1.15
	leapAfter   = 400 * time.Millisecond // if it is much more: the line is only just becoming known
	leapBy      = 1.3
	tryBy       = 1.25 // more than the room is allowed while the line is tried
	lowerBy     = 0.9
	pieceTime   = 25 * time.Millisecond // that a piece takes of the uplink at most
	firstLadder = 10 * time.Second      // after somebody has come to watch
	besideRTT   = 5 * time.Millisecond  // of a line within a building, or a computer
	leastPart   = 0.4                   // of the room, while a queue is emptied: who is told of nothing waits for the next plan
	mostParity  = 150                   // per cent
)

// showing is what a participant shows: its camera, its screen. It asks it for those layers that somebody takes, and for no others.
type showing struct {
	room    *pictures
	aside   *aside
	tell    func(*transport.VideoPlan)
	feel    func(now time.Time) feeling // of the voice that comes up the line
	sources atomic.Pointer[[]*source]   // changed under Room.mu

	askSite func(of sourceID, l codec.Layer) // of a site, which is several publications: key frames are asked for by name; else nil

	// Of the aside's goroutine.
	publishers map[uint32]*allocation.Publisher
	plan       *transport.VideoPlan // that was told; nil: none
	toldAt     time.Time
	viewers    int       // who want something,
	joined     time.Time // and when there were more than before; zero: all that there is was tried
	peak       float64   // of the room since
}

func newShowing(room *pictures, a *aside, tell func(*transport.VideoPlan), feel func(time.Time) feeling) *showing {
	o := &showing{room: room, aside: a, tell: tell, feel: feel, publishers: map[uint32]*allocation.Publisher{}}
	o.sources.Store(new([]*source))
	a.up.picture = o.take
	return o
}

// replan implements publisher.
func (o *showing) replan() { o.aside.changed() }

// key implements publisher.
func (o *showing) key(of sourceID, l codec.Layer) {
	if o.askSite != nil {
		o.askSite(of, l)
		return
	}
	o.aside.up.key(l)
	o.aside.nudge()
}

// take gives a frame to the source that it is of. The lock of the aside's upper end is held.
func (o *showing) take(f *frames.Frame, now time.Time) {
	id := sourceID{f.Publication, f.Layer.Screen()}
	for _, s := range *o.sources.Load() {
		if s.sourceID == id {
			if !s.take(f, now) {
				o.aside.up.drops.add(dropRights)
			}
			return
		}
	}
	o.aside.up.drops.add(dropForeign)
}

// set makes the sources of a publication those that there are now; nil: none. Room.mu is held.
func (o *showing) set(publication uint32, seat string, camera, screen *transport.SendSource) {
	was := *o.sources.Load()
	var all []*source
	for _, s := range was {
		if s.publication != publication {
			all = append(all, s)
		}
	}
	for _, x := range []struct {
		screen bool
		can    *transport.SendSource
	}{{false, camera}, {true, screen}} {
		id := sourceID{publication, x.screen}
		i := slices.IndexFunc(was, func(s *source) bool { return s.sourceID == id })
		switch {
		case x.can == nil && i >= 0:
			o.room.remove(was[i])
		case x.can == nil:
		case i >= 0:
			if before := was[i].can.Swap(x.can); !slices.Equal(before.Codecs, x.can.Codecs) {
				was[i].reordered.Store(true)
			}
			all = append(all, was[i])
		default:
			s := newSource(id, seat, o)
			s.can.Store(x.can)
			if o.room.add(s) {
				all = append(all, s)
			}
		}
	}
	o.sources.Store(&all)
	o.replan()
	o.room.tellAbove()
}

// close ends all sources, when the line is over or its place another's.
func (o *showing) close() {
	for _, s := range *o.sources.Load() {
		o.room.remove(s)
	}
}

// bulkWants is what files that come up would like to have, in bit/s: a deck of slides within some ten seconds.
const bulkWants = 600e3

// work plans anew, and says whether it wants to be called again.
func (o *showing) work(now time.Time) (busy bool) {
	sources := *o.sources.Load()
	o.forget(sources)
	if len(sources) == 0 && !o.aside.up.loads() {
		o.told(nil, sources, now)
		return false
	}
	room, rate, probe, cost := o.space(now)
	plan := &transport.VideoPlan{Rate: round(rate), Piece: min(max(int(room/8*pieceTime.Seconds())-lineHeader+frames.PieceHead, frames.LeastPiece), frames.MaxPiece)}
	needed, want, all, viewers := 0.0, 0.0, 0.0, 0
	for _, of := range o.grouped(sources, now) {
		p := plan
		if o.askSite != nil {
			plan.Of = append(plan.Of, transport.VideoPlan{Publication: of[0].publication})
			p = &plan.Of[len(plan.Of)-1]
		}
		d := o.planOf(p, of, room-needed, cost, now)
		needed, want, all, viewers = needed+d.needed, want+max(d.want, d.needed), all+d.all, viewers+d.viewers
	}
	if o.ladder(viewers, room, now) {
		want = max(want, all)
	}
	if want = max(leapWant*want, keepWant*needed); o.aside.up.loads() {
		want, probe = max(want, bulkWants), 0 // what is loaded tries the line
	}
	plan.Parity = min(int(100*cost.Parity), mostParity)
	if probe > needed {
		plan.Fill = round(probe)
	}
	o.aside.up.want(want)
	o.told(plan, sources, now)
	return true
}

// ladder says whether all that can be shown is to be tried: those who watch have just come and find out what their lines carry, and this line has not shown yet what it does not.
func (o *showing) ladder(viewers int, room float64, now time.Time) bool {
	if viewers > o.viewers {
		o.joined, o.peak = now, 0
	}
	o.viewers, o.peak = viewers, max(o.peak, room)
	if room < lowerBy*o.peak || now.Sub(o.joined) > firstLadder {
		o.joined = time.Time{}
	}
	return viewers > 0 && !o.joined.IsZero()
}

// forget lets go what was known of publications that are over: the line of a site sees many come and go.
func (o *showing) forget(sources []*source) {
	over := func(publication uint32) bool {
		return !slices.ContainsFunc(sources, func(s *source) bool { return s.publication == publication })
	}
	maps.DeleteFunc(o.publishers, func(publication uint32, _ *allocation.Publisher) bool { return over(publication) })
	o.aside.up.forget(over)
}

// space is the room that the line up has for pictures, the rate at which pieces may leave now, that to which they are to be filled up, and what they cost.
func (o *showing) space(now time.Time) (room, rate, probe float64, cost allocation.Cost) {
	line := o.feel(now)
	u := &o.aside.up
	u.mu.Lock()
	defer u.mu.Unlock()
	u.begin(now)
	u.rate.RTT(line.rtt)
	u.rate.Voice(line.queue, line.broken, now)
	u.rate.Assume(assumes(u.assumed, line.rtt), now)
	const k = 6
	parity := float64(frames.Parity(k, line.loss, line.run, line.rtt, lateCamera)) / k
	room = u.rate.Room()
	u.relied = room
	rate = max(u.rate.Rate(now), leastPart*room)
	if probe = tryBy * u.rate.Probing(now); probe > rate {
		rate = probe
	}
	return room, rate, probe, allocation.Cost{Header: lineHeader, Parity: parity + line.loss}
}

// assumes is what a line is taken to carry: one that is so short goes through nothing that is thin.
func assumes(assumed float64, rtt time.Duration) float64 {
	if rtt > 0 && rtt < besideRTT {
		return max(assumed, inBuilding)
	}
	return assumed
}

// codec is what a source is to be encoded in: what it is now, as long as nothing is decoded by more, and its publisher puts nothing else first.
func (o *showing) codec(s *source) string {
	reordered := s.reordered.Swap(false) // before what it tells of is read
	can, all := s.can.Load().Codecs, o.room.decoders(s)
	count := func(name string) (n int) {
		for _, d := range all {
			if slices.Contains(d, name) {
				n++
			}
		}
		return n
	}
	for _, v := range *s.viewers.Load() {
		if u, ok := v.(*riserOf); ok && slices.Contains(can, u.name) {
			return u.name // the relay above knows what all decode
		}
	}
	best, was := allocation.Codec(can, all), s.coming.Load().codec
	if !reordered && slices.Contains(can, was) && count(was) >= count(best) {
		return was
	}
	return best
}

// told tells the participant a plan if it differs from the one before by enough, and the sources of what comes.
func (o *showing) told(plan *transport.VideoPlan, sources []*source, now time.Time) {
	if plan == nil && o.plan == nil || plan != nil && o.plan != nil && !o.worth(plan, now) {
		return
	}
	o.plan, o.toldAt = plan, now
	o.tell(plan)
	if plan == nil {
		o.aside.up.forgets()
		o.aside.up.allow(0, now)
		return
	}
	o.aside.up.allow(float64(plan.Rate), now)
	for _, of := range plan.Each() {
		var asked []codec.Layer
		for _, l := range of.Layers {
			asked = append(asked, l.Layer)
		}
		for _, s := range sources {
			if of.Publication != 0 && of.Publication != s.publication {
				continue
			}
			o.aside.up.ask(s.publication, asked, now)
			s.asks(planned(&of, s.screen), now)
		}
	}
}

// planned is what comes of a source by a plan.
func planned(plan *transport.VideoPlan, screen bool) *coming {
	c := &coming{codec: plan.Camera}
	if screen {
		c.codec = plan.Screen
	}
	for _, l := range plan.Layers {
		if l.Layer.Screen() == screen {
			c.layers = append(c.layers, allocation.LayerPlan(l))
		}
	}
	return c
}

// worth says whether a plan is worth a message.
func (o *showing) worth(plan *transport.VideoPlan, now time.Time) bool {
	was := o.plan
	since := now.Sub(o.toldAt)
	differs := func(new, old int) bool {
		by := float64(new) / float64(max(old, 1))
		return by < lowerBy || by > raiseBy && since >= raiseAfter || by > leapBy && since >= leapAfter
	}
	if differs(plan.Rate, was.Rate) || len(plan.Of) != len(was.Of) {
		return true
	}
	before := was.Each()
	for i, of := range plan.Each() {
		old := before[i]
		if of.Publication != old.Publication || of.Camera != old.Camera || of.Screen != old.Screen || len(of.Layers) != len(old.Layers) {
			return true
		}
		for j, l := range of.Layers {
			if l.Layer != old.Layers[j].Layer || l.Temporal != old.Layers[j].Temporal || differs(l.Bitrate, old.Layers[j].Bitrate) {
				return true
			}
		}
	}
	return differs(100+plan.Parity, 100+was.Parity) || tries(plan.Fill, was.Fill, since)
}

// tries says whether another rate to fill up to is worth a message: a trial that begins is, one that ends or grows for a moment is not.
func tries(fill, was int, since time.Duration) bool {
	return was == 0 && fill > 0 || since >= raiseAfter && (fill == 0) != (was == 0) || fill > 0 && since >= leapAfter && float64(fill) > leapBy*float64(was)
}

// round keeps two digits of a rate: the rest is noise.
func round(rate float64) int {
	n, unit := int(rate), 1
	for n >= 100 {
		n, unit = n/10, unit*10
	}
	return n * unit
}

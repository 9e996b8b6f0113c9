package relay

import (
	"time"

	"golang.org/x/time/rate"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

// Limits of what is said of pictures.
const (
	maxCodecs   = 8
	maxCodec    = 16   // bytes of the name of one
	maxPixels   = 8192 // of a side
	maxFPS      = 240
	lostWayRate = 1 // requests for a key frame, a second
	lostWay     = 6
)

// inBuilding is what a line within a building is taken to carry beside the voice, in bit/s.
const inBuilding = 2.5e6

// stage has p show and watch what the room does. Room.mu is held, and p does not run yet.
func (r *Room) stage(p *Participant) {
	p.watcher = &watcher{room: r.pictures, aside: p.aside, own: p.subscription.own.has, say: p.tellOne, relays: p.site != nil, shown: map[sourceID]*picture{}}
	p.watcher.waits.Store(true)
	p.showing = newShowing(r.pictures, p.aside, p.tellVideo, p.uplinkFeels)
	p.lostWays = rate.NewLimiter(lostWayRate, lostWay)
	if p.site != nil {
		p.showing.askSite = func(of sourceID, l codec.Layer) {
			p.tellOne(transport.Key{Type: transport.TypeKey, Publication: of.publication, Layer: l})
		}
	}
	if r.above != nil {
		p.aside.down.assumed, p.aside.up.assumed = inBuilding, inBuilding
	}
	p.aside.work = func(now time.Time) bool {
		watches, shows := p.watcher.work(now), p.showing.work(now)
		thin := p.aside.squeezed(p.subscription.modest.Load())
		p.subscription.modest.Store(thin)
		p.subscription.yields.Store(thin && p.aside.down.page())
		return watches || shows
	}
}

// runPictures serves what goes beside the voice until p is over.
func (p *Participant) runPictures() {
	defer p.watcher.close()
	p.aside.run(p.ctx)
}

// uplinkFeels is what the voice that comes up the line feels now.
func (p *Participant) uplinkFeels(now time.Time) feeling {
	s := p.line.Uplink(now)
	return feeling{s.Queue, p.line.Dead(now), s.Loss, s.Run, s.RTT, s.Rate}
}

// picture takes a message about pictures; false if it is none.
func (p *Participant) picture(m transport.Message) bool {
	now := time.Now()
	var err error
	switch m.Type {
	case transport.TypeWatch:
		var watch transport.Watch
		if err = m.Decode(&watch); err == nil && watchable(&watch) {
			p.watch(&watch)
			return true
		}
	case transport.TypeSend:
		var send transport.Send
		if err = m.Decode(&send); err == nil && sendable(send.Camera) && sendable(send.Screen) {
			p.room.shows(p, &send)
			return true
		}
	case transport.TypeKey:
		var key transport.Key
		if err = m.Decode(&key); err == nil && key.Layer.Picture() {
			if p.lostWays.AllowN(now, 1) {
				p.watcher.lostWay(sourceID{key.Publication, key.Layer.Screen()}, key.Layer, now)
			}
			return true
		}
	default:
		return false
	}
	p.complain(badMessage)
	return true
}

// watch takes what a client wants to see.
func (p *Participant) watch(watch *transport.Watch) {
	p.watcher.watch.Store(watch)
	p.room.pictures.watched(p.watcher, true)
	p.watchesSlides(watch.Mode, watch.Have)
	p.aside.changed()
}

// watchable says whether a wish can be one.
func watchable(w *transport.Watch) bool {
	switch w.Mode {
	case transport.WatchAll, transport.WatchSlides, transport.WatchVoice:
	default:
		return false
	}
	return names(w.Decodes) && w.Small >= 0 && w.Small <= transport.MaxSmall && w.Height >= 0 && w.Height <= maxPixels && len(w.Have) <= transport.MaxHave
}

// sendable says whether a source can be one.
func sendable(s *transport.SendSource) bool {
	if s == nil {
		return true
	}
	within := func(n, most int) bool { return n >= 0 && n <= most }
	return names(s.Codecs) && within(s.Width, maxPixels) && within(s.Height, maxPixels) && within(s.FPS, maxFPS) && (s.Most == 0 || s.Most.Picture())
}

func names(codecs []string) bool {
	for _, name := range codecs {
		if len(name) > maxCodec {
			return false
		}
	}
	return len(codecs) <= maxCodecs
}

// shows takes what a participant can show now.
func (r *Room) shows(p *Participant, send *transport.Send) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.participants[p.id] != p {
		return
	}
	if p.site == nil {
		r.show(p, p.voices.list()[0], send)
		return
	}
	p.site.remember(send)
	if voice := p.voices.find(send.Publication); voice != nil {
		r.show(p, voice, send)
	}
}

// show makes the pictures of a publication of p those that it can show. Room.mu is held.
func (r *Room) show(p *Participant, voice *Publication, send *transport.Send) {
	p.showing.set(voice.ID, voice.seat, send.Camera, send.Screen)
	r.recast()
	r.raisePictures()
}

// remember keeps what a publication of a site can show: it may be told before its seat is.
func (h *hosted) remember(send *transport.Send) {
	switch {
	case send.Camera == nil && send.Screen == nil:
		delete(h.sends, send.Publication)
	case meeting.PublicationRelay(send.Publication) == h.prefix && len(h.sends) < maxSources:
		if h.sends == nil {
			h.sends = map[uint32]transport.Send{}
		}
		h.sends[send.Publication] = *send
	}
}

// recast tells the pictures who is who now, if there are any. Room.mu is held.
func (r *Room) recast() {
	if r.pictures.idle() {
		return
	}
	if r.above != nil {
		r.pictures.follow(r.above.roles())
		return
	}
	out := roles{free: r.state.Floor.Mode != meeting.ModeModerated && r.state.Floor.Mode != meeting.ModeRoll, may: map[uint32]rights{}}
	next, _ := r.state.NextUp()
	for _, seat := range r.state.Seats() {
		out.take(seat.Publication, seat.Role, seat.ID == r.state.Floor.Holder, seat.ID == next.Seat)
	}
	if r.playback != nil {
		r.playback.casts(&out)
	}
	r.pictures.follow(out)
}

// take notes who a seat is, and what it may show.
func (o *roles) take(publication uint32, role meeting.Role, holds, next bool) {
	if role == meeting.RoleWaiting || role == meeting.RoleObserver {
		return
	}
	o.may[publication] = rights{camera: true, screen: holds || o.free || role.Officer()}
	if role == meeting.RoleChair {
		o.chair = publication
	}
	if holds {
		o.holder = publication
	}
	if next {
		o.next = publication
	}
}

// roles are those of a building, as the relay above told them. Room.mu is held.
func (a *above) roles() roles {
	out := roles{free: !a.leads() || a.seating.Mode != string(meeting.ModeModerated) && a.seating.Mode != string(meeting.ModeRoll), may: map[uint32]rights{}}
	for _, s := range a.seating.Seats {
		out.take(s.Publication, meeting.Role(s.Role), s.ID == a.holder(), false)
	}
	for id := range *a.seen.Load() {
		if _, seated := out.may[id.publication]; !seated { // a report that is played
			out.may[id.publication], out.holder = rights{camera: true}, id.publication
		}
	}
	return out
}

// tellVideo tells p what to send of its pictures.
func (p *Participant) tellVideo(video *transport.VideoPlan) {
	p.tellPlan(func(plan *transport.Plan) bool {
		plan.Video = video
		return true
	})
}

// lostWay takes that the client's decoder needs a key frame.
func (w *watcher) lostWay(id sourceID, l codec.Layer, now time.Time) {
	s := w.room.find(id)
	if s == nil {
		return
	}
	for _, v := range *s.viewers.Load() {
		if p, ok := v.(*picture); ok && p.to == w {
			if !w.relays {
				p.reset(l)
			}
			s.wantKey(l, false, now)
		}
	}
}

// countPictures adds what p's line carried beside its voice. What was not chosen is no drop.
func (p *Participant) countPictures(s *Stats) {
	s.Pictures.In += p.aside.up.frames.Load()
	s.Pictures.Out += p.watcher.counts[goes].Load()
	for v := thinned; v < verdicts; v++ {
		s.Dropped[verdictNames[v]] += p.watcher.counts[v].Load()
	}
	for why := range p.aside.up.drops {
		s.Dropped[dropNames[why]] += p.aside.up.drops[why].Load()
	}
}

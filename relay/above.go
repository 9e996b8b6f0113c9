package relay

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

// above is what a site's room knows of the relay above it. Its seats and voices are there; those of this building are this room's own, and the relay above learns of them.
type above struct {
	wake   func() // begins the line
	line   atomic.Pointer[Above]
	kept   *Kept                                   // what was said in this building
	voices atomic.Pointer[map[uint32]*Publication] // changed under Room.mu
	plan   atomic.Pointer[transport.Plan]          // what it wants of this site
	ids    atomic.Pointer[IDs]                     // that this building issues; changed under Room.mu

	// Room.mu guards what follows.
	sights
	known
	state transport.Upstream
	empty time.Time // since when nobody is here
	going bool      // something happened lately when this relay started
	woken time.Time // when a line was last begun because somebody is here and there was none
	files *below    // never changes
}

func newAbove(prefix uint16, wake func()) *above {
	a := &above{wake: wake, kept: NewKept(), state: transport.Upstream{Type: transport.TypeUpstream}}
	a.voices.Store(&map[uint32]*Publication{})
	a.plan.Store(&transport.Plan{})
	a.seen.Store(&map[sourceID]*source{})
	a.rising = map[rung]*riserOf{}
	a.issues(prefix)
	return a
}

func (a *above) own() IDs { return *a.ids.Load() }

// issues notes the prefix under which this building issues ids.
func (a *above) issues(prefix uint16) {
	ids := under(prefix)
	a.ids.Store(&ids)
}

// wakeAbove begins the line to the relay above if there is one and it was given up: somebody is about to come.
func (r *Room) wakeAbove() {
	if r.above == nil {
		return
	}
	r.mu.Lock()
	r.above.empty = time.Time{} // who asks is about to come
	r.mu.Unlock()
	if r.above.line.Load() == nil {
		r.above.wake()
	}
}

// skipAbove makes this room one that issues under the prefix which the relay above gives, behind what is issued. Room.mu is held.
func (r *Room) skipAbove(w *transport.SiteWelcome, now time.Time) error {
	r.origin = w.Prefix
	r.above.issues(w.Prefix)
	_, err := r.do(meeting.Skip{Issued: w.Issued}, now)
	return err
}

// ownSeat says whether a seat is one of this building by its id.
func (a *above) ownSeat(seat string) bool {
	id, err := strconv.ParseUint(seat, 16, 32)
	return err == nil && a.own().has(uint32(id))
}

// welcomedAbove takes the state of the meeting from the relay above.
func (r *Room) welcomedAbove(w *transport.Welcome, rtt time.Duration, now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.began.Store(r.micros(now) - w.Meeting.Ms*1000 - rtt.Microseconds()/2)
	if err := r.skipAbove(w.Site, now); err != nil {
		return err
	}
	r.above.plan.Store(&w.Plan)
	whole := r.above.welcomed(w)
	for _, p := range r.participants {
		if whole {
			r.renew(p)
			continue
		}
		for _, text := range w.Events {
			if !r.above.knows(text) {
				p.tellOne(typed(text))
			}
		}
	}
	r.followAbove()
	r.enforceAll()
	r.repeatAbove()
	r.plans(now)
	r.raisePictures()
	r.above.look()
	r.rewish(now)
	r.above.files.again(now)
	return nil
}

// tellAll sends a message to everybody here. Room.mu is held.
func (r *Room) tellAll(message any) {
	b, err := transport.AppendPacked(nil, message)
	if err != nil {
		return
	}
	for _, p := range r.participants {
		p.tell(b)
	}
}

// toldAbove takes an event, a plan or clock points.
func (r *Room) toldAbove(m transport.Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch m.Type {
	case transport.TypeEvent:
		r.eventAbove(m.JSON, time.Now())
	case transport.TypeDone, transport.TypeRefused:
		r.answeredAbove(m)
	case transport.TypePlan:
		var plan transport.Plan
		if m.Decode(&plan) == nil {
			r.above.plan.Store(&plan)
			r.plans(time.Now())
			r.raisePictures()
		}
	case transport.TypeBlob, transport.TypeAccept, transport.TypeStored, transport.TypePointer:
		r.filesAbove(m, time.Now())
	case transport.TypePictures:
		var pictures transport.Pictures
		if m.Decode(&pictures) == nil {
			r.toldPictures(&pictures)
		}
	case transport.TypeKey:
		var key transport.Key
		if m.Decode(&key) == nil {
			r.keyAbove(&key)
		}
	case transport.TypeClock:
		r.tellAll(json.RawMessage(m.JSON)) // unchanged: the relay nearest to a microphone knows it best
	}
}

// followAbove makes the publications of the relay above those of its seats. Room.mu is held.
func (r *Room) followAbove() {
	was, now := *r.above.voices.Load(), map[uint32]*Publication{}
	for _, s := range r.above.elsewhere() {
		voice := was[s.Publication]
		if voice == nil {
			voice = r.newVoiceAbove(s.Publication)
		}
		now[s.Publication] = voice
	}
	r.above.voices.Store(&now)
	for id, voice := range was {
		if now[id] == nil {
			r.speakers.Remove(voice)
		}
	}
}

// newVoiceAbove makes a publication of the relay above that everybody here hears. Room.mu is held.
func (r *Room) newVoiceAbove(id uint32) *Publication {
	voice := NewPublication(id)
	voice.above = true
	for _, p := range r.participants {
		voice.attach(p.subscription)
	}
	return voice
}

// unseatedAbove makes the publication of somebody whose seat is not told yet: a voice may come before the message about who it is. The result is nil for those of this building.
func (r *Room) unseatedAbove(id uint32) *Publication {
	r.mu.Lock()
	defer r.mu.Unlock()
	was := *r.above.voices.Load()
	if voice := was[id]; voice != nil || r.above.own().has(id) || len(was) > 2*meeting.MaxSeats {
		return voice
	}
	voices := maps.Clone(was)
	voices[id] = r.newVoiceAbove(id)
	r.above.voices.Store(&voices)
	return voices[id]
}

// heardAbove is hop 7 of a site: what comes from the relay above goes to everybody here.
func (r *Room) heardAbove(pkt *transport.Packet, now time.Time) {
	voice := (*r.above.voices.Load())[pkt.SSRC]
	if voice == nil {
		if voice = r.unseatedAbove(pkt.SSRC); voice == nil {
			return
		}
	}
	voice.saw(pkt.Layer, now)
	for _, out := range r.speakers.Observe(voice, pkt, now) {
		voice.Forward(out)
	}
}

// rises says whether a packet of this building goes up: of the one who has the floor here, in a layer that is wanted, or that comes instead of one.
func (r *Room) rises(pkt *transport.Packet, now time.Time) bool {
	plan := &r.above.plan.Load().Voice
	if plan.Lo == 0 && plan.Hi == 0 {
		return false
	}
	voice := r.speakers.First(r.above.own())
	if voice == nil || voice.ID != pkt.SSRC {
		return false
	}
	return plan.Wants(pkt.Layer) || !voice.fresh(1-pkt.Layer, now)
}

// keptRate is the bit rate, in bit/s, in which what is said here is kept at least, however thin the line is.
const keptRate = 16000

// wantedAbove adds what the relay above would like to have of a voice, and what is kept. Room.mu is held.
func (r *Room) wantedAbove(wanted []int) []int {
	if r.above == nil {
		return wanted
	}
	plan := r.above.plan.Load()
	for _, rate := range []int{plan.Voice.Lo, plan.Voice.Hi} {
		if rate > 0 {
			wanted = append(wanted, rate)
		}
	}
	if len(wanted) == 0 || slices.Max(wanted) < keptRate {
		wanted = append(wanted, keptRate)
	}
	return wanted
}

// waitAbove is how long what comes from above has to be held here, if anything does.
func (r *Room) waitAbove() time.Duration {
	if r.above == nil || !r.speakers.above() {
		return 0
	}
	return time.Duration(r.above.plan.Load().Listen.Budget) * time.Millisecond
}

// connectAbove lets p hear what comes from above. Room.mu is held.
func (r *Room) connectAbove(p *Participant) {
	if r.above == nil {
		return
	}
	for _, voice := range *r.above.voices.Load() {
		voice.attach(p.subscription)
	}
}

func (r *Room) disconnectAbove(p *Participant) {
	if r.above == nil {
		return
	}
	for _, voice := range *r.above.voices.Load() {
		voice.remove(p.subscription)
	}
}

// raise lets the relay above hear a voice, and keeps it. Room.mu is held.
func (r *Room) raise(voice *Publication) {
	if r.above != nil {
		voice.attach(riser{r})
		voice.attach(r.above.kept)
	}
}

// riser is the Sink of whichever line there is: what is said in the building goes up, one voice at a time.
type riser struct{ room *Room }

// Deliver implements Sink.
func (u riser) Deliver(pkt *transport.Packet) {
	if line := u.room.above.line.Load(); line != nil && u.room.rises(pkt, time.Now()) {
		line.rise(pkt)
	}
}

// ascend sends a message up, if there is room for it. Room.mu is held.
func (r *Room) ascend(message any) {
	if r.above == nil {
		return
	}
	if line := r.above.line.Load(); line != nil {
		select {
		case line.outbox <- message:
		default: // it is said again
		}
	}
}

// changedAbove has the relay above told that seats of this building are others.
func (r *Room) changedAbove() {
	if r.above == nil {
		return
	}
	if line := r.above.line.Load(); line != nil {
		line.seatsChanged()
	}
}

// ownSeats is what the relay above has to know of this building: first of those who are here, for there is a most.
func (r *Room) ownSeats() transport.Seats {
	r.mu.Lock()
	defer r.mu.Unlock()
	message := transport.Seats{Type: transport.TypeSeats, Of: []transport.Seat{}}
	for _, here := range []bool{true, false} {
		for _, s := range r.state.Seats() {
			if s.Here == here && r.above.own().has(s.Publication) && len(message.Of) < meeting.MaxReport {
				message.Of = append(message.Of, wireSeat(s))
			}
		}
	}
	return message
}

// stateAbove tells everybody how the line to the relay above is.
func (r *Room) stateAbove(state transport.Upstream) {
	r.mu.Lock()
	defer r.mu.Unlock()
	changed := r.above.state.Up != state.Up
	r.above.state = state
	r.tellAll(state)
	r.enforceAll()
	if changed {
		r.dim(state.Up)
	}
}

// tellUpstream tells a new session how the line to the relay above is. Room.mu is held.
func (r *Room) tellUpstream(a *attachment) {
	if r.above == nil {
		return
	}
	if b, err := transport.AppendMessage(nil, r.above.state); err == nil {
		a.out.put(message{bytes: b})
	}
}

// deserted says whether nobody has been here for trunkIdle. Call it every second.
func (r *Room) deserted(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.participants) > 0 || r.above.empty.IsZero() {
		r.above.empty = now
	}
	return now.Sub(r.above.empty) > trunkIdle
}

// forlorn says whether somebody is here, and no line was begun for a while. Call it while there is none.
func (r *Room) forlorn(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.participants) == 0 || now.Sub(r.above.woken) < wakeEvery {
		return false
	}
	r.above.woken = now
	return true
}

package relay

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/slides"
	"github.com/diemcau/diemcau/transport"
)

var errStore = errors.New("relay: an event was not stored")

// Log keeps the events of meetings by subject. Implemented by relay/store.
type Log interface {
	// Append adds events, all or none, to a subject that has `after` events, and returns when they are safe. With another number of events nothing is added; after any other error they may be there or not.
	Append(subject string, after uint64, events ...[]byte) error
	// Read calls each with the events after the first `after` until it fails, and returns its error.
	Read(subject string, after uint64, each func(event []byte) error) error
	Subjects() ([]string, error)
	Remove(subject string) error
}

// Room is one meeting with those who are in it now.
type Room struct {
	code    string
	origin  uint16
	log     Log
	cluster Cluster
	stages
	front
	began   atomic.Int64 // of the meeting's millisecond 0, as micros counts
	above   *above       // of a site's room; nil: there is no relay above
	waiting orders

	mu sync.Mutex
	ledger
	participants map[string]*Participant // by id
	claims       map[string]claim        // of sites whose lines are over, by id
	clocked      time.Time               // when the last clock points went out
	deck         deck
}

// stages are who is heard in a room, and who is seen.
type stages struct {
	speakers *Speakers
	pictures *pictures
	playback *playback // nil: no report is played here; Room.mu
	awaited  time.Time // since when its file is not there; Room.mu
}

func newStages() stages {
	speakers := NewSpeakers()
	return stages{speakers: speakers, pictures: newPictures(speakers)}
}

// front is what a room has of its server.
type front struct {
	opened  time.Time // when this relay knew the room first
	over    bool      // no record is wanted; Room.mu
	build   string
	token   func(seat string, now time.Time) string // makes a session token
	bells   *bells                                  // nil: there are none
	members *members
	blobs   *blobs
	wished  []slides.Wish               // that everybody shall have; Room.mu
	spawn   func(func(context.Context)) // starts a goroutine of the server's; nil: there is no server
}

func newRoom(code string, origin uint16, log Log) *Room {
	r := &Room{front: front{opened: time.Now()}, code: code, origin: origin, log: log, stages: newStages(), participants: map[string]*Participant{}, claims: map[string]claim{}}
	r.blobs = newBlobs(code, newPorter(nil), r.blobLoaded)
	return r
}

// create begins the log of a new meeting. Room.mu is held.
func (r *Room) create(title string, began, now time.Time) error {
	r.loaded = true
	if _, err := r.do(meeting.Create{Code: r.code, Title: title, Began: began.UnixMilli()}, now); err != nil {
		return err
	}
	r.began.Store(r.state.Began * 1000)
	return nil
}

// micros is Unix time in µs for a room whose clock nobody sets: minutes, timers and seats that expire go on when the server's is.
func (r *Room) micros(now time.Time) int64 {
	return r.opened.UnixMicro() + now.Sub(r.opened).Microseconds()
}

// ms is the time since the meeting began. Where the clock is behind the log, because it was ahead when that was written, the time goes on from there. Room.mu is held.
func (r *Room) ms(now time.Time) int64 {
	if !r.state.Created() {
		return 0
	}
	ms := (r.micros(now) - r.began.Load()) / 1000
	if late := r.state.Ms - ms; late > 0 && r.above == nil {
		r.began.Add(-late * 1000)
		ms = r.state.Ms
	}
	return max(ms, 0)
}

func wireSeat(s meeting.Seat) transport.Seat {
	return transport.Seat{ID: s.ID, Name: s.Name, Publication: s.Publication, Here: s.Here, Muted: s.Muted, Listen: s.Listen}
}

// join gives p its seat and connects it with everybody; seat is that of its token, or empty. a is its first session: the welcome is queued on it before any event.
func (r *Room) join(p *Participant, a *attachment, hello transport.Hello, seat string, who meeting.Identity) error {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.load(now); err != nil {
		return err
	}
	kept, _ := r.state.Seat(seat)
	events, err := r.do(meeting.Join{Seat: seat, Name: hello.Name, Muted: hello.Muted != nil && *hello.Muted, Listen: hello.Listen, Who: who}, now)
	if err != nil {
		return err
	}
	e := events[len(events)-1]
	entry, _ := e.Entered()
	if hello.Muted != nil {
		if _, err := r.do(meeting.Mute{Seat: e.Seat, Publication: entry.Publication, Muted: *hello.Muted}, now); err != nil {
			return err
		}
	}
	taken, _ := r.state.Seat(e.Seat)
	if taken.Role != kept.Role {
		a.cursor = "" // it may see other things than before
	}
	p.room, p.id = r, e.Seat
	p.voices.set([]*Publication{newVoice(taken)})
	p.subscription = NewSubscription(Only(taken.Publication), r.speakers, p.line)
	r.enter(p, a, now)
	return nil
}

// enter puts p, which has its seats, into the place of an older line of its id. Room.mu is held.
func (r *Room) enter(p *Participant, a *attachment, now time.Time) {
	older := r.participants[p.id]
	if older != nil {
		r.disconnect(older)
	}
	p.blobs.of(r.blobs)
	if r.above != nil {
		p.blobs.up.lift = r.lift
	}
	r.stage(p)
	r.connect(p)
	r.plans(now)
	p.add(a)
	r.moveControl(p, a, a.cursor, now)
	p.told.begin()
	if older != nil {
		older.dismiss(replaced, false)
	}
}

// newVoice makes the publication of a seat.
func newVoice(seat meeting.Seat) *Publication {
	v := NewPublication(seat.Publication)
	v.seat = seat.ID
	v.muted.Store(seat.Muted)
	v.closed.Store(true) // until it is known that it may speak
	return v
}

// connect attaches everybody to p's publication and p to everybody's, unless it waits in the lobby. Room.mu is held.
func (r *Room) connect(p *Participant) {
	r.participants[p.id] = p
	if p.hears = p.site != nil || r.state.MayHear(p.id); p.hears {
		r.hear(p)
	}
	for _, voice := range p.voices.list() {
		r.connectVoice(p, voice)
	}
}

// hear lets p hear and see everybody. Room.mu is held.
func (r *Room) hear(p *Participant) {
	if p.watcher.waits.Swap(false) && p.watcher.watch.Load() != nil {
		r.pictures.watched(p.watcher, true)
		p.aside.changed()
	}
	for _, other := range r.participants {
		if other != p {
			other.voices.attach(p.subscription)
		}
	}
	r.connectAbove(p)
	r.hearPlayback(p)
}

// connectVoice lets everybody hear a voice of p, and all that listens in this room. Room.mu is held.
func (r *Room) connectVoice(p *Participant, voice *Publication) {
	r.enforceOn(voice)
	for _, other := range r.participants {
		if other != p && other.hears {
			voice.attach(other.subscription)
		}
	}
	r.raise(voice)
}

// disconnect takes p out of everybody's hearing. Room.mu is held.
func (r *Room) disconnect(p *Participant) {
	delete(r.participants, p.id)
	for _, other := range r.participants { // p's own sinks go with its publications
		other.voices.remove(p.subscription)
	}
	r.disconnectAbove(p)
	r.unhearPlayback(p)
	p.showing.close()
	r.raisePictures()
	r.pictures.watched(p.watcher, false)
	for _, voice := range p.voices.list() {
		r.speakers.Remove(voice)
	}
}

// lost ends what join began, once p is over. p keeps the seat if it did not leave it.
func (r *Room) lost(p *Participant) error {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	here := r.participants[p.id] == p
	if here {
		r.disconnect(p)
	}
	if here && p.site != nil {
		r.claims[p.id] = p.claim(now)
	}
	if p.grace != nil {
		p.grace.Stop()
	}
	defer r.plans(now)
	switch {
	case p.site != nil && !here: // its seats are with the line that came after it
		return nil
	case p.left.Load():
		delete(r.claims, p.id)
		return r.forEach(p, func(v *Publication) meeting.Action { return meeting.Leave{Seat: v.seat, Publication: v.ID} }, now)
	}
	return r.loses(p, now)
}

// mute closes or opens a participant's microphone for everybody, here and now.
func (r *Room) mute(p *Participant, muted bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	voice := p.voices.list()[0]
	if muted {
		voice.muted.Store(true) // whatever becomes of the event
	}
	_, err := r.do(meeting.Mute{Seat: voice.seat, Publication: voice.ID, Muted: muted}, time.Now())
	if err != nil && !errors.Is(err, meeting.ErrSeatGone) {
		p.complain(broken)
	}
}

// tick is called every second: seats expire, what is due happens, plans follow the lines. A room that waits for its store is passed over.
func (r *Room) tick(now time.Time) error {
	if !r.mu.TryLock() {
		return nil
	}
	defer r.mu.Unlock()
	if !r.loaded {
		return nil
	}
	r.plans(now)
	r.clocks(now)
	r.deck.tend(r, now)
	r.tendBlobs(now)
	r.tendPlayback(now)
	r.unload(now)
	if !r.loaded || !r.presides(now) {
		return nil
	}
	ms := r.ms(now)
	var due []meeting.Action
	if at, ok := r.state.NextExpiry(); ok && at <= ms {
		due = append(due, meeting.Expire{})
	}
	var errs error
	due = append(due, r.orphans(now)...)
	for _, action := range append(due, r.state.Due(ms)...) {
		_, err := r.do(action, now)
		errs = errors.Join(errs, err)
	}
	return errs
}

// forgotten says whether nothing has happened for so long that nobody will come back. A meeting that was prepared or led is a record, which no clock takes away.
func (r *Room) forgotten(now time.Time) bool {
	if !r.mu.TryLock() {
		return false
	}
	defer r.mu.Unlock()
	if len(r.participants) > 0 || !r.loaded && r.digest == nil && !r.over {
		return false
	}
	if r.over {
		return true
	}
	d := r.digest
	if r.loaded {
		d = r.digested()
	}
	return !d.record() && now.UnixMilli()-(d.Began+d.Ms) > keepMeeting.Milliseconds()
}

// all returns who is here now.
func (r *Room) all() []*Participant {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]*Participant, 0, len(r.participants))
	for _, p := range r.participants {
		out = append(out, p)
	}
	return out
}

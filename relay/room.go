package relay

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

var errStore = errors.New("relay: an event was not stored")

// Log keeps the events of meetings by subject. Append returns when the event is safe from a crash of the process. Implemented by relay/store.
type Log interface {
	Append(subject string, event []byte) error
	Read(subject string, each func(event []byte) error) error
	Subjects() ([]string, error)
	Remove(subject string) error
}

// Room is one meeting with those who are in it now.
type Room struct {
	code     string
	origin   uint16
	log      Log
	speakers *Speakers
	build    string
	token    func(seat string, now time.Time) string // makes a session token
	began    atomic.Int64                            // Unix µs of the meeting's millisecond 0
	above    *above                                  // of a site's room; nil: there is no relay above

	mu           sync.Mutex
	state        meeting.State
	participants map[string]*Participant // by id
	claims       map[string]claim        // of sites whose lines are over, by id
	clocked      time.Time               // when the last clock points went out
}

func newRoom(code string, origin uint16, log Log) *Room {
	return &Room{code: code, origin: origin, log: log, speakers: NewSpeakers(), participants: map[string]*Participant{}, claims: map[string]claim{}}
}

// restore folds the stored log; whoever was here when the relay stopped is away from then on.
func (r *Room) restore(now time.Time) error {
	err := r.log.Read(r.code, func(line []byte) error {
		e, err := meeting.Decode(line)
		if err != nil {
			return err
		}
		return r.state.Apply(e)
	})
	if err != nil {
		return fmt.Errorf("relay: a meeting's log: %w", err)
	}
	r.began.Store(r.state.Began * 1000)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.above != nil {
		r.origin = r.state.Home
		r.above.issues(r.origin)
		r.above.going = r.ms(now)-r.state.Ms < recently.Milliseconds()
	}
	_, err = r.do(meeting.Restart{}, now)
	return err
}

// create begins the log of a new meeting. Room.mu is held.
func (r *Room) create(title string, began, now time.Time) error {
	if _, err := r.do(meeting.Create{Code: r.code, Title: title, Began: began.UnixMilli()}, now); err != nil {
		return err
	}
	r.began.Store(r.state.Began * 1000)
	return nil
}

// do decides, stores, applies and tells a command's events. Room.mu is held.
func (r *Room) do(action meeting.Action, now time.Time) ([]meeting.Event, error) {
	return r.doAs(r.origin, action, now)
}

// doAs does what came through the relay with a prefix.
func (r *Room) doAs(origin uint16, action meeting.Action, now time.Time) ([]meeting.Event, error) {
	events, err := meeting.Decide(&r.state, meeting.Command{Ms: r.ms(now), Origin: origin, Do: action})
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		line, err := meeting.Encode(e)
		if err != nil {
			return nil, err
		}
		if err := r.log.Append(r.code, line); err != nil {
			return nil, fmt.Errorf("%w: %w", errStore, err)
		}
		if err := r.state.Apply(e); err != nil {
			return nil, err
		}
		r.tell(e)
	}
	return events, nil
}

// ms is the time since the meeting began.
func (r *Room) ms(now time.Time) int64 {
	if !r.state.Created() {
		return 0
	}
	return max((now.UnixMicro()-r.began.Load())/1000, 0)
}

// tell sends an event to everybody whom it is not about: who comes finds it in the welcome.
func (r *Room) tell(e meeting.Event) {
	if e.Seat == "" {
		return
	}
	r.changedAbove()
	if len(r.participants) == 0 {
		return
	}
	message := transport.Event{Type: transport.TypeEvent, N: e.N, Ms: e.Ms, Kind: string(e.Kind()), Seat: transport.Seat{ID: e.Seat}}
	if seat, ok := r.state.Seat(e.Seat); ok {
		message.Seat = wireSeat(seat)
	}
	b, err := transport.AppendMessage(nil, message)
	if err != nil {
		return // cannot be: a seat is far below the limit
	}
	for _, p := range r.participants {
		if !p.knows(e) {
			p.tell(b)
		}
	}
}

func wireSeat(s meeting.Seat) transport.Seat {
	return transport.Seat{ID: s.ID, Name: s.Name, Publication: s.Publication, Here: s.Here, Muted: s.Muted, Listen: s.Listen}
}

// join gives p its seat and connects it with everybody; seat is that of its token, or empty. a is its first session: the welcome is queued on it before any event.
func (r *Room) join(p *Participant, a *attachment, hello transport.Hello, seat string) error {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	events, err := r.do(meeting.Join{Seat: seat, Name: hello.Name, Muted: hello.Muted != nil && *hello.Muted, Listen: hello.Listen}, now)
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
	p.room, p.id = r, e.Seat
	p.voices.set([]*Publication{newVoice(taken)})
	p.subscription = NewSubscription(Only(taken.Publication), r.speakers, p.line)
	r.enter(p, a, now)
	return nil
}

// shortNames are the lengths, in characters, that names are cut to while a welcome is longer than a message: hundreds of the longest would keep everybody out.
var shortNames = [...]int{24, 8}

// encodeWelcome returns what p is welcomed with. Room.mu is held.
func (r *Room) encodeWelcome(p *Participant, now time.Time) ([]byte, error) {
	w := r.welcome(p, now)
	b, err := transport.AppendMessage(nil, w)
	for _, most := range shortNames {
		if !errors.Is(err, transport.ErrMessageTooLong) {
			break
		}
		for i := range w.Seats {
			if name := []rune(w.Seats[i].Name); len(name) > most {
				w.Seats[i].Name = string(name[:most-1]) + "…"
			}
		}
		b, err = transport.AppendMessage(nil, w)
	}
	return b, err
}

// enter puts p, which has its seats, into the place of an older line of its id. Room.mu is held.
func (r *Room) enter(p *Participant, a *attachment, now time.Time) {
	older := r.participants[p.id]
	if older != nil {
		r.disconnect(older)
	}
	r.connect(p)
	r.plans(now)
	p.add(a)
	r.moveControl(p, a, now)
	p.told.welcomed = true
	if older != nil {
		older.dismiss(replaced, false)
	}
}

// newVoice makes the publication of a seat.
func newVoice(seat meeting.Seat) *Publication {
	v := NewPublication(seat.Publication)
	v.seat = seat.ID
	v.muted.Store(seat.Muted)
	return v
}

func (r *Room) welcome(p *Participant, now time.Time) transport.Welcome {
	w := transport.Welcome{
		Type: transport.TypeWelcome, Protocol: transport.Protocol, Build: r.build, Line: p.secret,
		Meeting: transport.MeetingInfo{Code: r.code, Title: r.state.Title, Ms: r.ms(now)},
		Seats:   r.seats(), Plan: p.told.plan,
	}
	if p.site != nil {
		w.Site = p.site.welcome(&r.state, now)
		return w
	}
	w.You, w.Publication, w.Token = p.id, p.voices.list()[0].ID, r.token(p.id, now)
	return w
}

// seats returns everybody's places. Room.mu is held.
func (r *Room) seats() []transport.Seat {
	seats := make([]transport.Seat, 0, r.state.Count())
	for _, s := range r.state.Seats() {
		seats = append(seats, wireSeat(s))
	}
	return append(seats, r.seatsAbove()...)
}

// connect attaches everybody to p's publication and p to everybody's. Room.mu is held.
func (r *Room) connect(p *Participant) {
	for _, other := range r.participants {
		other.voices.attach(p.subscription)
	}
	r.participants[p.id] = p
	for _, voice := range p.voices.list() {
		r.connectVoice(p, voice)
	}
	r.connectAbove(p)
}

// connectVoice lets everybody hear a voice of p, and all that listens in this room. Room.mu is held.
func (r *Room) connectVoice(p *Participant, voice *Publication) {
	for _, other := range r.participants {
		if other != p {
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
	_, err := r.do(meeting.Mute{Seat: voice.seat, Publication: voice.ID, Muted: muted}, time.Now())
	switch {
	case err == nil:
		voice.muted.Store(muted)
	case !errors.Is(err, meeting.ErrSeatGone):
		p.complain(broken)
	}
}

// tick is called every second: seats expire, plans follow the lines.
func (r *Room) tick(now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.plans(now)
	r.clocks(now)
	if at, ok := r.state.NextExpiry(); !ok || at > r.ms(now) {
		return nil
	}
	_, err := r.do(meeting.Expire{}, now)
	return err
}

// forgotten says whether nothing has happened for so long that nobody will come back.
func (r *Room) forgotten(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.participants) == 0 && r.ms(now)-r.state.Ms > keepMeeting.Milliseconds()
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

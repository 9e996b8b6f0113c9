package meeting

import (
	"errors"
	"fmt"
)

// MaxCommand is the longest command id, in bytes.
const MaxCommand = 64

// Errors of Decide, beside ErrName, ErrTitle, ErrCode, ErrRelay and ErrExhausted.
var (
	ErrUnknown  = errors.New("meeting: there is no such meeting")
	ErrExists   = errors.New("meeting: it exists already")
	ErrFull     = errors.New("meeting: all seats are taken")
	ErrSeatGone = errors.New("meeting: the seat is given up, or another session has it")
	ErrCommand  = errors.New("meeting: not a command")
)

// Command is the wish that something happen in a meeting.
type Command struct {
	ID     string // unique in the meeting, or empty: a command that comes twice is done once. A relay's own commands have none
	Ms     int64  // when it came, in meeting milliseconds
	Origin uint16 // prefix of the relay that it came through, 0 to MaxRelay
	Do     Action
}

// Action is what a command wants: Create, Join, Lose, Return, Leave, Mute, Expire, Restart, Admit, Report or Skip.
type Action interface {
	decide(s *State, origin uint16, ms int64) ([]Event, error)
}

// Decide returns the events that a command leads to, numbered as the next of the log: none if what it wants is so already.
// It changes nothing. The caller stores the events, then applies them.
func Decide(s *State, c Command) ([]Event, error) {
	if c.Do == nil || len(c.ID) > MaxCommand {
		return nil, ErrCommand
	}
	if c.Origin > MaxRelay {
		return nil, fmt.Errorf("%w: %d", ErrRelay, c.Origin)
	}
	if s.recent.has(c.ID) {
		return nil, nil
	}
	if _, opens := c.Do.(Create); !opens && !s.Created() {
		return nil, ErrUnknown
	}
	ms := max(c.Ms, s.Ms)
	events, err := c.Do.decide(s, c.Origin, ms)
	for i := range events {
		e := &events[i]
		e.N, e.Ms, e.Origin = s.N+uint64(i)+1, ms, c.Origin
	}
	if n := len(events); n > 0 {
		// Only the last: when a crash leaves just the first ones in the log, the command can come again.
		events[n-1].Command = c.ID
	}
	return events, err
}

// Create opens the meeting.
type Create struct {
	Code  string // as ParseCode takes it
	Title string // as ParseTitle takes it
	Began int64  // Unix time of meeting millisecond 0, in ms
}

func (c Create) decide(s *State, _ uint16, _ int64) ([]Event, error) {
	if s.Created() {
		return nil, ErrExists
	}
	code, err := ParseCode(c.Code)
	if err != nil {
		return nil, err
	}
	title, err := ParseTitle(c.Title)
	if err != nil {
		return nil, err
	}
	return []Event{{Kind: KindCreated, Opening: &Opening{Code: code, Title: title, Began: c.Began}}}, nil
}

// Join gives a participant a seat: the one of an earlier session, with its name and mute state, or a new one. The last event that it
// leads to is joined or back and names seat and publication. A seat that another session still has changes to this one.
type Join struct {
	Seat   string // from a token, or empty; a seat that is given up makes it a new participant
	Name   string // as ParseName takes it
	Muted  bool   // of a new seat
	Listen bool   // has no microphone
}

func (j Join) decide(s *State, origin uint16, ms int64) ([]Event, error) {
	name, err := ParseName(j.Name)
	if err != nil {
		return nil, err
	}
	publication, err := s.nextPublication(origin)
	if err != nil {
		return nil, err
	}
	entry := &Entry{Name: name, Publication: publication, Muted: j.Muted, Listen: j.Listen}
	events := s.expired(ms)
	if seat, ok := s.Seat(j.Seat); ok && !seat.expiredAt(ms) {
		entry.Name, entry.Muted = seat.Name, seat.Muted
		return append(events, Event{Kind: KindBack, Seat: seat.ID, Actor: seat.ID, Entry: entry}), nil
	}
	if s.Count()-len(events) >= MaxSeats {
		longest, ok := s.longestUnsettled()
		if !ok {
			return nil, ErrFull
		}
		events = append(events, Event{Kind: KindLeft, Seat: longest})
	}
	id := fmt.Sprintf("%08x", publication)
	return append(events, Event{Kind: KindJoined, Seat: id, Actor: id, Entry: entry}), nil
}

// Lose says that a seat's session is gone. It does nothing if the seat has a newer one.
type Lose struct {
	Seat        string
	Publication uint32 // of the session
}

func (l Lose) decide(s *State, _ uint16, _ int64) ([]Event, error) {
	if seat, ok := s.Seat(l.Seat); !ok || !seat.Here || seat.Publication != l.Publication {
		return nil, nil
	}
	return []Event{{Kind: KindAway, Seat: l.Seat}}, nil
}

// Return says that a lost session goes on, as the same publication. It does nothing if the seat was not lost, and is ErrSeatGone if it is given up or has a
// newer session.
type Return struct {
	Seat        string
	Publication uint32 // of the session
}

func (r Return) decide(s *State, _ uint16, _ int64) ([]Event, error) {
	seat, ok := s.Seat(r.Seat)
	if !ok || seat.Publication != r.Publication {
		return nil, ErrSeatGone
	}
	if seat.Here {
		return nil, nil
	}
	entry := &Entry{Name: seat.Name, Publication: seat.Publication, Muted: seat.Muted, Listen: seat.Listen}
	return []Event{{Kind: KindBack, Seat: seat.ID, Actor: seat.ID, Entry: entry}}, nil
}

// Leave gives a seat up, by the wish of its participant. It does nothing if the seat has a newer session.
type Leave struct {
	Seat        string
	Publication uint32 // of the session that says so
}

func (l Leave) decide(s *State, _ uint16, _ int64) ([]Event, error) {
	if seat, ok := s.Seat(l.Seat); !ok || seat.Publication != l.Publication {
		return nil, nil
	}
	return []Event{{Kind: KindLeft, Seat: l.Seat, Actor: l.Seat}}, nil
}

// Mute says that a participant closed or opened the microphone.
type Mute struct {
	Seat        string
	Publication uint32 // of the session that says so
	Muted       bool
}

func (m Mute) decide(s *State, _ uint16, _ int64) ([]Event, error) {
	seat, ok := s.Seat(m.Seat)
	if !ok || seat.Publication != m.Publication {
		return nil, ErrSeatGone
	}
	if seat.Muted == m.Muted {
		return nil, nil
	}
	return []Event{{Kind: KindMuted, Seat: m.Seat, Actor: m.Seat, Muted: m.Muted}}, nil
}

// Expire gives up the seats whose participants are away for KeepSeat or longer.
type Expire struct{}

func (Expire) decide(s *State, _ uint16, ms int64) ([]Event, error) { return s.expired(ms), nil }

// Restart says that the relay lost all sessions: whoever was here is away from now on.
type Restart struct{}

func (Restart) decide(s *State, _ uint16, _ int64) ([]Event, error) {
	var events []Event
	for _, seat := range s.seatsWhere(func(seat *Seat) bool { return seat.Here }) {
		events = append(events, Event{Kind: KindAway, Seat: seat.ID})
	}
	return events, nil
}

// longestUnsettled returns the seat that has been empty for the longest of those whose participants hardly were here.
func (s *State) longestUnsettled() (id string, ok bool) {
	var since int64
	for _, seat := range s.seatsWhere(func(seat *Seat) bool { return !seat.Here && !seat.settled }) {
		if !ok || seat.AwaySince < since {
			id, since, ok = seat.ID, seat.AwaySince, true
		}
	}
	return id, ok
}

func (s *Seat) expiredAt(ms int64) bool { return !s.Here && ms-s.AwaySince >= KeepSeat }

func (s *State) expired(ms int64) []Event {
	var events []Event
	for _, seat := range s.seatsWhere(func(seat *Seat) bool { return seat.expiredAt(ms) }) {
		events = append(events, Event{Kind: KindLeft, Seat: seat.ID})
	}
	return events
}

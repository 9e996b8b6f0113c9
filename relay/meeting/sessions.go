package meeting

import "fmt"

// Create opens the meeting.
type Create struct {
	Code  string // as ParseCode takes it
	Title string // as ParseTitle takes it
	Began int64  // Unix time of meeting millisecond 0, in ms
}

func (c Create) decide(s *State, _ *Command) ([]Event, error) {
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
	return []Event{{Body: Created{Code: code, Title: title, Began: c.Began}}}, nil
}

// Join gives a participant a seat: the one of an earlier session, with its name and mute state, or a new one. The last event that it
// leads to is joined or back and names seat and publication. A seat that another session still has changes to this one.
type Join struct {
	Seat   string // from a token, or empty; a seat that is given up makes it a new participant
	Name   string // as ParseName takes it
	Muted  bool   // of a new seat
	Listen bool   // has no microphone
	Who    Identity
}

func (j Join) decide(s *State, c *Command) ([]Event, error) {
	name, err := ParseName(j.Name)
	if err != nil {
		return nil, err
	}
	publication, err := s.nextPublication(c.Origin)
	if err != nil {
		return nil, err
	}
	entry := Entry{Name: name, Publication: publication, Muted: j.Muted, Listen: j.Listen}
	events := s.expired(c.Ms)
	if seat, ok := s.Seat(j.Seat); ok && !seat.expiredAt(c.Ms) {
		entry.Name, entry.Muted = seat.Name, seat.Muted
		return append(events, Event{Body: Back{entry}, Seat: seat.ID, Actor: seat.ID}), nil
	}
	if s.Count()-len(events) >= MaxSeats {
		longest, ok := s.longestUnsettled()
		if !ok {
			return nil, ErrFull
		}
		events = append(events, Event{Body: Left{}, Seat: longest})
	}
	id := fmt.Sprintf("%08x", publication)
	return append(events, Event{Body: Joined{entry}, Seat: id, Actor: id}), nil
}

// Lose says that a seat's session is gone. It does nothing if the seat has a newer one.
type Lose struct {
	Seat        string
	Publication uint32 // of the session
}

func (l Lose) decide(s *State, c *Command) ([]Event, error) {
	if seat, ok := s.Seat(l.Seat); !ok || !seat.Here || seat.Publication != l.Publication {
		return nil, nil
	}
	return []Event{{Body: Away{}, Seat: l.Seat}}, nil
}

// Return says that a lost session goes on, as the same publication. It does nothing if the seat was not lost, and is ErrSeatGone if it is given up or has a
// newer session.
type Return struct {
	Seat        string
	Publication uint32 // of the session
}

func (r Return) decide(s *State, c *Command) ([]Event, error) {
	seat, ok := s.Seat(r.Seat)
	if !ok || seat.Publication != r.Publication {
		return nil, ErrSeatGone
	}
	if seat.Here {
		return nil, nil
	}
	return []Event{{Body: Back{seat.entry()}, Seat: seat.ID, Actor: seat.ID}}, nil
}

// Leave gives a seat up, by the wish of its participant. It does nothing if the seat has a newer session.
type Leave struct {
	Seat        string
	Publication uint32 // of the session that says so
}

func (l Leave) decide(s *State, c *Command) ([]Event, error) {
	if seat, ok := s.Seat(l.Seat); !ok || seat.Publication != l.Publication {
		return nil, nil
	}
	return []Event{{Body: Left{}, Seat: l.Seat, Actor: l.Seat}}, nil
}

// Mute says that a participant closed or opened the microphone.
type Mute struct {
	Seat        string
	Publication uint32 // of the session that says so
	Muted       bool
}

func (m Mute) decide(s *State, c *Command) ([]Event, error) {
	seat, ok := s.Seat(m.Seat)
	if !ok || seat.Publication != m.Publication {
		return nil, ErrSeatGone
	}
	if seat.Muted == m.Muted {
		return nil, nil
	}
	return []Event{{Body: Muted{Muted: m.Muted}, Seat: m.Seat, Actor: m.Seat}}, nil
}

// Expire gives up the seats whose participants are away for KeepSeat or longer.
type Expire struct{}

func (Expire) decide(s *State, c *Command) ([]Event, error) { return s.expired(c.Ms), nil }

// Restart says that the relay lost all sessions: whoever was here is away from now on.
type Restart struct{}

func (Restart) decide(s *State, c *Command) ([]Event, error) {
	var events []Event
	for _, seat := range s.seatsWhere(func(seat *Seat) bool { return seat.Here }) {
		events = append(events, Event{Body: Away{}, Seat: seat.ID})
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
		events = append(events, Event{Body: Left{}, Seat: seat.ID})
	}
	return events
}

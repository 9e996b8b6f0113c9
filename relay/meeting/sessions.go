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

// Join gives a participant a seat: the one of an earlier session, with its name and mute state, or a new one. Who has proved to be somebody finds the seat of before without a token. The last event that it
// leads to is joined or back and names seat and publication. A seat that another session still has changes to this one.
type Join struct {
	Seat   string // from a token, or empty; a seat that is given up makes it a new participant
	Name   string // as ParseName takes it; empty: that of the seat, or of the invited site
	Muted  bool   // of a new seat
	Listen bool   // has no microphone
	Who    Identity
}

func (j Join) decide(s *State, c *Command) ([]Event, error) {
	entry := s.admission(j.Who, j.Seat)
	kept, sits := s.theirs(j, &entry, c.Ms)
	if invited, ok := s.Plan.Find(entry.Invited); ok && j.Name == "" {
		j.Name = invited.Name
	}
	if sits && j.Name == "" {
		j.Name = kept.Name
	}
	name, err := ParseName(j.Name)
	if err != nil {
		return nil, err
	}
	publication, err := s.nextPublication(c.Origin)
	if err != nil {
		return nil, err
	}
	entry.Name, entry.Publication, entry.Muted, entry.Listen = name, publication, j.Muted, j.Listen
	events := s.expired(c.Ms)
	if sits {
		entry.Name, entry.Muted = kept.Name, kept.Muted
		kept.keep(&entry, j.Who)
		if entry.Role == RoleObserver || entry.Role == RoleWaiting { // a pass has made it so
			events = append(events, s.hush(kept.ID)...)
		}
		return append(s.crowned(events, &kept, entry.Role), Event{Body: Back{entry}, Seat: kept.ID, Actor: kept.ID}), nil
	}
	if s.Count()-len(events) >= MaxSeats {
		gone, ok := s.dispensable(entry.Role)
		if !ok {
			return nil, ErrFull
		}
		events = append(events, Event{Body: Left{}, Seat: gone})
	}
	id := fmt.Sprintf("%08x", publication)
	return append(s.crowned(events, nil, entry.Role), Event{Body: Joined{entry}, Seat: id, Actor: id}), nil
}

// theirs returns the seat that somebody comes back to: that of the token, or else the one that was left empty last by who proved to be the same. A power cut takes a page's
// token away, not its computer's pass.
func (s *State) theirs(j Join, entry *Entry, ms int64) (kept Seat, ok bool) {
	if kept, ok = s.Seat(j.Seat); ok && !kept.expiredAt(ms) {
		return kept, true
	}
	ok = false
	if entry.Account == "" && entry.Invited == 0 {
		return kept, ok
	}
	for _, seat := range s.seatsWhere(func(seat *Seat) bool { return !seat.Here && !seat.expiredAt(ms) }) {
		if seat.Account == entry.Account && seat.Invited == entry.Invited && (!ok || seat.AwaySince >= kept.AwaySince) {
			kept, ok = seat, true
		}
	}
	return kept, ok
}

// keep gives an entry what the seat has, unless a pass proves that it is somebody else's or more than it was.
func (s *Seat) keep(entry *Entry, who Identity) {
	same := entry.Account == s.Account && entry.Invited == s.Invited
	if who == (Identity{}) || same && (s.Role != RoleNone || entry.Role == RoleWaiting) {
		entry.Role, entry.Invited, entry.Account = s.Role, s.Invited, s.Account
	}
}

// crowned makes a chair that is away a deputy when another one comes.
func (s *State) crowned(events []Event, seat *Seat, role Role) []Event {
	if role != RoleChair || seat != nil && seat.Role == RoleChair {
		return events
	}
	return append(events, s.dethrone()...)
}

// dispensable returns the seat that is given to who comes into a full meeting: the one that has been empty for the longest of those whose
// participants hardly were here; for an officer, a site or an invited guest also the last one in the lobby.
func (s *State) dispensable(newcomer Role) (id string, ok bool) {
	if newcomer == RoleWaiting {
		return "", false
	}
	if id, ok = s.longestUnsettled(); ok || newcomer == RoleNone {
		return id, ok
	}
	for _, seat := range s.seatsWhere(func(seat *Seat) bool { return seat.Role == RoleWaiting }) {
		id, ok = seat.ID, true
	}
	return id, ok
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
	if taken := s.seatsWhere(func(other *Seat) bool { return other.Here && other.Publication == r.Publication }); len(taken) > 0 {
		return nil, ErrSeatGone // a site gave the publication to another of its seats
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

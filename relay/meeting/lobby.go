package meeting

import "strconv"

// Locked closes the meeting for all but officers, invited sites and kept seats, or opens it again.
type Locked struct {
	free
	Locked bool `json:"locked,omitempty"`
}

// Removed takes a seat away; who had it waits if they come back, until admitted again.
type Removed struct {
	about
	For string `json:"for,omitempty"` // who stays out: "@" and an account, "#" and the number of an invited site, or a seat
}

// Admitted lets a waiting seat in. The entry is the seat's, with the role that it has from now on: most others hear of it for the first time.
type Admitted struct{ Entry }

// Kind implements Body.
func (Locked) Kind() Kind { return KindLocked }

// Kind implements Body.
func (Removed) Kind() Kind { return KindRemoved }

// Kind implements Body.
func (Admitted) Kind() Kind { return KindAdmitted }

func (b Locked) apply(s *State, _ *Event) { s.Locked = b.Locked }

func (b Removed) apply(s *State, e *Event) {
	s.vacate(e.Seat)
	if b.For == "" {
		return
	}
	if s.banned == nil {
		s.banned = map[string]bool{}
	}
	s.banned[b.For] = true
}

func (b Admitted) apply(s *State, e *Event) {
	seat := s.seats[e.Seat]
	if seat == nil {
		return
	}
	seat.Role, seat.Invited = b.Role, b.Invited
	for _, name := range outlaw(seat.ID, seat.Account, seat.Invited) {
		delete(s.banned, name)
	}
}

func (a Lock) decide(s *State, _ *Command) ([]Event, error) {
	if a.Locked == s.Locked {
		return nil, nil
	}
	return []Event{{Body: Locked{Locked: a.Locked}}}, nil
}

func (a Remove) decide(s *State, c *Command) ([]Event, error) {
	seat := s.seats[a.Seat]
	switch {
	case seat == nil:
		return nil, NotHere
	case seat.ID == c.By.Seat:
		return nil, NotYourself
	case seat.Role == RoleChair:
		return nil, UseHandOver
	}
	return s.removes(seat), nil
}

func (s *State) removes(seat *Seat) []Event {
	return []Event{{Body: Removed{For: outlaw(seat.ID, seat.Account, seat.Invited)[0]}, Seat: seat.ID}}
}

// outlaw returns the names under which somebody can have been removed, the most certain first.
func outlaw(seat, account string, invited int) []string {
	var names []string
	if account != "" {
		names = append(names, "@"+account)
	}
	if invited != 0 {
		names = append(names, "#"+strconv.Itoa(invited))
	}
	return append(names, seat)
}

func (a LetIn) decide(s *State, _ *Command) ([]Event, error) {
	seat := s.seats[a.Seat]
	switch {
	case seat == nil:
		return nil, NotHere
	case seat.Role != RoleWaiting:
		return nil, nil
	}
	entry := seat.entry()
	entry.Role = RoleGuest
	if officer, ok := s.Plan.Officer(seat.Account); ok {
		entry.Role = s.unlessChaired(officer.Role)
	} else if seat.Invited != 0 {
		entry.Role = RoleSite
	}
	return []Event{{Body: Admitted{entry}, Seat: seat.ID}}, nil
}

func (a Deny) decide(s *State, _ *Command) ([]Event, error) {
	seat := s.seats[a.Seat]
	switch {
	case seat == nil:
		return nil, NotHere
	case seat.Role != RoleWaiting:
		return nil, NotWaiting
	}
	return s.removes(seat), nil
}

// admission returns what somebody is who takes a seat, which had another id before if was is not empty.
func (s *State) admission(who Identity, was string) Entry {
	entry := Entry{Account: who.Account}
	officer, leads := s.Plan.Officer(who.Account)
	site := who.Site
	if leads && site == "" {
		site = officer.Site
	}
	invited, expected := s.Plan.Of(site)
	entry.Invited = invited.N
	switch {
	case leads:
		entry.Role = officer.Role
	case expected:
		entry.Role = RoleSite
	case who.Role == RoleGuest || who.Role == RoleObserver || who.Role == RoleChair:
		entry.Role = who.Role
	case s.Plan.Lobby:
		entry.Role = RoleWaiting
	}
	if s.Locked && entry.Role != RoleSite && !entry.Role.Officer() {
		entry.Role = RoleWaiting
	}
	for _, name := range outlaw(was, entry.Account, entry.Invited) {
		if s.banned[name] {
			entry.Role = RoleWaiting
		}
	}
	entry.Role = s.unlessChaired(entry.Role)
	return entry
}

// unlessChaired makes a second chair a deputy.
func (s *State) unlessChaired(role Role) Role {
	if role == RoleChair && s.chairHere() {
		return RoleDeputy
	}
	return role
}

func init() {
	register[Locked]()
	register[Removed]()
	register[Admitted]()
}

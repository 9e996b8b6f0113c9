package meeting

// StandIn is how long the chair must be away, in ms, until a deputy has the chair's rights.
const StandIn = 10_000

// chairless says whether a deputy stands in: there is no chair, or it has been away for StandIn.
func (s *State) chairless(ms int64) bool {
	for _, seat := range s.seats {
		if seat.Role == RoleChair && (seat.Here || ms-seat.AwaySince < StandIn) {
			return false
		}
	}
	return true
}

// chairHere says whether the chair sits in the meeting now.
func (s *State) chairHere() bool {
	for _, seat := range s.seats {
		if seat.Role == RoleChair && seat.Here {
			return true
		}
	}
	return false
}

// StandsIn says whether a seat is a deputy who has the chair's rights at a time, in meeting milliseconds.
func (s *State) StandsIn(seat string, ms int64) bool {
	of := s.seats[seat]
	return of != nil && of.Role == RoleDeputy && s.chairless(ms)
}

// enthrone returns the events that make a seat the one chair.
func (s *State) enthrone(seat *Seat) []Event {
	if seat.Role == RoleChair {
		return nil
	}
	return append(s.dethrone(), Event{Body: RoleGiven{Role: RoleChair}, Seat: seat.ID})
}

// dethrone returns the events that make the chair a deputy.
func (s *State) dethrone() []Event {
	var events []Event
	for _, seat := range s.seatsWhere(func(seat *Seat) bool { return seat.Role == RoleChair }) {
		events = append(events, Event{Body: RoleGiven{Role: RoleDeputy}, Seat: seat.ID})
	}
	return events
}

func (a SetRole) decide(s *State, c *Command) ([]Event, error) {
	seat := s.seats[a.Seat]
	switch {
	case seat == nil:
		return nil, NotHere
	case seat.Role == RoleWaiting:
		return nil, BadRole
	case seat.Role == a.Role:
		return nil, nil
	case a.Role == RoleChair && c.By.Role == RoleAdmin:
		return s.enthrone(seat), nil
	case seat.Role == RoleChair || a.Role == RoleChair:
		return nil, UseHandOver
	}
	var events []Event
	switch a.Role {
	case RoleDeputy, RoleSecretary, RoleTechnician, RoleGuest, RoleNone:
	case RoleSite:
		if seat.Invited == 0 {
			return nil, BadRole
		}
	case RoleObserver:
		events = s.hush(seat.ID)
	default:
		return nil, BadRole
	}
	return append(events, Event{Body: RoleGiven{Role: a.Role}, Seat: seat.ID}), nil
}

// hush returns the events that take a seat's hand down and the floor from it.
func (s *State) hush(seat string) []Event {
	var events []Event
	if s.Floor.Holder == seat {
		events = append(events, Event{Body: Yielded{Why: WhyTaken}, Seat: seat})
	}
	if s.Floor.hand(seat) >= 0 {
		events = append(events, Event{Body: Lowered{}, Seat: seat})
	}
	return events
}

func (a HandOver) decide(s *State, c *Command) ([]Event, error) {
	if !s.leads(c) {
		return nil, ChairIsHere
	}
	seat := s.seats[a.Seat]
	switch {
	case seat == nil || !seat.Here:
		return nil, NotHere
	case seat.Role == RoleWaiting || seat.Role == RoleObserver:
		return nil, BadRole
	}
	return s.enthrone(seat), nil
}

func (a Silence) decide(s *State, _ *Command) ([]Event, error) {
	if a.Seat != "" {
		seat := s.seats[a.Seat]
		switch {
		case seat == nil:
			return nil, NotHere
		case seat.Muted:
			return nil, nil
		}
		return []Event{{Body: Silenced{}, Seat: a.Seat}}, nil
	}
	for id, seat := range s.seats {
		if s.hushable(id, seat) && !seat.Muted {
			return []Event{{Body: Silenced{}}}, nil
		}
	}
	return nil, nil
}

// hushable says whether closing everybody's microphone closes this one.
func (s *State) hushable(id string, seat *Seat) bool {
	return !seat.Role.Officer() && id != s.Floor.Holder
}

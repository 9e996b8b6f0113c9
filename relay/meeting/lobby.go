package meeting

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

func init() {
	register[Locked]()
	register[Removed]()
	register[Admitted]()
}

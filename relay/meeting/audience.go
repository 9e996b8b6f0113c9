package meeting

import "encoding/json"

// Renews says whether a seat may see more, or less, from an event on: it is sent a new View instead. It is asked after Apply.
func (s *State) Renews(e Event, seat string) bool {
	switch e.Body.(type) {
	case RoleGiven, Admitted:
		return e.Seat == seat
	}
	return false
}

// Visible says whether an event goes to a seat. It is asked after Apply.
func (s *State) Visible(e Event, seat string) bool {
	if seat == e.Seat && e.seating() {
		return true
	}
	to := s.viewer(seat)
	switch b := e.Body.(type) {
	case nil, Writer, Hosted, Skipped:
		return false
	case Said:
		return !to.waits && (to.officer || b.To != ToTable)
	case Rang, Answered, Incident, Minuted:
		return to.officer
	case Decked:
		return to.sees(b.By)
	case Reported:
		return to.sees(b.By)
	}
	if of := s.seats[e.Seat]; of != nil && of.Role == RoleWaiting {
		return to.officer
	}
	return !to.waits
}

// seating says whether an event is about a seat's being there at all: it goes to the seat itself also in the lobby.
func (e *Event) seating() bool {
	switch e.Body.(type) {
	case Joined, Back, Away, Left, Muted, Silenced, RoleGiven, Removed, Admitted:
		return true
	}
	return false
}

// EncodeFor returns an event as a seat may see it, as one line of JSON without its end. It is asked after Apply, and only of visible events. What a
// page cannot use is left out: how the log is written, and an actor that is the seat.
func (s *State) EncodeFor(e Event, seat string) (json.RawMessage, error) {
	if e.Body == nil {
		return nil, ErrEvent
	}
	to := s.viewer(seat)
	e.Epoch, e.Origin, e.Command = 0, 0, ""
	if e.Actor == e.Seat {
		e.Actor = ""
	}
	var said any = e.Body
	switch b := e.Body.(type) {
	case Planned:
		said = struct {
			Plan ViewPlan `json:"plan"`
		}{b.Plan.view(to)}
	case Joined:
		b.Account = ""
		said = b
	case Back:
		b.Account = ""
		said = b
	case Admitted:
		b.Account = ""
		said = b
	case Removed:
		said = struct{}{}
	case Present:
		if !to.officer && b.Invited != to.invited {
			b.Names = ""
		}
		said = b
	case Confirmed:
		if !to.officer {
			b.Note = ""
		}
		said = b
	case Voted:
		if p := s.poll(b.Poll); (p == nil || p.Secret) && b.Voter != to.voter {
			e.Seat, e.Actor = "", ""
			said = Voted{Poll: b.Poll, Choice: b.Choice, Was: b.Was}
		}
	case Minuted:
		said = struct{}{}
	case Finalised:
		said = struct {
			Hash string `json:"hash"`
		}{b.Hash}
	}
	return encode(e, said)
}

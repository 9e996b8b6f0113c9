package transport

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Seating is what can be told of a meeting's seats and floor from a view and the events after it: all that a client needs which shows no page. It is not safe for concurrent use.
type Seating struct {
	Seats  []Seat
	Mode   string // of the floor
	Holder string // the seat that has it; "": nobody
	N      uint64 // of the last event
	Epoch  uint32 // of the relay that writes

	invited map[int]string // names by number in the plan
}

// The letters of roles in a view.
var roles = map[string]string{"c": "chair", "d": "deputy", "s": "secretary", "t": "technician", "v": "site", "g": "guest", "o": "observer", "w": "waiting"}

// RoleLetter returns how a view writes a role.
func RoleLetter(role string) string {
	for letter, r := range roles {
		if r == role {
			return letter
		}
	}
	return ""
}

// seen are the members of a view that Seating needs.
type seen struct {
	N     uint64 `json:"n"`
	Epoch uint32 `json:"epoch"`
	Plan  struct {
		Invited []json.RawMessage `json:"invited"`
	} `json:"plan"`
	Seats []json.RawMessage `json:"seats"`
	Floor struct {
		Mode   string `json:"mode"`
		Holder string `json:"holder"`
	} `json:"floor"`
}

// Welcome takes the state that a welcome tells. The error is that of a view that is none; then nothing has changed.
func (s *Seating) Welcome(w *Welcome) error {
	if w.View != nil {
		var v seen
		if err := json.Unmarshal(w.View, &v); err != nil {
			return fmt.Errorf("transport: a view: %w", err)
		}
		*s = Seating{N: v.N, Epoch: v.Epoch, Mode: v.Floor.Mode, Holder: v.Floor.Holder}
		s.invite(v.Plan.Invited)
		for _, row := range v.Seats {
			if seat, ok := s.row(row); ok {
				s.Seats = append(s.Seats, seat)
			}
		}
	}
	for _, text := range w.Events {
		var e Event
		if json.Unmarshal(text, &e) == nil {
			s.Fold(&e)
		}
	}
	return nil
}

// invite notes the names of the invited.
func (s *Seating) invite(rows []json.RawMessage) {
	s.invited = map[int]string{}
	for _, row := range rows {
		var n int
		var name string
		if json.Unmarshal(row, &[]any{&n, &name}) == nil {
			s.invited[n] = name
		}
	}
}

// row reads a seat's row; what is missing at its end is zero.
func (s *Seating) row(text json.RawMessage) (seat Seat, ok bool) {
	var id uint32
	var flags int
	var letter string
	if json.Unmarshal(text, &[]any{&id, &seat.Name, &seat.Publication, &flags, &letter, &seat.Invited}) != nil || id == 0 {
		return seat, false
	}
	seat.ID = fmt.Sprintf("%08x", id)
	if seat.Publication == 0 {
		seat.Publication = id
	}
	if seat.Name == "" {
		seat.Name = s.invited[seat.Invited]
	}
	seat.Here, seat.Muted, seat.Listen, seat.Role = flags&1 != 0, flags&2 != 0, flags&4 != 0, roles[letter]
	return seat, true
}

// Cursor names what is known; "" if that is nothing.
func (s *Seating) Cursor() string {
	if s.N == 0 {
		return ""
	}
	return fmt.Sprintf("%d.%d", s.Epoch, s.N)
}

// Find returns the seat with this id, or nil.
func (s *Seating) Find(id string) *Seat {
	i := slices.IndexFunc(s.Seats, func(o Seat) bool { return o.ID == id })
	if i < 0 {
		return nil
	}
	return &s.Seats[i]
}

// said are the members of bodies that Seating needs.
type said struct {
	Name        string `json:"name"`
	Publication uint32 `json:"publication"`
	Muted       bool   `json:"muted"`
	Listen      bool   `json:"listen"`
	Role        string `json:"role"`
	Invited     int    `json:"invited"`
	Mode        string `json:"mode"`
	Epoch       uint32 `json:"epoch"`
	Plan        struct {
		Mode string `json:"mode"`
	} `json:"plan"`
}

// Fold takes the next event. One that is known already, or of a kind that is not, changes nothing else.
func (s *Seating) Fold(e *Event) {
	if e.N != 0 && e.N <= s.N {
		return
	}
	s.N = max(s.N, e.N)
	var b said
	if len(e.Body) > 0 && json.Unmarshal(e.Body, &b) != nil {
		return
	}
	switch e.Kind {
	case "writer":
		s.Epoch = b.Epoch
	case "joined", "back", "admitted":
		s.seat(Seat{e.Seat, b.Name, b.Publication, true, b.Muted, b.Listen, b.Role, b.Invited})
	case "left", "removed":
		s.Seats = slices.DeleteFunc(s.Seats, func(o Seat) bool { return o.ID == e.Seat })
		s.yielded(e.Seat)
	case "mode":
		if s.Mode = b.Mode; b.Mode == "free" {
			s.Holder = ""
		}
	case "granted":
		s.Holder = e.Seat
	case "yielded":
		s.yielded(e.Seat)
	case "silenced":
		s.silence(e.Seat)
	default:
		s.change(e, &b)
	}
}

// change folds what is about a seat that there is.
func (s *Seating) change(e *Event, b *said) {
	seat := s.Find(e.Seat)
	if seat == nil {
		return
	}
	switch e.Kind {
	case "away":
		seat.Here = false
	case "muted":
		seat.Muted = b.Muted
	case "role":
		seat.Role = b.Role
	}
}

// seat takes a seat as it is now.
func (s *Seating) seat(now Seat) {
	if seat := s.Find(now.ID); seat != nil {
		*seat = now
		return
	}
	s.Seats = append(s.Seats, now)
}

func (s *Seating) yielded(seat string) {
	if s.Holder == seat {
		s.Holder = ""
	}
}

// silence closes a seat's microphone; "": those of all but officers and who has the floor.
func (s *Seating) silence(id string) {
	for i := range s.Seats {
		seat := &s.Seats[i]
		officer := slices.Contains([]string{"chair", "deputy", "secretary", "technician"}, seat.Role)
		if seat.ID == id || id == "" && !officer && seat.ID != s.Holder {
			seat.Muted = true
		}
	}
}

// MaySpeak says whether a seat's voice is forwarded.
func (s *Seating) MaySpeak(id string) bool {
	seat := s.Find(id)
	switch {
	case seat == nil || seat.Role == "waiting" || seat.Role == "observer":
		return false
	case s.Mode != "moderated" && s.Mode != "roll" || seat.Role == "chair" || seat.Role == "deputy":
		return true
	}
	return s.Holder == id
}

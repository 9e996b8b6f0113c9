package meeting

import (
	"slices"
	"strconv"
)

// Limits of what a state keeps; the log has it all.
const (
	MaxChat    = 200
	MaxNotes   = 200
	MaxNotices = 20
)

// Line is something written: a message, or a line of the live notes.
type Line struct {
	N    uint64 // of its event
	Ms   int64
	Seat string // who wrote it, empty: somebody outside the meeting
	Name string // of the seat then
	To   string // ToAll, ToTable
	Text string
}

// To whom a message goes.
const (
	ToAll   = "all"
	ToTable = "table" // the officers
)

// Notice is something that stays on the page until it is taken away.
type Notice struct {
	ID   string
	Text string
}

// Said is a message.
type Said struct {
	free
	To   string `json:"to"` // ToAll, ToTable
	Text string `json:"text"`
}

// Noticed puts a notice up, or changes it.
type Noticed struct {
	free
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Unnoticed takes a notice away.
type Unnoticed struct {
	free
	ID string `json:"id"`
}

// Noted is a line of the secretary's live notes.
type Noted struct {
	free
	Text string `json:"text"`
}

// Kind implements Body.
func (Said) Kind() Kind { return KindSaid }

// Kind implements Body.
func (Noticed) Kind() Kind { return KindNoticed }

// Kind implements Body.
func (Unnoticed) Kind() Kind { return KindUnnoticed }

// Kind implements Body.
func (Noted) Kind() Kind { return KindNoted }

func (b Said) apply(s *State, e *Event) {
	line := Line{N: e.N, Ms: e.Ms, Seat: e.Seat, To: b.To, Text: b.Text}
	if seat := s.seats[e.Seat]; seat != nil {
		line.Name = seat.Name
	}
	s.Chat = last(MaxChat, append(s.Chat, line))
}

func (b Noticed) apply(s *State, _ *Event) {
	if i := s.notice(b.ID); i >= 0 {
		s.Notices[i].Text = b.Text
		return
	}
	s.Notices = append(s.Notices, Notice{b.ID, b.Text})
}

func (b Unnoticed) apply(s *State, _ *Event) {
	s.Notices = slices.DeleteFunc(s.Notices, func(n Notice) bool { return n.ID == b.ID })
}

func (b Noted) apply(s *State, e *Event) {
	s.Notes = last(MaxNotes, append(s.Notes, Line{N: e.N, Ms: e.Ms, Text: b.Text}))
}

func (s *State) notice(id string) int {
	return slices.IndexFunc(s.Notices, func(n Notice) bool { return n.ID == id })
}

// last returns the end of a list, in the same array.
func last[T any](most int, list []T) []T {
	if extra := len(list) - most; extra > 0 {
		list = slices.Delete(list, 0, extra)
	}
	return list
}

// nextID names what an event begins: nothing else in the meeting has its number.
func (s *State) nextID() string { return strconv.FormatUint(s.N+1, 10) }

func (a Say) decide(s *State, c *Command) ([]Event, error) {
	to := a.To
	switch {
	case to == "":
		to = ToAll
	case to != ToAll && to != ToTable:
		return nil, BadAction
	case to == ToTable && !s.officer(c):
		return nil, NotYours
	}
	text, err := ParseText(a.Text, MaxText)
	if err != nil {
		return nil, err
	}
	return []Event{{Body: Said{To: to, Text: text}, Seat: c.By.Seat}}, nil
}

func (a PutNotice) decide(s *State, _ *Command) ([]Event, error) {
	text, err := ParseText(a.Text, maxShort)
	switch {
	case err != nil:
		return nil, err
	case slices.ContainsFunc(s.Notices, func(n Notice) bool { return n.Text == text }):
		return nil, nil
	case len(s.Notices) >= MaxNotices:
		return nil, TooMany
	}
	return []Event{{Body: Noticed{ID: s.nextID(), Text: text}}}, nil
}

func (a TakeNotice) decide(s *State, _ *Command) ([]Event, error) {
	if s.notice(a.ID) < 0 {
		return nil, nil
	}
	return []Event{{Body: Unnoticed{ID: a.ID}}}, nil
}

func (a TakeNote) decide(*State, *Command) ([]Event, error) {
	text, err := ParseText(a.Text, MaxText)
	if err != nil {
		return nil, err
	}
	return []Event{{Body: Noted{Text: text}}}, nil
}

func init() {
	register[Said]()
	register[Noticed]()
	register[Unnoticed]()
	register[Noted]()
}

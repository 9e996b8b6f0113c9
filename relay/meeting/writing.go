package meeting

import (
	"slices"
	"strconv"
)

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

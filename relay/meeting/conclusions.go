package meeting

import (
	"slices"
	"time"
)

// Conclusion is a decision assigned to invited sites, with what they say of it.
type Conclusion struct {
	ID           string
	Text         string
	Units        []int  // numbers of the invited
	Due          string // YYYY-MM-DD, or empty
	Acknowledged map[int]int64
	Progress     map[int]Progressing // the last word of each
}

// Progressing is how far an invited site is with a conclusion.
type Progressing struct {
	Text string
	Done bool
	Ms   int64 // meeting milliseconds
}

// Open says whether somebody to whom it was assigned is not done with it.
func (c *Conclusion) Open() bool {
	for _, n := range c.Units {
		if !c.Progress[n].Done {
			return true
		}
	}
	return false
}

// Concluded is a decision, anew if there is one with its id.
type Concluded struct {
	free
	ID    string `json:"id"`
	Text  string `json:"text"`
	Units []int  `json:"units,omitempty"`
	Due   string `json:"due,omitempty"` // YYYY-MM-DD
}

// Acknowledged says that an invited site has read a conclusion.
type Acknowledged struct {
	free
	ID      string `json:"id"`
	Invited int    `json:"invited"`
}

// Progressed says how far an invited site is with a conclusion.
type Progressed struct {
	free
	ID      string `json:"id"`
	Invited int    `json:"invited"`
	Text    string `json:"text"`
	Done    bool   `json:"done,omitempty"`
}

// Kind implements Body.
func (Concluded) Kind() Kind { return KindConcluded }

// Kind implements Body.
func (Acknowledged) Kind() Kind { return KindAcknowledged }

// Kind implements Body.
func (Progressed) Kind() Kind { return KindProgressed }

func (b Concluded) apply(s *State, _ *Event) {
	if c := s.conclusion(b.ID); c != nil {
		c.Text, c.Units, c.Due = b.Text, b.Units, b.Due
		return
	}
	s.Conclusions = append(s.Conclusions, Conclusion{ID: b.ID, Text: b.Text, Units: b.Units, Due: b.Due})
}

func (b Acknowledged) apply(s *State, e *Event) {
	if c := s.conclusion(b.ID); c != nil {
		put(&c.Acknowledged, b.Invited, e.Ms)
	}
}

func (b Progressed) apply(s *State, e *Event) {
	if c := s.conclusion(b.ID); c != nil {
		put(&c.Progress, b.Invited, Progressing{b.Text, b.Done, e.Ms})
	}
}

func (s *State) conclusion(id string) *Conclusion {
	for i := range s.Conclusions {
		if s.Conclusions[i].ID == id {
			return &s.Conclusions[i]
		}
	}
	return nil
}

// MaxConclusions is the greatest number of conclusions of a meeting.
const MaxConclusions = 100

func (a Conclude) decide(s *State, _ *Command) ([]Event, error) {
	text, err := ParseText(a.Text, maxLong)
	if err != nil {
		return nil, err
	}
	if _, err := time.Parse(time.DateOnly, a.Due); a.Due != "" && err != nil {
		return nil, BadDate
	}
	var units []int
	for _, n := range a.Units {
		if _, ok := s.Plan.Find(n); !ok {
			return nil, NoSuchSite
		}
		units = with(units, n)
	}
	body := Concluded{ID: a.ID, Text: text, Units: units, Due: a.Due}
	same := func(c Conclusion) bool {
		return (a.ID == "" || a.ID == c.ID) && c.Text == text && c.Due == a.Due && slices.Equal(c.Units, units)
	}
	switch {
	case a.ID != "" && s.conclusion(a.ID) == nil:
		return nil, NoSuchThing
	case slices.ContainsFunc(s.Conclusions, same):
		return nil, nil
	case a.ID == "" && len(s.Conclusions) >= MaxConclusions:
		return nil, TooMany
	case a.ID == "":
		body.ID = s.nextID()
	}
	return []Event{{Body: body}}, nil
}

// assigned returns a conclusion and the number of the invited site of who commands, to which it is assigned.
func (s *State) assigned(id string, c *Command) (*Conclusion, int, error) {
	n, err := s.site(c)
	if err != nil {
		return nil, 0, err
	}
	of := s.conclusion(id)
	switch {
	case of == nil:
		return nil, 0, NoSuchThing
	case !slices.Contains(of.Units, n):
		return nil, 0, NotAssigned
	}
	return of, n, nil
}

func (a Acknowledge) decide(s *State, c *Command) ([]Event, error) {
	of, n, err := s.assigned(a.ID, c)
	if err != nil {
		return nil, err
	}
	if _, has := of.Acknowledged[n]; has {
		return nil, nil
	}
	return []Event{{Body: Acknowledged{ID: of.ID, Invited: n}}}, nil
}

func (a Progress) decide(s *State, c *Command) ([]Event, error) {
	of, n, err := s.assigned(a.ID, c)
	if err != nil {
		return nil, err
	}
	text, err := optionalText(a.Text, maxLong)
	if err != nil {
		return nil, err
	}
	if was := of.Progress[n]; was.Text == text && was.Done == a.Done {
		return nil, nil
	}
	return []Event{{Body: Progressed{ID: of.ID, Invited: n, Text: text, Done: a.Done}}}, nil
}

func init() {
	register[Concluded]()
	register[Acknowledged]()
	register[Progressed]()
}

package meeting

// Rung is the last call of an idle room.
type Rung struct {
	Ms       int64 // meeting milliseconds
	Text     string
	Answered int64 // meeting milliseconds, 0: not yet
}

// Rang calls idle rooms.
type Rang struct {
	free
	Invited []int  `json:"invited"`
	Text    string `json:"text,omitempty"`
}

// Answered says that somebody at an invited site has heard it.
type Answered struct {
	free
	Invited int `json:"invited"`
}

// Kind implements Body.
func (Rang) Kind() Kind { return KindRang }

// Kind implements Body.
func (Answered) Kind() Kind { return KindAnswered }

func (b Rang) apply(s *State, e *Event) {
	for _, n := range b.Invited {
		put(&s.Rings, n, Rung{Ms: e.Ms, Text: b.Text})
	}
}

func (b Answered) apply(s *State, e *Event) {
	if ring, ok := s.Rings[b.Invited]; ok && ring.Answered == 0 {
		ring.Answered = e.Ms
		s.Rings[b.Invited] = ring
	}
}

func (a Ring) decide(s *State, _ *Command) ([]Event, error) {
	text, err := optionalText(a.Text, maxShort)
	if err != nil {
		return nil, err
	}
	wanted := a.Invited
	if len(wanted) == 0 {
		for _, i := range s.Plan.Invited {
			wanted = append(wanted, i.N)
		}
	}
	var absent []int
	for _, n := range wanted {
		if _, ok := s.Plan.Find(n); !ok {
			return nil, NoSuchSite
		}
		if _, here := s.Voice(n); !here {
			absent = with(absent, n)
		}
	}
	if absent == nil {
		return nil, NothingToRing
	}
	return []Event{{Body: Rang{Invited: absent, Text: text}}}, nil
}

func (Answer) decide(s *State, c *Command) ([]Event, error) {
	n, err := s.site(c)
	if err != nil {
		return nil, err
	}
	if ring, ok := s.Rings[n]; !ok || ring.Answered != 0 {
		return nil, nil
	}
	return []Event{{Body: Answered{Invited: n}}}, nil
}

func init() {
	register[Rang]()
	register[Answered]()
}

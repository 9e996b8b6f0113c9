package meeting

// Roll is the roll call.
type Roll struct {
	Open      bool
	Present   map[int]Presence     // by number of the invited
	Confirmed map[int]Confirmation // by number of the invited
}

// Presence is who sits at an invited site, as it says itself.
type Presence struct {
	Headcount int
	Names     string // lines
	Ms        int64  // meeting milliseconds
}

// Confirmation is the secretary's word on a site's presence.
type Confirmation struct {
	Note string
	Ms   int64 // meeting milliseconds
}

// RollCalled opens the roll call or ends it (event "roll").
type RollCalled struct {
	free
	Open bool `json:"open,omitempty"`
}

// Present says who sits at an invited site.
type Present struct {
	free
	Invited   int    `json:"invited"`
	Headcount int    `json:"headcount"`
	Names     string `json:"names,omitempty"` // lines
}

// Confirmed is the secretary's word on a site's presence.
type Confirmed struct {
	free
	Invited int    `json:"invited"`
	Note    string `json:"note,omitempty"`
}

// Kind implements Body.
func (RollCalled) Kind() Kind { return KindRoll }

// Kind implements Body.
func (Present) Kind() Kind { return KindPresent }

// Kind implements Body.
func (Confirmed) Kind() Kind { return KindConfirmed }

func (b RollCalled) apply(s *State, _ *Event) { s.Roll.Open = b.Open }

func (b Present) apply(s *State, e *Event) {
	put(&s.Roll.Present, b.Invited, Presence{b.Headcount, b.Names, e.Ms})
}

func (b Confirmed) apply(s *State, e *Event) {
	put(&s.Roll.Confirmed, b.Invited, Confirmation{b.Note, e.Ms})
}

// put puts into a map that may not be there yet.
func put[K comparable, V any](into *map[K]V, key K, v V) {
	if *into == nil {
		*into = map[K]V{}
	}
	(*into)[key] = v
}

func (a CallRoll) decide(s *State, _ *Command) ([]Event, error) {
	if a.Open == s.Roll.Open {
		return nil, nil
	}
	return []Event{{Body: RollCalled{Open: a.Open}}}, nil
}

func (a Attend) decide(s *State, c *Command) ([]Event, error) {
	n, err := s.site(c)
	if err != nil {
		return nil, err
	}
	if a.Headcount < 0 || a.Headcount > maxMembers {
		return nil, BadNumber
	}
	names, err := optionalText(a.Names, maxLong)
	if err != nil {
		return nil, err
	}
	if was, ok := s.Roll.Present[n]; ok && was.Headcount == a.Headcount && was.Names == names {
		return nil, nil
	}
	return []Event{{Body: Present{Invited: n, Headcount: a.Headcount, Names: names}, Seat: c.By.Seat}}, nil
}

func (a Confirm) decide(s *State, _ *Command) ([]Event, error) {
	if _, ok := s.Plan.Find(a.Invited); !ok {
		return nil, NoSuchSite
	}
	note, err := optionalText(a.Note, maxShort)
	if err != nil {
		return nil, err
	}
	if was, ok := s.Roll.Confirmed[a.Invited]; ok && was.Note == note {
		return nil, nil
	}
	return []Event{{Body: Confirmed{Invited: a.Invited, Note: note}}}, nil
}

func init() {
	register[RollCalled]()
	register[Present]()
	register[Confirmed]()
}

package meeting

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

func init() {
	register[Concluded]()
	register[Acknowledged]()
	register[Progressed]()
}

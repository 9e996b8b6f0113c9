package meeting

import "slices"

// Limits of what is shown in a meeting.
const (
	MaxPages    = 200 // of a deck
	MaxDecks    = 200 // in a meeting
	ownDecks    = 8   // of a site, or of somebody who is none: the oldest one goes
	maxDeckName = 120 // characters of a title
	hashLength  = 43  // base64url of a SHA-256, without padding
)

// Stage is what is shown and played.
type Stage struct {
	Decks   []Deck // in the order in which they were announced
	Slide   Slide
	Reports []AdvanceReport // likewise
	Playing Playback
}

// Deck is a document that was made ready to be shown page by page.
type Deck struct {
	ID    string
	By    string // as Seat.Voter names who brought it
	Title string
	Pages int
	List  string // hash of the list of the pages that are there so far; empty: none yet
}

// Slide is the page that is shown, Page 0: none.
type Slide struct {
	Deck  string
	Seat  string // who shows it
	Title string
	Pages int
	Page  int    // from 1
	Lo    string // hash of the page in few bytes,
	Hi    string // and in its full quality, empty while it is not there yet
}

// Decked announces a deck, or more of its pages.
type Decked struct {
	about
	ID    string `json:"id"`
	By    string `json:"by"`
	Title string `json:"title"`
	Pages int    `json:"pages"`
	List  string `json:"list,omitempty"`
}

// Shown shows a page. Title and pages are there when another deck is shown than before.
type Shown struct {
	about
	Deck  string `json:"deck"`
	Page  int    `json:"page"`
	Lo    string `json:"lo"`
	Hi    string `json:"hi,omitempty"`
	Title string `json:"title,omitempty"`
	Pages int    `json:"pages,omitempty"`
}

// Hidden ends the showing.
type Hidden struct{ free }

// Kind implements Body.
func (Decked) Kind() Kind { return KindDecked }

// Kind implements Body.
func (Shown) Kind() Kind { return KindShown }

// Kind implements Body.
func (Hidden) Kind() Kind { return KindHidden }

func (b Decked) apply(s *State, _ *Event) {
	if d := s.deck(b.ID); d != nil {
		d.List = b.List
		return
	}
	// Not one that is being shown: its pages would be nobody's.
	s.Decks = keep(s.Decks, ownDecks, func(d Deck) bool { return d.By == b.By && d.ID != s.Slide.Deck })
	s.Decks = append(s.Decks, Deck{b.ID, b.By, b.Title, b.Pages, b.List})
}

func (b Shown) apply(s *State, e *Event) {
	now := Slide{Deck: b.Deck, Seat: e.Seat, Title: b.Title, Pages: b.Pages, Page: b.Page, Lo: b.Lo, Hi: b.Hi}
	if b.Pages == 0 {
		now.Title, now.Pages = s.Slide.Title, s.Slide.Pages
	}
	s.Slide = now
}

func (Hidden) apply(s *State, _ *Event) { s.Slide = Slide{} }

// keep leaves room for one more of those of a list that are somebody's own, of which there shall be at most so many: the oldest go.
func keep[T any](list []T, most int, own func(T) bool) []T {
	extra := 1 - most
	for _, v := range list {
		if own(v) {
			extra++
		}
	}
	return slices.DeleteFunc(list, func(v T) bool {
		if extra <= 0 || !own(v) {
			return false
		}
		extra--
		return true
	})
}

// clear hides what a seat shows that is gone, or that is no officer while another is given the floor.
func (s *State) clear(seat string) {
	if s.Slide.Seat == seat {
		s.Slide = Slide{}
	}
}

func (s *State) deck(id string) *Deck {
	if i := slices.IndexFunc(s.Decks, func(d Deck) bool { return d.ID == id }); i >= 0 {
		return &s.Decks[i]
	}
	return nil
}

// MayPresent says whether a seat may show slides or its screen now: officers and who has the floor; in a meeting that nobody prepared and whose floor
// is free, all who may speak.
func (s *State) MayPresent(seat string) bool {
	of := s.seats[seat]
	switch {
	case of == nil || of.Role == RoleWaiting || of.Role == RoleObserver:
		return false
	case of.Role.Officer() || s.Floor.Holder == seat:
		return true
	}
	return !s.Floor.Mode.closed() && len(s.Plan.Officers)+len(s.Plan.Invited) == 0
}

// MayBring says whether a seat may store slides and reports now: who may present, and invited sites before it is their turn.
func (s *State) MayBring(seat string) bool {
	of := s.seats[seat]
	return of != nil && (of.Role == RoleSite || s.MayPresent(seat))
}

// Coming returns the decks whose pages will be wanted, soonest first: the one that is shown, the newest of who has the floor and of who is next, and
// those of officers. A meeting of 150 sites may have 150 decks; a thin line carries those that come.
func (s *State) Coming() []Deck {
	var out []Deck
	add := func(d *Deck) {
		if d != nil && !slices.ContainsFunc(out, func(o Deck) bool { return o.ID == d.ID }) {
			out = append(out, *d)
		}
	}
	add(s.deck(s.Slide.Deck))
	soon := []string{s.Floor.Holder}
	if up, ok := s.NextUp(); ok {
		soon = append(soon, up.Seat)
	}
	for _, id := range soon {
		if seat := s.seats[id]; seat != nil {
			add(s.newest(func(d *Deck) bool { return d.By == seat.Voter() }))
		}
	}
	var officers []string
	for _, seat := range s.seats {
		if seat.Role.Officer() || !s.Floor.Mode.closed() && seat.Role == RoleNone {
			officers = append(officers, seat.Voter())
		}
	}
	add(s.newest(func(d *Deck) bool { return slices.Contains(officers, d.By) }))
	return out
}

// newest returns the deck of somebody that was announced last, nil if there is none.
func (s *State) newest(of func(*Deck) bool) *Deck {
	for i := len(s.Decks) - 1; i >= 0; i-- {
		if of(&s.Decks[i]) {
			return &s.Decks[i]
		}
	}
	return nil
}

// brings returns the seat of who commands, if it may store something.
func (s *State) brings(c *Command) (*Seat, error) {
	seat := s.seats[c.By.Seat]
	switch {
	case seat == nil:
		return nil, NoSeat
	case !s.MayBring(seat.ID):
		return nil, MayNotPresent
	}
	return seat, nil
}

func (a OpenDeck) decide(s *State, c *Command) ([]Event, error) {
	seat, err := s.brings(c)
	if err != nil {
		return nil, err
	}
	if !isHash(a.List) && a.List != "" {
		return nil, BadAction
	}
	if a.Deck != "" {
		d := s.deck(a.Deck)
		switch {
		case d == nil:
			return nil, NoSuchThing
		case d.By != seat.Voter():
			return nil, NotYours
		case d.List == a.List:
			return nil, nil
		}
		return []Event{{Body: Decked{ID: d.ID, By: d.By, Title: d.Title, Pages: d.Pages, List: a.List}, Seat: seat.ID}}, nil
	}
	title, ok := parseText(a.Title, maxDeckName)
	switch {
	case !ok || title == "":
		return nil, BadText
	case a.Pages < 1 || a.Pages > MaxPages:
		return nil, BadNumber
	case len(s.Decks) >= MaxDecks:
		return nil, TooMany
	}
	return []Event{{Body: Decked{ID: s.nextID(), By: seat.Voter(), Title: title, Pages: a.Pages, List: a.List}, Seat: seat.ID}}, nil
}

func (a Show) decide(s *State, c *Command) ([]Event, error) {
	seat := s.seats[c.By.Seat]
	if seat == nil {
		return nil, NoSeat
	}
	d := s.deck(a.Deck)
	switch {
	case !s.MayPresent(seat.ID):
		return nil, MayNotPresent
	case d == nil:
		return nil, NoSuchThing
	case d.By != seat.Voter() && !seat.Role.Officer():
		return nil, NotYours
	case a.Page < 1 || a.Page > d.Pages:
		return nil, BadNumber
	case !isHash(a.Lo) || a.Hi != "" && !isHash(a.Hi):
		return nil, BadAction
	}
	return s.shows(d, Slide{d.ID, seat.ID, d.Title, d.Pages, a.Page, a.Lo, a.Hi}), nil
}

// shows returns the event that shows a page, none if it is shown already.
func (s *State) shows(d *Deck, now Slide) []Event {
	if s.Slide == now {
		return nil
	}
	body := Shown{Deck: d.ID, Page: now.Page, Lo: now.Lo, Hi: now.Hi}
	if s.Slide.Deck != d.ID {
		body.Title, body.Pages = d.Title, d.Pages
	}
	return []Event{{Body: body, Seat: now.Seat}}
}

func (Hide) decide(s *State, c *Command) ([]Event, error) {
	switch seat := c.By.Seat; {
	case s.Slide.Page == 0:
		return nil, nil
	case !s.officer(c) && !s.MayPresent(seat) && s.Slide.Seat != seat:
		return nil, MayNotPresent
	}
	return []Event{{Body: Hidden{}}}, nil
}

// isHash says whether a text can be the hash of a stored file.
func isHash(text string) bool {
	if len(text) != hashLength {
		return false
	}
	for _, c := range []byte(text) {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

func init() {
	register[Decked]()
	register[Shown]()
	register[Hidden]()
}

package meeting

import "slices"

// Limits of reports that are sent ahead.
const (
	MaxReportBytes = 8 << 20        // of the file
	MaxReportMs    = 60 * 60 * 1000 // ms
	MaxReports     = 200            // in a meeting
	ownReports     = 3              // of a site, or of somebody who is none: the oldest one goes
)

// AdvanceReport is what somebody recorded beforehand, to be played in the meeting.
type AdvanceReport struct {
	ID    string
	By    string // as Seat.Voter names who brought it
	Seat  string // that brought it
	Title string
	Ms    int64  // how long it is
	Hash  string // of the file
	Size  int64  // bytes
}

// Playback is the report that is played. An empty ID: none.
type Playback struct {
	ID    string
	Seat  string // whose it is
	Title string
	Ms    int64 // how long it is
	Since int64 // meeting milliseconds
}

// Reported says that a report is there to be played.
type Reported struct {
	about
	ID    string `json:"id"`
	By    string `json:"by"`
	Title string `json:"title"`
	Ms    int64  `json:"ms"`
	Hash  string `json:"hash"`
	Size  int64  `json:"size"`
}

// Playing says that a report is played from now on, in the place of another.
type Playing struct {
	about
	ID    string `json:"id"`
	Title string `json:"title"`
	Ms    int64  `json:"ms"`
}

// Played says that it is over.
type Played struct {
	free
	ID string `json:"id"`
}

// Kind implements Body.
func (Reported) Kind() Kind { return KindReported }

// Kind implements Body.
func (Playing) Kind() Kind { return KindPlaying }

// Kind implements Body.
func (Played) Kind() Kind { return KindPlayed }

func (b Reported) apply(s *State, e *Event) {
	s.Reports = keep(s.Reports, ownReports, func(r AdvanceReport) bool { return r.By == b.By && r.ID != s.Playing.ID })
	s.Reports = append(s.Reports, AdvanceReport{b.ID, b.By, e.Seat, b.Title, b.Ms, b.Hash, b.Size})
}

func (b Playing) apply(s *State, e *Event) {
	s.Playing = Playback{b.ID, e.Seat, b.Title, b.Ms, e.Ms}
}

func (b Played) apply(s *State, _ *Event) {
	if s.Playing.ID == b.ID {
		s.Playing = Playback{}
	}
}

// AdvanceReport returns the report with an id, and whether there is one.
func (s *State) AdvanceReport(id string) (AdvanceReport, bool) {
	i := slices.IndexFunc(s.Reports, func(r AdvanceReport) bool { return r.ID == id })
	if i < 0 {
		return AdvanceReport{}, false
	}
	return s.Reports[i], true
}

func (a BringReport) decide(s *State, c *Command) ([]Event, error) {
	seat, err := s.brings(c)
	if err != nil {
		return nil, err
	}
	title, ok := parseText(a.Title, maxDeckName)
	switch {
	case !ok || title == "":
		return nil, BadText
	case a.Ms < 1 || a.Ms > MaxReportMs || a.Size < 1 || a.Size > MaxReportBytes:
		return nil, BadNumber
	case !isHash(a.Hash):
		return nil, BadAction
	case slices.ContainsFunc(s.Reports, func(r AdvanceReport) bool { return r.By == seat.Voter() && r.Hash == a.Hash }):
		return nil, nil
	case len(s.Reports) >= MaxReports:
		return nil, TooMany
	}
	body := Reported{ID: s.nextID(), By: seat.Voter(), Title: title, Ms: a.Ms, Hash: a.Hash, Size: a.Size}
	return []Event{{Body: body, Seat: seat.ID}}, nil
}

func (a Play) decide(s *State, _ *Command) ([]Event, error) {
	r, ok := s.AdvanceReport(a.Report)
	switch {
	case !ok:
		return nil, NoSuchThing
	case s.Playing.ID == r.ID:
		return nil, nil
	}
	events := s.stops()
	return append(events, Event{Body: Playing{ID: r.ID, Title: r.Title, Ms: r.Ms}, Seat: r.Seat}), nil
}

func (Stop) decide(s *State, c *Command) ([]Event, error) {
	if !s.officer(c) && s.Playing.ID != "" && s.Playing.Seat != c.By.Seat {
		return nil, NotYours
	}
	return s.stops(), nil
}

func (a EndPlay) decide(s *State, _ *Command) ([]Event, error) {
	if s.Playing.ID != a.Report {
		return nil, nil
	}
	return s.stops(), nil
}

func (a PlayPage) decide(s *State, _ *Command) ([]Event, error) {
	d := s.deck(a.Deck)
	r, ok := s.AdvanceReport(a.Report)
	switch {
	case !ok || s.Playing.ID != a.Report || d == nil || d.By != r.By:
		return nil, NoSuchThing
	case a.Page < 1 || a.Page > d.Pages:
		return nil, BadNumber
	case !isHash(a.Lo) || a.Hi != "" && !isHash(a.Hi):
		return nil, BadAction
	}
	return s.shows(d, Slide{d.ID, s.Playing.Seat, d.Title, d.Pages, a.Page, a.Lo, a.Hi}), nil
}

// stops ends what is played, if anything is.
func (s *State) stops() []Event {
	if s.Playing.ID == "" {
		return nil
	}
	return []Event{{Body: Played{ID: s.Playing.ID}}}
}

func init() {
	register[Reported]()
	register[Playing]()
	register[Played]()
}

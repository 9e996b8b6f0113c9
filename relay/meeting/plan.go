package meeting

// Plan is what was prepared. Times are Unix or planned ones.
type Plan struct {
	Starts    int64      `json:"starts,omitempty"`  // Unix ms, 0: no fixed time
	Minutes   int        `json:"minutes,omitempty"` // planned length
	Place     string     `json:"place,omitempty"`   // where the chair sits
	Body      string     `json:"body,omitempty"`    // that organises: "UBND huyện Nam Giang"
	Invited   []Invited  `json:"invited,omitempty"`
	Agenda    []Item     `json:"agenda,omitempty"`
	Officers  []Officer  `json:"officers,omitempty"`
	Documents []Document `json:"documents,omitempty"`
	Script    []Rule     `json:"script,omitempty"`
	Lobby     bool       `json:"lobby,omitempty"` // who brings no pass waits
	Mode      Mode       `json:"mode,omitempty"`  // of the floor when the meeting is opened
}

// Invited is an invited điểm cầu.
type Invited struct {
	N       int    `json:"n"`                 // from 1, never reused for another
	Site    string `json:"site,omitempty"`    // directory id
	Name    string `json:"name"`              //
	Unit    string `json:"unit,omitempty"`    // directory id
	Room    string `json:"room,omitempty"`    // directory id
	Members int    `json:"members,omitempty"` // expected
}

// Item is a line of the agenda.
type Item struct {
	ID      int    `json:"id"` // from 1
	Title   string `json:"title"`
	By      int    `json:"by,omitempty"`      // who reports: Invited.N, 0: the chair
	Minutes int    `json:"minutes,omitempty"` // 0: no limit
}

// Officer is an account with a role in the meeting.
type Officer struct {
	Account string `json:"account"`
	Site    string `json:"site,omitempty"` // directory id of where it sits
	Name    string `json:"name,omitempty"`
	Role    Role   `json:"role"` // chair, deputy, secretary or technician
}

// Document is a file in the object store.
type Document struct {
	Name string `json:"name"`
	Size int64  `json:"size"` // bytes
	Hash string `json:"hash"` // by which the object store knows it
}

// Rule is a line of the incident script.
type Rule struct {
	When  string `json:"when"`            // WhenDropped, WhenNoVideo, WhenLate
	After int    `json:"after,omitempty"` // s
	Do    string `json:"do"`              // DoNextReturn, DoWait, DoVoiceOnly, DoWarn
	Auto  bool   `json:"auto,omitempty"`  // is done without asking the chair
}

// What a rule is for, and what it wants.
const (
	WhenDropped = "dropped"  // the holder of the floor is away
	WhenNoVideo = "no-video" // a site's video fails; the relay says so
	WhenLate    = "late"     // the holder speaks beyond the limit

	DoNextReturn = "next-return" // call the next, and return
	DoWait       = "wait"
	DoVoiceOnly  = "voice-only"
	DoWarn       = "warn"
)

// Planned is the whole plan, anew.
type Planned struct {
	free
	Plan Plan `json:"plan"`
}

// Opened begins the meeting proper.
type Opened struct{ free }

// Closed ends it.
type Closed struct{ free }

// ItemSet says which agenda item is on now, 0: none (event "item").
type ItemSet struct {
	free
	Item int `json:"item,omitempty"`
}

// Kind implements Body.
func (Planned) Kind() Kind { return KindPlanned }

// Kind implements Body.
func (Opened) Kind() Kind { return KindOpened }

// Kind implements Body.
func (Closed) Kind() Kind { return KindClosed }

// Kind implements Body.
func (ItemSet) Kind() Kind { return KindItem }

func (b Planned) apply(s *State, _ *Event) {
	s.Plan = b.Plan
	for _, seat := range s.seats {
		if _, invited := s.Plan.Find(seat.Invited); seat.Invited != 0 && !invited {
			seat.Invited = 0
			if seat.Role == RoleSite {
				seat.Role = RoleGuest
			}
		}
	}
	if _, ok := s.Plan.Item(s.Item); !ok {
		s.Item = 0
	}
}

func (Opened) apply(s *State, e *Event) {
	s.Opened, s.Closed = max(e.Ms, 1), 0
}

func (Closed) apply(s *State, e *Event) {
	s.Closed = max(e.Ms, 1)
	s.Floor.Queue, s.Floor.Later = nil, nil
}

func (b ItemSet) apply(s *State, _ *Event) { s.Item = b.Item }

// Find returns the invited site with a number, and whether there is one.
func (p *Plan) Find(n int) (Invited, bool) {
	for _, i := range p.Invited {
		if i.N == n && n != 0 {
			return i, true
		}
	}
	return Invited{}, false
}

// Of returns the invited site with a directory id, and whether there is one.
func (p *Plan) Of(site string) (Invited, bool) {
	for _, i := range p.Invited {
		if i.Site == site && site != "" {
			return i, true
		}
	}
	return Invited{}, false
}

// Item returns the agenda item with an id, and whether there is one.
func (p *Plan) Item(id int) (Item, bool) {
	for _, i := range p.Agenda {
		if i.ID == id && id != 0 {
			return i, true
		}
	}
	return Item{}, false
}

// Officer returns the entry of an account, and whether there is one.
func (p *Plan) Officer(account string) (Officer, bool) {
	for _, o := range p.Officers {
		if o.Account == account && account != "" {
			return o, true
		}
	}
	return Officer{}, false
}

func (Open) decide(s *State, _ *Command) ([]Event, error) {
	if s.Opened != 0 && s.Closed == 0 {
		return nil, nil
	}
	events := []Event{{Body: Opened{}}}
	if mode := s.Plan.Mode; mode != "" && mode != s.Floor.Mode {
		events = append(events, s.modes(mode)...)
	}
	return events, nil
}

func (Close) decide(s *State, _ *Command) ([]Event, error) {
	if s.Closed != 0 {
		return nil, nil
	}
	events := s.frees(WhyDone)
	for _, p := range s.Polls {
		if !p.Closed {
			events = append(events, Event{Body: PollClosed{ID: p.ID}})
		}
	}
	if s.Roll.Open {
		events = append(events, Event{Body: RollCalled{}})
	}
	events = append(events, s.stops()...)
	return append(events, Event{Body: Closed{}}), nil
}

func (a SetItem) decide(s *State, _ *Command) ([]Event, error) {
	if _, ok := s.Plan.Item(a.Item); a.Item != 0 && !ok {
		return nil, NoSuchItem
	}
	if a.Item == s.Item {
		return nil, nil
	}
	return []Event{{Body: ItemSet{Item: a.Item}}}, nil
}

func init() {
	register[Planned]()
	register[Opened]()
	register[Closed]()
	register[ItemSet]()
}

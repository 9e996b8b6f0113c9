package meeting

import "encoding/json"

// View is what a seat may see of a State, as pages fold it. Its JSON is compact; testdata/views.json shows it.
type View struct {
	N      uint64      `json:"n"`
	Ms     int64       `json:"ms"`
	Code   string      `json:"code"`
	Title  string      `json:"title,omitempty"`
	Plan   *ViewPlan   `json:"plan,omitempty"`
	Seats  []ViewSeat  `json:"seats"`
	Course *ViewCourse `json:"course,omitempty"`
	Words  *ViewWords  `json:"words,omitempty"`
}

// ViewPlan is what pages need of a Plan.
type ViewPlan struct {
	Starts    int64      `json:"starts,omitempty"`
	Minutes   int        `json:"minutes,omitempty"`
	Place     string     `json:"place,omitempty"`
	Body      string     `json:"body,omitempty"`
	Invited   []Row      `json:"invited,omitempty"` // [n, name, members expected]
	Agenda    []Row      `json:"agenda,omitempty"`  // [id, title, by, minutes]
	Documents []Document `json:"documents,omitempty"`
	Script    []Rule     `json:"script,omitempty"` // for officers
	Lobby     bool       `json:"lobby,omitempty"`
	Mode      Mode       `json:"mode,omitempty"`
}

// Row is a JSON array of values. Empty ones at its end are left out.
type Row []any

// ViewSeat is [id as a number, name, publication, flags, role's letter, number of the invited]: the name is empty if it is that of the
// invited site, the publication is 0 if it is the id; flags: 1 here, 2 muted, 4 has no microphone. Empty values at the end are left out.
type ViewSeat Row

// ViewCourse is how far the meeting is.
type ViewCourse struct {
	Opened int64           `json:"opened,omitempty"`
	Closed int64           `json:"closed,omitempty"`
	Locked bool            `json:"locked,omitempty"`
	Item   int             `json:"item,omitempty"`
	Floor  *ViewFloor      `json:"floor,omitempty"`
	Roll   *ViewRoll       `json:"roll,omitempty"`
	Rings  map[int][]int64 `json:"rings,omitempty"` // for officers: by number of the invited [ms, answered ms]
}

// ViewFloor is Floor.
type ViewFloor struct {
	Mode   Mode     `json:"mode,omitempty"`
	Holder string   `json:"holder,omitempty"`
	Since  int64    `json:"since,omitempty"`
	Limit  int64    `json:"limit,omitempty"`
	Item   int      `json:"item,omitempty"`
	Queue  []Row    `json:"queue,omitempty"` // [seat, since, reason]
	Later  []string `json:"later,omitempty"`
	Before string   `json:"before,omitempty"`
	Done   []int    `json:"done,omitempty"`
	Heard  []int    `json:"heard,omitempty"`
	Warned []int    `json:"warned,omitempty"` // for officers
}

// ViewRoll is Roll; names and notes are for officers.
type ViewRoll struct {
	Open      bool           `json:"open,omitempty"`
	Present   map[int]Row    `json:"present,omitempty"`   // by number of the invited [headcount, names]
	Confirmed map[int]string `json:"confirmed,omitempty"` // by number of the invited: the note
}

// ViewWords is what was written.
type ViewWords struct {
	Chat        []Row            `json:"chat,omitempty"` // [n, ms, seat, name, to, text], the last ones
	Notices     []Row            `json:"notices,omitempty"`
	Notes       []Row            `json:"notes,omitempty"` // [n, ms, text], the last ones
	Polls       []ViewPoll       `json:"polls,omitempty"`
	Conclusions []ViewConclusion `json:"conclusions,omitempty"`
	Minutes     *ViewMinutes     `json:"minutes,omitempty"`
}

// ViewPoll is Poll.
type ViewPoll struct {
	ID       string         `json:"id"`
	Question string         `json:"question"`
	Secret   bool           `json:"secret,omitempty"`
	Closed   bool           `json:"closed,omitempty"`
	Counts   [3]int         `json:"counts"`          // for, against, other
	Votes    map[string]Row `json:"votes,omitempty"` // by Voter [choice, text]; of a secret poll the own one only
}

// ViewConclusion is Conclusion.
type ViewConclusion struct {
	ID           string      `json:"id"`
	Text         string      `json:"text"`
	Units        []int       `json:"units,omitempty"`
	Due          string      `json:"due,omitempty"`
	Acknowledged []int       `json:"acknowledged,omitempty"`
	Progress     map[int]Row `json:"progress,omitempty"` // by number of the invited [text, done]
}

// ViewMinutes says how far the minutes are; their text comes by HTTP.
type ViewMinutes struct {
	Ms    int64  `json:"ms"`
	Final string `json:"final,omitempty"`
}

// View returns what a seat may see.
func (s *State) View(seat string) View { return View{} }

// ViewAs returns what an account outside the meeting may see that has a role in it.
func (s *State) ViewAs(role Role) View { return View{} }

// Visible says whether an event goes to a seat. It is asked after Apply.
func (s *State) Visible(e Event, seat string) bool { return true }

// EncodeFor returns an event as a seat may see it, as one line of JSON without its end. It is asked after Apply, and only of visible events.
func (s *State) EncodeFor(e Event, seat string) (json.RawMessage, error) { return Encode(e) }

// Renews says whether a seat may see more, or less, from an event on, so that it needs a new View instead. It is asked after Apply.
func (s *State) Renews(e Event, seat string) bool { return false }

// NextUp returns whom Next would call: a seat that is here, the invited site for which it speaks, and the agenda item to which. ok is false if there is nobody.
func (s *State) NextUp() (up Up, ok bool) { return Up{}, false }

// Up is whom Next would call.
type Up struct {
	Seat    string
	Invited int // 0: none
	Item    int // 0: none
}

// Due returns what the incident script asks for at a time, in meeting milliseconds. The relay asks every second and decides it as its own.
func (s *State) Due(ms int64) []Action { return nil }

// permits says whether who commands may.
func (s *State) permits(c *Command) error { return nil }

// outlaw returns the names under which somebody was removed.
func outlaw(seat, account string, invited int) []string { return nil }

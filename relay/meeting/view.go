package meeting

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
)

// How much of what was written a View has, in bytes of text: the newest. The rest is a matter of HTTP.
const (
	viewChat  = 2000
	viewNotes = 1500
)

// View is what a seat may see of a State, as pages fold it. Its JSON is compact: what is empty is left out; testdata/views.json shows it.
// It shares nothing with the state.
type View struct {
	N     uint64   `json:"n"`
	Ms    int64    `json:"ms"`
	Code  string   `json:"code"`
	Title string   `json:"title,omitempty"`
	Plan  ViewPlan `json:"plan,omitzero"`
	// Seats are [id as a number, name, publication, flags, role's letter, number of the invited]: the name is empty if it is that of the invited
	// site, the publication is 0 if it is the id; flags: 1 here, 2 muted, 4 has no microphone. They are in the order of their ids.
	Seats []Row `json:"seats"`
	ViewCourse
	ViewWords
	ViewStage
}

// Row is a JSON array of values, without the empty ones at its end.
type Row []any

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

// ViewCourse is how far the meeting is.
type ViewCourse struct {
	Opened int64       `json:"opened,omitempty"`
	Closed int64       `json:"closed,omitempty"`
	Locked bool        `json:"locked,omitempty"`
	Item   int         `json:"item,omitempty"`
	Floor  ViewFloor   `json:"floor,omitzero"`
	Roll   ViewRoll    `json:"roll,omitzero"`
	Rings  map[int]Row `json:"rings,omitempty"` // for officers: by number of the invited [ms, answered ms]
}

// ViewFloor is Floor.
type ViewFloor struct {
	Mode   Mode     `json:"mode,omitempty"` // left out: free
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

// ViewRoll is Roll. Names and notes are for officers; a site sees its own names.
type ViewRoll struct {
	Open      bool           `json:"open,omitempty"`
	Present   map[int]Row    `json:"present,omitempty"`   // by number of the invited [headcount, names]
	Confirmed map[int]string `json:"confirmed,omitempty"` // by number of the invited: the note
}

// ViewWords is what was written.
type ViewWords struct {
	Chat        []Row            `json:"chat,omitempty"`    // [n, ms, seat, name, text, to]: the newest; to is empty or "table"
	Notices     []Row            `json:"notices,omitempty"` // [id, text]
	Notes       []Row            `json:"notes,omitempty"`   // [n, ms, text]: the newest
	Polls       []ViewPoll       `json:"polls,omitempty"`
	Conclusions []ViewConclusion `json:"conclusions,omitempty"`
	Minutes     ViewMinutes      `json:"minutes,omitzero"`
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
	Acknowledged []int       `json:"acknowledged,omitempty"` // in ascending order
	Progress     map[int]Row `json:"progress,omitempty"`     // by number of the invited [text, done]
}

// ViewMinutes says how far the minutes are; their text comes by HTTP.
type ViewMinutes struct {
	Ms    int64  `json:"ms,omitempty"`    // of the last draft, for officers, or of the final minutes
	Final string `json:"final,omitempty"` // SHA-256
}

// viewer is for whom a view is.
type viewer struct {
	seat    string
	voter   string
	invited int
	officer bool
	waits   bool
	brief   bool
}

func (s *State) viewer(seat string) viewer {
	of := s.seats[seat]
	if of == nil {
		return viewer{seat: seat, waits: true}
	}
	return viewer{seat, of.Voter(), of.Invited, of.Role.Officer(), of.Role == RoleWaiting, false}
}

// View returns what a seat may see: one that waits in the lobby, or is none, sees the title and itself.
func (s *State) View(seat string) View { return s.view(s.viewer(seat)) }

// Brief is View without what others wrote at length: reasons of hands, names of those present, texts of votes and of progress, and votes on polls that
// are closed. It is for a meeting of which View would be too long.
func (s *State) Brief(seat string) View {
	to := s.viewer(seat)
	to.brief = true
	return s.view(to)
}

// BriefAs is to ViewAs what Brief is to View.
func (s *State) BriefAs(role Role) View {
	to := outside(role)
	to.brief = true
	return s.view(to)
}

func outside(role Role) viewer {
	return viewer{officer: role.Officer() || role == RoleAdmin, waits: role == RoleWaiting}
}

// ViewAs returns what somebody outside the meeting may see who has a role in it. An admin sees what officers do.
func (s *State) ViewAs(role Role) View {
	return s.view(outside(role))
}

func (s *State) view(to viewer) View {
	v := View{N: s.N, Ms: s.Ms, Code: s.Code, Title: s.Title, Seats: s.viewSeats(to)}
	if to.waits {
		return v
	}
	v.Plan = s.Plan.view(to)
	v.ViewCourse = ViewCourse{
		Opened: s.Opened, Closed: s.Closed, Locked: s.Locked, Item: s.Item, Floor: s.Floor.view(to), Roll: s.Roll.view(to),
	}
	v.Chat, v.Notes = s.viewChat(to), s.viewNotes()
	for _, n := range s.Notices {
		v.Notices = append(v.Notices, Row{n.ID, n.Text})
	}
	for i := range s.Polls {
		v.Polls = append(v.Polls, s.Polls[i].view(to))
	}
	for i := range s.Conclusions {
		v.Conclusions = append(v.Conclusions, s.Conclusions[i].view(to))
	}
	v.ViewStage = s.Stage.view(to)
	v.Minutes = ViewMinutes{s.Minutes.Ms, s.Minutes.Final}
	if s.Minutes.Final == "" && !to.officer {
		v.Minutes = ViewMinutes{}
	}
	if to.officer {
		for n, r := range s.Rings {
			put(&v.Rings, n, row(r.Ms, r.Answered))
		}
	}
	return v
}

// row leaves out the empty values at the end.
func row(values ...any) Row {
	n := len(values)
	for n > 0 && reflect.ValueOf(values[n-1]).IsZero() {
		n--
	}
	return values[:n:n]
}

func (s *State) viewSeats(to viewer) []Row {
	seats := make([]Row, 0, len(s.seats))
	for _, seat := range s.Seats() {
		if seat.ID == to.seat || !to.waits && (to.officer || seat.Role != RoleWaiting) {
			seats = append(seats, s.viewSeat(&seat))
		}
	}
	slices.SortFunc(seats, func(a, b Row) int { return cmp.Compare(a[0].(uint64), b[0].(uint64)) })
	return seats
}

func (s *State) viewSeat(seat *Seat) Row {
	id, _ := strconv.ParseUint(seat.ID, 16, 32)
	name, publication := seat.Name, seat.Publication
	if invited, ok := s.Plan.Find(seat.Invited); ok && invited.Name == name {
		name = ""
	}
	if publication == uint32(id) {
		publication = 0
	}
	flags := 0
	for bit, set := range [...]bool{seat.Here, seat.Muted, seat.Listen} {
		if set {
			flags |= 1 << bit
		}
	}
	return row(id, name, publication, flags, letters[seat.Role], seat.Invited)
}

func (p *Plan) view(to viewer) ViewPlan {
	v := ViewPlan{
		Starts: p.Starts, Minutes: p.Minutes, Place: p.Place, Body: p.Body, Documents: slices.Clone(p.Documents), Lobby: p.Lobby, Mode: p.Mode,
	}
	for _, i := range p.Invited {
		v.Invited = append(v.Invited, row(i.N, i.Name, i.Members))
	}
	for _, i := range p.Agenda {
		v.Agenda = append(v.Agenda, row(i.ID, i.Title, i.By, i.Minutes))
	}
	if to.officer {
		v.Script = slices.Clone(p.Script)
	}
	return v
}

func (f *Floor) view(to viewer) ViewFloor {
	v := ViewFloor{
		Mode: f.Mode, Holder: f.Holder, Since: f.Since, Limit: f.Limit, Item: f.Item, Later: copied(f.Later), Before: f.Before,
		Done: copied(f.Done), Heard: copied(f.Heard),
	}
	if f.Mode == ModeFree {
		v.Mode = ""
	}
	for _, h := range f.Queue {
		if to.brief && h.Seat != to.seat {
			h.Reason = ""
		}
		v.Queue = append(v.Queue, row(h.Seat, h.Since, h.Reason))
	}
	if to.officer {
		v.Warned = copied(f.Warned)
	}
	return v
}

func (r *Roll) view(to viewer) ViewRoll {
	v := ViewRoll{Open: r.Open}
	for n, p := range r.Present {
		if (!to.officer || to.brief) && n != to.invited {
			p.Names = ""
		}
		put(&v.Present, n, row(p.Headcount, p.Names))
	}
	for n, c := range r.Confirmed {
		if !to.officer || to.brief {
			c.Note = ""
		}
		put(&v.Confirmed, n, c.Note)
	}
	return v
}

// viewChat returns the last messages that may be seen, as far as there is room.
func (s *State) viewChat(to viewer) []Row {
	var rows []Row
	room := viewChat
	for i := len(s.Chat) - 1; i >= 0 && room > 0; i-- {
		line := s.Chat[i]
		if line.To == ToTable && !to.officer {
			continue
		}
		if room -= len(line.Text); room < 0 && rows != nil {
			break
		}
		whom := line.To
		if whom == ToAll {
			whom = ""
		}
		rows = append(rows, row(line.N, line.Ms, line.Seat, line.Name, line.Text, whom))
	}
	slices.Reverse(rows)
	return rows
}

func (s *State) viewNotes() []Row {
	var rows []Row
	room := viewNotes
	for i := len(s.Notes) - 1; i >= 0 && room > 0; i-- {
		line := s.Notes[i]
		if room -= len(line.Text); room < 0 && rows != nil {
			break
		}
		rows = append(rows, row(line.N, line.Ms, line.Text))
	}
	slices.Reverse(rows)
	return rows
}

func (p *Poll) view(to viewer) ViewPoll {
	v := ViewPoll{ID: p.ID, Question: p.Question, Secret: p.Secret, Closed: p.Closed, Counts: p.Counts()}
	for voter, vote := range p.Votes {
		switch own := voter == to.voter; {
		case own:
		case p.Secret, to.brief && p.Closed:
			continue
		case to.brief:
			vote.Text = ""
		}
		put(&v.Votes, voter, row(vote.Choice, vote.Text))
	}
	return v
}

func (c *Conclusion) view(to viewer) ViewConclusion {
	v := ViewConclusion{ID: c.ID, Text: c.Text, Units: copied(c.Units), Due: c.Due}
	for n := range c.Acknowledged {
		v.Acknowledged = append(v.Acknowledged, n)
	}
	slices.Sort(v.Acknowledged)
	for n, p := range c.Progress {
		if to.brief && n != to.invited {
			p.Text = ""
		}
		put(&v.Progress, n, row(p.Text, p.Done))
	}
	return v
}

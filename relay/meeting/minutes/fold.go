package minutes

import (
	"slices"
	"strings"

	"github.com/diemcau/diemcau/relay/meeting"
)

// Fold folds a meeting's log into its minutes. The zero Fold has read nothing. It is not safe for concurrent use.
type Fold struct {
	state meeting.State
	m     Minutes // the lists that only grow; Sites, Others and Agenda are made when somebody asks

	standing  map[string]standing // seat → as it was after the last event
	stays     map[who]*stay
	order     []who             // of those who are no invited sites, as they came
	names     map[string]string // seat → name, also of those that are gone
	confirmed map[int]string    // invited → who confirmed it
	titles    map[int]*Item     // agenda items by id, also those that are no longer planned
	item      int               // that is on
	holder    string            // seat that has the floor
	polls     map[string]Span
}

// who is somebody whose stays are kept: an invited site, or a participant by name.
type who struct {
	invited int
	name    string
	role    meeting.Role
}

// standing is what a seat was.
type standing struct {
	who
	here bool
}

// stay is when somebody was here.
type stay struct {
	seats int // here now
	spans []Span
	lost  int // index + 1 in Incidents of the loss that has not ended
}

// Apply folds the next event. One that it has already is passed over; one that comes too early is meeting.ErrGap.
func (f *Fold) Apply(e meeting.Event) error {
	if e.N <= f.state.N {
		return nil
	}
	if err := f.state.Apply(e); err != nil {
		return err
	}
	if f.standing == nil {
		f.standing, f.stays, f.names = map[string]standing{}, map[who]*stay{}, map[string]string{}
		f.confirmed, f.titles, f.polls = map[int]string{}, map[int]*Item{}, map[string]Span{}
	}
	at := f.at(e.Ms)
	f.head(&e, at)
	f.seat(&e, at)
	f.floor(&e, at)
	f.course(&e, at)
	f.words(&e, at)
	f.stage(&e, at)
	return nil
}

// State is the meeting's state after the events that were applied. It is the fold's: only to be read, and not while it goes on.
func (f *Fold) State() *meeting.State { return &f.state }

// at turns meeting milliseconds into Unix ms.
func (f *Fold) at(ms int64) int64 { return f.state.Began + ms }

// head folds what stands at the top.
func (f *Fold) head(e *meeting.Event, at int64) {
	h := &f.m.Head
	h.Code, h.Title, h.Began, h.Last = f.state.Code, f.state.Title, f.state.Began, at
	switch b := e.Body.(type) {
	case meeting.Planned:
		h.Body, h.Place, h.Starts = b.Plan.Body, b.Plan.Place, b.Plan.Starts
	case meeting.Opened:
		h.Closed = 0
		if h.Opened == 0 {
			h.Opened = at
		}
	case meeting.Closed:
		h.Closed = at
	}
}

// Minutes returns what the events so far say; the fold may go on.
func (f *Fold) Minutes() *Minutes {
	m := f.m
	m.Terms, m.Notices, m.Notes = slices.Clone(f.m.Terms), slices.Clone(f.m.Notices), slices.Clone(f.m.Notes)
	m.Incidents, m.Shown = slices.Clone(f.m.Incidents), slices.Clone(f.m.Shown)
	m.Speeches = slices.Clone(f.m.Speeches)
	for i := range m.Speeches {
		m.Speeches[i].Spans = slices.Clone(m.Speeches[i].Spans)
	}
	m.Conclusions = slices.Clone(f.m.Conclusions)
	for i, c := range m.Conclusions {
		m.Conclusions[i].Acks, m.Conclusions[i].Progress = slices.Clone(c.Acks), slices.Clone(c.Progress)
	}
	m.Rings = slices.Clone(f.m.Rings)
	for i := range m.Rings {
		m.Rings[i].Answered = slices.Clone(m.Rings[i].Answered)
	}
	m.Agenda = f.agenda()
	m.Sites, m.Others = f.sites(&m.Head)
	m.Polls = f.asked()
	return &m
}

// name returns how somebody is called who wanted or did something: a seat's id, "@" and an account, or "#" and a site.
func (f *Fold) name(actor string) string {
	if account, ok := strings.CutPrefix(actor, "@"); ok {
		return f.account(account)
	}
	if site, ok := strings.CutPrefix(actor, "#"); ok {
		i, _ := f.state.Plan.Of(site)
		return i.Name
	}
	return f.names[actor]
}

// account returns the name of an officer's account, "" if the plan has none.
func (f *Fold) account(id string) string {
	o, _ := f.state.Plan.Officer(id)
	return o.Name
}

// invitedNames returns the names of invited sites.
func (f *Fold) invitedNames(numbers []int) []string {
	var out []string
	for _, n := range numbers {
		if i, ok := f.state.Plan.Find(n); ok {
			out = append(out, i.Name)
		}
	}
	return out
}

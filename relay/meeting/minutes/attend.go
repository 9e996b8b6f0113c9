package minutes

import (
	"cmp"
	"slices"

	"github.com/diemcau/diemcau/relay/meeting"
)

// seat follows who is here, as what.
func (f *Fold) seat(e *meeting.Event, at int64) {
	if _, ok := e.Body.(meeting.Planned); ok {
		for _, s := range f.state.Seats() { // a new plan may make a site of a guest
			f.follow(s.ID, e, at)
		}
		return
	}
	if e.Seat != "" {
		f.follow(e.Seat, e, at)
	}
	if b, ok := e.Body.(meeting.Confirmed); ok {
		f.confirmed[b.Invited] = f.name(e.Actor)
	}
}

// follow compares a seat with what it was.
func (f *Fold) follow(id string, e *meeting.Event, at int64) {
	var now standing
	s, ok := f.state.Seat(id)
	if ok && s.Role != meeting.RoleWaiting {
		now = standing{who: f.who(&s), here: s.Here}
		f.names[id] = now.name
	}
	before := f.standing[id]
	if now == before {
		return
	}
	if ok {
		f.standing[id] = now
	} else {
		delete(f.standing, id)
	}
	f.offices(before, now, at)
	if now.here { // first, so that a stay goes on when only the role changes
		f.came(now.who, at)
	}
	if before.here {
		_, lost := e.Body.(meeting.Away)
		f.gone(before.who, at, lost)
	}
}

// offices ends the term of what a seat was, and begins that of what it is.
func (f *Fold) offices(before, now standing, at int64) {
	if before.here && now.here && before.role == now.role && before.name == now.name {
		return
	}
	if before.here && before.role.Officer() {
		f.resign(before.who, at)
	}
	if now.here && now.role.Officer() {
		f.office(now.who, at)
	}
}

// who says whose stays those of a seat are.
func (f *Fold) who(s *meeting.Seat) who {
	w := who{invited: s.Invited, name: s.Name, role: s.Role}
	if i, ok := f.state.Plan.Find(s.Invited); ok {
		w.name = i.Name
	}
	if name := f.account(s.Account); name != "" && s.Role.Officer() {
		w.name = name
	}
	return w
}

// key makes all seats of an invited site one.
func (w who) key() who {
	if w.invited != 0 {
		return who{invited: w.invited}
	}
	return w
}

func (f *Fold) came(w who, at int64) {
	st := f.stays[w.key()]
	if st == nil {
		st = &stay{}
		f.stays[w.key()] = st
		if w.invited == 0 && !w.role.Officer() {
			f.order = append(f.order, w)
		}
	}
	if st.seats++; st.seats > 1 {
		return
	}
	st.spans = append(st.spans, Span{From: at})
	if st.lost > 0 {
		i := &f.m.Incidents[st.lost-1]
		i.Lost, st.lost = at-i.At, 0
	}
}

// gone ends a stay, unless another seat of the site is here; lost says that the line was.
func (f *Fold) gone(w who, at int64, lost bool) {
	st := f.stays[w.key()]
	if st.seats--; st.seats > 0 {
		return
	}
	st.spans[len(st.spans)-1].To = at
	if lost && f.m.Opened > 0 && f.m.Closed == 0 && (w.invited != 0 || w.role.Officer()) {
		f.m.Incidents = append(f.m.Incidents, Incident{At: at, Name: w.name})
		st.lost = len(f.m.Incidents)
	}
}

// office begins a term, or goes on with the last one.
func (f *Fold) office(w who, at int64) {
	for i := len(f.m.Terms) - 1; i >= 0; i-- {
		if t := &f.m.Terms[i]; t.Role == string(w.role) {
			if t.Name == w.name {
				t.To = 0
				return
			}
			break
		}
	}
	f.m.Terms = append(f.m.Terms, Term{Role: string(w.role), Name: w.name, Span: Span{From: at}})
}

func (f *Fold) resign(w who, at int64) {
	for i := len(f.m.Terms) - 1; i >= 0; i-- {
		if t := &f.m.Terms[i]; t.Role == string(w.role) && t.Name == w.name {
			t.To = at
			return
		}
	}
}

// sites returns the invited sites, and the others who came.
func (f *Fold) sites(h *Head) (invited, others []Site) {
	for _, i := range f.state.Plan.Invited {
		p := f.state.Roll.Present[i.N]
		s := Site{
			Invited: i.N, Name: i.Name, Unit: i.Unit, Members: i.Members,
			Headcount: p.Headcount, Names: p.Names, Confirmed: f.confirmed[i.N], Note: f.state.Roll.Confirmed[i.N].Note,
		}
		if st := f.stays[who{invited: i.N}]; st != nil {
			s.Stays = slices.Clone(st.spans)
		}
		s.attended(h)
		invited = append(invited, s)
	}
	for _, w := range f.order {
		s := Site{Name: w.name, Role: string(w.role), Stays: slices.Clone(f.stays[w.key()].spans)}
		s.attended(h)
		others = append(others, s)
	}
	return invited, others
}

// attended works out what stays mean for the meeting.
func (s *Site) attended(h *Head) {
	slices.SortStableFunc(s.Stays, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	s.Absent = true
	for _, span := range s.Stays {
		part, ok := span.within(h.start(), h.end())
		if !ok {
			continue
		}
		if s.Absent {
			s.Absent, s.Late = false, part.From-h.start()
		}
		s.Present += part.To - part.From
	}
	if h.Opened == 0 {
		s.Late = 0 // nothing to be late for
	}
}

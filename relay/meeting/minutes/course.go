package minutes

import (
	"slices"

	"github.com/diemcau/diemcau/relay/meeting"
)

// floor follows who was called and how long that lasted. What is said while the floor is free is nobody's speech.
func (f *Fold) floor(e *meeting.Event, at int64) {
	switch b := e.Body.(type) {
	case meeting.Granted:
		f.hush(meeting.WhyDone, at)
		f.begin(e.Seat, f.state.Item, at)
	case meeting.Yielded:
		if e.Seat == f.holder {
			f.hush(b.Why, at)
		}
	case meeting.Closed:
		f.hush(meeting.WhyDone, at)
	}
	if f.holder != f.state.Floor.Holder && f.holder != "" {
		f.hush(meeting.WhyDropped, at) // the seat is gone
	}
}

// begin begins a speech, or goes on with the one that a lost line broke off.
func (f *Fold) begin(seat string, item int, at int64) {
	f.holder = seat
	w := f.standing[seat].who
	for i := len(f.m.Speeches) - 1; i >= 0; i-- {
		s := &f.m.Speeches[i]
		if s.Item == item && s.Invited == w.invited && (w.invited != 0 || s.Name == w.name) {
			if s.End == meeting.WhyDropped {
				s.Spans, s.End = append(s.Spans, Span{From: at}), ""
				return
			}
			break
		}
	}
	invited, _ := f.state.Plan.Find(w.invited)
	f.m.Speeches = append(f.m.Speeches, Speech{Name: w.name, Invited: w.invited, Unit: invited.Unit, Item: item, Spans: []Span{{From: at}}})
}

// hush ends the speech that lasts.
func (f *Fold) hush(why string, at int64) {
	if f.holder == "" {
		return
	}
	f.holder = ""
	for i := len(f.m.Speeches) - 1; i >= 0; i-- {
		if s := &f.m.Speeches[i]; s.Spans[len(s.Spans)-1].To == 0 {
			s.Spans[len(s.Spans)-1].To, s.End = at, why
			return
		}
	}
}

// course follows the agenda, the script and the rings.
func (f *Fold) course(e *meeting.Event, at int64) {
	switch b := e.Body.(type) {
	case meeting.Planned:
		for _, i := range b.Plan.Agenda {
			if f.titles[i.ID] == nil {
				f.titles[i.ID] = &Item{ID: i.ID}
			}
			invited, _ := b.Plan.Find(i.By)
			t := f.titles[i.ID]
			t.Title, t.Minutes, t.By = i.Title, i.Minutes, invited.Name
		}
	case meeting.Incident:
		if b.Rule >= 0 && b.Rule < len(f.state.Plan.Script) {
			f.m.Incidents = append(f.m.Incidents, Incident{At: at, Name: f.names[e.Seat], Rule: f.state.Plan.Script[b.Rule].Do})
		}
	case meeting.Rang:
		f.m.Rings = append(f.m.Rings, Ring{At: at, Text: b.Text, Called: f.invitedNames(b.Invited)})
	case meeting.Answered:
		f.answered(b.Invited)
	}
	on := f.state.Item
	if f.state.Closed != 0 {
		on = 0
	}
	if on == f.item {
		return
	}
	if before := f.titles[f.item]; before != nil && len(before.Spans) > 0 {
		before.Spans[len(before.Spans)-1].To = at
	}
	if now := f.titles[on]; now != nil {
		now.Spans = append(now.Spans, Span{From: at})
	}
	f.item = on
}

// answered notes that a site answered the last ring that called it.
func (f *Fold) answered(invited int) {
	name := f.invitedNames([]int{invited})
	for i := len(f.m.Rings) - 1; i >= 0 && len(name) > 0; i-- {
		if r := &f.m.Rings[i]; slices.Contains(r.Called, name[0]) {
			if !slices.Contains(r.Answered, name[0]) {
				r.Answered = append(r.Answered, name[0])
			}
			return
		}
	}
}

// agenda returns the planned items in their order, then those that were on and are planned no more.
func (f *Fold) agenda() []Item {
	var out []Item
	add := func(id int) {
		item := *f.titles[id]
		item.Spans = slices.Clone(item.Spans)
		out = append(out, item)
	}
	for _, i := range f.state.Plan.Agenda {
		add(i.ID)
	}
	for _, id := range f.dropped() {
		add(id)
	}
	return out
}

// dropped returns the ids of items that were on and are planned no more.
func (f *Fold) dropped() []int {
	var out []int
	for id, item := range f.titles {
		if _, planned := f.state.Plan.Item(id); !planned && len(item.Spans) > 0 {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

package minutes

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/diemcau/diemcau/relay/meeting"
)

// words follows what was written, asked and concluded.
func (f *Fold) words(e *meeting.Event, at int64) {
	switch b := e.Body.(type) {
	case meeting.Noticed:
		if i := f.notice(b.ID); i >= 0 {
			f.m.Notices[i].Text = b.Text
			return
		}
		f.m.Notices = append(f.m.Notices, Notice{ID: b.ID, Text: b.Text, Span: Span{From: at}})
	case meeting.Unnoticed:
		if i := f.notice(b.ID); i >= 0 {
			f.m.Notices[i].To = at
		}
	case meeting.Noted:
		f.m.Notes = append(f.m.Notes, Note{At: at, Text: b.Text})
	case meeting.Polled:
		if _, known := f.polls[b.ID]; !known {
			f.polls[b.ID] = Span{From: at}
		}
	case meeting.PollClosed:
		if s, known := f.polls[b.ID]; known && s.To == 0 {
			f.polls[b.ID] = Span{From: s.From, To: at}
		}
	case meeting.Concluded, meeting.Acknowledged, meeting.Progressed:
		f.concluded(e, at)
	case meeting.Minuted:
		f.m.Edited = f.state.Minutes.Text
	case meeting.Finalised:
		if f.m.Final.Hash == "" {
			f.m.Final = Final{At: at, Text: b.Text, Hash: b.Hash}
		}
	}
}

// notice returns the place of a notice that stands, −1 if there is none.
func (f *Fold) notice(id string) int {
	return slices.IndexFunc(f.m.Notices, func(n Notice) bool { return n.ID == id && n.To == 0 })
}

// concluded follows the conclusions and what their units say of them.
func (f *Fold) concluded(e *meeting.Event, at int64) {
	find := func(id string) *Conclusion {
		for i := range f.m.Conclusions {
			if f.m.Conclusions[i].ID == id {
				return &f.m.Conclusions[i]
			}
		}
		return &Conclusion{} // of nobody
	}
	switch b := e.Body.(type) {
	case meeting.Concluded:
		c := find(b.ID)
		if c.At == 0 {
			f.m.Conclusions = append(f.m.Conclusions, Conclusion{ID: b.ID, At: at})
			c = &f.m.Conclusions[len(f.m.Conclusions)-1]
		}
		c.Text, c.Due, c.Units = b.Text, b.Due, f.invitedNames(b.Units)
	case meeting.Acknowledged:
		c := find(b.ID)
		c.Acks = append(c.Acks, Progress{At: at, Name: f.site(b.Invited)})
	case meeting.Progressed:
		c := find(b.ID)
		c.Progress = append(c.Progress, Progress{At: at, Name: f.site(b.Invited), Text: b.Text, Done: b.Done})
	}
}

// site returns the name of an invited site.
func (f *Fold) site(n int) string {
	i, _ := f.state.Plan.Find(n)
	return i.Name
}

// asked returns the polls, without the voters of secret ones.
func (f *Fold) asked() []Poll {
	var out []Poll
	for i := range f.state.Polls {
		p := &f.state.Polls[i]
		n := p.Counts()
		poll := Poll{ID: p.ID, Question: p.Question, Secret: p.Secret, Span: f.polls[p.ID], For: n[0], Against: n[1], Other: n[2]}
		if !p.Secret {
			poll.Votes = f.voted(p)
		}
		out = append(out, poll)
	}
	return out
}

// voted returns who voted what: invited sites in their order, then others by name.
func (f *Fold) voted(p *meeting.Poll) []Vote {
	type ballot struct {
		invited int
		Vote
	}
	var all []ballot
	for voter, v := range p.Votes {
		b := ballot{invited: len(f.state.Plan.Invited), Vote: Vote{Name: f.names[voter], Choice: string(v.Choice), Text: v.Text}}
		if number, ok := strings.CutPrefix(voter, "#"); ok {
			n, _ := strconv.Atoi(number)
			b.Name = f.site(n)
			b.invited = slices.IndexFunc(f.state.Plan.Invited, func(i meeting.Invited) bool { return i.N == n })
		}
		all = append(all, b)
	}
	slices.SortFunc(all, func(a, b ballot) int {
		return cmp.Or(cmp.Compare(a.invited, b.invited), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Choice, b.Choice), cmp.Compare(a.Text, b.Text))
	})
	var out []Vote
	for _, b := range all {
		out = append(out, b.Vote)
	}
	return out
}

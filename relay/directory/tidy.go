package directory

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
)

func (t Tier) tidied(r *report) Row {
	r.number("level", t.Level, 1, MaxTier)
	r.line("vi", &t.Vi, 1, meeting.MaxName)
	r.line("en", &t.En, 0, meeting.MaxName)
	return t
}

func (k Kind) tidied(r *report) Row {
	r.number("quota", k.Quota, 0, MaxQuota)
	r.line("vi", &k.Vi, 1, meeting.MaxName)
	r.line("en", &k.En, 0, meeting.MaxName)
	return k
}

func (u Unit) tidied(r *report) Row {
	r.name("name", &u.Name)
	r.line("code", &u.Code, 0, maxCode)
	return u
}

func (s Site) tidied(r *report) Row {
	r.name("name", &s.Name)
	r.block("equipment", &s.Equipment, maxEquipment)
	r.line("technician", &s.Technician, 0, meeting.MaxName)
	r.phone("phone", &s.Phone)
	r.block("note", &s.Note, maxNote)
	return s
}

func (m Room) tidied(r *report) Row {
	r.name("name", &m.Name)
	r.line("address", &m.Address, 0, meeting.MaxTitle)
	r.number("seats", m.Seats, 0, MaxSeats)
	bodies := slices.Clone(m.Bodies)
	if len(bodies) > MaxBodies {
		r.add("bodies", tooMany, MaxBodies)
		return m
	}
	m.Bodies = nil
	for _, body := range bodies {
		body = strings.ReplaceAll(body, ";", ",") // which parts them in a cell
		r.line("bodies", &body, 0, meeting.MaxName)
		body = strings.ReplaceAll(body, ";", ",")
		if body != "" && !slices.ContainsFunc(m.Bodies, func(b string) bool { return alike(b) == alike(body) }) {
			m.Bodies = append(m.Bodies, body)
		}
	}
	return m
}

func (t Template) tidied(r *report) Row {
	r.name("name", &t.Name)
	r.line("title", &t.Title, 1, meeting.MaxTitle)
	for _, part := range strings.SplitAfter(t.Title, "}") {
		if i := strings.IndexByte(part, '{'); i >= 0 && titleFields[part[i:]] == nil {
			r.add("title", badField, part[i:])
		}
	}
	plan, err := planned(t.Plan)
	var refused meeting.Refusal
	if errors.As(err, &refused) {
		r.add("plan", sentence{refused.Vi, refused.En})
	}
	t.Plan = plan
	return t
}

// planned returns a plan as a meeting takes it. The error is a meeting.Refusal.
func planned(plan meeting.Plan) (meeting.Plan, error) {
	var s meeting.State
	opened, err := meeting.Decide(&s, meeting.Command{Do: meeting.Create{Code: "000-000-000"}})
	if err == nil {
		err = s.Apply(opened[0])
	}
	if err != nil {
		return plan, err
	}
	events, err := meeting.Decide(&s, meeting.Command{By: meeting.By{Account: "directory", Role: meeting.RoleAdmin}, Do: meeting.Prepare{Plan: plan}})
	if err != nil || len(events) == 0 {
		return plan, err
	}
	return events[0].Body.(meeting.Planned).Plan, nil
}

// name tidies a member that is a name as meeting.ParseName takes it.
func (r *report) name(member string, text *string) {
	before := len(r.problems)
	r.line(member, text, 1, meeting.MaxName)
	if _, err := meeting.ParseName(*text); err != nil && len(r.problems) == before {
		r.add(member, empty)
	}
}

func (r *report) number(member string, n, least, most int) {
	if n < least || n > most {
		r.add(member, badNumber, least, most)
	}
}

// titleFields are what TitleAt fills in.
var titleFields = map[string]func(time.Time) string{
	"{ngày}":  func(t time.Time) string { return t.Format("02/01/2006") },
	"{tháng}": func(t time.Time) string { return t.Format("01/2006") },
	"{năm}":   func(t time.Time) string { return t.Format("2006") },
	"{tuần}":  func(t time.Time) string { _, week := t.ISOWeek(); return strconv.Itoa(week) },
}

// TitleAt returns the title of a meeting of this template that begins at a time: {ngày} is its day, {tuần} the week's number, {tháng} the
// month, {năm} the year, where t is.
func (t Template) TitleAt(begins time.Time) string {
	title := t.Title
	for field, fill := range titleFields {
		title = strings.ReplaceAll(title, field, fill(begins))
	}
	return title
}

package minutes

import "strings"

// sheetRow is a line of the attendance sheet.
type sheetRow struct {
	Number                            int
	Name, Unit, In, Out, Names, Notes string
	Head                              string
	Absent                            bool
	site                              Site
}

// sheet returns the invited sites in their order, then the others.
func (m *Minutes) sheet(o Options) []sheetRow {
	var rows []sheetRow
	for _, s := range append(append([]Site{}, m.Sites...), m.Others...) {
		row := sheetRow{
			Number: len(rows) + 1, Name: clean(s.Name), Unit: clean(o.unit(s.Unit)), Names: persons(s.Names),
			Absent: s.Absent, Notes: strings.Join(m.remarks(s, o), "; "), site: s,
		}
		if n := len(s.Stays); n > 0 {
			row.In, row.Out = o.clock(s.Stays[0].From), o.clock(m.out(s.Stays[n-1]))
		}
		if s.Headcount > 0 {
			row.Head = o.sayf("%d", "%d", s.Headcount)
			if s.Members > 0 {
				row.Head += o.sayf("/%d", "/%d", s.Members)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// remarks are what the last column says of a site.
func (m *Minutes) remarks(s Site, o Options) []string {
	var out []string
	switch {
	case s.Absent && len(s.Stays) > 0:
		out = append(out, o.say("vắng trong giờ họp", "not there during the meeting"))
	case s.Absent:
		out = append(out, o.say("vắng", "absent"))
	case s.Late >= brief:
		out = append(out, o.sayf("vào muộn %d phút", "%d min late", s.Late/brief))
	}
	if s.Role != "" {
		out = append(out, o.role(s.Role))
	}
	if stays := joinSpans(s.Stays); len(stays) > 1 {
		out = append(out, o.sayf("có mặt: %s", "there: %s", o.spans(stays)))
	}
	if s.Confirmed != "" {
		out = append(out, o.sayf("%s xác nhận", "confirmed by %s", clean(s.Confirmed)))
	}
	if s.Note != "" {
		out = append(out, clean(s.Note))
	}
	return out
}

// out is when a stay ended; one that went on beyond the meeting's end ended with it.
func (m *Minutes) out(s Span) int64 {
	if s.To == 0 {
		return m.Closed
	}
	return s.To
}

// persons makes one line of the lines that a site wrote its people on.
func persons(lines string) string {
	var out []string
	for line := range strings.Lines(lines) {
		if line = clean(line); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "; ")
}

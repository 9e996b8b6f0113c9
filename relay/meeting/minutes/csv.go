package minutes

import (
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
)

// bom tells Excel that a file is UTF-8.
const bom = "\ufeff"

// WriteAttendanceCSV writes a line for each site, as Excel takes it: UTF-8 with BOM, commas, CRLF, and no cell that it would compute.
// The error is the writer's.
func (m *Minutes) WriteAttendanceCSV(w io.Writer, o Options) error {
	table := [][]string{{
		o.say("TT", "No"), o.say("Điểm cầu", "Site"), o.say("Đơn vị", "Unit"), o.say("Vào lúc", "Came"), o.say("Ra lúc", "Left"),
		o.say("Số phút có mặt", "Minutes there"), o.say("Quân số", "People"), o.say("Quân số phải có", "People expected"),
		o.say("Thành phần", "Names"), o.say("Vắng", "Absent"), o.say("Ghi chú", "Remarks"),
	}}
	for _, r := range m.sheet(o) {
		in, out := "", ""
		if n := len(r.site.Stays); n > 0 {
			in, out = o.stamp(r.site.Stays[0].From), o.stamp(m.out(r.site.Stays[n-1]))
		}
		absent := ""
		if r.Absent {
			absent = "x"
		}
		table = append(table, []string{
			strconv.Itoa(r.Number), r.Name, r.Unit, in, out, strconv.FormatInt(wholeMinutes(r.site.Present), 10),
			count(r.site.Headcount), count(r.site.Members), r.Names, absent, r.Notes,
		})
	}
	return writeCSV(w, table)
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// WriteCSV writes what happened in the order of time, a line for each thing; dialect and error are those of WriteAttendanceCSV.
func (m *Minutes) WriteCSV(w io.Writer, o Options) error {
	rows := m.timeline(o)
	slices.SortStableFunc(rows, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
	table := [][]string{{
		o.say("Thời điểm", "Time"), o.say("Việc", "What"), o.say("Ai", "Who"), o.say("Nội dung", "Text"), o.say("Số giây", "Seconds"),
	}}
	for _, r := range rows {
		seconds := ""
		if r.ms > 0 {
			seconds = strconv.FormatInt((r.ms+500)/1000, 10)
		}
		table = append(table, []string{o.stamp(r.at), r.what, clean(r.who), clean(r.text), seconds})
	}
	return writeCSV(w, table)
}

// moment is something that happened.
type moment struct {
	at              int64
	what, who, text string
	ms              int64
}

func (m *Minutes) timeline(o Options) []moment {
	var rows []moment
	add := func(at int64, what, who, text string, ms int64) {
		if at > 0 {
			rows = append(rows, moment{at, what, who, text, ms})
		}
	}
	add(m.Opened, o.say("khai mạc", "opened"), "", m.Title, 0)
	for _, t := range m.Terms {
		add(t.From, o.role(t.Role), t.Name, "", 0)
	}
	for _, i := range m.Agenda {
		for _, s := range i.Spans {
			add(s.From, o.say("nội dung", "item"), i.By, i.Title, length(s, m.end()))
		}
	}
	for _, s := range m.Speeches {
		add(s.Spans[0].From, o.say("phát biểu", "speech"), s.Name, m.item(s.Item), s.Ms(m.end()))
	}
	m.texts(o, add)
	for _, i := range m.Incidents {
		what := o.say("mất kết nối", "line lost")
		if i.Rule != "" {
			what = o.say("kịch bản sự cố", "script")
		}
		add(i.At, what, i.Name, o.script(i.Rule), i.Lost)
	}
	add(m.Closed, o.say("bế mạc", "closed"), "", "", 0)
	add(m.Final.At, o.say("chốt biên bản", "finalised"), "", m.Final.Hash, 0)
	return rows
}

// texts adds what was asked, concluded, told and noted.
func (m *Minutes) texts(o Options, add func(at int64, what, who, text string, ms int64)) {
	for _, p := range m.Polls {
		answers := o.sayf("%s: tán thành %d, không tán thành %d, ý kiến khác %d", "%s: for %d, against %d, other %d", p.Question, p.For, p.Against, p.Other)
		add(p.From, o.say("biểu quyết", "poll"), "", answers, length(p.Span, m.end()))
		for _, v := range p.Votes {
			add(p.From, o.say("phiếu", "vote"), v.Name, o.choice(v.Choice)+after(": ", v.Text), 0)
		}
	}
	for _, c := range m.Conclusions {
		add(c.At, o.say("kết luận", "conclusion"), strings.Join(c.Units, ", "), c.Text+after(o.say("; thời hạn ", "; due "), o.day(c.Due)), 0)
		for _, a := range c.Acks {
			add(a.At, o.say("đã nhận việc", "acknowledged"), a.Name, c.Text, 0)
		}
		for _, p := range c.Progress {
			done := o.say("tiến độ", "progress")
			if p.Done {
				done = o.say("đã xong", "done")
			}
			add(p.At, done, p.Name, p.Text, 0)
		}
	}
	for _, n := range m.Notices {
		add(n.From, o.say("thông báo", "notice"), "", n.Text, 0)
	}
	for _, n := range m.Notes {
		add(n.At, o.say("ghi chép", "note"), "", n.Text, 0)
	}
	for _, r := range m.Rings {
		add(r.At, o.say("gọi điểm cầu", "rang"), strings.Join(r.Called, ", "), r.Text+after(o.say("; đã trả lời: ", "; answered: "), strings.Join(r.Answered, ", ")), 0)
	}
}

// item returns the title of an item of the agenda.
func (m *Minutes) item(id int) string {
	for _, i := range m.Agenda {
		if i.ID == id {
			return i.Title
		}
	}
	return ""
}

func length(s Span, end int64) int64 {
	if part, ok := s.within(s.From, end); ok {
		return part.To - part.From
	}
	return 0
}

func writeCSV(w io.Writer, table [][]string) error {
	if _, err := io.WriteString(w, bom); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for _, row := range table {
		for i := range row {
			row[i] = harmless(row[i])
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// harmless keeps a spreadsheet from computing a cell.
func harmless(cell string) string {
	if trimmed := strings.TrimLeft(cell, " \t\r\n\u00a0"); trimmed != "" && strings.ContainsRune("=+-@|%＝＋－＠", []rune(trimmed)[0]) {
		return "'" + cell
	}
	return cell
}

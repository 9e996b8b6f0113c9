package minutes

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/diemcau/diemcau/relay/meeting"
)

// Markdown returns the text of the minutes as they are to be read: the final one, the secretary's, or one made from the log.
// It is what RenderHTML takes, and what is between head and signatures in HTML.
func (m *Minutes) Markdown(o Options) string {
	switch {
	case m.Final.Hash != "":
		return m.Final.Text
	case m.Edited != "":
		return m.Edited
	}
	return m.Generated(o)
}

// Generated returns the text made from the log, as meeting.Minute takes it. Texts of participants are in it as literals. Of a meeting that would
// make it too long the notes are left out, then the single speeches, then what is over.
func (m *Minutes) Generated(o Options) string {
	text := ""
	for terse := range 3 {
		w := &writer{Minutes: m, Options: o, terse: terse}
		w.opening()
		w.present()
		w.course()
		w.answers()
		w.decisions()
		w.failures()
		w.ending()
		text = blankLines.ReplaceAllString(strings.TrimSpace(w.out.String()), "\n\n") + "\n"
		if fits(text) {
			return text
		}
	}
	for !fits(text) {
		text = text[:strings.LastIndexByte(text[:len(text)-1], '\n')+1]
	}
	return text
}

// fits says whether a text can be stored as an event.
func fits(text string) bool {
	escaped := strings.Count(text, `\`) + strings.Count(text, `"`) + strings.Count(text, "\n")
	return len(text) <= meeting.MaxMinutes && len(text)+escaped <= meeting.MaxEvent-2048
}

// WriteMarkdown writes the text with a title before it and, if it is final, its hash behind it. The error is the writer's.
func (m *Minutes) WriteMarkdown(w io.Writer, o Options) error {
	hash := ""
	if m.Verify() {
		hash = fmt.Sprintf("\n%s (SHA-256): %s\n", o.say("Mã kiểm tra", "Check sum"), m.Final.Hash)
	}
	_, err := fmt.Fprintf(w, "# %s\n\n**%s**\n\n%s%s", o.say("BIÊN BẢN", "MINUTES"), quote(m.about(o)), m.Markdown(o), hash)
	return err
}

// about says of which meeting the minutes are.
func (m *Minutes) about(o Options) string {
	title := clean(m.Title)
	if title == "" {
		title = m.Code
	}
	first, _, _ := strings.Cut(strings.ToLower(title), " ")
	if !o.English && !slices.Contains([]string{"họp", "cuộc", "hội", "phiên", "giao"}, first) {
		return "Họp " + title
	}
	return title
}

var blankLines = regexp.MustCompile(`\n{3,}`)

// writer writes Markdown.
type writer struct {
	*Minutes
	Options
	out     strings.Builder
	section int
	terse   int // 1: without notes, 2: nor single speeches
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.out, format+"\n", args...) }

// head begins the next section.
func (w *writer) head(vi, en string) {
	w.section++
	w.line("\n## %s. %s\n", roman(w.section), w.say(vi, en))
}

func roman(n int) string {
	return []string{"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"}[n]
}

// opening says when and where.
func (w *writer) opening() {
	w.line("**%s** %s\n", w.say("Thời gian bắt đầu:", "Began:"), w.moment(w.start()))
	place := quote(w.Place)
	if place == "" {
		place = w.say("các điểm cầu", "the sites")
	}
	w.line("**%s** %s\n", w.say("Địa điểm:", "Place:"), w.sayf("%s, họp trực tuyến", "%s, online", place))
}

// present says who was there.
func (w *writer) present() {
	var came, absent []string
	heads := 0
	for _, s := range w.Sites {
		if s.Absent {
			absent = append(absent, quote(s.Name))
			continue
		}
		text := quote(s.Name)
		if s.Headcount > 0 {
			heads += s.Headcount
			text += w.sayf(" (%d người)", " (%d)", s.Headcount)
		}
		came = append(came, text)
	}
	w.line("**%s**\n", w.say("Thành phần tham dự:", "Present:"))
	if len(w.Sites) > 0 {
		w.line("- %s: %s", w.sayf("Có mặt %d/%d điểm cầu, %d người", "%d of %d sites came, %d people", len(came), len(w.Sites), heads), list(came, w.Options))
		w.line("- %s: %s", w.sayf("Vắng %d/%d điểm cầu", "%d of %d sites absent", len(absent), len(w.Sites)), list(absent, w.Options))
	}
	if others := names(w.Others); len(others) > 0 {
		w.line("- %s: %s", w.say("Người dự khác", "Others"), list(others, w.Options))
	}
	w.line("- %s", w.say("(Danh sách điểm danh kèm theo.)", "(See the attendance sheet.)"))
	w.line("\n**%s** %s\n", w.say("Chủ trì (chủ tọa):", "Chair:"), list(w.chairs(), w.Options))
	w.line("**%s** %s", w.say("Thư ký (người ghi biên bản):", "Secretary:"), list(w.officers("secretary"), w.Options))
}

// chairs are those who led the meeting, with times if they changed, and the deputies who did not have to.
func (w *writer) chairs() []string {
	var terms []Term
	for _, t := range w.Terms {
		if _, ok := t.within(w.start(), w.end()); ok && t.Role == "chair" {
			terms = append(terms, t)
		}
	}
	var out []string
	for i, t := range terms {
		text := quote(t.Name)
		if len(terms) > 1 {
			part, _ := t.within(w.start(), w.end())
			if i+1 < len(terms) {
				part.To = min(part.To, terms[i+1].From)
			}
			text += " (" + w.span(part) + ")"
		}
		out = append(out, text)
	}
	for _, name := range w.officers("deputy") {
		if !slices.ContainsFunc(terms, func(t Term) bool { return quote(t.Name) == name }) {
			out = append(out, name+" ("+w.role("deputy")+")")
		}
	}
	return out
}

// officers are those who had a role.
func (w *writer) officers(role string) []string {
	var out []string
	for _, t := range w.Terms {
		if name := quote(t.Name); t.Role == role && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// course says what was on, who spoke, and what the secretary wrote.
func (w *writer) course() {
	w.head("NỘI DUNG", "COURSE")
	for i, item := range w.Agenda {
		title := quote(item.Title)
		if item.By != "" {
			title += " – " + quote(item.By)
		}
		if spans := w.spans(item.Spans); spans != "" {
			title += " (" + spans + ")"
		}
		w.line("### %d. %s\n", i+1, title)
		w.speeches(item.ID)
	}
	known := func(id int) bool {
		return slices.ContainsFunc(w.Agenda, func(item Item) bool { return item.ID == id })
	}
	rest := slices.ContainsFunc(w.Speeches, func(s Speech) bool { return !known(s.Item) })
	if rest && len(w.Agenda) > 0 {
		w.line("### %s\n", w.say("Phát biểu ngoài chương trình", "Speeches beside the agenda"))
	}
	if rest {
		for _, s := range w.Speeches {
			if !known(s.Item) {
				w.speech(s)
			}
		}
		w.line("")
	}
	if len(w.Notes) > 0 {
		w.line("### %s\n", w.say("Ghi chép của thư ký", "The secretary's notes"))
		for _, n := range w.Notes {
			if w.terse > 0 {
				w.line("%s", w.say("(Xem tệp ghi chép kèm theo.)", "(See the file of notes.)"))
				break
			}
			w.line("- %s: %s", w.clock(n.At), quote(n.Text))
		}
		w.line("")
	}
	if len(w.Notices) > 0 {
		w.line("### %s\n", w.say("Thông báo", "Notices"))
		for _, n := range w.Notices {
			w.line("- %s: %s", w.clock(n.From), quote(n.Text))
		}
	}
	w.showings()
}

func (w *writer) speeches(item int) {
	for _, s := range w.Speeches {
		if s.Item == item {
			w.speech(s)
		}
	}
	w.line("")
}

func (w *writer) speech(s Speech) {
	if w.terse > 1 {
		return
	}
	how := ""
	switch {
	case s.End == "dropped":
		how = w.say("; mất kết nối, chưa trình bày xong", "; the line was lost before the end")
	case len(s.Spans) > 1:
		how = w.sayf("; gián đoạn %d lần", "; interrupted %d×", len(s.Spans)-1)
	}
	w.line("- %s (%s; %s%s)", quote(s.Name), w.spans(s.Spans), w.length(s.Ms(w.end())), how)
}

// answers says what was asked and answered.
func (w *writer) answers() {
	if len(w.Polls) == 0 {
		return
	}
	w.head("BIỂU QUYẾT", "POLLS")
	for i, p := range w.Polls {
		secret := ""
		if p.Secret {
			secret = w.say(" (kín)", " (secret)")
		}
		w.line("**%d.** %s%s – %s\n", i+1, quote(p.Question), secret,
			w.sayf("tán thành %d, không tán thành %d, ý kiến khác %d", "for %d, against %d, other %d", p.For, p.Against, p.Other))
		for _, v := range p.Votes {
			if v.Choice != "for" || v.Text != "" {
				w.line("- %s: %s%s", quote(v.Name), w.choice(v.Choice), after(" – ", quote(v.Text)))
			}
		}
		w.line("")
	}
}

// decisions says what was concluded.
func (w *writer) decisions() {
	w.head("KẾT LUẬN", "CONCLUSIONS")
	if len(w.Conclusions) == 0 {
		w.line("%s", w.say("Không có kết luận nào được giao.", "No task was given."))
	}
	for i, c := range w.Conclusions {
		var units []string
		for _, u := range c.Units {
			units = append(units, quote(u))
		}
		w.line("**%d.** %s%s%s\n", i+1, quote(c.Text),
			after(w.say(" – Thực hiện: ", " – By: "), strings.Join(units, ", ")), after(w.say("; thời hạn: ", "; due: "), quote(w.day(c.Due))))
	}
}

// failures says which lines were lost.
func (w *writer) failures() {
	type lost struct {
		name  string
		times int
		ms    int64
		more  []string
	}
	var all []*lost
	for _, i := range w.Incidents {
		at := slices.IndexFunc(all, func(l *lost) bool { return l.name == i.Name })
		if at < 0 {
			at = len(all)
			all = append(all, &lost{name: i.Name})
		}
		l := all[at]
		if i.Rule != "" {
			l.more = append(l.more, w.clock(i.At)+" "+quote(w.script(i.Rule)))
			continue
		}
		l.times++
		if l.ms += i.Lost; i.Lost == 0 {
			l.ms += w.end() - i.At
			l.more = append(l.more, w.clock(i.At)+" "+w.say("không nối lại được", "did not come back"))
		}
	}
	if len(all) == 0 {
		return
	}
	w.head("SỰ CỐ ĐƯỜNG TRUYỀN", "LOST LINES")
	for _, l := range all {
		w.line("- %s: %s%s", quote(l.name), w.sayf("mất kết nối %d lần, tổng %s", "lost %d×, %s in all", l.times, w.length(l.ms)), after("; ", strings.Join(l.more, "; ")))
	}
}

// ending says when it ended.
func (w *writer) ending() {
	if w.Closed == 0 {
		w.line("\n%s", w.say("Cuộc họp chưa kết thúc.", "The meeting has not ended."))
		return
	}
	w.line("\n%s", w.sayf("Cuộc họp kết thúc vào %s./.", "The meeting ended at %s.", w.moment(w.Closed)))
}

// after puts a separator before a text, unless that is empty.
func after(separator, text string) string {
	if text == "" {
		return ""
	}
	return separator + text
}

func names(sites []Site) []string {
	var out []string
	for _, s := range sites {
		if name := quote(s.Name); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func list(all []string, o Options) string {
	if len(all) == 0 {
		return o.say("không", "none")
	}
	return strings.Join(all, ", ")
}

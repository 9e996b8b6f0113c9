package minutes

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
)

// eight is 8:00 on a working day, in Vietnam.
var eight = time.Date(2026, 3, 5, 8, 0, 0, 0, vietnam).UnixMilli()

const hostile = "=<script>alert(1)</script>\u202e|**x**\n# y"

// hostileMinutes have the same bad text wherever somebody may type.
func hostileMinutes() *Minutes {
	s := Span{From: eight, To: eight + 60_000}
	return &Minutes{
		Head:        Head{Code: "abc-def-ghj", Title: hostile, Body: hostile, Place: hostile, Began: eight, Opened: eight, Closed: eight + 3_600_000, Last: eight + 3_600_000},
		Terms:       []Term{{"chair", hostile, s}, {"secretary", hostile, s}},
		Agenda:      []Item{{ID: 1, Title: hostile, By: hostile, Spans: []Span{s}}},
		Speeches:    []Speech{{Name: hostile, Item: 1, Spans: []Span{s}, End: "back"}},
		Sites:       []Site{{Invited: 1, Name: hostile, Unit: "u1", Stays: []Span{s}, Names: hostile, Confirmed: hostile, Note: hostile, Headcount: 3}},
		Others:      []Site{{Name: hostile, Role: "guest", Stays: []Span{s}}},
		Polls:       []Poll{{ID: "1", Question: hostile, Span: s, Other: 1, Votes: []Vote{{hostile, "other", hostile}}}},
		Conclusions: []Conclusion{{ID: "1", At: eight, Text: hostile, Units: []string{hostile}, Due: hostile, Progress: []Progress{{eight, hostile, hostile, true}}}},
		Notices:     []Notice{{"1", hostile, s}},
		Notes:       []Note{{eight, hostile}},
		Incidents:   []Incident{{eight, hostile, "", 1000}, {eight, hostile, hostile, 0}},
		Shown:       []Showing{{eight, hostile, hostile, true}},
		Rings:       []Ring{{eight, hostile, []string{hostile}, nil}},
	}
}

func written(t *testing.T, write func(*bytes.Buffer) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// ownTag are the tags of the printed forms.
var ownTag = regexp.MustCompile(`^<(!DOCTYPE html|html lang="(vi|en)"|meta [a-z0-9=", -]+|body( class="lying")?|(div|p|td)( class="[a-z]+")?|td colspan="4"|span class="motto"|/?(head|title|style|main|bdi|em|strong|span)|/(html|body|div|p|td))>$`)

func TestHostileTextIsText(t *testing.T) {
	m := hostileMinutes()
	o := Options{Unit: func(string) string { return hostile }}
	for _, out := range []string{
		written(t, func(b *bytes.Buffer) error { return m.WriteHTML(b, o) }),
		written(t, func(b *bytes.Buffer) error { return m.WriteSheet(b, o) }),
	} {
		for _, tag := range anyTag.FindAllString(out, -1) {
			if !ownTag.MatchString(tag) && !allowedTag.MatchString(tag) {
				t.Errorf("tag %q", tag)
			}
		}
		if strings.Contains(out, "\u202e") || strings.Contains(out, "<strong>x") {
			t.Error("the text changes its direction, or is bold")
		}
		if !strings.Contains(out, "&lt;script&gt;alert(1)&lt;/script&gt;") {
			t.Error("the text is lost")
		}
	}
}

func TestCSVOfHostileText(t *testing.T) {
	m := hostileMinutes()
	for name, out := range map[string]string{
		"attendance": written(t, func(b *bytes.Buffer) error {
			return m.WriteAttendanceCSV(b, Options{Unit: func(string) string { return hostile }})
		}),
		"minutes": written(t, func(b *bytes.Buffer) error { return m.WriteCSV(b, Options{}) }),
	} {
		if !strings.HasPrefix(out, bom) || strings.Count(out, "\n") != strings.Count(out, "\r\n") {
			t.Errorf("%s: no BOM, or lines without CR", name)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, bom))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if strings.HasPrefix(cell, "=") || strings.ContainsAny(cell, "\n\u202e") {
					t.Errorf("%s: cell %q", name, cell)
				}
			}
		}
	}
}

func TestHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+84": "'+84", "-1": "'-1", "@x": "'@x", " =1": "' =1", "\t=1": "'\t=1", "＝1": "'＝1", "Xã A": "Xã A", "": "", "1-2": "1-2", " ": " ",
	} {
		if got := harmless(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	vi, en := Options{}, Options{English: true, Zone: time.UTC}
	for _, c := range [][2]string{
		{vi.date(eight), "ngày 05 tháng 3 năm 2026"},
		{vi.moment(eight + 5*60_000), "08 giờ 05 phút, ngày 05 tháng 3 năm 2026"},
		{vi.date(time.Date(2026, 2, 12, 8, 0, 0, 0, vietnam).UnixMilli()), "ngày 12 tháng 02 năm 2026"},
		{en.moment(eight), "01:00, 5 March 2026"},
		{vi.length(59_499), "59 giây"},
		{vi.length(363_000), "6 phút 03 giây"},
		{vi.length(3_723_000), "1 giờ 02 phút"},
		{vi.day("2026-04-15"), "15/04/2026"},
		{vi.spans([]Span{{eight, eight + 60_000}, {eight + 119_999, eight + 180_000}, {eight + 240_000, 0}}), "08:00–08:03, 08:04–"},
	} {
		if c[0] != c[1] {
			t.Errorf("%q, want %q", c[0], c[1])
		}
	}
}

func TestFinalText(t *testing.T) {
	m := hostileMinutes()
	m.Edited = "## Đã sửa"
	if got := m.Markdown(Options{}); got != "## Đã sửa" {
		t.Errorf("edited: %q", got)
	}
	if out := written(t, func(b *bytes.Buffer) error { return m.WriteHTML(b, Options{}) }); !strings.Contains(out, "Bản dự thảo") || m.Verify() {
		t.Error("a draft is taken for final")
	}
	m.Final = Final{At: eight, Text: "Chốt", Hash: meeting.HashMinutes("Chốt")}
	out := written(t, func(b *bytes.Buffer) error { return m.WriteHTML(b, Options{}) })
	if !m.Verify() || !strings.Contains(out, "<p>Chốt</p>") || !strings.Contains(out, m.Final.Hash) {
		t.Errorf("the final text is not shown with its hash: %s", out)
	}
	m.Final.Text += "!"
	if out := written(t, func(b *bytes.Buffer) error { return m.WriteHTML(b, Options{}) }); m.Verify() || !strings.Contains(out, "không khớp") || strings.Contains(out, m.Final.Hash) {
		t.Error("a changed text is taken for final")
	}
}

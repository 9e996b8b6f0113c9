package minutes

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"

	"github.com/diemcau/diemcau/relay/meeting"
)

//go:embed print.css minutes.html sheet.html
var files embed.FS

// style is that of everything printed.
var style = func() string {
	css, err := files.ReadFile("print.css")
	if err != nil {
		panic(err) // it is embedded
	}
	return string(css)
}()

// pages are the two printed forms. Whatever is put into them is escaped by html/template.
var pages = template.Must(template.New("").Funcs(template.FuncMap{"upper": strings.ToUpper, "clean": clean}).ParseFS(files, "*.html"))

// Policy is the Content-Security-Policy of the printed forms: they load and run nothing, and have one style.
func Policy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
}

// Verify says whether the final text is the one that was made final. Minutes that are not final are not verified.
func (m *Minutes) Verify() bool {
	return m.Final.Hash != "" && meeting.HashMinutes(m.Final.Text) == m.Final.Hash
}

// form is what a printed form shows.
type form struct {
	*Minutes
	Options
	Style template.CSS
	Text  template.HTML // of the minutes
	Rows  []sheetRow    // of the attendance sheet
	Total int           // headcount
}

// Lang is the document's language.
func (f form) Lang() string { return f.say("vi", "en") }

// T chooses between the languages.
func (f form) T(vi, en string) string { return f.say(vi, en) }

// Day is the day of the meeting.
func (f form) Day() string { return f.date(f.start()) }

// Moment is a time with its day.
func (f form) Moment(ms int64) string { return f.moment(ms) }

// About says of which meeting this is.
func (f form) About() string { return f.about(f.Options) }

// Signer is the last one who had an office.
func (f form) Signer(role string) string {
	name := ""
	for _, t := range f.Terms {
		if t.Role == role {
			name = t.Name
		}
	}
	return name
}

// State says how final the text is: final, broken (it is not what its hash says) or draft.
func (f form) State() string {
	switch {
	case f.Verify():
		return "final"
	case f.Final.Hash != "":
		return "broken"
	}
	return "draft"
}

// WriteHTML writes the minutes as a page to be printed on A4. The error is the writer's.
func (m *Minutes) WriteHTML(w io.Writer, o Options) error {
	text := RenderHTML(m.Markdown(o))
	return pages.ExecuteTemplate(w, "minutes.html", form{Minutes: m, Options: o, Style: template.CSS(style), Text: template.HTML(text)})
}

// WriteSheet writes the attendance sheet as a page to be printed on A4, lying. The error is the writer's.
func (m *Minutes) WriteSheet(w io.Writer, o Options) error {
	rows := m.sheet(o)
	total := 0
	for _, r := range rows {
		total += r.site.Headcount
	}
	return pages.ExecuteTemplate(w, "sheet.html", form{Minutes: m, Options: o, Style: template.CSS(style), Rows: rows, Total: total})
}

package minutes

import (
	"slices"

	"github.com/diemcau/diemcau/relay/meeting"
)

// Showing is a document that somebody showed, or a report recorded beforehand that was played; each is listed once, and no pages.
type Showing struct {
	At     int64  `json:"at"`
	Name   string `json:"name"`
	Title  string `json:"title"`
	Report bool   `json:"report,omitempty"` // it was played
}

// stage follows what was shown and played.
func (f *Fold) stage(e *meeting.Event, at int64) {
	now := Showing{At: at, Name: f.names[e.Seat]}
	switch b := e.Body.(type) {
	case meeting.Shown:
		now.Title = b.Title
	case meeting.Playing:
		now.Title, now.Report = b.Title, true
	}
	same := func(s Showing) bool { return s.Name == now.Name && s.Title == now.Title && s.Report == now.Report }
	if now.Title != "" && !slices.ContainsFunc(f.m.Shown, same) {
		f.m.Shown = append(f.m.Shown, now)
	}
}

// showings says what was shown.
func (w *writer) showings() {
	if len(w.Shown) == 0 {
		return
	}
	w.line("\n### %s\n", w.say("Tài liệu đã trình chiếu", "Documents that were shown"))
	for _, s := range w.Shown {
		what := ""
		if s.Report {
			what = w.say(" (báo cáo ghi sẵn)", " (report recorded beforehand)")
		}
		w.line("- %s: %s – %s%s", w.clock(s.At), quote(s.Name), quote(s.Title), what)
	}
}

package office

import (
	"bytes"
	"net/http"
	"strconv"
	"time"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/meeting/minutes"
)

// drawn answers GET /api/meetings/CODE/minutes?format=json.
type drawn struct {
	Minutes *minutes.Minutes `json:"minutes"`
	Text    string           `json:"text"` // as it is to be read or edited: the final one, the secretary's, or one made from the log
	Edited  bool             `json:"edited"`
	Final   string           `json:"final,omitempty"` // its hash
	Intact  bool             `json:"intact"`          // the final text has that hash
}

var formatUnknown = admin.Refusal{
	Status: http.StatusBadRequest, Code: "format-unknown",
	Vi: "Máy chủ không xuất được dạng này: xin chọn một dạng trong danh sách trên trang.",
	En: "The server does not write this format: choose one that the page offers.",
}

// folded reads a meeting's log.
func (d *desk) folded(code string) (*minutes.Minutes, error) {
	var f minutes.Fold
	if err := d.Records.Events(code, f.Apply); err != nil {
		return nil, err
	}
	return f.Minutes(), nil
}

// options are what a request says of language and time: lang=en, offset=minutes east of UTC.
func (d *desk) options(r *http.Request) minutes.Options {
	query := r.URL.Query()
	o := minutes.Options{English: query.Get("lang") == "en", Unit: d.Unit}
	if east, err := strconv.Atoi(query.Get("offset")); err == nil && east >= -720 && east <= 840 {
		o.Zone = time.FixedZone("", east*60)
	}
	return o
}

// minutes writes the minutes in the format that is asked for.
func (d *desk) minutes(w http.ResponseWriter, r *http.Request, code string, _ meeting.By) error {
	format := r.URL.Query().Get("format")
	if format == "jsonl" {
		return d.log(w, code)
	}
	m, err := d.folded(code)
	if err != nil {
		return asked(err)
	}
	o := d.options(r)
	switch format {
	case "", "json":
		admin.WriteJSON(w, http.StatusOK, drawn{m, m.Markdown(o), m.Edited != "", m.Final.Hash, m.Verify()})
		return nil
	case "md":
		return send(w, "text/markdown", "bien-ban-"+code+".md", func(b *bytes.Buffer) error { return m.WriteMarkdown(b, o) })
	case "html":
		return send(w, "text/html", "", func(b *bytes.Buffer) error { return m.WriteHTML(b, o) })
	case "csv":
		return send(w, "text/csv", "bien-ban-"+code+".csv", func(b *bytes.Buffer) error { return m.WriteCSV(b, o) })
	}
	return formatUnknown
}

// attendance writes the attendance sheet in the format that is asked for.
func (d *desk) attendance(w http.ResponseWriter, r *http.Request, code string, _ meeting.By) error {
	m, err := d.folded(code)
	if err != nil {
		return asked(err)
	}
	o := d.options(r)
	switch r.URL.Query().Get("format") {
	case "", "html":
		return send(w, "text/html", "", func(b *bytes.Buffer) error { return m.WriteSheet(b, o) })
	case "csv":
		return send(w, "text/csv", "diem-danh-"+code+".csv", func(b *bytes.Buffer) error { return m.WriteAttendanceCSV(b, o) })
	}
	return formatUnknown
}

// log writes the events, one after the other: a log may be longer than what should be held in memory twice.
func (d *desk) log(w http.ResponseWriter, code string) error {
	out := &started{ResponseWriter: w, code: code}
	x := minutes.Export{W: out}
	err := d.Records.Events(code, func(e meeting.Event) error {
		if e.Body == nil {
			return nil // of a later version of this program
		}
		return x.Write(e)
	})
	switch {
	case err == nil && !out.begun:
		return admin.MeetingUnknown
	case err != nil && out.begun:
		panic(http.ErrAbortHandler) // or what was sent would look like the whole log
	}
	return asked(err)
}

// started sends the head of an answer before its first bytes.
type started struct {
	http.ResponseWriter
	code  string
	begun bool
}

func (s *started) Write(b []byte) (int, error) {
	if !s.begun {
		s.begun = true
		heads(s.ResponseWriter, "application/x-ndjson", "nhat-ky-"+s.code+".jsonl")
	}
	return s.ResponseWriter.Write(b)
}

// send answers with a file; without a name it is a page to be looked at and printed.
func send(w http.ResponseWriter, kind, name string, write func(*bytes.Buffer) error) error {
	var out bytes.Buffer
	if err := write(&out); err != nil {
		return err
	}
	heads(w, kind, name)
	_, _ = w.Write(out.Bytes()) // a reader that is gone is nobody's error
	return nil
}

func heads(w http.ResponseWriter, kind, name string) {
	h := w.Header()
	h.Set("Content-Type", kind+"; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", minutes.Policy())
	if name != "" {
		h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	}
	w.WriteHeader(http.StatusOK)
}

package office

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/meeting/minutes"
)

const (
	held    = "abc-def-ghj" // the meeting of a district, in the records
	hostKey = "aaaa-bbbb-cccc-dddd"
)

// records is a relay that has one meeting.
type records struct {
	state  meeting.State
	events []meeting.Event
}

// newRecords reads the log of a whole meeting, up to the event after which the minutes are made.
func newRecords(t *testing.T) *records {
	t.Helper()
	text, err := os.ReadFile("../../meeting/minutes/testdata/district.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	r := &records{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		e, err := meeting.Decode(lines.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		r.add(t, e)
	}
	return r
}

func (r *records) add(t *testing.T, e meeting.Event) {
	t.Helper()
	if err := r.state.Apply(e); err != nil {
		t.Fatal(err)
	}
	r.events = append(r.events, e)
}

func (r *records) Do(_ context.Context, code string, by meeting.By, action meeting.Action) (uint64, error) {
	if code != held {
		return 0, relay.ErrUnknown
	}
	events, err := meeting.Decide(&r.state, meeting.Command{Ms: r.state.Ms, By: by, Do: action})
	if err != nil || len(events) == 0 {
		return 0, err
	}
	for _, e := range events {
		if err := r.state.Apply(e); err != nil {
			return 0, err
		}
		r.events = append(r.events, e)
	}
	return r.state.N, nil
}

func (r *records) State(code string, see func(*meeting.State)) error {
	if code != held {
		return relay.ErrUnknown
	}
	see(&r.state)
	return nil
}

func (r *records) Events(code string, each func(meeting.Event) error) error {
	if code != held {
		return relay.ErrUnknown
	}
	for _, e := range r.events {
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

// Create, Lookup and Stats are for the frame.
func (*records) Create(context.Context, string) (string, error) { return held, nil }
func (*records) Lookup(string) (string, bool)                   { return "", false }
func (*records) Stats() relay.Stats                             { return relay.Stats{} }

// accounts are those of the tests; a header takes the cookie's place, and another one the pass's.
var accounts = map[string]directory.Account{
	"a1": {ID: "a1", Role: directory.Chair}, "a2": {ID: "a2", Role: directory.Secretary},
	"a9": {ID: "a9", Role: directory.Secretary}, "root": {ID: "root", Role: directory.Admin},
}

var passes = map[string]Shown{
	"s1":    {Identity: meeting.Identity{Site: "s1"}},
	"s9":    {Identity: meeting.Identity{Site: "s9"}},
	"guest": {Identity: meeting.Identity{Role: meeting.RoleGuest}, Meeting: held},
	"chair": {Identity: meeting.Identity{Role: meeting.RoleChair}, Meeting: held},
	"other": {Identity: meeting.Identity{Role: meeting.RoleChair}, Meeting: "xxx-xxx-xxx"},
}

var nobody = admin.Refusal{Status: http.StatusUnauthorized, Code: "login-needed"}

// served returns what answers for some records.
func served(t *testing.T, r *records) http.Handler {
	t.Helper()
	return framed(t, r, deskOf(r))
}

func deskOf(r *records) Desk {
	return Desk{
		Records: r,
		Who: func(r *http.Request) (directory.Account, bool) {
			a, ok := accounts[r.Header.Get("Account")]
			return a, ok
		},
		Pass: func(_ http.ResponseWriter, r *http.Request) (Shown, error) {
			if p, ok := passes[r.Header.Get("Pass")]; ok {
				return p, nil
			}
			return Shown{}, nobody
		},
		Unit: func(id string) string { return "Đơn vị " + id },
	}
}

func framed(t *testing.T, r *records, d Desk) http.Handler {
	t.Helper()
	h, err := admin.Handler(admin.Config{
		Meetings: r, Page: http.NotFoundHandler(), HostKey: hostKey, Base: func(string) string { return "http://x" },
		Relays: func(string) []admin.Relay { return nil }, Routes: []func(*admin.Frame){d.Routes}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// claim makes a request that of somebody: "account:ID", "pass:ID", "key", "wrong" or "".
func claim(r *http.Request, who string) {
	kind, id, _ := strings.Cut(who, ":")
	switch kind {
	case "account":
		r.Header.Set("Account", id)
	case "pass":
		r.Header.Set("Pass", id)
	case "key":
		r.Header.Set("Authorization", "Bearer "+hostKey)
	case "wrong":
		r.Header.Set("Authorization", "Bearer no")
	}
}

// as asks as somebody, see claim.
func as(t *testing.T, h http.Handler, who, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, "/api/meetings/"+path, strings.NewReader(body))
	claim(r, who)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func refusedAs(t *testing.T, w *httptest.ResponseRecorder, status int, code string) {
	t.Helper()
	var got struct{ Code, Vi, En string }
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != status || got.Code != code {
		t.Errorf("%d %s, want %d %s", w.Code, w.Body, status, code)
	}
}

func TestWhoSeesTheMinutes(t *testing.T) {
	h := served(t, newRecords(t))
	for who, want := range map[string]int{
		"account:a1": 200, "account:a2": 200, "account:root": 200, "key": 200, "pass:chair": 200,
		"account:a9": 403, "pass:s1": 403, "pass:s9": 403, "pass:guest": 403, "pass:other": 403, "": 401, "wrong": 401,
	} {
		for _, path := range []string{held + "/state", held + "/minutes", held + "/attendance"} {
			if w := as(t, h, who, "GET", path, ""); w.Code != want {
				t.Errorf("%q asks for %s: %d %s, want %d", who, path, w.Code, w.Body, want)
			}
		}
	}
	refusedAs(t, as(t, h, "account:root", "GET", "xyz-xyz-xyz/minutes", ""), 404, "meeting-unknown")
	refusedAs(t, as(t, h, "account:root", "GET", "xyz-xyz-xyz/minutes?format=jsonl", ""), 404, "meeting-unknown")
	refusedAs(t, as(t, h, "account:root", "GET", "nonsense/minutes", ""), 400, "code-malformed")
	refusedAs(t, as(t, h, "account:root", "GET", held+"/minutes?format=docx", ""), 400, "format-unknown")
	refusedAs(t, as(t, h, "account:root", "GET", held+"/attendance?format=json", ""), 400, "format-unknown")
}

func TestFormats(t *testing.T) {
	h := served(t, newRecords(t))
	for path, want := range map[string][3]string{
		"minutes":                     {"application/json; charset=utf-8", "", `"text":"**Thời gian`},
		"minutes?format=md":           {"text/markdown; charset=utf-8", `attachment; filename="bien-ban-` + held + `.md"`, "# BIÊN BẢN"},
		"minutes?format=html":         {"text/html; charset=utf-8", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"},
		"minutes?format=html&lang=en": {"text/html; charset=utf-8", "", "MINUTES"},
		"minutes?format=csv&offset=0": {"text/csv; charset=utf-8", `attachment; filename="bien-ban-` + held + `.csv"`, "2026-03-05 01:00:00,khai mạc"},
		"minutes?format=jsonl":        {"application/x-ndjson; charset=utf-8", `attachment; filename="nhat-ky-` + held + `.jsonl"`, `{"n":1,"ms":0,"kind":"created"`},
		"attendance":                  {"text/html; charset=utf-8", "", "DANH SÁCH ĐIỂM DANH"},
		"attendance?format=csv":       {"text/csv; charset=utf-8", `attachment; filename="diem-danh-` + held + `.csv"`, "Đơn vị u1"},
	} {
		w := as(t, h, "account:a2", "GET", held+"/"+path, "")
		head := w.Header()
		if w.Code != 200 || head.Get("Content-Type") != want[0] || head.Get("Content-Disposition") != want[1] || !strings.Contains(w.Body.String(), want[2]) {
			t.Errorf("%s: %d %v\n%.300s", path, w.Code, head, w.Body)
		}
		if csp := head.Get("Content-Security-Policy"); want[1] == "" && strings.HasPrefix(want[0], "text/html") && csp != minutes.Policy() {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
}

package office

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/admin/admintest"
	"github.com/diemcau/diemcau/relay/directory"
	"github.com/diemcau/diemcau/relay/meeting"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// files is the twin of a store's Files.
type files struct {
	mu    sync.Mutex
	names map[string][]byte
	err   error
}

func (f *files) Put(_ context.Context, name string, content io.Reader, limit int64) error {
	text, err := io.ReadAll(io.LimitReader(content, limit))
	f.mu.Lock()
	defer f.mu.Unlock()
	if err = errors.Join(err, f.err); err == nil {
		f.names[name] = text
	}
	return err
}

func (f *files) Get(_ context.Context, name string) (io.ReadCloser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	text, ok := f.names[name]
	if !ok {
		return nil, errors.New("test: no such file")
	}
	return io.NopCloser(bytes.NewReader(text)), nil
}

// district is a relay with several meetings, each a state that only commands change.
type district struct {
	mu     sync.Mutex
	codes  []string
	states map[string]*meeting.State
	err    error
}

const began = 1_772_600_000_000 // Unix ms of every meeting's millisecond 0

func (d *district) Create(_ context.Context, title string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return "", d.err
	}
	code := fmt.Sprintf("%03d-000-000", len(d.codes)+1)
	s := &meeting.State{}
	events, err := meeting.Decide(s, meeting.Command{Do: meeting.Create{Code: code, Title: title, Began: began}})
	if err == nil {
		err = s.Apply(events[0])
	}
	d.codes, d.states[code] = append(d.codes, code), s
	return code, err
}

func (d *district) Prepare(ctx context.Context, title string, plan meeting.Plan, by meeting.By) (string, error) {
	code, err := d.Create(ctx, title)
	if err != nil {
		return "", err
	}
	if _, err = d.Do(ctx, code, by, meeting.Prepare{Plan: plan}); err != nil {
		d.codes = d.codes[:len(d.codes)-1]
		delete(d.states, code)
		return "", err
	}
	return code, nil
}

func (d *district) Do(_ context.Context, code string, by meeting.By, action meeting.Action) (uint64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.states[code]
	if s == nil {
		return 0, relay.ErrUnknown
	}
	events, err := meeting.Decide(s, meeting.Command{Ms: s.Ms + 60_000, By: by, Do: action})
	for _, e := range events {
		if err := s.Apply(e); err != nil {
			return 0, err
		}
	}
	return s.N, err
}

func (d *district) State(code string, see func(*meeting.State)) error {
	if d.states[code] == nil {
		return relay.ErrUnknown
	}
	see(d.states[code])
	return nil
}

func (*district) Events(string, func(meeting.Event) error) error { return relay.ErrUnknown }
func (*district) Lookup(string) (string, bool)                   { return "", false }
func (*district) Stats() relay.Stats                             { return relay.Stats{} }

func (d *district) Meetings() ([]relay.Digest, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []relay.Digest
	for _, code := range d.codes {
		s := d.states[code]
		digest := relay.Digest{Code: code, Title: s.Title, Began: s.Began, Ms: s.Ms, N: s.N, Plan: s.Plan, Opened: s.Opened, Closed: s.Closed}
		digest.Conclusions = slices.Clone(s.Conclusions)
		out = append(out, digest)
	}
	return out, nil
}

// desks is a server with all its twins.
type desks struct {
	http.Handler
	table     *admintest.Table
	files     *files
	meetings  *district
	directory *Directory
	log       *bytes.Buffer
}

var staff = map[string]directory.Account{
	"chair": {ID: "chair", Name: "Bà Hạnh", Role: directory.Chair}, "secretary": {ID: "secretary", Name: "Ông Sơn", Role: directory.Secretary},
	"other": {ID: "other", Role: directory.Chair}, "technician": {ID: "technician", Role: directory.Technician}, "root": {ID: "root", Role: directory.Admin},
}

func newDesks(t *testing.T) *desks {
	t.Helper()
	d := &desks{table: &admintest.Table{}, files: &files{names: map[string][]byte{}}, meetings: &district{states: map[string]*meeting.State{}}, log: &bytes.Buffer{}}
	var err error
	if d.directory, err = OpenDirectory(t.Context(), d.table, admintest.ErrConflict, "seed"); err != nil {
		t.Fatal(err)
	}
	d.Handler = d.serve(t, d.directory)
	return d
}

// serve is one relay of the cluster.
func (d *desks) serve(t *testing.T, book *Directory) http.Handler {
	o := Office{
		Desk: Desk{
			Records: d.meetings,
			Who: func(r *http.Request) (directory.Account, bool) {
				a, ok := staff[r.Header.Get("Account")]
				return a, ok
			},
			Pass: func(_ http.ResponseWriter, r *http.Request) (Shown, error) {
				if site := r.Header.Get("Site"); site != "" {
					return Shown{Identity: meeting.Identity{Site: site}}, nil
				}
				if code := r.Header.Get("Guest"); code != "" {
					return Shown{Identity: meeting.Identity{Role: meeting.RoleGuest}, Meeting: code}, nil
				}
				return Shown{}, loginNeeded
			},
		},
		Meetings: d.meetings, Directory: book, Files: d.files,
		ChairLink: func(base, code, account string) string { return base + "/m/" + code + "#p=chair-" + account },
		Now:       func() time.Time { return time.UnixMilli(began) },
		Log:       slog.New(slog.NewTextHandler(d.log, nil)),
	}
	h, err := admin.Handler(admin.Config{
		Meetings: d.meetings, Page: http.NotFoundHandler(), HostKey: hostKey, Base: func(string) string { return "http://x" },
		Relays: func(string) []admin.Relay { return nil }, Routes: []func(*admin.Frame){o.Routes}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ask asks as an account, or as "key", "site:ID", "guest:CODE" or "".
func ask(h http.Handler, who, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/api/"+path, strings.NewReader(body))
	kind, id, _ := strings.Cut(who, ":")
	switch kind {
	case "key":
		r.Header.Set("Authorization", "Bearer "+hostKey)
	case "site":
		r.Header.Set("Site", id)
	case "guest":
		r.Header.Set("Guest", id)
	default:
		r.Header.Set("Account", who)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

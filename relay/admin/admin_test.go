package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/meeting"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const key = "ABCD-EFGH-JKMN-PQRS"

// book is a relay with one code to give.
type book struct {
	titles map[string]string
	err    error
}

func (b *book) Create(_ context.Context, title string) (string, error) {
	if b.err != nil {
		return "", b.err
	}
	b.titles["abc-def-ghj"] = title
	return "abc-def-ghj", nil
}

func (b *book) Lookup(code string) (string, bool) {
	if code == "zzz-zzz-zzz" {
		panic("a meeting that breaks the server")
	}
	title, ok := b.titles[code]
	return title, ok
}

func (*book) Stats() relay.Stats {
	return relay.Stats{
		Meetings: 2, Participants: 5, Sessions: 6, Beside: 3, Recovered: 7,
		Refused: map[string]uint64{"too-slow": 3},
		In:      relay.Traffic{Datagrams: 10, Bytes: 1000, Packets: 20},
		Out:     relay.Traffic{Datagrams: 30, Bytes: 3000, Packets: 60},
		Dropped: map[string]uint64{"overflow": 4}, Pictures: relay.Pictures{In: 8, Out: 9},
	}
}

func newHandler(t *testing.T, change func(*Config)) (http.Handler, *book) {
	t.Helper()
	b := &book{titles: map[string]string{}}
	cfg := Config{
		Meetings: b,
		Page:     http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "page "+r.URL.Path) }),
		HostKey:  key,
		Origins:  []string{"https://ubnd.example"},
		Base:     func(host string) string { return "http://" + host },
		Relays: func(host string) []Relay {
			return []Relay{{URL: "https://" + host + "/wt", Hashes: []string{"aGFzaA=="}}}
		},
		Log: slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&cfg)
	}
	h, err := Handler(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return h, b
}

type call struct {
	method, path, key, origin, body, from string
}

func (c call) do(h http.Handler) *httptest.ResponseRecorder {
	r := httptest.NewRequest(c.method, "http://relay.test:8080"+c.path, strings.NewReader(c.body))
	if c.key != "" {
		r.Header.Set("Authorization", "Bearer "+c.key)
	}
	if c.origin != "" {
		r.Header.Set("Origin", c.origin)
	}
	if c.from != "" {
		r.RemoteAddr = c.from
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func wantRefusal(t *testing.T, w *httptest.ResponseRecorder, status int, code string) {
	t.Helper()
	var got struct{ Code, Vi, En string }
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("%d %q is not JSON: %v", w.Code, w.Body, err)
	}
	if w.Code != status || got.Code != code {
		t.Errorf("got %d %q, want %d %q", w.Code, got.Code, status, code)
	}
	if got.Vi == "" || got.En == "" || got.Vi == got.En {
		t.Errorf("%q lacks a sentence in one language: %q, %q", code, got.Vi, got.En)
	}
}

func TestCreateAndLookup(t *testing.T) {
	h, _ := newHandler(t, nil)
	w := call{method: "POST", path: "/api/meetings", key: key, body: `{"title":" Giao ban\n tháng 7 ","more":1}`}.do(h)
	var got created
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusCreated {
		t.Fatalf("%d %q: %v", w.Code, w.Body, err)
	}
	want := created{Code: "abc-def-ghj", Link: "http://relay.test:8080/m/abc-def-ghj", Title: "Giao ban tháng 7"}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for _, typed := range []string{"abc-def-ghj", "ABCDEFGHJ", "abc%20def.ghj", "a-b-c-d-e-f-g-h-j", "abc–def–ghj"} {
		w := call{method: "GET", path: "/api/meetings/" + typed}.do(h)
		var got found
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: %d %q: %v", typed, w.Code, w.Body, err)
		}
		if got.Code != want.Code || got.Title != want.Title || len(got.Relays) != 1 ||
			got.Relays[0].URL != "https://relay.test:8080/wt" || got.Relays[0].Hashes[0] != "aGFzaA==" {
			t.Errorf("%s: got %+v", typed, got)
		}
	}
}

func TestAboutIsForWhoAsks(t *testing.T) {
	told := About{Starts: 1_800_000_000_000, Body: "UBND huyện", Agenda: []meeting.Item{{ID: 1, Title: "Khai mạc", Minutes: 5}}}
	h, _ := newHandler(t, func(c *Config) {
		c.About = func(code string) (About, bool) { return told, code == "abc-def-ghj" }
	})
	call{method: "POST", path: "/api/meetings", key: key, body: `{"title":"Giao ban"}`}.do(h)
	plain := call{method: "GET", path: "/api/meetings/abc-def-ghj"}.do(h).Body.String()
	if strings.Contains(plain, "starts") || strings.Contains(plain, "agenda") {
		t.Errorf("who joins hears %s", plain)
	}
	var got found
	w := call{method: "GET", path: "/api/meetings/abc-def-ghj?about=1"}.do(h)
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.About == nil || !reflect.DeepEqual(*got.About, told) || got.Title != "Giao ban" {
		t.Errorf("%s: %v", w.Body, err)
	}
	wantRefusal(t, call{method: "GET", path: "/api/meetings/000-000-000?about=1"}.do(h), 404, "meeting-unknown")
	h, _ = newHandler(t, nil)
	call{method: "POST", path: "/api/meetings", key: key, body: `{}`}.do(h)
	if w := (call{method: "GET", path: "/api/meetings/abc-def-ghj?about=1"}).do(h); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestRefusals(t *testing.T) {
	h, b := newHandler(t, nil)
	long := strings.Repeat("ă", meeting.MaxTitle+1)
	for name, c := range map[string]struct {
		call
		status int
		code   string
	}{
		"unknown code":     {call{method: "GET", path: "/api/meetings/000-000-000"}, 404, "meeting-unknown"},
		"short code":       {call{method: "GET", path: "/api/meetings/abc-def"}, 400, "code-malformed"},
		"long code":        {call{method: "GET", path: "/api/meetings/" + strings.Repeat("-", 100) + "abcdefghj"}, 400, "code-malformed"},
		"foreign letter":   {call{method: "GET", path: "/api/meetings/abc-def-gh%C4%91"}, 400, "code-malformed"},
		"u is no symbol":   {call{method: "GET", path: "/api/meetings/abc-def-ghu"}, 400, "code-malformed"},
		"no key":           {call{method: "POST", path: "/api/meetings", body: `{}`}, 401, "host-key-wrong"},
		"wrong key":        {call{method: "POST", path: "/api/meetings", key: key + "x", body: `{}`}, 401, "host-key-wrong"},
		"long title":       {call{method: "POST", path: "/api/meetings", key: key, body: `{"title":"` + long + `"}`}, 400, "title-too-long"},
		"no body":          {call{method: "POST", path: "/api/meetings", key: key}, 400, "bad-json"},
		"truncated":        {call{method: "POST", path: "/api/meetings", key: key, body: `{"title":"x"`}, 400, "bad-json"},
		"title no string":  {call{method: "POST", path: "/api/meetings", key: key, body: `{"title":1}`}, 400, "bad-json"},
		"more than 4 KiB":  {call{method: "POST", path: "/api/meetings", key: key, body: `{"title":"x"}` + strings.Repeat(" ", MaxBody)}, 413, "bad-json"},
		"no such path":     {call{method: "GET", path: "/api/rooms"}, 404, "not-found"},
		"no such method":   {call{method: "DELETE", path: "/api/meetings/abc-def-ghj"}, 404, "not-found"},
		"foreign page":     {call{method: "GET", path: "/api/meetings/abc-def-ghj", origin: "https://evil.example"}, 403, "origin-refused"},
		"sandboxed page":   {call{method: "POST", path: "/api/meetings", key: key, origin: "null", body: `{}`}, 403, "origin-refused"},
		"no authority":     {call{method: "GET", path: "/ca.crt"}, 404, "not-found"},
		"the server fails": {call{method: "GET", path: "/api/meetings/zzz-zzz-zzz"}, 500, "internal"},
	} {
		t.Run(name, func(t *testing.T) { wantRefusal(t, c.do(h), c.status, c.code) })
	}
	b.err = relay.ErrTooManyMeetings
	wantRefusal(t, call{method: "POST", path: "/api/meetings", key: key, body: `{}`}.do(h), 503, "relay-full")
	b.err = errors.New("the disk is full")
	wantRefusal(t, call{method: "POST", path: "/api/meetings", key: key, body: `{}`}.do(h), 500, "internal")
}

func TestHostKeyAsTyped(t *testing.T) {
	h, _ := newHandler(t, nil)
	for _, typed := range []string{key, "abcdefghjkmnpqrs", "ABCD EFGH jkmn-pqrs"} {
		if w := (call{method: "POST", path: "/api/meetings", key: typed, body: `{}`}).do(h); w.Code != 201 {
			t.Errorf("%s: %d %s", typed, w.Code, w.Body)
		}
	}
}

func TestLongestTitleFits(t *testing.T) {
	h, b := newHandler(t, nil)
	title := strings.Repeat("ă", meeting.MaxTitle)
	if w := (call{method: "POST", path: "/api/meetings", key: key, body: `{"title":"` + title + `"}`}).do(h); w.Code != 201 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if b.titles["abc-def-ghj"] != title {
		t.Error("the title changed")
	}
}

func TestWrongKeysAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := newHandler(t, nil)
		open := call{method: "POST", path: "/api/meetings", key: key, body: `{}`, from: "203.0.113.5:4000"}
		guess := open
		for i := range wrongKeys {
			guess.key = strings.Repeat("x", i+1)
			wantRefusal(t, guess.do(h), 401, "host-key-wrong")
		}
		w := guess.do(h)
		wantRefusal(t, w, 429, "too-many")
		if w.Header().Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
		wantRefusal(t, open.do(h), 429, "too-many") // or a right guess could be told from a wrong one
		other := open
		other.from = "203.0.113.6:4000"
		if w := other.do(h); w.Code != 201 {
			t.Errorf("another address: %d %s", w.Code, w.Body)
		}
		time.Sleep(2 * failureWindow)
		if w := open.do(h); w.Code != 201 {
			t.Errorf("two minutes later: %d %s", w.Code, w.Body)
		}
	})
}

func TestDistrictBehindOneAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, b := newHandler(t, nil)
		b.titles["abc-def-ghj"], b.titles["222-222-222"] = "a", "b"
		join := call{method: "GET", path: "/api/meetings/abc-def-ghj", from: "203.0.113.5:1"}
		for i := range requestBurst {
			if w := join.do(h); w.Code != 200 {
				t.Fatalf("participant %d: %d %s", i, w.Code, w.Body)
			}
		}
		wantRefusal(t, join.do(h), 429, "too-many")
		join.path = "/api/meetings/222-222-222"
		if w := join.do(h); w.Code != 200 {
			t.Errorf("another meeting: %d %s", w.Code, w.Body)
		}
	})
}

func TestGuessedCodesAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, b := newHandler(t, nil)
		b.titles["abc-def-ghj"] = "a"
		guess := call{method: "GET", path: "/api/meetings/000-000-000", from: "[2001:db8::1]:1"}
		for range wrongCodes {
			wantRefusal(t, guess.do(h), 404, "meeting-unknown")
		}
		guess.path, guess.from = "/api/meetings/abc-def-ghj", "[2001:db8::2]:1" // the same /64
		wantRefusal(t, guess.do(h), 429, "too-many")
	})
}

func TestOrigins(t *testing.T) {
	h, b := newHandler(t, nil)
	b.titles["abc-def-ghj"] = "a"
	w := call{method: "GET", path: "/api/meetings/abc-def-ghj", origin: "https://ubnd.example"}.do(h)
	if w.Code != 200 || w.Header().Get("Access-Control-Allow-Origin") != "https://ubnd.example" {
		t.Errorf("configured origin: %d %v", w.Code, w.Header())
	}
	w = call{method: "OPTIONS", path: "/api/meetings", origin: "https://ubnd.example"}.do(h)
	if w.Code != 204 || !strings.Contains(w.Header().Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("preflight: %d %v", w.Code, w.Header())
	}
	w = call{method: "GET", path: "/api/meetings/abc-def-ghj", origin: "http://relay.test:8080"}.do(h)
	if w.Code != 200 || w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("own page: %d %v", w.Code, w.Header())
	}
	w = call{method: "GET", path: "/m/abc-def-ghj", origin: "https://evil.example"}.do(h)
	if w.Code != 200 || w.Body.String() != "page /m/abc-def-ghj" {
		t.Errorf("the page itself is for all: %d %s", w.Code, w.Body)
	}
}

func TestHealthMetricsAuthority(t *testing.T) {
	h, _ := newHandler(t, func(c *Config) { c.CA = []byte("-----BEGIN CERTIFICATE-----") })
	if w := (call{method: "GET", path: "/healthz"}).do(h); w.Code != 200 || strings.TrimSpace(w.Body.String()) != "ok" {
		t.Errorf("healthz: %d %s", w.Code, w.Body)
	}
	call{method: "GET", path: "/api/meetings/x"}.do(h)
	w := call{method: "GET", path: "/metrics"}.do(h)
	for _, line := range []string{
		"diemcau_meetings 2", "diemcau_participants 5", "diemcau_sessions 6", "diemcau_beside_channels 3",
		`diemcau_refused_sessions_total{code="too-slow"} 3`, `diemcau_datagrams_total{direction="in"} 10`,
		`diemcau_datagram_bytes_total{direction="out"} 3000`, `diemcau_packets_total{direction="out"} 60`,
		`diemcau_dropped_total{reason="overflow"} 4`, "diemcau_recovered_datagrams_total 7",
		`diemcau_http_refused_total{code="code-malformed"} 1`, "go_goroutines", "process_open_fds",
	} {
		if !strings.Contains(w.Body.String(), line) {
			t.Errorf("metrics lack %s", line)
		}
	}
	w = call{method: "GET", path: "/ca.crt"}.do(h)
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/x-x509-ca-cert" || w.Body.String() != "-----BEGIN CERTIFICATE-----" {
		t.Errorf("ca.crt: %d %v %s", w.Code, w.Header(), w.Body)
	}
	if w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Error("no nosniff")
	}
}

func TestIncompleteConfig(t *testing.T) {
	if _, err := Handler(Config{}); err == nil {
		t.Error("an empty configuration was taken")
	}
}

func TestSessionsHaveTheirPath(t *testing.T) {
	h, _ := newHandler(t, func(c *Config) {
		c.Sessions = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	})
	if w := (call{method: "GET", path: "/ws"}).do(h); w.Code != http.StatusTeapot {
		t.Errorf("%d", w.Code)
	}
	if h, _ := newHandler(t, nil); (call{method: "GET", path: "/ws"}).do(h).Body.String() != "page /ws" {
		t.Error("there are no sessions, and they have a path")
	}
}

// The codes of a site's meetings are for its own computer, addressed by a name that nobody else can lead there.
func TestSiteTellsItsOwnComputerOnly(t *testing.T) {
	h, err := Handler(Config{
		Meetings: &book{}, Page: http.NotFoundHandler(), HostKey: "k", Base: func(string) string { return "" },
		Relays: func(string) []Relay { return nil }, Log: slog.New(slog.DiscardHandler), Site: func(own bool) any { return own },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		host, from string
		own        bool
	}{
		{"127.0.0.1:8080", "127.0.0.1:50000", true},
		{"localhost", "[::1]:50000", true},
		{"[::1]:8080", "[::1]:50000", true},
		{"127.0.0.1:8080", "192.168.1.7:50000", false},
		{"192.168.1.20:8080", "192.168.1.7:50000", false},
		{"evil.example:8080", "127.0.0.1:50000", false},
	} {
		r := httptest.NewRequest(http.MethodGet, "/api/site", nil)
		r.Host, r.RemoteAddr = row.host, row.from
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := strings.TrimSpace(w.Body.String()); w.Code != http.StatusOK || got != fmt.Sprint(row.own) {
			t.Errorf("%s from %s: %d %s", row.host, row.from, w.Code, got)
		}
	}
}

package access

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/admin/admintest"
	"github.com/diemcau/diemcau/relay/directory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	hostKey  = "ABCD-EFGH-JKMN-PQRS"
	password = "rừng già suối cạn"
	code     = "abc-def-ghj"
)

var seed = bytes.Repeat([]byte{7}, relay.SeedSize)

// meetings has none.
type meetings struct{}

func (meetings) Create(context.Context, string) (string, error) { return "", nil }
func (meetings) Lookup(string) (string, bool)                   { return "", false }
func (meetings) Stats() relay.Stats                             { return relay.Stats{} }

// world is a server with its table and what it logged.
type world struct {
	*Access
	t       *testing.T
	table   *admintest.Table
	handler http.Handler
	log     *bytes.Buffer
}

var garY = Site{ID: "ga-ry", Name: "Xã Ga Ry", Unit: "UBND xã Ga Ry"}

func newWorld(t *testing.T, change func(*Config)) *world {
	t.Helper()
	return newWorldOn(t, &admintest.Table{}, change)
}

func newWorldOn(t *testing.T, on *admintest.Table, change func(*Config)) *world {
	t.Helper()
	w := &world{t: t, table: on, log: &bytes.Buffer{}}
	cfg := Config{
		Table: on, Conflict: admintest.ErrConflict, Seed: seed, TLS: true,
		Site:    func(id string) (Site, bool) { return garY, id == garY.ID },
		Invites: func(a directory.Account, c string) bool { return a.Role == directory.Admin && c == code },
		Log:     slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&cfg)
	}
	a, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	a.hasher.cost = cost{1, 8}
	w.Access = a
	w.handler, err = admin.Handler(admin.Config{
		Meetings: meetings{}, Page: http.NotFoundHandler(), HostKey: hostKey,
		Base:    func(host string) string { return "https://" + host },
		Relays:  func(string) []admin.Relay { return nil },
		Origins: []string{"https://portal.test"},
		Routes:  []func(*admin.Frame){a.Routes}, Log: cfg.Log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// call is a request; cookie is that of a browser, if it has one.
type call struct {
	method, path, body string
	cookie             *http.Cookie
	origin, key, from  string
	header             http.Header
}

func (w *world) do(c call) *httptest.ResponseRecorder {
	r := httptest.NewRequest(c.method, "https://hop.test"+c.path, strings.NewReader(c.body))
	for name, values := range c.header {
		r.Header[name] = values
	}
	if c.cookie != nil {
		r.AddCookie(c.cookie)
	}
	if c.origin != "" {
		r.Header.Set("Origin", c.origin)
	}
	if c.key != "" {
		r.Header.Set("Authorization", "Bearer "+c.key)
	}
	if c.from != "" {
		r.RemoteAddr = c.from
	}
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	return answer
}

// want does a call and reads its answer into out, unless that is nil.
func (w *world) want(c call, status int, out any) *httptest.ResponseRecorder {
	w.t.Helper()
	answer := w.do(c)
	if answer.Code != status {
		w.t.Fatalf("%s %s %s: %d %s, want %d", c.method, c.path, c.body, answer.Code, answer.Body, status)
	}
	if out != nil {
		if err := json.Unmarshal(answer.Body.Bytes(), out); err != nil {
			w.t.Fatalf("%s %s: %q: %v", c.method, c.path, answer.Body, err)
		}
	}
	return answer
}

// refused wants a refusal with sentences in both languages.
func (w *world) refused(c call, status int, code string) {
	w.t.Helper()
	var got struct{ Code, Vi, En string }
	answer := w.do(c)
	_ = json.Unmarshal(answer.Body.Bytes(), &got)
	if answer.Code != status || got.Code != code || got.Vi == "" || got.En == "" || got.Vi == got.En {
		w.t.Errorf("%s %s %.200s: %d %s, want %d %s", c.method, c.path, c.body, answer.Code, answer.Body, status, code)
	}
}

func cookieOf(t *testing.T, answer *httptest.ResponseRecorder) *http.Cookie {
	t.Helper()
	for _, c := range answer.Result().Cookies() {
		if c.Name == Cookie {
			return c
		}
	}
	t.Fatalf("no cookie: %d %s", answer.Code, answer.Body)
	return nil
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// setUp makes the first administrator.
func (w *world) setUp() *http.Cookie {
	w.t.Helper()
	link, err := w.SetupLink(w.t.Context(), "https://hop.test")
	if err != nil {
		w.t.Fatal(err)
	}
	_, token, _ := strings.Cut(link, "#")
	return cookieOf(w.t, w.want(call{method: "POST", path: "/api/setup", body: text(map[string]string{
		"token": token, "login": "quan.tri", "name": "Bríu Thị Nem", "password": password,
	})}, 201, nil))
}

// person adds an account and signs it in.
func (w *world) person(by *http.Cookie, login string, role directory.Role) (string, *http.Cookie) {
	w.t.Helper()
	var made person
	w.want(call{method: "POST", path: "/api/accounts", cookie: by, body: text(map[string]any{
		"login": login, "name": "Người " + login, "role": role, "password": password,
	})}, 201, &made)
	return made.ID, w.signIn(login)
}

func (w *world) signIn(login string) *http.Cookie {
	w.t.Helper()
	return cookieOf(w.t, w.want(call{method: "POST", path: "/api/login", body: text(map[string]string{"login": login, "password": password})}, 200, nil))
}

// who says whose session a cookie is, "" for nobody's.
func (w *world) who(cookie *http.Cookie) string {
	w.t.Helper()
	var m mine
	w.want(call{method: "GET", path: "/api/me", cookie: cookie}, 200, &m)
	if m.Account == nil {
		return ""
	}
	return m.Account.Login
}

// computer is a site's PC with its key and pass.
type computer struct {
	key  *ecdsa.PrivateKey
	pass string
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func public(key *ecdsa.PrivateKey) jwk {
	point, err := key.PublicKey.Bytes()
	if err != nil {
		panic(err)
	}
	return jwk{"EC", "P-256", b64.EncodeToString(point[1:33]), b64.EncodeToString(point[33:])}
}

func (c computer) proof(over string) string {
	sum := sha256.Sum256([]byte(over))
	r, s, err := ecdsa.Sign(rand.Reader, c.key, sum[:])
	if err != nil {
		panic(err)
	}
	return b64.EncodeToString(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

// enrolment makes a link and returns its token.
func (w *world) enrolment(by *http.Cookie, body string) string {
	w.t.Helper()
	var made struct{ Link, QR string }
	w.want(call{method: "POST", path: "/api/sites/ga-ry/enrolment", cookie: by, body: body}, 201, &made)
	_, token, found := strings.Cut(made.Link, "https://hop.test/enrol#")
	if !found || !strings.HasPrefix(made.QR, "data:image/svg+xml;base64,") {
		w.t.Fatalf("%+v", made)
	}
	return token
}

func enrolCall(token string, key any) call {
	return call{method: "POST", path: "/api/enrol", body: text(map[string]any{"token": token, "key": key})}
}

// enrol makes a computer of the site.
func (w *world) enrol(by *http.Cookie) computer {
	w.t.Helper()
	c := computer{key: newKey(w.t)}
	var got struct {
		Pass string
		Site Site
	}
	w.want(enrolCall(w.enrolment(by, `{}`), public(c.key)), 201, &got)
	if got.Site != garY {
		w.t.Fatalf("%+v", got)
	}
	c.pass = got.Pass
	return c
}

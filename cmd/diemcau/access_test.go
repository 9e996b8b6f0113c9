package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/text/unicode/norm"

	"github.com/diemcau/diemcau/cmd/internal/config"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/directory"
)

// post sends JSON to the API and returns the status, the answer and the cookie that came with it.
func post(t *testing.T, address string, cookie *http.Cookie, in any) (status int, answer string, got *http.Cookie) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if cookie != nil {
		r.AddCookie(cookie)
	}
	c := &http.Client{Transport: &http.Transport{}}
	defer c.CloseIdleConnections()
	w, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if all := w.Cookies(); len(all) > 0 {
		got = all[0]
	}
	return w.StatusCode, string(text), got
}

// From the first start to the first administrator, who is signed in still after a restart, and gets in again without the password.
func TestSetUpAServer(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	c := config.Serve{Listen: "127.0.0.1:0", Data: t.TempDir()}
	s, stop := startServer(t, c)
	base, token, found := strings.Cut(s.state.setup, "/setup#")
	if !found || base != s.addresses.page() || !strings.Contains(s.banner().plain(), "\n"+s.state.setup+"\n") {
		t.Fatalf("the link is %q", s.state.setup)
	}
	who := map[string]string{"token": token, "login": "quan.tri", "name": "Bríu Thị Nem", "password": "rừng già suối cạn"}
	status, text, cookie := post(t, base+"/api/setup", nil, who)
	if status != http.StatusCreated || cookie == nil || cookie.Secure {
		t.Fatalf("%d %s %v", status, text, cookie)
	}
	stop()

	s, stop = startServer(t, c)
	defer stop()
	if s.state.setup != "" || len(s.banner().setup) != 0 {
		t.Error("a server that is set up gives another link away")
	}
	base = s.addresses.page()
	if status, text, _ := post(t, base+"/api/accounts", cookie, map[string]string{"login": "chu.toa", "name": "A", "role": "chair"}); status != http.StatusCreated {
		t.Errorf("after a restart: %d %s", status, text)
	}
	if status, _, _ := post(t, base+"/api/setup", nil, who); status != http.StatusGone {
		t.Errorf("the link a second time: %d", status)
	}
	var made struct{ Link string }
	if err := (Host{Server: base, HostKey: s.key}).call(t.Context(), http.MethodPost, "setup/reset", nil, &made); err != nil {
		t.Fatal(err)
	}
	who["token"], who["password"] = strings.TrimPrefix(made.Link, base+"/setup#"), "núi cao sông dài"
	if status, text, _ := post(t, base+"/api/setup", nil, who); status != http.StatusCreated {
		t.Errorf("after a reset: %d %s", status, text)
	}
	if status, _, _ := post(t, base+"/api/accounts", cookie, who); status != http.StatusUnauthorized {
		t.Errorf("the session of before the reset: %d", status)
	}
}

func TestSetupLinkIsNotLogged(t *testing.T) {
	t.Setenv("JOURNAL_STREAM", "8:1")
	s, stop := startServer(t, config.Serve{Listen: "127.0.0.1:0"})
	defer stop()
	text := s.banner().plain()
	if _, token, _ := strings.Cut(s.state.setup, "#"); token == "" || strings.Contains(text, token) || !strings.Contains(text, "admin reset --server "+s.addresses.page()) {
		t.Error(text)
	}
}

// tokens knows one site.
type tokens struct{ relay.Site }

func (k tokens) Check(token string) (relay.Site, error) {
	if token != "good" {
		return relay.Site{}, relay.ErrSiteToken
	}
	return k.Site, nil
}

func TestSitesHaveTheirPlaceInTheDirectory(t *testing.T) {
	book := directory.Book{Sites: []directory.Site{{ID: "ga-ry", Name: "Xã Ga Ry"}, {ID: "a-1", Name: "Hội trường"}, {ID: "a-2", Name: "Hội trường"}}}
	for name, want := range map[string]string{
		"Xã Ga Ry": "ga-ry", norm.NFD.String("xã GA ry"): "ga-ry", "Hội trường": "own", "Xã Ch'ơm": "own",
	} {
		p := places{tokens{relay.Site{ID: "own", Name: name}}, func() directory.Book { return book }}
		if site, err := p.Check("good"); err != nil || site.ID != want || site.Name != name {
			t.Errorf("%s: %+v %v", name, site, err)
		}
		if _, err := p.Check("bad"); !errors.Is(err, relay.ErrSiteToken) {
			t.Errorf("%v", err)
		}
	}
}

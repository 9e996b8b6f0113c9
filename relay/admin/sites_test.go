package admin

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/meeting"
)

const secret = "v4.public.the-token"

// registry has one site and fails on demand.
type registry struct {
	site relay.Site
	err  error
}

func (r *registry) Enrol(name string) (relay.Site, string, error) {
	if r.err != nil {
		return relay.Site{}, "", r.err
	}
	name, err := meeting.ParseName(name)
	if err != nil {
		return relay.Site{}, "", err
	}
	r.site = relay.Site{ID: "abc234def567", Name: name, Generation: r.site.Generation + 1, Since: time.UnixMilli(1_700_000_000_123)}
	return r.site, secret, nil
}

func (r *registry) Revoke(id string) error {
	if r.err != nil {
		return r.err
	}
	if id != r.site.ID || id == "" {
		return relay.ErrSiteUnknown
	}
	r.site.Revoked = true
	return nil
}

func (r *registry) List() []relay.Site {
	if r.site.ID == "" {
		return nil
	}
	return []relay.Site{r.site}
}

func newSitesHandler(t *testing.T, log *strings.Builder) (http.Handler, *registry) {
	t.Helper()
	r := &registry{}
	h, _ := newHandler(t, func(c *Config) {
		c.Sites = r
		if log != nil {
			c.Log = slog.New(slog.NewTextHandler(log, nil))
		}
	})
	return h, r
}

func TestSites(t *testing.T) {
	var log strings.Builder
	h, _ := newSitesHandler(t, &log)
	want := func(c call, status int, body string) {
		t.Helper()
		c.key = key
		if w := c.do(h); w.Code != status || strings.TrimSpace(w.Body.String()) != body {
			t.Errorf("%s %s: %d %s, want %d %s", c.method, c.path, w.Code, w.Body, status, body)
		}
	}
	list := call{method: "GET", path: "/api/sites"}
	want(list, 200, `{"sites":[]}`)
	enrol := call{method: "POST", path: "/api/sites", body: `{"name":" Xã Ga Ry ","more":1}`}
	want(enrol, 201, `{"id":"abc234def567","name":"Xã Ga Ry","generation":1,"token":"`+secret+`"}`)
	want(enrol, 201, `{"id":"abc234def567","name":"Xã Ga Ry","generation":2,"token":"`+secret+`"}`)
	want(list, 200, `{"sites":[{"id":"abc234def567","name":"Xã Ga Ry","generation":2,"since":1700000000123}]}`)
	want(call{method: "DELETE", path: "/api/sites/abc234def567"}, 204, "")
	want(list, 200, `{"sites":[{"id":"abc234def567","name":"Xã Ga Ry","generation":2,"revoked":true,"since":1700000000123}]}`)
	if text := log.String(); strings.Contains(text, secret) || strings.Contains(text, key) || !strings.Contains(text, "abc234def567") {
		t.Errorf("the log: %s", text)
	}
}

func TestSiteRefusals(t *testing.T) {
	h, r := newSitesHandler(t, nil)
	long := strings.Repeat("ă", meeting.MaxName+1)
	for name, c := range map[string]struct {
		call
		status int
		code   string
	}{
		"enrol without key":  {call{method: "POST", path: "/api/sites", body: `{"name":"x"}`}, 401, "host-key-wrong"},
		"enrol, wrong key":   {call{method: "POST", path: "/api/sites", key: key + "x", body: `{"name":"x"}`}, 401, "host-key-wrong"},
		"list without key":   {call{method: "GET", path: "/api/sites"}, 401, "host-key-wrong"},
		"revoke without key": {call{method: "DELETE", path: "/api/sites/x"}, 401, "host-key-wrong"},
		"no name":            {call{method: "POST", path: "/api/sites", key: key, body: `{}`}, 400, "name-invalid"},
		"long name":          {call{method: "POST", path: "/api/sites", key: key, body: `{"name":"` + long + `"}`}, 400, "name-invalid"},
		"a name with a line": {call{method: "POST", path: "/api/sites", key: key, body: `{"name":"a\nb"}`}, 400, "name-invalid"},
		"no body":            {call{method: "POST", path: "/api/sites", key: key}, 400, "bad-json"},
		"name no string":     {call{method: "POST", path: "/api/sites", key: key, body: `{"name":1}`}, 400, "bad-json"},
		"more than 4 KiB":    {call{method: "POST", path: "/api/sites", key: key, body: `{"name":"x"}` + strings.Repeat(" ", MaxBody)}, 413, "bad-json"},
		"unknown id":         {call{method: "DELETE", path: "/api/sites/x", key: key}, 404, "site-unknown"},
		"no id":              {call{method: "DELETE", path: "/api/sites/", key: key}, 404, "not-found"},
		"no such method":     {call{method: "PUT", path: "/api/sites", key: key}, 404, "not-found"},
		"foreign page":       {call{method: "GET", path: "/api/sites", key: key, origin: "https://evil.example"}, 403, "origin-refused"},
	} {
		t.Run(name, func(t *testing.T) { wantRefusal(t, c.do(h), c.status, c.code) })
	}
	r.err = relay.ErrTooManySites
	wantRefusal(t, call{method: "POST", path: "/api/sites", key: key, body: `{"name":"x"}`}.do(h), 503, "sites-full")
	r.err = errors.New("the disk is full")
	wantRefusal(t, call{method: "POST", path: "/api/sites", key: key, body: `{"name":"x"}`}.do(h), 500, "internal")
	wantRefusal(t, call{method: "DELETE", path: "/api/sites/x", key: key}.do(h), 500, "internal")
}

func TestWithoutSites(t *testing.T) {
	h, _ := newHandler(t, nil)
	for _, c := range []call{{method: "POST", path: "/api/sites", body: "{}"}, {method: "GET", path: "/api/sites"}, {method: "DELETE", path: "/api/sites/x"}} {
		c.key = key
		wantRefusal(t, c.do(h), 404, "not-found")
	}
}

// TestSitesShareTheLimits: a key is guessed nowhere more often than elsewhere.
func TestSitesShareTheLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := newSitesHandler(t, nil)
		guesses := []call{{method: "POST", path: "/api/sites"}, {method: "GET", path: "/api/sites"}, {method: "DELETE", path: "/api/sites/x"}, {method: "POST", path: "/api/meetings"}}
		for i := range wrongKeys {
			c := guesses[i%len(guesses)]
			c.key = strings.Repeat("x", i+1)
			wantRefusal(t, c.do(h), 401, "host-key-wrong")
		}
		for _, c := range guesses {
			c.key = key
			wantRefusal(t, c.do(h), 429, "too-many")
		}
	})
	synctest.Test(t, func(t *testing.T) {
		h, _ := newSitesHandler(t, nil)
		list := call{method: "GET", path: "/api/sites", key: key}
		for range requestBurst {
			if w := list.do(h); w.Code != 200 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
		}
		wantRefusal(t, list.do(h), 429, "too-many")
	})
}

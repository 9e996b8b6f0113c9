package admin

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// others mounts what a package below might.
func others(f *Frame) {
	f.Handle("GET /api/fine", func(w http.ResponseWriter, r *http.Request) error {
		WriteJSON(w, http.StatusOK, f.Base(r))
		return nil
	})
	f.Handle("GET /api/refused", func(http.ResponseWriter, *http.Request) error {
		return fmt.Errorf("wrapped: %w", refusal(http.StatusConflict, "twice", "Hai lần.", "Twice."))
	})
	f.Handle("GET /api/fails", func(http.ResponseWriter, *http.Request) error { return errors.New("the disk is full") })
	f.Handle("POST /api/keyed", f.HostKey)
	f.Handle("GET /api/meetings/{code}", func(w http.ResponseWriter, _ *http.Request) error {
		WriteJSON(w, http.StatusOK, "replaced")
		return nil
	})
	f.Handle("POST /api/form", func(w http.ResponseWriter, r *http.Request) error {
		if err := ReadJSON(w, r, 8, new(any)); err != nil {
			return err
		}
		wrong := refusal(http.StatusBadRequest, "bad-form", "Sai.", "Wrong.")
		wrong.Problems = []int{1}
		return wrong
	})
}

func TestOthersStandInTheFrame(t *testing.T) {
	h, _ := newHandler(t, func(c *Config) { c.Routes = []func(*Frame){others} })
	answer := func(c call, status int, body string) {
		t.Helper()
		if w := c.do(h); w.Code != status || strings.TrimSpace(w.Body.String()) != body {
			t.Errorf("%s %s: %d %s, want %d %s", c.method, c.path, w.Code, w.Body, status, body)
		}
	}
	answer(call{method: "GET", path: "/api/fine"}, 200, `"http://relay.test:8080"`)
	answer(call{method: "GET", path: "/api/meetings/x"}, 200, `"replaced"`)
	answer(call{method: "POST", path: "/api/form", body: `{}`}, 400, `{"code":"bad-form","vi":"Sai.","en":"Wrong.","problems":[1]}`)
	wantRefusal(t, call{method: "POST", path: "/api/form", body: `"123456789"`}.do(h), 413, "bad-json")
	wantRefusal(t, call{method: "GET", path: "/api/refused"}.do(h), 409, "twice")
	wantRefusal(t, call{method: "GET", path: "/api/fails"}.do(h), 500, "internal")
	wantRefusal(t, call{method: "GET", path: "/api/fine", origin: "https://evil.example"}.do(h), 403, "origin-refused")
	wantRefusal(t, call{method: "POST", path: "/api/keyed", key: "x"}.do(h), 401, "host-key-wrong")
	if w := (call{method: "POST", path: "/api/keyed", key: key}).do(h); w.Code != 200 {
		t.Errorf("the host key: %d %s", w.Code, w.Body)
	}
	if w := (call{method: "GET", path: "/metrics"}).do(h); !strings.Contains(w.Body.String(), `diemcau_http_refused_total{code="twice"} 1`) {
		t.Error("a refusal of theirs is not counted")
	}
}

func TestSameOrigin(t *testing.T) {
	for origin, want := range map[string]bool{
		"": true, "http://relay.test:8080": true, "https://relay.test:8080": true,
		"http://relay.test": false, "http://relay.test:9090": false, "https://ubnd.example": false, "null": false, "::": false,
	} {
		r, _ := http.NewRequest(http.MethodPost, "http://relay.test:8080/", http.NoBody)
		r.Header.Set("Origin", origin)
		if got := SameOrigin(r); got != want {
			t.Errorf("%q: %v", origin, got)
		}
	}
}

package office

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/diemcau/diemcau/relay/admin"
)

// practise asks for a practice room as as does, from an address and for a host.
func practise(t *testing.T, open func(context.Context, bool) (string, string, error), who, from, host, body string) *httptest.ResponseRecorder {
	t.Helper()
	records := newRecords(t)
	d := deskOf(records)
	d.Practice = open
	r := httptest.NewRequest("POST", "http://"+host+"/api/practice", strings.NewReader(body))
	r.RemoteAddr = from
	claim(r, who)
	w := httptest.NewRecorder()
	framed(t, records, d).ServeHTTP(w, r)
	return w
}

func TestWhoMayPractise(t *testing.T) {
	opened := func(context.Context, bool) (string, string, error) { return held, "pw", nil }
	for _, c := range []struct {
		who, from, host string
		status          int
	}{
		{"account:a9", "192.0.2.1:99", "hop.example", 201},
		{"pass:s9", "192.0.2.1:99", "hop.example", 201},
		{"key", "192.0.2.1:99", "hop.example", 201},
		{"", "127.0.0.1:99", "localhost:8080", 201},
		{"", "[::1]:99", "[::1]:8080", 201},
		{"", "127.0.0.1:99", "hop.example", 401}, // through a proxy on this computer
		{"", "192.0.2.1:99", "localhost:8080", 401},
		{"", "192.0.2.1:99", "hop.example", 401},
		{"pass:guest", "192.0.2.1:99", "hop.example", 403},
	} {
		w := practise(t, opened, c.who, c.from, c.host, "{}")
		var got struct{ Code, Link string }
		_ = json.Unmarshal(w.Body.Bytes(), &got)
		if w.Code != c.status || c.status == 201 && (got.Code != held || got.Link != "http://x/m/"+held+"#p=pw") {
			t.Errorf("%q from %s for %s: %d %s", c.who, c.from, c.host, w.Code, w.Body)
		}
	}
	asked := ""
	as := func(_ context.Context, asChair bool) (string, string, error) {
		asked = fmt.Sprint(asChair)
		return held, "pw", nil
	}
	for body, want := range map[string]string{`{}`: "false", `{"role":"site"}`: "false", `{"role":"chair"}`: "true", `{"role":"admin"}`: "", `x`: ""} {
		asked = ""
		if w := practise(t, as, "key", "192.0.2.1:99", "hop.example", body); asked != want || (w.Code == 201) != (want != "") {
			t.Errorf("%s: %d %s, asked for %q", body, w.Code, w.Body, asked)
		}
	}
	full := func(context.Context, bool) (string, string, error) { return "", "", ErrPracticeFull }
	refusedAs(t, practise(t, full, "key", "192.0.2.1:99", "hop.example", "{}"), 503, "practice-full")
	refusedAs(t, practise(t, nil, "key", "192.0.2.1:99", "hop.example", "{}"), 404, admin.NotFound.Code)
}

package office

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/diemcau/diemcau/relay/meeting"
)

func TestStateIsTheRolesView(t *testing.T) {
	h := served(t, newRecords(t))
	for who, role := range map[string]string{"account:a2": "secretary", "account:root": "admin", "key": "admin", "pass:chair": "chair"} {
		w := as(t, h, who, "GET", held+"/state", "")
		var got struct {
			Code, Role  string
			Plan        meeting.Plan
			Conclusions []struct{ ID string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Code != held || got.Role != role || len(got.Plan.Invited) != 5 || len(got.Plan.Officers) != 3 {
			t.Errorf("%s: %v %+v", who, err, got)
		}
		if len(got.Conclusions) != 2 {
			t.Errorf("%s sees %d conclusions", who, len(got.Conclusions))
		}
		if strings.Contains(w.Body.String(), `"voter"`) {
			t.Errorf("%s sees votes: %s", who, w.Body)
		}
	}
}

func TestDoAsksForRights(t *testing.T) {
	r := newRecords(t)
	h := served(t, r)
	note := `{"act":"note","text":"bổ sung"}`
	for _, c := range []struct {
		who, body string
		status    int
		code      string
	}{
		{"account:a2", note, 200, ""},
		{"account:a1", note, 403, "not-yours"}, // the chair keeps no notes
		{"account:a9", note, 403, "not-yours"}, // has no role in this meeting
		{"pass:guest", note, 403, "not-yours"},
		{"pass:s1", note, 403, "not-yours"},
		{"pass:s9", `{"act":"acknowledge","conclusion":"k1"}`, 403, "not-yours"}, // is not invited
		{"", note, 401, "login-needed"},
		{"wrong", note, 401, "host-key-wrong"},
		{"account:a1", `{"act":"fly"}`, 400, "unknown-act"},
		{"account:a1", `{"act":"extend","minutes":"x"}`, 400, "bad-action"},
		{"account:a1", `[]`, 400, "bad-json"},
		{"account:a1", `{`, 400, "bad-json"},
		{"account:a2", `{"act":"conclude","text":"x","due":"mai"}`, 400, "bad-date"},
		{"account:a2", `{"act":"conclude","text":"x","units":[77]}`, 404, "no-such-site"},
		{"account:a1", `{"act":"next"}`, 409, "closed"},
		{"pass:s1", `{"act":"acknowledge","conclusion":"k2"}`, 200, ""},
		{"pass:s1", `{"act":"progress","conclusion":"k1","text":"Đã xong cả"}`, 200, ""},
		{"pass:s1", `{"act":"acknowledge","conclusion":"nope"}`, 404, "no-such-thing"},
	} {
		before := len(r.events)
		w := as(t, h, c.who, "POST", held+"/do", c.body)
		if c.status == 200 {
			var done struct{ N uint64 }
			if err := json.Unmarshal(w.Body.Bytes(), &done); err != nil || w.Code != 200 || done.N != r.state.N || len(r.events) != before+1 {
				t.Errorf("%s %s: %d %s", c.who, c.body, w.Code, w.Body)
			}
			continue
		}
		refusedAs(t, w, c.status, c.code)
		if len(r.events) != before {
			t.Errorf("%s %s did something", c.who, c.body)
		}
	}
	last := r.events[len(r.events)-1]
	if p, ok := last.Body.(meeting.Progressed); !ok || last.Actor != "#s1" || p.Invited != 1 {
		t.Errorf("the site's word is %+v", last)
	}
	refusedAs(t, as(t, h, "key", "POST", "xyz-xyz-xyz/do", note), 404, "meeting-unknown")
}

func TestLongBodies(t *testing.T) {
	r := newRecords(t)
	h := served(t, r)
	minutes := func(text string) string {
		body, err := json.Marshal(map[string]string{"act": "minute", "text": text})
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	refusedAs(t, as(t, h, "account:a2", "POST", held+"/do", minutes(strings.Repeat("a", meeting.MaxMinutes+1))), 413, "text-too-long")
	refusedAs(t, as(t, h, "account:a2", "POST", held+"/do", minutes(strings.Repeat("a", 1<<20))), 413, "bad-json")
	if w := as(t, h, "account:a2", "POST", held+"/do", minutes(strings.Repeat("a", meeting.MaxMinutes))); w.Code != 200 {
		t.Errorf("the longest minutes: %d %s", w.Code, w.Body)
	}
}

// Who makes minutes final that nobody has edited gets those of the log; they do not change after that, and say so.
func TestFinalise(t *testing.T) {
	r := newRecords(t)
	h := served(t, r)
	var got drawn
	read := func() drawn {
		t.Helper()
		if err := json.Unmarshal(as(t, h, "account:a2", "GET", held+"/minutes", "").Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		return got
	}
	draft := read()
	if draft.Edited || draft.Final != "" || draft.Intact {
		t.Errorf("the draft is %+v", draft)
	}
	if w := as(t, h, "account:a2", "POST", held+"/do", `{"act":"finalise"}`); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	final := read()
	if strings.TrimSpace(final.Text) != strings.TrimSpace(draft.Text) || final.Final != meeting.HashMinutes(final.Text) || !final.Intact {
		t.Errorf("the final minutes are %+v", final)
	}
	refusedAs(t, as(t, h, "account:a2", "POST", held+"/do", `{"act":"minute","text":"khác"}`), http.StatusConflict, "final")
	if w := as(t, h, "account:a2", "POST", held+"/do", `{"act":"finalise"}`); w.Code != 200 {
		t.Errorf("again: %d %s", w.Code, w.Body)
	}
	page := as(t, h, "account:a1", "GET", held+"/minutes?format=html", "").Body.String()
	if !strings.Contains(page, final.Final) || !strings.Contains(page, "Biên bản đã chốt") {
		t.Error("the print does not say that it is final")
	}
}

// What the secretary wrote is what is made final.
func TestEditedMinutesAreFinal(t *testing.T) {
	r := newRecords(t)
	h := served(t, r)
	for _, body := range []string{`{"act":"minute","text":"## Bản thư ký"}`, `{"act":"finalise"}`} {
		if w := as(t, h, "account:a2", "POST", held+"/do", body); w.Code != 200 {
			t.Fatalf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	if page := as(t, h, "key", "GET", held+"/minutes?format=html", "").Body.String(); !strings.Contains(page, "<h2>Bản thư ký</h2>") || strings.Contains(page, "NỘI DUNG") {
		t.Errorf("the print is %.3000s", page)
	}
}

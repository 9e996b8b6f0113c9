package office

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/meeting"
)

const hour = 3_600_000

type answeredList struct{ Meetings []listed }

// wantRefusal compares a refusal, and holds that nothing was opened.
func (d *desks) wantRefusal(t *testing.T, who, body string, status int, code string) {
	t.Helper()
	before := len(d.meetings.codes)
	refusedAs(t, ask(d, who, "POST", "meetings", body), status, code)
	if len(d.meetings.codes) != before {
		t.Errorf("%s: a meeting was opened", body)
	}
}

func TestWhoPreparesMeetings(t *testing.T) {
	d := filled(t)
	// As before, with the host key alone: no plan.
	w := ask(d, "key", "POST", "meetings", `{"title":"  Họp\tgiao \u202eban "}`)
	got := answered[openedMeeting](t, w, 201)
	if got != (openedMeeting{"001-000-000", "http://x/m/001-000-000", "Họp giao ban", "http://x/m/001-000-000#p=chair-"}) ||
		w.Header().Get("Location") != "/api/meetings/001-000-000" {
		t.Errorf("%+v %v", got, w.Header())
	}
	if s := d.meetings.states["001-000-000"]; !reflect.DeepEqual(s.Plan, meeting.Plan{}) {
		t.Errorf("%+v", s.Plan)
	}
	// Who prepares a meeting has to do with it.
	for i, who := range []string{"chair", "secretary", "root"} {
		got := answered[openedMeeting](t, ask(d, who, "POST", "meetings", `{"title":"Họp","plan":{"minutes":30,"invited":[{"n":1,"site":"s3"}]}}`), 201)
		plan := d.meetings.states[got.Code].Plan
		officer, _ := plan.Officer(who)
		if want := []meeting.Role{"chair", "secretary", ""}[i]; officer.Role != want || plan.Minutes != 30 || !strings.HasSuffix(got.Chair, "chair-"+who) {
			t.Errorf("%s: %+v %+v", who, plan, got)
		}
		if plan.Invited[0] != (meeting.Invited{N: 1, Site: "s3", Name: "UBND xã Ga Ry", Unit: "gr"}) {
			t.Errorf("%+v", plan.Invited)
		}
	}
	d.wantRefusal(t, "technician", `{"title":"Họp"}`, 403, "not-yours")
	d.wantRefusal(t, "", `{"title":"Họp"}`, 401, "host-key-wrong")
	d.wantRefusal(t, "site:s1", `{"title":"Họp"}`, 401, "host-key-wrong")
	d.wantRefusal(t, "chair", `{"title":"`+strings.Repeat("ệ", 201)+`"}`, 400, "title-too-long")
	d.wantRefusal(t, "chair", `{"title":`, 400, "bad-json")
	d.wantRefusal(t, "chair", `{"title":"`+strings.Repeat("x", maxPlan)+`"}`, 413, "bad-json")
	d.wantRefusal(t, "chair", `{"template":"gone"}`, 404, "template-unknown")
	d.wantRefusal(t, "chair", `{"plan":{"minutes":-1}}`, 400, "bad-number")
	d.wantRefusal(t, "chair", `{"plan":{"agenda":[{"id":1,"title":"a\u202eb"}]}}`, 400, "bad-text")
	d.wantRefusal(t, "chair", `{"plan":{"invited":[{"n":1,"site":"s1"},{"n":2,"site":"gone"}]}}`, 400, "form-invalid")
	d.wantRefusal(t, "chair", `{"title":"x","sites":["s1","gone"]}`, 400, "form-invalid")
	if strings.Contains(d.log.String(), "-000-000") {
		t.Error("codes of meetings are in the log")
	}
	d.meetings.err = relay.ErrTooManyMeetings
	d.wantRefusal(t, "chair", `{"title":"x"}`, 503, "relay-full")
}

func TestMeetingsFromTemplates(t *testing.T) {
	d := filled(t)
	got := answered[openedMeeting](t, ask(d, "secretary", "POST", "meetings", `{"template":"briefing","starts":1772672400000,"sites":["s3","s1","s3"]}`), 201)
	s := d.meetings.states[got.Code]
	if got.Title != "Họp giao ban tuần 10, ngày 05/03/2026" || s.Plan.Starts != 1772672400000 || len(s.Plan.Agenda) != 6 || s.Plan.Mode != meeting.ModeModerated || !s.Plan.Lobby {
		t.Errorf("%+v %+v", got, s.Plan)
	}
	if len(s.Plan.Invited) != 2 || s.Plan.Invited[0].Site != "s3" || s.Plan.Invited[1].N != 2 || s.Plan.Invited[1].Room != "r1" {
		t.Errorf("%+v", s.Plan.Invited)
	}
	book, _ := d.directory.Book()
	if template, _ := book.Template("briefing"); template.Plan.Starts != 0 || len(template.Plan.Invited) != 0 || len(template.Plan.Officers) != 0 {
		t.Errorf("the template was written to: %+v", template)
	}
	got = answered[openedMeeting](t, ask(d, "key", "POST", "meetings", `{"template":"urgent","title":"Bão số 5"}`), 201)
	if got.Title != "Bão số 5" || len(d.meetings.states[got.Code].Plan.Agenda) != 4 {
		t.Errorf("%+v", got)
	}
}

// prepared opens a meeting of the chair's with some sites.
func (d *desks) prepared(t *testing.T, who, title string, starts int64, minutes int, sites ...string) string {
	t.Helper()
	body, _ := json.Marshal(wanted{Title: title, Plan: &meeting.Plan{Starts: starts, Minutes: minutes, Body: "UBND huyện"}, Sites: sites})
	return answered[openedMeeting](t, ask(d, who, "POST", "meetings", string(body)), 201).Code
}

func TestListAndInvited(t *testing.T) {
	d := filled(t)
	a := d.prepared(t, "chair", "A", began+hour, 60, "s1", "s3")
	b := d.prepared(t, "other", "B", 0, 0, "s3")
	by := meeting.By{Account: "chair", Role: meeting.RoleChair}
	for _, do := range []meeting.Action{
		meeting.Open{}, meeting.Conclude{Text: "Báo cáo thiệt hại", Units: []int{2}, Due: "2026-03-01"}, meeting.Conclude{Text: "Trực 24/24", Units: []int{1, 2}}, meeting.Close{},
	} {
		if _, err := d.meetings.Do(t.Context(), a, by, do); err != nil {
			t.Fatal(err)
		}
	}
	site := meeting.By{Site: "s3"}
	state := d.meetings.states[a]
	for _, do := range []meeting.Action{meeting.Acknowledge{ID: state.Conclusions[0].ID}, meeting.Progress{ID: state.Conclusions[0].ID, Text: "Đã nộp", Done: false}} {
		if _, err := d.meetings.Do(t.Context(), a, site, do); err != nil {
			t.Fatal(err)
		}
	}
	list := answered[answeredList](t, ask(d, "chair", "GET", "meetings", ""), 200).Meetings
	if len(list) != 1 || list[0].Code != a || list[0].Open != 2 || list[0].Overdue != 1 || list[0].Opened <= began || list[0].Closed <= list[0].Opened || list[0].Invited != 2 {
		t.Errorf("%+v", list)
	}
	for who, n := range map[string]int{"root": 2, "other": 1, "secretary": 0, "technician": 0} {
		if list := answered[answeredList](t, ask(d, who, "GET", "meetings", ""), 200).Meetings; len(list) != n || list == nil {
			t.Errorf("%s: %+v", who, list)
		}
	}
	refusedAs(t, ask(d, "", "GET", "meetings", ""), 401, "login-needed")

	type answer struct {
		Site        invitedSite
		Meetings    []listed
		Conclusions []duty
	}
	got := answered[answer](t, ask(d, "site:s3", "GET", "invited", ""), 200)
	if got.Site != (invitedSite{ID: "s3", Name: "UBND xã Ga Ry", Unit: "Xã Ga Ry"}) || len(got.Meetings) != 2 || len(got.Conclusions) != 2 {
		t.Errorf("%+v", got)
	}
	if c := got.Conclusions[0]; c.Code != a || c.Title != "A" || c.Text != "Báo cáo thiệt hại" || c.Due != "2026-03-01" || c.Acknowledged <= began || c.Progress != "Đã nộp" || c.Done {
		t.Errorf("%+v", c)
	}
	if got = answered[answer](t, ask(d, "site:s1", "GET", "invited", ""), 200); len(got.Meetings) != 1 || len(got.Conclusions) != 1 || got.Site.Room != "Hội trường A" {
		t.Errorf("%+v", got)
	}
	if got = answered[answer](t, ask(d, "site:s2", "GET", "invited", ""), 200); got.Meetings == nil || got.Conclusions == nil || len(got.Meetings) != 0 {
		t.Errorf("%+v", got)
	}
	refusedAs(t, ask(d, "site:gone", "GET", "invited", ""), 403, "site-needed")
	refusedAs(t, ask(d, "guest:"+b, "GET", "invited", ""), 403, "site-needed")
	refusedAs(t, ask(d, "chair", "GET", "invited", ""), 401, "login-needed")
}

func TestConflictsAreShown(t *testing.T) {
	d := filled(t)
	a := d.prepared(t, "chair", "A", began+hour, 60, "s1")
	b := d.prepared(t, "other", "B", began+hour+hour/2, 60, "s2", "s3")
	d.prepared(t, "other", "C", began+3*hour, 60, "s1")
	type answer struct{ Conflicts []conflict }
	want := conflict{Room: "Hội trường A", Title: "B", Starts: began + hour + hour/2, Minutes: 60, Body: "UBND huyện"}
	if got := answered[answer](t, ask(d, "chair", "GET", "meetings/"+a+"/conflicts", ""), 200); !reflect.DeepEqual(got.Conflicts, []conflict{want}) {
		t.Errorf("%+v", got)
	}
	want.Code = b
	if got := answered[answer](t, ask(d, "root", "GET", "meetings/"+a+"/conflicts", ""), 200); !reflect.DeepEqual(got.Conflicts, []conflict{want}) {
		t.Errorf("an administrator: %+v", got)
	}
	refusedAs(t, ask(d, "other", "GET", "meetings/"+a+"/conflicts", ""), 403, "not-yours")
	refusedAs(t, ask(d, "", "GET", "meetings/"+a+"/conflicts", ""), 401, "login-needed")
	// A plan that is not stored yet, also of a meeting that is there already.
	plan := fmt.Sprintf(`{"plan":{"starts":%d,"minutes":30,"invited":[{"n":1,"site":"s2"}]},"code":%%q}`, began+hour)
	for code, n := range map[string]int{"": 1, a: 0} {
		if got := answered[answer](t, ask(d, "secretary", "POST", "conflicts", fmt.Sprintf(plan, code)), 200); len(got.Conflicts) != n || got.Conflicts == nil {
			t.Errorf("%q: %+v", code, got)
		}
	}
	refusedAs(t, ask(d, "technician", "POST", "conflicts", "{}"), 403, "not-yours")
	// What is over is nobody's conflict.
	if _, err := d.meetings.Do(t.Context(), b, meeting.By{Account: "other", Role: meeting.RoleChair}, meeting.Open{}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.meetings.Do(t.Context(), b, meeting.By{Account: "other", Role: meeting.RoleChair}, meeting.Close{}); err != nil {
		t.Fatal(err)
	}
	if got := answered[answer](t, ask(d, "chair", "GET", "meetings/"+a+"/conflicts", ""), 200); len(got.Conflicts) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestDocuments(t *testing.T) {
	d := filled(t)
	code := d.prepared(t, "chair", "A", began, 60, "s1")
	elsewhere := d.prepared(t, "other", "B", began, 60, "s3")
	html := "<script>alert(1)</script>"
	got := answered[meeting.Document](t, ask(d, "chair", "POST", "meetings/"+code+"/documents?name=..%2F..%5CB%C3%A1o+c%C3%A1o.html", html), 201)
	if got.Name != "Báo cáo.html" || got.Size != int64(len(html)) || len(got.Hash) != 64 {
		t.Errorf("%+v", got)
	}
	path := "meetings/" + code + "/documents/" + got.Hash
	refusedAs(t, ask(d, "chair", "GET", path, ""), 404, "file-unknown") // not in the plan yet
	plan := d.meetings.states[code].Plan
	plan.Documents = []meeting.Document{got}
	if _, err := d.meetings.Do(t.Context(), code, meeting.By{Account: "chair", Role: meeting.RoleChair}, meeting.Prepare{Plan: plan}); err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"chair", "root", "key", "site:s1", "guest:" + code} {
		w := ask(d, who, "GET", path, "")
		h := w.Header()
		if w.Code != 200 || w.Body.String() != html || h.Get("Content-Type") != "application/octet-stream" || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Content-Disposition") != "attachment; filename*=utf-8''B%C3%A1o%20c%C3%A1o.html" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s: %d %v %s", who, w.Code, h, w.Body)
		}
	}
	unlisted := answered[meeting.Document](t, ask(d, "chair", "POST", "meetings/"+code+"/documents?name=x", "not for all"), 201)
	refusedAs(t, ask(d, "site:s1", "GET", "meetings/"+code+"/documents/"+unlisted.Hash, ""), 404, "file-unknown")
	for who, status := range map[string]int{"other": 403, "site:s3": 403, "guest:" + elsewhere: 403, "": 401} {
		if w := ask(d, who, "GET", path, ""); w.Code != status {
			t.Errorf("%q: %d %s", who, w.Code, w.Body)
		}
	}
	refusedAs(t, ask(d, "root", "GET", "meetings/"+elsewhere+"/documents/"+got.Hash, ""), 404, "file-unknown")
	for who, status := range map[string]int{"other": 403, "site:s1": 403, "guest:" + code: 403, "technician": 403, "": 401} {
		if w := ask(d, who, "POST", "meetings/"+code+"/documents?name=x", "x"); w.Code != status {
			t.Errorf("%q: %d %s", who, w.Code, w.Body)
		}
	}
	upload := "meetings/" + code + "/documents?name="
	refusedAs(t, ask(d, "chair", "POST", upload+"x", ""), 400, "file-empty")
	for _, name := range []string{"", "%20", "a%00b", "%E2%80%AEx", "%ff", strings.Repeat("x", 201), "..", "x%2F"} {
		w := ask(d, "chair", "POST", upload+name, "x")
		if good := name == "x%2F"; good == (w.Code == http.StatusBadRequest) {
			t.Errorf("name %q: %d %s", name, w.Code, w.Body)
		}
	}
	refusedAs(t, ask(d, "chair", "POST", upload+"x", strings.Repeat("x", maxDocument+1)), 413, "file-too-large")
	if w := ask(d, "chair", "POST", upload+"x", strings.Repeat("x", maxDocument)); w.Code != 201 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	kept := len(d.files.names)
	d.files.err = admin.NotFound
	if w := ask(d, "chair", "POST", upload+"x", "new"); w.Code < 400 || len(d.files.names) != kept {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for name := range d.files.names {
		d.files.names[name] = d.files.names[name][1:]
	}
	func() {
		defer func() {
			if recover() != http.ErrAbortHandler {
				t.Error("half a document was sent as one")
			}
		}()
		ask(d, "chair", "GET", path, "")
	}()
}

func TestEverybodyIsLimited(t *testing.T) {
	d := filled(t)
	last := 0
	for range deskBurst + 10 {
		last = ask(d, "chair", "GET", "directory", "").Code
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("status %d", last)
	}
	if w := ask(d, "secretary", "GET", "directory", ""); w.Code != 200 {
		t.Errorf("others pay for it: %d", w.Code)
	}
}

// What is uploaded stays: nobody fills the disk with it.
func TestUploadsOfAMeetingAreBounded(t *testing.T) {
	d := filled(t)
	code := d.prepared(t, "chair", "A", began, 60, "s1")
	other := d.prepared(t, "chair", "B", began, 60, "s1")
	for i := range maxSent {
		answered[meeting.Document](t, ask(d, "chair", "POST", "meetings/"+code+"/documents?name=x", fmt.Sprint(i)), 201)
	}
	refusedAs(t, ask(d, "chair", "POST", "meetings/"+code+"/documents?name=x", "one more"), 429, "too-many")
	answered[meeting.Document](t, ask(d, "chair", "POST", "meetings/"+other+"/documents?name=x", "of another"), 201)
}

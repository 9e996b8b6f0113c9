package access

import (
	"encoding/base64"
	"encoding/xml"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/relay/directory"
)

const enrolment = "/api/sites/ga-ry/enrolment"

func TestEnrolment(t *testing.T) {
	w := newWorld(t, nil)
	_, technician := w.person(w.setUp(), "ky.thuat", directory.Technician)
	c := w.enrol(technician)
	if !w.comes(c) {
		t.Fatal("the computer may not come")
	}
	spare := w.enrol(technician)
	if !w.comes(c) || !w.comes(spare) {
		t.Error("a second computer ended the first one")
	}
	var list struct{ Sites []enrolled }
	w.want(call{method: "GET", path: "/api/enrolments", cookie: technician}, 200, &list)
	if len(list.Sites) != 1 || list.Sites[0].ID != "ga-ry" || list.Sites[0].Computers != 2 || list.Sites[0].Generation != 1 || list.Sites[0].Link != 0 {
		t.Errorf("%+v", list)
	}
	token := w.enrolment(technician, `{"renew":true}`)
	if w.comes(c) || w.comes(spare) {
		t.Error("the old computers may come while the new link is on its way")
	}
	w.want(call{method: "GET", path: "/api/enrolments", cookie: technician}, 200, &list)
	if got := list.Sites[0]; got.Generation != 2 || got.Computers != 0 || time.Until(time.UnixMilli(got.Link)).Round(time.Hour) != EnrolmentLife {
		t.Errorf("%+v", got)
	}
	old := c
	var again struct{ Pass string }
	w.want(enrolCall(token, public(c.key)), 201, &again)
	if c.pass = again.Pass; w.comes(old) || !w.comes(c) {
		t.Error("the pass of before is good again with the same key, or the new one is not")
	}
	w.enrolment(technician, `{}`)
	w.want(call{method: "DELETE", path: enrolment, cookie: technician}, 204, nil)
	list.Sites = nil
	w.want(call{method: "GET", path: "/api/enrolments", cookie: technician}, 200, &list)
	if w.comes(c) || list.Sites[0].Link != 0 {
		t.Errorf("a revoked site comes, or has a link: %+v", list)
	}
}

func TestEnrolmentRefusals(t *testing.T) {
	w := newWorld(t, nil)
	boss := w.setUp()
	_, chair := w.person(boss, "chu.toa", directory.Chair)
	for _, c := range []call{{method: "POST", path: enrolment, body: "{}"}, {method: "DELETE", path: enrolment}, {method: "GET", path: "/api/enrolments"}} {
		w.refused(c, 401, "login-needed")
		c.cookie = chair
		w.refused(c, 403, "not-yours")
	}
	w.refused(call{method: "POST", path: "/api/sites/nowhere/enrolment", body: "{}", cookie: boss}, 404, "site-unknown")
	w.refused(call{method: "DELETE", path: enrolment, cookie: boss}, 404, "site-unknown")
	w.refused(call{method: "POST", path: enrolment, cookie: boss}, 400, "bad-json")

	old := w.enrolment(boss, `{}`)
	token := w.enrolment(boss, `{}`)
	key := public(newKey(t))
	w.refused(enrolCall(old, key), 410, "link-used")
	w.refused(setupCall(token, "a.b", password), 410, "link-used") // a site's link makes no administrator
	outside := key
	outside.X = base64.RawURLEncoding.EncodeToString(make([]byte, 32))
	for _, bad := range []any{
		nil,
		map[string]string{},
		jwk{"RSA", key.Crv, key.X, key.Y},
		jwk{key.Kty, "P-384", key.X, key.Y},
		jwk{key.Kty, key.Crv, key.X, ""},
		jwk{key.Kty, key.Crv, key.X[:40], key.Y},
		jwk{key.Kty, key.Crv, key.X + "=", key.Y},
		outside,
	} {
		w.refused(enrolCall(token, bad), 400, "key-invalid")
	}
	w.want(enrolCall(token, key), 201, nil)
	for range MaxKeys - 1 {
		w.enrol(boss)
	}
	w.refused(call{method: "POST", path: enrolment, cookie: boss, body: "{}"}, 409, "keys-full")
	w.enrolment(boss, `{"renew":true}`)
}

func TestEnrolmentLinkEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		boss := w.setUp()
		token := w.enrolment(boss, `{}`)
		time.Sleep(EnrolmentLife - time.Minute)
		w.want(enrolCall(token, public(newKey(t))), 201, nil)
		w.refused(enrolCall(token, public(newKey(t))), 410, "link-used")
		boss = w.signIn("quan.tri")
		token = w.enrolment(boss, `{}`)
		time.Sleep(EnrolmentLife)
		w.refused(enrolCall(token, public(newKey(t))), 410, "link-used")
		boss = w.signIn("quan.tri")
		token = w.enrolment(boss, `{}`)
		w.want(call{method: "DELETE", path: enrolment, cookie: boss}, 204, nil)
		w.refused(enrolCall(token, public(newKey(t))), 410, "link-used")
	})
}

// A link that another relay had not yet heard of when it renewed the site.
func TestLinkOfAnOldGeneration(t *testing.T) {
	w := newWorld(t, nil)
	w.enrolment(w.setUp(), `{"renew":true}`)
	if err := w.links.put(t.Context(), linkID("late"), link{Site: "ga-ry", Until: time.Now().Add(time.Hour).UnixMilli()}, 0); err != nil {
		t.Fatal(err)
	}
	w.refused(enrolCall("late", public(newKey(t))), 410, "link-used")
}

func TestEnrolmentLinkIsUsedOnce(t *testing.T) {
	w := newWorld(t, nil)
	token := w.enrolment(w.setUp(), `{}`)
	there := newWorldOn(t, w.table, nil)
	var all sync.WaitGroup
	codes := make(chan int, 10)
	for i := range 10 {
		all.Go(func() { codes <- []*world{w, there}[i%2].do(enrolCall(token, public(newKey(t)))).Code })
	}
	all.Wait()
	close(codes)
	count := map[int]int{}
	for c := range codes {
		count[c]++
	}
	if count[201] != 1 || count[410] != 9 {
		t.Error(count)
	}
}

func TestQRImage(t *testing.T) {
	image := qrImage("https://hop.huyen.vn/enrol#abcdefghijklmnopqrstuvwxyz")
	text, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(image, "data:image/svg+xml;base64,"))
	if err != nil || xml.Unmarshal(text, new(struct{})) != nil || !strings.Contains(string(text), "M4 4h7v1h-7z") { // the corner's finder
		t.Errorf("%s %v", text, err)
	}
	if qrImage(strings.Repeat("x", 5000)) != "" {
		t.Error("a text that fits no code")
	}
}

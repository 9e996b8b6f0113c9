package access

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func setupCall(token, login, pass string) call {
	return call{method: "POST", path: "/api/setup", body: text(map[string]string{"token": token, "login": login, "name": "Bh'riu Liếc", "password": pass})}
}

func (w *world) setupToken() string {
	w.t.Helper()
	link, err := w.SetupLink(w.t.Context(), "https://hop.test")
	_, token, found := strings.Cut(link, "https://hop.test/setup#")
	if err != nil || !found || len(token) < 26 {
		w.t.Fatalf("%q %v", link, err)
	}
	return token
}

func TestSetUp(t *testing.T) {
	w := newWorld(t, nil)
	old := w.setupToken()
	token := w.setupToken()
	w.refused(setupCall(old, "a.b", password), 410, "link-used") // the newer one has taken its place
	w.refused(setupCall("", "a.b", password), 410, "link-used")
	w.refused(setupCall(token, "á b", password), 400, "login-invalid")
	w.refused(setupCall(token, "a.b", "ngắn"), 400, "password-weak")
	w.refused(call{method: "POST", path: "/api/setup", body: text(map[string]string{"token": token, "login": "a.b", "name": " ", "password": password})}, 400, "name-invalid")
	c := cookieOf(t, w.want(setupCall(" "+strings.ToUpper(token), "A.b", password), 201, nil)) // mistakes do not use it up
	if w.who(c) != "a.b" {
		t.Error("nobody is signed in")
	}
	w.refused(setupCall(token, "c.d", password), 410, "link-used")
	if link, err := w.SetupLink(t.Context(), "x"); link != "" || err != nil {
		t.Errorf("a server that is set up gives a link away: %q %v", link, err)
	}
}

func TestSetupLinkExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		token := w.setupToken()
		time.Sleep(SetupLife)
		w.refused(setupCall(token, "a.b", password), 410, "link-used")
	})
}

// Of many at once one makes an administrator, also where they come to different relays.
func TestSetupLinkIsUsedOnce(t *testing.T) {
	w := newWorld(t, nil)
	token := w.setupToken()
	there := newWorldOn(t, w.table, nil)
	var all sync.WaitGroup
	codes := make(chan int, 10)
	for i := range 10 {
		all.Go(func() { codes <- []*world{w, there}[i%2].do(setupCall(token, "a.b", password)).Code })
	}
	all.Wait()
	close(codes)
	count := map[int]int{}
	for c := range codes {
		count[c]++
	}
	if count[http.StatusCreated] != 1 || count[http.StatusGone] != 9 {
		t.Error(count)
	}
}

func TestReset(t *testing.T) {
	w := newWorld(t, nil)
	boss := w.setUp()
	w.refused(call{method: "POST", path: "/api/setup/reset"}, 401, "host-key-wrong")
	w.refused(call{method: "POST", path: "/api/setup/reset", cookie: boss}, 401, "host-key-wrong")
	reset := func() string {
		var made struct {
			Link  string
			Until int64
		}
		w.want(call{method: "POST", path: "/api/setup/reset", key: hostKey}, 201, &made)
		if time.Until(time.UnixMilli(made.Until)).Round(time.Minute) != SetupLife {
			t.Errorf("%+v", made)
		}
		return strings.TrimPrefix(made.Link, "https://hop.test/setup#")
	}
	w.want(setupCall(reset(), "quan.tri", "núi cao sông dài"), 201, nil) // who forgot the password
	if w.who(boss) != "" {
		t.Error("the session of before goes on")
	}
	w.refused(signInCall("quan.tri", password, ""), 401, "login-wrong")
	w.want(signInCall("quan.tri", "núi cao sông dài", ""), 200, nil)
	w.want(setupCall(reset(), "nguoi.khac", password), 201, nil)
	if n := len(w.Accounts()); n != 2 {
		t.Errorf("%d accounts", n)
	}
}

func TestGuessedLinksAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		token := w.setupToken()
		for range linksFrom {
			w.refused(enrolCall("guess", public(newKey(t))), 410, "link-used")
		}
		w.refused(setupCall(token, "a.b", password), 429, "too-many")
	})
}

// A disk that is full makes nothing by halves.
func TestWhatIsNotStoredIsNotDone(t *testing.T) {
	w := newWorld(t, nil)
	token := w.setupToken()
	w.table.Break(errors.New("the disk is full"))
	w.refused(setupCall(token, "a.b", password), 500, "internal")
	w.table.Break(nil)
	w.want(setupCall(token, "a.b", password), 201, nil)
}

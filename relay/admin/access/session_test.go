package access

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/relay/directory"
)

func TestSessions(t *testing.T) {
	w := newWorld(t, nil)
	var before mine
	w.want(call{method: "GET", path: "/api/me"}, 200, &before)
	if !before.Setup || before.OIDC || before.Account != nil {
		t.Errorf("at first %+v", before)
	}
	w.setUp()
	c := w.signIn(" Quan.TRI ")
	if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.MaxAge <= 0 || len(c.Value) < 40 {
		t.Errorf("the cookie: %+v", c)
	}
	if got := w.want(call{method: "GET", path: "/api/me", cookie: c}, 200, nil).Body.String(); strings.Contains(got, "argon2id") ||
		!strings.Contains(got, `"role":"admin"`) || !strings.Contains(got, `"setup":false`) {
		t.Error(got)
	}
	for _, key := range w.table.Keys() {
		if strings.Contains(key, c.Value) {
			t.Error("the token itself is in the table")
		}
	}
	if again := newWorldOn(t, w.table, nil); again.who(c) != "quan.tri" {
		t.Error("the session did not outlive the server")
	}
	other := w.signIn("quan.tri")
	w.want(call{method: "POST", path: "/api/logout", cookie: c}, 204, nil)
	if w.who(c) != "" || w.who(other) != "quan.tri" {
		t.Error("signing out")
	}
	if plainHTTP := newWorld(t, func(c *Config) { c.TLS = false }); plainHTTP.setUp().Secure {
		t.Error("a Secure cookie on a page without TLS")
	}
}

// The id of a session is new at each sign-in, whatever the browser brings.
func TestSessionFixation(t *testing.T) {
	w := newWorld(t, nil)
	first := w.setUp()
	for _, planted := range []string{"planted", first.Value} {
		c := call{method: "POST", path: "/api/login", cookie: &http.Cookie{Name: Cookie, Value: planted}, body: text(map[string]string{"login": "quan.tri", "password": password})}
		got := cookieOf(t, w.want(c, 200, nil))
		if got.Value == planted || w.who(got) != "quan.tri" || w.who(&http.Cookie{Name: Cookie, Value: planted}) != "" {
			t.Errorf("%q is good still", planted)
		}
	}
}

func TestForeignPagesHaveNoSession(t *testing.T) {
	w := newWorld(t, nil)
	c := w.setUp()
	body := text(map[string]string{"login": "x.y", "name": "X", "role": "admin", "password": password})
	login := text(map[string]string{"login": "quan.tri", "password": password})
	for origin, want := range map[string][2]string{
		"https://evil.test":     {"origin-refused", "origin-refused"},
		"https://hop.test:8443": {"origin-refused", "origin-refused"}, // another port is the same site for SameSite
		"null":                  {"origin-refused", "origin-refused"},
		"https://portal.test":   {"login-needed", "login-needed"}, // may use the API, but not our people's sessions
	} {
		status := map[string]int{"origin-refused": 403, "login-needed": 401}
		w.refused(call{method: "POST", path: "/api/accounts", cookie: c, origin: origin, body: body}, status[want[0]], want[0])
		w.refused(call{method: "POST", path: "/api/login", origin: origin, body: login}, status[want[1]], want[1])
		w.refused(call{method: "POST", path: "/api/logout", cookie: c, origin: origin}, status[want[1]], want[1])
		w.refused(call{method: "POST", path: "/api/password", cookie: c, origin: origin, body: "{}"}, status[want[1]], want[1])
	}
	w.want(call{method: "POST", path: "/api/accounts", cookie: c, origin: "https://hop.test", body: body}, 201, nil)
}

func TestPasswordChangeEndsOtherSessions(t *testing.T) {
	w := newWorld(t, nil)
	mine, other := w.setUp(), w.signIn("quan.tri")
	change := func(old, next string) call {
		return call{method: "POST", path: "/api/password", cookie: mine, body: text(map[string]string{"old": old, "new": next})}
	}
	w.refused(change("sai mật khẩu rồi", "núi cao sông dài"), 403, "password-wrong")
	w.refused(change(password, "ngắn"), 400, "password-weak")
	w.refused(call{method: "POST", path: "/api/password", body: "{}"}, 401, "login-needed")
	now := cookieOf(t, w.want(change(password, "núi cao sông dài"), 200, nil))
	if w.who(now) != "quan.tri" || w.who(other) != "" || w.who(mine) != "" {
		t.Error("sessions after the change")
	}
	w.refused(call{method: "POST", path: "/api/login", body: text(map[string]string{"login": "quan.tri", "password": password})}, 401, "login-wrong")
}

func TestSessionsExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		old := w.setUp()
		time.Sleep(SessionLife + time.Second)
		if w.who(old) != "" {
			t.Error("it goes on for ever")
		}
		w.signIn("quan.tri")
		n := 0
		for range w.kept.all() {
			n++
		}
		if n != 1 {
			t.Errorf("%d sessions are kept", n)
		}
	})
}

// Another relay of the cluster changes an account: what is open here ends at once.
func TestChangesOfOtherRelays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		boss := w.setUp()
		id, chair := w.person(boss, "chu.toa", directory.Chair)
		there := newWorldOn(t, w.table, nil)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 2)
		for _, x := range []*world{w, there} {
			go func() { ended <- x.Run(ctx) }()
		}
		synctest.Wait()
		if there.who(chair) != "chu.toa" {
			t.Error("the other relay does not know the session")
		}
		w.want(call{method: "DELETE", path: "/api/accounts/" + id, cookie: boss}, 204, nil)
		synctest.Wait()
		if there.who(chair) != "" || w.who(chair) != "" {
			t.Error("an account that was removed is signed in")
		}
		later := there.signIn("quan.tri")
		synctest.Wait()
		if w.who(later) != "quan.tri" {
			t.Error("a session of the other relay is not known")
		}
		stop()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	})
}

// Who disables an account by other means ends its sessions too.
func TestDisabledAccountsAreNobody(t *testing.T) {
	w := newWorld(t, nil)
	boss := w.setUp()
	id, chair := w.person(boss, "chu.toa", directory.Chair)
	account, revision := w.accounts.get(id)
	account.Disabled = true
	if err := w.accounts.put(t.Context(), id, account, revision); err != nil {
		t.Fatal(err)
	}
	if w.who(chair) != "" {
		t.Error("it is signed in")
	}
}

package access

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/relay/directory"
)

func signInCall(login, pass, from string) call {
	return call{method: "POST", path: "/api/login", from: from, body: text(map[string]string{"login": login, "password": pass})}
}

// Who guesses logins learns nothing from the answers.
func TestUnknownLoginAndWrongPasswordAnswerAlike(t *testing.T) {
	w := newWorld(t, nil)
	boss := w.setUp()
	id, _ := w.person(boss, "thu.ky", directory.Secretary)
	w.want(call{method: "PUT", path: "/api/accounts/" + id, cookie: boss, body: `{"login":"thu.ky","name":"A","role":"secretary","disabled":true}`}, 200, nil)
	var first string
	for _, c := range []call{
		signInCall("quan.tri", "không phải thế này", ""), signInCall("không ai", password, ""), signInCall("thu.ky", password, ""),
		signInCall("quan.tri", "", ""), signInCall("", "", ""), signInCall(strings.Repeat("x", 3000), password, ""),
	} {
		answer := w.want(c, 401, nil)
		if first == "" {
			first = answer.Body.String()
		}
		if answer.Body.String() != first || len(answer.Result().Cookies()) > 0 {
			t.Errorf("%.80s: %s", c.body, answer.Body)
		}
	}
	w.refused(call{method: "POST", path: "/api/login", body: "{"}, 400, "bad-json")
	w.refused(call{method: "POST", path: "/api/login", body: `"` + strings.Repeat("x", 5000) + `"`}, 413, "bad-json")
}

func TestTriesOfOneLoginAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.setUp()
		for i := range triesOf {
			w.refused(signInCall("quan.tri", fmt.Sprintf("đoán lần thứ %d", i), "192.0.2.1:1000"), 401, "login-wrong")
		}
		w.refused(signInCall("QUAN.tri ", password, "192.0.2.1:2000"), 429, "too-many") // or a right guess could be told
		w.want(signInCall("quan.tri", password, "192.0.2.2:1000"), 200, nil)            // its owner elsewhere is not locked out
		time.Sleep(10*time.Minute + time.Second)
		w.want(signInCall("quan.tri", password, "192.0.2.1:1000"), 200, nil)
	})
}

func TestTriesFromOneAddressAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.setUp()
		for i := range triesFrom {
			w.refused(signInCall(fmt.Sprintf("nguoi.%d", i), password, fmt.Sprintf("[2001:db8::%x]:1", i+1)), 401, "login-wrong") // one /64
		}
		w.refused(signInCall("quan.tri", password, "[2001:db8::ffff]:1"), 429, "too-many")
		w.refused(call{method: "POST", path: "/api/setup", from: "[2001:db8::1]:1", body: "{}"}, 429, "too-many")
		w.want(signInCall("quan.tri", password, "[2001:db8:1::1]:1"), 200, nil)
	})
}

func TestTriesFromEverywhereAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.setUp()
		for i := range triesOfAll {
			w.refused(signInCall("quan.tri", "đoán mò thôi mà", fmt.Sprintf("192.0.2.%d:1", i+1)), 401, "login-wrong")
		}
		w.refused(signInCall("quan.tri", password, "198.51.100.1:1"), 429, "too-many")
	})
}

// Nothing that would let somebody in is in the log, and what was denied is.
func TestLogsHoldNoSecrets(t *testing.T) {
	w := newWorld(t, nil)
	boss := w.setUp()
	w.refused(signInCall("quan.tri", "mật khẩu gõ nhầm", ""), 401, "login-wrong")
	w.refused(signInCall("mật khẩu trong ô tên", "x", ""), 401, "login-wrong")
	w.refused(call{method: "POST", path: "/api/setup/reset", key: "chìa khóa sai"}, 401, "host-key-wrong")
	w.refused(enrolCall("thẻ sai", nil), 410, "link-used")
	var reset, invited struct{ Link string }
	w.want(call{method: "POST", path: "/api/setup/reset", key: hostKey}, 201, &reset)
	c := w.enrol(boss)
	token := w.enrolment(boss, `{"renew":true}`)
	w.want(call{method: "POST", path: "/api/meetings/" + code + "/invitations", cookie: boss, body: `{"role":"guest"}`}, 201, &invited)
	w.refused(call{method: "GET", path: "/api/bearer", header: http.Header{passHeader: {c.pass}}}, 404, "not-found")
	log := w.log.String()
	for _, secret := range []string{
		password, "mật khẩu gõ nhầm", "mật khẩu trong ô tên", "chìa khóa sai", "thẻ sai", hostKey, boss.Value, c.pass, token, "#", "argon2id", code, "v4.public",
	} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	for _, line := range []string{"login-wrong", "host-key-wrong", "link-used", "address=192.0.2.1", "somebody signed in", "an administrator was made"} {
		if !strings.Contains(log, line) {
			t.Errorf("the log lacks %q", line)
		}
	}
	if n := strings.Count(log, "a sign-in was refused"); n != 1 {
		t.Errorf("%d refusals name an account", n)
	}
}

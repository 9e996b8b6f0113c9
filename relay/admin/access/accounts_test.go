package access

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/diemcau/diemcau/relay/directory"
)

func TestAccounts(t *testing.T) {
	w := newWorld(t, nil)
	boss := w.setUp()
	id, chair := w.person(boss, "chu.toa", directory.Chair)
	var all struct{ Accounts []person }
	got := w.want(call{method: "GET", path: "/api/accounts", cookie: boss}, 200, &all).Body.String()
	if len(all.Accounts) != 2 || strings.Contains(got, "argon") || strings.Contains(got, "hash") {
		t.Error(got)
	}
	for _, a := range w.Accounts() {
		if a.Hash != "" {
			t.Error("a hash leaves the house")
		}
	}
	put := func(body string) call {
		return call{method: "PUT", path: "/api/accounts/" + id, cookie: boss, body: body}
	}
	w.want(put(`{"login":"chu.toa","name":"Hôih Thị Bé","role":"chair","unit":"tay-giang"}`), 200, nil)
	if w.who(chair) != "chu.toa" {
		t.Error("another name ended the session")
	}
	if a, there := w.Account(id); !there || a.Name != "Hôih Thị Bé" || a.Unit != "tay-giang" || a.Hash != "" {
		t.Errorf("%+v", a)
	}
	w.want(put(`{"login":"chu.toa","name":"Hôih Thị Bé","role":"secretary"}`), 200, nil)
	if w.who(chair) != "" {
		t.Error("another role, and the session goes on")
	}
	chair = w.signIn("chu.toa")
	w.want(put(`{"login":"chu.toa","name":"B","role":"secretary","disabled":true}`), 200, nil)
	if w.who(chair) != "" {
		t.Error("a disabled account is signed in")
	}
	w.want(put(`{"login":"chu.toa","name":"B","role":"secretary"}`), 200, nil)
	if w.who(chair) != "" {
		t.Error("enabling brought the old session back")
	}
	w.want(put(`{"login":"chu.toa","name":"B","role":"secretary","password":""}`), 200, nil)
	w.refused(signInCall("chu.toa", "", ""), 401, "login-wrong")
	w.want(call{method: "DELETE", path: "/api/accounts/" + id, cookie: boss}, 204, nil)
	w.refused(call{method: "DELETE", path: "/api/accounts/" + id, cookie: boss}, 404, "account-unknown")
}

func TestOfficialsAreNamesOnly(t *testing.T) {
	w := newWorld(t, nil)
	boss := w.setUp()
	_, chair := w.person(boss, "chu.toa", directory.Chair)
	id, _ := w.person(boss, "nghi.viec", directory.Secretary)
	_, technician := w.person(boss, "ky.thuat", directory.Technician)
	w.want(call{method: "PUT", path: "/api/accounts/" + id, cookie: boss, body: `{"login":"nghi.viec","name":"B","role":"secretary","disabled":true}`}, 200, nil)
	var all struct{ Officials []official }
	got := w.want(call{method: "GET", path: "/api/officials", cookie: chair}, 200, &all).Body.String()
	if len(all.Officials) != 3 || strings.Contains(got, "login") || strings.Contains(got, "nghi.viec") {
		t.Error(got)
	}
	w.refused(call{method: "GET", path: "/api/officials", cookie: technician}, 403, "not-yours")
	w.refused(call{method: "GET", path: "/api/officials"}, 401, "login-needed")
}

func TestAccountRefusals(t *testing.T) {
	w := newWorld(t, nil)
	boss := w.setUp()
	id, technician := w.person(boss, "ky.thuat", directory.Technician)
	for _, c := range []call{
		{method: "GET", path: "/api/accounts"},
		{method: "POST", path: "/api/accounts", body: "{}"},
		{method: "PUT", path: "/api/accounts/" + id, body: "{}"},
		{method: "DELETE", path: "/api/accounts/" + id},
	} {
		w.refused(c, 401, "login-needed")
		c.cookie = technician
		w.refused(c, 403, "not-yours")
	}
	for body, want := range map[string]string{
		`{"login":"x","name":"X","role":"chair"}`:                                          "login-invalid",
		`{"login":"a b","name":"X","role":"chair"}`:                                        "login-invalid",
		`{"login":"` + strings.Repeat("x", 65) + `","name":"X","role":"chair"}`:            "login-invalid",
		`{"login":"x.y","name":"","role":"chair"}`:                                         "name-invalid",
		`{"login":"x.y","name":"X","role":"observer"}`:                                     "role-invalid",
		`{"login":"x.y","name":"X"}`:                                                       "role-invalid",
		`{"login":"x.y","name":"X","role":"chair","password":"matkhau123"}`:                "password-weak",
		`{"login":"x.y","name":"X","role":"chair","unit":"` + text(make([]int, 99)) + `"}`: "bad-json",
		`{"login":7}`: "bad-json",
	} {
		w.refused(call{method: "POST", path: "/api/accounts", cookie: boss, body: body}, 400, want)
		w.refused(call{method: "PUT", path: "/api/accounts/" + id, cookie: boss, body: body}, 400, want)
	}
	w.refused(call{method: "POST", path: "/api/accounts", cookie: boss, body: `{"login":"KY.thuat","name":"X","role":"chair"}`}, 409, "login-taken")
	w.refused(call{method: "PUT", path: "/api/accounts/" + id, cookie: boss, body: `{"login":"quan.tri","name":"X","role":"chair"}`}, 409, "login-taken")
	w.refused(call{method: "PUT", path: "/api/accounts/nobody", cookie: boss, body: `{}`}, 404, "account-unknown")
}

func TestTheLastAdministratorStays(t *testing.T) {
	w := newWorld(t, nil)
	boss := w.setUp()
	one := w.Accounts()[0].ID
	two, second := w.person(boss, "quan.tri.2", directory.Admin)
	cannot := func(id string, by string) {
		t.Helper()
		c := map[string]call{
			"remove":  {method: "DELETE"},
			"disable": {method: "PUT", body: `{"login":"quan.tri.9","name":"A","role":"admin","disabled":true}`},
			"demote":  {method: "PUT", body: `{"login":"quan.tri.9","name":"A","role":"chair"}`},
		}[by]
		c.path, c.cookie = "/api/accounts/"+id, second
		w.refused(c, 409, "last-admin")
	}
	w.want(call{method: "PUT", path: "/api/accounts/" + one, cookie: second, body: `{"login":"quan.tri","name":"A","role":"admin","disabled":true}`}, 200, nil)
	for _, by := range []string{"remove", "disable", "demote"} {
		cannot(two, by)
	}
	if w.who(second) != "quan.tri.2" {
		t.Error("a refusal ended the session")
	}
}

// However many change it at once, one administrator stays.
func TestAdministratorsRemoveEachOther(t *testing.T) {
	w := newWorld(t, nil)
	cookies := []*call{{cookie: w.setUp()}}
	for i := range 4 {
		_, c := w.person(cookies[0].cookie, fmt.Sprintf("quan.tri.%d", i), directory.Admin)
		cookies = append(cookies, &call{cookie: c})
	}
	var all sync.WaitGroup
	for i, a := range w.Accounts() {
		all.Go(func() {
			w.do(call{method: "DELETE", path: "/api/accounts/" + a.ID, cookie: cookies[i].cookie})
			w.do(call{method: "DELETE", path: "/api/accounts/" + a.ID, cookie: cookies[(i+1)%5].cookie})
		})
	}
	all.Wait()
	if n := len(w.Accounts()); n < 1 {
		t.Error("nobody is left")
	}
}

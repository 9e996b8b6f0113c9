package access

import (
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
)

// person is an account as pages see it.
type person struct {
	ID       string         `json:"id"`
	Login    string         `json:"login"`
	Name     string         `json:"name"`
	Role     directory.Role `json:"role"`
	Unit     string         `json:"unit"`
	Disabled bool           `json:"disabled,omitempty"`
}

func shown(a directory.Account) person {
	return person{a.ID, a.Login, a.Name, a.Role, a.Unit, a.Disabled}
}

// mine answers GET /api/me, and whatever signs in.
type mine struct {
	Setup   bool    `json:"setup"` // there is no account yet
	OIDC    bool    `json:"oidc"`  // one may sign in by it
	Account *person `json:"account,omitempty"`
}

func (a *Access) me(w http.ResponseWriter, r *http.Request) error {
	m := mine{Setup: a.empty(), OIDC: a.oidc != nil}
	if account, in := a.Who(r); in {
		p := shown(account)
		m.Account = &p
	}
	admin.WriteJSON(w, http.StatusOK, m)
	return nil
}

// empty says whether there is no account.
func (a *Access) empty() bool {
	for range a.accounts.all() {
		return false
	}
	return true
}

// byLogin finds an account.
func (a *Access) byLogin(login string) (directory.Account, bool) {
	for _, account := range a.accounts.all() {
		if account.Login == login {
			return account, true
		}
	}
	return directory.Account{}, false
}

func tidyLogin(login string) string {
	return strings.ToLower(norm.NFC.String(strings.TrimSpace(login)))
}

func (a *Access) login(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Login, Password string }
	if err := a.read1(w, r, &in); err != nil {
		return err
	}
	login := tidyLogin(in.Login)
	if a.limits.of.Over(w, r, login) || a.limits.ofAll.OverAll(w, r, login) {
		return admin.TooMany
	}
	account, known := a.byLogin(login)
	right, err := a.hasher.check(r.Context(), in.Password, account.Hash)
	switch {
	case err != nil:
		return err
	case !known || !right || account.Disabled:
		if known { // what is no login may be a password
			a.Log.Warn("a sign-in was refused", "account", account.ID, "address", admin.Address(r), "disabled", account.Disabled)
		}
		return loginWrong
	}
	return a.enter(w, r, account, http.StatusOK)
}

// read1 reads the body of a request that tries a password, if its address may.
func (a *Access) read1(w http.ResponseWriter, r *http.Request, in any) error {
	if !admin.SameOrigin(r) {
		return loginNeeded // a page that may use the API may still not sign in: the cookie is for our own
	}
	if a.limits.from.Over(w, r, "") {
		return admin.TooMany
	}
	return admin.ReadJSON(w, r, admin.MaxBody, in)
}

// enter begins the session of an account and answers who it is.
func (a *Access) enter(w http.ResponseWriter, r *http.Request, account directory.Account, status int) error {
	if err := a.sessions.begin(w, r, account); err != nil {
		return fmt.Errorf("a session could not begin: %w", err)
	}
	a.Log.Info("somebody signed in", "account", account.ID, "role", account.Role, "address", admin.Address(r))
	p := shown(account)
	admin.WriteJSON(w, status, mine{OIDC: a.oidc != nil, Account: &p})
	return nil
}

func (a *Access) logout(w http.ResponseWriter, r *http.Request) error {
	if !admin.SameOrigin(r) {
		return loginNeeded
	}
	if err := a.sessions.end(w, r); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// password changes one's own password; all other sessions of the account end.
func (a *Access) password(w http.ResponseWriter, r *http.Request) error {
	account, in := a.Who(r)
	if !in {
		return loginNeeded
	}
	var asked struct{ Old, New string }
	if err := a.read1(w, r, &asked); err != nil {
		return err
	}
	if a.limits.of.Over(w, r, account.Login) {
		return admin.TooMany
	}
	full, revision := a.accounts.get(account.ID)
	right, err := a.hasher.check(r.Context(), asked.Old, full.Hash)
	switch {
	case err != nil:
		return err
	case !right:
		return passwordWrong
	case weak(asked.New, full.Login, full.Name):
		return passwordWeak
	}
	if full.Hash, err = a.hasher.hash(r.Context(), asked.New); err != nil {
		return err
	}
	full.Generation++
	if err := a.accounts.put(r.Context(), full.ID, full, revision); err != nil {
		return a.written(err)
	}
	return a.enter(w, r, full, http.StatusOK)
}

package access

import (
	"cmp"
	"crypto/rand"
	"net/http"
	"slices"
	"strings"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
	"github.com/diemcau/diemcau/relay/meeting"
)

// MaxAccounts is how many accounts there may be.
const MaxAccounts = 4000

// maxUnit is the length of a unit's id, in bytes.
const maxUnit = 64

// form is what an administrator says of an account.
type form struct {
	Login    string         `json:"login"`
	Name     string         `json:"name"`
	Role     directory.Role `json:"role"`
	Unit     string         `json:"unit"`
	Password *string        `json:"password"` // absent: as it was; "": none, for who signs in by OIDC
	Disabled bool           `json:"disabled"`
}

// tidy returns an account with its texts in their written form, or the refusal of what cannot be.
func tidy(a directory.Account) (directory.Account, error) {
	a.Login = tidyLogin(a.Login)
	name, err := meeting.ParseName(a.Name)
	switch {
	case len(a.Login) < 2 || len(a.Login) > 64 || strings.Trim(a.Login, "abcdefghijklmnopqrstuvwxyz0123456789._-+@") != "":
		return a, loginInvalid
	case err != nil:
		return a, nameInvalid
	case !a.Role.Valid():
		return a, roleInvalid
	case len(a.Unit) > maxUnit:
		return a, admin.BadJSON
	}
	a.Name = name
	return a, nil
}

// newID draws the id of an account.
func (a *Access) newID() (string, error) {
	n := 0
	for range a.accounts.all() {
		n++
	}
	if n >= MaxAccounts {
		return "", accountsFull
	}
	return strings.ToLower(rand.Text()[:12]), nil
}

// Accounts returns all accounts, without their passwords' hashes, by name.
func (a *Access) Accounts() []directory.Account {
	out := []directory.Account{}
	for _, account := range a.accounts.all() {
		account.Hash = ""
		out = append(out, account)
	}
	slices.SortFunc(out, func(x, y directory.Account) int {
		return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.ID, y.ID))
	})
	return out
}

func (a *Access) list(w http.ResponseWriter, _ *http.Request, _ directory.Account) error {
	people := []person{} // [], never null
	for _, account := range a.Accounts() {
		people = append(people, shown(account))
	}
	admin.WriteJSON(w, http.StatusOK, map[string][]person{"accounts": people})
	return nil
}

func (a *Access) add(w http.ResponseWriter, r *http.Request, by directory.Account) error {
	account, err := a.filled(w, r, directory.Account{})
	if err != nil {
		return err
	}
	a.changing.Lock()
	defer a.changing.Unlock()
	if _, taken := a.byLogin(account.Login); taken {
		return loginTaken
	}
	if account.ID, err = a.newID(); err != nil {
		return err
	}
	account.Generation = 1
	if err := a.accounts.put(r.Context(), account.ID, account, 0); err != nil {
		return a.written(err)
	}
	a.Log.Info("an account was made", "account", account.ID, "role", account.Role, "by", by.ID)
	admin.WriteJSON(w, http.StatusCreated, shown(account))
	return nil
}

// filled reads the form and returns the account as it says.
func (a *Access) filled(w http.ResponseWriter, r *http.Request, account directory.Account) (directory.Account, error) {
	var in form
	if err := admin.ReadJSON(w, r, admin.MaxBody, &in); err != nil {
		return account, err
	}
	account.Login, account.Name, account.Role, account.Unit, account.Disabled = in.Login, in.Name, in.Role, in.Unit, in.Disabled
	account, err := tidy(account)
	switch {
	case err != nil || in.Password == nil:
		return account, err
	case *in.Password == "":
		account.Hash = ""
		return account, nil
	case weak(*in.Password, account.Login, account.Name):
		return account, passwordWeak
	}
	account.Hash, err = a.hasher.hash(r.Context(), *in.Password)
	return account, err
}

func (a *Access) edit(w http.ResponseWriter, r *http.Request, by directory.Account) error {
	before, revision := a.accounts.get(r.PathValue("id"))
	if revision == 0 {
		return accountUnknown
	}
	account, err := a.filled(w, r, before)
	if err != nil {
		return err
	}
	if account.Hash != before.Hash || account.Disabled || account.Role != before.Role {
		account.Generation++ // who has it open somewhere signs in again
	}
	a.changing.Lock()
	defer a.changing.Unlock()
	if other, taken := a.byLogin(account.Login); taken && other.ID != account.ID {
		return loginTaken
	}
	if !a.staysLed(account.ID, account) {
		return lastAdmin
	}
	if err := a.accounts.put(r.Context(), account.ID, account, revision); err != nil {
		return a.written(err)
	}
	a.Log.Info("an account was changed", "account", account.ID, "role", account.Role, "disabled", account.Disabled, "by", by.ID)
	if account.ID == by.ID && !account.Disabled {
		if err := a.sessions.begin(w, r, account); err != nil {
			return err
		}
	}
	admin.WriteJSON(w, http.StatusOK, shown(account))
	return nil
}

// staysLed says whether there is an administrator when the account with this id is as given. The caller holds changing.
func (a *Access) staysLed(id string, then directory.Account) bool {
	leads := func(x directory.Account) bool { return x.Role == directory.Admin && !x.Disabled }
	if leads(then) {
		return true
	}
	for other, account := range a.accounts.all() {
		if other != id && leads(account) {
			return true
		}
	}
	return false
}

func (a *Access) drop(w http.ResponseWriter, r *http.Request, by directory.Account) error {
	id := r.PathValue("id")
	a.changing.Lock()
	defer a.changing.Unlock()
	_, revision := a.accounts.get(id)
	switch {
	case revision == 0:
		return accountUnknown
	case !a.staysLed(id, directory.Account{}):
		return lastAdmin
	}
	if err := a.accounts.remove(r.Context(), id, revision); err != nil {
		return a.written(err)
	}
	a.Log.Info("an account was removed", "account", id, "by", by.ID)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// Account returns an account by its id, without its password's hash.
func (a *Access) Account(id string) (directory.Account, bool) {
	account, revision := a.accounts.get(id)
	account.Hash = ""
	return account, revision > 0
}

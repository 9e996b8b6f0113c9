package access

import (
	"net/http"
	"time"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
	"github.com/diemcau/diemcau/relay/meeting"
)

// PassLife is how long an account's pass for a meeting is good: a page asks for one whenever it joins.
const PassLife = 24 * time.Hour

// ChairLink returns the link by which who opened a meeting comes as its chair, for a page at base. Account is who opened it, and may be
// nobody's: "".
func (a *Access) ChairLink(base, code, account string) string {
	c := claims{Role: meeting.RoleChair, Meeting: code}
	if who, revision := a.accounts.get(account); revision > 0 {
		c.Account, c.Generation = account, who.Generation
	}
	return joinLink(base, code, a.signer.issue(c))
}

func joinLink(base, code, pass string) string { return base + "/m/" + code + "#p=" + pass }

// invitations gives passes for one meeting away.
type invitations struct {
	*Access
	frame *admin.Frame
}

// invite makes a link by which a guest or an observer comes in.
func (i invitations) invite(w http.ResponseWriter, r *http.Request, by directory.Account) error {
	code, err := meeting.ParseCode(r.PathValue("code"))
	if err != nil {
		return admin.CodeMalformed
	}
	if !i.Invites(by, code) {
		return notYours
	}
	var in struct {
		Name string
		Role meeting.Role
	}
	if err := admin.ReadJSON(w, r, admin.MaxBody, &in); err != nil {
		return err
	}
	if in.Role != meeting.RoleGuest && in.Role != meeting.RoleObserver {
		return admin.BadJSON
	}
	if in.Name != "" {
		if in.Name, err = meeting.ParseName(in.Name); err != nil {
			return nameInvalid
		}
	}
	i.Log.Info("somebody was invited", "role", in.Role, "by", by.ID)
	pass := i.signer.issue(claims{Role: in.Role, Meeting: code, Name: in.Name})
	admin.WriteJSON(w, http.StatusCreated, map[string]string{"link": joinLink(i.frame.Base(r), code, pass)})
	return nil
}

// own gives an account the pass with which its page joins a meeting: sessions authenticate by their first message, never by a cookie.
func (i invitations) own(w http.ResponseWriter, r *http.Request, by directory.Account) error {
	code, err := meeting.ParseCode(r.PathValue("code"))
	if err != nil {
		return admin.CodeMalformed
	}
	pass := i.signer.issue(claims{Account: by.ID, Generation: by.Generation, Meeting: code, Name: by.Name, Until: time.Now().Add(PassLife).Unix()})
	admin.WriteJSON(w, http.StatusCreated, map[string]string{"pass": pass})
	return nil
}

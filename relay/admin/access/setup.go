package access

import (
	"context"
	"net/http"
	"time"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
)

// setups makes administrators by links that the server's owner gets: at the first start, and by "diemcau admin reset".
type setups struct {
	*Access
	frame *admin.Frame
}

// setupPath is where the page takes the token from its fragment.
const setupPath = "/setup#"

// SetupLink returns the link by which the first administrator is made, for a page at base, or "" if there are accounts already. The
// link of before is no longer good.
func (a *Access) SetupLink(ctx context.Context, base string) (string, error) {
	if !a.empty() {
		return "", nil
	}
	return a.setupLink(ctx, base)
}

func (a *Access) setupLink(ctx context.Context, base string) (string, error) {
	token, err := a.newLink(ctx, link{Until: time.Now().Add(SetupLife).UnixMilli()})
	return base + setupPath + token, err
}

// reset gives another link to who has the host key.
func (s setups) reset(w http.ResponseWriter, r *http.Request) error {
	if err := s.frame.HostKey(w, r); err != nil {
		return err
	}
	text, err := s.setupLink(r.Context(), s.frame.Base(r))
	if err != nil {
		return err
	}
	s.Log.Warn("a link that makes an administrator was asked for with the host key", "address", admin.Address(r))
	admin.WriteJSON(w, http.StatusCreated, struct {
		Link  string `json:"link"`
		Until int64  `json:"until"` // Unix ms
	}{text, time.Now().Add(SetupLife).UnixMilli()})
	return nil
}

// setUp makes an administrator, or makes an account one and gives it another password: who has forgotten theirs gets in again so.
func (s setups) setUp(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Token, Login, Name, Password string }
	if err := s.read1(w, r, &in); err != nil {
		return err
	}
	_, id, err := s.find(w, r, in.Token, true)
	if err != nil {
		return err
	}
	account, err := tidy(directory.Account{Login: in.Login, Name: in.Name, Role: directory.Admin})
	if err != nil {
		return err
	}
	if weak(in.Password, account.Login, account.Name) {
		return passwordWeak
	}
	if account.Hash, err = s.hasher.hash(r.Context(), in.Password); err != nil {
		return err
	}
	ctx, cancel := steady(r)
	defer cancel()
	s.changing.Lock()
	defer s.changing.Unlock()
	var revision uint64
	if known, there := s.byLogin(account.Login); there {
		account.ID, account.Unit, account.Generation = known.ID, known.Unit, known.Generation
		_, revision = s.accounts.get(known.ID)
	} else if account.ID, err = s.newID(); err != nil {
		return err
	}
	account.Generation++
	if err := s.use(ctx, id); err != nil {
		return err
	}
	if err := s.accounts.put(ctx, account.ID, account, revision); err != nil {
		return s.written(err)
	}
	s.Log.Warn("an administrator was made by a link", "account", account.ID, "address", admin.Address(r))
	return s.enter(w, r, account, http.StatusCreated)
}

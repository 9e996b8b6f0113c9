package access

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
)

// Cookie is the name of the cookie that carries a session.
const Cookie = "diemcau"

// SessionLife is how long one stays signed in.
const SessionLife = 7 * 24 * time.Hour

// What a session holds.
const (
	sessionAccount    = "account"    // id
	sessionGeneration = "generation" // of the account, when it signed in
)

// kept is a session as the table keeps it, by the hash of its token.
type kept struct {
	Data  []byte `json:"data"`
	Until int64  `json:"until"` // Unix ms
}

// sessions are those of all who are signed in. A request that only reads writes nothing.
type sessions struct {
	scs.SessionManager
	shelf *shelf[kept]
}

// newSessions does without scs.New, whose own store has a goroutine that never ends.
func newSessions(s *shelf[kept], secure bool) *sessions {
	return &sessions{scs.SessionManager{
		Lifetime: SessionLife, Store: sessionStore{s}, Codec: scs.GobCodec{}, HashTokenInStore: true,
		Cookie: scs.SessionCookie{Name: Cookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: secure, Persist: true},
	}, s}
}

// load reads the session that the cookie names; who brings none, or one that is not known, has an empty session.
func (s *sessions) load(r *http.Request) (context.Context, error) {
	var token string
	if c, err := r.Cookie(Cookie); err == nil && len(c.Value) <= 100 {
		token = c.Value
	}
	return s.Load(r.Context(), token)
}

// begin signs an account in, by a token that nobody has seen before.
func (s *sessions) begin(w http.ResponseWriter, r *http.Request, account directory.Account) error {
	ctx, err := s.load(r)
	if err != nil {
		return err
	}
	if err := s.RenewToken(ctx); err != nil {
		return err
	}
	s.Put(ctx, sessionAccount, account.ID)
	s.Put(ctx, sessionGeneration, account.Generation)
	token, expiry, err := s.Commit(ctx)
	if err != nil {
		return err
	}
	s.WriteSessionCookie(ctx, w, token, expiry)
	s.sweep(r.Context())
	return nil
}

// end signs out.
func (s *sessions) end(w http.ResponseWriter, r *http.Request) error {
	ctx, err := s.load(r)
	if err != nil {
		return err
	}
	if err := s.Destroy(ctx); err != nil {
		return err
	}
	s.WriteSessionCookie(ctx, w, "", time.Time{})
	return nil
}

// sweep removes what has expired; what it misses the next one takes.
func (s *sessions) sweep(ctx context.Context) {
	now := time.Now().UnixMilli()
	for id, k := range s.shelf.all() {
		if k.Until <= now {
			if _, revision := s.shelf.get(id); revision > 0 {
				_ = s.shelf.remove(ctx, id, revision)
			}
		}
	}
}

// Who returns the account that a request comes from. Requests of foreign pages come from none, whatever their cookie.
func (a *Access) Who(r *http.Request) (directory.Account, bool) {
	if _, err := r.Cookie(Cookie); err != nil || !admin.SameOrigin(r) {
		return directory.Account{}, false
	}
	ctx, err := a.sessions.load(r)
	if err != nil {
		return directory.Account{}, false
	}
	return a.current(a.sessions.GetString(ctx, sessionAccount), a.sessions.GetInt(ctx, sessionGeneration))
}

// current returns the account with this id if it may come in and is of this generation.
func (a *Access) current(id string, generation int) (directory.Account, bool) {
	account, revision := a.accounts.get(id)
	if id == "" || revision == 0 || account.Disabled || account.Generation != generation {
		return directory.Account{}, false
	}
	account.Hash = ""
	return account, true
}

// sessionStore keeps sessions on a shelf, under hashes that scs makes of their tokens. It implements scs.CtxStore.
type sessionStore struct{ shelf *shelf[kept] }

var _ scs.CtxStore = sessionStore{}

// FindCtx implements scs.CtxStore.
func (s sessionStore) FindCtx(_ context.Context, token string) ([]byte, bool, error) {
	k, revision := s.shelf.get(token)
	if revision == 0 || time.Now().UnixMilli() >= k.Until {
		return nil, false, nil
	}
	return k.Data, true, nil
}

// CommitCtx implements scs.CtxStore.
func (s sessionStore) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	_, revision := s.shelf.get(token)
	return s.shelf.put(ctx, token, kept{data, expiry.UnixMilli()}, revision)
}

// DeleteCtx implements scs.CtxStore.
func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	_, revision := s.shelf.get(token)
	if revision == 0 {
		return nil
	}
	return s.shelf.remove(ctx, token, revision)
}

var errNoContext = errors.New("access: sessions are kept with a context only")

// Find implements scs.Store; it is never called.
func (sessionStore) Find(string) ([]byte, bool, error) { return nil, false, errNoContext }

// Commit implements scs.Store; it is never called.
func (sessionStore) Commit(string, []byte, time.Time) error { return errNoContext }

// Delete implements scs.Store; it is never called.
func (sessionStore) Delete(string) error { return errNoContext }

package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"sync"
	"time"

	"aidanwoods.dev/go-paseto"
	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/diemcau/diemcau/relay/admin"
)

// OIDC says how people sign in with their organisation's accounts. An account here is found by the verified e-mail address, which is its login.
type OIDC struct {
	Issuer   string // URL
	ClientID string
	Secret   string
}

const (
	oidcPath   = "/api/oidc"
	backPath   = oidcPath + "/back"
	oidcCookie = "diemcau-oidc"
	oidcLife   = 10 * time.Minute // from leaving for the provider to coming back
	oidcWait   = 10 * time.Second // for each answer of the provider
)

// oidcDomain keeps what the cookie carries apart from all else that the key signs.
var oidcDomain = []byte("diemcau oidc")

// provider is the other system, asked for its addresses when somebody first needs them: a server starts without it.
type provider struct {
	OIDC
	mu    sync.Mutex
	known *oidc.Provider // guarded by mu
}

// client is how a provider is reached; nothing of it is kept open for long.
var client = &http.Client{Timeout: oidcWait}

func (p *provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	known, err := oidc.NewProvider(ctx, p.Issuer)
	if err == nil {
		p.known = known
	}
	return known, err
}

// signOn signs people in by a provider.
type signOn struct {
	*Access
	frame *admin.Frame
}

func (o signOn) config(p *oidc.Provider, r *http.Request) *oauth2.Config {
	return &oauth2.Config{
		ClientID: o.oidc.ClientID, ClientSecret: o.oidc.Secret, Endpoint: p.Endpoint(),
		RedirectURL: o.frame.Base(r) + backPath, Scopes: []string{oidc.ScopeOpenID, "email"},
	}
}

// journey is what a browser carries to the provider and back, signed: nothing of it is kept here.
type journey struct{ state, nonce, verifier string }

// begin sends a browser to the provider.
func (o signOn) begin(w http.ResponseWriter, r *http.Request) error {
	if o.limits.from.Over(w, r, "") {
		return admin.TooMany
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(r.Context(), client), oidcWait)
	defer cancel()
	p, err := o.oidc.discover(ctx)
	if err != nil {
		return o.failed(w, r, fmt.Errorf("the provider does not answer: %w", err))
	}
	j := journey{rand.Text(), rand.Text(), oauth2.GenerateVerifier()}
	token := paseto.NewToken()
	token.SetString("state", j.state)
	token.SetString("nonce", j.nonce)
	token.SetString("verifier", j.verifier)
	token.SetExpiration(time.Now().Add(oidcLife))
	http.SetCookie(w, &http.Cookie{
		Name: oidcCookie, Value: token.V4Sign(o.signer.secret, oidcDomain), Path: oidcPath, MaxAge: int(oidcLife.Seconds()),
		HttpOnly: true, Secure: o.TLS, SameSite: http.SameSiteLaxMode, // Strict is not sent when the provider sends the browser back
	})
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, o.config(p, r).AuthCodeURL(j.state, oidc.Nonce(j.nonce), oauth2.S256ChallengeOption(j.verifier)), http.StatusFound)
	return nil
}

// carried reads what begin sent along.
func (o signOn) carried(r *http.Request) (j journey, err error) {
	c, err := r.Cookie(oidcCookie)
	if err != nil {
		return j, err
	}
	parser := paseto.MakeParser([]paseto.Rule{paseto.NotExpired()})
	token, err := parser.ParseV4Public(o.signer.public, c.Value, oidcDomain)
	if err != nil {
		return j, err
	}
	for name, to := range map[string]*string{"state": &j.state, "nonce": &j.nonce, "verifier": &j.verifier} {
		if *to, err = token.GetString(name); err != nil {
			return j, err
		}
	}
	return j, nil
}

var (
	errState    = errors.New("the answer is not for this browser")
	errNonce    = errors.New("the identity is of another sign-in")
	errNoToken  = errors.New("the answer has no identity")
	errNotKnown = errors.New("the address is not verified, or no account has it")
)

// back signs in who comes back from the provider.
func (o signOn) back(w http.ResponseWriter, r *http.Request) error {
	if o.limits.from.Over(w, r, "") {
		return admin.TooMany
	}
	j, err := o.carried(r)
	if err != nil {
		return o.failed(w, r, err)
	}
	http.SetCookie(w, &http.Cookie{Name: oidcCookie, Path: oidcPath, MaxAge: -1, HttpOnly: true, Secure: o.TLS, SameSite: http.SameSiteLaxMode})
	if subtle.ConstantTimeCompare([]byte(r.URL.Query().Get("state")), []byte(j.state)) != 1 {
		return o.failed(w, r, errState)
	}
	email, err := o.identity(r, j)
	if err != nil {
		return o.failed(w, r, err)
	}
	account, known := o.byLogin(tidyLogin(email))
	if email == "" || !known || account.Disabled {
		return o.failed(w, r, errNotKnown)
	}
	if err := o.sessions.begin(w, r, account); err != nil {
		return err
	}
	o.Log.Info("somebody signed in by OIDC", "account", account.ID, "role", account.Role, "address", admin.Address(r))
	http.Redirect(w, r, "/office", http.StatusFound)
	return nil
}

// identity trades the code for the verified e-mail address, "" if there is none.
func (o signOn) identity(r *http.Request, j journey) (email string, err error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(r.Context(), client), 2*oidcWait)
	defer cancel()
	p, err := o.oidc.discover(ctx)
	if err != nil {
		return "", err
	}
	tokens, err := o.config(p, r).Exchange(ctx, r.URL.Query().Get("code"), oauth2.VerifierOption(j.verifier))
	if err != nil {
		return "", scrubbed(err)
	}
	raw, there := tokens.Extra("id_token").(string)
	if !there {
		return "", errNoToken
	}
	identity, err := p.Verifier(&oidc.Config{ClientID: o.oidc.ClientID}).Verify(ctx, raw)
	if err != nil {
		return "", err
	}
	if subtle.ConstantTimeCompare([]byte(identity.Nonce), []byte(j.nonce)) != 1 {
		return "", errNonce
	}
	var about struct {
		Email    string `json:"email"`
		Verified bool   `json:"email_verified"`
	}
	if err := identity.Claims(&about); err != nil {
		return "", err
	}
	if !about.Verified {
		return "", nil
	}
	return about.Email, nil
}

// scrubbed drops the provider's answer from an error: tokens may be in it.
func scrubbed(err error) error {
	var answer *oauth2.RetrieveError
	if errors.As(err, &answer) {
		return fmt.Errorf("the provider refused the code: %d %s", answer.Response.StatusCode, answer.ErrorCode)
	}
	return err
}

//go:embed oidc.html
var oidcText string

var oidcPage = template.Must(template.New("oidc").Parse(oidcText))

// failed shows the browser, which is not on a page of ours now, why it is not let in.
func (o signOn) failed(w http.ResponseWriter, r *http.Request, err error) error {
	why := oidcFailed
	if errors.Is(err, errNotKnown) {
		why = oidcUnknown
	}
	o.Log.Warn("a sign-in by OIDC was refused", "code", why.Code, "address", admin.Address(r), "cause", err)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(why.Status)
	return oidcPage.Execute(w, why)
}

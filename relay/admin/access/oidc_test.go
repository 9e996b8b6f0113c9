package access

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// house is a small OpenID provider: it signs in, without asking, whoever its claims say.
type house struct {
	*httptest.Server
	t         *testing.T
	key       *ecdsa.PrivateKey // published
	signs     *ecdsa.PrivateKey
	challenge string
	nonce     string
	claims    func(claims map[string]any) // changes what it says
}

func newHouse(t *testing.T) *house {
	h := &house{t: t, key: newKey(t)}
	h.signs = h.key
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		h.say(w, map[string]any{
			"issuer": h.URL, "authorization_endpoint": h.URL + "/authorize", "token_endpoint": h.URL + "/token", "jwks_uri": h.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"ES256"},
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		k := public(h.key)
		h.say(w, map[string]any{"keys": []any{map[string]string{"kty": k.Kty, "crv": k.Crv, "x": k.X, "y": k.Y, "alg": "ES256", "use": "sig", "kid": "1"}}})
	})
	mux.HandleFunc("/token", h.token)
	h.Server = httptest.NewServer(mux)
	t.Cleanup(func() { h.Close(); client.CloseIdleConnections() })
	return h
}

func (h *house) say(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		h.t.Error(err)
	}
}

// authorize is what the browser meets at the provider: it is sent back with a code.
func (h *house) authorize(at string) (back string) {
	h.t.Helper()
	u, err := url.Parse(at)
	q := u.Query()
	if err != nil || !strings.HasPrefix(at, h.URL+"/authorize?") || q.Get("client_id") != "diemcau" || q.Get("response_type") != "code" ||
		q.Get("code_challenge_method") != "S256" || q.Get("redirect_uri") != "https://hop.test/api/oidc/back" || !strings.Contains(q.Get("scope"), "openid") {
		h.t.Fatalf("sent to %s", at)
	}
	h.challenge, h.nonce = q.Get("code_challenge"), q.Get("nonce")
	return "/api/oidc/back?code=the-code&state=" + url.QueryEscape(q.Get("state"))
}

// token trades the code for an identity, if the verifier fits the challenge.
func (h *house) token(w http.ResponseWriter, r *http.Request) {
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	id, secret, _ := r.BasicAuth()
	if r.FormValue("code") != "the-code" || b64.EncodeToString(sum[:]) != h.challenge || id != "diemcau" || secret != "the-secret" {
		w.WriteHeader(http.StatusBadRequest)
		h.say(w, map[string]string{"error": "invalid_grant", "error_description": r.FormValue("code") + r.FormValue("code_verifier")})
		return
	}
	claims := map[string]any{
		"iss": h.URL, "aud": "diemcau", "sub": "17", "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix(),
		"nonce": h.nonce, "email": "Nem.BT@huyen.vn", "email_verified": true,
	}
	if h.claims != nil {
		h.claims(claims)
	}
	h.say(w, map[string]any{"access_token": "the-access-token", "token_type": "Bearer", "expires_in": 60, "id_token": h.sign(claims)})
}

func (h *house) sign(claims map[string]any) string {
	body := b64.EncodeToString([]byte(`{"alg":"ES256","kid":"1"}`)) + "." + b64.EncodeToString([]byte(text(claims)))
	sum := sha256.Sum256([]byte(body))
	r, s, err := ecdsa.Sign(rand.Reader, h.signs, sum[:])
	if err != nil {
		h.t.Error(err)
	}
	return body + "." + b64.EncodeToString(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

// leave goes from our page to the provider and returns where it sends the browser, with the cookie that it carries.
func (w *world) leave(h *house) (back string, cookie *http.Cookie) {
	w.t.Helper()
	answer := w.want(call{method: "GET", path: "/api/oidc"}, http.StatusFound, nil)
	cookies := answer.Result().Cookies()
	if len(cookies) != 1 {
		w.t.Fatalf("%v", cookies)
	}
	c := cookies[0]
	if c.Name != oidcCookie || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/api/oidc" {
		w.t.Errorf("%+v", c)
	}
	return h.authorize(answer.Header().Get("Location")), c
}

func newWorldOf(t *testing.T, h *house) *world {
	w := newWorld(t, func(c *Config) { c.OIDC = &OIDC{h.URL, "diemcau", "the-secret"} })
	w.person(w.setUp(), "nem.bt@huyen.vn", "chair")
	return w
}

func TestOIDC(t *testing.T) {
	h := newHouse(t)
	w := newWorldOf(t, h)
	var m mine
	if w.want(call{method: "GET", path: "/api/me"}, 200, &m); !m.OIDC {
		t.Error("the page does not know of it")
	}
	back, cookie := w.leave(h)
	answer := w.want(call{method: "GET", path: back, cookie: cookie}, http.StatusFound, nil)
	if answer.Header().Get("Location") != "/office" || w.who(cookieOf(t, answer)) != "nem.bt@huyen.vn" {
		t.Errorf("%v", answer.Header())
	}
	for _, secret := range []string{"the-code", "the-secret", "the-access-token", cookie.Value} {
		if strings.Contains(w.log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
	if without := newWorld(t, nil); without.do(call{method: "GET", path: "/api/oidc"}).Code != http.StatusNotFound {
		t.Error("a server without it has the path")
	}
}

func TestOIDCRefusals(t *testing.T) {
	h := newHouse(t)
	w := newWorldOf(t, h)
	refused := func(path string, cookie *http.Cookie, status int, says string) {
		t.Helper()
		answer := w.do(call{method: "GET", path: path, cookie: cookie})
		page := answer.Body.String()
		if answer.Code != status || !strings.Contains(page, says) || !strings.Contains(page, `lang="en"`) || strings.Contains(page, "the-code") {
			t.Errorf("%d %s, want %d %s", answer.Code, page, status, says)
		}
		for _, c := range answer.Result().Cookies() {
			if c.Name == Cookie {
				t.Error("somebody is signed in")
			}
		}
	}
	failed, unknown := "hệ thống tài khoản", "chưa có tài khoản"
	for name, change := range map[string]func(map[string]any){
		"another nonce":    func(c map[string]any) { c["nonce"] = "x" },
		"no nonce":         func(c map[string]any) { delete(c, "nonce") },
		"another audience": func(c map[string]any) { c["aud"] = "somebody" },
		"another issuer":   func(c map[string]any) { c["iss"] = "https://evil.test" },
		"expired":          func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() },
	} {
		t.Run(name, func(*testing.T) {
			h.claims = change
			back, cookie := w.leave(h)
			refused(back, cookie, 502, failed)
		})
	}
	for name, change := range map[string]func(map[string]any){
		"not verified": func(c map[string]any) { c["email_verified"] = false },
		"no word":      func(c map[string]any) { delete(c, "email_verified") },
		"no e-mail":    func(c map[string]any) { delete(c, "email") },
		"a stranger":   func(c map[string]any) { c["email"] = "ai@do.vn" },
	} {
		t.Run(name, func(*testing.T) {
			h.claims = change
			back, cookie := w.leave(h)
			refused(back, cookie, 403, unknown)
		})
	}
	h.claims = nil
	w.limits = newLimits()
	id := w.Accounts()[1].ID
	account := func(disabled bool) {
		body := text(map[string]any{"login": "nem.bt@huyen.vn", "name": "Nem", "role": "chair", "disabled": disabled})
		w.want(call{method: "PUT", path: "/api/accounts/" + id, cookie: w.signIn("quan.tri"), body: body}, 200, nil)
	}
	account(true)
	disabled, itsCookie := w.leave(h)
	refused(disabled, itsCookie, 403, unknown)
	account(false)
	back, cookie := w.leave(h)
	other, otherCookie := w.leave(h) // another sign-in of this browser, or of somebody who plants his
	refused(back, nil, 502, failed)
	refused(back, otherCookie, 502, failed)
	refused(other, cookie, 502, failed)
	refused(back+"x", cookie, 502, failed)
	refused(back, &http.Cookie{Name: oidcCookie, Value: cookie.Value[:40]}, 502, failed)
	refused(strings.Replace(back, "the-code", "xyzzy", 1), cookie, 502, failed)
	if strings.Contains(w.log.String(), "xyzzy") {
		t.Error("the log holds what the provider answered")
	}
	h.challenge = "of another browser"
	refused(other, otherCookie, 502, failed)
	h.signs = newKey(t)
	back, cookie = w.leave(h)
	refused(back, cookie, 502, failed)
}

// A provider that is away stops nobody from signing in by password, and is asked again.
func TestOIDCProviderIsAway(t *testing.T) {
	h := newHouse(t)
	away := h.Config.Handler
	h.Config.Handler = http.NotFoundHandler()
	w := newWorldOf(t, h)
	if answer := w.do(call{method: "GET", path: "/api/oidc"}); answer.Code != 502 || !strings.Contains(answer.Body.String(), "dùng mật khẩu") {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
	h.Config.Handler = away
	back, cookie := w.leave(h)
	w.want(call{method: "GET", path: back, cookie: cookie}, http.StatusFound, nil)
}

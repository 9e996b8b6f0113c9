package access

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidanwoods.dev/go-paseto"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/directory"
	"github.com/diemcau/diemcau/relay/meeting"
)

const line = "the-secret-of-this-line"

// comes says whether a computer gets in as its site.
func (w *world) comes(c computer) bool {
	w.t.Helper()
	who, name, err := w.show(code, c.pass, c.proof(helloText(code, line)), line)
	if err != nil && !errors.Is(err, ErrPassRevoked) {
		w.t.Errorf("%v", err)
	}
	return err == nil && who == meeting.Identity{Site: "ga-ry"} && name == "Xã Ga Ry"
}

func (w *world) show(code, pass, proof, line string) (meeting.Identity, string, error) {
	return w.Check(relay.Shown{Meeting: code, Pass: pass, Proof: proof, Line: line})
}

func (w *world) checkFails(code, pass, proof, line string, want error) {
	w.t.Helper()
	who, name, err := w.show(code, pass, proof, line)
	if !errors.Is(err, want) || who != (meeting.Identity{}) || name != "" {
		w.t.Errorf("%.60s: %+v %q %v, want %v", pass, who, name, err, want)
	}
}

func TestPassOfASite(t *testing.T) {
	w := newWorld(t, nil)
	boss := w.setUp()
	c := w.enrol(boss)
	if len(c.pass) > 600 {
		t.Errorf("the pass has %d bytes", len(c.pass))
	}
	if _, _, err := w.show("", c.pass, c.proof(helloText("", line)), line); err != nil {
		t.Errorf("who waits for a ring: %v", err)
	}
	good := c.proof(helloText(code, line))
	stranger := computer{key: newKey(t)}
	for name, proof := range map[string]string{
		"none": "", "of another meeting": c.proof(helloText("zzz-zzz-zzz", line)), "of another line": c.proof(helloText(code, "x")),
		"of another key": stranger.proof(helloText(code, line)), "truncated": good[:85], "with more": good + "AA", "no base64": "!" + good[1:],
		"of a request": c.proof(requestText("GET", "/", line)), "zeros": b64.EncodeToString(make([]byte, 64)),
	} {
		t.Run(name, func(*testing.T) { w.checkFails(code, c.pass, proof, line, ErrProof) })
	}
	w.checkFails(code, c.pass, c.proof(helloText(code, "")), "", ErrProof)
	for _, notice := range []relay.Notice{ErrPass, ErrPassRevoked, ErrPassElsewhere, ErrProof} {
		if notice.Vi == "" || notice.En == "" || notice.Vi == notice.En {
			t.Errorf("%+v", notice)
		}
	}
	w.Config.Site = func(string) (Site, bool) { return Site{}, false }
	w.checkFails(code, c.pass, good, line, ErrPassRevoked) // the directory has it no more
}

func TestForgedPasses(t *testing.T) {
	w := newWorld(t, nil)
	c := w.enrol(w.setUp())
	proof := c.proof(helloText(code, line))
	elsewhere := newWorld(t, func(c *Config) { c.Seed = bytes.Repeat([]byte{8}, relay.SeedSize) })
	w.checkFails(code, elsewhere.signer.issue(claims{Site: "ga-ry", Generation: 1, Key: public(c.key).thumbprint()}), proof, line, ErrPassElsewhere)
	for n := range len(c.pass) {
		if _, _, err := w.show(code, c.pass[:n], proof, line); err == nil {
			t.Fatalf("the first %d bytes are taken", n)
		}
	}
	for i, b := range []byte(c.pass) {
		changed := []byte(c.pass)
		changed[i] = map[bool]byte{true: 'A', false: 'B'}[b == 'B']
		if _, _, err := w.show(code, string(changed), proof, line); err == nil {
			t.Fatalf("byte %d changed, and it is taken", i)
		}
	}
	w.checkFails(code, strings.Repeat("x", 1<<20), proof, line, ErrPass)
	w.checkFails(code, w.signer.issue(claims{Site: "ga-ry", Generation: 1}), proof, line, ErrPassRevoked) // without a key

	// what the same key signs for other ends is no pass
	token := paseto.NewToken()
	token.SetString("t", "ga-ry")
	token.SetFooter(w.signer.cluster)
	for _, domain := range []string{"", "diemcau site token", "diemcau oidc"} {
		w.checkFails(code, token.V4Sign(w.signer.secret, []byte(domain)), proof, line, ErrPass)
	}
}

func TestPassOfAnAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		boss := w.setUp()
		id, chair := w.person(boss, "chu.toa", directory.Chair)
		path := "/api/meetings/" + code + "/pass"
		w.refused(call{method: "POST", path: path}, 401, "login-needed")
		w.refused(call{method: "POST", path: "/api/meetings/x/pass", cookie: chair}, 400, "code-malformed")
		var got struct{ Pass string }
		w.want(call{method: "POST", path: path, cookie: chair}, 201, &got)
		who, name, err := w.show(code, got.Pass, "", line)
		if err != nil || who != (meeting.Identity{Account: id}) || name != "Người chu.toa" {
			t.Errorf("%+v %q %v", who, name, err)
		}
		w.checkFails("zzz-zzz-zzz", got.Pass, "", line, ErrPassElsewhere)
		w.checkFails("", got.Pass, "", line, ErrPassElsewhere)
		time.Sleep(PassLife)
		w.checkFails(code, got.Pass, "", line, ErrPassRevoked)
		w.want(call{method: "POST", path: path, cookie: chair}, 201, &got)
		w.want(call{method: "DELETE", path: "/api/accounts/" + id, cookie: boss}, 204, nil)
		w.checkFails(code, got.Pass, "", line, ErrPassRevoked)
	})
}

func TestInvitations(t *testing.T) {
	w := newWorld(t, nil)
	boss := w.setUp()
	_, chair := w.person(boss, "chu.toa", directory.Chair)
	path := "/api/meetings/" + code + "/invitations"
	invite := func(body string) string {
		var got struct{ Link string }
		w.want(call{method: "POST", path: path, cookie: boss, body: body}, 201, &got)
		pass, found := strings.CutPrefix(got.Link, "https://hop.test/m/"+code+"#p=")
		if !found {
			t.Errorf("%+v", got)
		}
		return pass
	}
	for body, want := range map[string]meeting.Identity{
		`{"role":"guest","name":" Bà Zơrâm "}`: {Role: meeting.RoleGuest},
		`{"role":"observer"}`:                  {Role: meeting.RoleObserver},
	} {
		pass := invite(body)
		who, name, err := w.show(code, pass, "", "")
		if err != nil || who != want || (name == "Bà Zơrâm") != (want.Role == meeting.RoleGuest) {
			t.Errorf("%s: %+v %q %v", body, who, name, err)
		}
		w.checkFails("zzz-zzz-zzz", pass, "", "", ErrPassElsewhere)
	}
	w.refused(call{method: "POST", path: path, body: `{"role":"guest"}`}, 401, "login-needed")
	w.refused(call{method: "POST", path: path, cookie: chair, body: `{"role":"guest"}`}, 403, "not-yours")
	w.refused(call{method: "POST", path: "/api/meetings/zzz-zzz-zzz/invitations", cookie: boss, body: `{"role":"guest"}`}, 403, "not-yours")
	w.refused(call{method: "POST", path: "/api/meetings/x/invitations", cookie: boss, body: `{"role":"guest"}`}, 400, "code-malformed")
	w.refused(call{method: "POST", path: path, cookie: boss, body: `{"role":"chair"}`}, 400, "bad-json")
	w.refused(call{method: "POST", path: path, cookie: boss, body: `{"role":"guest","name":"\u202e"}`}, 400, "name-invalid")
}

func TestChairLink(t *testing.T) {
	w := newWorld(t, nil)
	boss := w.setUp()
	id, _ := w.person(boss, "chu.toa", directory.Chair)
	for account, want := range map[string]meeting.Identity{
		"": {Role: meeting.RoleChair}, "nobody": {Role: meeting.RoleChair}, id: {Role: meeting.RoleChair, Account: id},
	} {
		_, pass, _ := strings.Cut(w.ChairLink("https://hop.test", code, account), "https://hop.test/m/"+code+"#p=")
		who, _, err := w.show(code, pass, "", line)
		if err != nil || who != want {
			t.Errorf("%q: %+v %v", account, who, err)
		}
		w.checkFails("zzz-zzz-zzz", pass, "", line, ErrPassElsewhere)
	}
}

// bearer asks for who shows a pass.
func (w *world) bearer(method, path string, header http.Header) (Bearer, error) {
	r, err := http.NewRequest(method, "https://hop.test"+path, http.NoBody)
	if err != nil {
		w.t.Fatal(err)
	}
	r.RemoteAddr = "192.0.2.1:1"
	r.Header = header
	return w.Bearer(discard{}, r)
}

// discard is a ResponseWriter for headers that nobody reads.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

func (w *world) newNonce() string {
	var got struct{ Nonce string }
	w.want(call{method: "GET", path: "/api/nonce"}, 200, &got)
	return got.Nonce
}

func TestBearer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		c := w.enrol(w.setUp())
		shows := func(nonce, over string) http.Header {
			return http.Header{passHeader: {c.pass}, nonceHeader: {nonce}, proofHeader: {c.proof(over)}}
		}
		wrong := func(code string, header http.Header) {
			t.Helper()
			if b, err := w.bearer("GET", "/api/invited", header); err == nil || !strings.HasPrefix(err.Error(), code+":") || b != (Bearer{}) {
				t.Errorf("%+v %v, want %s", b, err, code)
			}
		}
		nonce := w.newNonce()
		over := requestText("GET", "/api/invited", nonce)
		wrong("login-needed", http.Header{})
		wrong("pass-invalid", http.Header{passHeader: {"x"}})
		wrong("proof-wrong", http.Header{passHeader: {c.pass}})
		wrong("proof-wrong", shows(nonce, requestText("POST", "/api/invited", nonce)))
		wrong("proof-wrong", shows(nonce, requestText("GET", "/api/other", nonce)))
		wrong("proof-wrong", shows(nonce, helloText("/api/invited", nonce)))
		b, err := w.bearer("GET", "/api/invited?x=1", shows(nonce, over))
		if err != nil || b != (Bearer{meeting.Identity{Site: "ga-ry"}, "Xã Ga Ry", ""}) {
			t.Errorf("%+v %v", b, err)
		}
		wrong("proof-wrong", shows(nonce, over)) // a second time
		old := w.newNonce()
		time.Sleep(nonceLife)
		wrong("proof-wrong", shows(old, requestText("GET", "/api/invited", old)))
		own := newNonces().issue(time.Now()) // of another server
		wrong("proof-wrong", shows(own, requestText("GET", "/api/invited", own)))
		guest := w.signer.issue(claims{Role: meeting.RoleGuest, Meeting: code})
		if b, err := w.bearer("GET", "/", http.Header{passHeader: {guest}}); err != nil || b != (Bearer{meeting.Identity{Role: meeting.RoleGuest}, "", code}) {
			t.Errorf("a guest: %+v %v", b, err)
		}
		for range passesFrom {
			_, _ = w.bearer("GET", "/", http.Header{passHeader: {"x"}})
		}
		wrong("too-many", http.Header{passHeader: {guest}})
	})
}

func TestNoncesAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNonces()
		for range 1000 {
			n.use(n.issue(time.Now()), time.Now())
		}
		time.Sleep(2 * nonceLife)
		n.use(n.issue(time.Now()), time.Now())
		if len(n.used) != 1 {
			t.Errorf("%d are kept", len(n.used))
		}
	})
}

func FuzzPass(f *testing.F) {
	signer, err := newSigner(seed)
	if err != nil {
		f.Fatal(err)
	}
	genuine := signer.issue(claims{Site: "ga-ry", Generation: 1, Key: "k", Name: "Xã Ga Ry", Role: meeting.RoleGuest, Meeting: code, Until: 1 << 40})
	f.Add(genuine)
	f.Add(genuine[:len(genuine)/2])
	f.Add("v4.public.")
	f.Add("v4.public.AAAA.AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := signer.read(text, time.Unix(1_700_000_000, 0))
		if err == nil && text != genuine && c != (claims{Site: "ga-ry", Generation: 1, Key: "k", Name: "Xã Ga Ry", Role: meeting.RoleGuest, Meeting: code, Until: 1 << 40}) {
			t.Errorf("%q is taken: %+v", text, c)
		}
		if err != nil && !errors.As(err, new(relay.Notice)) {
			t.Errorf("%q: %v has no sentence", text, err)
		}
	})
}

func FuzzHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=99999999999,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, text string) {
		if _, sum, c, good := parse(text); good && (len(sum) != hashBytes || c.memory > 64<<10 || c.passes > 20) {
			t.Errorf("%q: %+v", text, c)
		}
	})
}

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/cmd/internal/config"
	"github.com/diemcau/diemcau/transport"
)

// gaRy are edits that put one site into the directory.
const gaRy = `{"revision":0,"edits":[
	{"table":"units","row":{"id":"gr","name":"Xã Ga Ry","kind":"commune","tier":"commune"}},
	{"table":"sites","row":{"id":"s1","name":"UBND xã Ga Ry","unit":"gr"}}]}`

// asked sends JSON to the API as an account, wants this status, and reads the answer into out.
func asked(t *testing.T, address string, cookie *http.Cookie, body any, status int, out any) {
	t.Helper()
	got, text, _ := post(t, address, cookie, body)
	if got != status {
		t.Fatalf("%s: %d %s, want %d", address, got, text, status)
	}
	if out != nil {
		if err := json.Unmarshal([]byte(text), out); err != nil {
			t.Fatal(err)
		}
	}
}

// administrator sets a server up.
func administrator(t *testing.T, s *server) *http.Cookie {
	t.Helper()
	_, token, _ := strings.Cut(s.state.setup, "#")
	_, text, cookie := post(t, s.addresses.page()+"/api/setup", nil, map[string]string{"token": token, "login": "quan.tri", "name": "Nem", "password": "rừng già suối cạn"})
	if cookie == nil {
		t.Fatal(text)
	}
	return cookie
}

// proof signs what a hello's proof is over.
func proof(t *testing.T, key *ecdsa.PrivateKey, code, line string) string {
	t.Helper()
	sum := sha256.Sum256([]byte("diemcau proof\n" + code + "\n" + line))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

// hello says hello in a meeting and returns the answer.
func hello(t *testing.T, s *server, h transport.Hello) transport.Message {
	t.Helper()
	at := lookup(t, s.addresses.page(), h.Meeting)
	session, err := transport.Dial(t.Context(), at.URL, pinned(at.Hashes))
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close("")
	h.Type, h.Protocol = transport.TypeHello, transport.Protocol
	if err := session.WriteControl(h); err != nil {
		t.Fatal(err)
	}
	answer, err := session.ReadTold()
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// From the directory to a seat: a site is entered, its PC is enrolled by a link, a meeting invites it, and it comes as what it is until it is revoked.
func TestEnrolledSiteComesToItsMeeting(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, stop := startServer(t, config.Serve{Listen: "127.0.0.1:0"})
	defer stop()
	base, boss := s.addresses.page(), administrator(t, s)
	asked(t, base+"/api/directory", boss, json.RawMessage(gaRy), 200, nil)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var made struct{ Link string }
	asked(t, base+"/api/sites/s1/enrolment", boss, struct{}{}, 201, &made)
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	var enrolled struct {
		Pass string
		Site struct{ ID, Name, Unit string }
	}
	asked(t, base+"/api/enrol", nil, map[string]any{
		"token": strings.TrimPrefix(made.Link, base+"/enrol#"),
		"key":   map[string]any{"kty": "EC", "crv": "P-256", "x": b64(point[1:33]), "y": b64(point[33:]), "ext": true, "key_ops": []string{"verify"}},
	}, 201, &enrolled)
	if enrolled.Site.ID != "s1" || enrolled.Site.Name != "UBND xã Ga Ry" || enrolled.Site.Unit != "Xã Ga Ry" {
		t.Errorf("%+v", enrolled)
	}
	var m struct{ Code string }
	asked(t, base+"/api/meetings", boss, map[string]any{"title": "Giao ban", "template": "briefing", "sites": []string{"s1"}}, 201, &m)

	line := b64(make([]byte, 15)) + "AB"
	come := transport.Hello{Meeting: m.Code, Pass: enrolled.Pass, Line: line, Proof: proof(t, key, m.Code, line)}
	var welcome struct{ View struct{ Seats [][]any } }
	if answer := hello(t, s, come); answer.Type != transport.TypeWelcome || json.Unmarshal(answer.JSON, &welcome) != nil || len(welcome.View.Seats) != 1 ||
		!slices.Equal(welcome.View.Seats[0][4:], []any{"v", 1.0}) { // the site that is invited first
		t.Errorf("the site was told %s", answer.JSON)
	}
	wrong := func(h transport.Hello, code string) {
		t.Helper()
		if answer := hello(t, s, h); answer.Type != transport.TypeBye || !strings.Contains(string(answer.JSON), `"`+code+`"`) {
			t.Errorf("want %s, got %s", code, answer.JSON)
		}
	}
	copied := come
	copied.Line = line[:21] + "C"
	wrong(copied, "proof-wrong")
	wrong(transport.Hello{Meeting: m.Code, Pass: "v4.public.x", Line: line[:21] + "D"}, "pass-invalid")
	asked(t, base+"/api/sites/s1/enrolment", boss, map[string]bool{"renew": true}, 201, nil)
	line = b64(make([]byte, 16))
	wrong(transport.Hello{Meeting: m.Code, Pass: enrolled.Pass, Line: line, Proof: proof(t, key, m.Code, line)}, "pass-revoked")
}

// An officer's page asks for a pass with its cookie and says hello with that.
func TestAccountComesAsItself(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, stop := startServer(t, config.Serve{Listen: "127.0.0.1:0"})
	defer stop()
	base, boss := s.addresses.page(), administrator(t, s)
	var m struct{ Code, Chair string }
	asked(t, base+"/api/meetings", boss, map[string]any{"title": "Giao ban", "template": "briefing"}, 201, &m)
	var own struct{ Pass string }
	asked(t, base+"/api/meetings/"+m.Code+"/pass", boss, struct{}{}, 201, &own)
	_, chair, _ := strings.Cut(m.Chair, "#p=")
	for _, pass := range []string{own.Pass, chair} {
		var welcome struct{ View struct{ Seats [][]any } }
		if answer := hello(t, s, transport.Hello{Meeting: m.Code, Pass: pass, Name: "Nem"}); json.Unmarshal(answer.JSON, &welcome) != nil || len(welcome.View.Seats) < 1 {
			t.Errorf("told %s", answer.JSON)
		}
	}
	var invited struct{ Link string }
	asked(t, base+"/api/meetings/"+m.Code+"/invitations", boss, map[string]string{"role": "guest", "name": "Bà Zơrâm"}, 201, &invited)
	_, pass, _ := strings.Cut(invited.Link, "#p=")
	if answer := hello(t, s, transport.Hello{Meeting: m.Code, Pass: pass}); !strings.Contains(string(answer.JSON), "Bà Zơrâm") {
		t.Errorf("a guest is told %s", answer.JSON)
	}
}

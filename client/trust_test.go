package client

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/diemcau/diemcau/transport"
)

// issue makes a certificate for localhost that is valid for an hour or more until the given time from now; by is its authority, nil: itself.
func issue(t *testing.T, until time.Duration, by *tls.Certificate, authority bool) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(min(until, 0) - time.Hour), NotAfter: time.Now().Add(until),
		DNSNames: []string{"localhost"}, IsCA: authority, BasicConstraintsValid: true,
	}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.Leaf, by.PrivateKey.(*ecdsa.PrivateKey)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	c := tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
	if by != nil {
		c.Certificate = append(c.Certificate, by.Certificate[0])
	}
	return c
}

func hashOf(c tls.Certificate) Hash { return sha256.Sum256(c.Leaf.Raw) }

func TestTrust(t *testing.T) {
	own := issue(t, time.Hour, nil, false)
	old := issue(t, -48*time.Hour, nil, false)
	yesterday := issue(t, -24*time.Hour, nil, false)
	authority := issue(t, time.Hour, nil, true)
	signed := issue(t, time.Hour, &authority, false)
	forged := issue(t, time.Hour, nil, false)
	forged.Certificate = append(forged.Certificate, authority.Certificate[0])
	for name, row := range map[string]struct {
		shown  tls.Certificate
		hashes []Hash
		host   string
		good   bool
	}{
		"its hash":                            {own, []Hash{hashOf(old), hashOf(own)}, "localhost", true},
		"its hash, whatever its name":         {own, []Hash{hashOf(own)}, "192.0.2.1", true},
		"another's hash":                      {own, []Hash{hashOf(old)}, "localhost", false},
		"its hash, but its time is over":      {old, []Hash{hashOf(old)}, "localhost", false},
		"its hash, by a clock wrong by a day": {yesterday, []Hash{hashOf(yesterday)}, "localhost", true},
		"its authority's":                     {signed, []Hash{hashOf(authority)}, "localhost", true},
		"its authority's, for another host":   {signed, []Hash{hashOf(authority)}, "192.0.2.1", false},
		"an authority that did not sign":      {forged, []Hash{hashOf(authority)}, "localhost", false},
	} {
		near, far := net.Pipe()
		server := tls.Server(far, &tls.Config{Certificates: []tls.Certificate{row.shown}})
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = server.Handshake()
			_ = far.Close()
		}()
		err := tls.Client(near, TLSConfig(row.host, false, row.hashes)).Handshake()
		_ = near.Close()
		<-done
		if row.good != (err == nil) || !row.good && !badCertificate(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseHash(t *testing.T) {
	want := Hash(sha256.Sum256([]byte("x")))
	plain := hex.EncodeToString(want[:])
	colons := strings.TrimSuffix(strings.Join(strings.SplitAfter(plain, ""), ""), "")
	for i := len(colons) - 2; i > 0; i -= 2 {
		colons = colons[:i] + ":" + colons[i:]
	}
	for _, s := range []string{plain, strings.ToUpper(colons), " " + base64.StdEncoding.EncodeToString(want[:]), base64.RawURLEncoding.EncodeToString(want[:])} {
		if h, err := ParseHash(s); err != nil || h != want {
			t.Errorf("%q: %x %v", s, h, err)
		}
	}
	for _, s := range []string{"", "abc", plain[:62], base64.StdEncoding.EncodeToString(want[:31])} {
		if _, err := ParseHash(s); !errors.Is(err, ErrConfig) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

// A real relay's door: QUIC on loopback, its certificate pinned as the server names it.
func TestDialPinsTheCertificateOfTheRelay(t *testing.T) {
	certificate := issue(t, time.Hour, nil, false)
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener := transport.NewListener(transport.ListenConfig{Conn: conn, TLS: &tls.Config{Certificates: []tls.Certificate{certificate}}},
		func(ctx context.Context, s *transport.Session) {
			m, err := s.ReadControl(transport.MaxHello)
			var hello transport.Hello
			if err != nil || m.Decode(&hello) != nil {
				return
			}
			_ = s.WriteControl(transport.Welcome{Type: transport.TypeWelcome, Publication: 9, Token: hello.Name})
			<-ctx.Done()
		})
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- listener.Serve(ctx) }()
	defer func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}()
	config := Config{Server: "https://localhost", Meeting: "abc-def-ghj", Name: "Xã A Xan"}
	named := func(h Hash) *Meeting {
		return &Meeting{Code: "abc-def-ghj", Relays: []Relay{{
			URL: "https://" + conn.LocalAddr().String() + transport.Path, Hashes: []string{base64.StdEncoding.EncodeToString(h[:])},
		}}}
	}
	config.Found = named(hashOf(certificate))
	c, err := Dial(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	if c.Token() != "Xã A Xan" {
		t.Errorf("token %q", c.Token())
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	config.Found = named(Hash{1})
	start := time.Now()
	if _, err := Dial(ctx, config); !errors.Is(err, ErrCertificate) {
		t.Errorf("another's certificate: %v", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v to find that out", took)
	}
	config.Insecure = true
	if c, err = Dial(ctx, config); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestLookup(t *testing.T) {
	answers := map[string]string{
		"/api/meetings/abc-def-ghj": `{"code":"abc-def-ghj","title":"Họp","relays":[{"url":"https://h/wt","hashes":["` + strings.Repeat("A", 43) + `="]}]}`,
		"/api/meetings/no-relay":    `{"code":"no-relay","relays":[]}`,
		"/api/meetings/no-json":     `<html>`,
		"/api/meetings/bad-hash":    `{"relays":[{"url":"https://h/wt","hashes":["AA"]}]}`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			answer = `{"code":"meeting-unknown","vi":"Không có cuộc họp này.","en":"There is no such meeting."}`
		}
		if r.URL.Path == "/api/meetings/teapot" {
			answer = "I am a teapot"
		}
		_, _ = w.Write([]byte(answer))
	}))
	defer server.Close()
	lookup := func(meeting string) (*Meeting, error) {
		return Lookup(context.Background(), Config{Server: server.URL, Meeting: meeting, Name: "n"})
	}
	for _, form := range []string{"abc-def-ghj", " abc-def-ghj\n", "https://anywhere/m/abc-def-ghj", server.URL + "/m/abc-def-ghj?name=x#f"} {
		m, err := lookup(form)
		if err != nil || m.Title != "Họp" || m.Relays[0].URL != "https://h/wt" {
			t.Errorf("%q: %+v %v", form, m, err)
		}
	}
	var refusal *Refusal
	if _, err := lookup("xyz"); !errors.As(err, &refusal) || refusal.Code != "meeting-unknown" || err.Error() != "There is no such meeting." {
		t.Errorf("unknown: %v", err)
	}
	for _, bad := range []string{"no-relay", "no-json", "bad-hash", "teapot"} {
		if m, err := lookup(bad); err == nil || errors.As(err, new(*Refusal)) {
			t.Errorf("%s: %+v %v", bad, m, err)
		}
	}
	server.Close()
	if _, err := lookup("abc"); err == nil {
		t.Error("a server that is gone answers")
	}
}

func TestConfig(t *testing.T) {
	good := Config{Server: "https://họp.example:8443/anything", Meeting: "abc-def-ghj", Name: strings.Repeat("ã", 64)}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Config){
		"no server":        func(c *Config) { c.Server = "" },
		"no scheme":        func(c *Config) { c.Server = "example.org" },
		"ftp":              func(c *Config) { c.Server = "ftp://example.org" },
		"http elsewhere":   func(c *Config) { c.Server = "http://example.org" },
		"no code":          func(c *Config) { c.Meeting = " " },
		"no code in link":  func(c *Config) { c.Meeting = "https://example.org/" },
		"no name":          func(c *Config) { c.Name = "  " },
		"name of 65 signs": func(c *Config) { c.Name += "x" },
	} {
		c := good
		change(&c)
		if err := c.Validate(); !errors.Is(err, ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, here := range []string{"http://127.0.0.1:8080", "http://localhost", "http://[::1]:80"} {
		good.Server = here
		if err := good.Validate(); err != nil {
			t.Error(err)
		}
	}
}

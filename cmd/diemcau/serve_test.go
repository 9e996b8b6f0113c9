package main

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/cmd/internal/certs"
	"github.com/diemcau/diemcau/cmd/internal/config"
	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/transport"
)

// startServer runs a server inside the test; stop ends it and fails the test unless it stops cleanly and in time.
func startServer(t *testing.T, c config.Serve) (s *server, stop func()) {
	t.Helper()
	if c.Data == "" {
		c.Data = t.TempDir()
	}
	c.HostKey, c.LogLevel = "khóa-thử-nghiệm", "info"
	if c.TLS == "" {
		c.TLS = config.TLSSelf
	}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	s = &server{cmd: &ServeCmd{Serve: c}, log: slog.New(slog.DiscardHandler)}
	if err := s.open(); err != nil {
		s.close()
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.run(ctx) }()
	return s, func() {
		cancel()
		began := time.Now()
		if err := <-done; err != nil {
			t.Errorf("the server ended with %v", err)
		}
		if took := time.Since(began); took > stopTimeout {
			t.Errorf("it took %v to stop", took)
		}
		s.close()
	}
}

// lookup asks the API for a meeting, as a page does.
func lookup(t *testing.T, base, code string) admin.Relay {
	t.Helper()
	text, err := fetch(base+"/api/meetings/"+code, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Relays []admin.Relay }
	if err := json.Unmarshal([]byte(text[strings.Index(text, "\n"):]), &answer); err != nil || len(answer.Relays) != 1 {
		t.Fatalf("%s: %v", text, err)
	}
	return answer.Relays[0]
}

// pinned believes a QUIC server whose certificate has one of the hashes, as a browser does.
func pinned(hashes []string) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true,
		VerifyConnection: func(c tls.ConnectionState) error {
			leaf := c.PeerCertificates[0]
			sum := sha256.Sum256(leaf.Raw)
			for _, h := range hashes {
				if h == base64.StdEncoding.EncodeToString(sum[:]) && leaf.NotAfter.Sub(leaf.NotBefore) <= 14*24*time.Hour {
					return nil
				}
			}
			return errors.New("the certificate is none of those that the API told")
		},
	}
}

func TestServeFromEndToEnd(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, stop := startServer(t, config.Serve{Listen: "127.0.0.1:0"})
	defer stop()
	base := s.addresses.page()
	if !strings.HasPrefix(base, "http://127.0.0.1:") {
		t.Fatalf("the page is at %s", base)
	}
	m, err := (&MeetingNewCmd{Host: Host{Server: base, HostKey: "Khóa Thử Nghiệm"}}).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{base, strings.Replace(base, "127.0.0.1", "localhost", 1)} {
		relay := lookup(t, host, m.Code)
		session, err := transport.Dial(t.Context(), relay.URL, pinned(relay.Hashes))
		if err != nil {
			t.Fatalf("%s: %v", relay.URL, err)
		}
		if err := session.WriteControl(transport.Hello{Type: transport.TypeHello, Protocol: transport.Protocol, Meeting: m.Code, Name: "Xã Nậm Cắn"}); err != nil {
			t.Fatal(err)
		}
		answer, err := session.ReadTold()
		if err != nil || answer.Type != transport.TypeWelcome {
			t.Errorf("the relay answers %+v, %v", answer, err)
		}
		_ = session.Close("")
	}
}

func TestServeSaysByeWhenItStops(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, stop := startServer(t, config.Serve{Listen: "127.0.0.1:0"})
	m, err := (&MeetingNewCmd{Host: Host{Server: s.addresses.page(), HostKey: s.key}}).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	relay := lookup(t, s.addresses.page(), m.Code)
	session, err := transport.Dial(t.Context(), relay.URL, pinned(relay.Hashes))
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close("")
	if err := session.WriteControl(transport.Hello{Type: transport.TypeHello, Protocol: transport.Protocol, Meeting: m.Code, Name: "Xã Nậm Cắn"}); err != nil {
		t.Fatal(err)
	}
	if _, err := session.ReadTold(); err != nil {
		t.Fatal(err)
	}
	last := make(chan string, 1)
	go func() {
		kind := ""
		for {
			m, err := session.ReadTold()
			if err != nil {
				last <- kind
				return
			}
			if kind = string(m.Type); kind == string(transport.TypeBye) {
				_ = session.Close("")
			}
		}
	}()
	stop()
	if got := <-last; got != "bye" {
		t.Errorf("the last message was %q", got)
	}
}

func TestAuthorityIsEnoughToTrust(t *testing.T) {
	s, stop := startServer(t, config.Serve{Listen: ":0", PublicHost: "localhost"})
	defer stop()
	text, fingerprint := s.certs.(*certs.Self).Authority()
	server := s.addresses.page()
	if _, err := (&MeetingNewCmd{Host: Host{Server: server, HostKey: s.key, Trust: Trust{CertHash: fingerprint}}}).open(t.Context()); err != nil {
		t.Errorf("by its hash: %v", err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	if _, err := fetch(server+"/healthz", &tls.Config{RootCAs: roots}); err != nil {
		t.Errorf("installed: %v", err)
	}
	sum := sha256.Sum256([]byte("another"))
	_, err := (&MeetingNewCmd{Host: Host{Server: server, HostKey: s.key, Trust: Trust{CertHash: base64.StdEncoding.EncodeToString(sum[:])}}}).open(t.Context())
	if err == nil || !strings.Contains(err.Error(), "not to be trusted") {
		t.Errorf("another hash: %v", err)
	}
}

func TestDoesNotStartTwice(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, stop := startServer(t, config.Serve{Listen: "127.0.0.1:0"})
	defer stop()
	c := *s.cmd
	c.Data = t.TempDir()
	c.Listen = s.tcp.Addr().String()
	c.origins = origins{"listen": "--listen"}
	second := &server{cmd: &c, log: s.log}
	defer second.close()
	if err := second.open(); err == nil || !errors.As(err, new(usageError)) || !strings.HasPrefix(err.Error(), "--listen: TCP port") {
		t.Errorf("%v", err)
	}
	slow, err := net.Dial("tcp", s.tcp.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	if _, err := io.WriteString(slow, "GET / HTTP/1.1\r\nHo"); err != nil { // nobody's slowness may hold the server at its end
		t.Fatal(err)
	}
	if text, err := fetch(s.addresses.page()+"/healthz", nil); err != nil || !strings.HasSuffix(text, "ok\n") {
		t.Errorf("the first one: %s %v", text, err)
	}
}

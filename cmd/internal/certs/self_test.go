package certs

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// certmagic's own: it looks every 5 s whether the lock it has given back is still there.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/caddyserver/certmagic.keepLockfileFresh"))
}

var (
	quiet = slog.New(slog.DiscardHandler)
	start = time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)
	names = Names{DNS: []string{"localhost"}}.With("may-chu").With("192.168.1.20").With("203.0.113.9").With("hop.huyen.example")
)

const day = 24 * time.Hour

func openSelf(t *testing.T, dir string, n Names, now time.Time) *Self {
	t.Helper()
	s, err := OpenSelf(dir, n, false, now, quiet)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *Self) roots() *x509.CertPool {
	text, _ := s.Authority()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	return pool
}

// shake does a TLS handshake between the two configurations.
func shake(server, client *tls.Config) error {
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	done := make(chan error, 1)
	go func() {
		conn := tls.Server(a, server)
		err := conn.Handshake()
		if err == nil {
			_, err = conn.Write([]byte("x"))
		}
		a.Close()
		done <- err
	}()
	conn := tls.Client(b, client)
	_, err := io.ReadFull(conn, make([]byte, 1))
	b.Close()
	<-done
	return err
}

func TestPageIsTrusted(t *testing.T) {
	s := openSelf(t, t.TempDir(), names, time.Now())
	for _, name := range []string{"hop.huyen.example", "may-chu", "localhost", "192.168.1.20", "203.0.113.9"} {
		if err := shake(s.Page(), &tls.Config{RootCAs: s.roots(), ServerName: name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := shake(s.QUIC(), &tls.Config{RootCAs: s.roots(), ServerName: name}); err != nil {
			t.Errorf("QUIC at %s: %v", name, err)
		}
	}
	var wrong x509.HostnameError
	if err := shake(s.Page(), &tls.Config{RootCAs: s.roots(), ServerName: "khac.example"}); !errors.As(err, &wrong) {
		t.Errorf("another name: %v", err)
	}
	plain, err := OpenSelf(t.TempDir(), names, true, time.Now(), quiet)
	if err != nil || plain.Page() != nil {
		t.Errorf("a plain page has TLS, or %v", err)
	}
}

func TestAuthorityIsConstrained(t *testing.T) {
	s := openSelf(t, t.TempDir(), names, start)
	verify := func(n Names, use x509.ExtKeyUsage) error {
		leaf, err := s.authority.issue(n, start, start.Add(day))
		if err != nil {
			t.Fatal(err)
		}
		_, err = leaf.Leaf.Verify(x509.VerifyOptions{Roots: s.roots(), CurrentTime: start.Add(time.Hour), KeyUsages: []x509.ExtKeyUsage{use}})
		return err
	}
	for _, good := range []string{"phong2.hop.huyen.example", "10.9.8.7", "172.31.0.1", "fd00::5", "203.0.113.9"} {
		if err := verify(Names{DNS: []string{"localhost"}}.With(good), x509.ExtKeyUsageServerAuth); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"google.com", "huyen.example", "xhop.huyen.example", "8.8.8.8", "203.0.113.10", "172.32.0.1", "2001:db8::1"} {
		var invalid x509.CertificateInvalidError
		err := verify(Names{DNS: []string{"localhost"}}.With(bad), x509.ExtKeyUsageServerAuth)
		if !errors.As(err, &invalid) || invalid.Reason != x509.CANotAuthorizedForThisName {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if err := verify(names, x509.ExtKeyUsageEmailProtection); err == nil {
		t.Error("the authority may sign for mail")
	}
}

func TestRingFitsBrowsers(t *testing.T) {
	s := openSelf(t, t.TempDir(), names, start)
	r := *s.ring.Load()
	if len(r) != ringSize {
		t.Fatalf("%d certificates", len(r))
	}
	for i, c := range r {
		if life := c.Leaf.NotAfter.Sub(c.Leaf.NotBefore); life > 14*day-time.Hour {
			t.Errorf("%d lives %v", i, life)
		}
		key, ok := c.Leaf.PublicKey.(*ecdsa.PublicKey)
		if !ok || key.Curve != elliptic.P256() || len(c.Leaf.DNSNames) == 0 || len(c.Certificate) != 1 {
			t.Errorf("%d is not a lone P-256 certificate with a name", i)
		}
	}
	for now := start; now.Before(start.Add(360 * day)); now = now.Add(time.Hour) {
		leaf := r.at(now).Leaf
		if now.Add(-clockSkew).Before(leaf.NotBefore) || now.Add(clockSkew).After(leaf.NotAfter) {
			t.Fatalf("at %v the certificate is valid %v to %v", now, leaf.NotBefore, leaf.NotAfter)
		}
		sum := sha256.Sum256(leaf.Raw)
		if !slices.Contains(s.Hashes(now), base64.StdEncoding.EncodeToString(sum[:])) {
			t.Fatalf("at %v a certificate is used whose hash is not told", now)
		}
	}
	if n := len(s.Hashes(start.Add(100 * day))); n != 22 {
		t.Errorf("%d hashes are left after 100 days", n)
	}
}

func TestRingGrowsAtItsEnd(t *testing.T) {
	dir := t.TempDir()
	first := openSelf(t, dir, names, start).Hashes(start)
	if again := openSelf(t, dir, names, start.Add(time.Hour)).Hashes(start); !slices.Equal(first, again) {
		t.Error("another start changed the hashes")
	}
	later := start.Add(100 * day)
	s := openSelf(t, dir, names, later)
	got := s.Hashes(later)
	if len(got) != ringSize || !slices.Equal(got[:22], first[7:]) {
		t.Errorf("after 100 days %d hashes, and not those that pages know", len(got))
	}
	if reread := openSelf(t, dir, names, later).Hashes(later); !slices.Equal(got, reread) {
		t.Error("the new ones were not kept")
	}
	for _, now := range []time.Time{later.Add(1000 * day), later.Add(-1000 * day)} {
		fresh := openSelf(t, dir, names, now)
		if leaf := fresh.ring.Load().at(now).Leaf; now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) || len(fresh.Hashes(now)) != ringSize {
			t.Errorf("a clock at %v has no certificate", now)
		}
	}
}

func TestRunKeepsFresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openSelf(t, t.TempDir(), names, time.Now())
		page, hashes := s.page.Load(), s.Hashes(time.Now())
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		time.Sleep(70 * day)
		synctest.Wait()
		if s.page.Load() == page {
			t.Error("the page's certificate is still the first")
		}
		if now := s.Hashes(time.Now()); len(now) != ringSize || now[0] != hashes[5] {
			t.Errorf("%d hashes after 70 days", len(now))
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestAuthorityIsKept(t *testing.T) {
	dir := t.TempDir()
	print := func(n Names, now time.Time) string {
		_, f := openSelf(t, dir, n, now).Authority()
		return f
	}
	first := print(names, start)
	if print(names.With("192.168.77.3"), start.Add(365*day)) != first {
		t.Error("an address from DHCP made a new authority")
	}
	if print(Names{DNS: []string{"localhost"}}, start) != first {
		t.Error("fewer names made a new authority")
	}
	s := openSelf(t, dir, Names{DNS: []string{"localhost"}}.With("moi.example"), start)
	if _, f := s.Authority(); f == first || !s.authority.permits(names) {
		t.Error("a new name needs a new authority that permits the old names, too")
	}
	second := print(names, start)
	if print(names, start.Add(3600*day)) == second {
		t.Error("an authority that ends soon was not replaced")
	}
}

func TestKeysAreSecretAndDamageIsTold(t *testing.T) {
	for _, name := range []string{"ca.pem", "quic.pem"} {
		dir := filepath.Join(t.TempDir(), "tls")
		openSelf(t, dir, names, start)
		file := filepath.Join(dir, name)
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
		text, _ := os.ReadFile(file)
		for _, bad := range []string{"", "hello", string(text[:len(text)/2]), strings.Replace(string(text), "MII", "AII", 1)} {
			if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := OpenSelf(dir, names, false, start, quiet)
			if !errors.Is(err, ErrStore) || !strings.Contains(err.Error(), file+" is damaged: move it away") {
				t.Errorf("%s with %.10q: %v", name, bad, err)
			}
		}
	}
}

func TestNames(t *testing.T) {
	n := Names{}.With("A.Example.").With("a.example").With("::ffff:10.0.0.1").With("10.0.0.1").With("điểm").With("fe80::1%eth0").With("-a").With("")
	if !slices.Equal(n.DNS, []string{"a.example"}) || len(n.IPs) != 1 || n.IPs[0].String() != "10.0.0.1" {
		t.Errorf("%+v", n)
	}
	if l := LocalNames(); !slices.Contains(l.DNS, "localhost") || len(l.IPs) < 2 {
		t.Errorf("%+v", l)
	}
}

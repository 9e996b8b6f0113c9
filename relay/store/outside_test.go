//go:build unix

package store_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/store"
)

// outside starts a server in another process; at is its address and port.
func outside(t *testing.T, dir, at, more string) (*process, *url.URL) {
	t.Helper()
	config := fmt.Sprintf("listen: %q\njetstream { store_dir: %q, sync_interval: always }\nmax_payload: 8MB\n%s\n", at, filepath.Join(dir, "js"), more)
	if err := os.WriteFile(filepath.Join(dir, "nats.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	p := startChild(t, "serve", dir)
	line := p.line()
	u, err := url.Parse(line)
	if err != nil || u.Host == "" {
		t.Fatalf("the server said %q", line)
	}
	return p, u
}

// TestTwoRelaysOnOneCluster: one holds the lease and writes, the other follows, takes over and is obeyed.
func TestTwoRelaysOnOneCluster(t *testing.T) {
	_, u := outside(t, t.TempDir(), "127.0.0.1:-1", "")
	one, two := openWith(t, store.Config{URL: u.String()}), openWith(t, store.Config{URL: u.String()})
	a, b := partsOf(t, one), partsOf(t, two)

	lease := acquired(t, a.leases, "m", "one")
	if _, err := b.leases.Acquire(t.Context(), "m", "two"); !errors.Is(err, store.ErrHeld) {
		t.Fatal(err)
	}
	add(t, one.Log(), "m", "1", "2")
	want(t, two.Log(), "m", "1", "2")
	news := follow(t, two.Log(), 0)
	news.want(t, "m 1 1", "m 2 2")

	// The first one hangs and loses the lease; it has not noticed, and goes on.
	taken := acquired(t, b.leases, "m", "two")
	if taken.Epoch != lease.Epoch+1 {
		t.Fatal(lease, taken)
	}
	if err := two.Log().Append("m", 2, []byte("3")); err != nil {
		t.Fatal(err)
	}
	if err := one.Log().Append("m", 2, bytesOf("stale", "too")...); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("the stale writer: %v", err)
	}
	if err := a.leases.Renew(t.Context(), lease); !errors.Is(err, store.ErrLost) {
		t.Fatal(err)
	}
	want(t, one.Log(), "m", "1", "2", "3")
}

// TestClusterGoesAndComes: nothing is lost or doubled when the server is away for a while.
func TestClusterGoesAndComes(t *testing.T) {
	dir := t.TempDir()
	p, u := outside(t, dir, "127.0.0.1:-1", "")
	one := openWith(t, store.Config{URL: u.String(), Timeout: 300 * time.Millisecond})
	two := openWith(t, store.Config{URL: u.String(), Timeout: patience})
	table := partsOf(t, two).table
	changes := watch(t, table)
	changes.want(t, "=")
	news := follow(t, two.Log(), 0)
	add(t, one.Log(), "m", "1", "2")
	news.want(t, "m 1 1", "m 2 2")
	p.end(t)
	if err := one.Log().Append("m", 2, []byte("lost")); !errors.Is(err, store.ErrUnavailable) {
		t.Fatal(err)
	}
	if err := one.Log().Read("m", 0, func([]byte) error { return nil }); !errors.Is(err, store.ErrUnavailable) {
		t.Fatal(err)
	}
	appended := make(chan error, 1)
	go func() { appended <- two.Log().Append("m", 2, []byte("3")) }() // waits for the server
	outside(t, dir, u.Host, "")
	if err := <-appended; err != nil {
		t.Fatal(err)
	}
	news.want(t, "m 3 3")
	add(t, two.Log(), "n", "1")
	news.want(t, "n 1 1")
	put(t, table, "k", "v")
	changes.want(t, "k=v")
	want(t, two.Log(), "m", "1", "2", "3")
}

// TestLeaseAfterARestart: a server that was started anew knows nobody who held a lease; it is given again, with a newer epoch, and what was written under the older one is fenced.
func TestLeaseAfterARestart(t *testing.T) {
	dir := t.TempDir()
	p, u := outside(t, dir, "127.0.0.1:-1", "")
	s := openWith(t, store.Config{URL: u.String(), Timeout: patience})
	leases := partsOf(t, s).leases
	before := acquired(t, leases, "m", "one")
	p.end(t)
	outside(t, dir, u.Host, "")
	if err := leases.Renew(t.Context(), before); !errors.Is(err, store.ErrLost) {
		t.Fatal(err)
	}
	after := acquired(t, leases, "m", "one")
	if after.Epoch != before.Epoch+1 {
		t.Error(before, after)
	}
	if err := leases.Renew(t.Context(), after); err != nil {
		t.Error(err)
	}
	wantHolder(t, leases, "m", "one", after.Epoch)
}

// TestClusterWithSecrets: TLS with an authority of one's own, a user and a password, which no error tells.
func TestClusterWithSecrets(t *testing.T) {
	dir := t.TempDir()
	authority := certificate(t, dir)
	_, u := outside(t, dir, "127.0.0.1:-1", fmt.Sprintf(
		"tls { cert_file: %q, key_file: %q }\nauthorization { user: diemcau, password: bi-mat }", authority, filepath.Join(dir, "key.pem")))
	address := "tls://%s@" + u.Host
	s := openWith(t, store.Config{URL: fmt.Sprintf(address, "diemcau:bi-mat"), Authority: authority})
	add(t, s.Log(), "m", "1")
	want(t, s.Log(), "m", "1")
	for what, c := range map[string]store.Config{
		"no authority":   {URL: fmt.Sprintf(address, "diemcau:bi-mat")},
		"wrong password": {URL: fmt.Sprintf(address, "diemcau:bi-mat-khac"), Authority: authority},
		"no file":        {URL: fmt.Sprintf(address, "diemcau:bi-mat"), Authority: authority, Credentials: filepath.Join(dir, "none.creds")},
		"nobody there":   {URL: "nats://diemcau:bi-mat@127.0.0.1:1"},
		"no URL":         {URL: "nats://diemcau:bi-mat@%zz"},
	} {
		c.Logger = quiet()
		s, err := store.Open(t.Context(), c)
		if err == nil {
			t.Errorf("%s: opened", what)
			_ = s.Close()
		} else if said := err.Error(); strings.Contains(said, "bi-mat") || !strings.Contains(said, "cannot be reached") || strings.Contains(said, "\n") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// certificate makes a certificate for this machine that is its own authority, in cert.pem and key.pem.
func certificate(t *testing.T, dir string) string {
	t.Helper()
	key, err1 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err2 := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	private, err3 := x509.MarshalPKCS8PrivateKey(key)
	name := filepath.Join(dir, "cert.pem")
	err4 := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600)
	err5 := os.WriteFile(filepath.Join(dir, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestClusterThatIsNotFit(t *testing.T) {
	for more, says := range map[string]string{
		"max_payload: 1MB": "max_payload: 8MB",
		"jetstream: false": "does not answer",
	} {
		_, u := outside(t, t.TempDir(), "127.0.0.1:-1", more)
		s, err := store.Open(t.Context(), store.Config{URL: u.String(), Logger: quiet(), Timeout: time.Second})
		if err == nil {
			_ = s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", more, err)
		}
	}
}

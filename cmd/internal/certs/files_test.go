package certs

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// writeFiles writes a new certificate and its key.
func writeFiles(t *testing.T, dir string) (certFile, keyFile string, pair tls.Certificate) {
	t.Helper()
	s := openSelf(t, filepath.Join(dir, "tls"), names, time.Now())
	pair, err := s.authority.issue(names, time.Now(), time.Now().Add(day))
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	both := filepath.Join(dir, "both.pem")
	if err := writePairs(both, pair); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(both)
	at := bytes.Index(text, []byte("-----BEGIN PRIVATE"))
	write(t, certFile, string(text[:at]))
	write(t, keyFile, string(text[at:]))
	return certFile, keyFile, pair
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFilesServe(t *testing.T) {
	cert, key, pair := writeFiles(t, t.TempDir())
	f, err := OpenFiles(cert, key, nil, quiet)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*tls.Config{f.Page(), f.QUIC()} {
		got, err := c.GetCertificate(nil)
		if err != nil || !got.Leaf.Equal(pair.Leaf) {
			t.Errorf("%v", err)
		}
	}
	if f.Hashes(time.Now()) != nil {
		t.Error("a public certificate must not be pinned")
	}
}

func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	cert, key, _ := writeFiles(t, dir)
	_, otherKey, _ := writeFiles(t, t.TempDir())
	at := func(name, text string) string {
		name = filepath.Join(dir, name)
		write(t, name, text)
		return name
	}
	missing := filepath.Join(dir, "missing.pem")
	locked := at("locked.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")
	garbled := at("garbled.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
	for _, c := range []struct {
		cert, key string
		kind      error
		says      string
	}{
		{missing, key, ErrCertificate, "there is no file " + missing},
		{cert, missing, ErrKey, "there is no file " + missing},
		{dir, key, ErrCertificate, "is a directory"},
		{at("x", "hello"), key, ErrCertificate, "no certificate in PEM"},
		{key, key, ErrCertificate, "no certificate in PEM"},
		{cert, cert, ErrKey, "no unencrypted private key"},
		{cert, locked, ErrKey, "no unencrypted private key"},
		{garbled, key, ErrCertificate, "is damaged"},
		{cert, otherKey, ErrKey, "does not belong to the certificate in " + cert},
	} {
		_, err := OpenFiles(c.cert, c.key, nil, quiet)
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s, %s: %v", c.cert, c.key, err)
		}
	}
	if _, err := OpenFiles(missing, key, nil, quiet); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestChangedFilesAreRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		cert, key, first := writeFiles(t, dir)
		var log bytes.Buffer
		hup := make(chan os.Signal)
		f, err := OpenFiles(cert, key, hup, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- f.Run(ctx) }()

		write(t, cert, "damaged")
		time.Sleep(5 * filesCheck)
		synctest.Wait()
		if !f.Leaf().Equal(first.Leaf) {
			t.Error("the old certificate was dropped")
		}
		if n := strings.Count(log.String(), "the old one still serves"); n != 1 {
			t.Errorf("logged %d times", n)
		}
		_, _, second := writeFiles(t, dir)
		time.Sleep(2 * filesCheck)
		synctest.Wait()
		if !f.Leaf().Equal(second.Leaf) {
			t.Error("the changed files were not read")
		}
		_, _, third := writeFiles(t, dir)
		hup <- os.Interrupt // any signal
		synctest.Wait()
		if !f.Leaf().Equal(third.Leaf) {
			t.Error("the signal was not obeyed")
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

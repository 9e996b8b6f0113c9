package certs

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
)

const (
	pageLife  = 90 * 24 * time.Hour
	pageSpare = 30 * 24 * time.Hour // left when a new one is made
)

// Self is certificates that are made here: a local authority, a certificate of it for the page, and a ring of short-lived
// ones for QUIC which pages pin by their hashes.
type Self struct {
	file      string // of the ring
	names     Names
	plain     bool
	authority *authority
	log       *slog.Logger

	ring atomic.Pointer[ring]
	page atomic.Pointer[tls.Certificate]
}

// OpenSelf reads or makes what Self needs in the folder dir, which it creates. With plain the page is plain HTTP. An error
// wraps ErrStore.
func OpenSelf(dir string, names Names, plain bool, now time.Time, log *slog.Logger) (*Self, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	a, err := openAuthority(filepath.Join(dir, "ca.pem"), names, now)
	if err != nil {
		return nil, err
	}
	s := &Self{file: filepath.Join(dir, "quic.pem"), names: names, plain: plain, authority: a, log: log}
	old, err := readPairs(s.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	r := ring(old)
	s.ring.Store(&r)
	return s, s.refresh(now)
}

// refresh makes the certificates that are due. Only Run and OpenSelf call it, never both at a time.
func (s *Self) refresh(now time.Time) error {
	issue := func(from, to time.Time) (tls.Certificate, error) { return s.authority.issue(s.names, from, to) }
	r, changed, err := s.ring.Load().refresh(now, issue)
	if err != nil {
		return err
	}
	if changed {
		if err := writePairs(s.file, r...); err != nil {
			return fmt.Errorf("%w: %w", ErrStore, err)
		}
	}
	s.ring.Store(&r)
	if old := s.page.Load(); old != nil && now.Add(pageSpare).Before(old.Leaf.NotAfter) {
		return nil
	}
	page, err := issue(now.Add(-24*time.Hour), now.Add(pageLife))
	if err != nil {
		return err
	}
	page.Certificate = append(page.Certificate, s.authority.cert.Raw) // whoever pins the authority needs to see it
	s.page.Store(&page)
	return nil
}

// Page implements Source.
func (s *Self) Page() *tls.Config {
	if s.plain {
		return nil
	}
	return serverConfig(func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.page.Load(), nil })
}

// QUIC implements Source.
func (s *Self) QUIC() *tls.Config {
	return serverConfig(func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.ring.Load().at(time.Now()), nil })
}

// Hashes implements Source.
func (s *Self) Hashes(now time.Time) []string { return s.ring.Load().hashes(now) }

// Authority is the certificate authority in PEM, and its SHA-256 in hex.
func (s *Self) Authority() (text []byte, fingerprint string) {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.authority.cert.Raw}), s.authority.fingerprint()
}

// Run implements Source: every hour it looks what is due. What cannot be written is tried again; what there is still serves.
func (s *Self) Run(ctx context.Context) error {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := s.refresh(time.Now()); err != nil {
				s.log.Error("new certificates could not be made", "error", err)
			}
		}
	}
}

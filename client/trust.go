package client

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ErrCertificate means that the other end is not the one that was named.
var ErrCertificate = errors.New("the server's certificate is not trusted")

// ErrExpired means that a certificate is right, but not at this time, as this computer sees it.
var ErrExpired = errors.New("it is not valid now")

// Hash is the SHA-256 of a certificate in DER.
type Hash [sha256.Size]byte

// ParseHash reads a hash in base64 or in hexadecimal, with colons or without.
func ParseHash(s string) (h Hash, err error) {
	for _, decode := range []func(string) ([]byte, error){
		func(s string) ([]byte, error) { return hex.DecodeString(strings.ReplaceAll(s, ":", "")) },
		base64.StdEncoding.DecodeString,
		base64.RawURLEncoding.DecodeString,
	} {
		if b, err := decode(strings.TrimSpace(s)); err == nil && len(b) == len(h) {
			return Hash(b), nil
		}
	}
	return h, fmt.Errorf("%w: %q is not a SHA-256 in base64 or hexadecimal", ErrConfig, s)
}

// TLSConfig returns how to check the server on a host: any certificate, those with one of the hashes or signed by such an
// authority, or the system's way.
func TLSConfig(host string, insecure bool, hashes []Hash) *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	switch {
	case insecure:
		config.InsecureSkipVerify = true
	case len(hashes) > 0:
		config.InsecureSkipVerify = true // in favour of what follows
		config.VerifyConnection = func(s tls.ConnectionState) error {
			return verify(s.PeerCertificates, host, hashes, time.Now())
		}
	}
	return config
}

// verify accepts a chain whose first certificate is one of the hashes, or is signed by an authority in the chain that is.
func verify(chain []*x509.Certificate, name string, hashes []Hash, now time.Time) error {
	if len(chain) == 0 {
		return ErrCertificate
	}
	leaf := chain[0]
	now = within(leaf, now)
	if slices.Contains(hashes, sha256.Sum256(leaf.Raw)) {
		if now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
			return fmt.Errorf("%w: %w: it is valid from %s to %s", ErrCertificate, ErrExpired, leaf.NotBefore.Format(time.DateOnly), leaf.NotAfter.Format(time.DateOnly))
		}
		return nil
	}
	roots := x509.NewCertPool()
	for _, c := range chain[1:] {
		if c.IsCA && slices.Contains(hashes, sha256.Sum256(c.Raw)) {
			roots.AddCert(c)
		}
	}
	if _, err := leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: roots, CurrentTime: now}); err != nil {
		return fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	return nil
}

// clockSlack is how wrong this computer's clock may be: those of rooms often are by a day, and who it is is told by the hash.
const clockSlack = 36 * time.Hour

// within returns the moment of a certificate's life that is next to now, if that is not farther than clocks go wrong.
func within(leaf *x509.Certificate, now time.Time) time.Time {
	switch {
	case now.Before(leaf.NotBefore) && leaf.NotBefore.Sub(now) <= clockSlack:
		return leaf.NotBefore
	case now.After(leaf.NotAfter) && now.Sub(leaf.NotAfter) <= clockSlack:
		return leaf.NotAfter
	}
	return now
}

// badCertificate says whether a dial failed because of whom it reached.
func badCertificate(err error) bool {
	var unknown *tls.CertificateVerificationError
	return errors.Is(err, ErrCertificate) || errors.As(err, &unknown)
}

package certs

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"time"
)

// Browsers take a pinned certificate only if it is valid for at most 14 days in all. One follows the other before that,
// and each is valid for clockSkew before it is used and after: a PC that has the wrong time zone still joins.
const (
	ringSize  = 29 // a year
	ringLife  = 13*24*time.Hour + clockSkew
	ringStep  = ringLife - 2*clockSkew
	clockSkew = 12 * time.Hour
)

// ring is the certificates for QUIC, in the order of time. Pages keep the hashes of all, so the ring only ever grows at its
// end; it is never changed in place.
type ring []tls.Certificate

// at is the certificate to use at now: the newest that is valid on clocks which are late. The ring is not empty.
func (r ring) at(now time.Time) *tls.Certificate {
	for i := len(r) - 1; i > 0; i-- {
		if !now.Before(r[i].Leaf.NotBefore.Add(clockSkew)) {
			return &r[i]
		}
	}
	return &r[0]
}

// refresh drops what is over and fills the ring up with what issue makes. It says whether anything changed.
func (r ring) refresh(now time.Time, issue func(from, to time.Time) (tls.Certificate, error)) (ring, bool, error) {
	for len(r) > 0 && !now.Before(r[0].Leaf.NotAfter) {
		r = r[1:]
	}
	if len(r) > 0 && now.Before(r[0].Leaf.NotBefore) {
		r = nil // the clock was far ahead when they were made
	}
	if len(r) >= ringSize {
		return r, false, nil
	}
	filled := append(ring(nil), r...)
	for len(filled) < ringSize {
		from := now.Add(-clockSkew)
		if n := len(filled); n > 0 {
			from = filled[n-1].Leaf.NotBefore.Add(ringStep)
		}
		cert, err := issue(from, from.Add(ringLife))
		if err != nil {
			return r, false, err
		}
		filled = append(filled, cert)
	}
	return filled, true, nil
}

// hashes are the base64 SHA-256 sums of those that are used at now or later.
func (r ring) hashes(now time.Time) []string {
	var sums []string
	for _, c := range r {
		if now.Before(c.Leaf.NotAfter) {
			sum := sha256.Sum256(c.Leaf.Raw)
			sums = append(sums, base64.StdEncoding.EncodeToString(sum[:]))
		}
	}
	return sums
}

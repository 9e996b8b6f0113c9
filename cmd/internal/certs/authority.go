package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"
)

const (
	authorityLife  = 10 * 365 * 24 * time.Hour
	authoritySpare = 120 * 24 * time.Hour // left when a new one is made; longer than a page's certificate lives
)

// privateRanges are the addresses that nobody has on the Internet. The authority may vouch for all of them, so that an
// address from DHCP may change without a visit to every room's PC.
var privateRanges = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"), // carrier-grade NAT and overlay networks
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("::1/128"),
	netip.MustParsePrefix("fc00::/7"),
}

// authority is the local certificate authority. A PC that trusts it trusts it for its permitted names only.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// openAuthority reads the authority from a file, or makes it if there is none, if it ends soon, or if it may not vouch for a
// name. A new one may vouch for what the old one could, too.
func openAuthority(file string, names Names, now time.Time) (*authority, error) {
	pairs, err := readPairs(file)
	if errors.Is(err, fs.ErrNotExist) {
		return makeAuthority(file, names, nil, now)
	}
	if err != nil {
		return nil, err
	}
	private, ok := pairs[0].PrivateKey.(*ecdsa.PrivateKey)
	if !ok || !pairs[0].Leaf.IsCA {
		return nil, damaged(file)
	}
	a := &authority{cert: pairs[0].Leaf, key: private}
	if a.permits(names) && now.Add(authoritySpare).Before(a.cert.NotAfter) {
		return a, nil
	}
	return makeAuthority(file, names, a.cert, now)
}

func makeAuthority(file string, names Names, old *x509.Certificate, now time.Time) (*authority, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{Organization: []string{"Điểm Cầu"}, CommonName: "Điểm Cầu " + names.DNS[len(names.DNS)-1]},
		NotBefore:             now.Add(-24 * time.Hour),
		NotAfter:              now.Add(authorityLife),
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLenZero:        true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},

		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         slices.Clone(names.DNS),
	}
	for _, p := range privateRanges {
		t.PermittedIPRanges = append(t.PermittedIPRanges, ipNet(p))
	}
	for _, ip := range names.IPs {
		if !inRanges(t.PermittedIPRanges, ip) {
			t.PermittedIPRanges = append(t.PermittedIPRanges, ipNet(netip.PrefixFrom(ip, ip.BitLen())))
		}
	}
	if old != nil {
		keep(t, old)
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, private.Public(), private)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	if err := writePairs(file, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	return &authority{cert: cert, key: private}, nil
}

// keep adds what the old authority permitted.
func keep(t, old *x509.Certificate) {
	for _, name := range old.PermittedDNSDomains {
		if !slices.Contains(t.PermittedDNSDomains, name) {
			t.PermittedDNSDomains = append(t.PermittedDNSDomains, name)
		}
	}
	for _, r := range old.PermittedIPRanges {
		if !slices.ContainsFunc(t.PermittedIPRanges, func(have *net.IPNet) bool { return have.String() == r.String() }) {
			t.PermittedIPRanges = append(t.PermittedIPRanges, r)
		}
	}
}

// permits says whether the authority may vouch for all the names.
func (a *authority) permits(names Names) bool {
	for _, name := range names.DNS {
		if !slices.ContainsFunc(a.cert.PermittedDNSDomains, func(d string) bool { return name == d || strings.HasSuffix(name, "."+d) }) {
			return false
		}
	}
	return !slices.ContainsFunc(names.IPs, func(ip netip.Addr) bool { return !inRanges(a.cert.PermittedIPRanges, ip) })
}

// issue makes a server certificate with a new P-256 key. Leaf is set; the authority itself is not in the chain.
func (a *authority) issue(names Names, from, to time.Time) (tls.Certificate, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	t := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{Organization: a.cert.Subject.Organization, CommonName: names.DNS[len(names.DNS)-1]},
		NotBefore:    from,
		NotAfter:     to,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     names.DNS,
		IPAddresses:  names.netIPs(),
	}
	der, err := x509.CreateCertificate(rand.Reader, t, a.cert, private.Public(), a.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private, Leaf: leaf}, err
}

// fingerprint is the SHA-256 of the authority in hex.
func (a *authority) fingerprint() string {
	sum := sha256.Sum256(a.cert.Raw)
	return hex.EncodeToString(sum[:])
}

func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}

func inRanges(ranges []*net.IPNet, ip netip.Addr) bool {
	return slices.ContainsFunc(ranges, func(r *net.IPNet) bool { return r.Contains(ip.AsSlice()) })
}

package main

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"

	"github.com/diemcau/diemcau/client"
)

// Trust are the flags that say which server is believed, beside those whom this computer trusts anyway.
type Trust struct {
	CertHash string `xor:"trust" env:"DIEMCAU_CERT_HASH" placeholder:"SHA256" help:"Believe the server whose certificate, or whose authority, has this SHA-256, in hex or base64. serve prints its authority's."`
	Insecure bool   `xor:"trust" env:"DIEMCAU_INSECURE" help:"Believe every server. Only for tests."`
}

var errHash = errors.New("the server's certificate does not have the SHA-256 of --cert-hash")

// config is the TLS configuration for a connection to host.
func (t Trust) config(host string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	if t.CertHash == "" {
		c.InsecureSkipVerify = t.Insecure
		return c, nil
	}
	hash, err := client.ParseHash(t.CertHash)
	if err != nil {
		return nil, usagef("--cert-hash: %q is no SHA-256: write 64 hexadecimal digits, as serve prints them, or base64", t.CertHash)
	}
	c.InsecureSkipVerify = true // VerifyConnection does it
	c.VerifyConnection = func(s tls.ConnectionState) error { return verifyHash(s.PeerCertificates, hash, host) }
	return c, nil
}

// verifyHash looks for the certificate with the hash. The server's own is enough by itself; an authority must have signed the
// server's for this host.
func verifyHash(chain []*x509.Certificate, hash client.Hash, host string) error {
	for i, cert := range chain {
		if sha256.Sum256(cert.Raw) != hash {
			continue
		}
		if i == 0 {
			return nil
		}
		o := x509.VerifyOptions{DNSName: host, Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool()}
		o.Roots.AddCert(cert)
		for _, between := range chain[1:i] {
			o.Intermediates.AddCert(between)
		}
		_, err := chain[0].Verify(o)
		return err
	}
	return errHash
}

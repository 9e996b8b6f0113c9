package main

import (
	"crypto/tls"

	"github.com/diemcau/diemcau/client"
)

// Trust are the flags that say which server is believed, beside those whom this computer trusts anyway.
type Trust struct {
	CertHash string `xor:"trust" env:"DIEMCAU_CERT_HASH" placeholder:"SHA256" help:"Believe the server whose certificate, or whose authority, has this SHA-256, in hex or base64. serve prints its authority's."`
	Insecure bool   `xor:"trust" env:"DIEMCAU_INSECURE" help:"Believe every server. Only for tests."`
}

// hashes are the certificates and authorities that are believed beside those whom this computer trusts anyway.
func (t Trust) hashes() ([]client.Hash, error) {
	if t.CertHash == "" {
		return nil, nil
	}
	hash, err := client.ParseHash(t.CertHash)
	if err != nil {
		return nil, usagef("--cert-hash: %q is no SHA-256: write 64 hexadecimal digits, as serve prints them, or base64", t.CertHash)
	}
	return []client.Hash{hash}, nil
}

// config is the TLS configuration for a connection to host.
func (t Trust) config(host string) (*tls.Config, error) {
	hashes, err := t.hashes()
	if err != nil {
		return nil, err
	}
	return client.TLSConfig(host, t.Insecure, hashes), nil
}

// Package certs holds the certificates of one server: one for the page (TCP) and some for QUIC (UDP), made here, read from
// files, or fetched by ACME. It stands on no hop of a packet's way; without it there is no line.
package certs

import (
	"context"
	"crypto/tls"
	"errors"
	"time"
)

// Source gives the certificates of a server, however they come: Self, Files or ACME.
type Source interface {
	// Page is the TLS configuration of the page; nil where the page is plain HTTP.
	Page() *tls.Config
	// QUIC is the TLS configuration of the relay, without NextProtos. The caller may change what it gets.
	QUIC() *tls.Config
	// Hashes are the base64 SHA-256 sums of the QUIC certificates that are used at now or later; none if they are public.
	Hashes(now time.Time) []string
	// Run keeps the certificates fresh until ctx ends. It returns nil then.
	Run(ctx context.Context) error
}

// Which of the files a failure is about.
var (
	ErrCertificate = errors.New("certificate")
	ErrKey         = errors.New("private key")
	ErrStore       = errors.New("certificate store")
)

// serverConfig is a TLS configuration that asks get for the certificate.
func serverConfig(get func(*tls.ClientHelloInfo) (*tls.Certificate, error)) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: get}
}

package certs

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"

	"github.com/diemcau/diemcau/cmd/internal/data"
)

// serial is a random serial number of 127 bits.
func serial() *big.Int {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[0] &= 0x7f
	return new(big.Int).SetBytes(b[:])
}

// readPair reads a certificate chain and its key, both PEM. The error wraps ErrCertificate or ErrKey and says which file.
func readPair(certFile, keyFile string) (tls.Certificate, error) {
	chain, err := os.ReadFile(certFile)
	if err != nil {
		return tls.Certificate{}, fileError(ErrCertificate, certFile, err)
	}
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return tls.Certificate{}, fileError(ErrKey, keyFile, err)
	}
	if !hasBlock(chain, func(t string) bool { return t == "CERTIFICATE" }) {
		return tls.Certificate{}, fmt.Errorf("%w: %s holds no certificate in PEM", ErrCertificate, certFile)
	}
	if !hasBlock(key, func(t string) bool { return t == "PRIVATE KEY" || t == "EC PRIVATE KEY" || t == "RSA PRIVATE KEY" }) {
		return tls.Certificate{}, fmt.Errorf("%w: %s holds no unencrypted private key in PEM", ErrKey, keyFile)
	}
	pair, err := tls.X509KeyPair(chain, key)
	if err == nil {
		return pair, nil
	}
	if block := firstBlock(chain, "CERTIFICATE"); block != nil {
		if _, bad := x509.ParseCertificate(block.Bytes); bad != nil {
			return tls.Certificate{}, fmt.Errorf("%w: the certificate in %s is damaged", ErrCertificate, certFile)
		}
	}
	return tls.Certificate{}, fmt.Errorf("%w: the key in %s does not belong to the certificate in %s", ErrKey, keyFile, certFile)
}

func fileError(kind error, file string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: there is no file %s%w", kind, file, silent{err})
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: the file %s may not be read by this user%w", kind, file, silent{err})
	}
	return fmt.Errorf("%w: the file cannot be read: %w", kind, err)
}

// silent keeps an error findable by errors.Is without showing its text.
type silent struct{ error }

func (silent) Error() string   { return "" }
func (s silent) Unwrap() error { return s.error }

func hasBlock(text []byte, want func(string) bool) bool {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return false
		}
		if want(block.Type) && block.Headers["Proc-Type"] == "" {
			return true
		}
	}
}

func firstBlock(text []byte, kind string) *pem.Block {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil || block.Type == kind {
			return block
		}
	}
}

// readPairs reads what writePairs wrote. The error wraps ErrStore, and fs.ErrNotExist if there is no such file.
func readPairs(file string) ([]tls.Certificate, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fileError(ErrStore, file, err)
	}
	var pairs []tls.Certificate
	for len(bytes.TrimSpace(text)) > 0 {
		crt, rest := pem.Decode(text)
		key, rest := pem.Decode(rest)
		if crt == nil || key == nil {
			return nil, damaged(file)
		}
		pair, err := tls.X509KeyPair(pem.EncodeToMemory(crt), pem.EncodeToMemory(key))
		if err != nil {
			return nil, damaged(file)
		}
		pairs, text = append(pairs, pair), rest
	}
	if len(pairs) == 0 {
		return nil, damaged(file)
	}
	return pairs, nil
}

func damaged(file string) error {
	return fmt.Errorf("%w: %s is damaged: move it away and start again, a new one is made", ErrStore, file)
}

// writePairs keeps certificates, each with its key, in one file, so that they cannot fall apart.
func writePairs(file string, pairs ...tls.Certificate) error {
	var text bytes.Buffer
	for _, p := range pairs {
		key, err := x509.MarshalPKCS8PrivateKey(p.PrivateKey)
		if err != nil {
			return err
		}
		text.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Certificate[0]}))
		text.Write(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	}
	return data.WriteFile(file, text.Bytes())
}

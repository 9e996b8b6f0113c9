package certs

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

const filesCheck = 10 * time.Second

// Files is a certificate that somebody else keeps in two files, for the page and for QUIC. It is read again when it changes.
type Files struct {
	certFile, keyFile string
	hup               <-chan os.Signal
	log               *slog.Logger

	pair atomic.Pointer[tls.Certificate]
	seen [2]stamp // owned by Run
}

// stamp tells whether a file has changed.
type stamp struct {
	changed time.Time
	size    int64
}

// OpenFiles reads a certificate chain and its key, both PEM. What comes on hup makes Run read them again. An error wraps
// ErrCertificate or ErrKey and says what is wrong.
func OpenFiles(certFile, keyFile string, hup <-chan os.Signal, log *slog.Logger) (*Files, error) {
	f := &Files{certFile: certFile, keyFile: keyFile, hup: hup, log: log}
	f.seen = f.stamps()
	pair, err := readPair(certFile, keyFile)
	if err != nil {
		return nil, err
	}
	f.pair.Store(&pair)
	return f, nil
}

// Leaf is the certificate that is served now.
func (f *Files) Leaf() *x509.Certificate { return f.pair.Load().Leaf }

// Page implements Source.
func (f *Files) Page() *tls.Config { return serverConfig(f.get) }

// QUIC implements Source.
func (f *Files) QUIC() *tls.Config { return serverConfig(f.get) }

// Hashes implements Source: there are none, browsers know whom to trust.
func (f *Files) Hashes(time.Time) []string { return nil }

func (f *Files) get(*tls.ClientHelloInfo) (*tls.Certificate, error) { return f.pair.Load(), nil }

// Run implements Source: it reads the files again when they change or hup says so. If that fails it keeps what it has.
func (f *Files) Run(ctx context.Context) error {
	tick := time.NewTicker(filesCheck)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.hup:
			f.reload()
		case <-tick.C:
			if f.stamps() != f.seen {
				f.reload()
			}
		}
	}
}

func (f *Files) reload() {
	f.seen = f.stamps()
	pair, err := readPair(f.certFile, f.keyFile)
	if err != nil {
		f.log.Error("the changed certificate is not used, the old one still serves", "error", err)
		return
	}
	f.pair.Store(&pair)
	f.log.Info("a new certificate serves", "until", pair.Leaf.NotAfter)
}

func (f *Files) stamps() (s [2]stamp) {
	for i, name := range [...]string{f.certFile, f.keyFile} {
		if info, err := os.Stat(name); err == nil {
			s[i] = stamp{info.ModTime(), info.Size()}
		}
	}
	return s
}

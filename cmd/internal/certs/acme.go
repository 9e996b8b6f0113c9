package certs

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"
)

// ACME is a certificate for one public name that an ACME authority signs, fetched and renewed by itself. The authority knocks
// at TCP port 443 of the name (TLS-ALPN-01), which must lead to the page's port.
type ACME struct {
	cfg   ACMEConfig
	log   *slog.Logger
	magic atomic.Pointer[certmagic.Config] // nil until Run
}

// ACMEConfig says what to fetch and from whom.
type ACMEConfig struct {
	Name      string // public DNS name
	Email     string // where the authority writes to
	Directory string // the authority's URL; "" is Let's Encrypt
	Dir       string // folder for the account, keys and certificates; created when needed
	Host      string // the page's listener: host, "" for all addresses, and port
	Port      int
}

var (
	errNotReady = errors.New("certs: the ACME authority has not signed yet")
	errACMEName = errors.New("certs: ACME needs a public DNS name and an e-mail address")
)

// NewACME does no I/O: the certificate is fetched by Run.
func NewACME(cfg ACMEConfig, log *slog.Logger) (*ACME, error) {
	if !IsHostName(cfg.Name) || !certmagic.SubjectQualifiesForPublicCert(cfg.Name) || certmagic.SubjectIsIP(cfg.Name) || cfg.Email == "" {
		return nil, errACMEName
	}
	if cfg.Directory == "" {
		cfg.Directory = certmagic.LetsEncryptProductionCA
	}
	return &ACME{cfg: cfg, log: log}, nil
}

// Page implements Source; it answers the authority's challenge, too.
func (a *ACME) Page() *tls.Config {
	c := serverConfig(a.get)
	c.NextProtos = []string{"h2", "http/1.1", "acme-tls/1"}
	return c
}

// QUIC implements Source.
func (a *ACME) QUIC() *tls.Config { return serverConfig(a.get) }

// Hashes implements Source: there are none, browsers know whom to trust.
func (a *ACME) Hashes(time.Time) []string { return nil }

func (a *ACME) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if magic := a.magic.Load(); magic != nil {
		return magic.GetCertificate(hello)
	}
	return nil, errNotReady
}

// Run implements Source: it fetches the certificate, trying again ever more rarely, and renews it in time.
func (a *ACME) Run(ctx context.Context) error {
	var magic *certmagic.Config
	quiet := zap.NewNop() // what matters is told by the events and by fetch
	cache := certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return magic, nil },
		Logger:           quiet,
	})
	defer cache.Stop()
	magic = certmagic.New(cache, certmagic.Config{
		Storage:           &certmagic.FileStorage{Path: a.cfg.Dir},
		DefaultServerName: a.cfg.Name,
		OnEvent:           a.event,
		Logger:            quiet,
	})
	magic.Issuers = []certmagic.Issuer{certmagic.NewACMEIssuer(magic, certmagic.ACMEIssuer{
		CA:                   a.cfg.Directory,
		Email:                a.cfg.Email,
		Agreed:               true,
		DisableHTTPChallenge: true,
		ListenHost:           a.cfg.Host, // in use by the page, so certmagic leaves the answer to it
		AltTLSALPNPort:       a.cfg.Port,
		Logger:               quiet,
	})}
	a.magic.Store(magic)
	a.fetch(ctx, magic)
	<-ctx.Done()
	return nil
}

// fetch returns when there is a certificate or ctx ends.
func (a *ACME) fetch(ctx context.Context, magic *certmagic.Config) {
	for wait := time.Minute; ; wait = min(2*wait, time.Hour) {
		err := magic.ManageSync(ctx, []string{a.cfg.Name})
		if err == nil || ctx.Err() != nil {
			return
		}
		a.log.Error("the certificate could not be fetched; does the name lead to this machine, and TCP port 443 to the page?",
			"name", a.cfg.Name, "authority", a.cfg.Directory, "error", err, "again_in", wait)
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// event tells what certmagic does by itself.
func (a *ACME) event(_ context.Context, event string, data map[string]any) error {
	switch {
	case event == "cert_obtained":
		a.log.Info("a new certificate serves", "name", data["identifier"], "renewal", data["renewal"])
	case event == "cert_failed" && data["renewal"] == true:
		a.log.Error("the certificate could not be renewed", "name", data["identifier"], "error", data["error"])
	}
	return nil
}

package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"github.com/quic-go/quic-go"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"github.com/diemcau/diemcau/client/web"
	"github.com/diemcau/diemcau/cmd/internal/certs"
	"github.com/diemcau/diemcau/cmd/internal/cluster"
	"github.com/diemcau/diemcau/cmd/internal/config"
	"github.com/diemcau/diemcau/cmd/internal/data"
	"github.com/diemcau/diemcau/cmd/internal/listen"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin"
)

// After the signal: the page's requests get httpDrain to end, and the process stopTimeout.
const (
	httpDrain   = time.Second
	stopTimeout = 2800 * time.Millisecond
)

// ServeCmd is "diemcau serve".
type ServeCmd struct {
	Config configFile `env:"DIEMCAU_CONFIG" placeholder:"FILE" help:"A YAML file with any of these flags as keys, without the dashes. Flags and variables go before it."`
	config.Serve

	origins origins
}

// AfterApply implements a hook of kong.
func (c *ServeCmd) AfterApply(ctx *kong.Context, s *settings) error {
	c.origins = originsOf(ctx, s.file)
	if err := c.Check(); err != nil {
		return c.origins.blame("", err)
	}
	return nil
}

// Run serves until a signal comes.
func (c *ServeCmd) Run(ctx context.Context) error {
	level, _ := c.Level() // checked
	s := &server{cmd: c, log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))}
	return s.serve(ctx, func() { s.banner().print(os.Stdout) })
}

// serve opens what it needs, tells the person who started it, and runs until ctx ends.
func (s *server) serve(ctx context.Context, tell func()) error {
	ctx, stop := s.hangup(ctx)
	defer stop()
	if err := frugal(); err != nil {
		return err
	}
	defer s.close()
	if err := s.open(); err != nil {
		return err
	}
	tell()
	return s.run(ctx)
}

// hangup decides what SIGHUP means: files are read again; else a terminal that is closed ends the server, and without one it
// means nothing. stop gives the signal back.
func (s *server) hangup(ctx context.Context) (_ context.Context, stop func()) {
	switch {
	case s.cmd.TLS == config.TLSFiles:
		hup := make(chan os.Signal, 1)
		signal.Notify(hup, syscall.SIGHUP)
		s.hup = hup
		return ctx, func() { signal.Stop(hup) }
	case term.IsTerminal(int(os.Stdout.Fd())) && !signal.Ignored(syscall.SIGHUP): // nohup ignores it
		return signal.NotifyContext(ctx, syscall.SIGHUP)
	}
	signal.Ignore(syscall.SIGHUP)
	return ctx, func() { signal.Reset(syscall.SIGHUP) }
}

// server is one running server. open fills it in, in the order of the fields; afterwards nothing changes.
type server struct {
	cmd *ServeCmd
	log *slog.Logger
	hup <-chan os.Signal

	data         *data.Dir
	key, keyFile string // keyFile is "" for a configured key
	tcp          net.Listener
	udp          net.PacketConn
	addresses    addresses
	certs        certs.Source
	sites        *relay.Sites // who may join as a site; nil at a site itself
	above        *above       // of a site; nil: there is no relay above
	state        state
	relay        *relay.Server
	http         *http.Server
}

func (s *server) open() error {
	for _, step := range []func() error{s.openData, s.openPort, s.openCertificates, s.openState, s.openRelay, s.openHTTP} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// close gives back what open took, if run has not.
func (s *server) close() {
	if s.tcp != nil {
		_ = s.tcp.Close()
	}
	if s.udp != nil {
		_ = s.udp.Close()
	}
	s.state.close()
	if s.data != nil {
		_ = s.data.Close()
	}
}

func (s *server) openData() (err error) {
	dir := s.cmd.Data
	if dir == "" {
		if dir, err = data.Default(); err != nil {
			return s.cmd.origins.blame("data", err)
		}
	}
	if s.data, err = data.Open(dir); err != nil {
		return s.cmd.origins.blame("data", err)
	}
	if s.key = s.cmd.HostKey; s.key != "" {
		return nil
	}
	if s.key, s.keyFile, err = s.data.HostKey(); err != nil {
		return s.cmd.origins.blame("data", err)
	}
	if err := config.CheckHostKey(s.key); err != nil {
		return usagef("%s: the file holds no good host key: write one of at least %d letters and digits into it, or remove it to have one made",
			s.keyFile, config.MinHostKey)
	}
	return nil
}

func (s *server) openPort() (err error) {
	if s.tcp, s.udp, err = listen.Both(s.cmd.Listen); err != nil {
		return s.cmd.origins.blame("listen", err)
	}
	at := s.tcp.Addr().(*net.TCPAddr).AddrPort()
	host, port := s.cmd.Public()
	s.addresses = addresses{
		tls:        s.cmd.TLS != config.TLSSelf || !at.Addr().Unmap().IsLoopback(),
		listen:     at,
		publicHost: host, publicPort: port,
		names:   certs.LocalNames(),
		origins: s.cmd.Origin,
	}
	if host != "" {
		s.addresses.names = s.addresses.names.With(host)
	}
	return nil
}

func (s *server) openCertificates() error {
	switch s.cmd.TLS {
	case config.TLSFiles:
		f, err := certs.OpenFiles(s.cmd.TLSCert, s.cmd.TLSKey, s.hup, s.log)
		if errors.Is(err, certs.ErrKey) {
			return s.cmd.origins.blame("tls-key", err)
		}
		if err != nil {
			return s.cmd.origins.blame("tls-cert", err)
		}
		s.warn(f)
		s.certs = f
	case config.TLSACME:
		host, _, _ := net.SplitHostPort(s.cmd.Listen)
		a, err := certs.NewACME(certs.ACMEConfig{
			Name: s.addresses.publicHost, Email: s.cmd.ACMEEmail, Directory: s.cmd.ACMEServer,
			Dir: s.data.Path("acme"), Host: host, Port: int(s.addresses.listen.Port()),
		}, s.log)
		if err != nil {
			return s.cmd.origins.blame("public-host", err)
		}
		s.certs = a
	default:
		self, err := certs.OpenSelf(s.data.Path("tls"), s.addresses.names, !s.addresses.tls, time.Now(), s.log)
		if err != nil {
			return s.cmd.origins.blame("data", err)
		}
		s.certs = self
	}
	return nil
}

// warn tells of a certificate that browsers will not take.
func (s *server) warn(f *certs.Files) {
	leaf := f.Leaf()
	if now := time.Now(); now.After(leaf.NotAfter) || now.Before(leaf.NotBefore) {
		s.log.Warn("browsers refuse the certificate: it is not valid today", "from", leaf.NotBefore, "to", leaf.NotAfter)
	}
	if host := s.addresses.publicHost; host != "" && leaf.VerifyHostname(host) != nil {
		s.log.Warn("browsers refuse the certificate: it is for another host", "certificate", leaf.DNSNames, "public_host", host)
	}
}

func (s *server) openRelay() error {
	reset, err := s.data.Secret("reset-key", len(quic.StatelessResetKey{}))
	if err != nil {
		return s.cmd.origins.blame("data", err)
	}
	page, err := web.NewBundle(web.FS())
	if err != nil {
		return err
	}
	resetKey := quic.StatelessResetKey(reset)
	c := relay.Config{
		Conn: s.udp, TLS: s.certs.QUIC(), ResetKey: &resetKey, Seed: s.state.seed, ID: s.state.id, Log: s.state.log(cluster.Meetings),
		CheckOrigin: s.addresses.checkOrigin, Logger: s.log, Blobs: s.state.slides,
		Page: relay.Page{Build: page.Build, Files: page.Files, Hashes: func() []string { return s.certs.Hashes(time.Now()) }},
	}
	if s.above != nil {
		err = s.above.open(s, &c)
	} else {
		err = s.openSites(&c)
	}
	if err != nil {
		return err
	}
	if s.relay, err = relay.New(c); err != nil {
		return fmt.Errorf("the relay could not start: %w", err)
	}
	return nil
}

func (s *server) openSites(c *relay.Config) error {
	var err error
	if s.sites, err = relay.OpenSites(s.state.log(cluster.Sites), c.Seed); err != nil {
		return s.cmd.origins.blame("data", fmt.Errorf("the sites in %s cannot be read (%w): restore the folder from a backup, or move it away and issue the tokens of the sites again",
			s.data.Path(stateFolder), err))
	}
	s.openPractice()
	c.Sites, c.Passes = places{s.sites, s.state.book}, passes{s.state.practice, s.state.access}
	if s.state.relays != nil {
		s.state.relays.Site = s.sites.Learn
		c.Cluster = s.state.relays
	}
	return nil
}

func (s *server) openHTTP() error {
	page, err := web.Handler(web.FS())
	if err != nil {
		return err
	}
	var authority []byte
	if self, ok := s.certs.(*certs.Self); ok && s.addresses.tls {
		authority, _ = self.Authority()
	}
	c := admin.Config{
		Meetings: s.relay, Page: page, Sessions: s.relay.WebSocket(), HostKey: s.key, Origins: s.addresses.origins, Base: s.addresses.base,
		Relays: func(host string) []admin.Relay {
			hashes := s.certs.Hashes(time.Now())
			return []admin.Relay{{URL: s.addresses.relay(host), Hashes: append([]string{}, hashes...)}} // [], never null
		},
		CA: authority, Log: s.log,
	}
	if s.above != nil {
		c.Find, c.Site = s.relay.Find, s.above.site
	} else {
		c.Sites, c.About = s.sites, s.about
		c.Routes = append(c.Routes, s.state.access.Routes, s.office().Routes)
	}
	handler, err := admin.Handler(c)
	if err != nil {
		return err
	}
	s.http = admin.Server(handler, s.log)
	return nil
}

// run serves until ctx ends; then everybody is told, and it returns within stopTimeout.
func (s *server) run(ctx context.Context) error {
	group, running := errgroup.WithContext(ctx)
	group.Go(func() error { return s.certs.Run(running) })
	group.Go(func() error { return s.relay.Run(running) })
	group.Go(func() error { return s.runHTTP(running, s.certs.Page()) })
	if s.above != nil {
		group.Go(func() error { return s.above.run(running) })
	} else {
		group.Go(func() error { return s.state.access.Run(running) })
		group.Go(func() error { return s.state.directory.Run(running) })
		group.Go(func() error { return s.state.practice.Run(running) })
	}
	ended := make(chan error, 1)
	go func() { ended <- group.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-running.Done():
	}
	late := time.NewTimer(stopTimeout)
	defer late.Stop()
	select {
	case err := <-ended:
		return err
	case <-late.C:
		return errors.New("the server did not stop in time and was ended")
	}
}

func (s *server) runHTTP(ctx context.Context, secure *tls.Config) error {
	drained := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(drained)
		enough, cancel := context.WithTimeout(context.WithoutCancel(ctx), httpDrain)
		defer cancel()
		if s.http.Shutdown(enough) != nil {
			_ = s.http.Close()
		}
	})
	var err error
	if secure == nil {
		err = s.http.Serve(s.tcp)
	} else {
		s.http.TLSConfig = secure
		err = s.http.ServeTLS(listen.HTTPS(s.tcp), "", "")
	}
	if stop() {
		return fmt.Errorf("the page is no longer served: %w", err)
	}
	<-drained
	return nil
}

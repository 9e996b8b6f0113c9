package config

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/diemcau/diemcau/cmd/internal/certs"
)

// Ways to come by a certificate.
const (
	TLSSelf  = "self"  // made here
	TLSACME  = "acme"  // fetched from an ACME authority
	TLSFiles = "files" // read from files
)

// MinHostKey and MaxHostKey are the lengths of a host key, in bytes.
const (
	MinHostKey = 8
	MaxHostKey = 256
)

// Serve are the keys of `diemcau serve`.
type Serve struct {
	Listen     string   `default:"127.0.0.1:8080" env:"DIEMCAU_LISTEN" placeholder:"ADDR:PORT" help:"Address and port, the same for TCP and UDP. The default lets in this computer only; :8080 lets in every other."`
	PublicHost string   `env:"DIEMCAU_PUBLIC_HOST" placeholder:"HOST[:PORT]" help:"The name or address under which others reach this computer."`
	TLS        string   `name:"tls" default:"self" env:"DIEMCAU_TLS" placeholder:"self|acme|files" help:"Where certificates come from: made here (self), from Let's Encrypt (acme), or your own (files)."`
	TLSCert    string   `name:"tls-cert" env:"DIEMCAU_TLS_CERT" placeholder:"FILE" help:"With --tls files: the certificate chain, PEM."`
	TLSKey     string   `name:"tls-key" env:"DIEMCAU_TLS_KEY" placeholder:"FILE" help:"With --tls files: its private key, PEM."`
	ACMEEmail  string   `name:"acme-email" env:"DIEMCAU_ACME_EMAIL" placeholder:"ADDRESS" help:"With --tls acme: where the certificate authority writes to."`
	ACMEServer string   `name:"acme-directory" env:"DIEMCAU_ACME_DIRECTORY" placeholder:"URL" help:"With --tls acme: another authority than Let's Encrypt."`
	Data       string   `env:"DIEMCAU_DATA" placeholder:"DIR" help:"Folder for what is kept. Default: $STATE_DIRECTORY, $XDG_DATA_HOME/diemcau or ~/.local/share/diemcau."`
	HostKey    string   `env:"DIEMCAU_HOST_KEY" placeholder:"KEY" help:"Who knows it may open meetings and issue tokens for sites; at least 8 characters. Others on this computer can see flags: better use the variable or the file. Default: made and kept in the data folder."`
	Origin     []string `env:"DIEMCAU_ORIGIN" placeholder:"https://HOST" help:"Pages of other origins that may use this server. Can be repeated."`
	LogLevel   string   `default:"info" env:"DIEMCAU_LOG_LEVEL" placeholder:"debug|info|warn|error" help:"How much is logged to standard error."`

	OIDC
	Store
}

// Problem is a value that cannot be used: which key, and one sentence on what to do.
type Problem struct{ Key, Text string }

// Error implements error.
func (p *Problem) Error() string { return "--" + p.Key + ": " + p.Text }

func problem(key, format string, args ...any) error {
	return &Problem{key, fmt.Sprintf(format, args...)}
}

// Check says whether the values make sense, without looking at the machine. It tidies origins. The error is a *Problem. It is not
// named Validate, or kong would call it before it is known where the values came from.
func (s *Serve) Check() error {
	for _, check := range []func() error{s.checkListen, s.checkPublicHost, s.checkTLS, s.checkACME, s.checkHostKey, s.checkOrigins, s.OIDC.check, s.Store.check} {
		if err := check(); err != nil {
			return err
		}
	}
	if _, err := s.Level(); err != nil {
		return err
	}
	return nil
}

// Level is the level of the log.
func (s *Serve) Level() (slog.Level, error) {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	level, ok := levels[s.LogLevel]
	if !ok {
		return 0, problem("log-level", "%q is no level: write debug, info, warn or error", s.LogLevel)
	}
	return level, nil
}

func (s *Serve) checkListen() error {
	host, port, err := net.SplitHostPort(s.Listen)
	if err == nil && isPort(port) && (host == "" || isHost(host)) {
		return nil
	}
	return problem("listen", "%q is no address with a port: write 127.0.0.1:8080, or :8080 for all addresses of this computer", s.Listen)
}

// Loopback says whether only this computer is let in.
func (s *Serve) Loopback() bool {
	host, _, _ := net.SplitHostPort(s.Listen)
	return isLoopback(host)
}

// Public is the public host and its port; both are "" if none is configured, and the port if it is the listener's.
func (s *Serve) Public() (host, port string) {
	host = strings.TrimSuffix(strings.TrimPrefix(s.PublicHost, "["), "]")
	if isHost(host) {
		return host, ""
	}
	host, port, err := net.SplitHostPort(s.PublicHost)
	if err != nil || !isHost(host) || !isPort(port) || port == "0" {
		return "", ""
	}
	return host, port
}

func (s *Serve) checkPublicHost() error {
	if s.PublicHost == "" {
		return nil
	}
	host, _ := s.Public()
	switch {
	case host == "":
		return problem("public-host", "%q is no host: write a name or an address, as in hop.huyen.vn or 192.168.1.20:8080, without https://", s.PublicHost)
	case s.Loopback() && !isLoopback(host):
		return problem("public-host", "others cannot reach %s while only this computer is let in: add --listen :8080", host)
	}
	return nil
}

func (s *Serve) checkTLS() error {
	if !slices.Contains([]string{TLSSelf, TLSACME, TLSFiles}, s.TLS) {
		return problem("tls", "%q is no way to get certificates: write self, acme or files", s.TLS)
	}
	for _, file := range [][2]string{{"tls-cert", s.TLSCert}, {"tls-key", s.TLSKey}} {
		switch key, name := file[0], file[1]; {
		case s.TLS == TLSFiles && name == "":
			return problem(key, "--tls files needs a certificate and its key: add --%s FILE", key)
		case s.TLS != TLSFiles && name != "":
			return problem(key, "the file is used with --tls files only: add --tls files, or leave --%s out", key)
		}
	}
	return nil
}

func (s *Serve) checkACME() error {
	if s.TLS != TLSACME {
		for _, used := range [][2]string{{"acme-email", s.ACMEEmail}, {"acme-directory", s.ACMEServer}} {
			if key := used[0]; used[1] != "" {
				return problem(key, "this is used with --tls acme only: add --tls acme, or leave --%s out", key)
			}
		}
		return nil
	}
	host, port := s.Public()
	if port == "" {
		_, port, _ = net.SplitHostPort(s.Listen)
	}
	switch {
	case host == "" || isIP(host) || !strings.Contains(host, "."):
		return problem("public-host", "--tls acme needs the public DNS name of this computer: add --public-host hop.huyen.vn, with your name")
	case port != "443":
		return problem("listen", "--tls acme needs port 443, where the certificate authority knocks: add --listen :443, "+
			"or --public-host %s:443 if a router leads port 443 here", host)
	case !strings.Contains(s.ACMEEmail, "@"):
		return problem("acme-email", "--tls acme needs an e-mail address for the certificate authority: add --acme-email ADDRESS")
	}
	if u, err := url.Parse(s.ACMEServer); s.ACMEServer != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
		return problem("acme-directory", "%q is no https:// address: write the directory URL of the certificate authority", s.ACMEServer)
	}
	return nil
}

func (s *Serve) checkHostKey() error {
	if s.HostKey == "" {
		return nil
	}
	return CheckHostKey(s.HostKey)
}

// CheckHostKey says whether a host key can be used. The error is a *Problem that does not show the key.
func CheckHostKey(key string) error {
	switch n := len(strings.NewReplacer("-", "", " ", "").Replace(key)); {
	case n < MinHostKey:
		return problem("host-key", "the key has less than %d letters and digits and is too easy to guess: choose a longer one, or none to have one made", MinHostKey)
	case len(key) > MaxHostKey:
		return problem("host-key", "the key has more than %d bytes: choose a shorter one", MaxHostKey)
	case strings.ContainsFunc(key, unicode.IsControl):
		return problem("host-key", "the key has characters that nobody can type: choose another one")
	}
	return nil
}

func (s *Serve) checkOrigins() error {
	for i, origin := range s.Origin {
		u, err := url.Parse(strings.TrimSuffix(strings.ToLower(strings.TrimSpace(origin)), "/"))
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Scheme+"://"+u.Host != u.String() || !isHost(u.Hostname()) {
			return problem("origin", "%q is no origin: write https://HOST or https://HOST:PORT, without a path", origin)
		}
		s.Origin[i] = u.String()
	}
	return nil
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && strconv.FormatUint(n, 10) == s
}

func isHost(s string) bool { return isIP(s) || certs.IsHostName(s) && !looksLikeIP(s) }

// looksLikeIP catches 192.168.1 and 300.1.1.1: the last label of a name is never a number.
func looksLikeIP(s string) bool {
	_, err := strconv.ParseUint(s[strings.LastIndexByte(s, '.')+1:], 10, 64)
	return err == nil
}

func isIP(s string) bool {
	ip, err := netip.ParseAddr(s)
	return err == nil && ip.Zone() == ""
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

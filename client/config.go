package client

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

// ErrConfig is what the errors of Config.Validate and ParseHash wrap.
var ErrConfig = errors.New("cannot join")

// Config says which meeting to join, and as whom.
type Config struct {
	Server   string   // URL of the server: https://HOST:PORT, or http:// for one on this machine
	Meeting  string   // the meeting's code in any form, or its link
	Name     string   // 1 to 64 characters
	Listen   bool     // without a microphone
	Muted    bool     // the microphone is closed at first
	Token    string   // of an earlier session: takes its seat back; "" for a new seat
	Hashes   []Hash   // trusted certificates, or authorities; empty: those that the server names, else the system's
	Insecure bool     // trust any certificate
	Build    string   // told to the relay
	Found    *Meeting // what Lookup found; nil: Dial looks it up
	Way
	Led  Led
	Site *Site // joins as a site; nil: as a participant
	Hooks
	Logger *slog.Logger
}

// Hooks are called by any goroutine of Run, and must not block. Any may be nil.
type Hooks struct {
	// Kept returns the frames of a publication that were kept, with capture times in [from, to), wrap-aware, in the order of capture: a relay may ask for them.
	Kept func(publication, from, to uint32) []*transport.Packet
	// Pictures gets every frame that comes whole beside the voice, once and one at a time, in any order (see frames.Order): those of pictures, and chunks of files. It must not change it.
	Pictures func(f *frames.Frame, at time.Time)
	// Shown is told what there is to be seen, and what of it is sent to this client.
	Shown func(transport.Pictures)
	// Keys is told of layers of which the relay wants a key frame, again and again until one comes; publication is 0 for the client's own.
	Keys func(publication uint32, layers []codec.Layer)
}

// Way says what sessions travel on. The zero value: the system's way.
type Way struct {
	// Transport is transport.WebTransport or transport.WebSocket alone, or "" for WebTransport with the other one where UDP is blocked.
	Transport transport.Kind
	NoBeside  bool             // media stays inside QUIC: none goes beside it, on the same port
	Sockets   transport.Dialer // opens the sockets; its TLS and Heard are not used. The zero value: the system's
	Uplinks   []Uplink         // the ways to the internet, 1 to transport.MaxUplinks; empty: one, with Sockets
}

// Validate checks what can be checked without the server. Errors wrap ErrConfig.
func (c Config) Validate() error {
	if _, err := c.base(); err != nil {
		return err
	}
	if c.code() == "" {
		return fmt.Errorf("%w: no meeting code; it looks like abc-def-ghj", ErrConfig)
	}
	switch c.Transport {
	case "", transport.WebTransport, transport.WebSocket:
	default:
		return fmt.Errorf("%w: the transport is %q; use webtransport, websocket or neither", ErrConfig, c.Transport)
	}
	if c.Site == nil {
		if n := utf8.RuneCountInString(strings.TrimSpace(c.Name)); n < 1 || n > transport.MaxName {
			return fmt.Errorf("%w: the name has %d characters; use 1 to %d", ErrConfig, n, transport.MaxName)
		}
	} else if err := c.Site.validate(); err != nil {
		return err
	}
	return c.checkUplinks()
}

// base returns the server's URL without path. Over http the relays' certificates could be anybody's, but for this machine's own.
func (c Config) base() (*url.URL, error) {
	u, err := url.Parse(c.Server)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%w: the server is not a URL like https://HOST:PORT: %q", ErrConfig, c.Server)
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return nil, fmt.Errorf("%w: http:// is for a server on this machine; write https://%s", ErrConfig, u.Host)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}

// code returns the meeting's code; a link has it behind its last slash.
func (c Config) code() string {
	code := strings.TrimSpace(c.Meeting)
	if u, err := url.Parse(code); err == nil && u.Scheme != "" && u.Host != "" {
		code = path.Base(u.Path)
	}
	return strings.Trim(code, "/.")
}

func (c Config) logger() *slog.Logger {
	if c.Logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Logger
}

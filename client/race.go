package client

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/url"
	"time"

	"github.com/diemcau/diemcau/transport"
)

const (
	shortGap    = 500 * time.Millisecond // between two dials, at first
	longGap     = 2 * time.Second
	socketLater = shortGap         // how much later than the first dial a WebSocket is tried
	socketGap   = 2 * time.Second  // between two WebSocket dials: TCP tries again by itself
	shaking     = 8                // gaps after which a dial that has not shaken hands gives up
	openTimeout = 10 * time.Second // from there to an open session, and for a whole WebSocket dial
)

// spacing is the time between two dials, which run side by side: short at first, for a relay that restarts, then longer, for a line on
// which a handshake takes its time. A new dial sends at once, an old one ever more rarely.
func spacing(since time.Duration) time.Duration {
	return min(max(shortGap, since/100), longGap)
}

// target is whom a dial is for.
type target struct {
	relay     Relay
	kind      transport.Kind
	handshake time.Duration // how long QUIC's may take
}

// open dials a target by the configured sockets.
func (c *Client) open(ctx context.Context, t target) (*transport.Session, error) {
	dialer := c.config.Sockets
	if t.kind == transport.WebSocket {
		url, trust, err := t.relay.socket(c.config)
		if err != nil {
			return nil, err
		}
		dialer.TLS = trust
		return dialer.WebSocket(ctx, url)
	}
	dialer.TLS, dialer.Handshake = t.relay.tls(c.config), t.handshake
	return dialer.WebTransport(ctx, t.relay.URL)
}

// socket returns where a relay answers WebSocket: on the TCP port of the same number, encrypted like the server's page, and whom to trust there.
func (r Relay) socket(c Config) (string, *tls.Config, error) {
	base, err := c.base()
	if err != nil {
		return "", nil, err
	}
	relay, err := url.Parse(r.URL)
	if err != nil {
		return "", nil, fmt.Errorf("%w: the relay's address %q", ErrConfig, r.URL)
	}
	scheme := "wss"
	if base.Scheme == "http" {
		scheme = "ws"
	}
	u := url.URL{Scheme: scheme, Host: relay.Host, Path: transport.WebSocketPath}
	return u.String(), TLSConfig(relay.Hostname(), c.Insecure, c.Hashes), nil
}

// opened is a session that a dial gave, with the relay's answer if it was greeted; or why there is none.
type opened struct {
	session *transport.Session
	*greeting
	err error
}

// race is a number of dials side by side.
type race struct {
	client *Client
	// greet, if not nil, speaks with the relay over a session that is open, as part of its dial.
	greet   func(context.Context, *transport.Session) (*greeting, error)
	strict  bool // a wrong certificate is an error at once
	results chan opened
}

// run dials the relays in turn until one dial has what was wanted. The error is that of ctx, a wrong certificate, or a *Refusal of greet.
func (r *race) run(ctx context.Context) (opened, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	r.results = make(chan opened)
	start := time.Now()
	quic, tcp := time.NewTimer(0), time.NewTimer(socketLater)
	defer quic.Stop()
	defer tcp.Stop()
	switch r.client.config.Transport {
	case transport.WebTransport:
		tcp.Stop()
	case transport.WebSocket:
		quic.Stop()
		tcp.Reset(0)
	}
	var last error
	for n, m := 0, 0; ; {
		select {
		case <-ctx.Done():
			if last == nil {
				last = ctx.Err()
			}
			return opened{}, fmt.Errorf("no relay answers (%w); is its UDP port open?", last)
		case <-quic.C:
			gap := spacing(time.Since(start))
			r.dial(ctx, target{r.client.relay(n), transport.WebTransport, shaking * gap})
			quic.Reset(gap)
			n++
		case <-tcp.C:
			r.dial(ctx, target{relay: r.client.relay(m), kind: transport.WebSocket})
			tcp.Reset(max(socketGap, spacing(time.Since(start))))
			m++
		case o := <-r.results:
			switch {
			case o.err == nil:
				return o, nil
			case r.final(ctx, o.err):
				return opened{}, o.err
			}
			last = o.err
		}
	}
}

// final says whether an error of one dial ends the race.
func (r *race) final(ctx context.Context, err error) bool {
	if _, refused := refusedBy(err); refused {
		return true
	}
	if !badCertificate(err) {
		return false
	}
	if !r.strict {
		r.client.lookAgain(ctx)
	}
	return r.strict
}

// dial starts one dial.
func (r *race) dial(ctx context.Context, t target) {
	r.client.dials.Go(func() {
		o := r.client.attempt(ctx, t, r.greet)
		select {
		case r.results <- o:
		case <-ctx.Done():
			if o.err == nil {
				_ = o.session.Close("")
			}
		}
	})
}

// attempt dials one relay, and greets it if greet is not nil.
func (c *Client) attempt(ctx context.Context, t target, greet func(context.Context, *transport.Session) (*greeting, error)) (o opened) {
	dialing, cancel := context.WithTimeout(ctx, t.handshake+openTimeout)
	defer cancel()
	if o.session, o.err = c.dial(dialing, t); o.err != nil || greet == nil {
		return o
	}
	if o.greeting, o.err = greet(dialing, o.session); o.err != nil {
		_ = o.session.Close("")
	}
	return o
}

func (c *Client) relay(n int) Relay {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.meeting.Relays[n%len(c.meeting.Relays)]
}

// lookAgain asks the server for the relays' certificates: they are others than before.
func (c *Client) lookAgain(ctx context.Context) {
	found, err := Lookup(ctx, c.config)
	if err != nil {
		c.config.logger().Info("the server does not tell the relay's new certificates", "cause", err)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.meeting = *found
}

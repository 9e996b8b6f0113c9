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
	firstGap    = time.Second            // between the first dial and the second
	shortGap    = 500 * time.Millisecond // between further ones, at first
	longGap     = 2 * time.Second
	dialSize    = 3 * 8 * 1228.0          // bits that a dial sends before it is answered
	unheard     = 2 * time.Second         // after which a dial to which nothing came back gives up, on a line that is known to carry thickLine
	unheardThin = 5 * time.Second         // on others
	thickLine   = 64e3                    // bit/s
	holdLeast   = 1200 * time.Millisecond // no further dial for four times as long as the last one was without an echo, but at least so long,
	holdMost    = 2500 * time.Millisecond // and at most: on a thin line they would only be in each other's way;
	holdThick   = 700 * time.Millisecond  // for so long after the first echo, where two packets showed that the line carries
	thickPair   = 160e3                   // bit/s
	holdTCP     = 10 * time.Second        // nor a WebSocket: UDP gets through
	socketLater = 500 * time.Millisecond  // how much later than the first dial a WebSocket is tried
	socketGap   = 2 * time.Second         // between two WebSocket dials: TCP tries again by itself
	openTimeout = 10 * time.Second        // for a whole dial
	headStart   = 200 * time.Millisecond  // of an uplink before one that costs more
	lastResort  = 5 * time.Second         // without another uplink, until those of last resort are dialed
)

// spacing is the time between two dials, which run side by side: a new one sends at once, an old one ever more rarely. rate is what the line carries in bit/s, 0 if
// that is not known.
func spacing(since time.Duration, rate float64) time.Duration {
	gap := min(max(shortGap, since/100), longGap)
	if rate > 0 {
		gap = max(gap, min(time.Duration(dialSize/rate*float64(time.Second)), longGap))
	}
	return gap
}

// target is whom a dial is for.
type target struct {
	relay Relay
	kind  transport.Kind
	heard func(rate float64) // something came back; rate is 0, or what it shows of the line, in bit/s

	uplink int // that is dialed over
}

// open dials a target by the configured sockets.
func (c *Client) open(ctx context.Context, t target) (*transport.Session, error) {
	dialer := c.uplinks[t.uplink].Sockets
	if t.kind == transport.WebSocket {
		url, trust, err := t.relay.socket(c.config)
		if err != nil {
			return nil, err
		}
		dialer.TLS = trust
		return dialer.WebSocket(ctx, url)
	}
	dialer.TLS, dialer.Heard = t.relay.tls(c.config), t.heard
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

// opened is a session that a dial gave, with the relay's answer; or why there is none.
type opened struct {
	session *transport.Session
	*greeting
	uplink int
	err    error
}

// echo is that something came back to a dial over UDP, so long after its start; rate is what it shows of the line, in bit/s, or 0.
type echo struct {
	after time.Duration
	rate  float64
}

// greeter speaks with the relay over a session that is open over an uplink.
type greeter func(ctx context.Context, session *transport.Session, uplink int) (*greeting, error)

// race is a number of dials side by side.
type race struct {
	client   *Client
	greet    greeter // part of each dial
	attaches bool    // greet attaches to a line that there is
	strict   bool    // a wrong certificate is an error at once
	rate     float64 // of the line in bit/s, 0 if that is not known
	// seldom, if not nil, says that the line is found without a dial when it is back, so that dials would only be in the way.
	seldom  func() bool
	results chan opened
	heard   chan echo
	pair    float64       // bit/s that the line carries, as far as packets have shown
	held    time.Time     // when a dial was left in peace for it,
	hold    time.Duration // and how long
	sockets context.CancelFunc
}

// run dials the relays in turn until one dial has what was wanted. The error is that of ctx, a wrong certificate, or a *Refusal of greet.
func (r *race) run(ctx context.Context) (opened, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	r.results, r.heard, r.sockets = make(chan opened), make(chan echo, 8), func() {}
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
		case e := <-r.heard:
			if r.leave(e) {
				quic.Reset(r.hold - time.Since(r.held))
			}
			r.sockets()
		case <-quic.C:
			if wait := r.hold - time.Since(r.held); wait > 0 && !r.held.IsZero() {
				quic.Reset(wait)
				continue
			}
			for i, uplink := range r.client.usable(time.Since(start) >= lastResort) {
				r.dialQUIC(ctx, r.client.relay(n), uplink, time.Duration(i)*headStart)
			}
			quic.Reset(r.gap(n, time.Since(start)))
			n++
		case <-tcp.C:
			tcp.Reset(max(socketGap, spacing(time.Since(start), r.rate)))
			if r.held.IsZero() || time.Since(r.held) > holdTCP {
				if all := r.client.usable(time.Since(start) >= lastResort); len(all) > 0 {
					r.dialTCP(ctx, r.client.relay(m), all[m%len(all)])
				}
				m++
			}
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

// leave leaves a dial in peace to which something came back, and says whether for less long than the one before.
func (r *race) leave(e echo) (sooner bool) {
	sooner = e.rate >= thickPair && r.pair < thickPair && r.pair > 0 && !r.attaches
	r.pair = max(r.pair, e.rate)
	switch {
	case r.attaches: // each dial that opens takes the line's control from the others
		r.held, r.hold = time.Now(), holdMost
	case r.pair >= thickPair, r.pair == 0: // where no two packets in a row arrive, much is lost
		if r.held.IsZero() {
			r.held = time.Now()
		}
		r.hold = min(2*e.after, holdThick)
	default:
		r.held, r.hold = time.Now(), min(max(4*e.after, holdLeast), holdMost)
	}
	return sooner
}

// gap is the time from the n-th dial to the next. Of a line that is new nothing is known: the first dial gets the time that it needs on a thin one.
func (r *race) gap(n int, since time.Duration) time.Duration {
	if n == 0 && r.rate == 0 {
		return firstGap
	}
	if r.seldom != nil && r.seldom() {
		return longGap
	}
	return spacing(since, r.rate)
}

// dialQUIC starts a dial over UDP, a little later if there are cheaper uplinks, which ends soon if nothing comes back.
func (r *race) dialQUIC(ctx context.Context, relay Relay, uplink int, later time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	wait := unheardThin
	if r.rate > thickLine {
		wait = unheard
	}
	patience := time.AfterFunc(later+wait, cancel)
	began := time.Now().Add(later)
	heard := func(rate float64) {
		patience.Stop()
		select {
		case r.heard <- echo{time.Since(began), rate}:
		default:
		}
	}
	r.dial(ctx, cancel, target{relay, transport.WebTransport, heard, uplink}, later)
}

// dialTCP starts a dial of a WebSocket, which ends when UDP gets through.
func (r *race) dialTCP(ctx context.Context, relay Relay, uplink int) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	r.sockets = cancel
	r.dial(ctx, cancel, target{relay: relay, kind: transport.WebSocket, uplink: uplink}, 0)
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

// dial runs one dial.
func (r *race) dial(ctx context.Context, cancel context.CancelFunc, t target, later time.Duration) {
	r.client.dials.Go(func() {
		defer cancel()
		if later > 0 && !wait(ctx, later) {
			return
		}
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

// attempt dials one relay and greets it.
func (c *Client) attempt(ctx context.Context, t target, greet greeter) (o opened) {
	o.uplink = t.uplink
	if o.session, o.err = c.dial(ctx, t); o.err != nil {
		return o
	}
	if o.greeting, o.err = greet(ctx, o.session, t.uplink); o.err != nil {
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

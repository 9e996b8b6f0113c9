package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/diemcau/diemcau/transport"
)

const (
	patience  = 20 * time.Second // of the first dial
	lifetime  = 4                // spacings after which a dial gives up
	calmDown  = time.Second      // after a relay said "later", or nothing
	shortWait = 500 * time.Millisecond
	longWait  = 2 * time.Second
)

// spacing is the time between two dials, which run side by side: short at first, for a relay that restarts, then longer, for a line on
// which a handshake takes its time. A new dial sends at once, an old one ever more rarely.
func spacing(since time.Duration) time.Duration {
	return min(max(shortWait, since/10), longWait)
}

// connect dials until a relay welcomes this client, for at most the given time (0: until ctx ends). Only the dial that wins says hello:
// with a token, a second hello would take the seat from the first. The error may be a *Refusal.
func (c *Client) connect(ctx context.Context, most time.Duration) (*link, error) {
	if most > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, most)
		defer cancel()
	}
	var refusal *Refusal // the last
	for {
		session, err := c.race(ctx, most > 0)
		if err != nil && refusal != nil {
			return nil, refusal
		}
		if err != nil {
			return nil, err
		}
		l, err := c.greet(ctx, session)
		if err == nil {
			return l, nil
		}
		switch found := errors.As(err, &refusal); {
		case found && refusal.Code == "token-invalid" && c.forget(): // the relay does not know us any more: a new seat
			continue
		case found && !refusal.Again:
			return nil, refusal
		}
		if !wait(ctx, calmDown) && refusal != nil {
			return nil, refusal
		}
	}
}

// forget drops the token of an earlier session, and with it the seat; false if there was none, so that the token is the caller's own.
func (c *Client) forget() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.past.Sessions == 0 || c.token == "" {
		return false
	}
	c.token = ""
	return true
}

// race dials the relays in turn, one dial beside the other, until one has a session. strict: a wrong certificate is an error at once.
func (c *Client) race(ctx context.Context, strict bool) (*transport.Session, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	results := make(chan result)
	start := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	var last error
	for n := 0; ; {
		select {
		case <-ctx.Done():
			if last == nil {
				last = ctx.Err()
			}
			return nil, fmt.Errorf("no relay answers (%w); is its UDP port open?", last)
		case <-timer.C:
			gap := spacing(time.Since(start))
			relay := c.relay(n)
			c.dials.Go(func() { c.attempt(ctx, relay, lifetime*gap, results) })
			timer.Reset(gap)
			n++
		case r := <-results:
			if r.err == nil {
				return r.session, nil
			}
			last = r.err
			if !badCertificate(r.err) {
				continue
			}
			if strict {
				return nil, r.err
			}
			c.lookAgain(ctx)
		}
	}
}

type result struct {
	session *transport.Session
	err     error
}

// attempt dials one relay; a session that nobody takes any more is closed.
func (c *Client) attempt(ctx context.Context, relay Relay, most time.Duration, results chan<- result) {
	dialing, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	session, err := c.dial(dialing, relay.URL, relay.tls(c.config))
	select {
	case results <- result{session, err}:
	case <-ctx.Done():
		if err == nil {
			_ = session.Close("")
		}
	}
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

// wait pauses; false if ctx ended.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

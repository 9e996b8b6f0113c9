package client

import (
	"context"
	"errors"
	"time"

	"github.com/diemcau/diemcau/transport"
)

const (
	patience     = 20 * time.Second // of the first dial
	calmDown     = time.Second      // after a relay said "later", or nothing
	shortWait    = 500 * time.Millisecond
	helloTimeout = 5 * time.Second // from hello or attach to its answer
)

var errGreeting = errors.New("client: the relay's first message is neither welcome, attached nor bye")

// connect dials until a relay welcomes this client to a line of its own, for at most the given time (0: until ctx ends). Each dial that opens says hello: where half of all
// is lost the first to open is often not the first to be answered. They all name the same line, so that the relay seats one. The error may be a *Refusal.
func (c *Client) connect(ctx context.Context, most time.Duration) (*link, error) {
	if most > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, most)
		defer cancel()
	}
	var refusal *Refusal // the last
	for {
		hello := c.hello()
		greet := func(ctx context.Context, s *transport.Session, uplink int) (*greeting, error) {
			hello := hello
			hello.Uplink = uplink
			return c.greet(ctx, s, hello)
		}
		o, err := (&race{client: c, greet: greet, strict: most > 0}).run(ctx)
		if err == nil {
			return newLink(c, o), nil
		}
		switch found := errors.As(err, &refusal); {
		case !found && refusal != nil:
			return nil, refusal
		case !found:
			return nil, err
		case refusal.Code == "token-invalid" && c.forget(): // the relay does not know us any more: a new seat
			continue
		case !refusal.Again:
			return nil, refusal
		}
		if !wait(ctx, calmDown) {
			return nil, refusal
		}
	}
}

// hello is the first message of a session that begins a line.
func (c *Client) hello() transport.Hello {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := transport.Hello{
		Type: transport.TypeHello, Protocol: transport.Protocol, Build: c.config.Build,
		Meeting: c.meeting.Code, Name: c.config.Name, Token: c.token, Listen: c.config.Listen, Line: transport.NewLineSecret(),
		Pass: c.config.Led.Pass, Quiet: true,
	}
	if c.token != "" || c.config.Site != nil {
		h.Cursor = c.seating.Cursor()
	}
	if prove := c.config.Led.Proof; prove != nil {
		h.Proof = prove(h.Meeting, h.Line)
	}
	if c.past.Sessions == 0 && c.config.Muted {
		h.Muted = &c.config.Muted
	}
	if s := c.config.Site; s != nil {
		h.Site = &transport.SiteHello{Token: s.Token, Instance: s.Instance}
	}
	return h
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

// greet says the first message over a fresh session and waits for the answer. The error may be a *Refusal.
func (c *Client) greet(ctx context.Context, session *transport.Session, first any) (*greeting, error) {
	stop := context.AfterFunc(ctx, func() { _ = session.Close("") })
	defer stop()
	b, err := transport.AppendMessage(nil, first)
	if err != nil {
		return nil, err
	}
	if c.asksBeside(session, first) {
		// In one packet: the answer comes right behind the relay's first message.
		if b, err = transport.AppendMessage(b, transport.Beside{Type: transport.TypeBeside}); err != nil {
			return nil, err
		}
	}
	if err := session.WriteEncoded(b); err != nil {
		return nil, err
	}
	if err := session.SetReadDeadline(time.Now().Add(helloTimeout)); err != nil {
		return nil, err
	}
	m, err := answer(ctx, session)
	switch {
	case err != nil:
		return nil, err
	case m.Type == transport.TypeBye:
		return nil, c.refusal(m)
	}
	g := &greeting{message: m, up: uint64(len(b)) + controlOverhead, down: uint64(m.Wire) + controlOverhead}
	switch m.Type {
	case transport.TypeAttached:
		return g, session.SetReadDeadline(time.Time{})
	case transport.TypeWelcome:
	default:
		return nil, errGreeting
	}
	if err := m.Decode(&g.welcome); err != nil {
		return nil, err
	}
	return g, session.SetReadDeadline(time.Time{})
}

// answer waits for the relay's first message.
func answer(ctx context.Context, session *transport.Session) (transport.Message, error) {
	ctx, answered := context.WithCancel(ctx)
	nudged := make(chan struct{})
	go func() {
		defer close(nudged)
		session.Nudge(ctx)
	}()
	m, err := session.ReadTold()
	answered()
	<-nudged
	return m, err
}

// greeting is the relay's answer to a first message.
type greeting struct {
	message  transport.Message
	welcome  transport.Welcome
	up, down uint64 // bytes on the wire
}

// refusal turns a bye into an error, which a site is told of.
func (c *Client) refusal(m transport.Message) error {
	var bye transport.Bye
	if err := m.Decode(&bye); err != nil {
		return err
	}
	refusal := &Refusal{Code: bye.Code, Vi: bye.Vi, En: bye.En, Again: bye.Again}
	if c.config.Site != nil {
		c.config.Site.Refused(refusal)
	}
	return refusal
}

// refusedBy returns the relay's own word if that is what an error is.
func refusedBy(err error) (refusal *Refusal, ok bool) {
	ok = errors.As(err, &refusal)
	return refusal, ok
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

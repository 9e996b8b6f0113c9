package client

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
)

const (
	tickInterval  = 50 * time.Millisecond
	watchInterval = 250 * time.Millisecond
	deadAfter     = 3 * time.Second // of silence; a relay beats every second
	farewell      = 300 * time.Millisecond
	helloTimeout  = 5 * time.Second
	// A control message is a QUIC packet of its own in most cases: IPv4, UDP, QUIC, its frame and length, and the ACK that it draws.
	controlOverhead = 90
)

var (
	errSilent = errors.New("client: nothing has come for 3 s")
	errLeft   = errors.New("client: left")
	errHello  = errors.New("client: the relay's first message is neither welcome nor bye")
)

// link is one session of a client, from the relay's welcome to its end.
type link struct {
	client  *Client
	session *transport.Session
	line    *transport.Line
	welcome transport.Welcome
	plan    transport.VoicePlan       // Client.mu
	next    [codec.VoiceLayers]uint32 // sequences; Client.mu
	up      atomic.Uint64             // bytes of control messages on the wire
	down    atomic.Uint64             //
	sent    atomic.Uint64             // voice packets
	heard   atomic.Uint64             // voice packets
	first   atomic.Pointer[time.Time] // when the first voice packet came
}

// greet says hello over a fresh session and waits for the answer; it ends a session that is not welcome. The error may be a *Refusal.
func (c *Client) greet(ctx context.Context, session *transport.Session) (*link, error) {
	l := &link{client: c, session: session, line: transport.NewLine(session, time.Now())}
	err := l.greet(ctx, c.hello())
	if err != nil {
		_ = session.Close("")
		return nil, err
	}
	l.plan = l.welcome.Plan.Voice
	l.line.Protect(l.plan.Protection)
	return l, nil
}

func (c *Client) hello() transport.Hello {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := transport.Hello{
		Type: transport.TypeHello, Protocol: transport.Protocol, Build: c.config.Build,
		Meeting: c.meeting.Code, Name: c.config.Name, Token: c.token, Listen: c.config.Listen,
	}
	if c.past.Sessions == 0 && c.config.Muted {
		h.Muted = &c.config.Muted
	}
	return h
}

func (l *link) greet(ctx context.Context, hello transport.Hello) error {
	stop := context.AfterFunc(ctx, func() { _ = l.session.Close("") })
	defer stop()
	if err := l.write(hello); err != nil {
		return err
	}
	if err := l.session.SetReadDeadline(time.Now().Add(helloTimeout)); err != nil {
		return err
	}
	m, err := l.read()
	switch {
	case err != nil:
		return err
	case m.Type == transport.TypeBye:
		return refusal(m)
	case m.Type != transport.TypeWelcome:
		return errHello
	}
	if err := m.Decode(&l.welcome); err != nil {
		return err
	}
	return l.session.SetReadDeadline(time.Time{})
}

// refusal turns a bye into an error.
func refusal(m transport.Message) error {
	var bye transport.Bye
	if err := m.Decode(&bye); err != nil {
		return err
	}
	return &Refusal{Code: bye.Code, Vi: bye.Vi, En: bye.En, Again: bye.Again}
}

// run serves the session until it ends or ctx does. It returns when all its goroutines have.
func (l *link) run(ctx context.Context) error {
	group, inner := errgroup.WithContext(context.WithoutCancel(ctx))
	// The control stream's Read knows no context: closing the session ends it.
	stop := context.AfterFunc(inner, func() { _ = l.session.Close("") })
	defer stop()
	group.Go(l.readControl)
	group.Go(func() error { return l.readDatagrams(inner) })
	group.Go(func() error { return l.tick(inner) })
	group.Go(func() error { return l.watch(ctx, inner) })
	return group.Wait()
}

func (l *link) readControl() error {
	for {
		m, err := l.read()
		if errors.Is(err, transport.ErrNotJSON) {
			continue
		}
		if err != nil {
			return err
		}
		if err := l.handle(m); err != nil {
			return err
		}
	}
}

// handle does what a message says; what is not understood is from a later protocol. The error ends the session.
func (l *link) handle(m transport.Message) error {
	switch m.Type {
	case transport.TypePlan:
		var plan transport.Plan
		if m.Decode(&plan) == nil {
			l.client.follow(l, plan.Voice)
		}
	case transport.TypeEvent:
		var event transport.Event
		if m.Decode(&event) == nil {
			l.client.seated(event.Kind, event.Seat)
		}
	case transport.TypeError:
		var complaint transport.Error
		if m.Decode(&complaint) == nil {
			l.client.config.logger().Warn("the relay complains", "code", complaint.Code, "sentence", complaint.En)
		}
	case transport.TypeBye:
		return refusal(m)
	}
	return nil
}

// readDatagrams is hop 10.
func (l *link) readDatagrams(ctx context.Context) error {
	for {
		packets, err := l.line.Receive(ctx)
		if err != nil {
			return err
		}
		if len(packets) == 0 {
			continue
		}
		now := time.Now()
		if l.heard.Add(uint64(len(packets))) == uint64(len(packets)) {
			l.first.Store(&now)
		}
		if l.client.heard == nil {
			continue
		}
		for _, p := range packets {
			l.client.heard(p, now)
		}
	}
}

// tick sends the feedback and beats that are due.
func (l *link) tick(ctx context.Context) error {
	ticker := time.NewTicker(tickInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-ticker.C:
			if err := l.line.Tick(now); err != nil {
				return err
			}
		}
	}
}

// watch ends a session on which nothing comes any more, and says goodbye when outer ends. Unlike tick it never blocks on the line.
func (l *link) watch(outer, ctx context.Context) error {
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-ticker.C:
			if l.line.Silence(now) > deadAfter {
				return errSilent
			}
		case <-outer.Done():
			_ = l.write(transport.Bye{Type: transport.TypeBye})
			timer := time.NewTimer(farewell)
			defer timer.Stop()
			select {
			case <-ctx.Done(): // the relay has closed the session
			case <-timer.C:
			}
			return errLeft
		}
	}
}

// packet makes the next packet of a layer. Client.mu is held.
func (l *link) packet(f Frame) *transport.Packet {
	p := transport.NewVoice(l.welcome.Publication, f.Layer, l.next[f.Layer], f.Time, f.Level, f.Payload)
	l.next[f.Layer]++
	l.sent.Add(1)
	return p
}

func (l *link) write(message any) error {
	b, err := transport.AppendMessage(nil, message)
	if err != nil {
		return err
	}
	l.up.Add(uint64(len(b)) + controlOverhead)
	return l.session.WriteEncoded(b)
}

func (l *link) read() (transport.Message, error) {
	m, err := l.session.ReadControl(transport.MaxControl)
	l.down.Add(uint64(len(m.JSON)) + controlOverhead)
	return m, err
}

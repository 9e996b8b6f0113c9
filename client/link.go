package client

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
)

const (
	tickInterval = 20 * time.Millisecond
	// A control message is a QUIC packet of its own in most cases: IPv4, UDP, QUIC, its frame and length, and the ACK that it draws.
	controlOverhead = 90
)

// link is one line of a client: from the relay's welcome to its end, over as many sessions as it takes.
type link struct {
	client  *Client
	paths   *transport.Paths
	line    *transport.Line
	secret  string                     // of the line
	id      uint32                     // publication
	first   *attachment                // the session that was welcomed
	control atomic.Pointer[attachment] // the session that carries control; nil: none now
	plan    transport.VoicePlan        // Client.mu
	listen  transport.ListenPlan       // Client.mu
	next    [codec.VoiceLayers]uint32  // sequences; Client.mu
	gather  gather                     // what waits for its datagram
	ended   chan *attachment           // sessions that are over
	counts  counts
	trying  atomic.Bool // a trial is under way
	aside   *aside
}

// counts are those of a link.
type counts struct {
	up, down atomic.Uint64             // bytes of control messages on the wire
	sent     atomic.Uint64             // voice packets
	heard    atomic.Uint64             // voice packets
	first    atomic.Pointer[time.Time] // when the first voice packet came
}

// newLink makes the line that a session was welcomed to.
func newLink(c *Client, o opened) *link {
	l := &link{
		client: c, paths: transport.NewPaths(), secret: o.welcome.Line, id: o.welcome.Publication, ended: make(chan *attachment),
	}
	l.line = transport.NewLine(l.paths, time.Now())
	l.line.Moves()
	l.line.Want(0) // the relay's plan says how much: there is nothing to prove
	l.aside = newAside(l)
	l.first = newAttachment(l, o)
	l.control.Store(l.first)
	l.greeted(l.first, o.greeting)
	return l
}

// greeted takes the relay's answer on a new session.
func (l *link) greeted(p *attachment, g *greeting) {
	l.counts.up.Add(g.up)
	l.counts.down.Add(g.down)
	l.welcomed(p, &g.welcome)
	l.client.told(g.message)
}

// run serves the line until it is over or ctx ends. It returns when all its goroutines have. The error may be a *Refusal.
func (l *link) run(ctx context.Context) error {
	group, inner := errgroup.WithContext(context.WithoutCancel(ctx))
	group.Go(func() error { return l.readDatagrams(inner) })
	group.Go(func() error { return l.tick(inner) })
	group.Go(func() error { return l.aside.run(inner) })
	group.Go(func() error { return newKeeper(l, inner).run(ctx) })
	return group.Wait()
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
		if l.counts.heard.Add(uint64(len(packets))) == uint64(len(packets)) {
			l.counts.first.Store(&now)
		}
		if l.client.heard == nil {
			continue
		}
		for _, p := range packets {
			l.client.heard(p, now)
		}
	}
}

// tick sends the feedback, beats and probes that are due, and the frames that no others follow.
func (l *link) tick(ctx context.Context) error {
	ticker := time.NewTicker(tickInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-ticker.C:
			if err := l.line.Send(l.gather.late(l.client.interval(), now), now); err != nil {
				return err
			}
			if err := l.line.Tick(now); err != nil {
				return err
			}
		}
	}
}

// send sends packets, or holds them until a datagram is full.
func (l *link) send(packets []*transport.Packet, interval time.Duration) error {
	now := time.Now()
	l.counts.sent.Add(uint64(len(packets)))
	if err := l.line.Send(l.gather.add(packets, interval, now), now); err != nil {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	return nil
}

// packet makes the next packet of a layer. Client.mu is held.
func (l *link) packet(f Frame) *transport.Packet {
	p := transport.NewVoice(l.id, f.Layer, l.next[f.Layer], f.Time, f.Level, f.Payload)
	l.next[f.Layer]++
	return p
}

// say sends a control message on the session that carries them; ErrAway if none does.
func (l *link) say(message any) error {
	p := l.control.Load()
	if p == nil {
		return ErrAway
	}
	return p.write(message)
}

// welcomed takes what a welcome says; on a line that goes on, the microphone is as it was here.
func (l *link) welcomed(p *attachment, w *transport.Welcome) {
	l.follow(w.Plan)
	if w.Quiet {
		l.line.Quiet()
	}
	if muted, differs := l.client.welcomed(w); differs {
		_ = p.write(transport.Mute{Type: transport.TypeMute, Muted: muted}) // a session that ends is followed by another welcome
	}
	for _, w := range l.client.wished() {
		_ = p.write(w.message)
	}
	l.client.sayLooks(l, p.write)
}

// follow takes a new plan.
func (l *link) follow(plan transport.Plan) {
	l.line.Protect(plan.Voice.Protection)
	l.aside.follow(plan.Video)
	l.client.mu.Lock()
	defer l.client.mu.Unlock()
	l.plan, l.listen = plan.Voice, plan.Listen
}

// attachment is one session of a link.
type attachment struct {
	link    *link
	session *transport.Session
	route   *transport.Route
	side    side // beside its QUIC
	uplink  int
	packets uint64 // of the library, that came until the line took the session
	answering
	err error // why it ended; set before it is sent to link.ended
}

func newAttachment(l *link, o opened) *attachment {
	route := l.paths.AddOn(o.uplink, o.session, func() { _ = o.session.Close("") })
	packets, _, _ := o.session.Window()
	return &attachment{link: l, session: o.session, route: route, uplink: o.uplink, packets: packets}
}

// answered says whether anything came on the session since the line took it, if only an acknowledgement.
func (p *attachment) answered() bool {
	packets, _, _ := p.session.Window()
	return packets > p.packets
}

// run carries the line's datagrams and reads control messages until the session ends or ctx does, then reports to the keeper.
func (p *attachment) run(ctx context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// The control stream's Read knows no context: closing the session ends it.
	stop := context.AfterFunc(ctx, func() { _ = p.session.Close("") })
	defer stop()
	read := make(chan struct{})
	go func() {
		defer close(read)
		cancel(p.readControl(ctx))
	}()
	cancel(p.route.Carry(ctx))
	<-read
	p.side.close()
	p.err = context.Cause(ctx)
}

func (p *attachment) readControl(ctx context.Context) error {
	for {
		m, err := p.session.ReadTold()
		p.link.counts.down.Add(uint64(m.Wire) + controlOverhead)
		switch {
		case errors.Is(err, transport.ErrNotJSON):
			continue
		case err != nil:
			return err
		}
		if m.Type == transport.TypeBeside {
			p.handleBeside(ctx, m)
			continue
		}
		if err := p.handle(m); err != nil {
			return err
		}
	}
}

// handle does what a message says; what is not understood is from a later protocol, and what comes on an older session is told again on the newer one.
// The error ends the session.
func (p *attachment) handle(m transport.Message) error {
	if m.Type == transport.TypeBye {
		return p.link.client.refusal(m)
	}
	if p.link.control.Load() != p {
		return nil
	}
	defer p.link.client.told(m)
	switch m.Type {
	case transport.TypeWelcome:
		var welcome transport.Welcome
		if m.Decode(&welcome) == nil {
			p.link.welcomed(p, &welcome)
		}
	case transport.TypePlan:
		var plan transport.Plan
		if m.Decode(&plan) == nil {
			p.link.follow(plan)
		}
	case transport.TypeEvent:
		var event transport.Event
		if m.Decode(&event) == nil {
			p.link.client.happened(event)
		}
	case transport.TypeDone:
		var done transport.Done
		if m.Decode(&done) == nil {
			p.link.client.answered(done.ID, done.N, nil)
		}
	case transport.TypeRefused:
		var refused transport.Refused
		if m.Decode(&refused) == nil {
			p.link.client.answered(refused.ID, 0, &Refusal{Code: refused.Code, Vi: refused.Vi, En: refused.En})
		}
	case transport.TypeRecall:
		p.recall(m)
	case transport.TypeDeck:
		var deck transport.Deck
		if tell := p.link.client.config.Led.Deck; tell != nil && m.Decode(&deck) == nil {
			tell(deck)
		}
	case transport.TypeProbe:
		p.tried(m)
	case transport.TypePictures, transport.TypeKey:
		p.link.client.toldPictures(m)
	case transport.TypeError:
		var complaint transport.Error
		if m.Decode(&complaint) == nil {
			p.link.client.config.logger().Warn("the relay complains", "code", complaint.Code, "sentence", complaint.En)
		}
	}
	return nil
}

func (p *attachment) write(message any) error {
	b, err := transport.AppendMessage(nil, message)
	if err != nil {
		return err
	}
	p.link.counts.up.Add(uint64(len(b)) + controlOverhead)
	return p.session.WriteEncoded(b)
}

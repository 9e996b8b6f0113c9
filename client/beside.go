package client

import (
	"context"
	"sync"
	"time"

	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/beside"
)

// asksBeside says whether a session whose first message is this asks for a way beside its QUIC: one is enough for a line, that of the session with control, and one
// for each of several uplinks.
func (c *Client) asksBeside(session *transport.Session, first any) bool {
	attach, attaches := first.(transport.Attach)
	return !c.config.NoBeside && session.Under() != nil && (!attaches || attach.Control || c.several())
}

// side is the way beside a session's QUIC.
type side struct {
	tasks sync.WaitGroup // of its goroutines

	mu      sync.Mutex // guards all below
	port    *beside.Port
	channel *beside.Channel // nil: the relay has given none
	route   *transport.Route
}

// handleBeside takes what the relay says of the way beside QUIC.
func (p *attachment) handleBeside(ctx context.Context, m transport.Message) {
	var said transport.Beside
	if m.Decode(&said) != nil || p.link.client.config.NoBeside {
		return
	}
	s, now := &p.side, time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case said.Deaf && s.channel != nil && s.channel.Number() == said.Channel:
		s.channel.Fail(now)
	case !said.Deaf && s.channel == nil && p.session.Under() != nil && ctx.Err() == nil:
		s.open(ctx, p, said.Channel, now)
	}
}

// open joins the channel that the relay gave. mu is held.
func (s *side) open(ctx context.Context, p *attachment, number uint64, now time.Time) {
	s.port = beside.NewPort(p.session.Under())
	channel, err := s.port.Join(number, p.session.ExportKeys, p.session.RemoteAddr())
	if err != nil {
		p.link.client.config.logger().Info("media stays inside QUIC", "cause", err)
		return
	}
	s.channel, s.route = channel, p.route.Beside(channel)
	s.tasks.Go(func() { _ = s.port.Run(ctx) }) // the socket ends with the session
	s.tasks.Go(func() { _ = s.route.Carry(ctx) })
	channel.Tick(now)
}

// close ends the channel and waits for what carries it; ctx of open has ended.
func (s *side) close() {
	s.mu.Lock()
	if s.channel != nil {
		s.channel.Close()
	}
	s.channel = nil
	s.mu.Unlock()
	s.tasks.Wait()
}

// look keeps the channel proven, and gives it up when nothing comes on it while QUIC brings packets. Call it every 100 ms or so, from one goroutine.
func (p *attachment) look(now time.Time) {
	s := &p.side
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.channel == nil {
		return
	}
	s.channel.Tick(now)
	if s.channel.Moved() {
		s.route.Mirror()
	}
	if s.route.Deaf(now) {
		s.channel.Fail(now)
		message := transport.Beside{Type: transport.TypeBeside, Channel: s.channel.Number(), Deaf: true}
		s.tasks.Go(func() { _ = p.write(message) }) // a session that ends tells it, too
	}
}

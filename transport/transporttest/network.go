package transporttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// Network is an internet in memory: one server and any number of lines to it, for real QUIC and HTTP in the time of testing/synctest. It starts no goroutine.
type Network struct {
	start time.Time

	mu        sync.Mutex // guards all below
	sockets   map[netip.AddrPort]*Socket
	listeners map[netip.AddrPort]*Listener
	lines     int
}

// NewNetwork makes a network whose time begins now.
func NewNetwork() *Network {
	return &Network{start: time.Now(), sockets: map[netip.AddrPort]*Socket{}, listeners: map[netip.AddrPort]*Listener{}}
}

// Line is a client's way to the network. What all its sockets send goes through one channel up, what is sent to them through one down.
type Line struct {
	network  *Network
	up, down *Channel
	address  netip.Addr

	mu    sync.Mutex // guards all below
	port  uint16
	noUDP bool
	middlebox
}

// Line adds a line with an address of its own. The same seed gives the same losses. An invalid impairment panics.
func (n *Network) Line(up, down Impairment, seed uint64) *Line {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lines++
	return &Line{
		network: n, up: NewChannel(up, seed*2), down: NewChannel(down, seed*2+1),
		address: netip.AddrFrom4([4]byte{10, 1, byte(n.lines >> 8), byte(n.lines)}),
	}
}

// Set changes both directions from now on; outages count from now. An invalid impairment (ErrImpairment) changes nothing.
func (l *Line) Set(up, down Impairment) error {
	now := time.Since(l.network.start)
	return errors.Join(l.up.Set(now, up), l.down.Set(now, down))
}

// BlockUDP drops all UDP packets from now on, as some networks do, or lets them pass again.
func (l *Line) BlockUDP(blocked bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.noUDP = blocked
}

// Move gives the sockets that are opened from now on another address, as when a phone's hotspot replaces the line; those of before get nothing any more.
func (l *Line) Move() {
	n := l.network
	n.mu.Lock()
	defer n.mu.Unlock()
	for at, s := range n.sockets {
		if s.line == l {
			delete(n.sockets, at)
		}
	}
	n.lines++
	l.mu.Lock()
	defer l.mu.Unlock()
	l.address = netip.AddrFrom4([4]byte{10, 1, byte(n.lines >> 8), byte(n.lines)})
}

// Counters returns what happened to the packets of the line so far.
func (l *Line) Counters() (up, down Counters) { return l.up.Counters(), l.down.Counters() }

// Backlog returns how long a packet would wait before the line's bottleneck now.
func (l *Line) Backlog() (up, down time.Duration) {
	now := time.Since(l.network.start)
	return l.up.Backlog(now), l.down.Backlog(now)
}

// ListenPacket opens a client's UDP socket on the line.
func (l *Line) ListenPacket() (net.PacketConn, error) {
	return l.network.open(netip.AddrPortFrom(l.next()), l)
}

// next is an address that no socket of the line has had yet.
func (l *Line) next() (netip.Addr, uint16) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.port++
	return l.address, 10000 + l.port
}

// ListenPacket opens the server's UDP socket at address (host:port). Between it and the network nothing is lost.
func (n *Network) ListenPacket(address string) (net.PacketConn, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	return n.open(at, nil)
}

func (n *Network) open(at netip.AddrPort, line *Line) (*Socket, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.sockets[at] != nil {
		return nil, fmt.Errorf("transporttest: %s is taken", at)
	}
	s := &Socket{network: n, line: line, inside: at, at: at, in: newTransit[sentPacket](maxOnTheWay)}
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	n.sockets[at] = s
	return s, nil
}

// sentPacket is a UDP packet on its way.
type sentPacket struct {
	from    netip.AddrPort
	payload []byte
}

// Socket is a UDP socket of a Network, a net.PacketConn.
type Socket struct {
	network *Network
	line    *Line          // nil: the server's
	inside  netip.AddrPort // as its owner knows it
	at      netip.AddrPort // as the network does; Network.mu
	in      *transit[sentPacket]
	close   sync.Once

	mu     sync.Mutex // guards all below
	ctx    context.Context
	cancel context.CancelCauseFunc
}

// LocalAddr implements net.PacketConn.
func (s *Socket) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(s.inside) }

// WriteTo implements net.PacketConn. A packet that is lost or leads nowhere is no error.
func (s *Socket) WriteTo(b []byte, to net.Addr) (int, error) {
	select {
	case <-s.in.closed:
		return 0, net.ErrClosed
	default:
	}
	udp, ok := to.(*net.UDPAddr)
	if !ok {
		return 0, fmt.Errorf("transporttest: %v is no UDP address", to)
	}
	at := udp.AddrPort()
	at = netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
	s.network.mu.Lock()
	other, from := s.network.sockets[at], s.at
	s.network.mu.Unlock()
	line := s.line
	if line == nil && other != nil {
		line = other.line
	}
	if other == nil || line != nil && !line.passes(b, from, s.line != nil) {
		return len(b), nil
	}
	arrival, fate := time.Since(s.network.start), Delivered
	switch {
	case line == nil:
	case s.line == nil:
		arrival, fate = line.down.Pass(arrival, len(b)+ipUDP)
	default:
		arrival, fate = line.up.Pass(arrival, len(b)+ipUDP)
	}
	if fate == Delivered {
		other.in.put(s.network.start.Add(arrival), sentPacket{from, bytes.Clone(b)})
	}
	return len(b), nil
}

// ReadFrom implements net.PacketConn.
func (s *Socket) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		s.mu.Lock()
		ctx := s.ctx
		s.mu.Unlock()
		p, err := s.in.take(ctx)
		switch {
		case err == nil:
			return copy(b, p.payload), net.UDPAddrFromAddrPort(p.from), nil
		case errors.Is(err, ErrClosed):
			return 0, nil, net.ErrClosed
		case !errors.Is(err, errDeadlineMoved):
			return 0, nil, os.ErrDeadlineExceeded
		}
	}
}

var errDeadlineMoved = errors.New("transporttest: another deadline")

// SetReadDeadline implements net.PacketConn.
func (s *Socket) SetReadDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancel(errDeadlineMoved)
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	if !t.IsZero() {
		ctx, stop := context.WithDeadline(s.ctx, t)
		cancel := s.cancel
		s.ctx, s.cancel = ctx, func(cause error) { cancel(cause); stop() }
	}
	return nil
}

// SetWriteDeadline implements net.PacketConn; writing never blocks.
func (s *Socket) SetWriteDeadline(time.Time) error { return nil }

// SetDeadline implements net.PacketConn.
func (s *Socket) SetDeadline(t time.Time) error { return s.SetReadDeadline(t) }

// SetReadBuffer is there for quic-go, which asks for it; the buffer is large enough.
func (s *Socket) SetReadBuffer(int) error { return nil }

// SetWriteBuffer is like SetReadBuffer.
func (s *Socket) SetWriteBuffer(int) error { return nil }

// Close implements net.PacketConn.
func (s *Socket) Close() error {
	s.close.Do(func() {
		close(s.in.closed)
		n := s.network
		n.mu.Lock()
		defer n.mu.Unlock()
		if n.sockets[s.at] == s {
			delete(n.sockets, s.at)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.cancel(errDeadlineMoved)
	})
	return nil
}

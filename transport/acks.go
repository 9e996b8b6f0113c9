package transport

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

const (
	ackMost     = 100                   // bytes of a packet that may be an acknowledgement: one with 32 ranges has about 90
	youngMost   = 160                   // bytes of a packet of a young connection that is repeated
	ackRepeats  = 2                     // after the first sending
	ackSpacing  = 15 * time.Millisecond // between them
	acksFor     = 5 * time.Second       // how long a remote counts as lossy after it was marked
	ackRate     = 1500.0                // bytes/s of UDP payload spent on one remote
	ackBurst    = 600.0                 // bytes
	ackRemotes  = 512                   // marked at once
	ackQueue    = 512                   // packets that wait to be repeated, at a relay
	ackYoung    = 3 * time.Second       // a connection repeats all its small packets so long: its first steps each wait for one
	maxOOB      = 64                    // bytes of a packet's control messages: source address and ECN
	headerForm  = 0xc0                  // these bits of a packet's first byte tell what it is:
	shortHeader = 0x40                  // one after the handshake (RFC 9000 section 17.3), if the other is clear; set in each
)

// acks repeats what may be QUIC's acknowledgements to remotes that lose them. A browser's congestion control stalls on a line that loses a third of them; it
// drops duplicates unseen, and its own cannot be repeated from here. Nothing in a packet tells an acknowledgement but its size, so other packets as small are repeated
// as well. A newer one to the same remote says all that an older one did and takes its place. Memory and rate are bounded.
type acks struct {
	size    int // of queue
	write   func(b, oob []byte, to *net.UDPAddr)
	wake    chan struct{}
	active  atomic.Int32 // remotes marked
	packets atomic.Uint64
	bytes   atomic.Uint64

	mu       sync.Mutex // guards all below
	remotes  map[netip.AddrPort]*lossyRemote
	queue    []repetition // in the order of due; at most ackQueue, of which first is the oldest
	first, n int
}

// lossyRemote is an address that loses acknowledgements.
type lossyRemote struct {
	until  time.Time
	budget float64 // bytes
	filled time.Time
	newest uint64    // number of its last packet
	young  time.Time // until when
}

// repetition is a packet that waits to be sent again.
type repetition struct {
	due    time.Time
	to     *net.UDPAddr
	remote *lossyRemote
	number uint64 // of the packet among those of its remote
	left   int
	size   int
	b      [youngMost]byte
	oob    [maxOOB]byte
	oobLen int
}

func newAcks(queue int) *acks {
	return &acks{size: queue, wake: make(chan struct{}, 1), remotes: map[netip.AddrPort]*lossyRemote{}}
}

// begin notes that a connection with a remote begins.
func (a *acks) begin(remote netip.AddrPort, now time.Time) {
	a.mark(remote, now)
	a.mu.Lock()
	defer a.mu.Unlock()
	if r := a.remotes[remote]; r != nil {
		r.young = now.Add(ackYoung)
	}
}

// mark notes that a remote loses packets, for acksFor.
func (a *acks) mark(remote netip.AddrPort, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for other, r := range a.remotes {
		if now.After(r.until) {
			delete(a.remotes, other)
		}
	}
	r := a.remotes[remote]
	if r == nil && len(a.remotes) < ackRemotes {
		r = &lossyRemote{budget: ackBurst, filled: now}
		a.remotes[remote] = r
	}
	if r != nil {
		r.until = now.Add(acksFor)
	}
	a.active.Store(int32(len(a.remotes)))
}

// sent looks at a packet that has just left. It keeps nothing of it but copies.
func (a *acks) sent(b, oob []byte, to *net.UDPAddr) {
	if a.active.Load() == 0 || len(b) > youngMost || len(b) == 0 || b[0]&shortHeader == 0 || len(oob) > maxOOB {
		return
	}
	now := time.Now()
	a.mu.Lock()
	r := a.remotes[unmapped(to)]
	if r == nil || now.After(r.until) || (len(b) > ackMost || b[0]&headerForm != shortHeader) && now.After(r.young) {
		a.mu.Unlock()
		return
	}
	r.newest++
	x := a.push()
	*x = repetition{due: now.Add(ackSpacing), to: to, remote: r, number: r.newest, left: ackRepeats, size: len(b)}
	copy(x.b[:], b)
	x.oobLen = copy(x.oob[:], oob)
	only := a.n == 1
	a.mu.Unlock()
	if only {
		select {
		case a.wake <- struct{}{}:
		default:
		}
	}
}

// push makes room at the end of the queue; when it is full the oldest goes. mu is held.
func (a *acks) push() *repetition {
	if a.queue == nil {
		a.queue = make([]repetition, a.size)
	}
	if a.n == len(a.queue) {
		a.first = (a.first + 1) % len(a.queue)
		a.n--
	}
	a.n++
	return &a.queue[(a.first+a.n-1)%len(a.queue)]
}

// run repeats until ctx ends.
func (a *acks) run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		if wait := a.repeat(time.Now()); wait > 0 {
			timer.Reset(wait)
		}
		select {
		case <-ctx.Done():
			return
		case <-a.wake:
		case <-timer.C:
		}
	}
}

// repeat sends what is due and returns how long the next takes, 0 if there is none.
func (a *acks) repeat(now time.Time) time.Duration {
	for {
		a.mu.Lock()
		if a.n == 0 {
			a.mu.Unlock()
			return 0
		}
		x := a.queue[a.first]
		if wait := x.due.Sub(now); wait > 0 {
			a.mu.Unlock()
			return wait
		}
		a.first = (a.first + 1) % len(a.queue)
		a.n--
		good := (x.number == x.remote.newest || now.Before(x.remote.young)) && x.remote.spend(x.size, now)
		if good && x.left > 1 {
			again := a.push()
			*again = x
			again.due, again.left = x.due.Add(ackSpacing), x.left-1
		}
		a.mu.Unlock()
		if good {
			a.write(x.b[:x.size], x.oob[:x.oobLen], x.to)
			a.packets.Add(1)
			a.bytes.Add(uint64(x.size))
		}
	}
}

// spend takes size bytes from the budget if it has them.
func (r *lossyRemote) spend(size int, now time.Time) bool {
	r.budget = min(ackBurst, r.budget+ackRate*now.Sub(r.filled).Seconds())
	r.filled = now
	if r.budget < float64(size) {
		return false
	}
	r.budget -= float64(size)
	return true
}

func unmapped(a *net.UDPAddr) netip.AddrPort {
	p := a.AddrPort()
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}

// watch returns conn with every packet that leaves shown to a. It keeps what quic-go uses of a UDP socket: control messages, batched reading, buffer sizes.
func (a *acks) watch(conn net.PacketConn) net.PacketConn {
	if udp, ok := conn.(*net.UDPConn); ok {
		a.write = func(b, oob []byte, to *net.UDPAddr) { _, _, _ = udp.WriteMsgUDP(b, oob, to) }
		return &watchedUDP{udp, a}
	}
	a.write = func(b, _ []byte, to *net.UDPAddr) { _, _ = conn.WriteTo(b, to) }
	return &watchedConn{conn, a}
}

// watchedUDP is a quic.OOBCapablePacketConn as the socket in it.
type watchedUDP struct {
	*net.UDPConn
	acks *acks
}

// WriteMsgUDP is how quic-go sends on such a socket.
func (c *watchedUDP) WriteMsgUDP(b, oob []byte, to *net.UDPAddr) (n, oobn int, err error) {
	n, oobn, err = c.UDPConn.WriteMsgUDP(b, oob, to)
	if err == nil {
		c.acks.sent(b, oob, to)
	}
	return n, oobn, err
}

// watchedConn is any other net.PacketConn.
type watchedConn struct {
	net.PacketConn
	acks *acks
}

// WriteTo implements net.PacketConn.
func (c *watchedConn) WriteTo(b []byte, to net.Addr) (int, error) {
	n, err := c.PacketConn.WriteTo(b, to)
	if udp, ok := to.(*net.UDPAddr); ok && err == nil {
		c.acks.sent(b, nil, udp)
	}
	return n, err
}

// SetReadBuffer and SetWriteBuffer exist so that quic-go does not complain of their absence.
func (c *watchedConn) SetReadBuffer(n int) error {
	if b, ok := below(c.PacketConn).(interface{ SetReadBuffer(int) error }); ok {
		return b.SetReadBuffer(n)
	}
	return nil
}

// SetWriteBuffer is like SetReadBuffer.
func (c *watchedConn) SetWriteBuffer(n int) error {
	if b, ok := below(c.PacketConn).(interface{ SetWriteBuffer(int) error }); ok {
		return b.SetWriteBuffer(n)
	}
	return nil
}

// below is the socket itself.
func below(c net.PacketConn) net.PacketConn {
	if h, ok := c.(*hearing); ok {
		c = h.PacketConn
	}
	if counted, ok := c.(*countedPackets); ok {
		c = counted.PacketConn
	}
	return c
}

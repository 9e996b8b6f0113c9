package beside

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/transport"
)

// ErrClosed is the error of a Channel that was closed.
var ErrClosed = errors.New("beside: the channel is closed")

// queueSize is how many datagrams wait for their reader: more than a line brings in 300 ms.
const queueSize = 64

// Stats counts what a Channel did, and what it dropped, by reason.
type Stats struct {
	Sent, Received uint64 // datagrams
	Forged         uint64 // packets that were not authentic
	Replayed       uint64 // packets that came before, or too late to know
	Malformed      uint64 // authentic, and yet no message of ours
	Overflow       uint64 // datagrams that came while queueSize others waited: the oldest went
	Challenges     uint64 // sent
	Moved          uint64 // how often the other end was found at another address
}

// Channel carries the hop datagrams of one session beside its QUIC connection. It is a transport.Datagrams that never blocks a sender. Its methods may be called from
// any goroutine, ReceiveDatagram from one at a time.
type Channel struct {
	port   *Port
	number uint64
	relay  bool
	queue  chan []byte
	done   chan struct{}
	end    sync.Once
	ready  atomic.Bool
	moving atomic.Bool
	counts counts
	opener opener // the port's reader's

	mu     sync.Mutex // guards all below, and the order in which packets leave
	sealer sealer
	to     net.Addr
	where  whereabouts // a relay's
	proof  proof       // a client's
}

// counts are Stats in the making.
type counts struct {
	sent, received, forged, replayed, malformed, overflow, challenges, moved atomic.Uint64
}

var _ transport.Datagrams = (*Channel)(nil)

func newChannel(p *Port, number uint64, export Export, to *net.UDPAddr, relay bool) *Channel {
	c := &Channel{port: p, number: number, relay: relay, queue: make(chan []byte, queueSize), done: make(chan struct{}), to: to}
	out, in := up, down
	if relay {
		out, in = down, up
		c.where.proven, c.where.recent = unmapped(to), &recent{}
	}
	c.sealer.keys = keys{export, number, out}
	c.opener.keys = keys{export, number, in}
	return c
}

func (c *Channel) id() uint32 { return uint32(c.number & maxID) }

// Number is the channel's name in messages: its relay never gives it twice.
func (c *Channel) Number() uint64 { return c.number }

// Ready says whether packets are known to pass both ways, so that media may take this way: a client's challenge was answered, a relay got a datagram, which a client sends only then.
func (c *Channel) Ready() bool { return c.ready.Load() }

// Overhead is what IPv4, UDP and the channel add to a hop datagram on the wire, in bytes.
func (*Channel) Overhead() int { return Overhead }

// Overhead is what IPv4 (20), UDP (8), the header (6) and the tag (16) add to a hop datagram on the wire, in bytes.
const Overhead = 28 + headerSize + tagSize

// Moved says whether the relay asked since the last call whether this client is at another address: QUIC does not know it yet.
func (c *Channel) Moved() bool { return c.moving.Swap(false) }

// Stats returns the counts so far.
func (c *Channel) Stats() Stats {
	n := &c.counts
	return Stats{
		Sent: n.sent.Load(), Received: n.received.Load(), Forged: n.forged.Load(), Replayed: n.replayed.Load(), Malformed: n.malformed.Load(),
		Overflow: n.overflow.Load(), Challenges: n.challenges.Load(), Moved: n.moved.Load(),
	}
}

// SendDatagram implements transport.Datagrams. It keeps nothing of b, and waits for nothing but the socket. b is at most transport.MaxDatagram bytes.
func (c *Channel) SendDatagram(b []byte) error {
	if len(b) == 0 || len(b) > transport.MaxDatagram {
		return transport.ErrMalformed
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.send(kindDatagram, b, c.to); err != nil {
		return err
	}
	c.counts.sent.Add(1)
	if c.where.recent != nil && !transport.IsAside(b) { // that is asked for again by itself
		c.where.recent.keep(b)
	}
	return nil
}

// send seals and sends a packet. mu is held.
func (c *Channel) send(k kind, payload []byte, to net.Addr) error {
	select {
	case <-c.done:
		return ErrClosed
	default:
	}
	buffer := packets.Get().(*packet)
	defer packets.Put(buffer)
	c.sealer.buffer = buffer
	b, err := c.sealer.seal(k, payload)
	if err != nil {
		return err
	}
	_, err = c.port.under.WriteTo(b, to)
	return err
}

// step sends a step of the proof that an address, or the way, is good. mu is held.
func (c *Channel) step(s step, t token, to net.Addr) {
	var b [stepSize]byte
	if c.send(kindPath, appendStep(b[:0], s, t), to) == nil && s == stepChallenge {
		c.counts.challenges.Add(1)
	}
}

// ReceiveDatagram implements transport.Datagrams. The error is ErrClosed or the cause of ctx.
func (c *Channel) ReceiveDatagram(ctx context.Context) ([]byte, error) {
	select {
	case b := <-c.queue:
		return b, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-c.done:
		return nil, ErrClosed
	}
}

// Tick asks, at a client's end, whether packets pass, as long as that is not known: often at first, then ever more rarely. Call it every 100 ms or so.
func (c *Channel) Tick(now time.Time) {
	if c.relay || c.ready.Load() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.proof.next.IsZero() {
		c.proof = newProof(now)
	}
	if c.proof.due(now) {
		c.step(stepChallenge, c.proof.asked, c.to)
	}
}

// Fail notes that nothing passes any more, or that the other end says so: media must take another way until it is proven again.
func (c *Channel) Fail(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.proof.fail(now)
	c.ready.Store(false)
}

// Close ends the channel; its keys are gone with it.
func (c *Channel) Close() {
	c.end.Do(func() {
		close(c.done)
		c.ready.Store(false)
		c.port.remove(c)
	})
}

// take opens a packet that came for this channel; b begins rtpHeader-headerSize bytes before it. For the port's reader.
func (c *Channel) take(b []byte, h header, from *net.UDPAddr, now time.Time) {
	payload, newest, err := c.opener.open(b, h)
	switch {
	case errors.Is(err, errTag), errors.Is(err, errEpoch):
		c.counts.forged.Add(1)
		c.port.forged.Add(1)
		return
	case err != nil:
		c.counts.replayed.Add(1)
		c.port.replayed.Add(1)
		return
	}
	size := len(payload) + headerSize + tagSize
	switch h.kind {
	case kindDatagram:
		c.locate(from, size, newest, now)
		if c.relay && !c.ready.Load() {
			c.ready.Store(true)
		}
		c.put(bytes.Clone(payload))
	case kindPath:
		c.path(payload, from, size, newest, now)
	}
}

// locate notes where an authentic packet came from, and challenges an address that is new.
func (c *Channel) locate(from *net.UDPAddr, size int, newest bool, now time.Time) {
	if !c.relay {
		return // a client's relay stays where it is
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.saw(from, size, newest, now)
}

// saw notes where an authentic packet came from, and challenges an address that is new. mu is held.
func (c *Channel) saw(from *net.UDPAddr, size int, newest bool, now time.Time) {
	at := unmapped(from)
	if newest && at == c.where.proven {
		c.where.recent.heard()
	}
	if t, ask := c.where.saw(at, size, newest, now); ask {
		c.step(stepChallenge, t, from)
	}
}

// moved sends to the new address of a client what it may have missed at the old one. mu is held.
func (c *Channel) moved(to *net.UDPAddr) {
	c.to = to
	c.counts.moved.Add(1)
	c.where.recent.each(func(b []byte) { _ = c.send(kindDatagram, b, to) })
}

// path takes a step of the other end's.
func (c *Channel) path(payload []byte, from *net.UDPAddr, size int, newest bool, now time.Time) {
	s, t, ok := parseStep(payload)
	if !ok {
		c.counts.malformed.Add(1)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch at := unmapped(from); {
	case c.relay && s == stepResponse:
		if c.where.answered(t, at) {
			c.moved(from)
		}
	case c.relay:
		c.saw(from, size, newest, now)
		if at == c.where.proven {
			c.step(stepResponse, t, c.to)
		}
	case s == stepChallenge:
		c.moving.Store(true)
		c.step(stepResponse, t, c.to)
	default:
		c.proof.answered(t, now)
		c.ready.Store(c.proof.ready)
	}
}

// put queues a datagram; when nobody takes them the oldest goes.
func (c *Channel) put(b []byte) {
	c.counts.received.Add(1)
	for {
		select {
		case c.queue <- b:
			return
		default:
		}
		select {
		case <-c.queue:
			c.counts.overflow.Add(1)
		default:
		}
	}
}

func unmapped(a *net.UDPAddr) netip.AddrPort {
	p := a.AddrPort()
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}

package beside

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/transport"
)

// Errors of Open and Join.
var (
	ErrFull   = errors.New("beside: too many channels")
	ErrNumber = errors.New("beside: no number of a channel")
)

const (
	maxChannels = 1 << 14           // at one port: four times the lines of a relay's largest meetings
	maxNumber   = 1<<53 - 1         // what every JSON reader keeps exactly
	firstBits   = uint64(1)<<40 - 1 // of where a relay begins to count
	bufferSize  = rtpHeader - headerSize + maxPacket + 1
)

// PortStats counts packets that were dropped, by reason, of channels that are closed, too.
type PortStats struct {
	Malformed uint64 // not of this protocol
	Unknown   uint64 // for a channel that is not here
	Forged    uint64 // for one that is, and not authentic
	Replayed  uint64 // that came before, or too late to know
}

// Port is one end's UDP socket under QUIC. Open, Join and Stats may be called from any goroutine.
type Port struct {
	under     transport.Under
	malformed atomic.Uint64
	unknown   atomic.Uint64
	forged    atomic.Uint64
	replayed  atomic.Uint64

	mu       sync.RWMutex // guards all below
	channels map[uint32]*Channel
	next     uint64
}

// NewPort makes a port over a socket. Run must follow.
func NewPort(under transport.Under) *Port {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return &Port{under: under, channels: map[uint32]*Channel{}, next: binary.BigEndian.Uint64(b[:]) & firstBits}
}

// Run gives what arrives to the channels until ctx ends or the socket does. No other may read the socket's packets.
func (p *Port) Run(ctx context.Context) error {
	var buffer [bufferSize]byte
	const before = rtpHeader - headerSize
	for {
		n, from, err := p.under.ReadNonQUICPacket(ctx, buffer[before:])
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		if udp, ok := from.(*net.UDPAddr); ok {
			p.take(buffer[:before+n], udp)
		}
	}
}

// take sorts a packet; b begins rtpHeader-headerSize bytes before it. What is nobody's costs a look at its header and no answer.
func (p *Port) take(b []byte, from *net.UDPAddr) {
	h, ok := parseHeader(b[rtpHeader-headerSize:])
	if !ok {
		p.malformed.Add(1)
		return
	}
	p.mu.RLock()
	c := p.channels[h.id]
	p.mu.RUnlock()
	if c == nil {
		p.unknown.Add(1)
		return
	}
	c.take(b, h, from, time.Now())
}

// Open makes a relay's end of a channel for a session; remote is where QUIC finds the client. The channel's number is news to the client. The error is ErrFull,
// or that of export.
func (p *Port) Open(export Export, remote net.Addr) (*Channel, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.channels) >= maxChannels {
		return nil, ErrFull
	}
	p.next++
	for p.channels[uint32(p.next&maxID)] != nil {
		p.next++
	}
	return p.add(p.next, export, remote, true)
}

// Join makes a client's end of the channel that the relay at remote gave this number to.
func (p *Port) Join(number uint64, export Export, remote net.Addr) (*Channel, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if number == 0 || number > maxNumber || p.channels[uint32(number&maxID)] != nil {
		return nil, ErrNumber
	}
	return p.add(number, export, remote, false)
}

// add makes a channel and its first keys. mu is held.
func (p *Port) add(number uint64, export Export, remote net.Addr, relay bool) (*Channel, error) {
	to, ok := remote.(*net.UDPAddr)
	if !ok {
		return nil, transport.ErrNoKeys
	}
	c := newChannel(p, number, export, to, relay)
	var err error
	if c.opener.around[1], err = c.opener.context(0); err != nil {
		return nil, err
	}
	p.channels[c.id()] = c
	return c, nil
}

func (p *Port) remove(c *Channel) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.channels[c.id()] == c {
		delete(p.channels, c.id())
	}
}

// Channels returns how many there are.
func (p *Port) Channels() int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return len(p.channels)
}

// Stats returns the counts so far.
func (p *Port) Stats() PortStats {
	return PortStats{Malformed: p.malformed.Load(), Unknown: p.unknown.Load(), Forged: p.forged.Load(), Replayed: p.replayed.Load()}
}

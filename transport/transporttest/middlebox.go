package transporttest

import (
	"bytes"
	"maps"
	"net/netip"
	"slices"
	"time"
)

// middlebox is what stands on a line and looks at packets. Line.mu guards it.
type middlebox struct {
	quicOnly [2]bool // what passes, down and up
	mtu      int     // 0: any
	tap      func(Seen)
}

// Seen is a UDP packet on a line, before it may be lost.
type Seen struct {
	From    netip.AddrPort
	Up      bool // from the client to the server
	Payload []byte
}

// PassQUICOnly drops what is no QUIC packet from now on, in each direction as said: a middlebox that knows QUIC and nothing like it.
func (l *Line) PassQUICOnly(up, down bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.quicOnly = [2]bool{down, up}
}

// MTU drops, and tells nobody, what has more than so many bytes with its IPv4 and UDP headers (28) from now on, both ways; 0: nothing. What TCP sends is as small as it needs to be.
func (l *Line) MTU(bytes int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mtu = bytes
}

// Tap shows f every UDP packet that is sent on the line, from the goroutine that sends it; nil: no more. f may not send.
func (l *Line) Tap(f func(Seen)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tap = f
}

// passes says whether a packet gets past what stands on the line.
func (l *Line) passes(b []byte, from netip.AddrPort, up bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tap != nil {
		l.tap(Seen{From: from, Up: up, Payload: bytes.Clone(b)})
	}
	direction := 0
	if up {
		direction = 1
	}
	quic := len(b) > 0 && b[0]&0xc0 != 0
	if l.mtu > 0 && len(b)+ipUDP > l.mtu {
		return false
	}
	return !l.noUDP && (quic || !l.quicOnly[direction])
}

// Rebind gives the line's open sockets other addresses on the server's side, as a NAT does that has forgotten them. They do not notice.
func (l *Line) Rebind() {
	n := l.network
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range slices.Collect(maps.Values(n.sockets)) {
		if s.line == l {
			delete(n.sockets, s.at)
			s.at = netip.AddrPortFrom(l.next())
			n.sockets[s.at] = s
		}
	}
}

// Inject puts a packet into the network as if it came from an address, which need not be the sender's; it arrives at once.
func (n *Network) Inject(from, to netip.AddrPort, payload []byte) {
	n.mu.Lock()
	other := n.sockets[to]
	n.mu.Unlock()
	if other != nil {
		other.in.put(time.Now(), sentPacket{from, bytes.Clone(payload)})
	}
}

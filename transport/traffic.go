package transport

import (
	"net"
	"sync/atomic"
)

// Bytes below what is counted.
const (
	udpHeaders4 = 28 // IPv4 and UDP
	udpHeaders6 = 48
	tcpSegment  = 1400 // bytes in a segment of a full stream
	tcpHeaders  = 52   // IPv4 and TCP with its timestamps
)

// Traffic counts bytes of IP packets: exactly those of UDP, of TCP an estimate from its bytes. The zero value is ready, a nil one counts nothing. Its methods may
// be called from any goroutine.
type Traffic struct{ sent, received atomic.Uint64 }

// Sent returns how many bytes left.
func (t *Traffic) Sent() uint64 { return t.sent.Load() }

// Received returns how many bytes came.
func (t *Traffic) Received() uint64 { return t.received.Load() }

// packets counts what a UDP socket carries.
func (t *Traffic) packets(c net.PacketConn) net.PacketConn {
	if t == nil {
		return c
	}
	return &countedPackets{PacketConn: c, to: t}
}

// stream counts what a TCP connection carries.
func (t *Traffic) stream(c net.Conn) net.Conn {
	if t == nil {
		return c
	}
	return &countedStream{Conn: c, to: t}
}

type countedPackets struct {
	net.PacketConn
	to *Traffic
}

// ReadFrom implements net.PacketConn.
func (c *countedPackets) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := c.PacketConn.ReadFrom(b)
	if err == nil {
		c.to.received.Add(uint64(n + headersTo(from)))
	}
	return n, from, err
}

// WriteTo implements net.PacketConn.
func (c *countedPackets) WriteTo(b []byte, to net.Addr) (int, error) {
	n, err := c.PacketConn.WriteTo(b, to)
	if err == nil {
		c.to.sent.Add(uint64(n + headersTo(to)))
	}
	return n, err
}

func headersTo(a net.Addr) int {
	if udp, ok := a.(*net.UDPAddr); ok && udp.IP.To4() == nil {
		return udpHeaders6
	}
	return udpHeaders4
}

type countedStream struct {
	net.Conn
	to *Traffic
}

// Read implements net.Conn.
func (c *countedStream) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.to.received.Add(segments(n))
	return n, err
}

// Write implements net.Conn.
func (c *countedStream) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.to.sent.Add(segments(n))
	return n, err
}

// NetConn is the connection below, as that of TLS is.
func (c *countedStream) NetConn() net.Conn { return c.Conn }

// segments is what n bytes are with their headers.
func segments(n int) uint64 {
	if n <= 0 {
		return 0
	}
	return uint64(n + (n+tcpSegment-1)/tcpSegment*tcpHeaders)
}

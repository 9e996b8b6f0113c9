package transporttest

import (
	"bytes"
	"errors"
	"net"
	"net/netip"
	"os"
	"sync/atomic"
	"time"
)

// mapping is a client's port on the server's side.
type mapping struct {
	client netip.AddrPort
	conn   *net.UDPConn
	used   atomic.Pointer[time.Time] // when a packet last went through, either way
}

func (m *mapping) touch() {
	now := time.Now()
	m.used.Store(&now)
}

// mapping returns the client's mapping, a new one if it has none.
func (p *Proxy) mapping(client netip.AddrPort) (*mapping, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if m := p.mappings[client]; m != nil {
		return m, nil
	}
	if p.stopped {
		return nil, net.ErrClosed
	}
	conn, err := net.DialUDP("udp", nil, p.server)
	if err != nil {
		return nil, err
	}
	_, _ = conn.SetReadBuffer(socketBuffer), conn.SetWriteBuffer(socketBuffer)
	m := &mapping{client: client, conn: conn}
	m.touch()
	p.mappings[client] = m
	p.tasks.Go(func() { p.readServer(m) })
	return m, nil
}

// Rebind gives every client a new port on the server's side, as when a line is replaced by another one.
func (p *Proxy) Rebind() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.mappings {
		_ = m.conn.Close()
	}
	clear(p.mappings)
}

// readServer takes what the server sends to one client and gives it to the channel, until the mapping is idle or closed.
func (p *Proxy) readServer(m *mapping) {
	defer p.forget(m)
	buffer := make([]byte, maxPayload)
	for {
		expires := m.used.Load().Add(p.config.Idle)
		if err := m.conn.SetReadDeadline(expires); err != nil {
			return
		}
		n, err := m.conn.Read(buffer)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case errors.Is(err, os.ErrDeadlineExceeded):
			if m.used.Load().Add(p.config.Idle).After(time.Now()) {
				continue
			}
			return
		case err != nil:
			continue // an ICMP message: the server is down for now
		}
		m.touch()
		if at, fate := p.down.Pass(time.Since(p.start), n+ipUDP); fate == Delivered {
			p.toClient.put(p.start.Add(at), downward{m.client, bytes.Clone(buffer[:n])})
		}
	}
}

func (p *Proxy) forget(m *mapping) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = m.conn.Close()
	if p.mappings[m.client] == m {
		delete(p.mappings, m.client)
	}
}

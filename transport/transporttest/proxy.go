package transporttest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// DefaultIdle is how long a Proxy keeps the mapping of a client that is silent.
	DefaultIdle = 2 * time.Minute
	// ipUDP is what IPv4 and UDP add to a payload, in bytes.
	ipUDP        = 28
	maxPayload   = 1 << 16
	socketBuffer = 4 << 20
	portTries    = 20
)

// ProxyConfig says between whom a Proxy stands and how bad its line is.
type ProxyConfig struct {
	Listen   string        // host:port for clients; port 0: any
	To       string        // host:port of the server
	Up, Down Impairment    // to the server, to the clients
	Seed     uint64        // of losses and jitter
	TCP      bool          // forward TCP on the same port too, unimpaired
	Idle     time.Duration // of a silent client's mapping; 0: DefaultIdle
}

// ProxyCounters count UDP in both directions, in bytes of IP packets, and what went over TCP.
type ProxyCounters struct {
	Up      Counters `json:"up"`
	Down    Counters `json:"down"`
	Clients int      `json:"clients"` // that have a mapping now
	TCPUp   uint64   `json:"tcpUp"`   // bytes of the streams
	TCPDown uint64   `json:"tcpDown"`
}

// Proxy is one bad line between any number of clients and a server: a UDP proxy that gives each client's address a port of its own, as a
// NAT does. All clients share the line, its rate and its losses.
type Proxy struct {
	config   ProxyConfig
	server   *net.UDPAddr
	front    *net.UDPConn
	listener net.Listener // nil without TCP
	start    time.Time
	up, down *Channel
	toServer *transit[upward]
	toClient *transit[downward]
	tasks    sync.WaitGroup // all goroutines of Run

	tcp   tcpState
	noUDP atomic.Bool

	clients
}

// clients are those who are connected now.
type clients struct {
	mu       sync.Mutex                  // guards all below
	mappings map[netip.AddrPort]*mapping // by client
	conns    map[net.Conn]struct{}       // of TCP
	stopped  bool
}

type upward struct {
	via     *mapping
	payload []byte
}

type downward struct {
	client  netip.AddrPort
	payload []byte
}

// NewProxy takes the ports. Run must follow; it gives them back.
func NewProxy(c ProxyConfig) (*Proxy, error) {
	if err := cmp.Or(c.Up.Validate(), c.Down.Validate()); err != nil {
		return nil, err
	}
	server, err := net.ResolveUDPAddr("udp", c.To)
	if err != nil {
		return nil, fmt.Errorf("transporttest: server: %w", err)
	}
	if c.Idle == 0 {
		c.Idle = DefaultIdle
	}
	p := &Proxy{
		config: c, server: server, start: time.Now(),
		up: NewChannel(c.Up, c.Seed*2), down: NewChannel(c.Down, c.Seed*2+1),
		toServer: newTransit[upward](maxPayload), toClient: newTransit[downward](maxPayload),
		clients: clients{mappings: map[netip.AddrPort]*mapping{}, conns: map[net.Conn]struct{}{}},
	}
	if err := p.listen(); err != nil {
		return nil, fmt.Errorf("transporttest: listening: %w", err)
	}
	return p, nil
}

// listen takes the UDP port and, if asked, the same TCP port. When any port will do it tries others.
func (p *Proxy) listen() error {
	local, err := net.ResolveUDPAddr("udp", p.config.Listen)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		if p.front, err = net.ListenUDP("udp", local); err != nil {
			return err
		}
		// Losses are the channel's matter, not the kernel's. A smaller buffer than asked for is no error.
		_, _ = p.front.SetReadBuffer(socketBuffer), p.front.SetWriteBuffer(socketBuffer)
		if !p.config.TCP {
			return nil
		}
		if p.listener, err = net.Listen("tcp", p.front.LocalAddr().String()); err == nil {
			return nil
		}
		if err = errors.Join(err, p.front.Close()); local.Port != 0 || try == portTries {
			return err
		}
	}
}

// Addr returns the address for clients.
func (p *Proxy) Addr() netip.AddrPort { return p.front.LocalAddr().(*net.UDPAddr).AddrPort() }

// SetUp changes the direction to the server from now on; outages count from now. An invalid impairment (ErrImpairment) changes nothing.
func (p *Proxy) SetUp(i Impairment) error { return p.up.Set(time.Since(p.start), i) }

// SetDown does the same for the direction to the clients.
func (p *Proxy) SetDown(i Impairment) error { return p.down.Set(time.Since(p.start), i) }

// Counters returns what happened so far.
func (p *Proxy) Counters() ProxyCounters {
	p.mu.Lock()
	clients := len(p.mappings)
	p.mu.Unlock()
	return ProxyCounters{
		Up: p.up.Counters(), Down: p.down.Counters(), Clients: clients,
		TCPUp: p.tcp.up.Load(), TCPDown: p.tcp.down.Load(),
	}
}

// Run forwards until ctx is done, then closes all sockets, waits for its goroutines and returns nil; or an error if the clients' socket fails.
func (p *Proxy) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	p.tasks.Go(func() {
		<-ctx.Done()
		p.stop()
	})
	p.tasks.Go(func() { p.carryUp(ctx) })
	p.tasks.Go(func() { p.carryDown(ctx) })
	if p.listener != nil {
		p.tasks.Go(func() { p.acceptTCP(ctx) })
	}
	err := p.readClients()
	if ctx.Err() != nil {
		err = nil
	}
	cancel()
	p.tasks.Wait()
	return err
}

// stop closes everything that a goroutine of Run may wait for.
func (p *Proxy) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	_ = p.front.Close()
	if p.listener != nil {
		_ = p.listener.Close()
	}
	for _, m := range p.mappings {
		_ = m.conn.Close()
	}
	for c := range p.conns {
		_ = c.Close()
	}
}

// readClients takes what clients send and gives it to the channel.
func (p *Proxy) readClients() error {
	buffer := make([]byte, maxPayload)
	for {
		n, client, err := p.front.ReadFromUDPAddrPort(buffer)
		if errors.Is(err, net.ErrClosed) || errors.Is(err, io.EOF) {
			return err
		}
		if err != nil {
			continue // an ICMP message about a client that went away
		}
		if p.noUDP.Load() {
			continue
		}
		via, err := p.mapping(client)
		if err != nil {
			return err
		}
		via.touch()
		if at, fate := p.up.Pass(time.Since(p.start), n+ipUDP); fate == Delivered {
			p.toServer.put(p.start.Add(at), upward{via, bytes.Clone(buffer[:n])})
		}
	}
}

// carryUp hands to the server what has travelled.
func (p *Proxy) carryUp(ctx context.Context) {
	for {
		u, err := p.toServer.take(ctx)
		if err != nil {
			return
		}
		_, _ = u.via.conn.Write(u.payload) // a server that is down loses packets, as it would without us
	}
}

// carryDown hands to the clients what has travelled.
func (p *Proxy) carryDown(ctx context.Context) {
	for {
		d, err := p.toClient.take(ctx)
		if err != nil {
			return
		}
		_, _ = p.front.WriteToUDPAddrPort(d.payload, d.client)
	}
}

package transporttest

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// tcpState counts what the streams carried.
type tcpState struct {
	up, down counter
	blocked  atomic.Bool
	impaired atomic.Bool
}

type counter = atomic.Uint64

// acceptTCP forwards connections until the listener is closed.
func (p *Proxy) acceptTCP(ctx context.Context) {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.tasks.Go(func() { p.forwardTCP(ctx, client) })
	}
}

// forwardTCP joins a client's connection with one to the server. A server that is down is a connection that ends at once.
func (p *Proxy) forwardTCP(ctx context.Context, client net.Conn) {
	defer client.Close()
	if !p.track(client) {
		return
	}
	defer p.untrack(client)
	server, err := new(net.Dialer).DialContext(ctx, "tcp", p.config.To)
	if err != nil {
		return
	}
	defer server.Close()
	if !p.track(server) {
		return
	}
	defer p.untrack(server)
	if p.tcp.impaired.Load() {
		_ = p.overLine(ctx, client, server) // the connection ends
		return
	}
	var back sync.WaitGroup
	back.Go(func() { pipe(client, server, &p.tcp.down) })
	pipe(server, client, &p.tcp.up)
	back.Wait()
}

// pipe copies and counts until the source ends, then ends the destination's reading.
func pipe(to, from net.Conn, count *atomic.Uint64) {
	_, err := io.Copy(counting{to, count}, from)
	if half, ok := to.(*net.TCPConn); ok && err == nil {
		_ = half.CloseWrite()
		return
	}
	_, _ = to.Close(), from.Close()
}

// counting is a writer that counts.
type counting struct {
	io.Writer
	count *atomic.Uint64
}

func (c counting) Write(b []byte) (int, error) {
	n, err := c.Writer.Write(b)
	c.count.Add(uint64(n))
	return n, err
}

// BlockTCP ends all TCP connections, and each new one at once, until it is called with false: a firewall that lets only UDP through.
func (p *Proxy) BlockTCP(block bool) {
	p.tcp.blocked.Store(block)
	if !block {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
}

// track lets stop and BlockTCP close a connection; it says false if there are to be none.
func (p *Proxy) track(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped || p.tcp.blocked.Load() {
		return false
	}
	p.conns[c] = struct{}{}
	return true
}

func (p *Proxy) untrack(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

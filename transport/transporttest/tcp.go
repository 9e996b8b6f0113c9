package transporttest

import (
	"context"
	"io"
	"net"
	"sync"
)

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
	var back sync.WaitGroup
	back.Go(func() { pipe(client, server) })
	pipe(server, client)
	back.Wait()
}

// pipe copies until the source ends, then ends the destination's reading.
func pipe(to, from net.Conn) {
	_, err := io.Copy(to, from)
	if half, ok := to.(*net.TCPConn); ok && err == nil {
		_ = half.CloseWrite()
		return
	}
	_, _ = to.Close(), from.Close()
}

// track lets stop close a connection; after stop it says false.
func (p *Proxy) track(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.stopped {
		p.conns[c] = struct{}{}
	}
	return !p.stopped
}

func (p *Proxy) untrack(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

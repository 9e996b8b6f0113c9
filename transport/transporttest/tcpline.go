package transporttest

import (
	"context"
	"net"
	"net/netip"
	"sync"
)

// ImpairTCP lets connections that begin from now on suffer the same line as UDP does, by the model of Line.DialStream, or none. The client's own system
// takes a connection for open at once; what is said on it waits for the handshake over the line.
func (p *Proxy) ImpairTCP(impair bool) { p.tcp.impaired.Store(impair) }

// BlockUDP drops all UDP until it is called with false: a firewall that lets only TCP through.
func (p *Proxy) BlockUDP(block bool) { p.noUDP.Store(block) }

// overLine joins a client's connection with the server's over the line until one of them ends.
func (p *Proxy) overLine(ctx context.Context, client, server net.Conn) error {
	here := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, 1}), 1)
	network := NewNetwork()
	network.start = p.start
	line := &Line{network: network, up: p.up, down: p.down, address: here.Addr()}
	listener, err := network.Listen(here.String())
	if err != nil {
		return err
	}
	defer listener.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	context.AfterFunc(ctx, func() { _ = listener.Close() })
	accepted := make(chan net.Conn, 1)
	var tasks sync.WaitGroup
	defer tasks.Wait()
	tasks.Go(func() {
		far, _ := listener.Accept()
		accepted <- far
	})
	near, err := line.DialStream(ctx, "tcp", here.String())
	if err != nil {
		cancel()
		return err
	}
	far := <-accepted
	context.AfterFunc(ctx, func() {
		for _, c := range []net.Conn{client, server, near, far} {
			_ = c.Close()
		}
	})
	var uncounted counter
	var pipes sync.WaitGroup
	pipes.Go(func() { pipe(near, client, &p.tcp.up) })
	pipes.Go(func() { pipe(client, near, &p.tcp.down) })
	pipes.Go(func() { pipe(server, far, &uncounted) })
	pipe(far, server, &uncounted)
	pipes.Wait()
	return nil
}

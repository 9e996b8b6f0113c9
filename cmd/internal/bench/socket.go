package bench

import (
	"context"
	"crypto/sha256"
	"net"
	"time"

	"github.com/quic-go/quic-go"

	"github.com/diemcau/diemcau/transport/beside"
)

// plainUDP returns the CPU time of one WriteTo of size bytes, in µs: to each of n sockets every 20 ms, as a relay without
// any work of its own would. (In a tight loop, with everything in the caches, it is a third cheaper.)
func plainUDP(ctx context.Context, n, size int, d time.Duration) (float64, error) {
	from, to, closeAll, err := sockets(n)
	if err != nil {
		return 0, err
	}
	defer closeAll()
	b := make([]byte, size)
	return paced(ctx, n, d, func(i int) error {
		_, err := from.WriteTo(b, to[i])
		return err
	})
}

// sealedUDP returns the same of a channel's SendDatagram: to each of n others, each with keys of its own.
func sealedUDP(ctx context.Context, n, size int, d time.Duration) (float64, error) {
	from, to, closeAll, err := sockets(n)
	if err != nil {
		return 0, err
	}
	defer closeAll()
	under := &quic.Transport{Conn: from}
	defer under.Close()
	port := beside.NewPort(under)
	channels := make([]*beside.Channel, n)
	for i := range channels {
		if channels[i], err = port.Open(anyKeys, to[i]); err != nil {
			return 0, err
		}
	}
	b := make([]byte, size)
	return paced(ctx, n, d, func(i int) error { return channels[i].SendDatagram(b) })
}

// anyKeys are good for sending to nobody.
func anyKeys(label string, context []byte, length int) ([]byte, error) {
	sum := sha256.Sum256(append([]byte(label), context...))
	return sum[:length], nil
}

// sockets opens one socket to send on and n that are sent to.
func sockets(n int) (from net.PacketConn, to []net.Addr, closeAll func(), err error) {
	all := make([]net.PacketConn, 0, n+1)
	closeAll = func() {
		for _, c := range all {
			_ = c.Close()
		}
	}
	for range n + 1 {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			closeAll()
			return nil, nil, nil, err
		}
		all, to = append(all, c), append(to, c.LocalAddr())
	}
	return all[0], to[1:], closeAll, nil
}

// paced calls send for each of n every 20 ms and returns the CPU time of one call, in µs.
func paced(ctx context.Context, n int, d time.Duration, send func(i int) error) (float64, error) {
	start, err := cpuTime()
	if err != nil {
		return 0, err
	}
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	ticks := int(d / (20 * time.Millisecond))
	for range ticks {
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-ticker.C:
		}
		for i := range n {
			if err := send(i); err != nil {
				return 0, err
			}
		}
	}
	end, err := cpuTime()
	return float64((end - start).Microseconds()) / float64(ticks*n), err
}

package transporttest

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"time"
)

// ErrTooLarge says that a datagram fits into no QUIC packet.
var ErrTooLarge = errors.New("transporttest: datagram too large")

const (
	// MaxDatagram is the longest datagram that an End sends, in bytes, as in Chromium.
	MaxDatagram = 1215
	// Overhead is what IPv4, UDP, QUIC and WebTransport add to a datagram, in bytes.
	Overhead = 54
	// maxOnTheWay bounds what an End that nobody reads keeps.
	maxOnTheWay = 4096
)

// End is one end of a line in memory: a transport.Datagrams. It keeps the clock of package time, so that it can run in a bubble of
// testing/synctest. Its methods may be called concurrently; none blocks but ReceiveDatagram.
type End struct {
	start   time.Time
	channel *Channel // from here to the other end
	out, in *transit[[]byte]
	close   func()
}

// Pair makes a line: what client sends goes through up, what server sends through down. It starts no goroutine. The same seed gives
// the same losses. An invalid impairment panics.
func Pair(up, down Impairment, seed uint64) (client, server *End) {
	toServer, toClient := newTransit[[]byte](maxOnTheWay), newTransit[[]byte](maxOnTheWay)
	close := sync.OnceFunc(func() {
		close(toServer.closed)
		close(toClient.closed)
	})
	start := time.Now()
	client = &End{start, NewChannel(up, seed*2), toServer, toClient, close}
	server = &End{start, NewChannel(down, seed*2+1), toClient, toServer, close}
	return client, server
}

// SendDatagram sends a copy of b. A lost datagram is no error; ErrTooLarge and ErrClosed are.
func (e *End) SendDatagram(b []byte) error {
	if len(b) > MaxDatagram {
		return ErrTooLarge
	}
	select {
	case <-e.out.closed:
		return ErrClosed
	default:
	}
	if at, fate := e.channel.Pass(time.Since(e.start), len(b)+Overhead); fate == Delivered {
		e.out.put(e.start.Add(at), bytes.Clone(b))
	}
	return nil
}

// ReceiveDatagram waits for the next datagram, which is the caller's. It fails with ErrClosed or the context's cause.
func (e *End) ReceiveDatagram(ctx context.Context) ([]byte, error) { return e.in.take(ctx) }

// Impair changes the line from this end to the other. An invalid impairment (ErrImpairment) changes nothing.
func (e *End) Impair(i Impairment) error { return e.channel.Set(time.Since(e.start), i) }

// Sent returns what happened to the datagrams that this end has sent.
func (e *End) Sent() Counters { return e.channel.Counters() }

// Close closes both ends. What is on its way is lost.
func (e *End) Close() error {
	e.close()
	return nil
}

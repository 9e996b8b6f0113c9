package transport

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/sync/errgroup"

	"github.com/quic-go/quic-go/quicvarint"
)

// The kinds of a WebSocket message: its first byte (PROTOCOL.md section 6).
const (
	kindDatagram = 0
	kindControl  = 1
)

const (
	socketQueue    = 64                     // datagrams that wait, each way
	socketPatience = 300 * time.Millisecond // what waited longer is worth nothing any more
	socketControl  = 512 << 10              // bytes of control messages that wait for the socket; then it is stuck
	socketIdle     = 60 * time.Second       // of silence; each side beats every second
)

// SocketStats counts what a WebSocket session dropped, by reason.
type SocketStats struct {
	Stale uint64 // datagrams that waited for TCP longer than 300 ms, or behind 64 others
	Late  uint64 // datagrams that arrived while 64 others waited for their reader
}

// socket is a session over a WebSocket. TCP delivers everything, however late: so what it cannot take within socketPatience is dropped before it, and a stall
// never becomes lasting delay. Control messages are kept, and go first.
type socket struct {
	conn   *websocket.Conn
	below  net.Conn // under conn
	ctx    context.Context
	cancel context.CancelCauseFunc
	done   chan struct{} // both loops have returned

	app, toApp net.Conn // control messages on their way to the session, framed as on a stream
	limit      int      // bytes of the next control message that arrives; read loop only
	in, out    *shelf
	wake       chan struct{} // something is to be written
	writing    atomic.Bool

	mu      sync.Mutex // guards all below
	control [][]byte   // to be written, with their kind
	waiting int        // bytes of control
}

// newSocket starts the loops of a session; close ends them. first is the longest control message that may come first.
func newSocket(conn *websocket.Conn, below net.Conn, first int) *socket {
	s := &socket{
		conn: conn, below: below, limit: first, done: make(chan struct{}),
		in: newShelf(), out: newShelf(), wake: make(chan struct{}, 1),
	}
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	s.app, s.toApp = net.Pipe()
	tuneSocket(below)
	conn.SetReadLimit(-1) // ours is by kind and time
	go s.run()
	return s
}

// run reads and writes until either fails.
func (s *socket) run() {
	defer close(s.done)
	var group errgroup.Group
	context.AfterFunc(s.ctx, func() {
		_ = s.conn.CloseNow()
		_ = s.toApp.Close()
	})
	group.Go(func() error { return s.end(s.readLoop()) })
	group.Go(func() error { return s.end(s.writeLoop()) })
	_ = group.Wait()
}

func (s *socket) end(err error) error {
	s.cancel(err)
	return err
}

// close ends the session and waits for its loops.
func (s *socket) close() error {
	s.cancel(errClosed)
	<-s.done
	return nil
}

// Stats returns the counts so far.
func (s *socket) Stats() SocketStats {
	return SocketStats{Stale: s.out.dropped.Load(), Late: s.in.dropped.Load()}
}

// SendDatagram implements Datagrams. It never blocks and keeps a copy.
func (s *socket) SendDatagram(b []byte) error {
	if s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	message := make([]byte, 1, 1+len(b)) // kindDatagram
	s.out.put(append(message, b...), time.Now())
	s.nudge()
	return nil
}

// ReceiveDatagram implements Datagrams.
func (s *socket) ReceiveDatagram(ctx context.Context) ([]byte, error) {
	for {
		if b := s.in.take(time.Now()); b != nil {
			return b, nil
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-s.ctx.Done():
			return nil, context.Cause(s.ctx)
		case <-s.in.filled:
		}
	}
}

// writeControl queues a message. It never blocks.
func (s *socket) writeControl(message []byte) error {
	if s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting+len(message) > socketControl {
		return errSocketStuck
	}
	s.control = append(s.control, append([]byte{kindControl}, message...))
	s.waiting += len(message)
	s.nudge()
	return nil
}

func (s *socket) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// writeLoop gives the socket one message at a time, so that what waits can still be dropped.
func (s *socket) writeLoop() error {
	for {
		s.writing.Store(true) // before it is taken: what goes beside the voice must not slip in
		b := s.next()
		if b == nil {
			s.writing.Store(false)
			select {
			case <-s.ctx.Done():
				return context.Cause(s.ctx)
			case <-s.wake:
			}
			continue
		}
		if err := s.conn.Write(context.Background(), websocket.MessageBinary, b); err != nil {
			return err
		}
	}
}

// next returns the next message to write, nil if there is none.
func (s *socket) next() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.control) == 0 {
		return s.out.take(time.Now())
	}
	b := s.control[0]
	s.control[0] = nil
	s.control = s.control[1:]
	s.waiting -= len(b) - 1
	return b
}

// readLoop sorts what arrives.
func (s *socket) readLoop() error {
	var buffer bytes.Buffer
	var limited io.LimitedReader
	for {
		if s.below != nil {
			if err := s.below.SetReadDeadline(time.Now().Add(socketIdle)); err != nil {
				return err
			}
		}
		kind, r, err := s.conn.Reader(context.Background())
		if err != nil {
			return err
		}
		if kind != websocket.MessageBinary {
			return errFrame
		}
		buffer.Reset()
		limited = io.LimitedReader{R: r, N: int64(max(s.limit, MaxDatagram)) + 2}
		if _, err := buffer.ReadFrom(&limited); err != nil {
			return err
		}
		if err := s.sort(buffer.Bytes()); err != nil {
			return err
		}
	}
}

// sort hands one message to whom it is for.
func (s *socket) sort(message []byte) error {
	kind, payload, err := parseSocketMessage(message)
	switch {
	case err != nil:
		return err
	case kind == kindDatagram:
		s.in.put(bytes.Clone(payload), time.Now())
		return nil
	case len(payload) > s.limit:
		// The session reads of a message that is too long, and has the last word.
		if _, err := s.toApp.Write(quicvarint.Append(nil, MaxControl+1)); err != nil {
			return err
		}
		<-s.ctx.Done()
		return context.Cause(s.ctx)
	}
	s.limit = MaxControl
	_, err = s.toApp.Write(appendBlock(nil, payload))
	return err
}

// parseSocketMessage takes a WebSocket message apart. A datagram is at most MaxDatagram bytes; the limit of control messages is the caller's matter.
func parseSocketMessage(message []byte) (kind byte, payload []byte, err error) {
	if len(message) == 0 || message[0] > kindControl {
		return 0, nil, errFrame
	}
	kind, payload = message[0], message[1:]
	if kind == kindDatagram && len(payload) > MaxDatagram {
		return 0, nil, errFrame
	}
	return kind, payload, nil
}

// shelf holds datagrams that wait for at most socketPatience; when it is full the oldest goes.
type shelf struct {
	filled  chan struct{}
	dropped atomic.Uint64

	mu       sync.Mutex // guards all below
	items    [socketQueue]waiting
	first, n int
}

type waiting struct {
	b     []byte
	since time.Time
}

func newShelf() *shelf { return &shelf{filled: make(chan struct{}, 1)} }

func (q *shelf) put(b []byte, now time.Time) {
	q.mu.Lock()
	if q.n == socketQueue {
		q.drop()
	}
	q.items[(q.first+q.n)%socketQueue] = waiting{b, now}
	q.n++
	q.mu.Unlock()
	select {
	case q.filled <- struct{}{}:
	default:
	}
}

// take returns the oldest datagram that did not wait too long, nil if there is none.
func (q *shelf) take(now time.Time) []byte {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.n > 0 && now.Sub(q.items[q.first].since) > socketPatience {
		q.drop()
	}
	if q.n == 0 {
		return nil
	}
	return q.remove()
}

func (q *shelf) drop() {
	q.remove()
	q.dropped.Add(1)
}

func (q *shelf) remove() []byte {
	b := q.items[q.first].b
	q.items[q.first] = waiting{}
	q.first = (q.first + 1) % socketQueue
	q.n--
	return b
}

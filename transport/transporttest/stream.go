package transporttest

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

const (
	segmentSize = 1360     // bytes
	headers     = 40       // IPv4 and TCP, bytes
	window      = 14 << 10 // bytes that may be on the way: TCP's initial window, which a voice never outgrows
	alert       = 32       // bytes of a TLS record that never waits: net/http says goodbye with a lock held, and who waits for a lock stops the time of a bubble
	synTimeout  = time.Second
	leastRTO    = 200 * time.Millisecond
	maxRTO      = 30 * time.Second
)

// Listener is the server's TCP port on a Network, a net.Listener.
type Listener struct {
	network *Network
	at      netip.AddrPort
	accept  chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

// Listen opens the server's TCP port at address (host:port).
func (n *Network) Listen(address string) (*Listener, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	l := &Listener{network: n, at: at, accept: make(chan net.Conn), closed: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.listeners[at] = l
	return l, nil
}

// Accept implements net.Listener.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.accept:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Addr implements net.Listener.
func (l *Listener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.at) }

// Close implements net.Listener.
func (l *Listener) Close() error {
	l.once.Do(func() {
		close(l.closed)
		l.network.mu.Lock()
		defer l.network.mu.Unlock()
		delete(l.network.listeners, l.at)
	})
	return nil
}

// DialStream opens a TCP connection over the line. Its segments are lost like packets and sent again as TCP does, so that one that is lost holds up all behind it:
// selective acknowledgements, a first repetition after 1.5 round trips, then timeouts that double; a small window, and nothing that waits unsent.
func (l *Line) DialStream(ctx context.Context, _, address string) (net.Conn, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	rtt, err := l.handshake(ctx)
	if err != nil {
		return nil, err
	}
	local := net.TCPAddrFromAddrPort(netip.AddrPortFrom(l.next()))
	l.network.mu.Lock()
	listener := l.network.listeners[at]
	l.network.mu.Unlock()
	if listener == nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrNotExist}
	}
	up, down := newFlow(l.network.start, l.up, l.down, rtt), newFlow(l.network.start, l.down, l.up, rtt)
	client := &stream{in: down, out: up, local: local, remote: listener.Addr()}
	server := &stream{in: up, out: down, local: listener.Addr(), remote: local}
	select {
	case listener.accept <- server:
		return client, nil
	case <-listener.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// handshake sends SYN until it is answered and returns the round trip.
func (l *Line) handshake(ctx context.Context) (rtt time.Duration, err error) {
	for wait := synTimeout; ; wait *= 2 {
		sent := time.Since(l.network.start)
		there, lost := l.up.Pass(sent, headers)
		answered := lost == Delivered
		if answered {
			there, lost = l.down.Pass(there, headers)
			answered = lost == Delivered && there-sent < wait
		}
		pause := wait
		if answered {
			pause = there - sent
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return 0, context.Cause(ctx)
		}
		if answered {
			return pause, nil
		}
	}
}

// stream is one end of a connection, a net.Conn.
type stream struct {
	in, out       *flow
	local, remote net.Addr
}

func (s *stream) Read(b []byte) (int, error)         { return s.in.read(b) }
func (s *stream) Write(b []byte) (int, error)        { return s.out.write(b) }
func (s *stream) LocalAddr() net.Addr                { return s.local }
func (s *stream) RemoteAddr() net.Addr               { return s.remote }
func (s *stream) SetReadDeadline(t time.Time) error  { return s.in.until(&s.in.readBy, t) }
func (s *stream) SetWriteDeadline(t time.Time) error { return s.out.until(&s.out.writeBy, t) }

func (s *stream) SetDeadline(t time.Time) error {
	_ = s.SetReadDeadline(t)
	return s.SetWriteDeadline(t)
}

// Close ends both directions: the other end reads what is on its way, then io.EOF.
func (s *stream) Close() error {
	s.out.finish()
	s.in.abandon()
	return nil
}

// flow is one direction of a connection.
type flow struct {
	start       time.Time
	there, back *Channel
	rtt         time.Duration
	changed     *sync.Cond // on mu, for those who read or write

	mu       sync.Mutex // guards all below
	flying   map[int]*segment
	next     int
	bytes    int // of flying
	arrived  map[int]*segment
	expected int
	ready    bytes.Buffer
	over     ending
	readBy   deadline
	writeBy  deadline
}

// segment is a piece of a flow; one without payload ends it.
type segment struct {
	payload []byte
	tries   int
}

// ending says how far a flow is from its end.
type ending struct {
	sent, read bool // its last segment
	abandoned  bool // by its reader
}

// deadline is one of a net.Conn.
type deadline struct {
	timer  *time.Timer
	passed bool
}

func newFlow(start time.Time, there, back *Channel, rtt time.Duration) *flow {
	f := &flow{start: start, there: there, back: back, rtt: rtt, flying: map[int]*segment{}, arrived: map[int]*segment{}}
	f.changed = sync.NewCond(&f.mu)
	return f
}

func (f *flow) write(b []byte) (n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for n < len(b) {
		for len(b) > alert && !f.over.sent && !f.writeBy.passed && (f.bytes >= window || f.repairing()) {
			f.changed.Wait()
		}
		switch {
		case f.over.sent:
			return n, net.ErrClosed
		case f.writeBy.passed:
			return n, os.ErrDeadlineExceeded
		}
		size := min(segmentSize, len(b)-n)
		f.add(bytes.Clone(b[n : n+size]))
		n += size
	}
	return n, nil
}

// repairing says whether a segment was lost twice: TCP sends nothing new until it is there. mu is held.
func (f *flow) repairing() bool {
	for _, s := range f.flying {
		if s.tries > 2 {
			return true
		}
	}
	return false
}

// add sends a new segment. mu is held.
func (f *flow) add(payload []byte) {
	s := &segment{payload: payload}
	f.flying[f.next] = s
	f.bytes += len(payload)
	f.send(f.next, s)
	f.next++
}

// send puts a segment on its way and sees to it that it is sent again. mu is held.
func (f *flow) send(number int, s *segment) {
	s.tries++
	if arrival, fate := f.there.Pass(time.Since(f.start), len(s.payload)+headers); fate == Delivered {
		time.AfterFunc(time.Until(f.start.Add(arrival)), func() { f.arrive(number, s) })
	}
	wait := f.rtt * 3 / 2
	if s.tries > 1 {
		wait = min(max(leastRTO, wait)<<min(s.tries-1, 10), maxRTO)
	}
	time.AfterFunc(wait, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.flying[number] != nil {
			f.send(number, s)
		}
	})
}

// arrive takes a segment at the other end and acknowledges it.
func (f *flow) arrive(number int, s *segment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if number >= f.expected {
		f.arrived[number] = s
	}
	for next := f.arrived[f.expected]; next != nil; next = f.arrived[f.expected] {
		f.ready.Write(next.payload)
		f.over.read = f.over.read || len(next.payload) == 0
		delete(f.arrived, f.expected)
		f.expected++
	}
	f.changed.Broadcast()
	below := f.expected
	if arrival, fate := f.back.Pass(time.Since(f.start), headers); fate == Delivered {
		time.AfterFunc(time.Until(f.start.Add(arrival)), func() { f.acknowledged(below, number) })
	}
}

// acknowledged learns that all segments before below, and number, have arrived.
func (f *flow) acknowledged(below, number int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for n, s := range f.flying {
		if n < below || n == number {
			f.bytes -= len(s.payload)
			delete(f.flying, n)
		}
	}
	f.changed.Broadcast()
}

func (f *flow) read(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.ready.Len() == 0 && !f.over.read && !f.over.abandoned && !f.readBy.passed {
		f.changed.Wait()
	}
	switch {
	case f.over.abandoned:
		return 0, net.ErrClosed
	case f.readBy.passed:
		return 0, os.ErrDeadlineExceeded
	case f.ready.Len() > 0:
		return f.ready.Read(b)
	}
	return 0, io.EOF
}

// finish sends the last segment.
func (f *flow) finish() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.over.sent {
		f.over.sent = true
		f.add(nil)
	}
	f.changed.Broadcast()
}

// abandon ends reading; what still arrives is for nobody, and what is still to be sent stays.
func (f *flow) abandon() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.over.abandoned, f.over.sent = true, true
	clear(f.flying)
	f.changed.Broadcast()
}

// until sets one of the deadlines.
func (f *flow) until(d *deadline, t time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
	}
	d.timer, d.passed = nil, !t.IsZero() && !t.After(time.Now())
	if !t.IsZero() && !d.passed {
		d.timer = time.AfterFunc(time.Until(t), func() {
			f.mu.Lock()
			defer f.mu.Unlock()
			d.passed = true
			f.changed.Broadcast()
		})
	}
	f.changed.Broadcast()
	return nil
}

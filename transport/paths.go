package transport

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// MaxPaths is how many paths a line has at most: a page keeps three and replaces one while it is not yet closed.
const MaxPaths = 6

const (
	pathQueue  = 64                     // datagrams that arrived and wait: more than a line brings in 300 ms
	stuckAfter = 500 * time.Millisecond // how long a send may block once another path proved that the line lives
	probeMost  = 24                     // bytes of a datagram that may use the last of a window
)

// windowed is a path that tells of the library's congestion window, as a *Session over QUIC does.
type windowed interface {
	// Window returns how many packets arrived and how many bytes were sent since the connection began, and its window in bytes, 0 if it has none.
	Window() (received, sent, window uint64)
}

// PathsStats counts datagrams that went no further, by reason.
type PathsStats struct {
	Overflow uint64 // arrived while pathQueue others waited: the oldest went
	NoPath   uint64 // there was nothing to send them on
	Window   uint64 // the path's window was half full of what is perhaps lost
	Broken   uint64 // the path ended while it took them
	Evicted  uint64 // paths, not datagrams: closed because there were MaxPaths
}

// Paths joins the sessions of one line: what arrives on any of them comes out of ReceiveDatagram, and what is sent goes where the other end
// was last heard. It is a Datagrams for a Line that outlives its sessions: sending never fails, because a line without a path is one that
// loses everything. ReceiveDatagram is for one goroutine, the rest for any.
type Paths struct {
	all     atomic.Pointer[[]*Route] // copied on change
	current atomic.Pointer[Route]    // the one that brought the last datagram, or was added since
	noPath  atomic.Uint64
	window  atomic.Uint64
	broken  atomic.Uint64
	evicted atomic.Uint64
	wake    chan struct{}
	changes sync.Mutex // serialises changes of all

	mu       sync.Mutex // guards all below
	queue    [pathQueue][]byte
	first, n int
	overflow uint64
}

// Route is a session as one path of a line.
type Route struct {
	of *Paths
	Datagrams
	close   func()       // ends it, so that a send that is stuck returns
	heard   atomic.Int64 // unix ns of the last datagram
	sending atomic.Int64 // unix ns since which SendDatagram is under way; 0: it is not
	retired atomic.Bool

	received atomic.Uint64 // packets of the library, at the last look
	base     atomic.Uint64 // bytes sent until the last of them
}

// room says whether the path can take size bytes. On a dead line the library's window fills with what will never be acknowledged, and from then on it sends
// next to nothing, for up to a minute after the line is back: so media stops at half the window of what was sent since anything came, and probes at its end: what is queued beyond blocks whoever sends it.
func (r *Route) room(size int) bool {
	w, ok := r.Datagrams.(windowed)
	if !ok {
		return true
	}
	received, sent, window := w.Window()
	if window == 0 {
		return true
	}
	if r.received.Swap(received) != received {
		r.base.Store(sent)
	}
	flight := sent - r.base.Load()
	if size > probeMost {
		return flight < window/2
	}
	return flight < window
}

// NewPaths makes a line's paths, none yet.
func NewPaths() *Paths {
	p := &Paths{wake: make(chan struct{}, 1)}
	p.all.Store(new([]*Route))
	return p
}

// Add makes d a path of the line; Carry must follow, or Remove. close must end d from any goroutine: it is called for the path that was silent for the
// longest when there are MaxPaths others, and for one that blocks a sender while another path delivers.
func (p *Paths) Add(d Datagrams, close func()) *Route {
	r := &Route{of: p, Datagrams: d, close: close}
	r.heard.Store(time.Now().UnixNano())
	p.add(r)
	return r
}

// Carry reads the path until it ends or ctx does, then removes it; its error is that of the path or of ctx.
func (r *Route) Carry(ctx context.Context) error {
	defer r.Remove()
	for {
		b, err := r.ReceiveDatagram(ctx)
		if err != nil {
			return err
		}
		r.of.arrived(r, time.Now().UnixNano())
		r.of.put(b)
	}
}

// Retire gives the path to the other end no more, unless there is no other; what arrives on it is still taken. Both ends send where they last heard the other, so one of
// them has to begin leaving a path that is to be closed.
func (r *Route) Retire() {
	p := r.of
	p.changes.Lock()
	defer p.changes.Unlock()
	r.retired.Store(true)
	p.current.CompareAndSwap(r, newest(*p.all.Load()))
}

// Remove takes the path away; what was to go on it goes where the other end was heard last.
func (r *Route) Remove() {
	p := r.of
	p.changes.Lock()
	defer p.changes.Unlock()
	all := slices.DeleteFunc(slices.Clone(*p.all.Load()), func(o *Route) bool { return o == r })
	p.all.Store(&all)
	p.current.CompareAndSwap(r, newest(all))
}

// SendDatagram sends b on the path that last brought a datagram. It blocks as that path does. It returns nil: what finds no path is counted and lost.
func (p *Paths) SendDatagram(b []byte) error {
	r := p.current.Load()
	if r == nil {
		p.noPath.Add(1)
		return nil
	}
	if !r.room(len(b)) {
		p.window.Add(1)
		return nil
	}
	if r.sending.CompareAndSwap(0, time.Now().UnixNano()) {
		defer r.sending.Store(0)
	}
	if r.SendDatagram(b) != nil {
		p.broken.Add(1)
	}
	return nil
}

// ReceiveDatagram waits for the next datagram of any path. It fails with the context's cause only.
func (p *Paths) ReceiveDatagram(ctx context.Context) ([]byte, error) {
	for {
		if b := p.take(); b != nil {
			return b, nil
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-p.wake:
		}
	}
}

// Count returns the number of paths.
func (p *Paths) Count() int { return len(*p.all.Load()) }

// Stats returns the counts so far.
func (p *Paths) Stats() PathsStats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return PathsStats{Overflow: p.overflow, NoPath: p.noPath.Load(), Window: p.window.Load(), Broken: p.broken.Load(), Evicted: p.evicted.Load()}
}

// add makes r the newest path: who adds one has just heard the other end on it.
func (p *Paths) add(r *Route) {
	p.changes.Lock()
	all := slices.Clone(*p.all.Load())
	var longest *Route
	if len(all) >= MaxPaths {
		longest = slices.MinFunc(all, func(a, b *Route) int { return cmp.Compare(a.heard.Load(), b.heard.Load()) })
		all = slices.DeleteFunc(all, func(o *Route) bool { return o == longest })
	}
	all = append(all, r)
	p.all.Store(&all)
	p.current.Store(r)
	p.changes.Unlock()
	if longest != nil {
		p.evicted.Add(1)
		longest.close()
	}
	p.release(r, r.heard.Load())
}

// newest returns the path on which the other end was heard last, one that is retired only if there is no other; nil if there is none at all.
func newest(all []*Route) (best *Route) {
	for _, r := range all {
		if best == nil || best.retired.Load() && !r.retired.Load() || best.retired.Load() == r.retired.Load() && r.heard.Load() > best.heard.Load() {
			best = r
		}
	}
	return best
}

// arrived notes that r brought a datagram.
func (p *Paths) arrived(r *Route, now int64) {
	r.heard.Store(now)
	if !r.retired.Load() {
		p.current.Store(r)
	}
	p.release(r, now)
}

// release lets senders go that are stuck on other paths than r, on which the other end was just heard: those are dead, and ended.
func (p *Paths) release(r *Route, now int64) {
	all := *p.all.Load()
	if len(all) == 1 {
		return
	}
	for _, o := range all {
		if since := o.sending.Load(); o != r && since != 0 && now-since > int64(stuckAfter) {
			o.close()
		}
	}
}

// put queues what arrived; when nobody takes it the oldest goes.
func (p *Paths) put(b []byte) {
	p.mu.Lock()
	if p.n == pathQueue {
		p.first = (p.first + 1) % pathQueue
		p.n--
		p.overflow++
	}
	p.queue[(p.first+p.n)%pathQueue] = b
	p.n++
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *Paths) take() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.n == 0 {
		return nil
	}
	b := p.queue[p.first]
	p.queue[p.first] = nil
	p.first = (p.first + 1) % pathQueue
	p.n--
	return b
}

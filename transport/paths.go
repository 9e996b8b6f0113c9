package transport

import (
	"bytes"
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
)

// PathsStats counts datagrams that went no further, by reason.
type PathsStats struct {
	Overflow uint64 // arrived while pathQueue others waited: the oldest went
	NoPath   uint64 // there was nothing to send them on
	Window   uint64 // no path's window took them
	Broken   uint64 // the path ended while it took them
	Evicted  uint64 // paths, not datagrams: closed because there were MaxPaths
}

// Paths joins the sessions of one line: what arrives on any of them comes out of ReceiveDatagram, and what is sent goes in turn over those that
// live. It is a Datagrams for a Line that outlives its sessions: sending never fails, because a line without a path is one that
// loses everything. ReceiveDatagram is for one goroutine, the rest for any.
type Paths struct {
	all     atomic.Pointer[[]*Route] // copied on change
	current atomic.Pointer[Route]    // the one that brought the last datagram, or was added since
	last    atomic.Int32             // index in all of the one that was sent on last
	pathLosses
	trial   atomic.Pointer[Trial]        // nil: none is under way
	aside   atomic.Pointer[func([]byte)] // see OnAside
	wake    chan struct{}
	changes sync.Mutex              // serialises changes of all
	uplinks atomic.Pointer[uplinks] // nil while the line has had but one

	mu       sync.Mutex // guards all below
	queue    [pathQueue][]byte
	first, n int
	overflow uint64
}

// pathLosses are what PathsStats tells.
type pathLosses struct{ noPath, window, broken, evicted atomic.Uint64 }

// Try has a trial take its datagrams as they come; nil: none is under way.
func (p *Paths) Try(t *Trial) { p.trial.Store(t) }

// NewPaths makes a line's paths, none yet.
func NewPaths() *Paths {
	p := &Paths{wake: make(chan struct{}, 1)}
	p.all.Store(new([]*Route))
	return p
}

// Add makes d a path of the line; Carry must follow, or Remove. close must end d from any goroutine: it is called for the path that was silent for the
// longest when there are MaxPaths others, and for one that blocks a sender while another path delivers.
func (p *Paths) Add(d Datagrams, close func()) *Route { return p.AddOn(0, d, close) }

// AddOn is Add for a path over one of the client's uplinks, which are numbered from 0 in the order of their cost; of numbers beyond MaxUplinks it is the last.
func (p *Paths) AddOn(uplink int, d Datagrams, close func()) *Route {
	r := &Route{of: p, Datagrams: d, close: close, uplink: min(max(uplink, 0), MaxUplinks-1)}
	r.heard.Store(time.Now().UnixNano())
	p.add(r)
	return r
}

// SendDatagram sends b beside QUIC if that is possible (Route.Beside), else on the next path that lives and whose library is not stuck; if there is none, on the one that last brought a datagram. It does not block
// for longer than a path takes to hand a datagram to its library, and keeps nothing of b. It returns nil: what finds no path is counted and lost.
func (p *Paths) SendDatagram(b []byte) error {
	if u := p.uplinks.Load(); u != nil {
		u.spread(b)
		return nil
	}
	p.sendOn(b, anyUplink)
	return nil
}

// sendOn sends b over an uplink, or over any, and says whether a path took it.
func (p *Paths) sendOn(b []byte, uplink int) bool {
	taken, enough := p.sendBeside(b, uplink)
	if enough {
		return true
	}
	r := p.pick(len(b), uplink, time.Now().UnixNano())
	switch {
	case r != nil:
		if r.send(bytes.Clone(b)) == nil { // the library may keep it
			return true
		}
		p.broken.Add(1)
	case taken:
	case p.current.Load() == nil:
		p.noPath.Add(1)
	default:
		p.window.Add(1)
	}
	return taken
}

// pick returns the path for the next datagram of size bytes, nil if none can take it. Several that live take turns: where a line loses much the library's
// congestion window is the smallest there is, and one session's is less than a voice needs.
func (p *Paths) pick(size, uplink int, now int64) (best *Route) {
	all, last := *p.all.Load(), int(p.last.Load())
	var least uint64
	for i := range all {
		at := (last + 1 + i) % len(all)
		r := all[at]
		if r.over != nil || r.retired.Load() || !r.on(uplink) || !r.alive(now) {
			continue
		}
		waits, room := r.room(size)
		if !room {
			continue
		}
		if best == nil || waits < least {
			best, least = r, waits
			p.last.Store(int32(at))
		}
		if waits == 0 {
			return r
		}
	}
	if best != nil {
		return best
	}
	if r := p.current.Load(); r != nil && r.on(uplink) {
		if _, room := r.room(size); room {
			return r
		}
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

// Wide says whether the path that was heard last can take many datagrams though nothing comes back.
func (p *Paths) Wide() bool {
	r := p.current.Load()
	return r != nil && r.wide() || p.beside(anyUplink) != nil
}

// Count returns the number of paths, those beside QUIC too.
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
	if sessions := slices.DeleteFunc(slices.Clone(all), func(r *Route) bool { return r.over != nil }); len(sessions) >= MaxPaths {
		longest = slices.MinFunc(sessions, func(a, b *Route) int { return cmp.Compare(a.heard.Load(), b.heard.Load()) })
		all = slices.DeleteFunc(all, func(o *Route) bool { return o == longest })
	}
	all = append(all, r)
	p.all.Store(&all)
	p.current.Store(r)
	p.changed(time.Now())
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
		if r.over != nil {
			continue
		}
		if best == nil || best.retired.Load() && !r.retired.Load() || best.retired.Load() == r.retired.Load() && r.heard.Load() > best.heard.Load() {
			best = r
		}
	}
	return best
}

// arrived notes that r brought a datagram.
func (p *Paths) arrived(r *Route, now int64) {
	r.heard.Store(now)
	r.asked.Store(0)
	if r.over != nil { // then the session lives, too
		r = r.over
		r.heard.Store(now)
	} else {
		p.doubtToo(r, now)
	}
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

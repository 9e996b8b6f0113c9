package transport

import (
	"bytes"
	"slices"
	"sync/atomic"
	"time"
)

const (
	deafAfter   = 1500 * time.Millisecond // of doubt, during which
	deafPackets = 8                       // packets came over QUIC, until the way beside it counts as blocked
)

// Aside is a path beside a session's QUIC, as a *beside.Channel is. Its SendDatagram neither blocks nor keeps the slice.
type Aside interface {
	Datagrams
	Ready() bool   // packets are known to pass both ways
	Overhead() int // bytes that it and all below add to a hop datagram
}

// aside is what a Route has that goes beside another.
type aside struct {
	side   Aside
	over   *Route      // the session; nil: this route is one
	mirror atomic.Bool // the next datagram goes over QUIC, too

	doubted time.Time // Deaf's caller's; zero: no reason to
	packets uint64    // over QUIC until then
}

// Beside makes d one more path of r's line, beside r's session and preferred to all sessions while it is ready. While what was sent on it is not answered for 1.5 s
// all goes over QUIC as well. Carry must follow on the new route, or Remove; d ends before the session does.
func (r *Route) Beside(d Aside) *Route {
	b := &Route{of: r.of, Datagrams: d, close: r.close, uplink: r.uplink, aside: aside{side: d, over: r}}
	b.heard.Store(time.Now().UnixNano())
	r.of.addBeside(b)
	return b
}

// Mirror sends the next datagram over QUIC as well, so that it learns where this end is now.
func (r *Route) Mirror() { r.mirror.Store(true) }

// Deaf says whether nothing came beside QUIC while packets came over it, for so long that something on the way must drop the ones and not the others. Call it every second or
// more often, from one goroutine.
func (r *Route) Deaf(now time.Time) bool {
	if r.over == nil {
		return false
	}
	w, ok := r.over.Datagrams.(windowed)
	if !ok || !r.side.Ready() || !r.doubtful(now.UnixNano()) {
		r.doubted = time.Time{}
		return false
	}
	received, _, _ := w.Window()
	if r.doubted.IsZero() {
		r.doubted, r.packets = now, received
	}
	return now.Sub(r.doubted) >= deafAfter && received-r.packets >= deafPackets
}

// doubtful says whether what was sent on the path was not answered for long.
func (r *Route) doubtful(now int64) bool {
	asked := r.asked.Load()
	return asked != 0 && now-asked >= int64(silentFor)
}

// beside returns the path beside QUIC that is to be taken: the newest that is ready, one whose session is on its way out only if there is no other; nil if there is none.
func (p *Paths) beside(uplink int) (best *Route) {
	for _, r := range *p.all.Load() {
		if r.over != nil && r.on(uplink) && r.side.Ready() && (best == nil || best.over.retired.Load() || !r.over.retired.Load()) {
			best = r
		}
	}
	return best
}

// HasBeside says whether there is a path beside QUIC, ready or not.
func (p *Paths) HasBeside() bool {
	return slices.ContainsFunc(*p.all.Load(), func(r *Route) bool { return r.over != nil })
}

// sendBeside sends b beside QUIC if it can, and says whether that is enough.
func (p *Paths) sendBeside(b []byte, uplink int) (taken, enough bool) {
	r := p.beside(uplink)
	if r == nil {
		return false, false
	}
	now := time.Now().UnixNano()
	doubtful := r.doubtful(now)
	if r.send(b) != nil {
		p.broken.Add(1)
		return true, false
	}
	if r.over.unanswered(now) {
		_ = r.over.send(bytes.Clone(b)) // it ends soon
	}
	return true, !r.mirror.Swap(false) && !(doubtful && (len(b) > probeMost || r.over.answers(now)))
}

// doubtToo answers the other end over QUIC, too, if it is heard there and what went beside it is not answered: it has begun to doubt that way.
func (p *Paths) doubtToo(session *Route, now int64) {
	for _, r := range *p.all.Load() {
		if asked := r.asked.Load(); r.over == session && asked != 0 && now-asked >= int64(triedAll) {
			r.mirror.Store(true)
		}
	}
}

// answers says whether nothing that a session sent waits for an answer for long.
func (r *Route) answers(now int64) bool {
	r.look()
	asked := r.asked.Load()
	return asked == 0 || now-asked < int64(triedAll)
}

// unanswered says whether it is time to ask a session that has not answered, so that its library is awake soon after an outage: it takes little, and not often.
func (r *Route) unanswered(now int64) bool {
	if r.retired.Load() || now-r.tried.Load() < int64(triedAll) {
		return false
	}
	waits, room := r.room(0)
	return waits == 0 && room && r.asked.Load() != 0
}

func (p *Paths) addBeside(r *Route) {
	p.changes.Lock()
	defer p.changes.Unlock()
	all := append(append([]*Route(nil), *p.all.Load()...), r)
	p.all.Store(&all)
	p.changed(time.Now())
}

// Below is what a hop datagram that is sent now goes on.
type Below struct {
	Overhead int           // bytes of headers
	Beside   bool          // QUIC: it has no window for the datagram and does not acknowledge it
	Least    time.Duration // round trip that the QUIC which it goes beside has seen; 0: not known
}

// Below says what datagrams go on now.
func (p *Paths) Below() Below {
	r := p.beside(p.mainUplink())
	if r == nil {
		return Below{Overhead: Overhead}
	}
	b := Below{Overhead: r.side.Overhead(), Beside: true}
	if s, ok := r.over.Datagrams.(interface{ LeastRTT() time.Duration }); ok {
		b.Least = s.LeastRTT()
	}
	return b
}

package transport

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// MaxUplinks is how many uplinks a line has at most.
const MaxUplinks = 4

const (
	anyUplink = -1
	// A report goes back where something came from within this time.
	replyFor   = 1200 * time.Millisecond
	turnAfter  = 150 * time.Millisecond // nothing came over the former uplink: what comes takes another way now
	holdMargin = 20 * time.Millisecond  // of timers at both ends
	holdBoth   = 60 * time.Millisecond
	holdSame   = 30 * time.Millisecond // by which a figure may differ and stays
	holdFor    = 5 * time.Minute       // after the second uplink was lost
)

// uplinks are what Paths knows of a line that has, or had, sessions over more than one uplink of the client: most have one, and these take some memory.
type uplinks struct {
	of    *Paths
	turns turns

	mu     sync.Mutex // guards all below
	each   [MaxUplinks]uplinkEnd
	choice choice
	doubt  doubtOf
	flight flight
	via    int // where what was new came from last
	hold   hold
}

func newUplinks(of *Paths) *uplinks { return &uplinks{of: of, choice: newChoice()} }

// turns counts how often what is sent, and what comes, took another way; both ends' delays are others then.
type turns struct {
	out, in atomic.Uint32
	limit   atomic.Int64 // bit/s that the new way carries at most; 0: not known
}

// uplinkEnd is this end of one uplink. paths counts its routes.
type uplinkEnd struct {
	paths int
	echoes
	allowance
	heard time.Time // anything
	data  time.Time // a datagram of the line
	down  bool      // nothing came for long
	since time.Time // when something came again
}

// doubtOf is the time in which the main uplink may be dead.
type doubtOf struct {
	since time.Time // zero: there is none
	asked time.Time
}

// hold is how long the death of an uplink may hold back what is sent.
type hold struct {
	d  time.Duration
	at time.Time // when there last were two
}

// UplinkState is what one end of a line knows of one uplink.
type UplinkState struct {
	Paths      int           // sessions, and channels beside them
	Alive      bool          // something came over it in the last seconds
	Main       bool          // the better one
	Voice      bool          // media goes over it
	RTT        time.Duration // smoothed; 0: not measured
	Loss       float64       // share of what this end sends over it, over the last 150 datagrams or so
	LossHere   float64       // share of what comes
	Allowed    float64       // bit/s of copies that it gets
	Unanswered bool          // what was sent last has not been confirmed in time
}

// Uplinks returns what is known of each uplink, by its number; while the line has had but one, hardly more than whether that lives.
func (p *Paths) Uplinks(now time.Time) [MaxUplinks]UplinkState {
	u := p.uplinks.Load()
	if u == nil {
		u = newUplinks(p)
		u.changed(*p.all.Load(), now)
	}
	return u.states(now)
}

func (u *uplinks) states(now time.Time) (all [MaxUplinks]UplinkState) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for i := range u.each {
		e := &u.each[i]
		all[i] = UplinkState{
			Paths: e.paths, Alive: e.up(now), Main: i == u.choice.main, RTT: e.rtt, Loss: e.hence.loss(), LossHere: e.here.loss(), Allowed: e.rate,
		}
		all[i].Unanswered = all[i].Main && !u.doubt.since.IsZero()
		all[i].Voice = all[i].Main || u.choice.both && i == u.choice.second || !u.doubt.since.IsZero() && all[i].Alive
	}
	return all
}

// mainUplink is the one that media goes over, anyUplink while there is but one.
func (p *Paths) mainUplink() int {
	u := p.uplinks.Load()
	if u == nil {
		return anyUplink
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.choice.main
}

// up says whether the uplink may be used.
func (e *uplinkEnd) up(now time.Time) bool { return e.paths > 0 && now.Sub(e.heard) < downAfter }

// changed notes that there are other paths now. p.changes is held.
func (p *Paths) changed(now time.Time) {
	all, u := *p.all.Load(), p.uplinks.Load()
	switch {
	case u != nil:
		u.changed(all, now)
	case slices.ContainsFunc(all, func(r *Route) bool { return r.uplink != all[0].uplink }):
		u = newUplinks(p)
		u.changed(all, now)
		p.uplinks.Store(u)
	}
}

// changed takes the paths that there are now.
func (u *uplinks) changed(all []*Route, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for i := range u.each {
		u.each[i].paths = 0
	}
	for _, r := range all {
		e := &u.each[r.uplink]
		e.paths++
		if heard := time.Unix(0, r.heard.Load()); heard.After(e.heard) {
			e.heard = heard
		}
	}
	u.choose(now)
}

// choose follows the uplinks. mu is held.
func (u *uplinks) choose(now time.Time) {
	var all [MaxUplinks]standing
	for i := range u.each {
		e := &u.each[i]
		all[i] = standing{up: e.up(now), known: e.hence.weight >= lossKnown, loss: e.hence.loss(), rtt: e.rtt}
		all[i].rate = e.bound()
		if !all[i].up {
			e.down = true
		}
	}
	former := u.choice
	u.choice = former.next(all[:], now)
	if u.choice.main != former.main {
		u.doubt = doubtOf{}
		if former.main >= 0 && u.choice.main >= 0 {
			u.turn(u.choice.main)
		}
	}
	u.choice.held(&u.hold, &u.each, now)
}

// turn notes that what is sent goes over another uplink from now on.
func (u *uplinks) turn(to int) {
	limit := 0.0
	if to >= 0 {
		limit = u.each[to].bound()
	}
	u.turns.limit.Store(int64(limit))
	u.turns.out.Add(1)
}

// apart returns by how much one of the two better uplinks is slower than the other; 0 if that is not known.
func (c choice) apart(each *[MaxUplinks]uplinkEnd) time.Duration {
	if c.main < 0 || c.second < 0 || each[c.main].rtt == 0 || each[c.second].rtt == 0 {
		return 0
	}
	return (each[c.second].rtt - each[c.main].rtt).Abs() / 2
}

// held keeps how long a datagram waits that was sent on an uplink that had just died: until that is noticed, and as much longer as the other's way is. Where both carry all,
// the other's way counts, and what else it has to carry then: the handshake of a session.
func (c choice) held(h *hold, each *[MaxUplinks]uplinkEnd, now time.Time) {
	if c.main < 0 || c.second < 0 || each[c.main].rtt == 0 {
		if now.Sub(h.at) > holdFor {
			h.d = 0
		}
		return
	}
	h.at = now
	main := &each[c.main]
	d := holdBoth + c.apart(each)
	if !c.both || main.rtt <= fairRTT { // else it stays so
		d = main.rtt + max(4*main.dev, answerSlack) + holdMargin + c.apart(each)
	}
	if (d - h.d).Abs() > holdSame {
		h.d = d
	}
}

// targets returns over which uplinks a datagram goes, a bit each; media or a question goes by the choice, a report back where something came from.
func (u *uplinks) targets(b []byte, now time.Time) (over uint8) {
	c := u.choice
	if bare(b) {
		for i := range u.each {
			if e := &u.each[i]; e.paths > 0 && now.Sub(e.data) < replyFor {
				over |= 1 << i
			}
		}
		if over != 0 {
			return over
		}
	}
	if c.main < 0 { // nobody answers: whoever is there
		for i := range u.each {
			if u.each[i].paths > 0 {
				over |= 1 << i
			}
		}
		return over
	}
	over = 1 << c.main
	if !u.doubt.since.IsZero() {
		return over | u.others()
	}
	if c.both && c.second >= 0 && u.each[c.second].grants(len(b)+Overhead, now) {
		over |= 1 << c.second
	}
	return over
}

// others are the uplinks beside the main one that live.
func (u *uplinks) others() (over uint8) {
	for i := range u.each {
		if i != u.choice.main && u.each[i].paths > 0 && !u.each[i].down {
			over |= 1 << i
		}
	}
	return over
}

// spread sends a datagram over the uplinks that are to have it.
func (u *uplinks) spread(b []byte) {
	now := time.Now()
	u.mu.Lock()
	over := u.targets(b, now)
	u.mu.Unlock()
	taken := u.over(b, over)
	if taken == 0 && !u.of.sendOn(b, anyUplink) {
		return
	}
	if !bare(b) {
		u.mu.Lock()
		u.flight.add(b, taken, now)
		u.mu.Unlock()
		u.rescue(now)
	}
}

// over sends b over uplinks and returns those that took it.
func (u *uplinks) over(b []byte, uplinks uint8) (taken uint8) {
	for i := range MaxUplinks {
		if uplinks&(1<<i) != 0 && u.of.sendOn(b, i) {
			taken |= 1 << i
		}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for i := range u.each {
		if taken&(1<<i) != 0 {
			u.each[i].count++
			u.each[i].sent(len(b) + Overhead)
		}
	}
	return taken
}

// came notes a datagram of the line that an uplink brought.
func (u *uplinks) came(uplink int, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	e := &u.each[uplink]
	e.got++
	if u.via != uplink && now.Sub(u.each[u.via].data) > turnAfter {
		u.via = uplink
		u.turns.in.Add(1)
	}
	e.data = now
	u.heardOn(e, now)
}

// heardOn notes that an uplink lives. mu is held.
func (u *uplinks) heardOn(e *uplinkEnd, now time.Time) {
	e.heard = now
	if e.down {
		e.down, e.since = false, now
		u.choose(now)
	}
}

package transport

import "time"

// What a relay believes of the direction towards it. A browser says nothing of its queue, but every frame has its capture time: what comes ever later
// after its capture stands in a queue.
const (
	uplinkLeast  = 12e3 // bit/s: the smallest voice with a little repair
	uplinkStart  = 30e3
	uplinkMost   = 512e3
	uplinkQueue  = 120 * time.Millisecond // held for uplinkHold it is too much
	uplinkCalm   = 50 * time.Millisecond
	uplinkHold   = 300 * time.Millisecond
	uplinkDrain  = time.Second // so long a queue may take to go
	uplinkBack   = 0.85
	uplinkQuick  = 0.25  // growth a second, until a queue was met,
	uplinkGrowth = 0.08  // then,
	uplinkSlow   = 0.002 // and near what was too much
	uplinkNear   = 0.95
	uplinkPast   = 1.05
	uplinkUsed   = 0.75 // of the rate has to come, or what is allowed proves nothing
	uplinkBase   = 15 * time.Second
	uplinkPause  = 5 * time.Second // without media: the delay is measured afresh
	captureRate  = 48_000

	uplinkSilence = captureRate / 4 // samples without a frame: a pause

	crowdedFor  = 2 * time.Second  // after a queue losses may still be its,
	crowdedMost = 10 * time.Second // but not for ever
)

// uplinkRate estimates in bit/s, with all headers, what a line towards this end carries.
type uplinkRate struct {
	rate  float64 // 0: nothing has come yet
	limit float64 // what came through when it was too much; 0: nothing yet
	met   bool    // a queue
	timing
	grown  time.Time
	second stretch // the last
	busy   stretch // since a queue began to grow
	used   bool    // so much came in the last second that it proves something
	high   time.Time
	cut    cut
	still  still
	crowd  crowd
	holes  holes
	wayIn
}

// wayIn is what the other side's datagrams come on.
type wayIn struct {
	sessions int           // that share the line
	spared   int           // bytes of headers that a datagram has less than Overhead
	free     bool          // no library's window holds the other side back
	turned   bool          // what comes takes another way from here on
	alone    float64       // what one uplink of several loses, if more than the line does
	apart    time.Duration // that may lie between copies over two uplinks
}

// cut is the last time that the rate was lowered, and what was believed before.
type cut struct {
	at          time.Time // zero: it was right
	queue       time.Duration
	rate, limit float64
	met         bool
}

// timing follows how long after its capture what comes was captured.
type timing struct {
	epoch      time.Time
	capture    uint32 // of the newest frame
	captured   int64  // samples since epoch
	base, next time.Duration
	baseAt     time.Time
	queue      time.Duration
}

// stretch counts what came since a moment.
type stretch struct {
	from  time.Time
	bytes int
}

func (s *stretch) rate(now time.Time) float64 {
	return perSecond(int64(s.bytes), max(now.Sub(s.from), time.Millisecond))
}

// crowd is when a queue stood: what is lost then is not the line's habit.
type crowd struct {
	since, last time.Time
}

// note takes that a queue stands at now.
func (c *crowd) note(now time.Time) {
	if now.Sub(c.last) > crowdedFor {
		c.since = now
	}
	c.last = now
}

// loses says whether what was lost lately may have been lost for the queue.
func (c *crowd) loses(now time.Time) bool {
	return now.Sub(c.last) < crowdedFor && now.Sub(c.since) < crowdedMost
}

// arrive takes a datagram with media: the newest capture time in it, its size, and when it came. loss is the line's.
func (u *uplinkRate) arrive(capture uint32, size int, loss float64, now time.Time) {
	if u.rate == 0 || u.turned || now.Sub(u.second.from) > uplinkPause {
		u.turned = false
		u.restart(capture, now)
		return
	}
	u.second.bytes += size + Overhead - u.spared
	u.busy.bytes += size + Overhead - u.spared
	if int32(capture-u.capture) > uplinkSilence {
		u.cut.at = time.Time{} // in a pause any queue goes
	}
	if !u.measure(capture, size, u.rate, now) {
		return // recovered, or overtaken
	}
	u.queue = max(0, u.queue-u.apart)
	if now.Sub(u.second.from) >= time.Second {
		u.relieve(now)
		u.used = u.second.rate(now) >= uplinkUsed*u.rate*(1-loss)
		u.second = stretch{from: now}
		u.rebase(now)
	}
	u.still.sample(u.queue)
	u.steer(loss, now)
}

// CameAside notes that a datagram of so many bytes came beside the voice, on the same line.
func (r *Receiver) CameAside(size int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := &r.uplink
	u.second.bytes += size + Overhead - u.spared
	u.busy.bytes += size + Overhead - u.spared
}

// rebase takes a queue that stands still for the path that it is, and takes back what was believed for its sake.
func (u *uplinkRate) rebase(now time.Time) {
	longer := u.still.second(cut{now, 0, u.rate, u.limit, u.met})
	if longer == 0 {
		return
	}
	b := u.still.calm
	u.base, u.next, u.baseAt, u.queue = u.base+longer, u.base+longer, now, 0
	u.rate, u.limit, u.met = max(u.rate, b.rate), b.limit, b.met
	u.cut.at, u.high, u.crowd = time.Time{}, time.Time{}, crowd{}
}

// restart measures afresh; what the line carried is believed still.
func (u *uplinkRate) restart(capture uint32, now time.Time) {
	if u.rate == 0 {
		u.rate = uplinkStart
	}
	u.timing = timing{epoch: now, capture: capture, baseAt: now}
	u.still = still{}
	u.grown, u.second, u.busy, u.used, u.high = now, stretch{from: now}, stretch{from: now}, false, time.Time{}
}

// measure says whether a datagram brought the newest frame so far, and what it tells of the queue.
func (t *timing) measure(capture uint32, size int, rate float64, now time.Time) bool {
	step := int64(int32(capture - t.capture))
	if step < 0 {
		return false
	}
	t.capture, t.captured = capture, t.captured+step
	delay := now.Sub(t.epoch) - time.Duration(t.captured)*time.Second/captureRate
	t.base, t.next = min(t.base, delay), min(t.next, delay)
	if now.Sub(t.baseAt) >= uplinkBase {
		t.base, t.next, t.baseAt = t.next, delay, now
	}
	t.queue = max(0, delay-t.base-bitTime(size+Overhead-smallest, rate)) // a long datagram takes its time
	return true
}

// steer goes down when the queue stays, up while it does not.
func (u *uplinkRate) steer(loss float64, now time.Time) {
	elapsed := min(now.Sub(u.grown), time.Second)
	u.grown = now
	if u.queue < uplinkCalm {
		u.undo(now)
		u.busy = stretch{from: now}
		u.grow(elapsed.Seconds())
	}
	if u.queue <= uplinkQueue {
		u.high = time.Time{}
		return
	}
	u.crowd.note(now)
	switch {
	case u.high.IsZero():
		u.high = now
	case now.Sub(u.high) > uplinkHold:
		u.cut = cut{now, u.queue, u.rate, u.limit, u.met}
		u.limit, u.met = u.busy.rate(now)/max(1-loss, 0.2), true
		u.rate = max(uplinkLeast, min(u.rate, uplinkBack*u.limit))
		u.high, u.busy = now.Add(uplinkDrain), stretch{from: now}
	}
}

// undo takes back a cut whose queue is gone before less can have been sent: it was a hiccup, not too much.
func (u *uplinkRate) undo(now time.Time) {
	if c := &u.cut; !c.at.IsZero() && now.Sub(c.at) < c.queue {
		u.rate, u.limit, u.met = max(u.rate, c.rate), c.limit, c.met
	}
	u.cut.at = time.Time{}
}

// grow raises the rate while it is used: fast on a line that never had a queue, hardly where the last one was met, until that is surely passed.
func (u *uplinkRate) grow(seconds float64) {
	pace := uplinkGrowth
	switch {
	case !u.used:
		return
	case !u.met:
		pace = uplinkQuick
	case u.limit > 0 && u.rate > uplinkPast*u.limit:
		u.limit = 0
	case u.limit > 0 && u.rate > uplinkNear*u.limit:
		pace = uplinkSlow
	}
	u.rate = min(uplinkMost, u.rate*(1+pace*seconds))
}

// Uplink returns what a receiver knows of the direction towards it, in the terms of a sender: a relay plans for those who send to it. Call it about once a second.
func (l *Line) Uplink(now time.Time) SenderStats {
	out := SenderStats{RTT: l.Sender.Stats().RTT, Run: 1, Rate: uplinkStart}
	r := l.Receiver
	r.mu.Lock()
	defer r.mu.Unlock()
	r.observe(now)
	out.Loss, out.Run, out.Observed = max(r.losses.loss, r.uplink.alone), max(r.losses.run, 1), r.losses.weight
	out.Pace, out.Sparse = r.reports.pace, r.uplink.spared > 0
	if r.uplink.rate > 0 {
		out.Rate, out.Queue = r.uplink.rate, r.uplink.queue
	}
	if !r.uplink.free {
		out.Rate = min(out.Rate, float64(max(r.uplink.sessions, 1))*collapse(out.Loss, out.RTT)) // beyond that it would stand in the other side's library
	}
	return out
}

// shared says how many sessions carry the other side's datagrams.
func (r *Receiver) shared(sessions int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.uplink.sessions = sessions
}

// over says what is below the datagrams of the other side, which takes the way that this one takes: see Sender.over.
func (r *Receiver) over(b Below, free bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.uplink.spared, r.uplink.free = Overhead-b.Overhead, free
}

// turned notes that what comes takes another way.
func (r *Receiver) turned() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.uplink.turned = true
}

// forked says what one uplink of several loses, and what lies between copies over two.
func (r *Receiver) forked(alone float64, apart time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.uplink.alone, r.uplink.apart = alone, apart
}

// observe counts what was lost since the last call. mu is held.
func (r *Receiver) observe(now time.Time) {
	r.losses.update(r.highest, uint8(r.stats.Lost), uint8(r.stats.Runs), r.uplink.crowd.loses(now), now)
}

package transport

import "time"

const (
	firstProbe    = 32e3 // at least
	fastFactor    = 1.4  // of the rate, on an unknown line,
	slowFactor    = 1.25 // and after a probe that failed
	quicken       = 1.2  // from one to the other with each that succeeds
	probeShortest = 300 * time.Millisecond
	probeLongest  = 600 * time.Millisecond
	probeSpaces   = 6                      // datagram intervals
	probeCalm     = 25 * time.Millisecond  // by which the queue may seem to rise
	probeRise     = 40 * time.Millisecond  // more is surely too much
	probeTail     = 150 * time.Millisecond // after it a queue may have gone
	probePatience = time.Second            // for the verdict, beyond the round trip
	probeWait     = 4 * time.Second        // after one that failed; doubles
	probeWaitMost = 16 * time.Second
	policeWait    = 8 * time.Second // after a policer was noticed; doubles
	policeMost    = 2 * time.Minute
	probeSpace    = 60 * time.Millisecond
	probeBytes    = MaxDatagram + Overhead
)

// probe raises what is sent for a moment, with repair, to see whether the queue grows.
type probe struct {
	open    bool // running, or its verdict is awaited
	rate    float64
	from    time.Duration
	until   time.Duration
	base    int64         // bytes sent before
	bytes   int64         // sent while it ran
	queue   time.Duration // before
	seen    bool          // a report told of its later part
	worst   time.Duration // rise of the queue, as it would be at the end
	carried float64       // as the report of the worst tells
}

// prober decides when a probe runs, and how far it goes.
type prober struct {
	next     time.Duration // none before
	wait     time.Duration // after one that failed
	police   time.Duration // after a policer was noticed
	factor   float64       // of the rate
	unproven bool          // the rate itself is belief
	space    time.Duration // between datagrams
	left     time.Duration // when the last datagram did
}

func newProber() prober { return prober{factor: fastFactor, unproven: true, space: probeSpace} }

// spaced notes that a datagram leaves.
func (b *prober) spaced(now time.Duration) {
	if space := now - b.left; space > time.Millisecond && space < 4*probeSpace {
		b.space += (space - b.space) / 4
	}
	b.left = now
}

// fail slows probing down.
func (b *prober) fail(now time.Duration) {
	b.factor = slowFactor
	b.wait = min(max(2*b.wait, probeWait), probeWaitMost)
	b.next = now + b.wait
}

// policed slows it down further: a probe is too short to notice a policer.
func (b *prober) policed(now time.Duration) {
	b.police = min(max(2*b.police, policeWait), policeMost)
	b.next = now + b.police
}

// succeed quickens it, until all that is wanted is proved.
func (b *prober) succeed(now time.Duration, all bool) {
	b.unproven, b.wait = false, 0
	b.factor = min(b.factor*quicken, fastFactor)
	b.next = now + b.police
	if all {
		b.next = now + max(b.police, probeWait)
	}
}

// retry forgets a failure: what looked like one was not ours.
func (b *prober) retry(now time.Duration) {
	b.wait = 0
	b.next = now + probePatience
}

// aim is the rate at which the datagram that left at sent was probing, or 0.
func (b *probe) aim(sent time.Duration) float64 {
	if b.open && sent >= b.from && sent < b.until+probeTail {
		return b.rate
	}
	return 0
}

// fill returns the bytes that should leave now; since: the last datagram.
func (b *probe) fill(now, since time.Duration) int {
	if !b.open || now >= b.until {
		return 0
	}
	step := min(max(since, 5*time.Millisecond), 2*probeSpace)
	want := int64(b.rate*(now-b.from+step).Seconds()/8) - b.bytes
	return int(min(max(want, 0), probeBytes))
}

// mayProbe says whether more is wanted than proved, and whether reports say that nothing stands in the way.
func (r *rateControl) mayProbe(now time.Duration) bool {
	return r.trail.count > 0 && !r.drain.on && !r.breaker.open && !r.breaker.waiting && !r.delay.sharing() && !r.losses.testing && !r.overrun() &&
		r.delay.queue < calmQueue+r.delay.jitter && now-r.last < gap/2 && r.goal() > 1.05*r.trail.sending(probeShortest)
}

// goal is what the next probe would prove.
func (r *rateControl) goal() float64 {
	most := min(r.want, r.ceiling(), maxRate)
	switch {
	case r.prober.unproven:
		return min(max(r.rate, firstProbe), most)
	case most <= r.rate:
		return 0
	}
	return min(r.prober.factor*r.rate, most)
}

func (r *rateControl) startProbe(now time.Duration) {
	space := r.prober.space
	length := min(max(probeSpaces*space, r.trail.interval()+2*space, probeShortest), probeLongest)
	r.probe = probe{open: true, rate: r.goal(), from: now, until: now + length, base: r.gone.bytes + int64(r.gone.aside), bytes: -int64(r.gone.aside), queue: r.delay.queue}
}

// judgeProbe looks what a report says of the probe.
func (r *rateControl) judgeProbe(p *rateReport) {
	b, space := &r.probe, r.prober.space
	if !b.open || p.sent < b.from+probeShortest/3 {
		return
	}
	length, in := b.until-b.from, min(p.sent, b.until)-b.from+space
	if p.sent <= b.until+probeTail {
		rise := r.delay.queue - b.queue - r.delay.jitter
		carried := perSecond(min(p.through-b.base, b.bytes), in+max(rise, 0))
		if rise > probeRise {
			r.refuseProbe(carried, p.now)
			return
		}
		if slope := time.Duration(float64(rise) * length.Seconds() / in.Seconds()); slope > b.worst {
			b.worst, b.carried = slope, carried
		}
		b.seen = b.seen || in >= length*6/10
	}
	if p.sent >= b.until-space || p.now > b.until+r.rtt+probePatience {
		r.closeProbe(p.now)
	}
}

// refuseProbe ends a probe that was too much. It has measured the line.
func (r *rateControl) refuseProbe(carried float64, now time.Duration) {
	r.prober.unproven = false
	r.rate = max(r.rate, spare*carried)
	r.lower(carried, now)
}

// closeProbe takes what a probe without objection has proved.
func (r *rateControl) closeProbe(now time.Duration) {
	b := &r.probe
	b.open = false
	sent := perSecond(b.bytes, b.until-b.from)
	switch {
	case !b.seen:
		r.prober.next = now // again
	case b.worst > probeCalm:
		r.refuseProbe(b.carried, now)
	case sent < 0.9*b.rate: // it was not filled
		r.rate = max(r.rate, sent)
		r.prober.next = now + probePatience
	default:
		r.rate = max(r.rate, b.rate)
		r.prober.succeed(now, r.rate >= min(r.want, r.ceiling()))
		if r.rate > r.limit {
			r.limit = 0
		}
	}
}

package frames

import (
	"math"
	"time"
)

// Sample is what is learned of pieces that came: when the newest left and came, on two clocks that need not agree, how many came that were not known to have, of how many bytes with all headers, and
// how many are newly known to be lost (less those that were held to be and came).
type Sample struct {
	Sent, Arrival time.Duration
	Bytes         int
	Pieces, Lost  int
	RTT           time.Duration // smoothed; 0: not known
}

// Observer is told how a direction fares. An Estimator is one.
type Observer interface {
	Sample(s Sample, now time.Time)
	Blocked(now time.Time) // the path took nothing
}

const (
	startRate = 25e3
	leastRate = 8e3
	mostRate  = 3e6

	calmQueue  = 15 * time.Millisecond // below it the rate grows,
	someQueue  = 40 * time.Millisecond // above it the rate is cut,
	probeQueue = 25 * time.Millisecond // above it while a probe runs
	loudQueue  = 100 * time.Millisecond
	voiceQueue = 35 * time.Millisecond // as the voice sees it
	thinBits   = 1420                  // half a piece, the shortest that full ones are,
	thinVoice  = 25e3                  // on a line that carries a voice beside
	jitters    = 1.5                   // of the jitter are allowed beside

	cutTo       = 0.92 // of what came through,
	cutBy       = 0.85 // and of the rate
	cutBlind    = 0.6  // of the rate where what came through is not known
	cutSettle   = 150 * time.Millisecond
	drainMost   = time.Second
	drainPart   = 0.4 // of the rate, until the queue is gone
	movedAfter  = 2500 * time.Millisecond
	quickGrowth = 1.4  // a second, before a queue was met, and far from where it was
	slowGrowth  = 0.12 // near it
	nearLimit   = 0.75
	pastLimit   = 1.12
	habitFor    = 5 * time.Second
	growthRTT   = 150 * time.Millisecond
	wantMargin  = 1.15

	probeFirst   = time.Second
	probeMost    = 4 * time.Second
	blockedFor   = 300 * time.Millisecond
	silentFor    = time.Second
	estimatorRTT = 150 * time.Millisecond
)

// Estimator finds the rate at which pieces may leave, in one direction of a line, without the voice noticing. DESIGN.md says why it is as it is.
type Estimator struct {
	rate, want float64
	limit      float64 // what was too much; 0: not met, or long past
	rtt        time.Duration
	heard      time.Time // the last sample
	habit      float64   // loss while no queue stands
	grown      time.Time
	meter      meter
	flow       flow
	cut        cut
	probe      probe
	voice      guard
	steps      steps
	blocked    time.Time // since; zero: it is not
}

// cut is the last time that the rate was lowered.
type cut struct {
	at     time.Time
	queue  time.Duration
	resume time.Time // nothing leaves until then,
	drain  bool      // and less until the queue is gone
	rising time.Duration
}

// probe is when the rate may grow.
type probe struct {
	open  bool
	next  time.Time
	pause time.Duration
}

// guard is what the sender of the voice sees.
type guard struct {
	queue  time.Duration
	broken time.Time // since; zero: it is not
}

// NewEstimator makes one that knows nothing yet.
func NewEstimator(now time.Time) *Estimator {
	return &Estimator{rate: startRate, want: mostRate, rtt: estimatorRTT, heard: now, grown: now, probe: probe{open: true, pause: probeFirst}}
}

// RTT says how long a round trip takes, where the samples do not: at the receiving end.
func (e *Estimator) RTT(rtt time.Duration) {
	if rtt > 0 {
		e.rtt = rtt
	}
}

// Want says how many bit/s of pieces, with all headers, could be used: so far, and little further, the rate is probed.
func (e *Estimator) Want(bitsPerSecond float64) { e.want = bitsPerSecond }

// Room returns the bit/s of pieces, with all headers, that the line is believed to carry beside the voice: what pictures are chosen for.
func (e *Estimator) Room() float64 { return e.rate }

// Rate returns the bit/s of pieces, with all headers, at which they may leave now: less than Room, down to 0, while a queue is emptied.
func (e *Estimator) Rate(now time.Time) float64 {
	switch {
	case !e.voice.broken.IsZero() || now.Before(e.cut.resume):
		return 0
	case e.cut.drain:
		return drainPart * e.rate
	}
	return e.rate
}

// Probing returns the bit/s of pieces, with all headers, to which what leaves now is to be filled up with repair; 0: it is not to be.
func (e *Estimator) Probing(now time.Time) float64 {
	if e.probe.open && !e.cut.drain && e.Rate(now) > 0 {
		return e.rate
	}
	return 0
}

// Sample implements Observer.
func (e *Estimator) Sample(s Sample, now time.Time) {
	if s.RTT > 0 {
		e.rtt = s.RTT
	}
	if silence := now.Sub(e.heard); silence > silentFor+e.rtt {
		e.grown = now
	}
	e.heard, e.blocked = now, time.Time{}
	e.meter.take(s.Arrival-s.Sent, now)
	e.flow.take(s)
	e.steer(now)
}

// steer follows the queue.
func (e *Estimator) steer(now time.Time) {
	queue, allowance := e.meter.queue(), time.Duration(jitters*float64(e.meter.jitter))+e.thin()
	if e.meter.faster {
		e.limit, e.probe.next, e.probe.pause = 0, now, probeFirst
	}
	if queue < calmQueue+allowance {
		e.cut.drain = false
		e.cut.rising = e.flow.now.arrival
		e.habit += (e.flow.since(habitFor).loss() - e.habit) / 32
		e.grow(now)
		e.police(now)
		return
	}
	e.grown = now
	switch {
	case e.cut.drain && now.Sub(e.meter.stands.at) > movedAfter && now.Sub(e.cut.at) > movedAfter:
		e.meter.rebase(now)
		e.cut.drain = false
	case queue > someQueue+allowance || e.meter.peak() > loudQueue+2*allowance || e.probe.open && queue > probeQueue+allowance:
		e.congested(e.meter.peak(), now)
	}
}

// thin is what waits for a single piece on a thin line, more or less: no less of a queue can be had there.
func (e *Estimator) thin() time.Duration {
	return time.Duration(thinBits / (e.rate + thinVoice) * float64(time.Second))
}

// congested lowers the rate to what comes through, unless the queue is one that it was lowered for.
func (e *Estimator) congested(queue time.Duration, now time.Time) {
	since := now.Sub(e.cut.at)
	if since < e.rtt+cutSettle+e.cut.queue && queue < e.cut.queue+someQueue {
		return
	}
	rate := cutBlind * e.rate
	least := 2 * cutSettle
	if queue > loudQueue {
		least = loudQueue
	}
	if through := e.flow.since(max(e.flow.now.arrival-e.cut.rising, least)).delivered() / (1 - min(e.habit, 0.6)); through > 0 {
		e.limit = through
		rate = min(cutBy*e.rate, cutTo*through)
	} else {
		e.limit = e.rate
	}
	e.lower(rate, queue, now)
}

// lower sets the rate after a queue was seen.
func (e *Estimator) lower(rate float64, queue time.Duration, now time.Time) {
	e.rate = max(rate, leastRate)
	e.cut.at, e.cut.queue, e.cut.drain = now, queue, true
	e.cut.resume = now.Add(min(queue, drainMost))
	e.probe.fail(now)
}

// fail ends a probe.
func (p *probe) fail(now time.Time) {
	if p.open {
		p.pause = min(2*p.pause, probeMost)
	}
	p.open, p.next = false, now.Add(p.pause)
}

// grow raises the rate while a probe shows that there is room.
func (e *Estimator) grow(now time.Time) {
	elapsed := min(now.Sub(e.grown), 200*time.Millisecond).Seconds()
	e.grown = now
	switch {
	case e.rate >= wantMargin*e.want:
		e.probe.open, e.probe.pause, e.probe.next = false, probeFirst, now
		return
	case !e.probe.open && now.Before(e.probe.next):
		return
	}
	e.probe.open = true
	if e.limit > 0 && e.rate > pastLimit*e.limit {
		e.limit = 0
	}
	growth := quickGrowth
	part := growthRTT.Seconds() / (e.rtt + growthRTT).Seconds()
	if e.limit > 0 && e.rate > nearLimit*e.limit {
		growth = slowGrowth * part
	}
	most := e.rate
	if sending := e.flow.since(2 * cutSettle).sending(); sending > 0 {
		most = max(most, min((1+part)*sending, mostRate))
	}
	e.rate = min(e.rate*math.Exp(growth*elapsed), most, mostRate)
}

// Blocked implements Observer.
func (e *Estimator) Blocked(now time.Time) {
	if e.blocked.IsZero() {
		e.blocked = now
	}
	if now.Sub(e.blocked) < blockedFor {
		return
	}
	e.blocked = now
	rate := cutBlind * e.rate
	if through := e.flow.since(silentFor).delivered(); through > 0 {
		rate = min(cutBy*e.rate, max(cutTo*through, leastRate))
	}
	e.rate = max(rate, leastRate)
	e.probe.fail(now)
}

// Voice takes what the sender of the voice on the same line sees: its queue, and whether the line seems dead. Call it every 50 ms or more often.
func (e *Estimator) Voice(queue time.Duration, broken bool, now time.Time) {
	e.voice.queue = queue
	switch {
	case broken && e.voice.broken.IsZero():
		e.voice.broken = now
	case !broken && !e.voice.broken.IsZero():
		if now.Sub(e.voice.broken) > 3*silentFor {
			e.rate = max(e.rate/2, min(e.rate, startRate))
		}
		e.voice.broken = time.Time{}
		e.grown = now
	}
	if queue > voiceQueue+e.thin() && now.Sub(e.heard) < silentFor {
		e.congested(queue, now)
	}
}

const (
	stepFor    = 700 * time.Millisecond
	stepPieces = 12
	stepUp     = 1.25
	stepMore   = 1.08
	stepLoss   = 0.08
	stepTwice  = 2
)

// steps compare what comes before and after the rate grew: a line that only drops what is too much has no queue to tell.
type steps struct {
	from   mark
	ref    block
	doubts int
}

// block is what was measured over a while.
type block struct{ sending, delivered, loss float64 }

// police lowers the rate if it grew and nothing more came for it.
func (e *Estimator) police(now time.Time) {
	s := &e.steps
	last := e.flow.now
	over := stretch{last.sent - s.from.sent, last.arrival - s.from.arrival, last.bytes - s.from.bytes, last.pieces - s.from.pieces, last.lost - s.from.lost}
	if over.arrival < stepFor || over.pieces+over.lost < stepPieces {
		return
	}
	s.from = last
	b := block{over.sending(), over.delivered(), over.loss()}
	switch {
	case s.ref.sending == 0 || b.sending < s.ref.sending || b.delivered > stepMore*s.ref.delivered:
		s.ref, s.doubts = b, 0
	case b.sending > stepUp*s.ref.sending && b.loss > s.ref.loss+stepLoss:
		if s.doubts++; s.doubts >= stepTwice {
			s.doubts = 0
			e.limit = s.ref.delivered
			e.lower(min(cutBy*e.rate, s.ref.sending), 0, now)
			e.cut.drain = false
		}
	}
}

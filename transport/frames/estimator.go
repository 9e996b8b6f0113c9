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
	Runs          int           // of losses, that Lost is in
	RTT           time.Duration // smoothed; 0: not known
}

// Observer is told how a direction fares. An Estimator is one.
type Observer interface {
	Sample(s Sample, now time.Time)
	Blocked(now time.Time) // the path took nothing
}

const (
	startRate = 30e3 // what the smallest moving picture takes
	leastRate = 8e3
	mostRate  = 3e6

	calmQueue  = 15 * time.Millisecond // below it the rate grows,
	someQueue  = 40 * time.Millisecond // above it the rate is cut,
	probeQueue = 25 * time.Millisecond // above it while a probe runs
	loudQueue  = 100 * time.Millisecond
	thinBits   = 1420 // half a piece, the shortest that full ones are,
	thinVoice  = 25e3 // on a line that carries a voice beside
	jitters    = 2    // of the jitter are allowed beside

	cutTo         = 0.92 // of what came through,
	cutBy         = 0.85 // and of the rate
	mildQueue     = 80 * time.Millisecond
	carefulGrowth = 0.2 // on a thin line that met a queue
	thinRate      = 100e3
	cutBlind      = 0.6 // of the rate where what came through is not known
	fewPieces     = 4   // say nothing of a rate
	cutSettle     = 150 * time.Millisecond
	drainMost     = time.Second
	drainTimes    = 2 // the queue at drainPart of the rate
	drainLeast    = 300 * time.Millisecond
	hiccup        = 0.6 // of the time that a queue takes to go
	drainPart     = 0.4 // of the rate, until the queue is gone
	movedAfter    = 2500 * time.Millisecond
	standing      = 400 * time.Millisecond
	movedSurely   = 600 * time.Millisecond
	untried       = 0.4   // of the rate: who sends less does not learn what the line takes
	quickGrowth   = 1.4   // a second, before a queue was met, and far from where it was
	slowGrowth    = 0.12  // near it
	thinGrowth    = 2.5e3 // bit/s a second, at least
	nearLimit     = 0.75
	pastLimit     = 1.12
	growthRTT     = 150 * time.Millisecond
	wantMargin    = 1.15
	fading        = 0.05 // a second
	forgotten     = 15 * time.Second
	wakeRate      = 60e3 // after that: what would be too much stands in the voice's way for seconds

	probeFirst   = time.Second
	probeMost    = 3 * time.Second
	blockedFor   = 300 * time.Millisecond // of a second
	blockedGap   = 50 * time.Millisecond
	blockedLeast = 16e3 // below it the path itself says no
	blockedRoom  = 1.1
	cutAgain     = 0.8
	silentFor    = time.Second
	estimatorRTT = 150 * time.Millisecond
)

// Estimator finds the rate at which pieces may leave, in one direction of a line, without the voice noticing. DESIGN.md says why it is as it is.
type Estimator struct {
	rate, want float64
	limit      float64 // what was too much; 0: not met, or long past
	met        bool    // a limit, since the line became faster
	assumed    float64 // that the line carries
	rtt        time.Duration
	heard      time.Time // the last sample
	grown      time.Time
	meter      meter
	flow       flow
	cut        cut
	probe      probe
	voice      Guard
	steps      steps
	blocked    blocked
}

// cut is the last time that the rate was lowered.
type cut struct {
	at     time.Time
	queue  time.Duration
	before float64       // the rate that it was lowered from
	limit  float64       // and what was too much until then
	resume time.Time     // nothing leaves until then,
	drain  bool          // and less until the queue is gone,
	until  time.Time     // or until then: what stands longer is not what was sent
	rising time.Duration // when a queue last began to, on the other end's clock
	least  float64       // the rate is not lowered further for the same queue
	sent   time.Duration // when the newest piece had left, on the sender's
}

// probe is when the rate may grow.
type probe struct {
	open  bool
	next  time.Time
	pause time.Duration
}

// NewEstimator makes one that knows nothing yet.
func NewEstimator(now time.Time) *Estimator {
	e := &Estimator{rate: startRate, want: mostRate, rtt: estimatorRTT, heard: now, grown: now, probe: probe{open: true, pause: probeFirst}}
	e.voice.take(0, now)
	return e
}

// assumeAfter a cut the line may again be taken for what it usually is.
const assumeAfter = 20 * time.Second

// Assume says what the line is taken to carry where nothing has shown otherwise lately: that inside a building is known before anything has crossed it. 0: it has to be found out, and what was
// assumed before, and never tried, is forgotten.
func (e *Estimator) Assume(bitsPerSecond float64, now time.Time) {
	less := bitsPerSecond < e.assumed
	if e.assumed = bitsPerSecond; less && now.Sub(e.heard) > silentFor {
		e.wake(now)
	}
	if e.limit == 0 && now.Sub(e.cut.at) > assumeAfter && e.voice.broken.IsZero() {
		e.rate = max(e.rate, min(bitsPerSecond, mostRate))
	}
}

// wake takes that the line may have become another one while nothing went: what it carries is found out again, quickly.
func (e *Estimator) wake(now time.Time) {
	e.rate = min(e.rate, max(wakeRate, e.assumed))
	e.forget(now)
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
	case !e.Open(now) || now.Before(e.cut.resume):
		return 0
	case e.cut.drain && now.Before(e.cut.until):
		return drainPart * e.rate
	}
	return e.rate
}

// Open says whether the voice leaves room for a piece now.
func (e *Estimator) Open(now time.Time) bool {
	return e.voice.broken.IsZero() && !e.voice.waits(e.thin()/2, now)
}

// Probing returns the bit/s of pieces, with all headers, to which what leaves now is to be filled up with repair; 0: it is not to be.
func (e *Estimator) Probing(now time.Time) float64 {
	if now.Sub(e.heard) > silentFor+e.rtt && e.rate < wantMargin*e.want && !now.Before(e.probe.next) {
		e.probe.open, e.cut.drain = true, false // nothing came that would show it: a still every ten seconds tells nothing
	}
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
		if silence > forgotten {
			e.wake(now)
		}
	}
	e.heard = now
	e.meter.take(s.Arrival-s.Sent, now)
	e.flow.take(s)
	e.steer(now)
}

// steer follows the queue.
func (e *Estimator) steer(now time.Time) {
	queue, allowance := e.meter.queue(), jitters*e.meter.jitter+e.thin()
	if e.meter.faster {
		e.forget(now)
	}
	loud := e.meter.twice() > loudQueue+2*allowance
	if queue < calmQueue+allowance && !loud {
		e.undo(now)
		e.cut.drain = false
		e.cut.rising = e.flow.now.arrival
		e.grow(now)
		e.police(stepSure, now)
		return
	}
	e.grown = now
	e.police(stepCrowded, now)
	switch {
	case e.moved(now):
		e.meter.rebase(now)
		e.cut.drain, e.cut.before = false, 0
		e.forget(now)
	case e.cut.drain && now.Sub(e.meter.stands.at) > standing && now.Sub(e.meter.stands.at) <= movedAfter: // it may be a longer path
	case queue > someQueue+allowance || loud || e.probe.open && queue > probeQueue+allowance:
		e.refine(e.meter.peak())
		e.congested(e.meter.peak(), now)
	}
}

// forget takes that what was met was another line's.
func (e *Estimator) forget(now time.Time) {
	e.limit, e.met, e.probe.next, e.probe.pause = 0, false, now, probeFirst
}

// tried says whether pieces are heard of that left after the last cut.
func (e *Estimator) tried() bool { return e.cut.at.IsZero() || e.flow.now.sent-e.cut.sent > e.rtt }

// moved says whether what looks like a queue is a longer path: it stands, though less is sent; the sooner if the voice finds none.
func (e *Estimator) moved(now time.Time) bool {
	after := movedAfter
	if v := &e.voice; now.Sub(v.back(0).at) < voiceFresh && v.peak() < e.meter.queue()/2 && v.peak() < voiceQueue+v.usual {
		after = movedSurely
	}
	return e.cut.drain && now.Sub(e.meter.stands.at) > after && now.Sub(e.cut.at) > after
}

// undo takes back a cut whose queue is gone sooner than a line could have emptied it: a computer was busy for a moment, or a radio.
func (e *Estimator) undo(now time.Time) {
	if e.cut.before > e.rate && now.Sub(e.cut.at) < time.Duration(hiccup*float64(e.cut.queue)) {
		e.rate, e.limit, e.cut.resume = e.cut.before, e.cut.limit, now
		e.probe.pause, e.probe.next = probeFirst, now.Add(probeFirst)
	}
	e.cut.before = 0
}

// thin is what waits for a single piece on a thin line, more or less: no less of a queue can be had there.
func (e *Estimator) thin() time.Duration {
	return time.Duration(thinBits / (e.rate + thinVoice) * float64(time.Second))
}

// congested lowers the rate to what comes through, unless the queue is one that it was lowered for.
func (e *Estimator) congested(queue time.Duration, now time.Time) {
	if now.Sub(e.cut.at) < e.rtt+cutSettle+e.cut.queue && queue < e.cut.queue+someQueue {
		return
	}
	through := e.through(queue)
	rate := cutBlind * e.rate
	if e.cut.before < e.rate {
		e.cut.before, e.cut.limit = e.rate, e.limit
	}
	e.met = true
	if e.limit = e.rate; through > 0 {
		e.limit, rate = through, min(cutBy*e.rate, cutTo*through)
	}
	e.cut.sent, e.steps.from = e.flow.now.sent, e.flow.now
	e.cut.least = 0
	switch { // few pieces tell little of what comes through
	case e.rate < thinRate && queue < mildQueue:
		e.cut.least, e.limit = cutBy*e.rate, e.rate
	case e.rate < thinRate:
		e.cut.least = cutBlind * e.rate
	}
	e.lower(max(rate, e.cut.least), queue, now)
}

// refine takes what comes of what had left before a cut: by then little was known of what comes through.
func (e *Estimator) refine(queue time.Duration) {
	if e.flow.now.sent-e.cut.sent > e.rtt+e.cut.queue {
		return
	}
	if through := e.through(queue); through > 0 && through < cutAgain*e.limit {
		e.limit, e.rate = through, max(min(e.rate, max(cutTo*through, e.cut.least)), leastRate)
	}
}

// through is the bit/s that the line took since a queue began to rise in it, with those that it loses by habit; 0 if so little was sent that it tells nothing.
func (e *Estimator) through(queue time.Duration) float64 {
	d := max(e.flow.now.arrival-e.cut.rising, 2*cutSettle)
	if queue > loudQueue { // what came before it says too much
		d = loudQueue
	}
	if e.flow.since(2*cutSettle).sending() < untried*e.rate {
		return 0
	}
	over := e.flow.since(d)
	for over.pieces < fewPieces && d < 2*cutSettle {
		d += loudQueue / 2
		over = e.flow.since(d)
	}
	return over.delivered() / (1 - min(e.steps.habit.loss(), 0.6))
}

// lower sets the rate after a queue was seen.
func (e *Estimator) lower(rate float64, queue time.Duration, now time.Time) {
	e.rate = max(rate, leastRate)
	e.cut.at, e.cut.queue, e.cut.drain = now, queue, true
	e.cut.resume = now.Add(min(queue, drainMost))
	e.cut.until = e.cut.resume.Add(e.rtt + max(drainTimes*queue, drainLeast))
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
	case e.rate >= wantMargin*e.want: // what nobody uses is known less and less
		e.probe.open, e.probe.pause, e.probe.next = false, probeFirst, now
		e.rate = max(e.rate*(1-fading*elapsed), wantMargin*e.want, min(e.rate, startRate))
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
	switch {
	case e.met && e.rate < thinRate:
		growth = carefulGrowth
	case e.met:
		growth *= part
	}
	if e.limit > 0 && e.rate > nearLimit*e.limit {
		growth = max(slowGrowth*part, thinGrowth/e.rate)
	}
	most := e.rate
	if over := e.flow.since(2 * cutSettle); over.sending() > 0 {
		most = max(most, min((1+part)*over.sending(), (1+part)*over.delivered()/(1-mostHabit), mostRate))
	}
	e.rate = min(e.rate*math.Exp(growth*elapsed), most, mostRate)
}

// Blocked implements Observer.
func (e *Estimator) Blocked(now time.Time) {
	b := &e.blocked
	if since := now.Sub(b.last); since < blockedGap {
		b.sum += since
	}
	b.last = now
	if now.Sub(b.from) < silentFor {
		return
	}
	if b.sum > blockedFor {
		rate := cutBlind * e.rate
		if through := e.flow.since(silentFor).delivered(); through > 0 {
			rate = min(e.rate, blockedRoom*through)
		}
		e.rate = max(rate, min(e.rate, blockedLeast))
		e.probe.fail(now)
	}
	b.from, b.sum = now, 0
}

// blocked is how long a path took nothing.
type blocked struct {
	from, last time.Time
	sum        time.Duration // since from
}

// Voice takes what the sender of the voice on the same line sees: its queue, and whether the line seems dead. Call it every 50 ms or more often.
func (e *Estimator) Voice(queue time.Duration, broken bool, now time.Time) {
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
	if now.Sub(e.heard) > forgotten && e.rate > max(wakeRate, e.assumed) {
		e.wake(now)
	}
	ours := now.Sub(e.heard) <= silentFor+e.rtt
	if !e.voice.Feel(queue, ours, now) {
		return
	}
	above, jitter, usual := e.voice.peak(), e.voice.jitter, e.voice.usual
	if !e.probe.open && !e.cut.drain || !ours {
		e.voice.learn()
	}
	if (above > voiceQueue+e.thin()+usual+jitters*jitter || e.probe.open && e.voice.waits(e.thin()/2, now)) && now.Sub(e.heard) < silentFor && e.tried() {
		e.congested(above, now)
	}
}

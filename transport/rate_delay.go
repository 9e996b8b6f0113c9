package transport

import "time"

const (
	calmQueue  = 25 * time.Millisecond
	someQueue  = 50 * time.Millisecond // congestion, where two reports agree,
	loudQueue  = 80 * time.Millisecond // or one says so
	heavyQueue = 300 * time.Millisecond
	maxJitter  = 50 * time.Millisecond
	drift      = 300e-6 // of the reporter's clock against ours, at most
	smallest   = 110    // bytes of the least datagrams: the base holds the time that these take
	clockSlack = time.Second
	shareTime  = 30 * time.Second // for which a queue is held to be another's,
	stillTime  = 4 * time.Second  // unless it stands still: then there is none
)

// delayMeter follows the one-way delay of a line, on an unknown but steady offset, and the least of it, the base.
type delayMeter struct {
	started   bool
	restarted bool // by the last update
	arrival   int64
	sent      time.Duration
	now       time.Duration
	delay     time.Duration
	base      time.Duration
	jitter    time.Duration // mean change between reports of an empty queue
	queue     time.Duration // delay above the base that our own backlog does not explain
	former    time.Duration // queue before
	own       time.Duration // queue, without what the round trip adds to it
	shared    time.Duration // how far another's queue goes up and down,
	until     time.Duration // and how long that is believed
	moved     time.Duration // when it last did
}

// update takes a report and says whether it brought a later datagram. fresh: after a silence.
func (d *delayMeter) update(p *rateReport, fresh bool) bool {
	if !d.started {
		*d = delayMeter{started: true, restarted: true, arrival: int64(p.arrival), sent: p.sent, now: p.now}
		d.delay = time.Duration(d.arrival)*arrivalUnit - p.sent
		d.base = d.delay
		return true
	}
	elapsed := p.sent - d.sent
	if elapsed <= 0 {
		return false
	}
	// 16 bits wrap in 16 s; what the clock should say, had the delay not changed, tells which round it is.
	arrival := unwrap16(d.arrival+int64(elapsed/arrivalUnit), p.arrival)
	delay := time.Duration(arrival)*arrivalUnit - p.sent
	change := delay - d.delay
	// A delay cannot grow faster than time: then a clock was set, or slept.
	d.restarted = fresh || change > p.now-d.now+clockSlack
	d.arrival, d.sent, d.now, d.delay = arrival, p.sent, p.now, delay
	// The base leaks upward, so that it follows drift; a queue that stands goes by drain, not by patience.
	d.base = min(d.base+time.Duration(drift*float64(elapsed)), delay)
	if d.restarted && delay-d.base > someQueue {
		d.base = delay
	}
	d.former = d.queue
	d.queue = max(0, delay-d.base-p.backlog-p.apart)
	d.own = d.queue
	if d.queue < someQueue {
		d.jitter += (min(change.Abs(), maxJitter) - d.jitter) / 16
	}
	return true
}

// share makes the present delay the base, and lets it vary: the queue did not come from us.
func (d *delayMeter) share(peak time.Duration) {
	d.base, d.queue, d.former, d.own = d.delay, 0, 0, 0
	d.shared, d.until, d.moved = peak, d.now+shareTime, d.now
}

// sharing says whether the queue is held to be another's.
func (d *delayMeter) sharing() bool { return d.now < d.until }

// longer says, once, that what was held to be another's queue is a longer path.
func (d *delayMeter) longer() bool {
	if !d.sharing() {
		return false
	}
	if d.own > calmQueue+d.jitter {
		d.moved = d.now
	}
	if d.now-d.moved < stillTime {
		return false
	}
	d.until = d.now
	return true
}

// congested says whether the queue grew: two reports agree, or one says it loudly.
func (d *delayMeter) congested() bool {
	some, loud := someQueue+d.jitter, loudQueue+2*d.jitter
	if d.sharing() {
		some, loud = some+d.shared, loud+d.shared
	}
	return d.queue > some && (d.former > some || d.queue > loud)
}

// bitTime is how long bytes take at a rate.
func bitTime(bytes int, rate float64) time.Duration {
	return time.Duration(8 * float64(max(bytes, 0)) / rate * float64(time.Second))
}

package transport

import "time"

const (
	drainMargin = 150 * time.Millisecond // for jitter, before a queue that does not fall is called another's
	yield       = 0.7                    // of what was sent before, to whose queue it is
	shareGrowth = 500.                   // bit/s a second, beside another
	drainMost   = 0.9                    // of the rate, while a queue is emptied
	asideLasts  = time.Second            // so long after something went beside the voice a queue may be its
)

// drain is the time from when a queue is noticed until it is gone.
type drain struct {
	on      bool
	before  float64       // the rate,
	sending float64       // and what was sent of it
	after   float64       // the rate at the peak
	peak    time.Duration // the queue's,
	sent    time.Duration // when the datagram left that met it,
	through int64         // and the bytes sent until then
}

// drainFactor is the part of the rate that is sent while a queue is emptied. What goes beside a voice stops by itself: the voice need not.
func (r *rateControl) drainFactor() float64 {
	if r.gone.shared > 0 && r.last-r.gone.shared < asideLasts {
		return drainMost
	}
	return min(max(drainMost-r.delay.queue.Seconds()/0.6, 0.3), drainMost)
}

// drainQueue lowers the rate to what the line delivers when a queue grows, and holds below until it is empty.
func (r *rateControl) drainQueue(p *rateReport) {
	d, queue := &r.drain, r.delay.queue
	if !d.on {
		if r.delay.longer() {
			r.rate = max(r.rate, spare*d.before)
			r.least = p.rtt
			r.prober.unproven = true
		}
		if r.delay.congested() {
			*d = drain{on: true, before: r.rate, sending: r.trail.sending(time.Second)}
			r.deepen(p)
		}
		return
	}
	if c := r.through(); c > r.rate { // it empties faster than believed
		r.rate = max(r.rate, min(spare*c, d.before))
	}
	switch {
	case queue > d.peak+calmQueue:
		r.deepen(p)
	case d.peak-queue > 2*d.expected(p, d.after)+drainMargin: // so fast that it cannot have been ours
		r.rate = max(r.rate, d.before)
		d.on = queue > calmQueue
	case queue < calmQueue+r.delay.jitter/2:
		d.on = false
	case queue > d.peak/2 && d.expected(p, r.rate) > d.peak*3/2+drainMargin:
		r.shareQueue(p)
	}
}

// deepen lowers the rate to what comes through.
func (r *rateControl) deepen(p *rateReport) {
	if c := r.through(); c > 0 {
		r.lower(c, p.now)
	}
	d := &r.drain
	d.after, d.peak, d.sent, d.through = r.rate, r.delay.queue, p.sent, p.through
}

// expected is by how much the queue would have fallen from its peak at a rate, were it ours alone.
func (d *drain) expected(p *rateReport, rate float64) time.Duration {
	return max(0, p.sent-d.sent-bitTime(int(p.through-d.through), rate))
}

// shareQueue gives up a drain: far less was sent than the line takes, and the queue stands. It is another's, or the path became longer.
func (r *rateControl) shareQueue(p *rateReport) {
	d := &r.drain
	d.on = false
	r.delay.share(d.peak)
	r.rate = max(r.rate, min(d.before, yield*d.sending))
	r.prober.retry(p.now)
	r.least = p.rtt // or the round trip would say the same for a minute
}

package transport

import "time"

const (
	thinLine    = 48e3            // below it a line beside QUIC is thin: what a voice with repair takes may fill it
	thinCut     = 0.9             // of what comes through, so that the queue goes, too
	thinRecent  = 16.             // datagrams over which the recent loss is taken
	thinUsual   = 48.             // and the usual one
	thinBetween = 3 * time.Second // cuts: so late come losses to be known, on a line with few datagrams
)

// overrun says whether more is sent into a thin line than it takes, although its delay does not grow: it was met with its queue full, so the queue cannot grow, drops, and seems to be
// the path. Yet the round trip is longer than QUIC's shortest, and far more is lost than is known to be the line's own.
func (r *rateControl) overrun() bool {
	d := &r.losses.doubt
	return d.aged && !d.near && !r.losses.testing && r.rate < thinLine && d.recent > r.losses.proper()+testLoss
}

// relieve lowers the rate of a line that is overrun to what comes through.
func (r *rateControl) relieve(now time.Duration) {
	if !r.overrun() || now-r.losses.doubt.cut < thinBetween {
		return
	}
	if sending := r.trail.sending(time.Second); sending > 0 {
		r.losses.doubt.cut = now
		r.lower(thinCut/spare*sending*r.losses.passing(), now)
	}
}

// proper is the loss that is known to be the line's own: a test has shown it, or no queue stood.
func (m *lossTest) proper() float64 {
	if m.doubt.cleared {
		return max(m.own, m.doubt.usual)
	}
	return m.doubt.usual
}

// passing is the share of what is sent that comes through, but for the line's own loss.
func (m *lossTest) passing() float64 {
	return min((1-m.doubt.recent)/(1-min(m.proper(), gateMaxLoss)), 1)
}

// through is what the bottleneck took while it was busy, as far as known.
func (r *rateControl) through() float64 {
	c := r.trail.throughput(r.losses.loss)
	if d := &r.losses.doubt; d.since.IsZero() || d.near || r.rate >= thinLine {
		return c
	}
	return c * r.losses.passing()
}

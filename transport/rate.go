package transport

import "time"

// The first rate control: it believes a line until its queue grows, then falls to what the line delivered, and
// climbs again slowly. The limits keep a wrong guess harmless.
const (
	startRate   = 256e3 // bit/s
	minRate     = 16e3
	maxRate     = 2e6
	queueHigh   = 100 * time.Millisecond // one-way delay above the least of the last seconds
	queueLow    = 40 * time.Millisecond
	rateWindow  = time.Second
	baseHorizon = 10 * time.Second
	backoff     = 0.85
	growth      = 0.05 // a second
	// The reporter's clock has 16 bits: after a longer gap it is ambiguous and everything is measured afresh.
	maxReportGap = 8 * time.Second
)

// rateControl estimates what one direction of a line carries, in bit/s with all headers.
type rateControl struct {
	rate      float64
	base      time.Duration // least one-way delay, on an arbitrary zero
	baseAt    time.Time
	nextBase  time.Duration
	started   bool
	epoch     time.Time // of the sending clock
	arrival   int64     // of the reporter's clock, unwrapped, in arrivalUnit
	last      time.Time // report
	window    time.Time
	bytes     int
	delivered float64
	held      time.Time // not lowered again before
}

func newRateControl() rateControl { return rateControl{rate: startRate} }

// update takes one report: when the newest datagram was sent, when it arrived on the other clock, and how many bytes are newly known to have arrived.
func (r *rateControl) update(sentAt time.Time, arrival uint16, bytes int, now time.Time) {
	if !r.started || now.Sub(r.last) > maxReportGap {
		r.started, r.epoch, r.arrival, r.window, r.baseAt = true, sentAt, int64(arrival), now, now
		r.base = r.oneWay(sentAt)
		r.nextBase = r.base
	}
	r.last = now
	r.arrival = unwrap16(r.arrival, arrival)
	delay := r.oneWay(sentAt)
	r.trackBase(delay, now)
	r.bytes += bytes
	elapsed := now.Sub(r.window)
	if elapsed >= rateWindow {
		r.delivered = float64(8*r.bytes) / elapsed.Seconds()
		r.window, r.bytes = now, 0
	}
	queue := delay - r.base
	switch {
	case queue > queueHigh && now.After(r.held) && r.delivered > 0:
		r.rate = max(minRate, min(r.rate, backoff*r.delivered))
		r.held = now.Add(rateWindow)
	case queue < queueLow && elapsed >= rateWindow:
		r.rate = min(maxRate, r.rate*(1+growth*elapsed.Seconds()))
	}
}

// oneWay is the delay from sending to arrival with an unknown but constant offset.
func (r *rateControl) oneWay(sentAt time.Time) time.Duration {
	return time.Duration(r.arrival)*arrivalUnit - sentAt.Sub(r.epoch)
}

// trackBase keeps the least delay of the last one to two horizons: a longer path becomes the new base after a while.
func (r *rateControl) trackBase(delay time.Duration, now time.Time) {
	r.base, r.nextBase = min(r.base, delay), min(r.nextBase, delay)
	if now.Sub(r.baseAt) >= baseHorizon {
		r.base, r.nextBase, r.baseAt = r.nextBase, delay, now
	}
}

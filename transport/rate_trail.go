package transport

import "time"

const (
	trailLength = 24
	trailStep   = 60 * time.Millisecond  // at least, between two marks
	trailLeast  = 250 * time.Millisecond // of sending, over which a throughput is measured
	trailMost   = 500 * time.Millisecond // of arriving
	busyQueue   = 15 * time.Millisecond
)

// mark is a report that is remembered.
type mark struct {
	sent, arrival time.Duration // of its newest datagram, each on its own clock
	queue         time.Duration
	through, got  int64 // bytes sent up to that datagram, bytes known to be there
}

// trail holds the last reports.
type trail struct {
	marks [trailLength]mark
	count int
	got   int64
}

func (t *trail) reset() { t.count = 0 }

func (t *trail) add(p *rateReport, d *delayMeter) {
	if t.count > 1 && t.back(0).sent-t.back(1).sent < trailStep {
		t.count-- // the last one was in between
	}
	t.marks[t.count%trailLength] = mark{p.sent, p.sent + d.delay, d.queue, p.through, t.got}
	t.count++
}

// back returns the i-th mark before the last.
func (t *trail) back(i int) *mark { return &t.marks[(t.count-1-i)%trailLength] }

func (t *trail) length() int { return min(t.count, trailLength) }

// interval is the mean time between the last reports.
func (t *trail) interval() time.Duration {
	n := min(t.length()-1, 4)
	if n < 1 {
		return feedbackClean
	}
	return (t.back(0).sent - t.back(n).sent) / time.Duration(n)
}

// sending is the rate at which was sent over at least the last span, up to the newest report; 0 if unknown.
func (t *trail) sending(span time.Duration) float64 {
	if t.count == 0 {
		return 0
	}
	last := t.back(0)
	for i := 1; i < t.length(); i++ {
		if m := t.back(i); last.sent-m.sent >= span {
			return perSecond(last.through-m.through, last.sent-m.sent)
		}
	}
	return 0
}

// throughput is what the bottleneck took while it was busy, up to the newest report: what was sent between two reports over the time
// between the arrivals. Drops before the bottleneck show in what arrived; loss is the line's own. 0 if unknown.
func (t *trail) throughput(loss float64) float64 {
	if t.length() < 2 {
		return 0
	}
	last, first := t.back(0), t.back(1)
	for i := 2; i < t.length(); i++ {
		sent, arrived := last.sent-first.sent, last.arrival-first.arrival
		if sent >= trailLeast && (first.queue < busyQueue || arrived >= trailMost) {
			break
		}
		first = t.back(i)
	}
	span := max(last.arrival-first.arrival, time.Millisecond)
	passed := perSecond(last.through-first.through, span)
	if arrived := perSecond(last.got-first.got, span) / max(1-loss, 0.2); arrived < 0.7*passed {
		return arrived
	}
	return passed
}

// perSecond is bytes over a time, in bit/s.
func perSecond(bytes int64, over time.Duration) float64 {
	return 8 * float64(bytes) / over.Seconds()
}

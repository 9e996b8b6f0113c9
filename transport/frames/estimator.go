package frames

import "time"

// Sample is what is learned of pieces that came: when the newest left and came, on two clocks that need not agree, how many bytes are newly known to have come, with all headers, and how many
// pieces are newly known to be lost (less those that were held to be and came).
type Sample struct {
	Sent, Arrival time.Duration
	Bytes         int
	Lost          int
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
)

// Estimator finds the rate at which pieces may leave, in one direction of a line, without the voice noticing.
type Estimator struct {
	rate float64
	want float64
	at   time.Time
	base time.Duration
	any  bool
	cut  time.Time
}

// NewEstimator makes one that knows nothing yet.
func NewEstimator(now time.Time) *Estimator {
	return &Estimator{rate: startRate, at: now, want: mostRate, cut: now}
}

// Want says how many bit/s, with all headers, could be used: so far, and no further, the rate is probed.
func (e *Estimator) Want(bitsPerSecond float64) { e.want = bitsPerSecond }

// Sample implements Observer.
func (e *Estimator) Sample(s Sample, now time.Time) {
	delay := s.Arrival - s.Sent
	if !e.any || delay < e.base {
		e.any, e.base = true, delay
	}
	queue := delay - e.base
	elapsed := min(now.Sub(e.at), 200*time.Millisecond).Seconds()
	e.at = now
	switch {
	case queue > 50*time.Millisecond && now.Sub(e.cut) > 300*time.Millisecond:
		e.rate, e.cut = max(leastRate, e.rate*0.7), now
	case queue < 20*time.Millisecond && e.rate < 1.2*e.want:
		e.rate = min(mostRate, e.rate*(1+0.3*elapsed))
	}
}

// Blocked implements Observer.
func (e *Estimator) Blocked(time.Time) {}

// Voice takes what the sender of the voice on the same line sees: its queue, and whether the line seems dead.
func (e *Estimator) Voice(queue time.Duration, broken bool, now time.Time) {
	if (queue > 35*time.Millisecond || broken) && now.Sub(e.cut) > 300*time.Millisecond {
		e.rate, e.cut = max(leastRate, e.rate*0.7), now
	}
}

// Rate returns the bit/s, with all headers, at which pieces may leave now.
func (e *Estimator) Rate(time.Time) float64 { return e.rate }

// Probing returns the bit/s of pieces in all, with all headers, to which what leaves is to be filled up with repair now; 0: it is not to be.
func (e *Estimator) Probing(time.Time) float64 {
	if e.rate < 1.2*e.want {
		return e.rate
	}
	return 0
}

package transport

import "time"

// reno is a TCP-like flow through the same bottleneck: slow start, one halving a round trip, retransmission timer.
type reno struct {
	rtt       time.Duration // without queue
	from      time.Duration
	mss       int
	window    float64 // packets
	threshold float64
	flight    int
	recovery  time.Duration
	got       int64
	heard     time.Duration
}

func newReno(rtt, from time.Duration) *reno {
	return &reno{rtt: rtt, from: from, mss: 1400, window: 4, threshold: 1e9}
}

func (t *reno) start(s *sim) {
	s.at(t.from, func() {
		t.heard = s.now
		t.fillWindow(s)
		t.timer(s)
	})
}

func (t *reno) fillWindow(s *sim) {
	for float64(t.flight) < t.window {
		t.flight++
		left := s.now
		if at, ok := s.forward.pass(s.now, t.mss); ok {
			s.at(at+t.rtt/2, func() { t.acked(s) })
		} else { // three later acknowledgements tell: about a round trip with its queue
			s.at(s.now+t.rtt+s.forward.queue(s.now), func() { t.lost(s, left) })
		}
	}
}

func (t *reno) acked(s *sim) {
	t.flight--
	t.got += int64(t.mss)
	t.heard = s.now
	if t.window < t.threshold {
		t.window++
	} else {
		t.window += 1 / t.window
	}
	t.fillWindow(s)
}

func (t *reno) lost(s *sim, left time.Duration) {
	t.flight--
	if left > t.recovery {
		t.recovery = s.now
		t.window = max(2, t.window/2)
		t.threshold = t.window
	}
	t.fillWindow(s)
}

// timer restarts a flow that hears nothing.
func (t *reno) timer(s *sim) {
	if s.now-t.heard > time.Second && t.flight > 0 && s.now-t.heard > 4*t.rtt {
		t.threshold, t.window, t.heard = max(2, t.window/2), 1, s.now
		t.fillWindow(s)
	}
	s.at(s.now+100*time.Millisecond, func() { t.timer(s) })
}

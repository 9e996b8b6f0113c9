package transport

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestRateOutlivesOutages(t *testing.T) {
	const from = 100 * second
	for _, loss := range []float64{0, .3} {
		for _, long := range []time.Duration{1 * second, 3 * second, 8 * second, 60 * second} {
			for _, gate := range []bool{false, true} {
				s := newSim(256e3, 150*time.Millisecond, loss, 5)
				s.want = 128e3
				until := from + long
				s.forward.outages = []simOutage{{from, until}}
				s.back.outages = s.forward.outages
				if gate {
					s.silent = func(at time.Duration) bool { return at > from+700*time.Millisecond && at < until+100*time.Millisecond }
				}
				s.start()
				s.run(until + 60*second)
				before := s.seen.meanRate(from-10*second, from)
				back := s.seen.reached(.9*before, until+200*time.Millisecond)
				s.row(t, until, until+60*second, "outage of %2.0f s, gate %5v, %2.0f %% | before %5.1f, back after %.1f s", long.Seconds(), gate, 100*loss, before/1e3, back.Seconds())
				if after := s.seen.meanRate(until+2*second, until+60*second); back < 0 || back > 2*second || after < .8*before {
					t.Errorf("%.0f before, %.0f after, %v", before, after, back)
				}
			}
		}
	}
}

func TestRateFollowsAnotherPath(t *testing.T) {
	s := newSim(256e3, 150*time.Millisecond, .05, 9)
	s.want = 64e3
	s.forward.delay = func(at time.Duration) time.Duration {
		switch {
		case at < 60*second:
			return 75 * time.Millisecond
		case at < 90*second:
			return 195 * time.Millisecond
		}
		return 40 * time.Millisecond
	}
	s.start()
	s.run(120 * second)
	s.row(t, 60*second, 65*second, "path 120 ms longer, at once")
	s.row(t, 70*second, 120*second, "path 120 ms longer, then 155 ms shorter")
	if w := s.seen.minRate(60*second, 65*second); w < 24e3 {
		t.Errorf("fell to %.0f for a longer path", w)
	}
	if w := s.seen.minRate(75*second, 120*second); w < 60e3 {
		t.Errorf("still %.0f", w)
	}
}

func TestRateForgivesSpikes(t *testing.T) {
	s := newSim(256e3, 150*time.Millisecond, .05, 9)
	s.want = 64e3
	rng := rand.New(rand.NewPCG(1, 1))
	var spike, until time.Duration
	s.forward.delay = func(at time.Duration) time.Duration {
		if at > until && rng.Float64() < .01 {
			spike, until = time.Duration(rng.Float64()*400)*time.Millisecond, at+300*time.Millisecond
		}
		if at < until {
			return 75*time.Millisecond + spike
		}
		return 75 * time.Millisecond
	}
	s.start()
	s.run(240 * second)
	s.row(t, 10*second, 240*second, "spikes of up to 400 ms every 5 s")
	if w := s.seen.meanRate(10*second, 240*second); w < 40e3 {
		t.Errorf("believes in %.0f", w)
	}
}

func TestRateAndTheReportersClock(t *testing.T) {
	clocks := []struct {
		name  string
		until time.Duration
		clock func(at time.Duration) time.Duration
	}{
		{"wraps every 16.4 s", 300 * second, func(at time.Duration) time.Duration { return at + 12*second }},
		{"gains 200 ppm", 7200 * second, func(at time.Duration) time.Duration { return at + at/5000 }},
		{"loses 200 ppm", 7200 * second, func(at time.Duration) time.Duration { return at - at/5000 }},
		{"slept 603 s", 300 * second, func(at time.Duration) time.Duration { return at + 603*second*min(at/(60*second), 1) }},
		{"set back by 5 s", 300 * second, func(at time.Duration) time.Duration { return at + 20*second - 5*second*min(at/(60*second), 1) }},
	}
	for _, c := range clocks {
		s := newSim(64e3, 150*time.Millisecond, .05, 9)
		s.want, s.clock = 48e3, c.clock
		s.start()
		s.run(c.until)
		s.row(t, 10*second, c.until, "clock %s", c.name)
		if w := s.seen.meanRate(10*second, c.until); w < 46e3 {
			t.Errorf("%s: believes in %.0f", c.name, w)
		}
		if q := s.control.delay.queue; q > 25*time.Millisecond {
			t.Errorf("%s: an empty queue seems to hold %v", c.name, q)
		}
	}
}

func TestStandingQueueNeverBecomesTheBase(t *testing.T) {
	// The line carries 64 kbit/s, and then a little less than what is sent: the queue stands at 200 ms for good if nobody drains it.
	s := newSim(0, 100*time.Millisecond, 0, 2)
	s.want, s.greedy = 64e3, true
	s.forward.buffer = 200 * time.Millisecond
	s.forward.rate = func(at time.Duration) float64 {
		if at > 30*second {
			return 60e3
		}
		return 72e3
	}
	s.start()
	s.run(300 * second)
	s.row(t, 40*second, 300*second, "60 kbit/s under 64")
	sum := time.Duration(0)
	for _, q := range s.seen.queues[int(40*second/simStep):] {
		sum += q
	}
	if mean := sum / time.Duration(len(s.seen.queues)-int(40*second/simStep)); mean > 60*time.Millisecond {
		t.Errorf("a queue of %v in the mean", mean)
	}
}

func TestBreaker(t *testing.T) {
	// 6 kbit/s: less than the least rate. The queue is always full and most is lost.
	s := newSim(6e3, 150*time.Millisecond, 0, 1)
	s.forward.buffer = 2 * second
	s.start()
	s.run(120 * second)
	s.row(t, 10*second, 120*second, "6 kbit/s | open for %.0f s", (time.Duration(s.seen.breakers) * simStep).Seconds())
	if open := time.Duration(s.seen.breakers) * simStep; open < 20*second {
		t.Errorf("the breaker was open for %v of two minutes", open)
	}

	// The reports stop, what is sent may well arrive: the breaker opens, tries again, and at the first report all is well.
	s = newSim(256e3, 150*time.Millisecond, 0, 1)
	s.want = 128e3
	s.back.outages = []simOutage{{60 * second, 100 * second}}
	s.start()
	s.run(130 * second)
	at, n := s.seen.meanRate(70*second, 100*second), s.seen.breakers
	s.row(t, 70*second, 100*second, "no reports | open for %.0f s", (time.Duration(n) * simStep).Seconds())
	if n == 0 || at > 20e3 {
		t.Errorf("%.0f sent blindly", at)
	}
	if w := s.seen.meanRate(105*second, 130*second); w < 100e3 {
		t.Errorf("%.0f after the reports came back", w)
	}
}

package transport

import (
	"testing"
	"time"
)

const second = time.Second

// row logs a row of figures: W and what was sent in kbit/s, the greatest queue, and how long it stayed over 300 ms.
func (s *sim) row(t *testing.T, from, until time.Duration, format string, args ...any) {
	t.Helper()
	w := &s.seen
	most, heavy := w.queue(from, until)
	args = append(args, w.meanRate(from, until)/1e3, w.minRate(from, until)/1e3, w.sending(from, until)/1e3,
		100*float64(s.sender.padding)/float64(s.sender.total), most.Milliseconds(), heavy.Seconds())
	t.Logf(format+" | W %6.1f least %6.1f sent %6.1f padding %4.1f %% | queue %4d ms, over 300 ms for %5.2f s", args...)
}

func TestRateFindsTheBottleneck(t *testing.T) {
	const end = 120 * second
	for _, rate := range []float64{20e3, 32e3, 48e3, 64e3, 128e3, 256e3, 512e3} {
		for _, rtt := range []time.Duration{60 * time.Millisecond, 150 * time.Millisecond, 300 * time.Millisecond, 600 * time.Millisecond} {
			for i, loss := range []float64{0, .05, .3} {
				s := newSim(rate, rtt, loss, uint64(i))
				s.greedy, s.prompt = loss > 0, loss > .1
				s.start()
				s.run(end)
				goal := min(rate, s.want, collapse(loss, rtt+20*time.Millisecond)) // reports wait
				at := s.seen.reached(.75*goal, 0)
				s.row(t, 20*second, end, "%3.0f kbit/s %3d ms %2.0f %% | goal %5.1f, ¾ at %4.1f s", rate/1e3, rtt.Milliseconds(), 100*loss, goal/1e3, at.Seconds())
				if at < 0 || at > 4*second+8*rtt {
					t.Errorf("%v of %v reached after %v", .75*goal, goal, at)
				}
				if w := s.seen.meanRate(20*second, end); w < .78*goal || w > 1.25*goal {
					t.Errorf("believes in %.0f, the line carries %.0f", w, goal)
				}
				if most, heavy := s.seen.queue(0, 20*second); most > 560*time.Millisecond || heavy > 2*second {
					t.Errorf("the start made a queue of %v, over 300 ms for %v", most, heavy)
				}
				if most, heavy := s.seen.queue(20*second, end); most > 480*time.Millisecond || heavy > second {
					t.Errorf("a queue of %v, over 300 ms for %v", most, heavy)
				}
				if s.seen.breakers > 0 {
					t.Error("the breaker opened")
				}
			}
		}
	}
}

func TestRateFollowsSteps(t *testing.T) {
	for _, want := range []float64{48e3, 64e3, 96e3, 128e3} {
		for _, rtt := range []time.Duration{60 * time.Millisecond, 150 * time.Millisecond, 300 * time.Millisecond} {
			for i, loss := range []float64{0, .05, .3} {
				s := newSim(0, rtt, loss, uint64(3+i))
				s.want = want
				s.forward.buffer = 3 * second
				s.forward.rate = func(at time.Duration) float64 {
					if at > 40*second && at < 80*second {
						return 48e3
					}
					return 512e3
				}
				s.start()
				s.run(140 * second)
				goal := min(want, collapse(loss, rtt))
				back := s.seen.reached(.8*goal, 80*second)
				s.row(t, 40*second, 80*second, "512 to 48 kbit/s, wanted %3.0f, %3d ms %2.0f %% | back after %4.1f s", want/1e3, rtt.Milliseconds(), 100*loss, back.Seconds())
				if _, heavy := s.seen.queue(40*second, 80*second); heavy > 2400*time.Millisecond || heavy > 2*second && want < 128e3 {
					t.Errorf("a queue over 300 ms for %v", heavy)
				}
				if w := s.seen.meanRate(45*second, 80*second); w > 53e3 || w < .75*min(goal, 48e3) {
					t.Errorf("believes in %.0f, the line carries 48000", w)
				}
				if back < 0 || back > 20*second {
					t.Errorf("back at %.0f after %v", goal, back)
				}
			}
		}
	}
}

func TestRateCarriesNoProbesWhenAllIsProved(t *testing.T) {
	s := newSim(512e3, 150*time.Millisecond, 0, 1)
	s.want = 64e3
	s.start()
	s.run(20 * second)
	before := s.sender.padding
	s.run(600 * second)
	if more := s.sender.padding - before; more > 0 {
		t.Errorf("%d bytes of probes in ten minutes", more)
	}
	if w := s.control.allowed(); w < 64e3 {
		t.Errorf("believes in %.0f", w)
	}
}

func TestRateBesideTCP(t *testing.T) {
	for _, rate := range []float64{128e3, 256e3, 512e3} {
		for _, buffer := range []time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond, 1000 * time.Millisecond} {
			for _, rtt := range []time.Duration{60 * time.Millisecond, 150 * time.Millisecond} {
				s := newSim(rate, rtt, 0, 4)
				s.want = 64e3
				s.forward.buffer = buffer
				s.tcp = newReno(rtt, 20*second)
				s.start()
				s.run(40 * second)
				got := s.tcp.got
				s.run(200 * second)
				tcp := perSecond(s.tcp.got-got, 160*second)
				s.row(t, 40*second, 200*second, "TCP, %3.0f kbit/s, buffer %4d ms, %3d ms | TCP %5.1f", rate/1e3, buffer.Milliseconds(), rtt.Milliseconds(), tcp/1e3)
				if sent := s.seen.sending(40*second, 200*second); sent < 16e3 {
					t.Errorf("starved: %.0f", sent)
				}
				if tcp < rate/2 {
					t.Errorf("TCP starved: %.0f of %.0f", tcp, rate)
				}
				if s.seen.breakers > 0 {
					t.Error("the breaker opened")
				}
			}
		}
	}
}

func TestRateStaysBelowAPolicer(t *testing.T) {
	for _, police := range []float64{32e3, 64e3, 128e3} {
		for i, loss := range []float64{0, .05, .3} {
			s := newSim(0, 150*time.Millisecond, loss, uint64(i))
			s.forward.rate, s.forward.police = nil, police
			s.start()
			s.run(300 * second)
			goal := min(police, collapse(loss, 150*time.Millisecond))
			i, j := int(20*second/simStep), int(300*second/simStep)-1
			got := perSecond(s.seen.got[j]-s.seen.got[i], 280*second) / (1 - loss)
			sent := s.seen.sending(20*second, 300*second)
			s.row(t, 20*second, 300*second, "policer %3.0f kbit/s, %2.0f %% | passes %5.1f", police/1e3, 100*loss, got/1e3)
			// What a voice needs is not held back: most of it comes through, the rest is the repair's.
			if got < .6*goal || sent > 1.3*police && sent > 1.1*testRate {
				t.Errorf("%.0f sent, %.0f pass, the policer lets %.0f through", sent, got, police)
			}
		}
	}
}

func TestRateDoesNotMistakeLossAndJitter(t *testing.T) {
	for i, run := range []float64{0, 3, 4, 8} {
		for _, loss := range []float64{.1, .2, .4} {
			s := newSim(256e3, 150*time.Millisecond, loss, uint64(8+i))
			s.forward.run, s.want = run, 128e3
			s.start()
			s.run(120 * second)
			goal := min(s.want, collapse(loss, 150*time.Millisecond))
			s.row(t, 10*second, 120*second, "runs of %.0f, %2.0f %% | goal %5.1f", run, 100*loss, goal/1e3)
			if w := s.seen.meanRate(10*second, 120*second); w < .7*goal {
				t.Errorf("believes in %.0f of %.0f", w, goal)
			}
		}
	}
	for _, jitter := range []time.Duration{10 * time.Millisecond, 30 * time.Millisecond, 60 * time.Millisecond} {
		for _, rate := range []float64{48e3, 128e3, 512e3} {
			s := newSim(rate, 150*time.Millisecond, .02, 7)
			s.forward.jitter, s.back.jitter, s.want = jitter, jitter, 128e3
			s.start()
			s.run(120 * second)
			s.row(t, 10*second, 120*second, "jitter %d ms, %3.0f kbit/s", jitter.Milliseconds(), rate/1e3)
			if w := s.seen.meanRate(10*second, 120*second); w < .8*min(rate, s.want) {
				t.Errorf("believes in %.0f of %.0f", w, rate)
			}
		}
	}
}

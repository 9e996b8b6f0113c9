package jitter

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Two hours of speech whose clock is 200 ppm fast or slow, which is 1.4 s in the end: the delay stays, with and without a budget, on a clean line and on one that
// brings a fifth of the frames back late; nothing is missing, and nothing is kept.
func TestTheDelayFollowsADriftingClock(t *testing.T) {
	const n = 2 * 3600 * 50
	for _, ppm := range []float64{200, -200} {
		for _, budget := range []time.Duration{0, 400 * ms} {
			rng := rand.New(rand.NewPCG(3, 3))
			way := func(int) time.Duration { return 75 * ms }
			if budget > 0 {
				way = repaired(rng, 0.2, budget)
			}
			captured := func(i int) time.Duration { return time.Duration(float64(i) * float64(20*ms) * (1 - ppm/1e6)) } // in our time
			in := make([]arrival, n)
			for i := range in {
				in[i] = arrival{Frame[int]{Sequence: uint32(i), Time: uint32(i) * frame, Samples: frame, Packet: i}, captured(i) + way(i)}
			}
			c := NewClock(Config{})
			c.SetBudget(budget)
			b := NewBuffer[int](c)
			out := play(b, sorted(in))
			ready := slices.DeleteFunc(slices.Clone(out), func(o output) bool { return o.kind != Ready })
			if len(ready) < n*999/1000 {
				t.Errorf("%+.0f ppm, budget %v: %d of %d frames, %+v", ppm, budget, len(ready), n, b.Stats())
			}
			mean := func(some []output) time.Duration {
				sum := time.Duration(0)
				for _, o := range some {
					sum += o.at - captured(o.f.Packet)
				}
				return sum / time.Duration(len(some))
			}
			first, last := mean(ready[500:3500]), mean(ready[len(ready)-3000:])
			if d := last - first; d > 25*ms || d < -25*ms || first > 75*ms+budget+40*ms {
				t.Errorf("%+.0f ppm, budget %v: %v at first, %v two hours later", ppm, budget, first, last)
			}
		}
	}
}

package frames

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestParity against what is lost of many frames, with as many repetitions as there is time for.
func TestParity(t *testing.T) {
	for _, c := range []struct {
		k             int
		loss, run     float64
		rtt, deadline time.Duration
		most          float64 // of frames incomplete
	}{
		{3, .1, 1, 300 * ms, 400 * ms, .012},
		{10, .1, 1, 300 * ms, 400 * ms, .012},
		{40, .2, 1, 300 * ms, 400 * ms, .012},
		{10, .05, 3, 300 * ms, 400 * ms, .05},
		{40, .1, 4, 300 * ms, 400 * ms, .05},
		{10, .3, 1, 100 * ms, 400 * ms, .012},
		{10, .1, 1, 20 * ms, 400 * ms, .012},
		{60, .3, 1, 20 * ms, 500 * ms, .012},
	} {
		m := Parity(c.k, c.loss, c.run, c.rtt, c.deadline)
		tries := 1 + max((c.deadline-c.rtt/2)/(c.rtt+againSlack), 0)
		rng := rand.New(rand.NewPCG(1, 2))
		failed := 0
		const frames = 20000
		for range frames {
			left := c.k + m
			for range tries {
				line := simLine{loss: c.loss, rng: rng}
				if c.run > 1 {
					line.run = c.run
				}
				line.bad = rng.Float64() < c.loss
				lost := 0
				for range left {
					if line.lose() {
						lost++
					}
				}
				left = lost
			}
			if left > m {
				failed++
			}
		}
		share := float64(failed) / frames
		t.Logf("%+v: %d parity shards, %.4f incomplete", c, m, share)
		if share > c.most || m > c.k+1 {
			t.Errorf("%+v: %d parity shards, %.4f incomplete", c, m, share)
		}
	}
	for _, c := range []struct {
		k             int
		loss          float64
		rtt, deadline time.Duration
		want          int
	}{{5, 0, ms, ms, 0}, {5, .5, ms, 0, 0}, {0, .5, ms, ms, 0}, {255, .5, second, ms, 0}, {250, .5, second, ms, 5}, {1, .9, second, ms, 2}} {
		if m := Parity(c.k, c.loss, 1, c.rtt, c.deadline); m != c.want {
			t.Errorf("%+v: %d", c, m)
		}
	}
}

package fec_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/diemcau/diemcau/fec"
)

// A channel loses datagrams in runs: mean share loss, mean length run (1 or less: independently). Gilbert's model.
type channel struct {
	r         *rand.Rand
	loss, run float64
	bad       bool
}

func (c *channel) lost() bool {
	if c.run <= 1 {
		return c.r.Float64() < c.loss
	}
	leave := 1 / c.run
	enter := leave * c.loss / (1 - c.loss)
	if c.bad {
		c.bad = c.r.Float64() >= leave
	} else {
		c.bad = c.r.Float64() < enter
	}
	return c.bad
}

// residual returns the share of n blocks that are not there when delta further datagrams were sent, and the bytes sent per
// byte of media.
func residual(p fec.Protection, c *channel, n, delta int) (missing, factor float64) {
	at := make([]int, n)
	for i := range at {
		at[i] = -1
	}
	now, media, wire := 0, 0, 0
	encoder := fec.NewEncoder()
	encoder.Protect(p)
	decoder := fec.NewDecoder(func(seq uint16, _ []byte) {
		i := now - int(uint16(now)-seq)
		at[i] = now
	})
	block := make([]byte, 60)
	var chunks []fec.Chunk
	for now = range n {
		block[0] = byte(now)
		seq := uint16(now)
		encoder.Source(seq, block)
		chunks = encoder.Repairs(chunks[:0], 1000)
		media += len(block)
		wire += len(block)
		for _, chunk := range chunks {
			wire += chunk.Len(false)
		}
		if c.lost() {
			continue
		}
		if decoder.Source(seq, block) {
			at[now] = now
		}
		for _, chunk := range chunks {
			decoder.Repair(seq, chunk)
		}
	}
	late := 0
	for i, t := range at {
		if t < 0 || t-i > delta {
			late++
		}
	}
	return float64(late) / float64(n), float64(wire) / float64(media)
}

// TestResidual holds what For promises, 200 ms and datagrams of 20 ms where not said otherwise: the share of blocks that are not there
// in time, with a seeded channel.
func TestResidual(t *testing.T) {
	tests := []struct {
		name      string
		line      fec.Line
		residual  float64 // at most
		factor    float64 // bytes sent per byte of media, at most
		unhelpful float64 // the same line without protection is worse than this
	}{
		{"clean", fec.Line{Loss: 0.004}, 0.005, 1, 0.002},
		{"5 %", fec.Line{Loss: 0.05}, 0.001, 1.55, 0.04},
		{"10 %", fec.Line{Loss: 0.10}, 0.001, 1.9, 0.09},
		{"20 %", fec.Line{Loss: 0.20}, 0.001, 2.6, 0.19},
		{"30 %, 400 ms", fec.Line{Loss: 0.30, Budget: 400 * time.Millisecond}, 0.001, 2.7, 0.29},
		{"10 %, 40 ms datagrams", fec.Line{Loss: 0.10, Interval: 40 * time.Millisecond}, 0.001, 2.8, 0.09},
		{"10 % in runs of 2", fec.Line{Loss: 0.10, Run: 2}, 0.005, 2.6, 0.09},
		{"10 % in runs of 3, 400 ms", fec.Line{Loss: 0.10, Run: 3, Budget: 400 * time.Millisecond}, 0.007, 2.4, 0.09},
		{"20 % in runs of 3", fec.Line{Loss: 0.20, Run: 3}, 0.025, 3, 0.18},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			const n = 100_000
			delta := 9
			if test.line.Interval > 0 {
				delta = 4
			} else if test.line.Budget > 0 {
				delta = 19
			}
			lossy := func() *channel {
				return &channel{r: rand.New(rand.NewPCG(7, 8)), loss: test.line.Loss, run: test.line.Run}
			}
			protection := fec.For(test.line)
			missing, factor := residual(protection, lossy(), n, delta)
			if missing > test.residual || factor > test.factor {
				t.Errorf("%+v: %.4f missing, %.2f sent", protection, missing, factor)
			}
			if bare, _ := residual(fec.Protection{}, lossy(), n, delta); bare < test.unhelpful {
				t.Errorf("the channel loses only %.4f", bare)
			}
		})
	}
}

// TestForGrows: more loss never means less protection, and no answer is out of range.
func TestForGrows(t *testing.T) {
	for _, run := range []float64{1, 1e9} {
		for _, budget := range []time.Duration{time.Millisecond, 0, 800 * time.Millisecond, time.Hour} {
			before := fec.Protection{}
			for loss := 0.0; loss <= 1.2; loss += 0.001 {
				p := fec.For(fec.Line{Loss: loss, Run: run, Budget: budget})
				if p.Repairs < before.Repairs || p.Window < before.Window || p.Offset < before.Offset {
					t.Fatalf("loss %.3f: %+v after %+v", loss, p, before)
				}
				if p.Window > fec.MaxWindow || p.Repairs > 48 || p.Offset >= fec.History || (loss >= 0.005) != (p.Repairs > 0) {
					t.Fatalf("loss %.3f: %+v", loss, p)
				}
				before = p
			}
		}
	}
}

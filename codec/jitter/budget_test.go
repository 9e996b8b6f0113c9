package jitter

import (
	"math/rand/v2"
	"testing"
	"time"
)

// repaired is a line that loses a share of the frames and brings them back at a random time within the budget.
func repaired(rng *rand.Rand, loss float64, budget time.Duration) func(int) time.Duration {
	return func(int) time.Duration {
		if rng.Float64() < loss {
			return 95*ms + time.Duration(rng.Float64()*float64(budget-20*ms))
		}
		return 95 * ms
	}
}

func TestABudgetIsHeldAndNoMore(t *testing.T) {
	for _, budget := range []time.Duration{150 * ms, 200 * ms, 400 * ms, 600 * ms, 800 * ms} {
		for seed := range uint64(5) {
			c := NewClock(Config{})
			c.SetBudget(budget)
			b := NewBuffer[int](c)
			out := play(b, speech(2000, 0, 0, 0, repaired(rand.New(rand.NewPCG(seed, 7)), 0.4, budget)))
			if n := count(out, Ready); n != 2000 {
				t.Errorf("budget %v, seed %d: %d of 2000 ready, %+v", budget, seed, n, b.Stats())
			}
			for i, o := range out[100:] {
				delay := o.at - time.Duration(i+100)*20*ms
				// 75 ms of way, and up to 10 ms until somebody asks
				if delay < 75*ms+budget || delay > 75*ms+budget+11*ms {
					t.Fatalf("budget %v, seed %d: frame %d is heard after %v", budget, seed, i+100, delay)
				}
			}
		}
	}
}

func TestAFewLateFramesDoNotMoveABudget(t *testing.T) {
	c := NewClock(Config{})
	c.SetBudget(400 * ms)
	b := NewBuffer[int](c)
	play(b, speech(3000, 0, 0, 0, func(i int) time.Duration {
		if i%120 == 60 {
			return 900 * ms
		}
		return 95 * ms
	}))
	if d := c.Target(); d != 380*ms {
		t.Errorf("target %v", d)
	}
}

func TestASecondBadHopExceedsTheBudgetWithinBounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	first, second := repaired(rng, 0.3, 200*ms), repaired(rng, 0.3, 200*ms)
	c := NewClock(Config{})
	c.SetBudget(200 * ms)
	b := NewBuffer[int](c)
	out := play(b, speech(3000, 0, 0, 0, func(i int) time.Duration { return first(i) + second(i) - 95*ms }))
	if n := count(out, Missing); n > 45 {
		t.Errorf("%d of 3000 missing", n)
	}
	if d := c.Target(); d <= 200*ms || d > 380*ms {
		t.Errorf("target %v", d)
	}
}

func TestABudgetComesAndGoes(t *testing.T) {
	c := NewClock(Config{})
	b := NewBuffer[int](c)
	steady := func(int) time.Duration { return 95 * ms }
	play(b, speech(200, 0, 0, 0, steady))
	if d := c.Target(); d != 20*ms {
		t.Errorf("target without a budget %v", d)
	}
	c.SetBudget(800 * ms)
	out := play(b, speech(200, 200, 200*frame, 4*time.Second, steady))
	if count(out, Ready) != 200 || c.Target() != 780*ms {
		t.Errorf("%d ready, target %v", count(out, Ready), c.Target())
	}
	c.SetBudget(0)
	if d := c.Target(); d != 20*ms {
		t.Errorf("target after the budget %v", d)
	}
}

// A budget that is gone takes nothing from what is said before the next pause: that gives the most of itself, and the next one the rest.
func TestAPauseGivesWhatItHas(t *testing.T) {
	const spurt, pause = 100, 400 * ms
	c := NewClock(Config{})
	c.SetBudget(800 * ms)
	b := NewBuffer[int](c)
	steady := func(int) time.Duration { return 95 * ms }
	var in []arrival
	for i := range uint32(4) {
		at := time.Duration(i) * (spurt*20*ms + pause)
		in = append(in, speech(spurt, i*spurt, uint32(at/ms*48), at, steady)...)
	}
	out := play(b, in[:spurt/2])
	c.SetBudget(0)
	out = append(out, play(b, in[spurt/2:])...)
	if n := count(out, Ready); n != 4*spurt {
		t.Fatalf("%d ready, %+v", n, b.Stats())
	}
	for i := 1; i < 4; i++ {
		before, first := out[i*spurt-1], out[i*spurt]
		if quiet := first.at - before.at - 20*ms; quiet < pause/4-10*ms || i == 1 && quiet > pause/4+10*ms {
			t.Errorf("pause %d of %v is heard as one of %v", i, pause, quiet)
		}
	}
	if d := out[3*spurt].at - 3*(spurt*20*ms+pause); d > 125*ms {
		t.Errorf("after three pauses still %v", d)
	}
}

// TestAnotherLayerTakesOver changes the layer while frames of the old one still wait for a budget that is no more: none of them is jumped over.
func TestAnotherLayerTakesOver(t *testing.T) {
	const frames, change = 100, 50
	c := NewClock(Config{})
	c.SetBudget(400 * ms)
	layers := [2]*Buffer[int]{NewBuffer[int](c), NewBuffer[int](c)}
	start := time.Unix(1e9, 0)
	var heard []int
	for i := range frames {
		at := start.Add(time.Duration(i) * 40 * ms)
		layer := 0
		if i >= change {
			layer = 1
			c.SetBudget(0)
		}
		layers[layer].Push(Frame[int]{Sequence: uint32(i), Time: uint32(i * 1920), Samples: 1920, Packet: i}, at)
		for now := at; now.Before(at.Add(40 * ms)); now = now.Add(5 * ms) {
			for _, b := range layers {
				for f, kind := b.Pop(now); kind == Ready; f, kind = b.Pop(now) {
					heard = append(heard, f.Packet)
				}
			}
		}
	}
	for i, f := range heard {
		if f != i {
			t.Fatalf("frame %d is heard as number %d: %v", f, i, heard)
		}
	}
	if len(heard) < frames-10 {
		t.Errorf("%d frames are heard", len(heard))
	}
}

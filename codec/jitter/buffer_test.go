package jitter

import (
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const (
	ms    = time.Millisecond
	frame = 960
)

var epoch = time.Unix(1_700_000_000, 0)

// arrival is a frame on its way: sent and there, since epoch.
type arrival struct {
	f  Frame[int]
	at time.Duration
}

// output is what Pop returned, and when.
type output struct {
	f    Frame[int]
	kind Kind
	at   time.Duration
}

// play feeds the arrivals (in order of at) and pops every 10 ms until the buffer has been empty for 3 s.
func play(b *Buffer[int], in []arrival) (out []output) {
	idle := time.Duration(0)
	for now := time.Duration(0); len(in) > 0 || now < idle+3*time.Second; now += 10 * ms {
		for len(in) > 0 && in[0].at <= now {
			b.Push(in[0].f, epoch.Add(in[0].at))
			in, idle = in[1:], now
		}
		for {
			f, kind := b.Pop(epoch.Add(now))
			if kind == Nothing {
				break
			}
			out = append(out, output{f, kind, now})
		}
	}
	return out
}

// speech makes n frames of continuous speech from the given sequence and time on; delay gives the way of frame i, < 0 loses it.
func speech(n int, sequence, captureTime uint32, start time.Duration, delay func(i int) time.Duration) []arrival {
	var in []arrival
	for i := range n {
		if d := delay(i); d >= 0 {
			f := Frame[int]{Sequence: sequence + uint32(i), Time: captureTime + uint32(i)*frame, Samples: frame, Packet: i}
			in = append(in, arrival{f, start + time.Duration(i)*20*ms + d})
		}
	}
	return sorted(in)
}

func sorted(in []arrival) []arrival {
	for i := range in {
		for k := i; k > 0 && in[k].at < in[k-1].at; k-- {
			in[k], in[k-1] = in[k-1], in[k]
		}
	}
	return in
}

func count(out []output, kind Kind) (n int) {
	for _, o := range out {
		if o.kind == kind {
			n++
		}
	}
	return n
}

func TestSteadyLinePlaysAtOnceAndInTime(t *testing.T) {
	b := NewBuffer[int](NewClock(Config{}))
	// Both counters wrap on the way.
	out := play(b, speech(500, ^uint32(0)-100, ^uint32(0)-200*frame, 0, func(int) time.Duration { return 80 * ms }))
	if len(out) != 500 || count(out, Ready) != 500 {
		t.Fatalf("%d of 500 came out, %d ready", len(out), count(out, Ready))
	}
	for i, o := range out {
		sent := time.Duration(i) * 20 * ms
		if o.f.Packet != i || o.at-sent < 100*ms || o.at-sent > 120*ms {
			t.Fatalf("output %d is frame %d, %v after its capture", i, o.f.Packet, o.at-sent)
		}
	}
	if d := b.clock.Delay(); d < 20*ms || d > 30*ms {
		t.Errorf("delay %v", d)
	}
}

func TestFramesThatRepairBringsBackAreWaitedFor(t *testing.T) {
	b := NewBuffer[int](NewClock(Config{}))
	// Every 25th frame comes 300 ms late, as repair brings it.
	out := play(b, speech(3000, 5, 7, 0, func(i int) time.Duration {
		if i%25 == 24 {
			return 340 * ms
		}
		return 40 * ms
	}))
	// The first tells how late they are, the second finds the delay on its way; from then on none is missing.
	if n := count(out, Missing); n > 2 {
		t.Errorf("%d missing", n)
	}
	if s := b.Stats(); s.Late != s.Missing || s.Ready+s.Missing != 3000 {
		t.Errorf("%+v", s)
	}
}

func TestDelayGoesDownAfterADisturbance(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	c := NewClock(Config{})
	b := NewBuffer[int](c)
	in := speech(3000, 0, 0, 0, func(i int) time.Duration {
		if i >= 250 && i < 350 {
			return time.Duration(rng.IntN(400)) * ms
		}
		return time.Duration(40+rng.IntN(10)) * ms
	})
	var worst time.Duration
	for now := time.Duration(0); now < 60*time.Second; now += 10 * ms {
		for len(in) > 0 && in[0].at <= now {
			b.Push(in[0].f, epoch.Add(in[0].at))
			in = in[1:]
		}
		for {
			if _, kind := b.Pop(epoch.Add(now)); kind == Nothing {
				break
			}
		}
		worst = max(worst, c.Delay())
		if now == 4*time.Second && c.Delay() > 40*ms {
			t.Errorf("before: %v", c.Delay())
		}
	}
	if worst < 300*ms || worst > 450*ms {
		t.Errorf("at the disturbance: %v", worst)
	}
	if c.Delay() > 40*ms {
		t.Errorf("long after: %v", c.Delay())
	}
}

func TestSilenceIsNotMissingAndANewTalkspurtTakesTheNewDelay(t *testing.T) {
	c := NewClock(Config{})
	b := NewBuffer[int](c)
	slow := speech(50, 0, 0, 0, func(i int) time.Duration { return time.Duration(40+i%2*200) * ms })
	// 25 s later, sequences go on, the way is fast again.
	later := speech(50, 50, 50*frame+25*48000, 26*time.Second, func(int) time.Duration { return 40 * ms })
	again := speech(50, 100, 100*frame+35*48000, 37*time.Second, func(int) time.Duration { return 40 * ms })
	out := play(b, append(append(slow, later...), again...))
	// Until the first slow frame is here nobody can know that one is worth waiting for.
	if n := count(out, Missing); n > 5 {
		t.Errorf("%d missing", n)
	}
	if n := count(out, Ready); n < 145 {
		t.Errorf("%d ready", n)
	}
	if last := out[len(out)-1]; last.at > 37*time.Second+49*20*ms+80*ms {
		t.Errorf("the last frame was played at %v", last.at)
	}
}

func TestMissingIsSaidWhenItIsDueAndNotBefore(t *testing.T) {
	b := NewBuffer[int](NewClock(Config{}))
	out := play(b, speech(100, 0, 0, 0, func(i int) time.Duration {
		if i == 50 || i == 51 {
			return -1
		}
		return 40 * ms
	}))
	if len(out) != 100 || count(out, Missing) != 2 {
		t.Fatalf("%d outputs, %d missing", len(out), count(out, Missing))
	}
	for i, o := range out {
		if o.f.Sequence != uint32(i) || o.f.Time != uint32(i*frame) || o.f.Samples != frame || (o.kind == Missing) != (i == 50 || i == 51) {
			t.Errorf("output %d: %+v", i, o)
		}
	}
	if late := out[51].at - time.Duration(51)*20*ms; late < 60*ms || late > 90*ms {
		t.Errorf("the second missing frame was reported %v after its capture", late)
	}
}

// A relay does not forward silence, so sequences have holes that are no losses.
func TestSilenceThatWasNotForwardedIsNotMissing(t *testing.T) {
	b := NewBuffer[int](NewClock(Config{}))
	out := play(b, speech(300, 0, 0, 0, func(i int) time.Duration {
		if i >= 100 && i < 180 {
			return -1
		}
		return 40 * ms
	}))
	if s := b.Stats(); count(out, Ready) != 220 || s.Skipped < 75 || s.Skipped+s.Missing != 80 {
		t.Errorf("%+v", s)
	}
	if late := out[len(out)-1].at - 299*20*ms; late > 90*ms {
		t.Errorf("the last frame came out %v after its capture", late)
	}
}

func TestEmptyBufferWaitsForTheLateFrame(t *testing.T) {
	b := NewBuffer[int](NewClock(Config{}))
	// The line stops for 400 ms: everything behind comes at once. Nothing was played in its place, so nothing is lost.
	out := play(b, speech(300, 0, 0, 0, func(i int) time.Duration {
		if i >= 100 && i < 120 {
			return 40*ms + time.Duration(120-i)*20*ms
		}
		return 40 * ms
	}))
	if count(out, Ready) != 300 || len(out) != 300 {
		t.Errorf("%d ready of %d", count(out, Ready), len(out))
	}
}

func TestDisorderAtTheBeginning(t *testing.T) {
	b := NewBuffer[int](NewClock(Config{Min: 60 * ms}))
	in := speech(20, 1000, 0, 0, func(i int) time.Duration { return time.Duration(max(60-20*i, 20)) * ms })
	in[0], in[1] = in[1], in[0]
	if out := play(b, in); count(out, Ready) != 20 || out[0].f.Sequence != 1000 {
		t.Errorf("%d ready, first %d", count(out, Ready), out[0].f.Sequence)
	}
}

func TestJumps(t *testing.T) {
	still := func(int) time.Duration { return 40 * ms }
	for name, second := range map[string][]arrival{
		"sequence far ahead":  speech(100, 5000, 100*frame, 2*time.Second, still),
		"sequence far back":   speech(100, 1<<31, 100*frame, 2*time.Second, still),
		"capture time ahead":  speech(100, 100, 1<<30, 2*time.Second, still),
		"everything is other": speech(100, 77, 1<<31+5, 2*time.Second, still),
	} {
		b := NewBuffer[int](NewClock(Config{}))
		out := play(b, append(speech(100, 0, 0, 0, still), second...))
		if n := count(out, Ready); n < 177 {
			t.Errorf("%s: %d ready, %+v", name, n, b.Stats())
		}
		if last := out[len(out)-1]; last.f.Packet != 99 || last.at > 2*time.Second+99*20*ms+1200*ms {
			t.Errorf("%s: last %+v", name, last)
		}
	}
	b := NewBuffer[int](NewClock(Config{}))
	out := play(b, append(speech(100, 0, 1<<30, 0, still), speech(200, 100, 0, 2*time.Second, still)...))
	if n := count(out, Ready); n < 300-lateInARow-1 || b.Stats().Restarts != 1 {
		t.Errorf("capture time back: %d ready, %+v", n, b.Stats())
	}
}

func TestLayersShareTheirClock(t *testing.T) {
	c := NewClock(Config{})
	hi, lo := NewBuffer[int](c), NewBuffer[int](c)
	in := speech(200, 0, 0, 0, func(i int) time.Duration { return time.Duration(40+i%3*50) * ms })
	var times []uint32
	for now := time.Duration(0); now < 6*time.Second; now += 10 * ms {
		for len(in) > 0 && in[0].at <= now {
			f := in[0].f
			if f.Packet < 100 {
				hi.Push(f, epoch.Add(in[0].at))
			} else {
				f.Sequence += 7000
				lo.Push(f, epoch.Add(in[0].at))
			}
			in = in[1:]
		}
		for {
			b := hi
			if at, ok := lo.Due(); ok {
				if other, has := hi.Due(); !has || at.Before(other) {
					b = lo
				}
			}
			f, kind := b.Pop(epoch.Add(now))
			if kind == Nothing {
				break
			}
			times = append(times, f.Time)
		}
	}
	for i, at := range times {
		if at != uint32(i*frame) {
			t.Fatalf("output %d has time %d", i, at)
		}
	}
	if len(times) != 200 {
		t.Errorf("%d outputs", len(times))
	}
}

// Whatever the line does: sequences strictly increase, nothing comes twice, nothing comes out that did not go in, and
// every frame is accounted for.
func TestOrderProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := NewBuffer[int](NewClock(Config{Max: time.Duration(rapid.IntRange(50, 1500).Draw(t, "max")) * ms}))
		sequence := rapid.SampledFrom([]uint32{0, 1000, ^uint32(0) - 20, 1<<31 - 20}).Draw(t, "sequence")
		clock := rapid.SampledFrom([]uint32{0, ^uint32(0) - 20*frame, 1<<31 - 20*frame}).Draw(t, "time")
		var in []arrival
		at := time.Duration(0)
		sent := map[uint32]uint32{}
		for i := range rapid.IntRange(1, 300).Draw(t, "n") {
			f := Frame[int]{Sequence: sequence + uint32(i), Time: clock, Samples: frame, Packet: i}
			sent[f.Sequence] = f.Time
			for range rapid.SampledFrom([]int{1, 1, 1, 1, 0, 2}).Draw(t, "copies") {
				in = append(in, arrival{f, at + time.Duration(rapid.SampledFrom([]int{0, 0, 5, 30, 100, 600, 2000}).Draw(t, "delay"))*ms})
			}
			silence := time.Duration(rapid.SampledFrom([]int{0, 0, 0, 0, 0, 60, 3000}).Draw(t, "silence")) * ms
			at += 20*ms + silence
			clock += frame + uint32(silence/ms)*48
		}
		out := play(b, sorted(in))
		for i, o := range out {
			want, ok := sent[o.f.Sequence]
			if !ok || o.kind == Ready && (o.f.Time != want || o.f.Packet != int(o.f.Sequence-sequence)) {
				t.Fatalf("output %+v was never sent", o)
			}
			if i > 0 && int32(o.f.Sequence-out[i-1].f.Sequence) <= 0 && b.Stats().Restarts == 0 {
				t.Fatalf("sequence %d after %d", o.f.Sequence, out[i-1].f.Sequence)
			}
		}
		s := b.Stats()
		if b.count != 0 || s.Pushed != s.Ready+s.Late+s.Duplicate+s.Cleared || int(s.Ready) != count(out, Ready) {
			t.Fatalf("%d left, %+v", b.count, s)
		}
	})
}

func TestNoAllocationPerFrame(t *testing.T) {
	b := NewBuffer[[]byte](NewClock(Config{}))
	at, f := epoch, Frame[[]byte]{Samples: frame}
	if n := testing.AllocsPerRun(1000, func() {
		b.Push(f, at)
		b.Pop(at)
		f.Sequence, f.Time, at = f.Sequence+1, f.Time+frame, at.Add(20*ms)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

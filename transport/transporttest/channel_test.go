package transporttest

import (
	"errors"
	"math"
	"testing"
	"time"
)

const ms = time.Millisecond

// run offers n packets of 100 bytes, one every step.
func run(c *Channel, n int, step time.Duration) (arrivals []time.Duration, fates []Fate) {
	for i := range n {
		at, fate := c.Pass(time.Duration(i)*step, 100)
		arrivals, fates = append(arrivals, at), append(fates, fate)
	}
	return arrivals, fates
}

// losses returns the share of packets lost and the mean run of losses.
func losses(fates []Fate) (share, meanRun float64) {
	lost, runs := 0, 0
	for i, f := range fates {
		if f == Lost {
			lost++
			if i == 0 || fates[i-1] != Lost {
				runs++
			}
		}
	}
	return float64(lost) / float64(len(fates)), float64(lost) / float64(runs)
}

func near(got, want, share float64) bool { return math.Abs(got-want) <= share*want }

func TestLossIsAsAsked(t *testing.T) {
	for _, i := range []Impairment{
		{Loss: .05},
		{Loss: .4},
		{Loss: .1, Burst: 3},
		{Loss: .3, Burst: 8},
		{Loss: .2, Burst: 1},
		{Loss: .5, Burst: 1},
	} {
		_, fates := run(NewChannel(i, 7), 400_000, ms)
		wantRun := i.Burst
		if i.Burst == 0 {
			wantRun = 1 / (1 - i.Loss)
		}
		if share, mean := losses(fates); !near(share, i.Loss, .03) || !near(mean, wantRun, .03) {
			t.Errorf("%+v: %.4f lost in runs of %.3f", i, share, mean)
		}
	}
}

func TestLossesHangOnTheSeedOnly(t *testing.T) {
	i := Impairment{Loss: .3, Burst: 2, Jitter: 5 * ms}
	_, a := run(NewChannel(i, 1), 1000, ms)
	_, b := run(NewChannel(i, 1), 1000, 7*ms)
	_, c := run(NewChannel(i, 2), 1000, ms)
	same, other := 0, 0
	for n := range a {
		if a[n] == b[n] {
			same++
		}
		if a[n] == c[n] {
			other++
		}
	}
	if same != len(a) || other == len(a) {
		t.Errorf("same seed: %d of %d alike, another seed: %d", same, len(a), other)
	}
}

func TestBottleneck(t *testing.T) {
	// 100 bytes at 80 kbit/s take 10 ms; one comes every 5 ms.
	c := NewChannel(Impairment{Rate: 80, Queue: 50 * ms, Delay: 30 * ms}, 1)
	arrivals, fates := run(c, 200, 5*ms)
	for n, at := range arrivals {
		sent := time.Duration(n) * 5 * ms
		if fates[n] == Delivered && (at-sent < 40*ms || at-sent > 90*ms) {
			t.Fatalf("packet %d took %v", n, at-sent)
		}
	}
	if arrivals[0] != 40*ms || arrivals[1] != 50*ms {
		t.Errorf("first arrivals %v", arrivals[:2])
	}
	// The queue fills in 100 ms; from then on half is dropped.
	if got := c.Counters(); got.Overflow < 85 || got.Overflow > 95 || got.Delivered+got.Overflow != 200 || got.DeliveredBytes != 100*got.Delivered {
		t.Errorf("%+v", got)
	}
	// After a rest the line is free again.
	if at, fate := c.Pass(10*time.Second, 100); fate != Delivered || at != 10*time.Second+40*ms {
		t.Errorf("after a rest: %v %v", at, fate)
	}
}

func TestQueueInBytes(t *testing.T) {
	c := NewChannel(Impairment{Rate: 8, QueueBytes: 250}, 1)
	want := []Fate{Delivered, Delivered, Overflow, Overflow}
	for n, w := range want {
		if _, fate := c.Pass(0, 100); fate != w {
			t.Errorf("packet %d: fate %d, want %d", n, fate, w)
		}
	}
	if at, fate := c.Pass(100*ms, 100); fate != Delivered || at != 300*ms {
		t.Errorf("after one has left: %v, fate %d", at, fate)
	}
	// A packet larger than the queue passes an idle line.
	if _, fate := c.Pass(time.Minute, 1000); fate != Delivered {
		t.Errorf("a large packet: fate %d", fate)
	}
}

func TestOutagesCountFromTheChange(t *testing.T) {
	i := Impairment{Outages: []Outage{{10 * ms, 5 * ms}, {30 * ms, ms}}}
	c := NewChannel(i, 1)
	check := func(from time.Duration) {
		t.Helper()
		for at, want := range map[time.Duration]Fate{
			0: Delivered, 10*ms - 1: Delivered, 10 * ms: CutOff, 15*ms - 1: CutOff, 15 * ms: Delivered, 30 * ms: CutOff, 31 * ms: Delivered,
		} {
			if _, fate := c.Pass(from+at, 100); fate != want {
				t.Errorf("%v after the change: fate %d, want %d", at, fate, want)
			}
		}
	}
	check(0)
	if err := c.Set(time.Second, i); err != nil {
		t.Fatal(err)
	}
	check(time.Second)
	if got := c.Counters(); got.CutOff != 6 || got.Delivered != 8 {
		t.Errorf("%+v", got)
	}
}

func TestJitter(t *testing.T) {
	for _, reorder := range []bool{false, true} {
		arrivals, _ := run(NewChannel(Impairment{Delay: 50 * ms, Jitter: 20 * ms, Reorder: reorder}, 3), 10_000, ms)
		disordered, least, most := 0, time.Hour, time.Duration(0)
		for n, at := range arrivals {
			took := at - time.Duration(n)*ms
			least, most = min(least, took), max(most, took)
			if n > 0 && at < arrivals[n-1] {
				disordered++
			}
		}
		if least < 50*ms || least > 51*ms && reorder || most < 69*ms || most > 70*ms {
			t.Errorf("reorder %v: %v to %v", reorder, least, most)
		}
		if (disordered > 0) != reorder {
			t.Errorf("reorder %v: %d out of order", reorder, disordered)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, i := range []Impairment{
		{Rate: -1},
		{Queue: -1},
		{QueueBytes: -1},
		{Delay: -1},
		{Jitter: -1},
		{Loss: -.1},
		{Loss: 1},
		{Loss: math.NaN()},
		{Burst: .5},
		{Burst: math.NaN()},
		{Loss: .6, Burst: 1},
		{Outages: []Outage{{-1, 1}}},
		{Outages: []Outage{{1, -1}}},
	} {
		if err := i.Validate(); !errors.Is(err, ErrImpairment) {
			t.Errorf("%+v: %v", i, err)
		}
		if err := NewChannel(Impairment{}, 1).Set(0, i); !errors.Is(err, ErrImpairment) {
			t.Errorf("set %+v: %v", i, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("an impossible channel was made")
		}
	}()
	NewChannel(Impairment{Loss: 2}, 1)
}

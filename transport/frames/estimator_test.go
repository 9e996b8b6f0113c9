package frames

import (
	"fmt"
	"testing"
	"time"
)

const ms = time.Millisecond

// said are the figures of a stretch, for logs.
func (c *simCall) said(from, to time.Duration) string {
	return fmt.Sprintf("room %.0f, sent %.0f kbit/s, the voice waits %v (p50) %v (p95) %v (p99) %v (most), frames %d, not in time %d",
		c.room(from, to)/1e3, c.sent(from, to)/1e3, c.queueing(from, to, .5).Round(ms), c.queueing(from, to, .95).Round(ms),
		c.queueing(from, to, .99).Round(ms), c.queueing(from, to, 1).Round(ms), c.done, c.lost)
}

// TestEstimatorFindsTheLine beside a voice, at either end, without the voice noticing.
func TestEstimatorFindsTheLine(t *testing.T) {
	const voice = 30e3
	for _, rate := range []float64{64e3, 256e3, 1e6, 4e6} {
		for _, rtt := range []time.Duration{20 * ms, 150 * ms, 300 * ms} {
			for _, loss := range []float64{0, .1, .3} {
				for _, upward := range []bool{false, true} {
					c := newSimCall(rate, rtt, loss, 3)
					c.upward, c.alone = upward, true
					c.start()
					c.run(75 * second)
					room, free := c.room(15*second, 75*second), min(rate-voice, mostRate)
					t.Logf("%5.0f kbit/s %v loss %.1f up %v: 70 %% after %v; %s", rate/1e3, rtt, loss, upward, c.reached(0, .7*free), c.said(15*second, 75*second))
					least := .65
					if rate < 200e3 || loss > .2 {
						least = .5
					}
					if room < least*free || room > 1.1*free {
						t.Errorf("%.0f kbit/s, %v, loss %v, upward %v: room for %.0f of %.0f", rate/1e3, rtt, loss, upward, room/1e3, free/1e3)
					}
					if after := c.reached(0, .7*free); after < 0 || after > 9*second {
						t.Errorf("%.0f kbit/s, %v, loss %v, upward %v: 70 %% after %v", rate/1e3, rtt, loss, upward, after)
					}
					piece := time.Duration(8 * 355 / rate * float64(second))
					if wait := c.queueing(15*second, 75*second, .95); wait > 45*ms+piece {
						t.Errorf("%.0f kbit/s, %v, loss %v, upward %v: the voice waits %v", rate/1e3, rtt, loss, upward, wait)
					}
				}
			}
		}
	}
}

// TestEstimatorFollowsAFall of a line from 1 Mbit/s to 80 kbit/s, and back.
func TestEstimatorFollowsAFall(t *testing.T) {
	for _, rtt := range []time.Duration{20 * ms, 60 * ms, 150 * ms} {
		for _, loss := range []float64{0, .1} {
			slow := 0
			for seed := range uint64(6) {
				shed, back := fall(t, rtt, loss, seed)
				if shed > second || back > 6*second { // 10 are asked for
					slow++
				}
				if shed < 0 || shed > 2*second || back < 0 || back > 10*second {
					t.Errorf("%v, loss %v, seed %d: shed after %v, back after %v", rtt, loss, seed, shed, back)
				}
			}
			if slow > 1 {
				t.Errorf("%v, loss %v: %d of 6 were slow", rtt, loss, slow)
			}
		}
	}
}

// fall returns how long the rate took to fall with the line, and to rise with it.
func fall(t *testing.T, rtt time.Duration, loss float64, seed uint64) (shed, back time.Duration) {
	c := newSimCall(1e6, rtt, loss, seed)
	c.alone = true
	c.forward.buffer = 300 * ms
	c.forward.rate = func(at time.Duration) float64 {
		if at > 30*second && at < 60*second {
			return 80e3
		}
		return 1e6
	}
	c.start()
	c.run(90 * second)
	shed, back = c.shed(30*second, 80e3), c.reached(60*second, 800e3)
	t.Logf("%v loss %v: before %.0f kbit/s, below 80 after %v, below 55 after %v, then %.0f; 800 again after %v; the voice waits %v at the fall, %v (p95) then, %v at most when it is back",
		rtt, loss, c.room(20*second, 30*second)/1e3, shed, c.shed(30*second, 55e3), c.room(40*second, 60*second)/1e3, back,
		c.queueing(30*second, 32*second, 1), c.queueing(32*second, 60*second, .95), c.queueing(60*second, 90*second, 1))
	return shed, back
}

// TestEstimatorOnRestlessLines is of all that looks like a queue, or hides one.
func TestEstimatorOnRestlessLines(t *testing.T) {
	const rate, voice = 512e3, 30e3
	for _, c := range []struct {
		name   string
		change func(*simCall)
		from   time.Duration
		least  float64 // of the line's rate less the voice
		most   float64
		wait   time.Duration // p95
	}{
		{"jitter of 30 ms", func(c *simCall) { c.forward.jitter = 30 * ms }, 15 * second, .6, 1.02, 80 * ms},
		{"jitter of 80 ms", func(c *simCall) { c.forward.jitter = 80 * ms }, 15 * second, .2, 1.05, 160 * ms},
		{"a small buffer", func(c *simCall) { c.forward.buffer = 20 * ms }, 15 * second, .6, 1.3, 30 * ms},
		{"a policer", func(c *simCall) { c.forward.rate, c.forward.police = steady(10e6), rate }, 15 * second, .5, 1.3, 25 * ms},
		{"a policer, and losses", func(c *simCall) {
			c.forward.rate, c.forward.police, c.forward.loss = steady(10e6), rate, .1
		}, 15 * second, .4, 1.4, 25 * ms},
		{"bursts of losses", func(c *simCall) { c.forward.loss, c.forward.run, c.back.loss, c.back.run = .2, 4, .2, 4 }, 15 * second, .6, 1.02, 45 * ms},
		{"losses that begin", func(c *simCall) {
			c.at(30*second, func() { c.forward.loss = .3 })
		}, 33 * second, .6, 1.1, 45 * ms},
		{"a longer path", func(c *simCall) {
			c.at(30*second, func() { c.forward.delay += 90 * ms })
		}, 42 * second, .5, 1.02, 140 * ms},
		{"a shorter path", func(c *simCall) {
			c.at(30*second, func() { c.forward.delay -= 40 * ms })
		}, 32 * second, .6, 1.02, 45 * ms},
		{"an outage", func(c *simCall) {
			c.forward.dead = func(at time.Duration) bool { return at > 20*second && at < 28*second }
			c.back.dead = c.forward.dead
		}, 34 * second, .6, 1.02, 45 * ms},
		{"clocks that drift", func(c *simCall) { c.drift = 300e-6 }, 15 * second, .6, 1.02, 45 * ms},
		{"clocks that drift apart", func(c *simCall) { c.drift = -300e-6 }, 15 * second, .6, 1.02, 45 * ms},
		{"another's traffic", func(c *simCall) { c.other(.5*rate, 15*second, 75*second) }, 25 * second, .25, .53, 50 * ms},
		{"another's traffic that ends", func(c *simCall) { c.other(.5*rate, 15*second, 30*second) }, 40 * second, .6, 1.02, 45 * ms},
	} {
		for _, upward := range []bool{false, true} {
			s := newSimCall(rate, 100*ms, 0, 5)
			s.upward, s.alone = upward, true
			s.forward.buffer = 400 * ms
			c.change(s)
			s.start()
			s.run(75 * second)
			room, wait := s.room(c.from, 75*second)/(rate-voice), s.queueing(c.from, 75*second, .95)
			t.Logf("%s, upward %v: %s; %+v", c.name, upward, s.said(c.from, 75*second), s.sender.Stats())
			if room < c.least || room > c.most {
				t.Errorf("%s, upward %v: room for %.2f", c.name, upward, room)
			}
			if wait > c.wait {
				t.Errorf("%s, upward %v: the voice waits %v", c.name, upward, wait)
			}
		}
	}
}

// TestEstimatorProbesNoFurtherThanIsWanted, and not at all while nothing can be sent.
func TestEstimatorProbesNoFurtherThanIsWanted(t *testing.T) {
	c := newSimCall(2e6, 60*ms, 0, 1)
	c.want, c.alone = 150e3, true
	c.start()
	c.run(60 * second)
	t.Log(c.said(10*second, 60*second))
	if room := c.room(10*second, 60*second); room < 150e3 || room > 250e3 {
		t.Errorf("room for %.0f kbit/s where 150 are wanted", room/1e3)
	}
	if sent := c.sent(10*second, 60*second); sent > 190e3 {
		t.Errorf("%.0f kbit/s sent", sent/1e3)
	}
	if wait := c.queueing(10*second, 60*second, 1); wait > 10*ms {
		t.Errorf("the voice waits %v", wait)
	}
}

// TestEstimatorForgetsWhatNobodyUses, slowly.
func TestEstimatorForgetsWhatNobodyUses(t *testing.T) {
	c := newSimCall(2e6, 60*ms, 0, 1)
	c.alone = true
	c.start()
	c.run(20 * second)
	before := c.estimator.Room()
	c.want = 100e3
	c.estimator.Want(c.want)
	c.run(25 * second)
	soon := c.estimator.Room()
	c.run(120 * second)
	if late := c.estimator.Room(); before < 1.5e6 || soon < .6*before || late > 130e3 {
		t.Errorf("room for %.0f kbit/s, %.0f 5 s and %.0f 100 s later", before/1e3, soon/1e3, late/1e3)
	}
}

// TestEstimatorYieldsToAPathThatTakesLittle as QUIC's window does.
func TestEstimatorYieldsToAPathThatTakesLittle(t *testing.T) {
	c := newSimCall(2e6, 100*ms, 0, 1)
	c.alone = true
	var tokens float64
	var at time.Duration
	c.takes = func(n int) bool {
		tokens = min(tokens+80e3/8*(c.now-at).Seconds(), 1500)
		at = c.now
		if tokens < float64(n) {
			return false
		}
		tokens -= float64(n)
		return true
	}
	c.start()
	c.run(60 * second)
	t.Log(c.said(15*second, 60*second))
	if room := c.room(15*second, 60*second); room < 40e3 || room > 160e3 {
		t.Errorf("room for %.0f kbit/s where 80 are taken", room/1e3)
	}
}

// TestEstimatorLetsAQueueGo before anything leaves again, and then less until it is gone.
func TestEstimatorLetsAQueueGo(t *testing.T) {
	now := simEpoch
	e := NewEstimator(now)
	come := func(queue time.Duration) {
		now = now.Add(20 * ms)
		since := now.Sub(simEpoch)
		e.Sample(Sample{Sent: since, Arrival: since + queue, Bytes: int(e.Room() / 8 / 50), Pieces: 1}, now)
	}
	for range 200 {
		come(0)
	}
	before := e.Room()
	come(200 * ms) // one may have had an accident
	if e.Rate(now) != before {
		t.Error("cut for a single piece")
	}
	come(200 * ms)
	if e.Rate(now) != 0 || e.Rate(now.Add(190*ms)) != 0 || e.Probing(now.Add(210*ms)) != 0 {
		t.Errorf("%.0f kbit/s leave into a queue", e.Rate(now)/1e3)
	}
	if rate := e.Rate(now.Add(210 * ms)); rate == 0 || rate > .5*e.Room() || e.Room() > .93*before {
		t.Errorf("%.0f kbit/s leave after it, of %.0f; %.0f before", rate/1e3, e.Room()/1e3, before/1e3)
	}
	come(0)
	come(0)
	if now = now.Add(200 * ms); e.Rate(now) != e.Room() {
		t.Errorf("%.0f of %.0f kbit/s leave though it is gone", e.Rate(now)/1e3, e.Room()/1e3)
	}
}

// TestEstimatorYieldsToTheVoice when its sender sees a queue, or a dead line.
func TestEstimatorYieldsToTheVoice(t *testing.T) {
	now := simEpoch
	e := NewEstimator(now)
	step := func(n int, queue time.Duration, broken bool) {
		for range n {
			now = now.Add(20 * ms)
			since := now.Sub(simEpoch)
			e.Sample(Sample{Sent: since, Arrival: since + 50*ms, Bytes: int(e.Rate(now) / 8 / 50), Pieces: 1}, now)
			e.Voice(queue, broken, now)
		}
	}
	step(200, 0, false)
	before := e.Room()
	if before < 200e3 || e.Rate(now) != before {
		t.Fatalf("%.0f kbit/s after 4 s", before/1e3)
	}
	step(1, 60*ms, false)
	if e.Room() > .9*before || e.Rate(now) != 0 || e.Probing(now) != 0 {
		t.Errorf("the voice sees a queue: room %.0f after %.0f kbit/s, %.0f leave", e.Room()/1e3, before/1e3, e.Rate(now)/1e3)
	}
	step(200, 0, false)
	if e.Room() < before/2 || e.Rate(now) == 0 {
		t.Errorf("4 s later: room %.0f kbit/s, %.0f leave", e.Room()/1e3, e.Rate(now)/1e3)
	}
	before = e.Room()
	step(1, 0, true)
	if e.Rate(now) != 0 {
		t.Error("pieces leave on a dead line")
	}
	step(1, 0, false)
	if e.Rate(now) == 0 || e.Room() < .9*before {
		t.Errorf("the line is back: room %.0f after %.0f kbit/s", e.Room()/1e3, before/1e3)
	}
}

// What a line carried, or was taken to, says nothing of it once nothing has crossed it for long, or its round trip is another: a page that is shown then must not stand in the voice's way.
func TestEstimatorForgetsWhatWasNotTried(t *testing.T) {
	const near = 2.5e6
	now := simEpoch
	e := NewEstimator(now)
	e.Assume(near, now.Add(assumeAfter+second))
	if e.Room() != near {
		t.Fatalf("assumed: %.0f", e.Room())
	}
	now = now.Add(2 * assumeAfter)
	if e.Voice(0, false, now); e.Room() != near {
		t.Errorf("still assumed: %.0f", e.Room())
	}
	if e.Assume(0, now); e.Room() > wakeRate {
		t.Errorf("the path is another: %.0f", e.Room())
	}
	e = NewEstimator(now)
	e.Assume(near, now.Add(assumeAfter+second))
	e.assumed = 0 // as if it had been measured
	if e.Voice(0, false, now.Add(forgotten-second)); e.Room() != near {
		t.Errorf("forgotten too soon: %.0f", e.Room())
	}
	if e.Voice(0, false, now.Add(2*forgotten)); e.Room() > wakeRate {
		t.Errorf("long ago: %.0f", e.Room())
	}
}

package transport

import (
	"math/rand/v2"
	"testing"
	"time"
)

// timeline drives a gate through simulated time, in steps of 10 ms.
type timeline struct {
	gate gate
	now  time.Time
	line lineState
}

func newTimeline(line lineState) *timeline {
	now := time.Unix(1e9, 0)
	return &timeline{newGate(now), now, line}
}

// run calls step every 10 ms; the gate is checked as a Line does. It returns when the gate first closed, negative if never.
func (l *timeline) run(d time.Duration, step func(at time.Duration)) time.Duration {
	closed := time.Duration(-1)
	for at := time.Duration(0); at < d; at += 10 * time.Millisecond {
		step(at)
		if at%(50*time.Millisecond) == 0 && !l.gate.closed && l.gate.silent(l.now) {
			l.gate.check(l.line, l.now)
		}
		if l.gate.closed && closed < 0 {
			closed = at
		}
		l.now = l.now.Add(10 * time.Millisecond)
	}
	return closed
}

func every(at, interval time.Duration) bool { return at%interval == 0 }

func TestTheGateClosesOnADeadLine(t *testing.T) {
	for _, c := range []struct {
		line     lineState
		from, to time.Duration
	}{
		{lineState{rtt: 20 * time.Millisecond, heard: 1000}, 1000 * time.Millisecond, 1500 * time.Millisecond}, // clean: 3 reports of 400 ms
		{lineState{rtt: 150 * time.Millisecond, lossHence: .1, lossHere: .1, heard: 1000}, 700 * time.Millisecond, 1400 * time.Millisecond},
		{lineState{rtt: 150 * time.Millisecond, lossHence: .3, lossHere: .3, heard: 1000}, 1400 * time.Millisecond, 2000 * time.Millisecond},
		{lineState{rtt: 150 * time.Millisecond, lossHence: .5, lossHere: .5, heard: 1000}, 2500 * time.Millisecond, 3000 * time.Millisecond}, // 14 of 200 ms
		{lineState{rtt: 2 * time.Second, heard: 1000}, 1800 * time.Millisecond, 4000 * time.Millisecond},
		{lineState{}, 2000 * time.Millisecond, 6500 * time.Millisecond}, // nothing is known yet
	} {
		l := newTimeline(c.line)
		l.run(5*time.Second, func(at time.Duration) {
			l.gate.media(l.now)
			if every(at, 200*time.Millisecond) {
				l.gate.arrived(l.now)
			}
		})
		if closed := l.run(10*time.Second, func(time.Duration) { l.gate.media(l.now) }); closed < c.from || closed > c.to {
			t.Errorf("%+v: closed after %v, want %v to %v", c.line, closed, c.from, c.to)
		}
	}
}

func TestPausesAndPlainLossAreNoOutage(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, loss := range []float64{0, .02, .1, .3, .5} {
		for _, rtt := range []time.Duration{20, 150, 600} {
			line := lineState{rtt: rtt * time.Millisecond, lossHence: loss, lossHere: loss, heard: 1000}
			l := newTimeline(line)
			interval := reportInterval
			if loss < gateClean {
				interval = reportClean
			}
			speaks, until := false, time.Duration(0)
			var speech []bool // what the other side saw, a round trip late
			closings := 0
			l.run(20*time.Minute, func(at time.Duration) {
				if at >= until { // speech and pauses of 0.1 to 5 s
					speaks, until = !speaks, at+time.Duration(100+rng.IntN(4900))*time.Millisecond
				}
				if speaks && every(at, 40*time.Millisecond) {
					l.gate.media(l.now)
				}
				speech = append(speech, speaks)
				seen := len(speech) - 1 - int(line.rtt/(10*time.Millisecond))
				promised := BeatInterval
				if seen >= 0 && speech[seen] {
					promised = interval
				}
				if every(at, promised) && rng.Float64() >= loss {
					if l.gate.arrived(l.now) {
						closings++
					}
				}
			})
			if closings > 3 { // of some 5,000 silences
				t.Errorf("loss %.2f RTT %v: closed %d times in 20 minutes", loss, line.rtt, closings)
			}
		}
	}
}

func TestAClosedGateProbesAndAnythingOpensIt(t *testing.T) {
	l := newTimeline(lineState{rtt: 150 * time.Millisecond, heard: 1000})
	l.run(10*time.Second, func(at time.Duration) {
		if at < 2*time.Second {
			l.gate.media(l.now)
		}
	})
	if !l.gate.closed || l.gate.media(l.now) {
		t.Fatal("media may leave")
	}
	l = newTimeline(lineState{rtt: 150 * time.Millisecond, heard: 1000})
	var probes []time.Duration
	l.run(time.Minute, func(at time.Duration) {
		l.gate.media(l.now)
		if l.gate.closed && l.gate.probe(narrow, l.now) {
			probes = append(probes, l.now.Sub(l.gate.since))
		}
	})
	count := func(from, to time.Duration) (n int) {
		for _, p := range probes {
			if p >= from && p < to {
				n++
			}
		}
		return n
	}
	if a, b, c := count(0, 2*time.Second), count(2*time.Second, 10*time.Second), count(10*time.Second, 50*time.Second); a < 18 || a > 23 || b < 24 || b > 28 || c < 38 || c > 42 {
		t.Errorf("%d probes in 2 s, %d in the next 8, %d in the next 40", a, b, c)
	}
	if !l.gate.arrived(l.now) || !l.gate.media(l.now) || l.gate.probe(narrow, l.now) {
		t.Error("a datagram does not open the gate")
	}
}

func TestNothingSentNothingClosed(t *testing.T) {
	l := newTimeline(lineState{rtt: 150 * time.Millisecond, heard: 1000})
	if closed := l.run(time.Hour, func(time.Duration) {}); closed >= 0 {
		t.Errorf("closed after %v without media", closed)
	}
}

func TestProbesAreRareWhereAWindowIsSmall(t *testing.T) {
	for _, x := range []struct {
		since time.Duration
		room  room
		every time.Duration
	}{
		{time.Second, narrow, probeOften},
		{time.Second, wide, probeOften},
		{5 * time.Second, narrow, probeLess},
		{5 * time.Second, wide, probeOften},
		{30 * time.Second, narrow, probeRarely},
		{30 * time.Second, wide, probeLess},
		{2 * time.Minute, narrow, probeRarely},
		{2 * time.Minute, wide, probeRarely},
		{time.Minute, endless, probeBeside},
		{4 * time.Minute, endless, probeSoftly},
		{11 * time.Minute, endless, probeRarely},
	} {
		if every := probing(x.since, x.room); every != x.every {
			t.Errorf("after %v, room %d: every %v, want %v", x.since, x.room, every, x.every)
		}
	}
}

package transport

import (
	"testing"
	"time"
)

// TestUplinkRate sends a voice of 40 kbit/s through bottlenecks: what the relay believes stays near what the line carries, and its queue short.
func TestUplinkRate(t *testing.T) {
	for _, line := range []float64{20e3, 32e3, 64e3, 512e3} {
		var u uplinkRate
		start := time.Unix(1e9, 0)
		free, worst := start, time.Duration(0)
		for i := range 3000 {
			captured := start.Add(time.Duration(i) * 40 * time.Millisecond)
			allowed := min(40e3, max(u.rate, 16e3))
			size := int(allowed*0.04/8) - Overhead
			free = later(free, captured).Add(time.Duration(float64(size+Overhead) * 8 / line * float64(time.Second)))
			u.arrive(uint32(i*1920), size, 0, free.Add(50*time.Millisecond))
			if i > 500 {
				worst = max(worst, free.Sub(captured))
			}
		}
		if worst > 700*time.Millisecond || u.rate < min(0.5*line, 16e3) || u.rate > max(1.2*line, 41e3) && line < 64e3 {
			t.Errorf("%v bit/s: believed %v, queue at worst %v", line, u.rate, worst)
		}
		t.Logf("%v bit/s: believed %v, queue at worst %v", line, u.rate, worst)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// TestUplinkRateProvesNothingInSilence holds that a rate that is not used does not grow.
func TestUplinkRateProvesNothingInSilence(t *testing.T) {
	var u uplinkRate
	now := time.Unix(1e9, 0)
	for i := range 1000 {
		u.arrive(uint32(i*1920), 40, 0, now.Add(time.Duration(i)*40*time.Millisecond)) // 19 kbit/s
	}
	if u.rate > uplinkStart*1.01 {
		t.Errorf("believed %v of 19 kbit/s", u.rate)
	}
}

// TestUplinkRateStaysBelowWhatWasTooMuch counts how often a thin line is overrun in ten minutes by a voice that takes all it may.
func TestUplinkRateStaysBelowWhatWasTooMuch(t *testing.T) {
	var u uplinkRate
	start := time.Unix(1e9, 0)
	free, queued, in := start, 0, false
	for i := range 15_000 {
		captured := start.Add(time.Duration(i) * 40 * time.Millisecond)
		size := int(min(50e3, u.rate)*0.04/8) - Overhead
		free = later(free, captured).Add(time.Duration(float64(size+Overhead) * 8 / 32e3 * float64(time.Second)))
		u.arrive(uint32(i*1920), size, 0, free.Add(50*time.Millisecond))
		long := free.Sub(captured) > 250*time.Millisecond
		if long && !in {
			queued++
		}
		in = long
	}
	if queued > 10 || u.rate < 25e3 {
		t.Errorf("overrun %d times, believes %v", queued, u.rate)
	}
}

func TestLossesOfAQueueAreLeftOut(t *testing.T) {
	var m lossMeter
	now := time.Unix(1e9, 0)
	var c crowd
	lost := uint8(0)
	for i := range int64(40) {
		now = now.Add(time.Second)
		lost++ // 4 % by itself
		if i == 20 {
			lost += 10
			c.note(now)
		}
		m.update(25*(i+1), lost, lost, c.loses(now), now)
		if m.weight > 100 && m.loss > 0.06 {
			t.Fatalf("second %d: %v", i, m.loss)
		}
	}
	if m.loss < 0.03 || m.weight < 100 {
		t.Errorf("loss %v of %v", m.loss, m.weight)
	}
	for range 60 { // a queue that stays says nothing more
		now = now.Add(time.Second)
		c.note(now)
	}
	if c.loses(now) {
		t.Error("a queue that has stood for a minute still hides what is lost")
	}
}

// TestAHiccupIsNoQueue holds all that is sent in half a second back and lets it come at once: the rate is what it was.
func TestAHiccupIsNoQueue(t *testing.T) {
	var u uplinkRate
	start := time.Unix(1e9, 0)
	at := func(i int) time.Time { return start.Add(time.Duration(i) * 40 * time.Millisecond) }
	for i := range 250 {
		u.arrive(uint32(i*1920), 195, 0, at(i))
	}
	before := u.rate
	for i := 250; i < 270; i++ { // the way out opens a little, then altogether
		came := at(i)
		if i < 266 {
			came = later(came, at(262).Add(time.Duration(i-250)*30*time.Millisecond))
		}
		u.arrive(uint32(i*1920), 195, 0, came)
	}
	if u.crowd.last.IsZero() || u.rate < before || u.limit != 0 {
		t.Errorf("believed %v before and %v after; limit %v, noticed %v", before, u.rate, u.limit, u.crowd.last)
	}
}

func TestWhatSessionsCarryTogether(t *testing.T) {
	line := NewLine(nil, time.Unix(1e9, 0))
	now := time.Unix(1e9, 0)
	r := line.Receiver
	r.uplink.rate, r.losses.loss, line.Sender.stats.RTT = 400e3, .5, 300*time.Millisecond
	one := line.Uplink(now).Rate
	r.shared(3)
	if three := line.Uplink(now).Rate; one != collapse(.5, 300*time.Millisecond) || three != 3*one {
		t.Errorf("one session carries %.0f bit/s, three %.0f", one, three)
	}
}

func TestARareRoundTripCountsForMore(t *testing.T) {
	s, now := NewSender(), time.Unix(1e9, 0)
	s.measureRTT(400*time.Millisecond, now)
	s.measureRTT(160*time.Millisecond, now.Add(rareRTT+1))
	if s.stats.RTT != 160*time.Millisecond {
		t.Errorf("shorter after a long time: %v", s.stats.RTT)
	}
	s.measureRTT(240*time.Millisecond, now.Add(2*rareRTT+2))
	if s.stats.RTT != 200*time.Millisecond {
		t.Errorf("longer after a long time: %v", s.stats.RTT)
	}
	s.measureRTT(280*time.Millisecond, now.Add(2*rareRTT+3))
	if s.stats.RTT != 210*time.Millisecond {
		t.Errorf("at once: %v", s.stats.RTT)
	}
}

// TestALongerPathIsNoQueue makes the path 150 ms longer, once and for all, on a line that is wide.
func TestALongerPathIsNoQueue(t *testing.T) {
	var u uplinkRate
	start := time.Unix(1e9, 0)
	least := 1e9
	for i := range 1500 { // a minute
		captured := start.Add(time.Duration(i) * 40 * time.Millisecond)
		delay := 50 * time.Millisecond
		if i > 250 {
			delay += 150*time.Millisecond + time.Duration(i*7%20)*time.Millisecond
		}
		size := int(min(50e3, max(u.rate, uplinkLeast))*0.04/8) - Overhead
		u.arrive(uint32(i*1920), size, 0, captured.Add(delay))
		if i > 500 {
			least = min(least, u.rate)
		}
	}
	if least < 45e3 || u.queue > uplinkCalm {
		t.Errorf("believed %.0f bit/s 10 s after the path grew longer, a queue of %v", least, u.queue)
	}
}

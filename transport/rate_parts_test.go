package transport

import (
	"testing"
	"time"
)

func TestCollapse(t *testing.T) {
	ms := time.Millisecond
	for i, loss := range collapseLoss {
		for j, rtt := range collapseRTT {
			if got, want := collapse(loss, time.Duration(rtt*float64(time.Second))), max(1e3*collapseRate[i][j], minRate); got < want*.999 || got > want*1.001 {
				t.Errorf("%.0f at %.0f %% and %v s, measured %.0f", got, 100*loss, rtt, want)
			}
		}
	}
	if got := collapse(0, 150*ms); got != maxRate {
		t.Errorf("%.0f without loss", got)
	}
	for rtt := 30 * ms; rtt <= 900*ms; rtt += 10 * ms {
		last := maxRate
		for loss := .001; loss <= 1; loss += .001 {
			rate := collapse(loss, rtt)
			if rate > last || rate < minRate || collapse(loss, rtt+10*ms) > rate {
				t.Fatalf("%.0f after %.0f at %.3f, %v", rate, last, loss, rtt)
			}
			last = rate
		}
	}
}

func TestRateUpdateAllocatesNothing(t *testing.T) {
	s := newSim(64e3, 100*time.Millisecond, .1, 1)
	s.start()
	s.run(20 * second)
	c, at := &s.control, 20*second
	p := rateReport{run: 1, rtt: 100 * time.Millisecond}
	if n := testing.AllocsPerRun(1000, func() {
		at += 40 * time.Millisecond
		c.fill(at)
		d := c.sent(200, true, at)
		p.now, p.sent, p.departure, p.bytes = at+100*time.Millisecond, at, d, 200
		p.arrival = uint16((at + 50*time.Millisecond) / arrivalUnit)
		p.settled = settled{seq: c.gone.count, at: at, through: d.through}
		c.update(&p)
	}); n > 0 {
		t.Errorf("%v allocations a report", n)
	}
}

func TestReportsOutOfOrderChangeNothing(t *testing.T) {
	c := newRateControl()
	report := func(now, sent, arrival time.Duration) {
		c.update(&rateReport{now: now, sent: sent, arrival: uint16(arrival / arrivalUnit), settled: settled{seq: -1}, rtt: 100 * time.Millisecond})
	}
	for i := range 20 {
		at := time.Duration(i) * 100 * time.Millisecond
		report(at+100*time.Millisecond, at, at+50*time.Millisecond)
	}
	before := c.delay
	report(2100*time.Millisecond, 1200*time.Millisecond, 1900*time.Millisecond) // an old one, late
	if c.delay != before {
		t.Errorf("%+v became %+v", before, c.delay)
	}
}

func TestProbeIsShortAndStopsForItsVerdict(t *testing.T) {
	s := newSim(512e3, 300*time.Millisecond, 0, 1)
	s.start()
	var from, longest time.Duration
	for at := time.Duration(0); at < 10*second; at += 10 * time.Millisecond {
		s.run(at)
		p := &s.control.probe
		if !p.open || at >= p.until {
			from = at
		}
		longest = max(longest, at-from)
	}
	if longest < probeShortest-20*time.Millisecond || longest > probeLongest+20*time.Millisecond {
		t.Errorf("a probe of %v", longest)
	}
}

package fec

import (
	"testing"
	"time"
)

const ms = time.Millisecond

// TestLateReports holds that nothing is copied for want of a report that cannot have come.
func TestLateReports(t *testing.T) {
	line := Line{Loss: 0.05, Run: 1, Interval: 40 * ms, RTT: 300 * ms, Budget: 400 * ms, Rate: 50e3}
	if p := For(line); p.Age != 0 || p.Window != 9 {
		t.Errorf("reports of 300 and 200 ms in a window of 360: %+v", p)
	}
	line.RTT = 100 * ms
	if p := For(line); p.Age == 0 {
		t.Errorf("in time: %+v", p)
	}
	line.RTT, line.Loss, line.Run = 600*ms, 0.2, 4
	if p := For(line); p.Age != p.Window {
		t.Errorf("bursts: %+v", p)
	}
}

// TestBetweenBudgets holds that more time never needs more redundancy by much, at the table's budgets and between them.
func TestBetweenBudgets(t *testing.T) {
	for _, interval := range []time.Duration{40 * ms, 80 * ms} {
		line, last := Line{Loss: 0.2, Run: 1, RTT: 150 * ms}, 99.
		for line.Budget = 200 * ms; line.Budget <= 900*ms; line.Budget += 20 * ms {
			needed, ok := good.at(line, interval)
			if ok && needed > last+0.1 {
				t.Errorf("%v every %v: %v, less time needed %v", line.Budget, interval, needed, last)
			}
			if ok {
				last = needed
			}
		}
		if last > 1.5 {
			t.Errorf("every %v: %v at the end", interval, last)
		}
	}
	if _, ok := good.at(Line{Loss: 0.2, Budget: 150 * ms}, 40*ms); ok {
		t.Error("a budget below the table's")
	}
}

func TestChoose(t *testing.T) {
	line := Line{Loss: 0.3, Run: 1, RTT: 150 * ms, Budget: 400 * ms}
	last := 0
	for line.Rate = 16e3; line.Rate <= 100e3; line.Rate += 4e3 {
		p := Choose(line, 24000)
		if p.Bitrate < last || p.Bitrate > 24000 || p.Protection.Rate > int(line.Rate) {
			t.Errorf("%v bit/s: %+v, with less %d", line.Rate, p, last)
		}
		last = p.Bitrate
	}
	if last != 24000 {
		t.Errorf("100 kbit/s: %d", last)
	}
	clean := Choose(Line{Rate: 50e3, Budget: 200 * ms}, 24000)
	if clean.Protection.Window != 0 || clean.Wait() != 0 || clean.Bitrate != 24000 {
		t.Errorf("clean: %+v", clean)
	}
}

func TestWait(t *testing.T) {
	p := Line{Loss: 0.05, Run: 1, RTT: 300 * ms, Budget: 400 * ms, Rate: 20e3}.Fixed(6000)
	symbol := time.Duration(MediaSize(6000, p.Interval)+2) * 8 * time.Second / 20000
	if wait := p.Wait(); wait < p.Budget+symbol || wait > p.Budget+symbol+20*ms {
		t.Errorf("%v for %+v, a symbol takes %v", wait, p, symbol)
	}
}

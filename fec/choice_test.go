package fec_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/diemcau/diemcau/fec"
)

func anyPlanLine(t *rapid.T) fec.Line {
	return fec.Line{
		Loss: rapid.Float64Range(0, 1).Draw(t, "loss"), Run: rapid.Float64Range(0, 30).Draw(t, "run"), Measured: rapid.SampledFrom(fec.Intervals[:]).Draw(t, "measured"),
		Interval: rapid.SampledFrom([]time.Duration{0, 20e6, 40e6, 60e6, 80e6, 120e6}).Draw(t, "interval"),
		RTT:      time.Duration(rapid.IntRange(0, 2000).Draw(t, "rtt")) * time.Millisecond,
		Budget:   time.Duration(rapid.IntRange(60, 2000).Draw(t, "budget")) * time.Millisecond,
		Rate:     rapid.Float64Range(12e3, 600e3).Draw(t, "rate"),
	}
}

// Whatever is known of a line, its plan is one that can be carried out, within what the line carries.
func TestPlansAreInRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyPlanLine(t)
		most := rapid.SampledFrom(fec.Bitrates[:]).Draw(t, "most")
		p := fec.Choose(l, most)
		q := p.Protection
		switch {
		case !slices.Contains(fec.Bitrates[:], p.Bitrate) || p.Bitrate > most:
			t.Fatalf("bit rate: %+v", p)
		case !slices.Contains(fec.Intervals[:], p.Interval):
			t.Fatalf("interval: %+v", p)
		case p.Budget != l.Budget:
			t.Fatalf("budget: %+v", p)
		case q.Rate < 0 || float64(q.Rate) > l.Rate:
			t.Fatalf("rate: %+v", p)
		case q == fec.Protection{}:
		case q.Window < 1 || q.Window > fec.MaxWindow || q.Age < 0 || q.Age > q.Window || q.Gap < 1 || q.Gap > fec.MaxWindow:
			t.Fatalf("protection: %+v", p)
		}
		if late := time.Duration(q.Window) * p.Interval; q.Window > 1 && late > l.Budget-p.Interval {
			t.Fatalf("a repair after %v of %v: %+v", late, l.Budget, p)
		}
	})
}

// What is nearly the same line gets nearly the same need of repair: no step in the table, at its edges either, moves the estimate of a good line to a bad one.
func TestALittleLossIsLittleRepair(t *testing.T) {
	line := fec.Line{Run: 1, RTT: 150 * time.Millisecond, Budget: 400 * time.Millisecond, Rate: 200e3}
	last := 0
	for _, loss := range []float64{0.005, 0.006, 0.008, 0.01, 0.0101, 0.02, 0.05, 0.1, 0.2, 0.3} {
		line.Loss = loss
		p := line.Fixed(12_000)
		if p.Protection.Rate < last {
			t.Errorf("%g %% takes %d bit/s, less loss %d", 100*loss, p.Protection.Rate, last)
		}
		last = p.Protection.Rate
	}
	line.Loss = 0.005
	little := line.Fixed(12_000)
	line.Loss = 0.01
	if more := line.Fixed(12_000); float64(little.Protection.Rate) > 0.98*float64(more.Protection.Rate) {
		t.Errorf("half a percent takes %d bit/s, one %d", little.Protection.Rate, more.Protection.Rate)
	}
	line.Loss = 0.004
	if p := line.Fixed(12_000); p.Protection != (fec.Protection{}) {
		t.Errorf("a line that is clean enough: %+v", p)
	}
}

// A better line, and one that carries more, is given a voice that is no worse by more than one step: the choice looks at steps of the table, not at the last bit.
func TestBetterLinesGetBetterVoices(t *testing.T) {
	step := func(bitrate int) int { return slices.Index(fec.Bitrates[:], bitrate) }
	for _, budget := range []time.Duration{200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond} {
		for _, run := range []float64{1, 4} {
			best := len(fec.Bitrates)
			for rate := 16e3; rate <= 160e3; rate += 2e3 {
				p := fec.Choose(fec.Line{Loss: 0.2, Run: run, RTT: 150 * time.Millisecond, Budget: budget, Rate: rate}, fec.Bitrates[0])
				if got := step(p.Bitrate); got > best+1 {
					t.Errorf("budget %v, runs of %g: %d bit/s at %g, and less rate had %d", budget, run, p.Bitrate, rate, fec.Bitrates[best])
				} else {
					best = min(best, got)
				}
			}
			if best > 1 && (run == 1 || budget > 200*time.Millisecond) { // within 200 ms no rate undoes bursts
				t.Errorf("budget %v, runs of %g: 160 kbit/s carry no more than %d", budget, run, fec.Bitrates[best])
			}
		}
	}
}

package linesim_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/diemcau/diemcau/fec"
	"github.com/diemcau/diemcau/fec/linesim"
)

const ms = time.Millisecond

// bad is a voice over a line on which the code has work to do.
func bad() linesim.Voice {
	line := fec.Line{Loss: 0.3, Run: 1, Interval: 40 * ms, RTT: 150 * ms, Budget: 400 * ms, Rate: 32e3}
	return linesim.Voice{
		Bitrate: 8000, Interval: 40 * ms, Budget: 400 * ms, RTT: 150 * ms, Loss: linesim.Loss{Share: 0.3},
		Protection: fec.For(line), Feedback: true, Frames: 20_000, Seed: 1,
	}
}

func TestRunFollowsItsArguments(t *testing.T) {
	v := bad()
	first := linesim.Run(v)
	if again := linesim.Run(v); again != first {
		t.Errorf("the same voice: %+v, then %+v", first, again)
	}
	if first.Residual == 0 || first.Residual > 0.015 || first.Run < 1 || first.Run > 2 {
		t.Errorf("%+v", first)
	}
	if rate := float64(v.Protection.Rate); first.Wire > rate || first.Wire < 0.98*rate {
		t.Errorf("%.0f bit/s of %.0f", first.Wire, rate)
	}
	if want := 8 * (fec.Below + 3 + linesim.Report) / 0.04; math.Abs(first.Return/want-1) > 0.01 {
		t.Errorf("%.0f bit/s of reports, want %.0f: one a datagram", first.Return, want)
	}
	v.Seed = 2
	if other := linesim.Run(v); other.Residual == first.Residual {
		t.Errorf("another seed, the same %+v", other)
	}
	v = bad()
	v.Feedback = false
	if blind := linesim.Run(v); blind.Return != 0 || blind.Residual < 2*first.Residual {
		t.Errorf("without reports %+v, with them %+v", blind, first)
	}
}

func TestRunAtTheEnds(t *testing.T) {
	v := bad()
	v.Loss.Share = 0
	if r := linesim.Run(v); r.Residual != 0 || r.Run != 0 || r.Bound != 0 {
		t.Errorf("a line without loss: %+v", r)
	}
	v.Loss.Share = 1
	if r := linesim.Run(v); r.Residual != 1 || r.Bound < 0.999 || r.Return != 0 {
		t.Errorf("a dead line: %+v", r)
	}
	v = bad()
	v.Protection = fec.Protection{}
	if r := linesim.Run(v); math.Abs(r.Residual-0.3) > 0.02 {
		t.Errorf("without repair: %+v", r)
	}
}

// Whatever the line and the protection, thin lines and saved rate too.
func TestNothingBeatsTheBound(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	close := 0
	for i := range 250 {
		loss := linesim.Loss{Share: 0.02 + 0.45*r.Float64()}
		switch i % 3 {
		case 0:
			loss.Burst = time.Duration(20+r.IntN(300)) * ms
		case 1:
			loss.Run = 1 + 5*r.Float64()
		}
		interval := fec.Intervals[r.IntN(len(fec.Intervals))]
		v := linesim.Voice{
			Bitrate: fec.Bitrates[r.IntN(len(fec.Bitrates))], Interval: interval, Budget: fec.Budgets[r.IntN(len(fec.Budgets))],
			RTT: time.Duration(r.IntN(400)) * ms, Loss: loss, Feedback: i%5 > 0, Frames: 3000, Seed: uint64(i),
			Protection: fec.Protection{Window: 1 + r.IntN(20), Age: r.IntN(9), Gap: 1 + r.IntN(5), Prompt: i%2 > 0},
		}.WithRedundancy(4 * r.Float64())
		result := linesim.Run(v)
		if result.Residual*float64(v.Frames-int(v.Budget/interval)+1) < result.Bound*float64(v.Frames)-1e-6 {
			t.Errorf("%+v: %+v", v, result)
		}
		if result.Bound > 0.3*result.Residual {
			close++
		}
	}
	if close < 25 { // or the bound is none
		t.Errorf("near the bound only %d times", close)
	}
}

// The bound of lines that can be reckoned by hand.
func TestBound(t *testing.T) {
	const media, interval = 44, 40 * ms
	slots := func(pattern string) []linesim.Slot {
		var out []linesim.Slot
		for i, c := range pattern {
			at := time.Duration(i) * interval
			out = append(out, linesim.Slot{At: at, Until: at + 2*interval, Media: media, Lost: c == 'x'})
		}
		return out
	}
	bare := int(8 * (fec.Below + fec.Header - 1 + media) / interval.Seconds()) // carries the media, and nothing else
	for _, test := range []struct {
		pattern string
		rate    int
		lost    float64
	}{
		{"..........", bare, 0},
		{"xxxxxxxxxx", 10 * bare, 0.7},             // the last three are not late yet
		{"..xxx.....", 10 * bare, 0.1},             // 2 is, when 5 comes
		{"..xx......", 10 * bare, 0},               // 2 comes with 4
		{"xxx.......", 0, 0.3},                     // no rate: media alone
		{"xx........", 10 * bare, 0},               //
		{"x.x.x.x.x.", 2 * bare, 0},                //
		{strings.Repeat("x.", 20), bare, 7.4 / 40}, // what was saved at first, 240 ms, brings 11.6 of 19 back
	} {
		if got := linesim.Bound(slots(test.pattern), test.rate); math.Abs(got-test.lost) > 0.011 {
			t.Errorf("%s at %d bit/s: %.4f, want %.4f", test.pattern, test.rate, got, test.lost)
		}
	}
	if got := linesim.Bound(nil, 1000); got != 0 {
		t.Errorf("nothing sent: %g", got)
	}
}

func TestNeed(t *testing.T) {
	v := bad()
	v.Frames = 8000
	needed, ok := linesim.Need(v, 0.01)
	if !ok || linesim.Run(v.WithRedundancy(needed)).Residual > 0.01 {
		t.Errorf("%g, %v is not enough", needed, ok)
	}
	if less := linesim.Run(v.WithRedundancy(0.8 * needed)); less.Residual <= 0.01 {
		t.Errorf("%g is more than needed: %+v", needed, less)
	}
	v.Loss.Share = 0.97
	if needed, ok := linesim.Need(v, 0.01); ok {
		t.Errorf("%g is enough on a dead line", needed)
	}
}

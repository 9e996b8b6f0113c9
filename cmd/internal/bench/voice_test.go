package bench

import (
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/diemcau/diemcau/fec"
	"github.com/diemcau/diemcau/fec/linesim"
	"github.com/diemcau/diemcau/transport"
)

const ms = time.Millisecond

func voice(wire, bitrate int, loss linesim.Loss) Voice {
	return Voice{Wire: wire, Bitrate: bitrate, Loss: loss, Budget: 400 * ms, RTT: 150 * ms, Feedback: true, Frames: 6000, Seed: 1}
}

func run(t *testing.T, v Voice) VoiceResult {
	t.Helper()
	r, err := v.Run()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheSameSeedGivesTheSameAnswer(t *testing.T) {
	for _, loss := range []linesim.Loss{{Share: 0.3}, {Share: 0.3, Run: 3}, {Share: 0.3, Burst: 160 * ms}} {
		for _, bitrate := range []int{8000, 0} {
			v := voice(32_000, bitrate, loss)
			first := run(t, v)
			if again := run(t, v); again != first {
				t.Errorf("%+v: %+v, then %+v", v, first, again)
			}
			v.Seed++
			if other := run(t, v); other.ResidualPct == first.ResidualPct && other.WireKbps == first.WireKbps {
				t.Errorf("%+v: another seed makes no difference", v)
			}
		}
	}
}

// On a line that loses nothing every byte can be told: the media with its headers, and 2.5 reports a second.
func TestACleanLineIsCountedToTheByte(t *testing.T) {
	v := voice(48_000, 12_000, linesim.Loss{})
	got := run(t, v)
	if got.ResidualPct != 0 || got.MeanRun != 0 || got.BoundPct != 0 || got.DelayMs != 475 || got.Plan.CodecKbps != 12 || got.Plan.IntervalMs != 40 {
		t.Errorf("%+v", got)
	}
	datagram := transport.Overhead + 3 + fec.MediaSize(12_000, 40*ms)
	report := transport.Overhead + 3 + 8 + 4
	// At first 5 % are feared, and a repair takes the place of the long form of the first entries.
	if want := 8 * float64(datagram) / 40; got.WireKbps < want || got.WireKbps > 1.03*want {
		t.Errorf("%.2f kbit/s, want %.2f", got.WireKbps, want)
	}
	// They are twice as many until it is sure that nothing is lost.
	if want := 8 * float64(report) / 400; math.Abs(got.ReturnKbps/want-1) > 0.15 {
		t.Errorf("%.2f kbit/s of reports, want %.2f", got.ReturnKbps, want)
	}
	if v.Feedback = false; run(t, v).ReturnKbps != 0 {
		t.Error("reports nevertheless")
	}
}

func TestADeadLineBringsNothing(t *testing.T) {
	got := run(t, voice(32_000, 8000, linesim.Loss{Trace: []bool{true}}))
	if got.ResidualPct != 100 || got.MeanRun != 6000 || got.BoundPct < 99 || got.ReturnKbps != 0 || got.WireKbps == 0 {
		t.Errorf("%+v", got)
	}
}

// Half of the frames are lost, nothing is repaired for want of rate: the residual is the loss, the run that of the trace.
func TestResidualAndRunAreThoseOfTheTrace(t *testing.T) {
	trace := []bool{true, true, false, false}
	got := run(t, voice(16_000, 12_000, linesim.Loss{Trace: trace, Share: 0.5}))
	interval := float64(got.Plan.IntervalMs)
	if frames := interval / float64(fec.FrameLength(time.Duration(interval)*ms)/ms); math.Abs(got.ResidualPct-50) > 1 || math.Abs(got.MeanRun-2*frames) > 0.1 {
		t.Errorf("%+v", got)
	}
	if got.WireKbps < 16 { // media leaves whatever the rate
		t.Errorf("%.1f kbit/s", got.WireKbps)
	}
}

// Both directions lose: what the reports lose is missing at the other end.
func TestBothDirectionsLose(t *testing.T) {
	missing := func(forward, back float64) float64 {
		r := newVoiceRun(voice(32_000, 8000, linesim.Loss{Share: 0.3}))
		r.forward, r.back = linesim.Loss{Share: forward}.New(1, 1), linesim.Loss{Share: back}.New(1, 2)
		r.run()
		return r.tally.result(r.Wire, r.Budget, r.RTT).ResidualPct
	}
	asked := run(t, voice(32_000, 8000, linesim.Loss{Share: 0.3})).ResidualPct
	if same := missing(0.3, 0.3); same != asked {
		t.Errorf("30 %% both ways leave %.2f %%, asked so %.2f", same, asked)
	}
	if perfect, none := missing(0.3, 0), missing(0.3, 1); perfect >= asked || none <= 1.5*asked {
		t.Errorf("%.2f %% with all reports, %.2f with 70 %%, %.2f with none", perfect, asked, none)
	}
	if clean := missing(0, 0.3); clean != 0 {
		t.Errorf("%.2f %% are missing, and only reports were lost", clean)
	}
}

// A frame counts until its budget is over, the way not counted, and not a moment longer.
func TestLateIsMissing(t *testing.T) {
	var c tally
	c.expect(0, 400*ms)
	c.expect(1, 440*ms)
	c.came(0, 400*ms)
	c.came(1, 440*ms+1)
	c.came(7, 0) // never sent
	if !c.there[0] || c.there[1] {
		t.Errorf("%v", c.there)
	}
	short, long := voice(32_000, 8000, linesim.Loss{Share: 0.3}), voice(32_000, 8000, linesim.Loss{Share: 0.3})
	short.Budget, long.Budget = 200*ms, 800*ms
	if s, l := run(t, short), run(t, long); s.ResidualPct <= 2*l.ResidualPct || s.DelayMs != 275 || l.DelayMs != 875 {
		t.Errorf("in 200 ms %+v, in 800 %+v", s, l)
	}
	long.Feedback = false
	far := long
	long.RTT, far.RTT = 0, 600*ms
	if l, f := run(t, long), run(t, far); l.ResidualPct != f.ResidualPct || l.ResidualPct == 0 || f.DelayMs != 1100 {
		t.Errorf("nobody reports: near %+v, far %+v", l, f)
	}
}

// Two plans that were in force for as long: the first one is told.
func TestTheLongestPlanIsTold(t *testing.T) {
	for range 20 { // or a map's order decides
		c := tally{plans: map[fec.Plan]held{}}
		for bitrate := range 30 {
			c.hold(fec.Plan{Bitrate: 10_000 - bitrate}, 40*ms)
		}
		c.hold(fec.Plan{Bitrate: 9990}, 10*ms)
		c.hold(fec.Plan{Bitrate: 9980}, 10*ms)
		if got := c.result(32_000, 400*ms, 0).Plan; got.CodecKbps != 9.99 || math.Abs(got.SharePct-100*50./1220) > 0.01 {
			t.Fatalf("%+v", got)
		}
	}
}

// On thin lines and in bursts the bound is near. It is that of the plan that is told; what another one brought before is beside it.
func TestNoVoiceBeatsTheBound(t *testing.T) {
	for _, wire := range []int{16_000, 20_000, 28_000, 40_000, 64_000} {
		for _, loss := range []linesim.Loss{{Share: 0.05}, {Share: 0.4}, {Share: 0.3, Run: 4}, {Share: 0.2, Burst: 160 * ms}, {Share: 0.4, Burst: 160 * ms}} {
			for _, bitrate := range []int{0, 6000, 12_000} {
				for _, budget := range []time.Duration{200, 400, 800} {
					v := voice(wire, bitrate, loss)
					v.Budget, v.Frames = budget*ms, 2000
					if got := run(t, v); got.ResidualPct < got.BoundPct*got.Plan.SharePct/100 {
						t.Errorf("%+v: %+v", v, got)
					}
				}
			}
		}
	}
}

// The figures to reach, on fewer frames than they are measured with: a tenth of a percent more is chance.
func TestMatrixReachesItsFigures(t *testing.T) {
	for _, cell := range Matrix() {
		v := cell.Voice
		v.Frames, v.Seed = 20_000, 3
		got := run(t, v)
		if v.Bitrate > 0 && got.Plan.CodecKbps != float64(v.Bitrate)/1000 {
			t.Errorf("%s: codec %g, asked for %d", cell.Name, got.Plan.CodecKbps, v.Bitrate)
		}
		if got.WireKbps > 1.005*float64(v.Wire)/1000 {
			t.Errorf("%s, %d: %.2f kbit/s", cell.Name, v.Wire, got.WireKbps)
		}
		if cell.Target > 0 && got.ResidualPct > 1.3*cell.Target+0.1 {
			t.Errorf("%s: %+v", cell.Name, got)
		}
		rival := v
		rival.Bitrate = int(got.Plan.CodecKbps * 1000)
		if r := rival.Rivals(); r.RedPct <= got.ResidualPct || r.LbrrPct <= got.ResidualPct {
			t.Errorf("%s: %+v is no better than %+v", cell.Name, got, r)
		}
	}
}

// Of independent losses p the rivals leave p to the power of the copies and one.
func TestRivals(t *testing.T) {
	v := voice(32_000, 8000, linesim.Loss{Share: 0.3})
	v.Frames = 100_000
	// At 100 ms a datagram of 400 B holds 50 of headers, a frame of 100 and two more; at no length three.
	if r := v.Rivals(); math.Abs(r.RedPct-100*math.Pow(0.3, 3)) > 0.2 || math.Abs(r.LbrrPct-9) > 0.4 {
		t.Errorf("%+v", r)
	}
	if v.Loss.Share = 0; v.Rivals() != (Rivals{}) {
		t.Errorf("a line without loss: %+v", v.Rivals())
	}
	v.Wire, v.Bitrate = 16_000, 64_000
	if r := v.Rivals(); r != (Rivals{100, 100}) {
		t.Errorf("a line that carries no voice: %+v", r)
	}
}

func TestVoiceLimits(t *testing.T) {
	good := voice(32_000, 8000, linesim.Loss{Share: 0.3})
	good.Frames = 10
	for name, change := range map[string]func(*Voice){
		"wire below":   func(v *Voice) { v.Wire = 15_999 },
		"wire above":   func(v *Voice) { v.Wire = 512_001 },
		"budget below": func(v *Voice) { v.Budget = 59 * ms },
		"budget above": func(v *Voice) { v.Budget = 2001 * ms },
		"loss below":   func(v *Voice) { v.Loss.Share = -0.01 },
		"loss above":   func(v *Voice) { v.Loss.Share = 0.901 },
		"no loss":      func(v *Voice) { v.Loss.Share = math.NaN() },
		"RTT below":    func(v *Voice) { v.RTT = -1 },
		"RTT above":    func(v *Voice) { v.RTT = 2001 * ms },
		"no frames":    func(v *Voice) { v.Frames = 0 },
		"frames":       func(v *Voice) { v.Frames = 10_000_001 },
		"codec below":  func(v *Voice) { v.Bitrate = 5999 },
		"codec above":  func(v *Voice) { v.Bitrate = 64_001 },
	} {
		v := good
		change(&v)
		if _, err := v.Run(); !errors.Is(err, ErrVoice) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := run(t, good); got.Plan.SharePct != 100 {
		t.Errorf("%+v", got)
	}
}

// Who reads the JSON reads these names.
func TestVoiceResultAsJSON(t *testing.T) {
	b, err := json.Marshal(VoiceResult{Plan: VoicePlan{Window: 9, Prompt: true}})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"residual_pct":0,"mean_run":0,"wire_kbps":0,"return_kbps":0,"bound_pct":0,"delay_ms":0,"plan":{"codec_kbps":0,"interval_ms":0,` +
		`"budget_ms":0,"window":9,"age":0,"gap":0,"rate_kbps":0,"prompt":true,"share_pct":0}}`
	if string(b) != want {
		t.Errorf("%s", b)
	}
}

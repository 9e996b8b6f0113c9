package speech

import (
	"math"
	"math/rand/v2"
	"testing"
)

func rms(pcm []float32) float64 {
	sum := 0.0
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return math.Sqrt(sum / float64(max(len(pcm), 1)))
}

// pulses is a voice of so many hertz: a harmonic sound with a formant.
func pulses(n int, hertz float64) []float32 {
	out := make([]float32, n)
	for i := range out {
		for k := 1.0; k*hertz < 3000; k++ {
			out[i] += float32(0.1 / (1 + math.Abs(k*hertz-600)/200) * math.Sin(2*math.Pi*k*hertz*float64(i)/48000+k))
		}
	}
	return out
}

func TestConcealmentContinuesAVoice(t *testing.T) {
	for _, hertz := range []float64{75, 100, 133.7, 210, 320} {
		voice := pulses(history+20*ms, hertz)
		c := conceal(voice[:history])
		var ab, aa, bb float64
		last := voice[history-1]
		for i, want := range voice[history:] {
			got := c.next()
			ab, aa, bb = ab+float64(got*want), aa+float64(got*got), bb+float64(want*want)
			if i == 0 && math.Abs(float64(got-last)) > 0.1 {
				t.Errorf("%v Hz: a jump from %v to %v", hertz, last, got)
			}
		}
		if r := ab / math.Sqrt(aa*bb); r < 0.95 {
			t.Errorf("%v Hz: correlates %.3f with what would have come", hertz, r)
		}
	}
}

func TestConcealmentKeepsTheLoudnessOfNoiseAndDiesAway(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	past := make([]float32, history)
	for i := range past {
		past[i] = float32(0.1 * r.NormFloat64())
	}
	c := conceal(past)
	var pcm []float32
	for range 200 * ms {
		pcm = append(pcm, c.next())
	}
	if e := rms(pcm[:20*ms]); e < 0.08 || e > 0.12 {
		t.Errorf("loudness %v, was 0.1", e)
	}
	for at := 20 * ms; at+20*ms <= 120*ms; at += 20 * ms {
		if a, b := rms(pcm[at-20*ms:at]), rms(pcm[at:at+20*ms]); b >= a {
			t.Errorf("louder after %d ms: %v, %v", at/ms, a, b)
		}
	}
	if e := rms(pcm[120*ms:]); e != 0 {
		t.Errorf("after 120 ms still %v", e)
	}
	quiet := conceal(make([]float32, history))
	for range 300 {
		if s := quiet.next(); s != 0 {
			t.Fatalf("silence became %v", s)
		}
	}
}

func TestPlayerIsSmoothAtBothEndsOfALoss(t *testing.T) {
	l := loop(t)
	for _, lost := range []int64{1, 2, 3, 5, 9} { // frames
		p := NewPlayer()
		var out []float32
		var edges []int
		for i := range int64(150) {
			if at := i % 15; i > 0 && (at == 0 || at == 15-lost) {
				edges = append(edges, len(out))
			}
			if i%15 >= 15-lost {
				out = p.Miss(out, 20*ms)
			} else {
				out = p.Play(out, l.Packet(i*20*ms, 24000, 20))
			}
		}
		if len(out) != 150*20*ms {
			t.Fatalf("%d samples", len(out))
		}
		for _, at := range edges {
			// No step at the edge greater than what speech has around it.
			step, usual := math.Abs(float64(out[at]-out[at-1])), 0.0
			for i := at - 20*ms; i < at+20*ms; i++ {
				if i != at {
					usual = max(usual, math.Abs(float64(out[i]-out[i-1])))
				}
			}
			if step > usual+0.002 {
				t.Errorf("%d lost: a step of %.4f at %d, around it %.4f", lost, step, at, usual)
			}
		}
	}
}

// What is understood with losses lies between nothing in their place and what libopus' own concealment reaches.
func TestLossesSoundAsBadAsTheyAre(t *testing.T) {
	l := loop(t)
	for _, r := range []struct {
		rate, frame, percent int
		libopus              float64 // mean of opusdec --packet-loss
	}{
		{8000, 20, 5, .823}, {16000, 20, 2, .920}, {16000, 20, 10, .832}, {24000, 40, 20, .738},
	} {
		const rounds = 3
		frames := spoken(l, r.rate, r.frame, rounds)
		random := rand.New(rand.NewPCG(uint64(r.percent), 1))
		var came []Frame
		for i := range frames {
			if random.IntN(100) < r.percent {
				frames[i].Packet = nil
			} else {
				came = append(came, frames[i])
			}
		}
		concealed, _ := judge(t, l, frames, rounds*l.Length())
		silent, _ := judge(t, l, came, rounds*l.Length())
		if concealed.Mean < silent.Mean+0.002*float64(min(r.percent, 10)) {
			t.Errorf("%+v: %.3f, with silence %.3f", r, concealed.Mean, silent.Mean)
		}
		if math.Abs(concealed.Mean-r.libopus) > 0.035 {
			t.Errorf("%+v: %.3f", r, concealed.Mean)
		}
	}
}

func TestPlayerTakesWhateverComes(t *testing.T) {
	l := loop(t)
	p := NewPlayer()
	var out []float32
	for i := range int64(40) {
		out = p.Play(out, l.Packet((20+i)*20*ms, 16000, 20))
	}
	n := len(out)
	if out = p.Play(out, nil); len(out) != n {
		t.Error("an empty packet sounds")
	}
	if out = p.Play(out, []byte{0x7b}); len(out) != n {
		t.Error("a malformed packet sounds")
	}
	out = p.Play(out, []byte{0x48}) // nothing was encoded: discontinuous transmission
	if len(out) != n+20*ms {
		t.Errorf("%d samples of 20 ms", len(out)-n)
	}
	n = len(out)
	if out = p.Rest(out, 100); len(out) != n+100 || rms(out[n:]) != 0 {
		t.Error("no rest")
	}
	n = len(out)
	if out = p.Miss(out, 20*ms); rms(out[n:]) > 0.5*rms(out[:n]) {
		t.Errorf("a loss after silence is as loud as a voice")
	}
	for _, s := range out {
		if s < -1 || s > 1 {
			t.Fatalf("sample %v", s)
		}
	}
}

func TestRenderPutsEverythingWhereItBelongs(t *testing.T) {
	l := loop(t)
	all := spoken(l, 24000, 20, 1)
	first := all[30].Time
	frames := []Frame{
		all[0],  // before the begin
		all[30], // after 100 ms of nothing
		{Time: first + 10*ms, Samples: 20 * ms, Packet: all[31].Packet}, // overlaps
		all[31],
		{Time: first + 40*ms, Samples: 20 * ms},
		all[34],
		all[60], // beyond the end
	}
	from := first - 100*ms
	out := Render(frames, from, first+200*ms)
	if len(out) != 300*ms {
		t.Fatalf("%d samples", len(out))
	}
	p := NewPlayer()
	want := p.Rest(nil, 100*ms)
	want = p.Play(want, all[30].Packet)
	want = p.Play(want, all[31].Packet)
	want = p.Miss(want, 20*ms)
	want = p.Rest(want, int(all[34].Time-first)-60*ms)
	want = p.Play(want, all[34].Packet)
	want = p.Rest(want, 300*ms-len(want))
	for i := range want {
		if out[i] != want[i] {
			t.Fatalf("sample %d: %v, want %v", i, out[i], want[i])
		}
	}
	if rms(out[100*ms:140*ms]) == 0 {
		t.Error("nothing is heard")
	}
	if out := Render(nil, 0, 500); len(out) != 500 || rms(out) != 0 {
		t.Error("of nothing something")
	}
}

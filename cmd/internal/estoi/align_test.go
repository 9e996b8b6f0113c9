package estoi

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// sentence returns one utterance, about 3 s.
func sentence(t testing.TB) []float32 {
	t.Helper()
	all := sentences(t)
	u := Utterances(all)[1]
	return all[u.From:u.To]
}

// placed returns a recording of the signal: silence, the signal at at, silence.
func placed(signal []float32, at int) []float32 {
	return append(append(make([]float32, at), signal...), make([]float32, 20000)...)
}

func hear(t testing.TB, utterance, recording []float32, expected int) Heard {
	t.Helper()
	h, err := Hear(utterance, recording, expected)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHearFindsAnUtterance(t *testing.T) {
	x := sentence(t)
	recording := noisy(placed(x, 30000), 10, 1)
	rigid := score(t, x, recording[30000:])
	for _, off := range []int{0, 1, 7777, -Within, Within} {
		h := hear(t, x, recording, 30000+off)
		if h.At != 30000 || h.Moved != 0 || math.Abs(h.Score-rigid) > 1e-9 || h.Rigid != h.Score {
			t.Errorf("expected %d away: %+v, want %.3f", off, h, rigid)
		}
	}
	for _, off := range []int{-Within - 3000, Within + 3000} {
		if h := hear(t, x, recording, 30000+off); h.Score > 0.3 {
			t.Errorf("looked for %d away: %+v", off, h)
		}
	}
	// The begin and the end of a recording cut an utterance off.
	if h := hear(t, x, x[3000:], 0); h.At != -3000 || h.Score < 0.8 || h.Score > 0.97 {
		t.Errorf("begin cut off: %+v", h)
	}
	if h := hear(t, x, x[:len(x)-3000], 200); h.At != 0 || h.Score < 0.8 || h.Score > 0.97 {
		t.Errorf("end cut off: %+v", h)
	}
}

func TestHearOfWhatWasNotHeard(t *testing.T) {
	x := sentence(t)
	b := another(t)
	for name, recording := range map[string][]float32{"silence": make([]float32, 90000), "nothing": nil, "noise": noise(90000, 1), "another": b} {
		if h := hear(t, x, recording, 20000); math.Abs(h.Score) > 0.15 {
			t.Errorf("%s: %+v", name, h)
		}
	}
	if _, err := Hear(x[:2000], b, 0); !errors.Is(err, ErrShort) {
		t.Errorf("0.2 s: %v", err)
	}
}

// moved returns a signal whose delay changes by about so many samples at at, spliced where it fits best.
func moved(signal []float32, at, by int) []float32 {
	const splice = 50
	best, likeness := by, -1.0
	for d := by - 60; d <= by+60; d++ {
		var ab, aa, bb float64
		for i := -splice; i < splice; i++ {
			a, b := float64(signal[at+i]), float64(signal[at+i-d])
			ab, aa, bb = ab+a*b, aa+a*a, bb+b*b
		}
		if r := ab / math.Sqrt(aa*bb); r > likeness {
			best, likeness = d, r
		}
	}
	return append(append([]float32(nil), signal[:at]...), signal[at-best:]...)
}

// A playout that stretches does no harm; one that skips loses what it skipped; a single delay for all would tell neither from noise.
func TestHearFollowsAStretchingPlayout(t *testing.T) {
	x := sentence(t)
	for _, r := range []struct {
		by    int // samples: tenths of ms
		least float64
	}{{100, 0.98}, {200, 0.98}, {600, 0.98}, {1000, 0.98}, {2500, 0.97}, {4000, 0.97}, {-100, 0.96}, {-400, 0.93}} {
		h := hear(t, x, placed(moved(x, len(x)/2, r.by), 9000), 8000)
		if off := h.Moved - max(r.by, -r.by); off < -60 || off > 60 {
			t.Errorf("%d: found %d", r.by, h.Moved)
		}
		if h.Score < r.least || h.Rigid > 0.93 {
			t.Errorf("%d: %.3f, with one delay %.3f", r.by, h.Score, h.Rigid)
		}
	}
	// In small steps, as a stretching playout does it: 40 ms within half a second.
	y := x
	for k := range 5 {
		y = moved(y, 10000+1000*k, 80)
	}
	if h := hear(t, x, placed(y, 9000), 8000); h.Score < 0.93 || h.Rigid > 0.85 || h.Moved < 150 {
		t.Errorf("in steps: %+v", h)
	}
}

// Following finds no delays that are not there: what was lost stays lost.
func TestFollowingDoesNotFlatter(t *testing.T) {
	x := sentence(t)
	r := rand.New(rand.NewPCG(5, 5))
	for _, lost := range []int{200, 400, 800, 1600} {
		y := append([]float32(nil), x...)
		for at := r.IntN(2000); at+lost < len(y); at += lost + 1000 + r.IntN(4000) {
			for i := at; i < at+lost; i++ {
				y[i] = 0.5 * y[max(i-lost, 0)] // a crude concealment
			}
		}
		h := hear(t, x, placed(y, 9000), 8000)
		if h.Score-h.Rigid > 0.01 || h.Rigid > 0.97 {
			t.Errorf("%d ms lost at a time: %+v", lost/10, h)
		}
	}
	for dB := -10.0; dB <= 10; dB += 10 {
		if h := hear(t, x, noisy(placed(x, 9000), dB, 9), 8000); h.Score-h.Rigid > 0.01 {
			t.Errorf("%v dB: %+v", dB, h)
		}
	}
}

func BenchmarkHear(b *testing.B) {
	x := sentence(b)
	y := placed(moved(x, len(x)/2, 200), 9000)
	for b.Loop() {
		hear(b, x, y, 8000)
	}
}

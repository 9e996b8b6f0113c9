package estoi

import (
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"sync"
	"testing"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/ogg"
	"github.com/diemcau/diemcau/codec/opus"
)

// decode returns a file of codec/testdata at Rate.
func decode(name string) ([]float32, error) {
	f, err := os.Open("../../../codec/testdata/" + name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := ogg.NewReader(f)
	if err != nil {
		return nil, err
	}
	decoder := opus.NewDecoder()
	var pcm []float32
	for {
		p, err := r.Next()
		if errors.Is(err, io.EOF) {
			return Resample(pcm, codec.ClockRate), nil
		}
		if err != nil {
			return nil, err
		}
		part, err := decoder.Decode(p.Data)
		if err != nil {
			return nil, err
		}
		pcm = append(pcm, part...)
	}
}

var decoded = sync.OnceValues(func() ([]float32, error) { return decode("speech-a-clean.ogg") })

// sentences returns the four of a speech; they must not be changed.
func sentences(t testing.TB) []float32 {
	t.Helper()
	pcm, err := decoded()
	if err != nil {
		t.Fatal(err)
	}
	return pcm
}

// another returns what another voice says.
func another(t testing.TB) []float32 {
	t.Helper()
	pcm, err := decode("speech-b.ogg")
	if err != nil {
		t.Fatal(err)
	}
	return pcm
}

// clean returns five seconds of speech with a pause in it; it must not be changed.
func clean(t testing.TB) []float32 {
	t.Helper()
	return sentences(t)[50000:100000]
}

func score(t testing.TB, clean, degraded []float32) float64 {
	t.Helper()
	s, err := Score(clean, degraded)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func noise(n int, seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 0))
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(r.NormFloat64())
	}
	return out
}

// noisy adds noise at so many dB below the signal.
func noisy(signal []float32, dB float64, seed uint64) []float32 {
	power := 0.0
	for _, s := range signal {
		power += float64(s) * float64(s)
	}
	gain := float32(math.Sqrt(power/float64(len(signal))) * math.Pow(10, -dB/20))
	out := noise(len(signal), seed)
	for i, s := range signal {
		out[i] = s + gain*out[i]
	}
	return out
}

func TestScoreOfTheSameIsOneAndOfNothingInCommonZero(t *testing.T) {
	x := clean(t)
	if s := score(t, x, x); math.Abs(s-1) > 1e-9 {
		t.Errorf("the same: %v", s)
	}
	for name, y := range map[string][]float32{
		"noise":   noise(len(x), 1),
		"another": another(t)[50000:100000],
		"later":   sentences(t)[100000:150000],
	} {
		if s := score(t, x, y); math.Abs(s) > 0.06 {
			t.Errorf("%s: %.3f", name, s)
		}
	}
	if s := score(t, x, make([]float32, len(x))); s != 0 {
		t.Errorf("silence: %v", s)
	}
}

func TestScoreFallsWithNoise(t *testing.T) {
	x := clean(t)
	last := 1.0
	for dB := 40.0; dB >= -20; dB -= 5 {
		s := score(t, x, noisy(x, dB, 7))
		if s >= last || s < -0.05 {
			t.Errorf("%v dB: %.3f after %.3f", dB, s, last)
		}
		last = s
	}
	if last > 0.05 {
		t.Errorf("at −20 dB still %.3f", last)
	}
}

func TestGainChangesNothing(t *testing.T) {
	x := clean(t)
	y := noisy(x, 10, 3)
	want := score(t, x, y)
	for _, gain := range []float32{1e-3, 0.5, 100} {
		louder := make([]float32, len(y))
		for i, s := range y {
			louder[i] = gain * s
		}
		if s := score(t, x, louder); math.Abs(s-want) > 1e-5 {
			t.Errorf("gain %v: %v, want %v", gain, s, want)
		}
	}
	// What is beyond the bands does not count either.
	hum := make([]float32, len(y))
	for i, s := range y {
		hum[i] = s + float32(0.2*math.Sin(2*math.Pi*4700/Rate*float64(i)))
	}
	if s := score(t, x, hum); math.Abs(s-want) > 0.01 {
		t.Errorf("with a tone of 4.7 kHz: %v, want %v", s, want)
	}
}

// Silence of the clean signal is left out: whatever sounds there does no harm.
func TestSilenceIsLeftOut(t *testing.T) {
	x := clean(t)
	utterances := Utterances(x)
	y := append([]float32(nil), x...)
	for i := utterances[0].To; i < utterances[1].From; i++ {
		y[i] += 0.01 * float32(i%2)
	}
	if s := score(t, x, y); s < 0.999 {
		t.Errorf("%v", s)
	}
}

func TestTooLittleSpeech(t *testing.T) {
	x := clean(t)
	utterance := Utterances(x)[1]
	speech := x[utterance.From:utterance.To]
	for name, short := range map[string][]float32{"nothing": nil, "silence": make([]float32, 20000), "0.3 s": speech[:3000]} {
		if _, err := Score(short, x); !errors.Is(err, ErrShort) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Score(speech, speech[:3000]); !errors.Is(err, ErrShort) {
		t.Errorf("a short recording: %v", err)
	}
	if _, err := Score(speech[:5000], speech); err != nil {
		t.Errorf("0.5 s: %v", err)
	}
}

func BenchmarkScore(b *testing.B) { // of 5 s
	x := clean(b)
	y := noisy(x, 10, 1)
	for b.Loop() {
		if _, err := Score(x, y); err != nil {
			b.Fatal(err)
		}
	}
}

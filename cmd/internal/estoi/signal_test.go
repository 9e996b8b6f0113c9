package estoi

import (
	"math"
	"math/cmplx"
	"testing"

	"pgregory.net/rapid"
)

func TestTransform(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := newFourier(rapid.IntRange(2, 70).Draw(t, "n"))
		n := f.points()
		v := make([]complex128, n)
		for i := range v {
			v[i] = complex(rapid.Float64Range(-1, 1).Draw(t, "re"), rapid.Float64Range(-1, 1).Draw(t, "im"))
		}
		got := append([]complex128(nil), v...)
		f.transform(got)
		for k := range got {
			var want complex128
			for i, s := range v {
				want += s * cmplx.Rect(1, -2*math.Pi*float64(i*k)/float64(n))
			}
			if cmplx.Abs(got[k]-want) > 1e-10*float64(n) {
				t.Fatalf("%d points, bin %d: %v, want %v", n, k, got[k], want)
			}
		}
	})
}

func TestCorrelation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sample := rapid.Float64Range(-1, 1)
		x := rapid.SliceOfN(sample, 1, 40).Draw(t, "x")
		y := rapid.SliceOfN(sample, len(x), 90).Draw(t, "y")
		got := correlation(x, y)
		if len(got) != len(y)-len(x)+1 {
			t.Fatalf("%d lags", len(got))
		}
		for lag := range got {
			want := 0.0
			for i, s := range x {
				want += s * y[i+lag]
			}
			if math.Abs(got[lag]-want) > 1e-10 {
				t.Fatalf("lag %d: %v, want %v", lag, got[lag], want)
			}
		}
	})
}

func TestResampleKeepsTonesWhereTheyAre(t *testing.T) {
	for _, hertz := range []int{8000, 16000, 44100, 48000} {
		for _, tone := range []float64{150, 1000, min(4200, 0.42*float64(hertz))} {
			in := make([]float32, hertz/4)
			for i := range in {
				in[i] = float32(math.Sin(2 * math.Pi * tone * float64(i) / float64(hertz)))
			}
			out := Resample(in, hertz)
			if len(out) != Rate/4 {
				t.Fatalf("%d Hz: %d samples", hertz, len(out))
			}
			for n := 100; n < len(out)-100; n++ {
				if want := math.Sin(2 * math.Pi * tone * float64(n) / Rate); math.Abs(float64(out[n])-want) > 1e-3 {
					t.Fatalf("%v Hz from %d: sample %d is %v, want %v", tone, hertz, n, out[n], want)
				}
			}
		}
	}
	in := []float32{1, 2, 3}
	if out := Resample(in, Rate); &out[0] != &in[0] {
		t.Error("what has the rate already is copied")
	}
}

func TestResampleStopsWhatWouldFoldBack(t *testing.T) {
	for _, tone := range []float64{5200, 6000, 9000, 15000, 23000} {
		in := make([]float32, 12000)
		for i := range in {
			in[i] = float32(math.Sin(2 * math.Pi * tone * float64(i) / 48000))
		}
		out := Resample(in, 48000)
		for n := 100; n < len(out)-100; n++ {
			if math.Abs(float64(out[n])) > 1e-4 { // −80 dB
				t.Fatalf("%v Hz: %v", tone, out[n])
			}
		}
	}
}

func TestUtterances(t *testing.T) {
	tone := func(out []float32, n int, gain float64) []float32 {
		for range n {
			out = append(out, float32(gain*math.Sin(float64(len(out))/5)))
		}
		return out
	}
	x := make([]float32, 3000)
	x = tone(x, 8000, 0.5)
	x = append(x, make([]float32, 1500)...) // too short for a pause
	x = tone(x, 4000, 0.1)
	x = tone(x, 5000, 0.003) // more than 40 dB below
	x = tone(x, 6000, 0.3)
	got := Utterances(x)
	want := []Utterance{{3000, 16500}, {21500, 27500}}
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i, w := range want {
		if d := got[i].From - w.From; d < -window || d > 0 {
			t.Errorf("utterance %d begins at %d, want %d", i, got[i].From, w.From)
		}
		if d := got[i].To - w.To; d < -hop || d > window {
			t.Errorf("utterance %d ends at %d, want %d", i, got[i].To, w.To)
		}
	}
	if n := len(Utterances(sentences(t))); n != 4 {
		t.Errorf("%d utterances in four sentences", n)
	}
	if Utterances(nil) != nil || Utterances(make([]float32, 9000)) != nil {
		t.Error("silence has utterances")
	}
}

func TestSummarise(t *testing.T) {
	for _, r := range []struct {
		scores []float64
		want   Summary
	}{
		{[]float64{0.9}, Summary{1, 0.9, 0.9, 0.9}},
		{[]float64{0.5, 0.9, 0.7}, Summary{3, 0.7, 0.7, 0.5}},
		{[]float64{0.5, 1, 0.75, 0.25}, Summary{4, 0.625, 0.625, 0.25}},
	} {
		got := Summarise(r.scores)
		if got.Utterances != r.want.Utterances || got.Worst != r.want.Worst || math.Abs(got.Median-r.want.Median) > 1e-12 || math.Abs(got.Mean-r.want.Mean) > 1e-12 {
			t.Errorf("%v: %+v", r.scores, got)
		}
	}
	if s := Summarise(nil); s.Utterances != 0 || !math.IsNaN(s.Median) || !math.IsNaN(s.Worst) {
		t.Errorf("of none: %+v", s)
	}
}

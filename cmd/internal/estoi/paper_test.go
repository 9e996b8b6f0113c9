package estoi

import (
	"math"
	"math/cmplx"
	"slices"
	"testing"
)

// The paper written down a second time, without regard to cost: no fast transform, nothing shared with what is tested.

func window257(i int) float64 { return math.Pow(math.Sin(math.Pi*float64(i+1)/257), 2) }

func keptFrames(x []float32) (keep []int) {
	var levels []float64
	for k := 0; 128*k+256 < len(x); k++ {
		e := 0.0
		for i := range 256 {
			e += math.Pow(float64(x[128*k+i])*window257(i), 2)
		}
		levels = append(levels, 10*math.Log10(e))
	}
	for k, l := range levels {
		if l > slices.Max(levels)-40 {
			keep = append(keep, k)
		}
	}
	return keep
}

func withoutSilence(v []float32, keep []int) []float64 {
	out := make([]float64, 128*len(keep)+128)
	for n, k := range keep {
		for i := range 256 {
			out[128*n+i] += float64(v[128*k+i]) * window257(i)
		}
	}
	return out
}

// thirdOctaves returns the amplitudes by band, then time.
func thirdOctaves(v []float64) [][]float64 {
	out := make([][]float64, 15)
	for at := 0; at+256 < len(v); at += 128 {
		for j := range out {
			centre, sum := 150*math.Pow(2, float64(j)/3), 0.0
			low, high := math.Round(centre/math.Pow(2, 1./6)*512/10000), math.Round(centre*math.Pow(2, 1./6)*512/10000)
			for k := low; k < high; k++ {
				var bin complex128
				for i := range 256 {
					bin += cmplx.Rect(v[at+i]*window257(i), -2*math.Pi*k*float64(i)/512)
				}
				sum += real(bin)*real(bin) + imag(bin)*imag(bin)
			}
			out[j] = append(out[j], math.Sqrt(sum))
		}
	}
	return out
}

func unitRows(m [][]float64) [][]float64 {
	out := make([][]float64, len(m))
	for i, v := range m {
		mean, length := 0.0, 0.0
		for _, s := range v {
			mean += s / float64(len(v))
		}
		for _, s := range v {
			length += (s - mean) * (s - mean)
		}
		for _, s := range v {
			out[i] = append(out[i], (s-mean)/math.Sqrt(length))
		}
	}
	return out
}

func transposed(m [][]float64) [][]float64 {
	out := make([][]float64, len(m[0]))
	for i := range out {
		for j := range m {
			out[i] = append(out[i], m[j][i])
		}
	}
	return out
}

func slowScore(x, y []float32) float64 {
	keep := keptFrames(x)
	bx, by := thirdOctaves(withoutSilence(x, keep)), thirdOctaves(withoutSilence(y, keep))
	segment := func(b [][]float64, m int) [][]float64 {
		var rows [][]float64
		for _, band := range b {
			rows = append(rows, band[m:m+30])
		}
		return unitRows(transposed(unitRows(rows)))
	}
	segments := len(bx[0]) - 30 + 1
	total := 0.0
	for m := range segments {
		sx, sy := segment(bx, m), segment(by, m)
		for n := range sx {
			for j := range sx[n] {
				total += sx[n][j] * sy[n][j] / 30
			}
		}
	}
	return total / float64(segments)
}

func TestAgreesWithThePaperWrittenDownAgain(t *testing.T) {
	x := clean(t)[:12000]
	for _, dB := range []float64{0, 15} {
		y := noisy(x, dB, 11)
		if got, want := score(t, x, y), slowScore(x, y); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v dB: %v, want %v", dB, got, want)
		}
	}
}

package estoi

import "math"

// Within is how far from where it is expected an utterance is looked for, in samples: 1.5 s to both sides.
const Within = 3 * Rate / 2

const (
	piece   = 2 * Rate / 5   // samples that are looked for by themselves within an utterance
	reach   = Rate / 2       // samples by which their delay may differ from the utterance's: what one new plan adds to a playout's
	same    = 3              // delays as close as this count as one
	turning = 5              // a change of delay must be worth so many hops of perfect likeness
	quiet   = 1e-2           // share of the loudest energy below which nothing is recognised
	tilt    = float32(-0.95) // of the emphasis of high tones: else the pitch alone decides
)

// Heard is one utterance as a recording has it.
type Heard struct {
	At    int     // where it begins: sample of the recording
	Score float64 // intelligibility after changes of delay within the utterance were undone
	Rigid float64 // intelligibility with one delay for the whole of it
	Moved int     // samples between the least and the greatest delay within it
}

// Hear looks for an utterance in a recording within ±Within of where it is expected to begin, which may be outside
// the recording, and scores it. Nothing is lost by looking wider than needed: what was not heard at all scores about 0
// anywhere. The error wraps ErrShort.
//
// A playout that stretches and compresses speech changes its delay within an utterance, which a listener does not mind, but the
// measure does: it loses .15 with 20 ms in the middle of a sentence. So the delay is followed, as ITU-T P.862 does for its measure, where that is
// clearly a better match; what is heard of the stretching itself, and what was lost, stays in the score.
func Hear(utterance, recording []float32, expected int) (Heard, error) {
	heard := excerpt(recording, expected-Within, len(utterance)+2*Within)
	x, y := emphasised(utterance), emphasised(heard)
	lag := bestLag(x, y)
	h := Heard{At: expected - Within + lag}
	var err error
	if h.Rigid, err = Score(utterance, heard[lag:lag+len(utterance)]); err != nil {
		return Heard{}, err
	}
	lags := lags(x, y, lag)
	path := follow(x, y, lags)
	followed := make([]float32, len(utterance))
	least, greatest := lag, lag
	for k, c := range path {
		from, to := k*hop, min((k+1)*hop, len(followed))
		copy(followed[from:to], heard[max(0, min(from+lags[c], len(heard)-hop)):])
		least, greatest = min(least, lags[c]), max(greatest, lags[c])
	}
	h.Moved = greatest - least
	h.Score, err = Score(utterance, followed)
	return h, err
}

// excerpt returns n samples from at on, zeros where there is no signal.
func excerpt(signal []float32, at, n int) []float32 {
	out := make([]float32, n)
	if from, to := max(at, 0), min(at+n, len(signal)); from < to {
		copy(out[from-at:], signal[from:to])
	}
	return out
}

func emphasised(signal []float32) []float64 {
	out := make([]float64, len(signal))
	last := float32(0)
	for i, s := range signal {
		out[i] = float64(s + tilt*last)
		last = s
	}
	return out
}

// bestLag returns where in y, which is not shorter, x fits best.
func bestLag(x, y []float64) int {
	likeness := correlation(x, y)
	energies := make([]float64, len(likeness)) // of y where x would lie
	e, loudest := 0.0, 0.0
	for i, s := range y {
		e += s * s
		if lag := i - len(x) + 1; lag >= 0 {
			energies[lag] = e
			loudest = max(loudest, e)
			e -= y[lag] * y[lag]
		}
	}
	best := 0
	for lag, e := range energies {
		likeness[lag] /= math.Sqrt(max(e, quiet*loudest, math.SmallestNonzeroFloat64))
		if likeness[lag] > likeness[best] {
			best = lag
		}
	}
	return best
}

// lags returns the delays that parts of the utterance may have, the whole one's first.
func lags(x, y []float64, whole int) []int {
	found := []int{whole}
	for at := 0; at+piece <= len(x); at += piece / 2 {
		from := max(at+whole-reach, 0)
		to := min(at+whole+piece+reach, len(y))
		lag := from - at + bestLag(x[at:at+piece], y[from:to])
		known := false
		for _, f := range found {
			known = known || max(f-lag, lag-f) <= same
		}
		if !known {
			found = append(found, lag)
		}
	}
	return found
}

// follow returns for each hop of x which of the lags it has: the path of the greatest likeness, less what its turnings cost.
func follow(x, y []float64, lags []int) []int {
	hops := (len(x) + hop - 1) / hop
	power := energy(x) / float64(len(x))
	from := make([][]int, hops) // the best predecessor
	gain := make([]float64, len(lags))
	for k := range hops {
		best := 0
		for c, g := range gain {
			if g > gain[best] {
				best = c
			}
		}
		turned := gain[best] - turning
		from[k] = make([]int, len(lags))
		part := x[k*hop : min((k+1)*hop, len(x))]
		for c, lag := range lags {
			from[k][c] = c
			if turned > gain[c] {
				from[k][c], gain[c] = best, turned
			}
			gain[c] += fit(part, y, k*hop+lag, power)
		}
	}
	path := make([]int, hops)
	c := 0
	for i, g := range gain {
		if g > gain[c] {
			c = i
		}
	}
	for k := hops - 1; k >= 0; k-- {
		path[k] = c
		c = from[k][c]
	}
	return path
}

// fit returns how well a part of an utterance of the given mean power fits at a place, −1 to 1; a quiet part says little.
func fit(part, y []float64, at int, power float64) float64 {
	if at < 0 || at+len(part) > len(y) {
		return 0
	}
	other := y[at : at+len(part)]
	product := 0.0
	for i, s := range part {
		product += s * other[i]
	}
	ex := energy(part)
	if ex == 0 || product == 0 {
		return 0
	}
	weight := min(1, math.Sqrt(ex/(power*float64(len(part)))))
	return weight * product / math.Sqrt(ex*max(energy(other), quiet*ex))
}

func energy(v []float64) float64 {
	sum := 0.0
	for _, s := range v {
		sum += s * s
	}
	return sum
}

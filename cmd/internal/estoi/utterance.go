package estoi

import (
	"math"
	"slices"
)

// pause is the silence, in hops, that separates two utterances: 256 ms.
const pause = 20

// Utterance is a stretch of a clean signal: samples from From up to To.
type Utterance struct {
	From, To int
}

// Utterances returns the stretches of speech between pauses of at least 0.26 s. Silence is what Score takes for it.
func Utterances(clean []float32) []Utterance {
	var out []Utterance
	for _, at := range active(clean) {
		if n := len(out); n > 0 && at < out[n-1].To+pause*hop {
			out[n-1].To = at + window
		} else {
			out = append(out, Utterance{From: at, To: at + window})
		}
	}
	return out
}

// Summary is what a listener understood of many utterances.
type Summary struct {
	Utterances int
	Median     float64
	Mean       float64
	Worst      float64
}

// Summarise puts scores together; of none, all figures are NaN.
func Summarise(scores []float64) Summary {
	n := len(scores)
	if n == 0 {
		return Summary{Median: math.NaN(), Mean: math.NaN(), Worst: math.NaN()}
	}
	sorted := slices.Sorted(slices.Values(scores))
	sum := 0.0
	for _, s := range sorted {
		sum += s
	}
	return Summary{Utterances: n, Median: (sorted[(n-1)/2] + sorted[n/2]) / 2, Mean: sum / float64(n), Worst: sorted[0]}
}

package estoi

import "math"

// The interpolation filter: a sinc under a Kaiser window.
const (
	zeros  = 32   // of the sinc on each side, at the lower of the two rates
	beta   = 9.0  // of the window: stop band about −90 dB
	cutoff = 0.94 // of half the lower rate; with 32 zeros the stop band begins just above 1
)

// Resample brings a signal to Rate, without delay: sample n lies at n/Rate. Rate hertz must be positive; its
// ratio to Rate should be one of small numbers, as those of 8000, 16000, 44100 and 48000 are, as a filter is
// made for each phase.
func Resample(signal []float32, hertz int) []float32 {
	if hertz == Rate {
		return signal
	}
	g := gcd(hertz, Rate)
	up, down := Rate/g, hertz/g
	phases := make([][]float64, up)
	wide := max(1, float64(down)/float64(up)) // input samples between zeros of the sinc
	reach := int(math.Ceil(zeros * wide))
	for p := range phases {
		phases[p] = phase(float64(p)/float64(up), wide, reach)
	}
	out := make([]float32, (len(signal)*up+down-1)/down)
	for n := range out {
		at, p := n*down/up, n*down%up
		sum := 0.0
		for i, w := range phases[p] {
			if k := at + i - reach; k >= 0 && k < len(signal) {
				sum += w * float64(signal[k])
			}
		}
		out[n] = float32(sum)
	}
	return out
}

// phase returns the weights of the input samples from −reach to reach+1 for an output at the given part of a sample after 0.
func phase(part, wide float64, reach int) []float64 {
	out := make([]float64, 2*reach+2)
	sum := 0.0
	for i := range out {
		t := (float64(i-reach) - part) / wide
		if math.Abs(t) >= zeros {
			continue
		}
		out[i] = sinc(cutoff*t) * kaiser(t/zeros)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

func sinc(t float64) float64 {
	if t == 0 {
		return 1
	}
	return math.Sin(math.Pi*t) / (math.Pi * t)
}

// kaiser is the window at x from −1 to 1.
func kaiser(x float64) float64 { return bessel(beta*math.Sqrt(1-x*x)) / bessel(beta) }

// bessel is the modified Bessel function I0.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-12*sum; k++ {
		term *= x / (2 * k) * (x / (2 * k))
		sum += term
	}
	return sum
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

package estoi

import (
	"errors"
	"fmt"
	"math"
)

// Rate is the sampling rate of everything that is scored, in Hz.
const Rate = 10000

// The paper's constants.
const (
	window       = 256 // samples of a frame, 25.6 ms
	hop          = 128 // samples from frame to frame
	segment      = 30  // frames that are correlated, 384 ms
	bands        = 15  // third octaves
	lowest       = 150 // Hz, centre of the first band
	dynamicRange = 40  // dB below the loudest frame of the clean signal: what is quieter is silence
)

var (
	short = newFourier(2 * window) // a frame and as many zeros
	hann  [window]float64          // without the zeros at its ends
	edges [bands][2]int            // first bin of a band, and the first beyond it
)

func init() {
	for i := range hann {
		hann[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i+1)/(window+1))
	}
	bin := func(hertz float64) int { return int(math.Round(hertz * float64(short.points()) / Rate)) }
	for j := range edges {
		edges[j] = [2]int{bin(lowest * math.Exp2((2*float64(j)-1)/6)), bin(lowest * math.Exp2((2*float64(j)+1)/6))}
	}
}

// ErrShort is the error of a clean signal in which less than about 0.4 s is speech.
var ErrShort = errors.New("estoi: too little speech")

// Score returns the intelligibility of degraded, which says the same at the same time as clean: 1 as clean, about 0 for what
// has nothing in common with it; below 0 only by chance. A gain, also a different one in each third octave, changes nothing. If one
// signal is longer, its rest is left out. The error wraps ErrShort.
func Score(clean, degraded []float32) (float64, error) {
	n := min(len(clean), len(degraded))
	speech := active(clean[:n])
	if len(speech) <= segment {
		return 0, fmt.Errorf("%w: %d ms", ErrShort, len(speech)*hop*1000/Rate)
	}
	x := spectrum(joined(clean, speech))
	y := spectrum(joined(degraded, speech))
	sum := 0.0
	for m := segment; m <= len(x); m++ {
		sum += likeness(x[m-segment:m], y[m-segment:m])
	}
	return sum / float64(len(x)-segment+1), nil
}

// frames returns how many frames a signal has. As in the authors' own program, one that ends with the signal does not count.
func frames(samples int) int { return max(0, (samples-window+hop-1)/hop) }

// active returns where the frames begin that are no silence.
func active(clean []float32) []int {
	var energies []float64
	loudest := 0.0
	for k := range frames(len(clean)) {
		e := 0.0
		for i, s := range clean[k*hop : k*hop+window] {
			w := hann[i] * float64(s)
			e += w * w
		}
		energies = append(energies, e)
		loudest = max(loudest, e)
	}
	floor := loudest * math.Pow(10, -dynamicRange/10.)
	var begins []int
	for i, e := range energies {
		if e > floor {
			begins = append(begins, i*hop)
		}
	}
	return begins
}

// joined puts the frames of a signal beside each other, overlapping by half.
func joined(signal []float32, begins []int) []float64 {
	out := make([]float64, (len(begins)-1)*hop+window)
	for k, at := range begins {
		for i, s := range signal[at : at+window] {
			out[k*hop+i] += hann[i] * float64(s)
		}
	}
	return out
}

// envelopes are the amplitudes of the bands in one frame.
type envelopes [bands]float64

// spectrum returns the envelopes of each frame.
func spectrum(signal []float64) []envelopes {
	out := make([]envelopes, frames(len(signal)))
	bins := make([]complex128, short.points())
	for m := range out {
		clear(bins)
		for i, s := range signal[m*hop : m*hop+window] {
			bins[i] = complex(hann[i]*s, 0)
		}
		short.transform(bins)
		for j := range bands {
			power := 0.0
			for _, b := range bins[edges[j][0]:edges[j][1]] {
				power += real(b)*real(b) + imag(b)*imag(b)
			}
			out[m][j] = math.Sqrt(power)
		}
	}
	return out
}

// likeness is the paper's intermediate measure: the mean over a segment's frames of the correlation of its spectra, each band and then each
// frame brought to mean 0 and length 1.
func likeness(x, y []envelopes) float64 {
	a, b := normalised(x), normalised(y)
	sum := 0.0
	for n := range a {
		for j := range bands {
			sum += a[n][j] * b[n][j]
		}
	}
	return sum / segment
}

func normalised(x []envelopes) [segment]envelopes {
	var out [segment]envelopes
	var row [segment]float64
	for j := range bands {
		for n := range row {
			row[n] = x[n][j]
		}
		normalise(row[:])
		for n, v := range row {
			out[n][j] = v
		}
	}
	for n := range out {
		normalise(out[n][:])
	}
	return out
}

// normalise brings v to mean 0 and length 1; what does not change becomes 0.
func normalise(v []float64) {
	mean, size := 0.0, 0.0
	for _, s := range v {
		mean += s
	}
	mean /= float64(len(v))
	for i := range v {
		size += v[i] * v[i]
		v[i] -= mean
	}
	length := 0.0
	for _, s := range v {
		length += s * s
	}
	if length <= size*1e-18 { // rounding only
		clear(v)
		return
	}
	scale := 1 / math.Sqrt(length)
	for i := range v {
		v[i] *= scale
	}
}

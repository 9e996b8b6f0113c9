package estoi

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// fourier is the discrete Fourier transform of a length that is a power of two: radix 2, decimation in time.
type fourier struct {
	turns []complex128 // e^(−2πik/n) for the first half
	shift int          // of 64 reversed bits, to those of an index
}

// newFourier returns the transform of at least n points, n > 1.
func newFourier(n int) fourier {
	log := bits.Len(uint(n - 1))
	f := fourier{turns: make([]complex128, 1<<log/2), shift: 64 - log}
	for k := range f.turns {
		f.turns[k] = cmplx.Rect(1, -math.Pi*float64(k)/float64(len(f.turns)))
	}
	return f
}

func (f fourier) points() int { return 2 * len(f.turns) }

// transform works in place, v has as many points as f.
func (f fourier) transform(v []complex128) {
	for i := range v {
		if k := int(bits.Reverse64(uint64(i)) >> f.shift); i < k {
			v[i], v[k] = v[k], v[i]
		}
	}
	for half := 1; half < len(v); half *= 2 {
		step := len(f.turns) / half
		for at := 0; at < len(v); at += 2 * half {
			low, high := v[at:at+half], v[at+half:at+2*half]
			for k := range low {
				turned := high[k] * f.turns[k*step]
				low[k], high[k] = low[k]+turned, low[k]-turned
			}
		}
	}
}

// correlation returns Σ x[i]·y[i+lag] for each lag from 0 to len(y)−len(x); y is not shorter than x.
func correlation(x, y []float64) []float64 {
	f := newFourier(max(len(y), 2)) // what wraps around falls on lags that are not returned
	// Both signals in one transform: x real, y imaginary.
	v := make([]complex128, f.points())
	for i, s := range y {
		v[i] = complex(0, s)
	}
	for i, s := range x {
		v[i] += complex(s, 0)
	}
	f.transform(v)
	n := len(v)
	for k := 0; k <= n/2; k++ {
		a, b := v[k], cmplx.Conj(v[(n-k)%n])
		xk, yk := (a+b)/2, (a-b)/2i
		// The conjugate of the cross spectrum: a second forward transform of it is the inverse of the cross spectrum.
		c := xk * cmplx.Conj(yk)
		v[k], v[(n-k)%n] = c, cmplx.Conj(c)
	}
	f.transform(v)
	out := make([]float64, len(y)-len(x)+1)
	for lag := range out {
		out[lag] = real(v[lag]) / float64(n)
	}
	return out
}

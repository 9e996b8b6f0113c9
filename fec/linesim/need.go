package linesim

import "github.com/diemcau/diemcau/fec"

// most is the most redundancy that Need looks at, in symbols a datagram.
const most = 5

// WithRedundancy returns v with the rate that leaves room for f repair symbols a datagram beside the media.
func (v Voice) WithRedundancy(f float64) Voice {
	v.Protection.Rate = int(fec.Wire(v.Bitrate, v.Interval, f))
	return v
}

// Need returns the least redundancy, in repair symbols a datagram, at which v loses at most target of its frames; false if there is none up to 5.
func Need(v Voice, target float64) (float64, bool) {
	low, high := 0.0, float64(most)
	if Run(v.WithRedundancy(high)).Residual > target {
		return 0, false
	}
	for high-low > 1.0/16 {
		middle := (low + high) / 2
		if Run(v.WithRedundancy(middle)).Residual > target {
			low = middle
		} else {
			high = middle
		}
	}
	return high, true
}

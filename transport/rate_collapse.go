package transport

import (
	"math"
	"time"
)

// The greatest rate in kbit/s at which quic-go's NewReno keeps 95 % of voice-size datagrams below 50 ms of added delay (measured);
// past it the library's queue grows to seconds. It carries nothing at the worst corner: the floor stands there.
var (
	collapseLoss = [...]float64{0.1, 0.2, 0.3, 0.5}
	collapseRTT  = [...]float64{0.060, 0.150, 0.300, 0.600} // s
	collapseRate = [len(collapseLoss)][len(collapseRTT)]float64{
		{768, 128, 64, 32},
		{512, 128, 64, 24},
		{256, 96, 48, 24},
		{96, 48, 24, minRate / 1e3},
	}
)

// collapse returns the bit/s that the library below carries at a loss (0 to 1) and a round trip, from minRate to maxRate. Between the
// measured points it is a power of the round trip and of the loss; below 10 % it grows with 1/√loss, as NewReno's window does, above
// 50 % it falls to nothing, and outside the round trips it goes with 1/RTT.
func collapse(loss float64, rtt time.Duration) float64 {
	if loss <= 0 || rtt <= 0 {
		return maxRate
	}
	row := func(i int) float64 { return alongRTT(&collapseRate[i], rtt.Seconds()) }
	last := len(collapseLoss) - 1
	var rate float64
	switch i := position(collapseLoss[:], loss); {
	case loss < collapseLoss[0]:
		rate = row(0) * math.Sqrt(collapseLoss[0]/loss)
	case i == last:
		rate = row(last) * (1 - min(loss, 1)) / (1 - collapseLoss[last])
	default:
		rate = geometric(row(i), row(i+1), (loss-collapseLoss[i])/(collapseLoss[i+1]-collapseLoss[i]))
	}
	return min(max(1e3*rate, minRate), maxRate)
}

// alongRTT reads one row at a round trip in seconds.
func alongRTT(row *[len(collapseRTT)]float64, rtt float64) float64 {
	last := len(collapseRTT) - 1
	switch i := position(collapseRTT[:], rtt); {
	case rtt <= collapseRTT[0]:
		return row[0] * collapseRTT[0] / rtt
	case i == last:
		return row[last] * collapseRTT[last] / rtt
	default:
		return geometric(row[i], row[i+1], math.Log(rtt/collapseRTT[i])/math.Log(collapseRTT[i+1]/collapseRTT[i]))
	}
}

// position is the index of the last point that is not above x, or 0.
func position(points []float64, x float64) int {
	i := len(points) - 1
	for i > 0 && points[i] > x {
		i--
	}
	return i
}

// geometric goes from a to b while part goes from 0 to 1, in equal ratios.
func geometric(a, b, part float64) float64 { return a * math.Pow(b/a, part) }

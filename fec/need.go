package fec

import (
	"math"
	"time"
)

// The axes of the table, ascending.
var (
	Losses     = [...]float64{0.01, 0.02, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40, 0.50, 0.60}
	Bursts     = [...]time.Duration{0, 80 * time.Millisecond, 160 * time.Millisecond, 320 * time.Millisecond}
	RoundTrips = [...]time.Duration{100 * time.Millisecond, 250 * time.Millisecond, 600 * time.Millisecond}
	Budgets    = [...]time.Duration{200 * time.Millisecond, 400 * time.Millisecond, 600 * time.Millisecond, 800 * time.Millisecond, 1000 * time.Millisecond}
	Intervals  = [...]time.Duration{20 * time.Millisecond, 40 * time.Millisecond, 80 * time.Millisecond, 120 * time.Millisecond}
)

// Impossible is the cell of a line on which no redundancy is enough; the others count repair symbols a datagram in 1/PerSymbol.
const (
	Impossible = 255
	PerSymbol  = 16

	beyond = 6.5 // symbols: stands for impossible, beside a cell that is not
)

// table holds cells by burst, round trip, budget, interval and loss, the last changing fastest.
type table [len(Bursts) * len(RoundTrips) * len(Budgets) * len(Intervals) * len(Losses)]uint8

// at returns how many repair symbols a datagram the line needs at an interval; false if no number is enough.
func (t *table) at(l Line, interval time.Duration) (float64, bool) {
	if l.Loss < cleanLoss {
		return 0, l.Budget >= interval
	}
	if l.Budget < Budgets[0] {
		return 0, false
	}
	place := 0
	for place < len(Intervals)-1 && Intervals[place] < interval {
		place++
	}
	bursts, rtts, budgets := between(Bursts[:], l.burst()), between(RoundTrips[:], l.RTT), l.budgets(Intervals[place])
	needed := 0.0
	for _, b := range bursts {
		for _, r := range rtts {
			for _, d := range budgets {
				if weight := b.weight * r.weight * d.weight; weight > 0 {
					row := ((b.index*len(RoundTrips)+r.index)*len(Budgets)+d.index)*len(Intervals) + place
					needed += weight * interpolate(t[row*len(Losses):][:len(Losses)], l.Loss)
				}
			}
		}
	}
	return needed, needed < beyond-1
}

// budgets finds the places around the line's budget, weighted by how many datagrams can repair one: that is what a budget is for.
func (l Line) budgets(interval time.Duration) [2]corner {
	corners := between(Budgets[:], l.Budget)
	low, high := Budgets[corners[0].index]/interval, Budgets[corners[1].index]/interval
	if low < high {
		part := float64(min(l.Budget/interval, high)-low) / float64(high-low)
		corners[0].weight, corners[1].weight = 1-part, part
	}
	return corners
}

// A corner is a place of an axis and how much it counts.
type corner struct {
	index  int
	weight float64
}

// between finds the places of an axis around a value.
func between(axis []time.Duration, value time.Duration) [2]corner {
	high := 0
	for high < len(axis)-1 && axis[high] < value {
		high++
	}
	low := max(high-1, 0)
	if high == low || value >= axis[high] {
		return [2]corner{{high, 1}, {high, 0}}
	}
	part := float64(value-axis[low]) / float64(axis[high]-axis[low])
	return [2]corner{{low, 1 - part}, {high, part}}
}

// burst is how long the line is bad at a time in the mean, 0 if its losses are independent: of a line that is good and bad by turns, for exponential times,
// what is lost once is lost again an interval later by this chance.
func (l Line) burst() time.Duration {
	if !l.bursty() {
		return 0
	}
	interval := l.Measured
	if interval <= 0 {
		interval = defaultInterval
	}
	again, p := 1-1/l.Run, min(l.Loss, 0.95)
	if again <= p {
		return 0
	}
	return time.Duration(float64(interval) / ((1 - p) * math.Log((1-p)/(again-p))))
}

// interpolate finds the cell of a loss among those of the axis; beyond, where no redundancy is enough.
func interpolate(cells []uint8, loss float64) float64 {
	i := 0
	for i < len(Losses) && Losses[i] < loss {
		i++
	}
	if i == len(Losses) {
		return beyond
	}
	upper := symbols(cells[i])
	if i == 0 {
		return upper * loss / Losses[0]
	}
	lower := symbols(cells[i-1])
	return lower + (upper-lower)*(loss-Losses[i-1])/(Losses[i]-Losses[i-1])
}

func symbols(cell uint8) float64 {
	if cell == Impossible {
		return beyond
	}
	return float64(cell) / PerSymbol
}

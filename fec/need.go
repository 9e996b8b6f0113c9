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
	Budgets    = [...]time.Duration{200 * time.Millisecond, 400 * time.Millisecond, 600 * time.Millisecond, 800 * time.Millisecond}
	Intervals  = [...]time.Duration{20 * time.Millisecond, 40 * time.Millisecond, 80 * time.Millisecond, 120 * time.Millisecond}
)

// Impossible is the cell of a line on which no redundancy is enough; the others count repair symbols a datagram in 1/PerSymbol.
const (
	Impossible = 255
	PerSymbol  = 16

	beyond = 6 * PerSymbol // stands for impossible beside a cell that is not
)

// table holds cells by burst, round trip, budget, interval and loss, the last changing fastest.
type table [len(Bursts) * len(RoundTrips) * len(Budgets) * len(Intervals) * len(Losses)]uint8

// at returns how many repair symbols a datagram the line needs at an interval; false if no number is enough.
func (t *table) at(l Line, interval time.Duration) (float64, bool) {
	if l.Loss < cleanLoss {
		return 0, l.Budget >= interval
	}
	budget := len(Budgets) - 1
	for budget > 0 && Budgets[budget] > l.Budget {
		budget--
	}
	if Budgets[budget] > l.Budget {
		return 0, false
	}
	rtt := 0
	for rtt < len(RoundTrips)-1 && RoundTrips[rtt]*5/4 < l.RTT {
		rtt++
	}
	place := 0
	for place < len(Intervals)-1 && Intervals[place] < interval {
		place++
	}
	burst := l.burst()
	high := 0
	for high < len(Bursts)-1 && Bursts[high] < burst {
		high++
	}
	low := max(high-1, 0)
	part := 0.0
	if high > low {
		part = min(float64(burst-Bursts[low])/float64(Bursts[high]-Bursts[low]), 1)
	}
	cell := func(burst int) (float64, bool) {
		row := ((burst*len(RoundTrips)+rtt)*len(Budgets)+budget)*len(Intervals) + place
		return interpolate(t[row*len(Losses):][:len(Losses)], l.Loss)
	}
	upper, ok := cell(high)
	if !ok {
		return 0, false
	}
	lower, _ := cell(low)
	return lower + part*(upper-lower), true
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

// interpolate finds the cell of a loss among those of the axis.
func interpolate(cells []uint8, loss float64) (float64, bool) {
	i := 0
	for i < len(Losses) && Losses[i] < loss {
		i++
	}
	if i == len(Losses) || i > 0 && cells[i-1] == Impossible || i == 0 && cells[0] == Impossible {
		return 0, false
	}
	upper := float64(min(cells[i], beyond)) / PerSymbol
	if i == 0 {
		return upper * loss / Losses[0], true
	}
	lower := float64(cells[i-1]) / PerSymbol
	return lower + (upper-lower)*(loss-Losses[i-1])/(Losses[i]-Losses[i-1]), true
}

package fec

import "time"

// Line is what is known of a line when its protection is chosen.
type Line struct {
	Loss     float64       // share of datagrams lost, 0 to 1, an upper estimate
	Run      float64       // mean length of a run of losses, in datagrams; below 1 counts as 1
	Measured time.Duration // between the datagrams that Run was measured with; 0 means 20 ms
	Interval time.Duration // between datagrams; 0 means 20 ms
	RTT      time.Duration // round trip, 0 if unknown
	Budget   time.Duration // from the capture of a frame until it must be there; 0 means 200 ms
	Rate     float64       // bit/s that media and repair may fill, with all headers
	Longest  time.Duration // interval that may be chosen; 0: any
	Sparse   bool          // on datagrams further apart than SparseAfter reports are rare, but come at once where one is missing
}

// SparseAfter is the interval beyond which a line that saves reports has them rarely.
const SparseAfter = 60 * time.Millisecond

const (
	defaultInterval = 20 * time.Millisecond
	defaultBudget   = 200 * time.Millisecond
	cleanLoss       = 0.005 // concealment hides what is below
	promptLoss      = 0.06  // from here on every datagram is worth a report,
	promptThin      = 0.08  // on a thin line, where reports and their acknowledgements cost much, from here on
	thinRate        = 36e3
	burstRun        = 1.5 // runs from which the line counts as one that loses in bursts,
	burstExcess     = 1.2 // if they are also so many times longer than those of independent losses
	patientGap      = 4
	burstGap        = 3
	seldom          = 200 * time.Millisecond // between reports that are not prompt
)

// For chooses the protection of a line whose codec rate, interval and budget are given: what is not confirmed a little after a round trip is
// copied, on a line that loses in bursts sooner and more often; the rest of the rate goes into windows over what is not confirmed.
func For(l Line) Protection {
	if l.Loss < cleanLoss {
		return Protection{}
	}
	interval, budget := l.Interval, l.Budget
	if interval <= 0 {
		interval = defaultInterval
	}
	if budget <= 0 {
		budget = defaultBudget
	}
	window := min(max(int((budget-interval)/interval), 1), MaxWindow)
	p := Protection{Window: window, Gap: patientGap, Rate: int(l.Rate), Prompt: l.prompt()}
	known := l.RTT // so long after a datagram left it is known whether it arrived
	if !p.Prompt {
		known += seldom
	}
	switch p.Age = int(known/interval) + 2; {
	case l.Sparse && !p.Prompt && interval > SparseAfter:
		p.Age = 0 // that something is not confirmed says nothing
	case l.bursty():
		p.Age, p.Gap = p.Age-1, burstGap
	case known > time.Duration(window)*interval:
		p.Age = 0 // no report comes in time: all would be copied, and sums do more where losses come alone
	}
	p.Age = min(p.Age, window)
	return p
}

// prompt says whether every datagram is worth a report.
func (l Line) prompt() bool {
	if l.Rate > 0 && l.Rate < thinRate {
		return l.Loss >= promptThin
	}
	return l.Loss >= promptLoss
}

// bursty says whether the line loses in runs: independent losses have runs of 1/(1 − loss) in the mean.
func (l Line) bursty() bool { return l.Run >= burstRun && l.Run*(1-min(l.Loss, 0.99)) >= burstExcess }

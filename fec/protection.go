package fec

import "time"

// Protection is how much repair a sender adds (PROTOCOL.md section 7). All zero: none.
type Protection struct {
	Window  int `json:"window"`  // symbols that a window chunk spans, 1 to 64; 0: no window chunks
	Repairs int `json:"repairs"` // window chunks per 16 datagrams that carry media, 0 to 48
	Offset  int `json:"offset"`  // above 0: every datagram has a copy of the block that many datagrams before, to 127
}

// maxRepairs is as much as fits into every datagram.
const maxRepairs = MaxChunks * perCredit

// clamped returns p with every field in its range.
func (p Protection) clamped() Protection {
	return Protection{
		Window:  min(max(p.Window, 0), MaxWindow),
		Repairs: min(max(p.Repairs, 0), maxRepairs),
		Offset:  min(max(p.Offset, 0), History-1),
	}
}

// Line is what is known of a line when its protection is chosen.
type Line struct {
	Loss     float64       // share of datagrams lost, 0 to 1, an upper estimate
	Run      float64       // mean length of a run of losses, in datagrams; below 1 counts as 1
	Interval time.Duration // between datagrams; 0 means 20 ms
	RTT      time.Duration // round trip, 0 if unknown
	Budget   time.Duration // from the capture of a frame until it must be there; 0 means 200 ms
}

const (
	defaultInterval = 20 * time.Millisecond
	defaultBudget   = 200 * time.Millisecond
	cleanLoss       = 0.005 // concealment hides what is below
	burstRun        = 1.5   // runs from which a copy at a distance is worth its bytes,
	burstExcess     = 1.2   // if they are also so many times longer than those of independent losses
)

// delays are the columns of the table: how many further datagrams may pass until a lost one must be back.
var delays = [...]int{4, 6, 9, 14, 19}

// table holds the window chunks per 16 datagrams that leave below 0.1 % unrecovered at independent losses of at most that
// share, or as many as are worth sending. Measured with the simulation of residual_test.go.
var table = [...]struct {
	loss    float64
	repairs [len(delays)]int
}{
	{0.01, [...]int{4, 3, 2, 2, 2}},
	{0.02, [...]int{7, 5, 4, 3, 3}},
	{0.03, [...]int{9, 7, 5, 4, 3}},
	{0.05, [...]int{12, 9, 7, 5, 5}},
	{0.075, [...]int{18, 13, 9, 7, 6}},
	{0.10, [...]int{25, 16, 12, 9, 8}},
	{0.15, [...]int{32, 25, 16, 12, 11}},
	{0.20, [...]int{32, 32, 23, 16, 14}},
	{1, [...]int{32, 32, 32, 29, 24}},
}

// For chooses the protection of a line: a window over the datagrams that the budget lets wait, chunks by loss, and on a line that
// loses in runs a copy at the far end of the budget, beside half as many chunks.
func For(l Line) Protection {
	if l.Loss < cleanLoss {
		return Protection{}
	}
	delay := l.delay()
	p := Protection{Window: min(delay, MaxWindow), Repairs: repairs(l.Loss, delay)}
	if l.bursty() {
		p.Offset = min(delay, History-1)
		p.Repairs = (p.Repairs + 1) / 2
	}
	return p
}

// bursty says whether the line loses in runs: independent losses have runs of 1/(1 − loss) in the mean.
func (l Line) bursty() bool { return l.Run >= burstRun && l.Run*(1-min(l.Loss, 0.99)) >= burstExcess }

// delay returns how many datagrams after its own a block may come back and still be in time, at least 1.
func (l Line) delay() int {
	interval, budget := l.Interval, l.Budget
	if interval <= 0 {
		interval = defaultInterval
	}
	if budget <= 0 {
		budget = defaultBudget
	}
	return max(int((budget-interval)/interval), 1)
}

// repairs looks the table up: the first row that covers the loss, the last column that the delay reaches.
func repairs(loss float64, delay int) int {
	column := 0
	for i, d := range delays {
		if d <= delay {
			column = i
		}
	}
	for _, row := range table {
		if loss <= row.loss {
			return row.repairs[column]
		}
	}
	return table[len(table)-1].repairs[column]
}

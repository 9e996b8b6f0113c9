package transport

import (
	"math"
	"time"

	"github.com/diemcau/diemcau/fec"
)

const (
	unknownLoss     = 0.15                  // what a line is taken to lose before it has said anything
	unknownInterval = 40 * time.Millisecond // so that what is lost is soon known, on a line that carries more than
	unknownRate     = 28e3
	unprovedFor     = 6 * time.Second
	unprovedRate    = 15e3 // of which nothing is known: what its first steps left in a thin line's queue has to go, or it looks like one that loses much
	unknownFor      = 24   // datagrams whose fate is known,
	unknownLost     = 3    // or so many that are lost,
	quietFor        = 4    // or so many of a line that says little,
	quietAfter      = 8 * time.Second
	habitFor        = 30 * time.Second
	habitUp         = 20 * time.Second // where more is lost than it knew
	habitLeast      = 2 * time.Second
	surely          = 2.5 // standard deviations by which more must be lost than is its habit to count at once
	cleanBelow      = 0.005
	cleanUntil      = 0.0075 // once it is
)

// habit is how a line loses, over longer than the ten seconds of SenderStats: up at once where it is sure, down slowly, but a young habit faster.
type habit struct {
	known     bool
	clean     bool
	loss, run float64
	began     time.Time // when the datagrams left that it is made from
	at        time.Time
}

func (h *habit) update(s SenderStats, now time.Time) {
	if h.began.IsZero() && s.Observed > 0 {
		h.began, h.at = now, now
	}
	if s.Observed < unknownFor && s.Loss*s.Observed < unknownLost && (s.Observed < quietFor || now.Sub(h.began) < quietAfter) {
		return
	}
	elapsed := now.Sub(h.at)
	h.at = now
	switch {
	case !h.known:
		h.known, h.loss, h.run = true, s.Loss, max(s.Run, 1)
	case h.worse(s):
		h.loss, h.run = s.Loss, max(s.Run, 1)
		h.began = now.Add(-statsHorizon)
	case now.Sub(h.began) < statsHorizon: // s tells all that is known
		h.loss, h.run = s.Loss, max(s.Run, 1)
	default:
		span := habitFor
		if s.Loss > h.loss {
			span = habitUp
		}
		part := min(float64(elapsed)/float64(min(max(now.Sub(h.began), habitLeast), span)), 1)
		if h.loss+s.Loss > 0 {
			h.run += (max(s.Run, 1) - h.run) * min(part*2*s.Loss/(h.loss+s.Loss), 1)
		}
		h.loss += (s.Loss - h.loss) * part
	}
	h.clean = h.loss < cleanBelow || h.clean && h.loss < cleanUntil
}

// worse says whether so much more was lost that it cannot be chance.
func (h *habit) worse(s SenderStats) bool {
	expected := h.loss*s.Observed + 1
	spread := math.Sqrt(expected * (1 - min(h.loss, 0.9)) * max(s.Run, 1))
	return s.Loss*s.Observed > expected+surely*spread
}

// line is what has to be reckoned with.
func (h *habit) line(s SenderStats) fec.Line {
	line := fec.Line{Loss: unknownLoss, Run: 1, RTT: s.RTT, Rate: s.Rate, Measured: s.Pace, Sparse: s.Sparse}
	switch {
	case h.clean:
		line.Loss = 0
	case h.known:
		line.Loss, line.Run = h.loss, max(h.run, 1)
	}
	return line
}

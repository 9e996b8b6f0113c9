package transport

import "time"

const (
	holeSure    = 8                      // holes that tell
	holeRatio   = 0.7                    // of the time that what is missing would have taken: less, and it was never on the line
	holeGap     = 400 * time.Millisecond // more is a pause
	holeLoss    = 0.12                   // less lost is worth no cut
	holeBetween = 3 * time.Second        // cuts
)

// holes tells a queue that is full, and so drops without growing, from a line that loses: what is dropped before the bottleneck takes no time on it, so the next datagram comes as soon as
// it does without a hole. After one on the line it comes so much later.
type holes struct {
	pace  time.Duration // between datagrams that follow each other
	ratio float64       // of the time after a hole to what it would be on a line that loses
	count int
	loss  float64
	cutAt time.Time
}

// note takes that a datagram came gap after the one before, and missing are missing between them.
func (h *holes) note(missing int64, gap time.Duration) {
	switch {
	case gap > holeGap || missing > 6:
		return
	case missing == 0:
		h.loss -= h.loss / thinRecent
		h.pace += (gap - h.pace) / 8
		return
	}
	for range missing {
		h.loss += (1 - h.loss) / thinRecent
	}
	h.loss -= h.loss / thinRecent
	if h.pace == 0 {
		return
	}
	h.count++
	ratio := float64(gap) / float64(h.pace) / float64(missing+1)
	h.ratio += (min(ratio, 2) - h.ratio) / float64(min(h.count, holeSure))
}

// full says whether the queue on the way here is full.
func (h *holes) full(now time.Time) bool {
	return h.count >= holeSure && h.ratio < holeRatio && h.loss > holeLoss && now.Sub(h.cutAt) >= holeBetween
}

// relieve goes down to what comes where a thin line's queue is full.
func (u *uplinkRate) relieve(now time.Time) {
	came := u.second.rate(now)
	if u.spared == 0 || u.apart > 0 || came > thinLine || !u.holes.full(now) {
		return
	}
	u.crowd.note(now)
	u.limit, u.met = came, true
	u.rate = max(uplinkLeast, min(u.rate, uplinkBack*came))
	u.cut.at = time.Time{}
	u.holes.cutAt, u.holes.count, u.holes.ratio = now, 0, 0
}

package frames

import "time"

const (
	voiceQueue = 35 * time.Millisecond  // as the voice sees it, beyond what it sees usually,
	voiceMost  = 60 * time.Millisecond  // so much at most
	voiceFresh = 300 * time.Millisecond // what the voice saw before tells nothing
	notOurs    = 3 * time.Second        // without pieces: what the voice waits for then is its own, or a longer path
)

// Guard follows what the voice on a line waits for, and tells when that is more than it would be without pieces. The zero Guard is ready.
type Guard struct {
	meter
	usual time.Duration // while nothing is probed
	queue time.Duration // as it was told last
	alone time.Time     // since when there are no pieces; zero: there are

	broken time.Time // since when an Estimator was told that the line is; zero: it is not
}

// Feel takes the queue that the voice's sender sees, and whether pieces may be in it. It says whether that is news. Call it every 50 ms or more often.
func (g *Guard) Feel(queue time.Duration, pieces bool, now time.Time) bool {
	switch {
	case pieces:
		g.alone = time.Time{}
	case g.alone.IsZero():
		g.alone = now
	}
	if queue == g.queue && g.n > 0 {
		return false
	}
	g.queue = queue
	g.take(queue, now)
	if !g.alone.IsZero() && now.Sub(g.alone) > notOurs {
		g.rebase(now)
	}
	return true
}

// Waits says whether pieces are to wait: the voice does.
func (g *Guard) Waits(now time.Time) bool { return g.waits(0, now) }

// waits says whether the voice waits for more than its line's own restlessness explains, and a piece.
func (g *Guard) waits(piece time.Duration, now time.Time) bool {
	return g.n > 0 && now.Sub(g.back(0).at) < voiceFresh && g.peak() > voiceQueue+g.usual+g.jitter+piece
}

// learn takes what the voice waits for now into what it usually does.
func (g *Guard) learn() { g.usual += (min(g.peak(), voiceMost) - g.usual) / 32 }

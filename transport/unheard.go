package transport

import (
	"sync/atomic"
	"time"
)

// unheard tells how long the other end has not said that it heard what asks for a report. What arrives proves the way here, not the way there.
type unheard struct {
	since  atomic.Int64 // unix ns of the first such datagram that was sent since a report told of a newer one; 0: none
	newest uint16       // that a report told of; Receive's
}

// sent notes a datagram that asks for a report.
func (u *unheard) sent(now time.Time) { u.since.CompareAndSwap(0, now.UnixNano()) }

// told takes a report.
func (u *unheard) told(fb *Feedback) {
	if fb.Highest != u.newest {
		u.newest = fb.Highest
		u.since.Store(0)
	}
}

// Unheard returns how long the other end has not heard this one, as far as its reports tell: 0 if nothing waits for one. A side that sends no media asks for a report every 5 s only.
func (l *Line) Unheard(now time.Time) time.Duration {
	if since := l.unheard.since.Load(); since != 0 {
		return time.Duration(now.UnixNano() - since)
	}
	return 0
}

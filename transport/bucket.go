package transport

import "time"

// bucketDepth is how much of the rate may be saved up, for the moment when much is missing. Sent at once, it stands in the line's queue for as long.
const bucketDepth = 240 * time.Millisecond

// bucket counts what a line's rate leaves to send.
type bucket struct {
	bytes float64
	at    time.Time
}

// fill adds what came free since the last call, at a rate in bit/s.
func (b *bucket) fill(rate int, now time.Time) {
	elapsed := now.Sub(b.at)
	b.at = now
	perSecond := float64(rate) / 8
	b.bytes = min(b.bytes+perSecond*elapsed.Seconds(), perSecond*bucketDepth.Seconds())
}

// spend takes what was sent. Media goes out whatever the rate; what is more than that is paid back by repair.
func (b *bucket) spend(bytes int) { b.bytes = max(b.bytes-float64(bytes), -float64(MaxDatagram)) }

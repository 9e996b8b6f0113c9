package transport

import "time"

const (
	breakerSilence = 8 * time.Second // without a report,
	breakerAsked   = 50              // on so many datagrams with media
	breakerHeavy   = 8 * time.Second // of a heavy queue at the least rate,
	breakerLoss    = 0.3             // with that much lost
	breakerPause   = 2 * time.Second // first; doubles
	breakerMost    = time.Minute
)

// breaker stops media where rate control has failed (in the spirit of RFC 8083), and lets it try again.
type breaker struct {
	open    bool
	waiting bool // for a report, at the least rate
	heavy   bool
	since   time.Duration // heavy, or when the silence that counts began
	until   time.Duration // open
	pause   time.Duration
}

// silence takes that a datagram with media leaves, the n-th since the last report.
func (b *breaker) silence(now, last time.Duration, n int) {
	b.tick(now)
	if !b.open && n >= breakerAsked && now-max(last, b.until) > breakerSilence {
		b.waiting = true
		b.trip(now)
	}
}

// heard takes that there are reports again.
func (b *breaker) heard(now time.Duration) {
	if b.waiting {
		b.open, b.waiting, b.pause = false, false, 0
	}
	b.tick(now)
}

// congestion takes whether the least rate is too much.
func (b *breaker) congestion(now time.Duration, heavy bool) {
	if !b.heavy || b.open {
		b.since = now
	}
	b.heavy = heavy
	if heavy && !b.open && now-b.since > breakerHeavy {
		b.trip(now)
	}
}

func (b *breaker) trip(now time.Duration) {
	if now-b.until > breakerMost {
		b.pause = 0
	}
	b.pause = min(max(2*b.pause, breakerPause), breakerMost)
	b.open, b.until = true, now+b.pause
}

func (b *breaker) tick(now time.Duration) {
	if b.open && now >= b.until {
		b.open, b.heavy = false, false
	}
}

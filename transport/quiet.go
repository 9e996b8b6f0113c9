package transport

import (
	"sync/atomic"
	"time"
)

const (
	hushAfter = 20 * time.Second // without media either way a line is quiet
	hushBeat  = 5 * time.Second  // between the beats of a client on a quiet line
	hushSlack = time.Second      // that the other side's may come later: they answer
	hushKnock = time.Minute      // between the knocks of a relay
)

// hush is whether nobody speaks on a line: then both ends say little.
type hush struct {
	agreed atomic.Bool
	media  atomic.Int64 // unix ns of the last that was sent or came
}

// Quiet says that the other end knows of quiet lines, too (PROTOCOL.md section 4).
func (l *Line) Quiet() { l.quiet.agreed.Store(true) }

// hushed says whether the line is quiet now.
func (l *Line) hushed(now time.Time) bool {
	return l.quiet.agreed.Load() && now.UnixNano()-l.quiet.media.Load() > int64(hushAfter)
}

// allowance is how much longer than a beat's interval the other side may say nothing now.
func (l *Line) allowance(now time.Time) time.Duration {
	if l.hushed(now) {
		return hushBeat + hushSlack - BeatInterval
	}
	return 0
}

// stirs notes media. What a quiet line did not say until now is no silence.
func (l *Line) stirs(now time.Time) {
	if was := l.hushed(now); l.quiet.media.Swap(now.UnixNano()) == 0 || !was {
		return
	}
	l.heard.Store(now.UnixNano())
	l.gateMu.Lock()
	defer l.gateMu.Unlock()
	if !l.gate.closed {
		l.gate.arrived(now)
	}
}

// knockEvery is how often this side asks for a report while it sends no media.
func (l *Line) knockEvery(now time.Time) time.Duration {
	if l.hushed(now) && !l.moves.Load() {
		return hushKnock
	}
	return knockInterval
}

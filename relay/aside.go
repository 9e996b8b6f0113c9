package relay

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

const (
	turnLeast   = 5 * time.Millisecond   // between two looks at what is to leave: a wake costs more than a piece
	turnSeldom  = time.Hour              // nothing is under way
	feelEvery   = 20 * time.Millisecond  // between two looks at what the voice feels, while pieces leave
	workEvery   = 500 * time.Millisecond // between two decisions
	workSoonest = 50 * time.Millisecond  // and at least, when something has changed
)

// asidePath carries what is no hop datagram; *transport.Paths is one. SendAside says whether there was room beside the voice.
type asidePath interface{ SendAside(b []byte) bool }

// besideVoice is the path beside the voice of a line that learns by it what it carries.
type besideVoice struct {
	*transport.Paths
	line *transport.Line
}

// SendAside implements asidePath.
func (v besideVoice) SendAside(b []byte) bool {
	sent := v.Paths.SendAside(b)
	if sent {
		v.line.SentAside(len(b))
	}
	return sent
}

// feeling is what the voice that goes down a line knows of it: how long it stands in a queue, whether nothing gets through, what is lost and in what runs, the round trip.
type feeling struct {
	queue     time.Duration
	broken    bool
	loss, run float64
	rtt       time.Duration
	rate      float64 // bit/s that the voice may have
}

// aside is what goes beside the voice of one line: frames in pieces, both ways. Run serves it; the rest may be called from any goroutine.
//
// Bulk is a guest here: admit says that a transfer's chunks may come, onBulk takes them, push sends some, backlog says how much waits.
type aside struct {
	path asidePath
	feel func(now time.Time) feeling
	work func(now time.Time) (busy bool) // decides what is sent; called by Run only
	feed func()                          // lets a guest look whether there is room for something more; called by Run only
	wake chan struct{}
	soon atomic.Bool // something has changed that work wants to know
	up   receiving
	down sending
}

// newAside makes one end; work and what takes frames may be set until anything comes.
func newAside(path asidePath, feel func(time.Time) feeling) *aside {
	a := &aside{path: path, feel: feel, wake: make(chan struct{}, 1)}
	a.up.asked.Store(&askedLayers{})
	a.down.path = path
	return a
}

// run sends what is due until ctx ends.
func (a *aside) run(ctx context.Context) {
	timer := time.AfterFunc(turnSeldom, a.nudge)
	defer timer.Stop()
	var worked time.Time
	busy := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.wake:
		}
		now := time.Now()
		next := a.turn(now)
		since := now.Sub(worked)
		if soon := a.soon.Load(); soon && since >= workSoonest || busy && since >= workEvery {
			a.soon.Store(false)
			busy, worked, since = a.work != nil && a.work(now), now, 0
			if a.feed != nil {
				a.feed()
			}
			next = min(next, a.turn(now))
		}
		if a.soon.Load() {
			next = min(next, workSoonest-since)
		} else if busy {
			next = min(next, workEvery-since)
		}
		timer.Reset(max(next, time.Millisecond))
	}
}

// turn lets leave what may, both ways, and returns when that wants to be done again.
func (a *aside) turn(now time.Time) time.Duration {
	report, next := a.up.due(now)
	if report != nil {
		a.path.SendAside(report)
	}
	return min(next, a.down.turn(a.feel, now))
}

// nudge wakes run.
func (a *aside) nudge() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// changed has run decide anew, soon.
func (a *aside) changed() {
	a.soon.Store(true)
	a.nudge()
}

// take is what the paths call with each datagram that is no hop datagram (hop 6 of a picture).
func (a *aside) take(b []byte) {
	now := time.Now()
	switch {
	case frames.IsPiece(b):
		f, report, wake := a.up.take(b, now)
		if report != nil {
			a.path.SendAside(report)
		}
		if f != nil {
			if bulk := a.up.bulk.Load(); bulk != nil {
				(*bulk)(f)
			}
		}
		if a.up.less.Swap(false) {
			a.soon.Store(true)
			wake = true
		}
		if wake {
			a.nudge()
		}
	case frames.IsReport(b):
		wake, less := a.down.report(b, now)
		if less {
			a.soon.Store(true)
		}
		if wake {
			a.nudge()
		}
	default:
		a.up.drops.add(dropMalformed)
	}
}

// push sends a frame down the line (bulk; pictures have their views). Its Done is called without locks, in any goroutine. The error is frames.ErrFrame, or that of a queue that is full.
func (a *aside) push(o frames.Out) error {
	err := a.down.push(o, time.Now())
	a.nudge()
	return err
}

// drop forgets what waits of a transfer.
func (a *aside) drop(transfer uint32) {
	a.down.forget(transfer, codec.LayerBulk)
}

// urge has what waits of a transfer go first.
func (a *aside) urge(transfer uint32) {
	a.down.move(transfer, codec.LayerBulk, frames.Now)
	a.nudge()
}

// backlog is how many bytes of a class wait to leave.
func (a *aside) backlog(c frames.Class) int { return a.down.backlog(c) }

// admit lets chunks of a transfer come up the line, or no more.
func (a *aside) admit(transfer uint32, may bool) {
	a.up.admit(transfer, may)
	a.changed() // the plan has a rate while something may come
}

// onBulk gives f the chunks that come whole, once each, in any order. f must not block. nil: nobody wants them.
func (a *aside) onBulk(f func(*frames.Frame)) { a.up.bulk.Store(&f) }

// later are functions to be called when a lock is free.
type later struct{ calls []func() }

func (l *later) add(f func()) { l.calls = append(l.calls, f) }

// run calls them after unlocking mu, which must be held.
func (l *later) run(mu *sync.Mutex) {
	calls := l.calls
	l.calls = nil
	mu.Unlock()
	for _, f := range calls {
		f()
	}
}

// What of a line is left beside its voice is thin below the first of these, in bit/s, and until it is more than the second.
const (
	squeezed = 40e3
	relieved = 80e3
)

// squeezed says whether something goes, or comes, beside the voice of a line that hardly has room for it; was is what it said before.
func (a *aside) squeezed(was bool) bool {
	least := squeezed
	if was {
		least = relieved
	}
	return a.down.squeezed(least) || a.up.squeezed(least)
}

func (d *sending) squeezed(least float64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sender != nil && (d.waits() || d.wanted > 0) && d.rate.Room() < least
}

func (u *receiving) squeezed(least float64) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.receiver != nil && u.frames.Load() > 0 && u.relied > 0 && u.relied < least
}

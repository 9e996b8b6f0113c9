package transport

import "time"

// forked is a path that may be over several uplinks, as Paths is.
type forked interface {
	forks() *uplinks
}

// forks returns what is known of the uplinks, nil while there is but one.
func (p *Paths) forks() *uplinks { return p.uplinks.Load() }

// forks is that of the path, nil if it is none that may be over several.
func (l *Line) forks() *uplinks {
	if f, ok := l.path.(forked); ok {
		return f.forks()
	}
	return nil
}

// turn notes, before a datagram is taken, that it came another way than those before, or that ours go another way. For Receive.
func (l *Line) turn() {
	u := l.forks()
	if u == nil {
		return
	}
	if n := u.turns.out.Load(); n != l.turns[0] {
		l.turns[0] = n
		l.Sender.turned(float64(u.turns.limit.Load()))
	}
	if n := u.turns.in.Load(); n != l.turns[1] {
		l.turns[1] = n
		l.Receiver.turned()
	}
}

// confirmed tells the path what the other side has.
func (l *Line) confirmed(fb *Feedback, now time.Time) {
	if u := l.forks(); u != nil {
		u.confirmed(fb, now)
	}
}

// tend does for several uplinks what is due.
func (l *Line) tend(now time.Time) {
	u := l.forks()
	if u == nil {
		return
	}
	u.tend(now)
	hence, here := u.alone(now)
	out, in := u.spans(now)
	l.Sender.hedged(hedge{u.hedged(), hence, out})
	l.Receiver.forked(here, in)
}

// Awaits says whether something is under way that may soon have to go over another uplink: Tick then wants to be called every 20 ms.
func (l *Line) Awaits(now time.Time) bool {
	u := l.forks()
	return u != nil && u.awaits(now)
}

// Hold returns how long what crosses the line, either way, is under way at most when one of several uplinks dies, beyond the usual time and without the interval
// between datagrams; 0 where that needs no time. It is rounded, and stays for a while.
func (l *Line) Hold() time.Duration {
	u := l.forks()
	if u == nil {
		return 0
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.hold.d
}

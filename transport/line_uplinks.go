package transport

import "time"

// forked is a path that may be over several uplinks, as Paths is.
type forked interface {
	forks() *Paths
}

// forks returns the path if it is over several uplinks, else nil.
func (l *Line) forks() *Paths {
	if f, ok := l.path.(forked); ok {
		return f.forks()
	}
	return nil
}

// turn notes, before a datagram is taken, that it came another way than those before, or that ours go another way. For Receive.
func (l *Line) turn() {
	p := l.forks()
	if p == nil {
		return
	}
	if n := p.turns.out.Load(); n != l.turns[0] {
		l.turns[0] = n
		l.Sender.turned(float64(p.turns.limit.Load()))
	}
	if n := p.turns.in.Load(); n != l.turns[1] {
		l.turns[1] = n
		l.Receiver.turned()
	}
}

// confirmed tells the path what the other side has.
func (l *Line) confirmed(fb *Feedback, now time.Time) {
	if p := l.forks(); p != nil {
		p.confirmed(fb, now)
	}
}

// tend does for several uplinks what is due.
func (l *Line) tend(now time.Time) {
	p := l.forks()
	if p == nil {
		return
	}
	p.tend(now)
	hence, here := p.alone(now)
	out, in := p.spans(now)
	l.Sender.hedged(hedge{p.hedged(), hence, out})
	l.Receiver.forked(here, in)
}

// Awaits says whether something is under way that may soon have to go over another uplink: Tick then wants to be called every 20 ms.
func (l *Line) Awaits(now time.Time) bool {
	p := l.forks()
	return p != nil && p.awaits(now)
}

// Hold returns how long what crosses the line, either way, is under way at most when one of several uplinks dies, beyond the usual time and without the interval
// between datagrams; 0 where that needs no time. It is rounded, and stays for a while.
func (l *Line) Hold() time.Duration {
	p := l.forks()
	if p == nil {
		return 0
	}
	p.uplinksMu.Lock()
	defer p.uplinksMu.Unlock()
	return p.hold.d
}

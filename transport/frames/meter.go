package frames

import "time"

const (
	baseFor    = 8 * time.Second        // the least delay of the last one to two of these is the path's own
	recentFor  = 120 * time.Millisecond // the least delay of these, and of two samples at least, tells of a queue
	recentMost = 8                      // samples
	mostJitter = 40 * time.Millisecond
	quicker    = 6 * time.Millisecond // by which the least delay falls when a line becomes faster
	still      = 10 * time.Millisecond
)

// meter follows the one-way delay of pieces, on an unknown but steady offset, and the least of it.
type meter struct {
	recent     [recentMost]reading
	n          int
	base, next time.Duration
	turned     time.Time // when next began
	jitter     time.Duration
	faster     bool // the last sample was far below the base
	stands     reading
}

type reading struct {
	at    time.Time
	delay time.Duration
}

// take notes a sample.
func (m *meter) take(delay time.Duration, now time.Time) {
	if m.n == 0 {
		m.base, m.next, m.turned, m.stands = delay, delay, now, reading{now, delay}
	}
	change := (delay - m.last()).Abs()
	m.recent[m.n%recentMost] = reading{now, delay}
	m.n++
	m.faster = m.n > recentMost && delay < m.base-quicker-m.jitter/2
	m.base, m.next = min(m.base, delay), min(m.next, delay)
	if now.Sub(m.turned) >= baseFor {
		m.base, m.next, m.turned = m.next, delay, now
	}
	if m.n > 1 && m.queue() < 2*mostJitter {
		m.jitter += (min(change, mostJitter) - m.jitter) / 16
	}
	if (delay - m.stands.delay).Abs() > still+2*m.jitter {
		m.stands = reading{now, delay}
	}
}

// last is the delay of the last sample.
func (m *meter) last() time.Duration { return m.back(0).delay }

// back is the sample that many before the last.
func (m *meter) back(i int) reading { return m.recent[(m.n-1-i+recentMost)%recentMost] }

// queue is the least delay of the last samples above the base: one alone may be behind a long datagram.
func (m *meter) queue() time.Duration {
	least := m.last()
	for i := 1; i < min(m.n, recentMost) && (i < 2 || m.back(0).at.Sub(m.back(i).at) <= recentFor); i++ {
		least = min(least, m.back(i).delay)
	}
	return least - m.base
}

// peak is the delay of the last sample above the base.
func (m *meter) peak() time.Duration { return m.last() - m.base }

// twice is the least of the last two samples above the base.
func (m *meter) twice() time.Duration { return min(m.last(), m.back(min(m.n-1, 1)).delay) - m.base }

// rebase takes the present delay for the path's own.
func (m *meter) rebase(now time.Time) {
	m.base += m.queue()
	m.next, m.turned = m.base, now
}

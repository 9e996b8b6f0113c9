package frames

import "time"

const window = 1024 // numbers of which a Receiver remembers whether they came

// numbers is what came of the pieces of a direction.
type numbers struct {
	any     bool
	highest int64
	begun   int64               // those below never were
	came    [window / 64]uint64 // a bit each number, mod window
	count   uint16              // that came in all
}

func newNumbers() numbers { return numbers{highest: -1} }

// take notes a number. It is not fresh if it came already or is far too old. jump: how many are missing by it that were not, −1 if it was held for lost itself.
func (n *numbers) take(number uint16) (jump int, fresh bool) {
	if !n.any {
		if n.any = true; number >= window { // the first of a line is 0, but what came before us is not lost to us
			n.begun, n.highest = int64(number), int64(number)-1
		}
	}
	at := n.highest + int64(int16(number-uint16(n.highest)))
	switch {
	case at > n.highest:
		jump = int(at - n.highest - 1)
		for i := max(n.highest+1, at-window+1); i <= at; i++ {
			n.set(i, false)
		}
		n.highest = at
	case at <= n.highest-window || at < n.begun || n.has(at):
		return 0, false
	default:
		jump = -1
	}
	n.set(at, true)
	n.count++
	return jump, true
}

func (n *numbers) set(at int64, here bool) {
	word, bit := &n.came[at%window/64], uint64(1)<<(at%64)
	if *word &^= bit; here {
		*word |= bit
	}
}

// has says whether a number came, one of the last window.
func (n *numbers) has(at int64) bool { return n.came[at%window/64]>>(at%64)&1 != 0 }

// unwrapper follows a clock of 16 bits in steps of 250 µs, which goes round in 16 s.
type unwrapper struct {
	any  bool
	last int64
	now  time.Duration
}

// at returns the time of a reading that came at now.
func (u *unwrapper) at(reading uint16, now time.Duration) time.Duration {
	if !u.any {
		u.any, u.last, u.now = true, int64(reading), now
	}
	expected := u.last + int64((now-u.now)/(clockUnit*time.Microsecond))
	u.last, u.now = expected+int64(int16(reading-uint16(expected))), now
	return time.Duration(u.last) * clockUnit * time.Microsecond
}

package transport

import (
	"encoding/binary"
	"time"
)

const (
	flightSize  = 64 // datagrams that are remembered until they are confirmed
	flightOld   = time.Second
	answerSlack = 30 * time.Millisecond // at least, beyond the time that a confirmation takes
	answerFirst = 60 * time.Millisecond
	answerMost  = time.Second
)

// flown is a datagram that was sent and is not confirmed yet.
type flown struct {
	seq   uint16
	over  uint8 // uplinks, a bit each
	here  bool
	again bool
	at    time.Time
	b     []byte // its memory stays
}

// flight are the datagrams under way, as far as the other end reports on them.
type flight struct {
	all    [flightSize]flown
	n      int    // that were ever added
	newest uint16 // that is confirmed
	told   bool   // newest is known
	answer time.Duration
	dev    time.Duration
}

// quiet says whether a datagram carries nothing but a report, on which there is no report.
func quiet(b []byte) bool {
	if len(b) < headerSize+feedbackFixed || b[0]&flagFeedback == 0 || b[0]>>chunkShift&chunkMask != 0 {
		return false
	}
	return len(b) == headerSize+feedbackFixed+int(b[headerSize+feedbackFixed-1])
}

// bare says whether a datagram carries neither media nor repair.
func bare(b []byte) bool { return len(b) <= headerSize || quiet(b) }

// add remembers a datagram that was sent.
func (f *flight) add(b []byte, over uint8, now time.Time) {
	d := &f.all[f.n%flightSize]
	f.n++
	*d = flown{seq: binary.BigEndian.Uint16(b[1:]), over: over, at: now, b: append(d.b[:0], b...)}
}

// each calls f for what is remembered, oldest first.
func (f *flight) each(do func(*flown)) {
	for i := max(0, f.n-flightSize); i < f.n; i++ {
		do(&f.all[i%flightSize])
	}
}

// confirm takes a report.
func (f *flight) confirm(fb *Feedback, now time.Time) {
	if f.told && int16(fb.Highest-f.newest) < 0 {
		return
	}
	fresh := !f.told || fb.Highest != f.newest
	f.newest, f.told = fb.Highest, true
	f.each(func(d *flown) {
		if d.here {
			return
		}
		here, known := fb.Here(d.seq)
		if !known || !here || int16(fb.Highest-d.seq) < 0 {
			return
		}
		d.here = true
		if fresh && d.seq == fb.Highest && !d.again {
			f.time(now.Sub(d.at))
		}
	})
}

// time takes how long a confirmation took.
func (f *flight) time(t time.Duration) {
	if f.answer == 0 {
		f.answer, f.dev = t, t/8
		return
	}
	f.dev += ((t - f.answer).Abs() - f.dev) / 8
	f.answer += (t - f.answer) / 8
}

// patience is how long a confirmation may take until it is late.
func (f *flight) patience(rtt time.Duration) time.Duration {
	if f.answer == 0 {
		return min(rtt+answerFirst, answerMost)
	}
	return min(max(f.answer, rtt)+max(4*f.dev, answerSlack), answerMost)
}

// late returns what is not confirmed in time: the datagrams that were lost while later ones arrived, or, when silent, all that may be lost.
func (f *flight) late(patience time.Duration, now time.Time, take func(*flown)) (silent bool) {
	f.each(func(d *flown) {
		if d.waits(now) && now.Sub(d.at) >= patience && (!f.told || int16(f.newest-d.seq) < 0) {
			silent = true
		}
	})
	f.each(func(d *flown) {
		if d.waits(now) && (silent || now.Sub(d.at) >= patience) {
			take(d)
		}
	})
	return silent
}

// waits says whether a datagram may still be lost for all that is known, and is worth sending again.
func (d *flown) waits(now time.Time) bool { return !d.here && !d.again && now.Sub(d.at) < flightOld }

// open says whether something waits for its confirmation.
func (f *flight) open(now time.Time) (open bool) {
	f.each(func(d *flown) { open = open || d.waits(now) })
	return open
}

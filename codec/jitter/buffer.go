package jitter

import "time"

const (
	capacity    = 128 // frames
	lateInARow  = 50  // too late: the sender's clock was set
	overdue     = 40 * time.Millisecond
	historyBits = 64
	// A hole in capture time longer than this, in samples, is a silence; a shorter one is the sender's clock.
	talkspurtGap = 480
)

// Frame is one encoded frame of a layer. Sequence and Time wrap.
type Frame[P any] struct {
	Sequence uint32
	Time     uint32 // capture time at 48 kHz
	Samples  int    // duration at 48 kHz
	Packet   P
}

// Kind says what Pop returned.
type Kind uint8

// What Pop returns.
const (
	Nothing Kind = iota // nothing is due
	Ready               // a frame
	Missing             // a frame without its Packet: it is due and has not come; conceal it
)

// Stats counts what happened to the frames of a Buffer.
type Stats struct {
	Pushed    uint64 // all
	Ready     uint64 // returned by Pop
	Missing   uint64 // returned by Pop as missing
	Skipped   uint64 // never came, nor was anything here when they were due: lost, or not forwarded to this listener
	Late      uint64 // dropped: came after they were declared missing, or later than Config.Max
	Duplicate uint64 // dropped
	Cleared   uint64 // dropped: lay here at a restart
	Restarts  uint64 // the sequence or the sender's clock jumped
}

// Buffer holds the frames of one layer. Make it with NewBuffer.
type Buffer[P any] struct {
	clock   *Clock
	slots   [capacity]slot[P]
	count   int
	started bool   // next is valid
	playing bool   // Pop has returned something since the start
	next    uint32 // sequence that Pop looks for
	highest uint32 // sequence that came
	end     int64  // capture time after what Pop returned last
	played  uint64 // bit i: next − 1 − i was returned ready
	tooLate int    // frames later than Config.Max in a row
	stats   Stats
}

type slot[P any] struct {
	frame   Frame[P]
	time    int64         // capture time, unwrapped
	transit time.Duration // arrival − time
	used    bool
}

// NewBuffer makes an empty buffer for one layer of the publication whose clock it is.
func NewBuffer[P any](c *Clock) *Buffer[P] { return &Buffer[P]{clock: c} }

// Stats returns the counts so far.
func (b *Buffer[P]) Stats() Stats { return b.stats }

// Push takes a frame that arrived now. What is late or known is dropped and counted.
func (b *Buffer[P]) Push(f Frame[P], now time.Time) {
	b.stats.Pushed++
	t, transit := b.clock.arrive(f.Time, f.Samples, now)
	if transit > b.clock.limit() {
		b.stats.Late++
		if b.tooLate++; b.tooLate >= lateInARow {
			b.clock.restart(transit)
			b.restart()
		}
		return
	}
	b.tooLate = 0
	if !b.place(f.Sequence) {
		return
	}
	s := &b.slots[f.Sequence%capacity]
	if s.used {
		b.stats.Duplicate++
		return
	}
	*s = slot[P]{frame: f, time: t, transit: transit, used: true}
	b.count++
}

// place makes room for a sequence, or counts why there is none.
func (b *Buffer[P]) place(sequence uint32) bool {
	ahead := int32(sequence - b.next)
	switch {
	case !b.started:
	case ahead >= 0 && ahead < capacity:
		if int32(sequence-b.highest) > 0 {
			b.highest = sequence
		}
		return true
	case ahead < 0 && !b.playing && b.highest-sequence < capacity:
		b.next = sequence // the first frames came in disorder
		return true
	case ahead < 0 && ahead >= -historyBits && b.played>>(-ahead-1)&1 != 0:
		b.stats.Duplicate++
		return false
	case ahead < 0 && ahead >= -capacity:
		b.stats.Late++
		return false
	}
	if b.started {
		b.restart()
	}
	b.started, b.next, b.highest = true, sequence, sequence
	return true
}

// restart drops everything; the next frame is the first.
func (b *Buffer[P]) restart() {
	b.stats.Restarts++
	b.stats.Cleared += uint64(b.count)
	for i := range b.slots {
		b.slots[i] = slot[P]{}
	}
	b.count, b.started, b.playing, b.played, b.tooLate = 0, false, false, 0, 0
}

// Pop returns what is due now. Call it until it returns Nothing, every 10 or 20 ms. Sequences strictly increase, except
// after a restart (see Stats).
func (b *Buffer[P]) Pop(now time.Time) (Frame[P], Kind) {
	for {
		due, ok := b.Due()
		if !ok || now.Before(due) {
			return Frame[P]{}, Nothing
		}
		if s := &b.slots[b.next%capacity]; s.used {
			return b.ready(s), Ready
		}
		if now.Sub(due) <= overdue {
			return b.missing(), Missing
		}
		b.stats.Skipped++
		b.step(b.end, 0) // the listener has heard silence for long: what follows is a new talkspurt
	}
}

// Due returns when Pop will have something, as things stand; false if the buffer is empty.
func (b *Buffer[P]) Due() (time.Time, bool) {
	if b.count == 0 {
		return time.Time{}, false
	}
	offset := b.clock.offset
	t := int64(0)
	if s := &b.slots[b.next%capacity]; s.used {
		if t = s.time; b.begins(t) {
			offset = b.clock.begin(t)
		}
	} else {
		t, _ = b.gap()
		offset = max(offset, b.clock.goal())
	}
	return b.clock.epoch.Add(length(t) + offset), true
}

// begins says whether a talkspurt begins at t, in this layer and in all.
func (b *Buffer[P]) begins(t int64) bool {
	return (!b.playing || t > b.end+talkspurtGap) && !b.clock.continues(t)
}

// gap returns when the missing frame at next was captured, and how long it is: by the first frame that is here.
func (b *Buffer[P]) gap() (t int64, samples int) {
	for n := uint32(1); ; n++ {
		if s := &b.slots[(b.next+n)%capacity]; s.used {
			samples = s.frame.Samples
			return max(b.end, s.time-int64(n)*int64(samples)), samples
		}
	}
}

func (b *Buffer[P]) ready(s *slot[P]) Frame[P] {
	f, t, transit := s.frame, s.time, s.transit
	*s = slot[P]{}
	b.count--
	if b.begins(t) {
		b.clock.offset = b.clock.begin(t)
	} else {
		b.clock.slide(int64(f.Samples))
	}
	// A frame that came after its time moves all that follow: the listener has waited already.
	b.clock.offset = min(max(b.clock.offset, transit), b.clock.limit())
	b.stats.Ready++
	b.step(t+int64(f.Samples), 1)
	return f
}

func (b *Buffer[P]) missing() Frame[P] {
	t, samples := b.gap()
	b.clock.offset = max(b.clock.offset, b.clock.goal())
	f := Frame[P]{Sequence: b.next, Time: uint32(t), Samples: samples}
	b.stats.Missing++
	b.step(t+int64(samples), 0)
	return f
}

func (b *Buffer[P]) step(end int64, played uint64) {
	b.next++
	b.end = end
	b.clock.end = max(b.clock.end, end)
	b.played = b.played<<1 | played
	b.playing = true
}

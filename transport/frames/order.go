package frames

import "time"

// What an Order holds at most.
const (
	maxOrdered      = 32
	maxOrderedBytes = 1 << 20
	orderPatience   = time.Second
)

// Order brings the frames of one layer of one publication into decoding order: a frame comes out when what it needs came out, and none behind a later one. Upper temporal
// layers may be missing. The zero value is ready.
type Order struct {
	begun  bool
	last   uint32 // that came out
	held   []*Frame
	bytes  int
	since  time.Time // of the oldest that is held
	broken bool
	out    [64]uint32 // sequences that came out, by their low bits
	came   [64]bool
}

// Push takes a frame and returns those that can be decoded now, in order.
func (o *Order) Push(f *Frame, now time.Time) (ready []*Frame) {
	if o.begun && int32(f.Sequence-o.last) <= 0 {
		return nil
	}
	o.hold(f, now)
	for {
		at := o.next()
		if at < 0 {
			break
		}
		f := o.held[at]
		ready = append(ready, f)
		o.begun, o.last = true, f.Sequence
		o.broken = o.broken && !f.Key
		o.out[f.Sequence%64], o.came[f.Sequence%64] = f.Sequence, true
		o.passed(now)
	}
	return ready
}

// hold keeps a frame in the order of sequences.
func (o *Order) hold(f *Frame, now time.Time) {
	at := len(o.held)
	for at > 0 && int32(o.held[at-1].Sequence-f.Sequence) >= 0 {
		if o.held[at-1].Sequence == f.Sequence {
			return
		}
		at--
	}
	if len(o.held) == 0 {
		o.since = now
	}
	if len(o.held) == maxOrdered || o.bytes+len(f.Payload) > maxOrderedBytes {
		o.held, o.bytes, o.broken = o.held[:0], 0, true
		at = 0
	}
	o.held = append(o.held, nil)
	copy(o.held[at+1:], o.held[at:])
	o.held[at] = f
	o.bytes += len(f.Payload)
}

// next is the first held frame that can be decoded, −1 if there is none.
func (o *Order) next() int {
	for i, f := range o.held {
		if f.Key {
			return i
		}
		need, _ := f.Needs()
		if o.begun && o.came[need%64] && o.out[need%64] == need {
			return i
		}
	}
	return -1
}

// passed drops what is held and not behind what came out last.
func (o *Order) passed(now time.Time) {
	kept := o.held[:0]
	o.bytes = 0
	for _, f := range o.held {
		if int32(f.Sequence-o.last) > 0 {
			kept = append(kept, f)
			o.bytes += len(f.Payload)
		}
	}
	clear(o.held[len(kept):])
	o.held, o.since = kept, now
}

// Broken says that frames wait for one that did not come for a second, or for so many that they were dropped: ask for a key frame.
func (o *Order) Broken(now time.Time) bool {
	return o.broken || len(o.held) > 0 && now.Sub(o.since) >= orderPatience
}

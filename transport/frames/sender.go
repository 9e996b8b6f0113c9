package frames

import (
	"errors"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

// What a Sender keeps at most.
const (
	maxQueued      = 256     // frames
	maxQueuedBytes = 4 << 20 // of their payloads
	maxReliable    = 16      // frames without deadline that are under way at a time, so that the Receiver keeps them all
	maxFlight      = 1024    // pieces under way that are remembered
)

const (
	pieceTime   = 25 * time.Millisecond // a piece takes of the line,
	burstTime   = 10 * time.Millisecond // that may be saved up
	unknownRTT  = 300 * time.Millisecond
	reportLate  = 250 * time.Millisecond // beyond a round trip a report on what left may come,
	reportSlack = 40 * time.Millisecond  // and usually not so much later than promised,
	lateLoss    = 4                      // but as many times more as it may be lost
	prodAfter   = 400 * time.Millisecond
	prodMost    = 2 * time.Second

	reorderPieces = 3 // that overtake one, or
	reorderTime   = 10 * time.Millisecond
	tickBusy      = 10 * time.Millisecond
	tickWaiting   = 25 * time.Millisecond
	tickIdle      = time.Second
	arrivesAfter  = 20 * time.Millisecond // beyond half a round trip, when something is sent again
)

// Errors of a Sender.
var (
	ErrFull   = errors.New("frames: too much waits to be sent")
	ErrReport = errors.New("frames: a report on what was not sent")
)

// SenderStats describes one direction as its Sender sees it.
type SenderStats struct {
	Pieces  uint64        // that left
	Bytes   uint64        // of them, with all headers
	Parity  uint64        // pieces of them that were parity,
	Again   uint64        // that were sent again,
	Fill    uint64        // and that only filled up
	Lost    uint64        // pieces that are reported missing
	Frames  uint64        // delivered
	Failed  uint64        // frames that were not
	Reports uint64        // that came
	Refused uint64        // times that the path took nothing
	RTT     time.Duration // smoothed; 0 until measured
	Away    int           // bytes that no report told of yet
}

// Sender sends frames over one direction of a line. Its methods may call send, and Done of frames, before they return.
type Sender struct {
	send     func([]byte) bool
	observer Observer
	epoch    time.Time
	queue    [classes][]*outgoing
	flight   flight
	pace     pace
	line     lineState
	news     news
	last     *outgoing // the newest that was begun: what is filled up with
	buffer   []byte
	stats    SenderStats
}

// lineState is what is known of the line.
type lineState struct {
	loss, run float64
	rtt       time.Duration
}

// NewSender makes a Sender. send hands a datagram to the path at once and keeps nothing of it; false: the path takes nothing now, and it is tried again at the next Tick.
func NewSender(send func([]byte) bool, now time.Time) *Sender {
	return &Sender{
		send: send, epoch: now, buffer: make([]byte, 0, MaxPiece),
		line: lineState{run: 1}, pace: pace{at: now, rate: startRate}, news: news{at: now},
	}
}

// Observe has o told of what reports bring, and of times when the path takes nothing; nil: nobody.
func (s *Sender) Observe(o Observer) { s.observer = o }

// SetRate sets the bit/s at which pieces leave, with all headers; 0: none do.
func (s *Sender) SetRate(bitsPerSecond float64) { s.pace.rate = max(bitsPerSecond, 0) }

// SetFill sets the bit/s, with all headers, up to which repair is sent when frames need less, as Estimator.Probing says; 0: none is.
func (s *Sender) SetFill(bitsPerSecond float64) { s.pace.fill = bitsPerSecond }

// SetLoss says what the line loses: a share, 0 to 1, in runs of a mean length in pieces; and its round trip, until the Sender has measured one; 0: not known.
func (s *Sender) SetLoss(loss, run float64, rtt time.Duration) {
	s.line = lineState{loss: min(max(loss, 0), 0.9), run: max(run, 1), rtt: rtt}
}

// rtt is the round trip of what is sent now.
func (s *Sender) rtt() time.Duration {
	switch {
	case s.stats.RTT > 0:
		return s.stats.RTT
	case s.line.rtt > 0:
		return s.line.rtt
	}
	return unknownRTT
}

// Stats returns the state of the direction.
func (s *Sender) Stats() SenderStats {
	s.stats.Away = s.flight.bytes
	return s.stats
}

// Push queues a frame, which must not be changed any more. The error is ErrFrame or ErrFull; Done is not called then.
func (s *Sender) Push(o Out, now time.Time) error {
	if o.Frame == nil || o.Class >= classes || o.Valid() != nil {
		return ErrFrame
	}
	frames, bytes := 0, len(o.Payload)
	for _, q := range s.queue {
		frames += len(q)
		for _, f := range q {
			bytes += len(f.Payload)
		}
	}
	if frames >= maxQueued || bytes > maxQueuedBytes {
		return ErrFull
	}
	f := &outgoing{Out: o}
	if o.Deadline > 0 {
		f.until = now.Add(o.Deadline)
	}
	s.queue[o.Class] = append(s.queue[o.Class], f)
	return nil
}

// Drop gives up all frames of a layer of a publication, delivered or not.
func (s *Sender) Drop(publication uint32, l codec.Layer) {
	s.sweep(func(f *outgoing) bool { return f.Publication == publication && f.Layer == l })
}

// Move puts all frames of a layer of a publication into a class, behind what is there; what came of them counts.
func (s *Sender) Move(publication uint32, l codec.Layer, to Class) {
	of := func(f *outgoing) bool { return f.Publication == publication && f.Layer == l }
	for c := range s.queue {
		if Class(c) == to {
			continue
		}
		for _, f := range s.pull(c, of) {
			f.Class = to
			s.queue[to] = append(s.queue[to], f)
		}
	}
}

// pull takes the frames of a class out of its queue that are asked for.
func (s *Sender) pull(c int, asked func(*outgoing) bool) (out []*outgoing) {
	kept := s.queue[c][:0]
	for _, f := range s.queue[c] {
		if asked(f) {
			out = append(out, f)
		} else {
			kept = append(kept, f)
		}
	}
	clear(s.queue[c][len(kept):])
	s.queue[c] = kept
	return out
}

// Backlog returns the bytes of a class that have not left yet.
func (s *Sender) Backlog(c Class) (bytes int) {
	for _, f := range s.queue[c] {
		bytes += f.left()
	}
	return bytes
}

// Unconfirmed returns the bytes of a class that are not known to have come.
func (s *Sender) Unconfirmed(c Class) (bytes int) {
	for _, f := range s.queue[c] {
		bytes += len(f.Payload)
	}
	return bytes
}

// sweep ends the frames that are given up, and after them those that need them.
func (s *Sender) sweep(lost func(*outgoing) bool) {
	var failed []*outgoing
	for c := range s.queue {
		s.pull(c, func(f *outgoing) bool {
			f.ended = lost(f) || f.needs(failed)
			if f.ended {
				failed = append(failed, f)
			}
			return f.ended
		})
	}
	for _, f := range failed {
		s.stats.Failed++
		f.done(false)
	}
}

// outgoing is a frame on its way.
type outgoing struct {
	Out
	until   time.Time // zero: until it is confirmed
	k       int       // data shards; 0: nothing left yet
	planned int       // shards that leave unasked
	next    int       // index of the first that never left
	spread  int       // beyond what is missing when that is sent again
	under   int       // pieces that no report told of
	here    int       // shards that came
	came    [4]uint64 // those, a bit each
	away    [4]uint64 // those under way
	ended   bool
}

func (f *outgoing) done(delivered bool) {
	if f.Done != nil {
		f.Done(delivered)
	}
}

// needs says whether one of those that failed is needed.
func (f *outgoing) needs(failed []*outgoing) bool {
	need, ok := f.Needs()
	for _, o := range failed {
		if ok && o.Publication == f.Publication && o.Layer == f.Layer && o.Sequence == need {
			return true
		}
	}
	return false
}

// left is how many bytes never left.
func (f *outgoing) left() int {
	if f.k == 0 {
		return len(f.Payload)
	}
	return max(f.planned-f.next, 0) * fec.ShardSize(len(f.Payload), f.k)
}

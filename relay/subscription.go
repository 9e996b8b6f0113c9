package relay

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
)

const (
	queueLimit   = 48                     // packets that wait for a line; then the oldest goes
	queueAge     = 400 * time.Millisecond // what waited longer is of no use to a listener any more
	gatherVoices = 10 * time.Millisecond  // how long the first voice of a tick waits for the others
	gatherFrames = 25 * time.Millisecond  // how long a lone voice's frame waits for the next
	tickInterval = 200 * time.Millisecond
	adaptEvery   = time.Second
	voiceBudget  = 400 * time.Millisecond // what a listener on a lossy line can wait for repair
)

// carriage is what a line can carry: how many voices, of which layer, and how often a datagram leaves.
type carriage struct {
	voices   int
	layer    codec.Layer
	interval time.Duration
}

// carries chooses by the line's rate in bit/s (design: voices 1 below 40 kbit/s, 2 below 64, else 3).
func carries(rate float64) carriage {
	switch {
	case rate < 40e3:
		return carriage{1, codec.LayerLo, 60 * time.Millisecond}
	case rate < 64e3:
		return carriage{2, codec.LayerLo, 60 * time.Millisecond}
	case rate < 96e3:
		return carriage{3, codec.LayerLo, 40 * time.Millisecond}
	case rate < 160e3:
		return carriage{2, codec.LayerHi, 40 * time.Millisecond}
	}
	return carriage{MaxVoices, codec.LayerHi, 20 * time.Millisecond}
}

// SubscriptionStats counts what was not sent to a line, by reason, and what was.
type SubscriptionStats struct {
	Sent      uint64 // packets
	Overflow  uint64 // the queue was full: the oldest went
	Stale     uint64 // waited too long
	NotRanked uint64 // voices beyond those that the line carries
}

// Subscription is what one line receives: the Sink of one participant, and the goroutine that packs for its line.
type Subscription struct {
	own      uint32 // the participant's publication, which it does not hear
	speakers *Speakers
	line     *transport.Line
	wake     chan struct{}
	carriage atomic.Pointer[carriage]

	mu       sync.Mutex
	queue    []held
	stats    SubscriptionStats
	lastSent time.Time
	again    *time.Timer // wakes Run when the queue has waited long enough

	batch []*transport.Packet // Run only
}

// NewSubscription makes the subscription of the participant who publishes own over its line.
func NewSubscription(own uint32, speakers *Speakers, line *transport.Line) *Subscription {
	s := &Subscription{own: own, speakers: speakers, line: line, wake: make(chan struct{}, 1)}
	c := carries(line.Sender.Stats().Rate)
	s.carriage.Store(&c)
	s.again = time.AfterFunc(time.Hour, s.nudge)
	s.again.Stop()
	return s
}

// Layer returns the voice layer that this line wants.
func (s *Subscription) Layer() codec.Layer { return s.carriage.Load().layer }

// Stats returns the counts so far.
func (s *Subscription) Stats() SubscriptionStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

// Deliver takes a packet of any publication of the room (hop 8): what the line does not carry is passed over, and
// when the queue is full the oldest goes. It never blocks.
func (s *Subscription) Deliver(pkt *transport.Packet) {
	if pkt.SSRC == s.own {
		return
	}
	now := time.Now()
	c := s.carriage.Load()
	rank, p, _, found := s.speakers.Rank(pkt.SSRC, s.own)
	ranked := found && rank < c.voices
	if ranked && p.choose(c.layer, now) != pkt.Layer {
		return
	}
	s.mu.Lock()
	if !ranked {
		s.stats.NotRanked++
		s.mu.Unlock()
		return
	}
	if len(s.queue) >= queueLimit {
		s.queue = slices.Delete(s.queue, 0, 1)
		s.stats.Overflow++
	}
	s.queue = append(s.queue, held{pkt, now})
	// Run is woken once a datagram, by the packet that completes it or by the timer that the first one sets: a wake costs more
	// than a packet.
	wait := s.due(now)
	if wait > 0 && len(s.queue) == 1 {
		s.again.Reset(wait)
	}
	s.mu.Unlock()
	if wait <= 0 {
		s.nudge()
	}
}

// Run packs and sends until ctx ends or the line breaks (hop 9).
func (s *Subscription) Run(ctx context.Context) error {
	// Timers nudge the same channel that packets do: a select over two is what a wake costs least with.
	var due atomic.Bool
	tick := time.AfterFunc(tickInterval, func() { due.Store(true); s.nudge() })
	defer tick.Stop()
	defer s.again.Stop()
	adapted := time.Now()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.wake:
		}
		now := time.Now()
		if due.Swap(false) {
			tick.Reset(tickInterval)
			if err := s.line.Tick(now); err != nil {
				return err
			}
			if now.Sub(adapted) >= adaptEvery {
				s.adapt()
				adapted = now
			}
		}
		if err := s.send(now); err != nil {
			return err
		}
	}
}

// nudge wakes Run.
func (s *Subscription) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// adapt follows what feedback says of the line.
func (s *Subscription) adapt() {
	c := carries(s.line.Sender.Stats().Rate)
	s.carriage.Store(&c)
	s.line.Adapt(c.interval, voiceBudget)
}

// send empties the queue into datagrams if their time has come, else sees to it that it is called when it has.
func (s *Subscription) send(now time.Time) error {
	s.mu.Lock()
	if len(s.queue) == 0 {
		s.mu.Unlock()
		return nil
	}
	if wait := s.due(now); wait > 0 {
		s.again.Reset(wait)
		s.mu.Unlock()
		return nil
	}
	s.again.Stop()
	s.batch = s.batch[:0]
	for _, h := range s.queue {
		if now.Sub(h.at) > queueAge {
			s.stats.Stale++
			continue
		}
		s.batch = append(s.batch, h.pkt)
	}
	s.stats.Sent += uint64(len(s.batch))
	clear(s.queue)
	s.queue = s.queue[:0]
	s.lastSent = now
	s.mu.Unlock()
	// The frames of one voice stand together, so that they share an entry.
	slices.SortStableFunc(s.batch, func(a, b *transport.Packet) int { return cmp.Compare(a.SSRC, b.SSRC) })
	return s.line.Send(s.batch, now)
}

// due returns how long the queue may still wait: for the line's interval, and a moment for what else belongs into the datagram.
// mu is held and the queue is not empty.
func (s *Subscription) due(now time.Time) time.Duration {
	c := s.carriage.Load()
	_, _, others, _ := s.speakers.Rank(0, s.own)
	at := s.queue[0].at
	if !s.gathered(min(others, c.voices)) {
		at = at.Add(gatherVoices)
		if others <= 1 {
			at = s.queue[0].at.Add(gatherFrames)
		}
	}
	if c.interval > frameInterval {
		if next := s.lastSent.Add(c.interval - 5*time.Millisecond); next.After(at) {
			at = next
		}
	}
	return at.Sub(now)
}

// gathered says whether the queue is worth a datagram at once: a frame of each of several voices, or two of a lone one. Half the
// datagrams are half the headers, half the acknowledgements and half the work; 20 ms is what it costs the lone voice.
func (s *Subscription) gathered(voices int) bool {
	if voices <= 1 {
		return len(s.queue) >= 2
	}
	return distinct(s.queue) >= voices
}

// distinct counts the publications in a queue; there are at most MaxVoices.
func distinct(queue []held) int {
	var seen [MaxVoices]uint32
	n := 0
	for _, h := range queue {
		if n < MaxVoices && !slices.Contains(seen[:n], h.pkt.SSRC) {
			seen[n] = h.pkt.SSRC
			n++
		}
	}
	return n
}

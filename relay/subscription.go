package relay

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/codec/opus"
	"github.com/diemcau/diemcau/transport"
)

const (
	queueLimit   = 48                     // packets that wait for a line; then the oldest goes
	queueAge     = 400 * time.Millisecond // what waited longer is of no use to a listener any more
	gatherVoices = 10 * time.Millisecond  // how long the first voice of a tick waits for the others
	gatherFrames = 5 * time.Millisecond   // how much later than its time a lone voice's next frame may come
	tickSeldom   = 200 * time.Millisecond
	tickOften    = 20 * time.Millisecond // while the line asks for prompt reports, seems dead, or what was said last is not confirmed
	adaptEvery   = 500 * time.Millisecond
)

// carriage is what a line carries: how many voices, of which bitrate at most, how often a datagram leaves, how long the other end waits for a frame.
type carriage struct {
	voices   int
	bitrate  int
	interval time.Duration
	wait     delay
}

// voicesOn is how many voices a line carries: none while its circuit breaker is open.
func voicesOn(line transport.SenderStats) int {
	switch {
	case line.Broken:
		return 0
	case line.Rate < 40e3:
		return 1
	case line.Rate < 64e3:
		return 2
	}
	return MaxVoices
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
	own      IDs // the participant's publications, which it does not hear
	speakers *Speakers
	line     *transport.Line
	wake     chan struct{}
	carriage atomic.Pointer[carriage]
	talking  atomic.Bool // in the room
	manners
	heard atomic.Int32 // bit/s of the layer that was forwarded last

	mu    sync.Mutex
	queue []held
	stats SubscriptionStats
	again *time.Timer // wakes Run when the queue has waited long enough

	batch []*transport.Packet // Run only

	planning sync.Mutex
	planner  transport.Planner // planning
}

// manners are what the voice does for what goes beside it.
type manners struct {
	modest atomic.Bool // leaves something of a thin line,
	yields atomic.Bool // and more of it while a page that is shown is on its way
}

// NewSubscription makes the subscription of the participant who publishes own over its line.
func NewSubscription(own IDs, speakers *Speakers, line *transport.Line) *Subscription {
	s := &Subscription{own: own, speakers: speakers, line: line, wake: make(chan struct{}, 1)}
	s.adapt(time.Now())
	s.again = time.AfterFunc(time.Hour, s.nudge)
	s.again.Stop()
	return s
}

// Bitrate returns the bit/s of the voice that this line would like.
func (s *Subscription) Bitrate() int { return s.carriage.Load().bitrate }

// Wait returns how long what comes over this line may be under repair; 0 on a clean one.
func (s *Subscription) Wait() delay { return s.carriage.Load().wait }

// Stats returns the counts so far.
func (s *Subscription) Stats() SubscriptionStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

// Deliver takes a packet of any publication of the room (hop 8): what the line does not carry is passed over, and
// when the queue is full the oldest goes. It never blocks.
func (s *Subscription) Deliver(pkt *transport.Packet) {
	if s.own.has(pkt.SSRC) {
		return
	}
	now := time.Now()
	c := s.carriage.Load()
	rank, p, _, found := s.speakers.Rank(pkt.SSRC, s.own)
	ranked := found && rank < c.voices
	if ranked && !p.above {
		layer, rate := p.choose(c.bitrate, now)
		if layer != pkt.Layer {
			return
		}
		s.heard.Store(int32(rate))
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
	tick := time.AfterFunc(tickSeldom, func() { due.Store(true); s.nudge() })
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
			if err := s.line.Tick(now); err != nil {
				return err
			}
			tick.Reset(s.nextTick(now))
			if now.Sub(adapted) >= adaptEvery {
				s.adapt(now)
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

// interval is the one in use; 0 before the first plan.
func (s *Subscription) interval() time.Duration {
	if c := s.carriage.Load(); c != nil {
		return c.interval
	}
	return 0
}

func (s *Subscription) nextTick(now time.Time) time.Duration {
	if s.line.Prompt() || s.line.Owes() || s.line.Dead(now) || s.line.Awaits(now) {
		return tickOften
	}
	return tickSeldom
}

// limits are those of the line now.
func (s *Subscription) limits() transport.Limits {
	l := limits(s.talking.Load(), s.line.Beside())
	if s.modest.Load() {
		l.Rate = min(l.Rate, modestRate)
	}
	if s.yields.Load() {
		l.Rate = min(l.Rate, yieldRate)
	}
	return l
}

// adapt follows what feedback says of the line: what it would like to get, and how what it gets is protected.
func (s *Subscription) adapt(now time.Time) {
	s.planning.Lock()
	defer s.planning.Unlock()
	state, limits := s.line.Sender.Stats(), s.limits()
	s.line.Want(limits.Rate)
	plan := s.planner.Update(state, limits, now)
	c := carriage{voices: voicesOn(state), bitrate: plan.Bitrate}
	if heard := int(s.heard.Load()); heard > 0 && heard != plan.Bitrate {
		plan = s.planner.For(heard, s.interval())
	}
	c.interval, c.wait = plan.Interval, delay{waits(plan, s.line), s.planner.Known()}
	s.carriage.Store(&c)
	s.line.Protect(plan.Protection)
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
	s.mu.Unlock()
	// The frames of one voice stand together, so that they share an entry.
	slices.SortStableFunc(s.batch, func(a, b *transport.Packet) int { return cmp.Compare(a.SSRC, b.SSRC) })
	return s.line.Send(s.batch, now)
}

// due returns how long the queue may still wait: until it holds as much of each voice as belongs into a datagram of this line, or that is overdue.
// mu is held and the queue is not empty.
func (s *Subscription) due(now time.Time) time.Duration {
	c := s.carriage.Load()
	_, _, others, _ := s.speakers.Rank(0, s.own)
	speaking := min(others, c.voices)
	var queued, first time.Duration
	for i, h := range s.queue {
		samples, err := opus.Duration(h.pkt.Payload)
		if err != nil {
			continue // counts as nothing
		}
		d := time.Duration(samples) * time.Second / 48000
		queued += d
		if i == 0 {
			first = d
		}
	}
	if queued >= c.interval*time.Duration(max(speaking, 1)) {
		return 0
	}
	slack := gatherFrames
	if speaking > 1 {
		slack = gatherVoices
	}
	return s.queue[0].at.Add(max(c.interval-first, 0) + slack).Sub(now)
}

package transport

import (
	"container/heap"
	"math/rand/v2"
	"time"
)

// simLine is one direction of a simulated line: a policer, a drop-tail bottleneck, then loss, delay and jitter.
type simLine struct {
	rate    func(at time.Duration) float64 // bit/s
	buffer  time.Duration                  // a packet that would wait longer is dropped
	police  float64                        // bit/s, without a queue; 0: none
	delay   func(at time.Duration) time.Duration
	jitter  time.Duration
	loss    float64
	run     float64 // mean run of losses (Gilbert-Elliott); 0: independent
	outages []simOutage

	rng    *rand.Rand
	free   time.Duration
	tokens float64
	filled time.Duration
	bad    bool
	last   time.Duration
}

type simOutage struct{ from, until time.Duration }

func steady[T any](v T) func(time.Duration) T { return func(time.Duration) T { return v } }

// queue is what a packet would wait now.
func (l *simLine) queue(now time.Duration) time.Duration { return max(0, l.free-now) }

// pass takes a packet and returns when it arrives, and whether it does.
func (l *simLine) pass(now time.Duration, size int) (time.Duration, bool) {
	if l.police > 0 {
		const bucket = 3000
		l.tokens = min(bucket, l.tokens+l.police/8*(now-l.filled).Seconds())
		l.filled = now
		if l.tokens < float64(size) {
			return 0, false
		}
		l.tokens -= float64(size)
	}
	if l.rate != nil {
		wait := l.queue(now)
		if wait > l.buffer {
			return 0, false
		}
		l.free = now + wait + bitTime(size, l.rate(now))
	} else {
		l.free = now
	}
	for _, o := range l.outages {
		if l.free >= o.from && l.free < o.until {
			return 0, false
		}
	}
	if l.lose() {
		return 0, false
	}
	jitter := time.Duration(l.rng.Float64() * float64(l.jitter))
	l.last = max(l.last, l.free+l.delay(now)+jitter)
	return l.last, true
}

func (l *simLine) lose() bool {
	draw := l.rng.Float64()
	switch {
	case l.run == 0:
		l.bad = draw < l.loss
	case l.bad:
		l.bad = draw >= 1/l.run
	default:
		l.bad = draw < l.loss/(l.run*(1-l.loss))
	}
	return l.bad
}

// simEvent is something that happens at a time.
type simEvent struct {
	at    time.Duration
	order int
	do    func()
}

type simEvents []simEvent

func (e simEvents) Len() int { return len(e) }
func (e simEvents) Less(i, j int) bool {
	return e[i].at < e[j].at || e[i].at == e[j].at && e[i].order < e[j].order
}
func (e simEvents) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *simEvents) Push(x any)   { *e = append(*e, x.(simEvent)) }
func (e *simEvents) Pop() any {
	old := *e
	x := old[len(old)-1]
	*e = old[:len(old)-1]
	return x
}

// simHabits is how both ends behave.
type simHabits struct {
	want   float64
	greedy bool                                 // the sender fills what is allowed with repair, as on a lossy line
	silent func(at time.Duration) bool          // the silence gate is closed
	riding bool                                 // the other side talks too: a report every 100 ms
	prompt bool                                 // reports at the pace of the datagrams
	clock  func(at time.Duration) time.Duration // of the reporter
}

// sim is a voice sender under rate control, its line, and the reporter at the other end.
type sim struct {
	events simEvents
	order  int
	now    time.Duration

	simHabits
	forward, back *simLine

	control  rateControl
	sender   simSender
	reporter simReporter
	tcp      *reno
	seen     simSeen
}

func (s *sim) at(t time.Duration, do func()) {
	s.order++
	heap.Push(&s.events, simEvent{t, s.order, do})
}

func (s *sim) run(until time.Duration) {
	for len(s.events) > 0 && s.events[0].at <= until {
		e := heap.Pop(&s.events).(simEvent)
		s.now = e.at
		e.do()
	}
	s.now = until
}

// newSim makes a line of a rate (bit/s), a round trip, and a loss in both directions.
func newSim(rate float64, rtt time.Duration, loss float64, seed uint64) *sim {
	s := &sim{control: newRateControl()}
	s.want = 256e3
	s.clock = func(at time.Duration) time.Duration { return at }
	s.forward = &simLine{rate: steady(rate), buffer: time.Second, delay: steady(rtt / 2), loss: loss, rng: rand.New(rand.NewPCG(seed, 1))}
	s.back = &simLine{delay: steady(rtt / 2), loss: loss, rng: rand.New(rand.NewPCG(seed, 2))}
	s.reporter.arrived = map[int64]bool{}
	s.reporter.highest = -1
	s.sender.rate = minRate
	return s
}

func (s *sim) start() {
	s.control.want = s.want
	s.sender.tick(s)
	s.reporter.tick(s)
	s.seen.tick(s)
	if s.tcp != nil {
		s.tcp.start(s)
	}
}

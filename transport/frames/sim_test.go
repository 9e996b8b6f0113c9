package frames

import (
	"container/heap"
	"math/rand/v2"
	"time"

	"github.com/diemcau/diemcau/fec"
)

// simLine is one direction of a line: a drop-tail bottleneck, then loss, delay and jitter that keeps the order.
type simLine struct {
	rate   func(at time.Duration) float64 // bit/s; nil: without end
	buffer time.Duration                  // what would wait longer is dropped
	delay  time.Duration
	jitter time.Duration
	loss   float64
	run    float64 // mean run of losses; 0: independent
	dead   func(at time.Duration) bool
	police float64 // bit/s, with no queue; 0: none

	tokens float64
	filled time.Duration
	rng    *rand.Rand
	free   time.Duration
	bad    bool
	last   time.Duration
}

func steady(rate float64) func(time.Duration) float64 {
	return func(time.Duration) float64 { return rate }
}

// pass takes bytes and returns when they arrive, and whether they do.
func (l *simLine) pass(now time.Duration, size int) (time.Duration, bool) {
	if l.police > 0 {
		l.tokens = min(l.tokens+l.police/8*(now-l.filled).Seconds(), 6000)
		l.filled = now
		if l.tokens < float64(size) {
			return 0, false
		}
		l.tokens -= float64(size)
	}
	wait := max(0, l.free-now)
	if wait > l.buffer {
		return 0, false
	}
	l.free = now + wait
	if l.rate != nil {
		l.free += time.Duration(8 * float64(size) / l.rate(now+wait) * float64(time.Second))
	}
	if l.lose() || l.dead != nil && l.dead(l.free) {
		return 0, false
	}
	l.last = max(l.last, l.free+l.delay+time.Duration(l.rng.Float64()*float64(l.jitter)))
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

// simClock runs what happens at its time.
type simClock struct {
	events simEvents
	order  int
	now    time.Duration
}

var simEpoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func (c *simClock) time() time.Time { return simEpoch.Add(c.now) }

func (c *simClock) at(t time.Duration, do func()) {
	c.order++
	heap.Push(&c.events, simEvent{max(t, c.now), c.order, do})
}

// every calls do at once and then every interval.
func (c *simClock) every(interval time.Duration, do func()) {
	c.at(c.now, func() {
		do()
		c.at(c.now+interval, func() { c.every(interval, do) })
	})
}

func (c *simClock) run(until time.Duration) {
	for len(c.events) > 0 && c.events[0].at <= until {
		e := heap.Pop(&c.events).(simEvent)
		c.now = e.at
		e.do()
	}
	c.now = until
}

// simHop is a Sender, a Receiver and the line between them.
type simHop struct {
	simClock
	forward, back *simLine
	sender        *Sender
	receiver      *Receiver
	waking        time.Duration
	got           []*Frame
	onFrame       func(*Frame)
	takes         func(n int) bool // whether the path takes so many bytes; nil: all
	drift         float64          // of the receiver's clock
}

func newSimHop(rate float64, rtt time.Duration, loss float64, seed uint64) *simHop {
	h := &simHop{}
	h.forward = &simLine{rate: steady(rate), buffer: time.Second, delay: rtt / 2, loss: loss, rng: rand.New(rand.NewPCG(seed, 1))}
	h.back = &simLine{buffer: time.Second, delay: rtt / 2, loss: loss, rng: rand.New(rand.NewPCG(seed, 2))}
	h.receiver = NewReceiver(h.time())
	h.sender = NewSender(h.carry, h.time())
	h.every(30*time.Millisecond, h.report)
	return h
}

// there is the time by the receiver's clock.
func (h *simHop) there() time.Time {
	return h.time().Add(time.Duration(h.drift * float64(h.now)))
}

// carry takes a piece to the other end.
func (h *simHop) carry(b []byte) bool {
	if h.takes != nil && !h.takes(len(b)+fec.Below) {
		return false
	}
	if at, ok := h.forward.pass(h.now, len(b)+fec.Below); ok {
		b = append([]byte(nil), b...)
		h.at(at, func() {
			if f, err := h.receiver.Receive(b, h.there()); err == nil && f != nil {
				h.got = append(h.got, f)
				if h.onFrame != nil {
					h.onFrame(f)
				}
			}
			h.report()
		})
	}
	return true
}

// report takes the report that is due back.
func (h *simHop) report() {
	b, due := h.receiver.Report(nil, h.there())
	if !due {
		return
	}
	if at, ok := h.back.pass(h.now, len(b)+fec.Below); ok {
		h.at(at, func() {
			if _, err := h.sender.Report(b, h.time()); err != nil {
				panic(err)
			}
			h.tick()
		})
	}
}

// tick lets the sender send, and calls it again when it wants to be.
func (h *simHop) tick() {
	at := h.now + h.sender.Tick(h.time())
	if h.waking > h.now && h.waking <= at {
		return
	}
	h.waking = at
	h.at(at, func() {
		if h.waking == at {
			h.waking = 0
			h.tick()
		}
	})
}

func (h *simHop) push(o Out) {
	if err := h.sender.Push(o, h.time()); err != nil {
		panic(err)
	}
	h.tick()
}

package transport

import (
	"math"
	"time"
)

// simSender sends voice of a wire rate that follows what is allowed, padded as probes ask.
type simSender struct {
	rate    float64
	planned time.Duration
	all     []simDatagram
	rtt     time.Duration
	padding int64
	total   int64
	losses  lossMeter
	knocked time.Duration
}

type simDatagram struct {
	departure
	at     time.Duration
	size   int
	prompt bool
	here   bool // reported
}

// wireRates are what a voice, its codec rate and its repair can be.
var wireRates = [...]float64{16e3, 20e3, 24e3, 32e3, 40e3, 48e3, 64e3, 96e3, 128e3, 192e3, 256e3, 384e3, 512e3, 1e6}

func (a *simSender) plan(s *sim) {
	allowed := s.control.allowed()
	if s.now < time.Second {
		allowed = minRate
	}
	if s.greedy { // fills the line with repair, as on a lossy line
		a.rate = max(minRate, min(allowed, s.want))
		return
	}
	pick := wireRates[0]
	for _, r := range wireRates {
		if r <= min(allowed, s.want) {
			pick = r
		}
	}
	if pick < a.rate || s.now-a.planned >= time.Second {
		a.rate, a.planned = pick, s.now
	}
}

func (a *simSender) tick(s *sim) {
	a.plan(s)
	interval := 40 * time.Millisecond
	if a.rate < 48e3 {
		interval = 60 * time.Millisecond
	}
	switch {
	case s.silent != nil && s.silent(s.now), s.control.breaker.open:
		if s.now-a.knocked > 200*time.Millisecond { // the gate's probes
			a.knocked = s.now
			a.send(s, 80)
		}
	default:
		a.media(s, int(a.rate*interval.Seconds()/8))
	}
	s.at(s.now+interval, func() { a.tick(s) })
}

// media sends what one interval brings, and what a probe adds.
func (a *simSender) media(s *sim, size int) {
	for size > 0 {
		part := min(size, probeBytes)
		fill := s.control.fill(s.now)
		a.padding += int64(max(0, fill-part))
		a.send(s, max(part, fill))
		size -= part
	}
	for fill := s.control.fill(s.now); fill > 200; fill = s.control.fill(s.now) {
		a.padding += int64(fill)
		a.send(s, fill)
	}
}

func (a *simSender) send(s *sim, size int) {
	seq := int64(len(a.all))
	a.total += int64(size)
	a.all = append(a.all, simDatagram{departure: s.control.sent(size, true, s.now), at: s.now, size: size, prompt: s.prompt || s.control.curious()})
	if at, ok := s.forward.pass(s.now, size); ok {
		s.at(at, func() { s.reporter.receive(s, seq) })
	}
}

// feedback hands a report to rate control, as Sender does.
func (a *simSender) feedback(s *sim, f simReport) {
	newest := a.all[f.highest]
	rtt := max(s.now-newest.at-f.hold, time.Microsecond)
	if a.rtt == 0 {
		a.rtt = rtt
	}
	a.rtt += (rtt - a.rtt) / 8
	bytes := 0
	for _, seq := range f.here {
		if d := &a.all[seq]; !d.here {
			d.here = true
			bytes += d.size
		}
	}
	a.losses.update(f.highest, f.lost, f.runs, false, time.Unix(0, 0).Add(s.now))
	p := rateReport{now: s.now, sent: newest.at, arrival: f.arrival, departure: newest.departure, bytes: bytes, run: max(1, a.losses.run), rtt: a.rtt}
	p.settled.seq = f.highest - reorderWindow
	p.settled.lost = f.lost
	if p.settled.seq >= 0 {
		p.settled.at, p.settled.through = a.all[p.settled.seq].at, a.all[p.settled.seq].through
	}
	s.control.update(&p)
}

// simReporter makes reports as Receiver does.
type simReporter struct {
	arrived  map[int64]bool
	highest  int64
	arrival  time.Duration
	settled  int64
	lost     int
	runs     int
	reported time.Duration
	pending  bool
	bytes    int64
}

type simReport struct {
	highest    int64
	arrival    uint16
	hold       time.Duration
	lost, runs uint8
	here       []int64
}

func (r *simReporter) receive(s *sim, seq int64) {
	r.arrived[seq] = true
	r.pending = true
	r.bytes += int64(s.sender.all[seq].size)
	if seq > r.highest {
		r.highest, r.arrival = seq, s.now
	}
	for ; r.settled <= r.highest-reorderWindow; r.settled++ {
		if !r.arrived[r.settled] {
			r.lost++
			if r.settled == 0 || r.arrived[r.settled-1] {
				r.runs++
			}
		}
	}
}

func (r *simReporter) tick(s *sim) {
	s.at(s.now+10*time.Millisecond, func() { r.tick(s) })
	interval := 380 * time.Millisecond
	for seq := max(0, r.highest-64); seq <= r.highest; seq++ {
		if !r.arrived[seq] {
			interval = 190 * time.Millisecond
		}
	}
	if r.highest >= 0 && s.sender.all[r.highest].prompt {
		interval = 40 * time.Millisecond
	} else if s.riding {
		interval = 100 * time.Millisecond
	}
	if !r.pending || s.now-r.reported < interval {
		return
	}
	r.reported, r.pending = s.now, false
	f := simReport{highest: r.highest, arrival: uint16(s.clock(r.arrival) / arrivalUnit), hold: s.now - r.arrival, lost: uint8(r.lost), runs: uint8(r.runs)}
	span := int64(32)
	if interval != 380*time.Millisecond {
		span = 64
	}
	for seq := max(0, r.highest-span); seq <= r.highest; seq++ {
		if r.arrived[seq] {
			f.here = append(f.here, seq)
		}
	}
	if at, ok := s.back.pass(s.now, 80); ok {
		s.at(at, func() { s.sender.feedback(s, f) })
	}
}

// simSeen watches every 10 ms.
type simSeen struct {
	rates    []float64 // allowed
	queues   []time.Duration
	sent     []int64
	got      []int64
	breakers int
}

const simStep = 10 * time.Millisecond

func (w *simSeen) tick(s *sim) {
	w.rates = append(w.rates, s.control.allowed())
	w.queues = append(w.queues, s.forward.queue(s.now))
	w.sent = append(w.sent, s.sender.total)
	w.got = append(w.got, s.reporter.bytes)
	if s.control.breaker.open {
		w.breakers++
	}
	s.at(s.now+simStep, func() { w.tick(s) })
}

func (w *simSeen) meanRate(from, until time.Duration) float64 {
	sum, n := 0.0, 0
	for i := int(from / simStep); i < int(until/simStep) && i < len(w.rates); i++ {
		sum += w.rates[i]
		n++
	}
	return sum / float64(n)
}

func (w *simSeen) minRate(from, until time.Duration) float64 {
	least := math.Inf(1)
	for i := int(from / simStep); i < int(until/simStep) && i < len(w.rates); i++ {
		least = min(least, w.rates[i])
	}
	return least
}

// reached is when the rate was first at least r, from a time on.
func (w *simSeen) reached(r float64, from time.Duration) time.Duration {
	for i := int(from / simStep); i < len(w.rates); i++ {
		if w.rates[i] >= r {
			return time.Duration(i)*simStep - from
		}
	}
	return -1
}

// queue returns the greatest queue, and the longest time that it was over 300 ms.
func (w *simSeen) queue(from, until time.Duration) (most, heavy time.Duration) {
	run := time.Duration(0)
	for i := int(from / simStep); i < int(until/simStep) && i < len(w.queues); i++ {
		most = max(most, w.queues[i])
		if run += simStep; w.queues[i] <= 300*time.Millisecond {
			run = 0
		}
		heavy = max(heavy, run)
	}
	return most, heavy
}

// throughput is what was sent in bit/s.
func (w *simSeen) sending(from, until time.Duration) float64 {
	i, j := int(from/simStep), min(int(until/simStep), len(w.sent)-1)
	return perSecond(w.sent[j]-w.sent[i], until-from)
}

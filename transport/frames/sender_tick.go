package frames

import (
	"time"

	"github.com/diemcau/diemcau/fec"
)

// pace is a token bucket for what leaves, and one for what fills up.
type pace struct {
	rate, fill   float64 // bit/s
	tokens, room float64 // bytes
	at           time.Time
}

// refill adds what came free.
func (p *pace) refill(now time.Time) {
	elapsed := max(now.Sub(p.at), 0).Seconds()
	p.at = now
	p.tokens = min(p.tokens+p.rate/8*elapsed, p.rate/8*burstTime.Seconds())
	p.room = min(p.room+p.fill/8*elapsed, p.fill/8*burstTime.Seconds())
}

// spend takes what left.
func (p *pace) spend(bytes int) {
	p.tokens -= float64(bytes)
	p.room = max(p.room-float64(bytes), -MaxPiece)
}

// wait is how long it takes until the next piece may leave.
func (p *pace) wait() time.Duration {
	if p.tokens >= 0 || p.rate <= 0 {
		return 0
	}
	return time.Duration(-p.tokens * 8 / p.rate * float64(time.Second))
}

// pieceSize is how long a piece may be at the rate.
func (p *pace) pieceSize() int {
	return min(max(int(max(p.rate, p.fill)/8*pieceTime.Seconds())-fec.Below, LeastPiece), MaxPiece)
}

// Tick sends what may leave at now, and returns after how long it wants to be called again; sooner does no harm. Call it after Push and Report, too.
func (s *Sender) Tick(now time.Time) (next time.Duration) {
	s.pace.refill(now)
	s.expire(now)
	for {
		if s.pace.rate <= 0 {
			return s.resting(tickWaiting)
		}
		if s.pace.tokens < 0 {
			return min(max(s.pace.wait(), time.Millisecond), tickWaiting)
		}
		f, index := s.pick(now)
		switch {
		case s.full():
			return s.prod(now)
		case f != nil:
			if !s.emit(f, index, now) {
				return tickBusy
			}
		case s.last != nil && s.pace.fill > 0 && s.pace.room >= 0:
			if !s.emit(s.last, s.last.next%fec.MaxShards, now) {
				return tickBusy
			}
			s.stats.Fill++
		default:
			return min(s.prod(now), s.filling())
		}
	}
}

// filling is how long it takes until something may be filled up.
func (s *Sender) filling() time.Duration {
	if s.last == nil || s.pace.fill <= 0 {
		return tickIdle
	}
	return max(time.Duration(-s.pace.room*8/s.pace.fill*float64(time.Second)), time.Millisecond)
}

// resting is d while something waits.
func (s *Sender) resting(d time.Duration) time.Duration {
	for _, q := range s.queue {
		if len(q) > 0 {
			return d
		}
	}
	return tickIdle
}

// pick returns the shard that is to leave next; nil if there is none.
func (s *Sender) pick(now time.Time) (*outgoing, int) {
	for c := range s.queue {
		begun := 0
		for _, f := range s.queue[c] {
			if f.until.IsZero() {
				if begun++; begun > maxReliable {
					break
				}
			}
			if index, ok := s.wants(f, now); ok {
				return f, index
			}
		}
	}
	return nil, 0
}

// wants returns the index of the shard that a frame needs next; false if it needs none now.
func (s *Sender) wants(f *outgoing, now time.Time) (int, bool) {
	if f.k == 0 {
		s.begin(f, now)
	}
	if f.next < f.planned {
		return f.next, true
	}
	if f.here+f.under >= f.k+f.spread || !s.inTime(f, now) {
		return 0, false
	}
	for i := range min(f.next, fec.MaxShards) {
		if (f.came[i/64]|f.away[i/64])>>(i%64)&1 == 0 {
			return i, true
		}
	}
	return f.next, f.next < fec.MaxShards
}

// begin cuts a frame for the line as it is now.
func (s *Sender) begin(f *outgoing, now time.Time) {
	f.k = Shards(len(f.Payload), s.pace.pieceSize())
	f.planned = f.k
	if !f.until.IsZero() {
		f.planned += Parity(f.k, s.line.loss, s.line.run, s.rtt(), f.Deadline) // not of what is left of it: parity would only make a queue longer
	}
}

// inTime says whether what is sent again now can come before it is too late.
func (s *Sender) inTime(f *outgoing, now time.Time) bool {
	return f.until.IsZero() || now.Add(s.rtt()/2+arrivesAfter).Before(f.until)
}

// emit sends one shard of a frame, and says whether the path took it.
func (s *Sender) emit(f *outgoing, index int, now time.Time) bool {
	if f.k == 0 {
		s.begin(f, now)
	}
	b := f.append(s.buffer[:0], f.k, index, uint16(s.flight.next), uint16(now.Sub(s.epoch)/(clockUnit*time.Microsecond)))
	if !s.send(b) {
		s.stats.Refused++
		if s.observer != nil {
			s.observer.Blocked(now)
		}
		return false
	}
	size := len(b) + fec.Below
	s.stats.Pieces++
	s.stats.Bytes += uint64(size)
	switch {
	case index < f.next:
		s.stats.Again++
	case index >= f.k:
		s.stats.Parity++
	}
	s.pace.spend(size)
	if s.flight.next-s.flight.told >= maxFlight {
		s.landed(s.flight.at(s.flight.told), pieceLost)
	}
	s.flight.add(f, index, size, now)
	f.under++
	f.away[index/64] |= 1 << (index % 64)
	f.next = max(f.next, index+1)
	s.last = f
	return true
}

// expire ends the frames that cannot be in time any more.
func (s *Sender) expire(now time.Time) {
	late := func(f *outgoing) bool {
		switch {
		case f.until.IsZero():
			return false
		case now.After(f.until.Add(s.rtt()/2 + reportLate)):
			return true
		case f.k == 0 && !f.Key:
			return now.Add(s.needs(f)).After(f.until)
		case f.next < f.planned:
			return now.After(f.until)
		}
		return f.here+f.under < f.k && !s.inTime(f, now)
	}
	for _, q := range s.queue {
		for _, f := range q {
			if late(f) {
				s.sweep(late)
				return
			}
		}
	}
}

// needs is how long a frame that has not begun takes until it is there; on a line that loses something with time to send again what is missing, if its deadline allows for that.
func (s *Sender) needs(f *outgoing) time.Duration {
	d := s.rtt() / 2
	if s.pace.rate > 0 {
		d += time.Duration(8 * float64(len(f.Payload)) / s.pace.rate * float64(time.Second))
	}
	if again := s.rtt() + againSlack; s.line.loss >= parityLeast && f.Deadline >= 2*again {
		d += again
	}
	return d
}

// full says whether so much is under way that reports tell nothing of that more would only stand in a queue.
func (s *Sender) full() bool {
	interval := max(min(time.Duration(reportAfter*MaxPiece*8/max(s.pace.rate, 1)*float64(time.Second)), reportPause), reportOften)
	late := time.Duration(float64(interval) * (1 + lateLoss*s.line.loss))
	most := s.pace.rate / 8 * (s.rtt() + late + reportSlack).Seconds()
	return s.flight.bytes > int(max(most, reportAfter*float64(s.pace.pieceSize()+fec.Below))) || s.flight.next-s.flight.told >= maxFlight
}

// news is what reports told so far.
type news struct {
	any     bool
	at      time.Time     // when one last told something
	prods   int           // since
	highest int64         // number
	sent    time.Duration // of that piece
	arrival int64         // on the reporter's clock, 250 µs
	sample  Sample        // what is not told yet
}

// prod repeats the newest piece if nothing was heard for long of what is under way, and returns when to look again.
func (s *Sender) prod(now time.Time) time.Duration {
	if s.flight.bytes == 0 || s.resting(0) != 0 {
		return tickIdle
	}
	patience := max(3*s.rtt(), prodAfter) << min(s.news.prods, 3)
	if since := max(now.Sub(s.news.at), 0); since < min(patience, prodMost) || now.Sub(s.flight.newest().at) < min(patience, prodMost) {
		return tickWaiting
	}
	if p := s.flight.newest(); p.state == pieceAway && s.emit(p.frame, int(p.index), now) {
		s.news.prods++
	}
	return tickWaiting
}

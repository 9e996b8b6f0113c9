package frames

import "time"

// What became of a piece that left.
const (
	pieceAway = iota
	pieceHere
	pieceLost
)

// flying is a piece that left.
type flying struct {
	frame *outgoing
	at    time.Time
	size  uint16
	index uint8
	state uint8
}

// flight are the last pieces that left, by their numbers.
type flight struct {
	pieces      [maxFlight]flying
	first, next int64 // first: the oldest that is remembered
	told        int64 // all below are settled
	bytes       int   // away
}

func (f *flight) at(number int64) *flying { return &f.pieces[number%maxFlight] }

// newest is the last piece that left; of which nothing was heard, if there is one.
func (f *flight) newest() *flying {
	for number := f.next - 1; number >= f.told; number-- {
		if p := f.at(number); p.state == pieceAway {
			return p
		}
	}
	return f.at(f.next - 1)
}

// add notes that a piece left.
func (f *flight) add(o *outgoing, index, size int, now time.Time) {
	*f.at(f.next) = flying{frame: o, at: now, size: uint16(size), index: uint8(index)}
	f.next++
	f.bytes += size
	f.first = max(f.first, f.next-maxFlight)
	f.told = max(f.told, f.first)
}

// Report takes a datagram that IsReport and returns what it says. The error is ErrMalformed, or ErrReport for one on pieces that never left or are long forgotten.
func (s *Sender) Report(b []byte, now time.Time) (Report, error) {
	r, err := ParseReport(b)
	if err != nil {
		return r, err
	}
	if r.Count == 0 { // it wants a key frame, and nothing came yet
		return r, nil
	}
	last := s.flight.next - 1
	highest := last + int64(int16(r.Highest-uint16(last)))
	if highest > last {
		return r, ErrReport
	}
	s.stats.Reports++
	if highest < s.flight.first {
		return r, nil
	}
	sample := s.settle(&r, highest, now)
	s.timed(&r, highest, now)
	s.news.sample.Bytes += sample.Bytes
	s.news.sample.Pieces += sample.Pieces
	s.news.sample.Lost += sample.Lost
	s.news.sample.Runs += sample.Runs
	if highest > s.news.highest || !s.news.any {
		s.news.at, s.news.prods = now, 0
		s.observe(&r, highest, now)
	}
	s.complete()
	return r, nil
}

// settle takes what became of each piece up to the highest that came.
func (s *Sender) settle(r *Report, highest int64, now time.Time) (news Sample) {
	from := min(s.flight.told, highest-8*int64(r.Bytes))
	for number := max(from, s.flight.first); number <= highest; number++ {
		p := s.flight.at(number)
		here, known := r.Here(uint16(number))
		switch {
		case here && p.state != pieceHere:
			if p.state == pieceLost {
				news.Lost--
			}
			news.Bytes += int(p.size)
			news.Pieces++
			s.landed(p, pieceHere)
		case here || p.state != pieceAway:
		case s.overtaken(number, highest, now) || !known:
			news.Lost++
			s.stats.Lost++
			if number == s.flight.first || s.flight.at(number-1).state != pieceLost {
				news.Runs++
			}
			s.landed(p, pieceLost)
		}
	}
	for s.flight.told <= highest && s.flight.at(s.flight.told).state != pieceAway {
		s.flight.told++
	}
	return news
}

// overtaken says whether a piece that did not come is lost, not only behind a later one.
func (s *Sender) overtaken(number, highest int64, now time.Time) bool {
	p := s.flight.at(number)
	return highest-number >= reorderPieces || s.flight.at(highest).at.Sub(p.at) >= reorderTime || now.Sub(p.at) >= s.rtt()+reportSlack
}

// landed notes what became of a piece.
func (s *Sender) landed(p *flying, state uint8) {
	f, bit := p.frame, uint64(1)<<(p.index%64)
	if p.state == pieceAway {
		s.flight.bytes -= int(p.size)
		f.under--
		f.away[p.index/64] &^= bit
	}
	p.state = state
	if state == pieceHere {
		p.frame = nil // it may be large
	}
	if state == pieceHere && f.came[p.index/64]&bit == 0 {
		f.came[p.index/64] |= bit
		f.here++
	}
}

// timed measures the round trip, as RFC 9002 section 5.3 does.
func (s *Sender) timed(r *Report, highest int64, now time.Time) {
	if r.Hold == holdMore || highest <= s.news.highest && s.news.any {
		return
	}
	rtt := max(now.Sub(s.flight.at(highest).at)-time.Duration(r.Hold)*time.Millisecond, time.Millisecond)
	if s.stats.RTT == 0 {
		s.stats.RTT = rtt
	}
	s.stats.RTT += (rtt - s.stats.RTT) / 8
}

// observe tells what is learned of the newest piece that came.
func (s *Sender) observe(r *Report, highest int64, now time.Time) {
	n := &s.news
	sent := s.flight.at(highest).at.Sub(s.epoch)
	expected := n.arrival + int64((sent-n.sent)/(clockUnit*time.Microsecond))
	if !n.any {
		expected = int64(r.Arrival)
	}
	n.any, n.highest, n.sent = true, highest, sent
	n.arrival = expected + int64(int16(r.Arrival-uint16(expected)))
	if s.observer != nil {
		sample := n.sample
		sample.RTT = s.stats.RTT
		sample.Sent, sample.Arrival = sent, time.Duration(n.arrival)*clockUnit*time.Microsecond
		s.observer.Sample(sample, now)
	}
	n.sample = Sample{}
}

// complete ends the frames that came, and those that nothing can complete in time.
func (s *Sender) complete() {
	for c := range s.queue {
		came := s.pull(c, func(f *outgoing) bool {
			f.ended = f.k > 0 && f.here >= f.k
			return f.ended
		})
		for _, f := range came {
			s.stats.Frames++
			f.done(true)
		}
	}
}

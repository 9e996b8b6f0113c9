package transport

import (
	"sync"
	"time"

	"github.com/diemcau/diemcau/codec/opus"
	"github.com/diemcau/diemcau/fec"
)

// outageAfter is the silence whose losses are not the line's habit: they tell nothing of how it loses while it is there.
const outageAfter = time.Second

// reorderWindow is how many later datagrams arrive before a missing one counts as lost.
const reorderWindow = 16

// ReceiverStats counts what one direction of a line brought. All counts are since the start.
type ReceiverStats struct {
	Datagrams  uint64 // that arrived and were well formed
	Bytes      uint64 // of those, hop datagrams without what is below them
	Headers    uint64 // bytes below them, down to IP, if they took the way that is taken here
	Lost       uint64 // datagrams that did not arrive by themselves
	Runs       uint64 // runs of such losses
	Recovered  uint64 // of the lost, brought back by repair
	Malformed  uint64
	Duplicate  uint64
	TooOld     uint64
	Unresolved uint64 // entries whose alias was not known
}

// Receiver is the receiving end of one direction of a line (hops 5 and 10): it parses datagrams, recovers lost ones, and
// makes the reports for the other side. Its methods may be called from several goroutines.
type Receiver struct {
	mu       sync.Mutex
	started  bool
	highest  int64               // newest hop sequence that arrived
	arrival  time.Time           // of highest
	arrived  history             // by itself
	here     history             // arrived or recovered
	passed   [historySize]uint32 // when a sequence or a later one first arrived, in ms since epoch
	decoder  *fec.Decoder
	bindings [maxAliases]incoming
	stats    ReceiverStats
	reports  reports
	epoch    time.Time // zero of the reporter's clock
	losses   lossMeter
	uplink   uplinkRate
	work     work
}

// work is the datagram that Receive is busy with: when it came, where its packets go, and whether they went there already.
type work struct {
	now   time.Time
	out   *Received
	known bool // it was recovered before it came
}

// NewReceiver makes a Receiver; now is the zero of its clock.
func NewReceiver(now time.Time) *Receiver {
	r := &Receiver{epoch: now}
	r.decoder = fec.NewDecoder(r.recovered)
	return r
}

// Received is what one datagram brought: packets in order (first those of older datagrams that it recovered), and the other side's report.
type Received struct {
	Packets  []*Packet
	Feedback *Feedback
	knock    bool // it asks for a sign of life and has nothing else
}

// Receive takes one datagram. It keeps b: the packets' payloads lie in it. The error, if any, is
// ErrMalformed, ErrDuplicate or ErrTooOld; the datagram is then dropped and counted, and nothing else has changed.
func (r *Receiver) Receive(b []byte, now time.Time) (Received, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.work.now, r.work.known = now, false
	d, err := parseDatagram(b)
	if err != nil || !wellFormed(d.source) {
		r.stats.Malformed++
		return Received{}, ErrMalformed
	}
	hop, err := r.admit(d.hop, now)
	if err != nil {
		return Received{}, err
	}
	r.stats.Datagrams++
	r.stats.Bytes += uint64(len(b))
	r.stats.Headers += uint64(Overhead - r.uplink.spared)
	r.reports.note(&d, hop, now)
	var out Received
	if d.hasFeedback {
		out.Feedback = &d.feedback
	}
	out.knock = !d.hasFeedback && len(d.source) == 0 && d.chunkCount == 0
	r.decode(&d, hop, &out)
	if n := len(out.Packets); n > 0 && len(d.source) > 0 {
		r.uplink.arrive(out.Packets[n-1].Timestamp, len(b), r.losses.loss, now)
	}
	return out, nil
}

// admit places a hop sequence among those that came before.
func (r *Receiver) admit(seq uint16, now time.Time) (int64, error) {
	if !r.started {
		r.started = true
		r.highest = int64(seq) // sequences start at 0: what is missing before the first arrival is lost, or late
		r.arrival = now
		r.pass(r.highest-1, r.highest)
		r.arrived.set(r.highest)
		r.here.set(r.highest)
		return r.highest, nil
	}
	hop := unwrap16(r.highest, seq)
	switch {
	case hop > r.highest:
		r.reports.hole = r.reports.hole || hop > r.highest+1
		r.uplink.holes.note(hop-r.highest-1, now.Sub(r.arrival))
		r.advance(hop)
		r.arrival = now
	case r.highest-hop >= historySize || hop < 0:
		r.stats.TooOld++
		return 0, ErrTooOld
	case r.arrived.at(hop):
		r.stats.Duplicate++
		return 0, ErrDuplicate
	}
	r.work.known = r.here.at(hop) // late: repair was faster
	r.arrived.set(hop)
	r.here.set(hop)
	return hop, nil
}

// advance moves to a new highest sequence and settles which of the sequences that leave the reorder window were lost.
func (r *Receiver) advance(to int64) {
	from := r.highest
	outage := r.work.now.Sub(r.arrival) > outageAfter && to-from > 1
	r.settle(from, min(to, from+reorderWindow))
	r.arrived.advance(from, to)
	r.here.advance(from, to)
	r.pass(from, to)
	switch beyond := to - reorderWindow - from; {
	case outage:
		for s := max(from+1, to-reorderWindow); s < to; s++ {
			r.arrived.set(s) // not to be counted; the line was gone, so nothing of it comes late
		}
	case beyond > 0: // a gap so wide that even its newest part counts as lost
		r.settleGap(beyond)
	}
	r.highest = to
}

// pass notes when the sequences after from, up to to, were reached.
func (r *Receiver) pass(from, to int64) {
	ms := uint32(r.work.now.Sub(r.epoch).Milliseconds())
	for s := max(from+1, to-historySize+1); s <= to; s++ {
		r.passed[uint64(s)%historySize] = ms
	}
}

// late returns how long ago hop, or a later datagram, first arrived.
func (r *Receiver) late(hop int64) time.Duration {
	ms := uint32(r.work.now.Sub(r.epoch).Milliseconds())
	return time.Duration(ms-r.passed[uint64(hop)%historySize]) * time.Millisecond
}

// settle counts the losses among the sequences that leave the window while the highest goes from from to to.
func (r *Receiver) settle(from, to int64) {
	for s := max(from-reorderWindow+1, 0); s <= to-reorderWindow; s++ {
		if r.arrived.at(s) {
			continue
		}
		r.stats.Lost++
		if s == 0 || r.arrived.at(s-1) {
			r.stats.Runs++
		}
	}
}

// settleGap counts n sequences after the highest as one run of losses. The highest itself arrived.
func (r *Receiver) settleGap(n int64) {
	r.stats.Lost += uint64(n)
	r.stats.Runs++
}

// decode gives the datagram to the repair decoder and collects the packets of all source blocks that it yields.
func (r *Receiver) decode(d *datagram, hop int64, out *Received) {
	r.work.out = out
	r.decoder.Source(d.hop, d.source)
	for _, c := range d.chunks[:d.chunkCount] {
		r.decoder.Repair(d.hop, c)
	}
	if !r.work.known {
		r.unpack(d.source, hop)
	}
	r.work.out = nil
}

// recovered takes a source block that the repair decoder brought back; the block is the decoder's.
func (r *Receiver) recovered(seq uint16, block []byte) {
	hop := unwrap16(r.highest, seq)
	if hop < 0 || r.here.at(hop) {
		return
	}
	r.here.set(hop)
	r.stats.Recovered++
	r.unpack(append([]byte(nil), block...), hop)
}

// unpack turns a source block into packets; what is malformed in a recovered block ends it.
func (r *Receiver) unpack(block []byte, hop int64) {
	for len(block) > 0 {
		e, rest, err := parseEntry(block)
		if err != nil {
			r.stats.Malformed++
			return
		}
		block = rest
		publication, layer, sequence, captured, ok := r.bindings[e.alias].resolve(&e, hop, r.late(hop))
		if !ok {
			r.stats.Unresolved++
			continue
		}
		for i := range e.frames {
			r.work.out.Packets = append(r.work.out.Packets, NewVoice(publication, layer, sequence, captured, e.levels[i], e.payloads[i]))
			samples, err := opus.Duration(e.payloads[i])
			if err != nil {
				break // nobody can tell when the next frame was captured
			}
			sequence++
			captured += uint32(samples)
		}
	}
}

// wellFormed says whether a source block can be read to its end.
func wellFormed(block []byte) bool {
	for len(block) > 0 {
		_, rest, err := parseEntry(block)
		if err != nil {
			return false
		}
		block = rest
	}
	return true
}

// Stats returns the counts so far.
func (r *Receiver) Stats() ReceiverStats {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stats
}

// Loss returns the share of datagrams that do not arrive by themselves, over about 10 s, and the mean length of a run of losses.
// Call it about once a second.
func (r *Receiver) Loss(now time.Time) (loss, run float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.observe(now)
	return r.losses.loss, r.losses.run
}

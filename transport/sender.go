package transport

import (
	"sync"
	"time"

	"github.com/quic-go/quic-go/quicvarint"

	"github.com/diemcau/diemcau/fec"
)

const (
	sentHistory  = 128 // datagrams whose sending a Sender remembers: 2.5 s at 20 ms
	maxCarried   = 3   // voices of a datagram that can be confirmed
	maxSource    = 900 // bytes of a source block, so that a chunk over it still fits beside the next
	statsHorizon = 10 * time.Second
)

// sent is what a Sender remembers of a datagram.
type sent struct {
	at     time.Duration // since the sender's epoch
	size   uint16
	here   bool // reported
	count  uint8
	voices [maxCarried]carried
}

// SenderStats describes one direction of a line as its sender sees it.
type SenderStats struct {
	Datagrams uint64
	Bytes     uint64        // hop datagrams, without what is below them
	Unsent    uint64        // packets dropped because no alias was free
	RTT       time.Duration // smoothed; 0 until measured
	Loss      float64       // share of datagrams that did not arrive by themselves, over about 10 s, 0 to 1
	Run       float64       // mean length of a run of losses, in datagrams, at least 1
	Rate      float64       // bit/s that the line is believed to carry, with all headers
}

// Sender is the sending end of one direction of a line (hops 3 and 9): it packs packets into datagrams, adds repair
// for this line, and learns from the other side's feedback. Its methods may be called from several goroutines.
type Sender struct {
	mu        sync.Mutex
	next      int64 // hop sequence
	history   [sentHistory]sent
	aliases   aliases
	encoder   *fec.Encoder // nil while the line was never protected
	protected bool
	source    []byte // scratch
	chunks    []fec.Chunk
	stats     SenderStats
	losses    lossMeter
	rate      rateControl
	epoch     time.Time // of the first datagram
}

// NewSender makes a Sender without protection.
func NewSender() *Sender {
	return &Sender{stats: SenderStats{Run: 1, Rate: startRate}, rate: newRateControl()}
}

// Protect sets how the datagrams from now on are protected.
func (s *Sender) Protect(p fec.Protection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.protected = p != fec.Protection{}
	if s.encoder == nil && s.protected {
		s.encoder = fec.NewEncoder()
	}
	if s.encoder != nil {
		s.encoder.Protect(p)
	}
}

// Datagram appends to dst the next hop datagram, with as many of the packets as fit (at least one if there are any) and the feedback, if not nil.
// It returns how many packets it took. Packets of one layer should stand together, in order.
func (s *Sender) Datagram(dst []byte, packets []*Packet, fb *Feedback, now time.Time) (datagram []byte, taken int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.epoch.IsZero() {
		s.epoch = now
	}
	record := &s.history[s.next%sentHistory]
	*record = sent{at: now.Sub(s.epoch)}
	s.source, taken = s.pack(s.source[:0], packets, record)
	s.chunks = s.chunks[:0]
	if s.protected { // a clean line pays neither time nor memory; repair covers what is sent from the first protected datagram on
		s.encoder.Source(uint16(s.next), s.source)
		if len(s.source) > 0 {
			s.chunks = s.encoder.Repairs(s.chunks, s.room(fb))
		}
	}
	start := len(dst)
	dst = appendDatagram(dst, uint16(s.next), fb, s.source, s.chunks)
	record.size = uint16(len(dst) - start)
	s.next++
	s.stats.Datagrams++
	s.stats.Bytes += uint64(record.size)
	return dst, taken
}

// room is what is left for repair chunks beside the source block and the feedback.
func (s *Sender) room(fb *Feedback) int {
	room := MaxDatagram - headerSize - quicvarint.Len(uint64(len(s.source))) - len(s.source)
	if fb != nil {
		room -= feedbackFixed + len(fb.Bitmap)
	}
	return room
}

// pack builds the source block of the next datagram.
func (s *Sender) pack(b []byte, packets []*Packet, record *sent) (block []byte, taken int) {
	for taken < len(packets) {
		run := runLength(packets[taken:])
		size := fullSize
		for _, p := range packets[taken : taken+run] {
			size += maxFrameHeader + len(p.Payload)
		}
		if taken > 0 && len(b)+size > maxSource {
			return b, taken
		}
		b = s.appendRun(b, packets[taken:taken+run], record)
		taken += run
	}
	return b, taken
}

// appendRun appends frames of one layer as one entry, in the short form where the other end is sure to understand it.
func (s *Sender) appendRun(b []byte, run []*Packet, record *sent) []byte {
	alias, ok := s.aliases.lookup(run[0], s.next)
	if !ok {
		s.stats.Unsent += uint64(len(run))
		return b
	}
	o := &s.aliases[alias]
	o.lastHop = s.next
	if record.count < maxCarried {
		last := run[len(run)-1]
		record.voices[record.count] = carried{alias: alias, generation: o.generation, sequence: last.Sequence, time: last.Timestamp}
		record.count++
	}
	return appendEntry(b, alias, !o.short(run[0]), run)
}

// runLength is the number of packets at the head that one entry can hold.
func runLength(packets []*Packet) int {
	n, size := 1, len(packets[0].Payload)
	for n < len(packets) && n < maxEntryFrames && follows(packets[n-1], packets[n]) {
		if size += len(packets[n].Payload) + maxFrameHeader; size > maxSource-fullSize {
			break
		}
		n++
	}
	return n
}

// Feedback takes the other side's report. A report that speaks of datagrams never sent is ignored.
func (s *Sender) Feedback(fb *Feedback, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	highest := unwrap16(s.next, fb.Highest)
	if highest < 0 || highest >= s.next || s.next-highest > sentHistory {
		return
	}
	newest := &s.history[highest%sentHistory]
	if fb.Hold < holdUnknown {
		s.measureRTT(now.Sub(s.epoch) - newest.at - time.Duration(fb.Hold)*time.Millisecond)
	}
	bytes := s.confirm(newest)
	for i := range int64(8 * len(fb.Bitmap)) {
		seq := highest - 1 - i
		if seq < 0 || s.next-seq > sentHistory {
			break
		}
		if fb.Bitmap[i/8]&(1<<(i%8)) != 0 {
			bytes += s.confirm(&s.history[seq%sentHistory])
		}
	}
	s.losses.update(highest, fb.Lost, fb.Runs, now)
	s.stats.Loss, s.stats.Run = s.losses.loss, s.losses.run
	s.rate.update(s.epoch.Add(newest.at), fb.Arrival, bytes, now)
	s.stats.Rate = s.rate.rate
}

// confirm notes that a datagram is with the other end and returns its size on the wire if that is news.
func (s *Sender) confirm(d *sent) int {
	if d.here {
		return 0
	}
	d.here = true
	for _, c := range d.voices[:d.count] {
		s.aliases.confirm(c)
	}
	return int(d.size) + Overhead
}

func (s *Sender) measureRTT(rtt time.Duration) {
	rtt = max(rtt, time.Microsecond)
	if s.stats.RTT == 0 {
		s.stats.RTT = rtt
		return
	}
	s.stats.RTT += (rtt - s.stats.RTT) / 8 // RFC 9002 section 5.3
}

// Stats returns the state of this direction.
func (s *Sender) Stats() SenderStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

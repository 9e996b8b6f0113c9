package transport

import (
	"sync"
	"time"

	"github.com/diemcau/diemcau/fec"
)

const (
	sentHistory  = 128 // datagrams whose sending a Sender remembers: 2.5 s at 20 ms
	longestPace  = 150 * time.Millisecond
	probeSpan    = 8   // datagrams that a probe's repair covers
	maxPlaces    = 16  // entries of a datagram
	maxCarried   = 3   // voices of a datagram that can be confirmed
	maxSource    = 900 // bytes of a source block, so that a chunk over it still fits beside the next
	statsHorizon = 10 * time.Second
	rareRTT      = 2 * time.Second
)

// sent is what a Sender remembers of a datagram.
type sent struct {
	departure
	at     time.Duration // since the sender's epoch
	size   uint16
	aside  uint32 // bytes that left beside it, since the one before
	here   bool   // reported
	count  uint8
	voices [maxCarried]carried
}

// SenderStats describes one direction of a line as its sender sees it.
type SenderStats struct {
	Datagrams uint64
	Bytes     uint64        // hop datagrams, without what is below them
	Headers   uint64        // bytes below them, down to IP
	Unsent    uint64        // packets dropped because no alias was free
	RTT       time.Duration // smoothed; 0 until measured
	Loss      float64       // share of datagrams that did not arrive by themselves, over about 10 s, 0 to 1
	Run       float64       // mean length of a run of losses, in datagrams, at least 1
	Observed  float64       // datagrams that Loss and Run were measured with
	Pace      time.Duration // between datagrams with media, smoothed; 0 until measured
	Rate      float64       // bit/s that may be sent now, with all headers: what the line is believed to carry, less while a queue is emptied
	Queue     time.Duration // one-way delay above the least that the line has, as last reported
	Delay     time.Duration // the same with what our own bursts explain
	Broken    bool          // the circuit breaker is open: send no media
	Sparse    bool          // the other side saves reports where datagrams are far apart: see fec.Line
}

// Sender is the sending end of one direction of a line (hops 3 and 9): it packs packets into datagrams, adds repair
// for this line, and learns from the other side's feedback. Its methods may be called from several goroutines.
type Sender struct {
	mu      sync.Mutex
	next    int64 // hop sequence
	history [sentHistory]sent
	aliases aliases
	encoder *fec.Encoder // nil while the line was never protected
	plan    fec.Protection
	bucket  bucket
	scratch
	stats  SenderStats
	losses lossMeter
	crowd  crowd
	rate   rateControl
	moments
	lower
	hedge
}

// hedge is what a Sender knows of a line over several uplinks.
type hedge struct {
	prompt bool    // each datagram is to be confirmed at once: it may have to go over another uplink
	alone  float64 // what one uplink loses, if more than the line does
	// A copy over the slower of two uplinks is so much later: that is no queue.
	apart time.Duration
}

// moments are when something last was.
type moments struct {
	epoch   time.Time // the first datagram
	mediaAt time.Time // the newest datagram with media
	rttAt   time.Time // a round trip was measured
}

// scratch is what Datagram works with; its memory stays.
type scratch struct {
	source []byte
	places [maxPlaces]place
	chunks []fec.Chunk
}

// NewSender makes a Sender without protection.
func NewSender() *Sender {
	return &Sender{lower: lower{below: Overhead}, stats: SenderStats{Run: 1}, rate: newRateControl()}
}

// Protect sets how the datagrams from now on are protected.
func (s *Sender) Protect(p fec.Protection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plan = p
	if s.encoder == nil && s.protected() {
		s.encoder = fec.NewEncoder()
	}
	if s.encoder != nil {
		s.encoder.Protect(p)
	}
}

// over says what the datagrams go on from now on, those of the other side too. free: nothing bounds what they may be but what the line itself tells.
func (s *Sender) over(b Below, now time.Time) (free bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.below, s.acks.none = b.Overhead, b.Beside
	s.rate.losses.doubt.goes(b, now)
	if b.Least > 0 && !s.swift && !s.epoch.IsZero() { // what waited for QUIC's window says nothing of the line any more
		s.swift, s.swiftAt, s.stats.RTT, s.rttAt = true, now.Sub(s.epoch), b.Least, now
	}
	return s.rate.losses.free()
}

func (s *Sender) protected() bool { return s.plan.Window > 0 }

// Datagram appends to dst the next hop datagram, with as many of the packets as fit (at least one if there are any) and the feedback, if not nil.
// It returns how many packets it took. Packets of one layer should stand together, in order.
func (s *Sender) Datagram(dst []byte, packets []*Packet, fb *Feedback, now time.Time) (datagram []byte, taken int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.epoch.IsZero() {
		s.epoch = now
	}
	if len(packets) > 0 {
		s.paced(now)
	}
	record := &s.history[s.next%sentHistory]
	*record = sent{at: now.Sub(s.epoch)}
	probe := 0
	if len(packets) > 0 {
		probe = s.rate.fill(record.at)
	}
	s.source, taken = s.pack(s.source[:0], packets, record)
	s.chunks = s.chunks[:0]
	if s.protected() { // a clean line pays neither time nor memory; repair covers what is sent from the first protected datagram on
		s.encoder.Source(uint16(s.next), s.source)
		s.bucket.fill(s.repairRate(), now)
		s.chunks = s.encoder.Repairs(s.chunks, s.room(fb))
	} else if s.encoder != nil && probe == 0 {
		s.encoder.Protect(s.plan) // forgets: the sequence goes on without it
	}
	s.pad(probe, fb)
	start := len(dst)
	dst = appendDatagram(dst, uint16(s.next), s.asksPrompt(), fb, s.source, s.chunks)
	record.size = uint16(len(dst) - start)
	s.bucket.spend(int(record.size) + s.below)
	asks := len(s.source) > 0 || len(s.chunks) > 0 || fb == nil
	record.aside = uint32(s.rate.gone.aside)
	record.departure = s.rate.sent(int(record.size)+s.below, asks, record.at)
	s.next++
	s.stats.Datagrams++
	s.stats.Bytes += uint64(record.size)
	s.stats.Headers += uint64(s.below)
	return dst, taken
}

// repairRate is what media and repair may take. Where there is no window below, nothing else holds back one whose plan the other side makes while a queue goes, or a test runs.
func (s *Sender) repairRate() int {
	if s.acks.none && (s.rate.drain.on || s.rate.losses.testing) {
		return min(s.plan.Rate, int(s.rate.allowed()))
	}
	return s.plan.Rate
}

// paced measures the time between datagrams with media; a pause is not a pace.
func (s *Sender) paced(now time.Time) {
	if gap := now.Sub(s.mediaAt); gap > 0 && gap <= longestPace {
		if s.stats.Pace == 0 {
			s.stats.Pace = gap
		}
		s.stats.Pace += (gap - s.stats.Pace) / 16
	}
	s.mediaAt = now
}

// room is what is left for repair chunks beside the source block and the feedback, in the datagram and of the line's rate.
func (s *Sender) room(fb *Feedback) int {
	return min(MaxDatagram, int(s.bucket.bytes)-s.below) - s.own(fb)
}

// own is what the datagram has without repair.
func (s *Sender) own(fb *Feedback) int {
	own := headerSize + fec.LengthSize(len(s.source)) + len(s.source)
	if fb != nil {
		own += feedbackFixed + len(fb.Bitmap)
	}
	return own
}

// pad fills the datagram for a probe, up to size bytes with all headers, with sums over the last datagrams, whether or not they are needed.
func (s *Sender) pad(size int, fb *Feedback) {
	if size == 0 {
		return
	}
	if s.encoder == nil {
		s.encoder = fec.NewEncoder()
	}
	if !s.protected() {
		s.encoder.Source(uint16(s.next), s.source)
	}
	room := min(MaxDatagram, size-s.below) - s.own(fb)
	for _, c := range s.chunks {
		room -= c.Len(false)
	}
	for span := probeSpan; span > 1 && len(s.chunks) < MaxChunks; {
		c, ok := s.encoder.Window(1, span, len(s.chunks))
		switch {
		case !ok:
			span--
		case c.Len(false) > room:
			return
		default:
			s.chunks = append(s.chunks, c)
			room -= c.Len(false)
		}
	}
}

// Owes says whether a datagram without media is worth sending, because what was said last is not confirmed yet. When a voice falls silent nothing else
// would carry its repair.
func (s *Sender) Owes() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.protected() && s.encoder.Owes()
}

// A place is one entry of the next datagram: an alias and the frames under it.
type place struct {
	alias uint8
	run   []*Packet
}

// pack builds the source block of the next datagram.
func (s *Sender) pack(b []byte, packets []*Packet, record *sent) (block []byte, taken int) {
	places, size := s.places[:0], 0
	for taken < len(packets) {
		run := runLength(packets[taken:])
		size += fullSize
		for _, p := range packets[taken : taken+run] {
			size += maxFrameHeader + len(p.Payload)
		}
		if taken > 0 && size > maxSource || len(places) == cap(places) {
			break
		}
		if alias, ok := s.aliases.lookup(packets[taken], s.next); ok {
			s.aliases[alias].lastHop = s.next
			places = append(places, place{alias, packets[taken : taken+run]})
		} else {
			s.stats.Unsent += uint64(run)
		}
		taken += run
	}
	for i, p := range places {
		b = s.appendRun(b, p, i == len(places)-1, record)
	}
	clear(places)
	return b, taken
}

// appendRun appends frames of one layer as one entry, in the short form where the other end is sure to understand it.
func (s *Sender) appendRun(b []byte, p place, last bool, record *sent) []byte {
	o := &s.aliases[p.alias]
	if record.count < maxCarried {
		newest := p.run[len(p.run)-1]
		record.voices[record.count] = carried{alias: p.alias, generation: o.generation, sequence: newest.Sequence, time: newest.Timestamp}
		record.count++
	}
	return appendEntry(b, p.alias, !o.short(p.run[0]), last, p.run)
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
	if fb.Hold < holdUnknown && newest.at >= s.swiftAt {
		s.measureRTT(now.Sub(s.epoch)-newest.at-time.Duration(fb.Hold)*time.Millisecond, now)
	}
	if s.encoder != nil {
		s.encoder.Report(fb.Highest, fb.Bitmap)
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
	if s.rate.drain.on {
		s.crowd.note(now)
	}
	s.losses.update(highest, fb.Lost, fb.Runs, s.crowd.loses(now), now)
	s.stats.Loss, s.stats.Run, s.stats.Observed = s.losses.loss, s.losses.run, s.losses.weight
	report := rateReport{
		now: now.Sub(s.epoch), sent: newest.at, arrival: fb.Arrival, departure: newest.departure, bytes: bytes,
		settled: s.settled(highest, fb.Lost), run: s.stats.Run, rtt: s.stats.RTT,
		apart: s.apart,
	}
	s.rate.update(&report)
	s.acks.reported(now)
}

// settled is the newest datagram whose loss a report counts.
func (s *Sender) settled(highest int64, lost uint8) settled {
	seq := highest - reorderWindow
	if seq < 0 || s.next-seq > sentHistory {
		return settled{seq: -1}
	}
	d := &s.history[seq%sentHistory]
	return settled{seq: seq, at: d.at, through: d.own, lost: lost}
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
	return int(d.size) + s.below + int(d.aside)
}

// asideReport is the longest report beside a voice, in bytes: it is as long as the voice's own, and no piece is as short.
const asideReport = 64

// SentAside notes that a datagram of so many bytes left beside the voice, on the same line: what the line carries is what it carries of both.
func (s *Sender) SentAside(size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rate.gone.aside += size + s.below
	s.rate.gone.yields = s.rate.gone.yields || size > asideReport
}

// shared says how many sessions carry the datagrams.
func (s *Sender) shared(sessions int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rate.gone.sessions = sessions
}

// hedged says how a line is over several uplinks.
func (s *Sender) hedged(h hedge) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hedge = h
}

// turned notes that the datagrams take another way, which carries at most limit bit/s; 0: that is not known.
func (s *Sender) turned(limit float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rate.turn(limit)
}

// measureRTT smooths like RFC 9002 section 5.3, but a sample after a long time counts for more, a shorter one alone: a side that only listens has few.
func (s *Sender) measureRTT(rtt time.Duration, now time.Time) {
	rtt = max(rtt, time.Microsecond)
	elapsed := now.Sub(s.rttAt)
	s.rttAt = now
	switch {
	case s.stats.RTT == 0:
		s.stats.RTT = rtt
	case elapsed > rareRTT && rtt < s.stats.RTT:
		s.stats.RTT = rtt
	case elapsed > rareRTT:
		s.stats.RTT += (rtt - s.stats.RTT) / 2
	default:
		s.stats.RTT += (rtt - s.stats.RTT) / 8
	}
}

// Stats returns the state of this direction.
func (s *Sender) Stats() SenderStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := s.stats
	stats.Loss = max(stats.Loss, s.alone)
	stats.Rate, stats.Queue, stats.Broken = s.acks.left(s.rate.allowed()), s.rate.delay.queue, s.rate.breaker.open
	stats.Delay = s.rate.delay.delay - s.rate.delay.base
	stats.Sparse = s.acks.none
	return stats
}

const (
	promptEvery = 2    // datagrams of a thin line share a report,
	promptLossy = 0.08 // unless it is known to lose more than this: then its repair follows reports
)

// asksPrompt says whether the next datagram is to be reported on at once. mu is held.
func (s *Sender) asksPrompt() bool {
	switch {
	case s.prompt, s.plan.Prompt && s.stats.Loss >= promptLossy, s.rate.probe.open:
		return true
	case s.plan.Prompt, s.rate.curious():
		return !s.acks.none || s.stats.Pace <= fec.SparseAfter || s.next%promptEvery == 0
	}
	return false
}

// rare says whether the other side reports rarely on what is sent, unless something is missing.
func (s *Sender) rare() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.acks.none && !s.plan.Prompt && !s.prompt && s.stats.Pace > fec.SparseAfter
}

// Want says how many bit/s, with all headers, the caller could use: so far, and no further, rate control proves with probes that the line
// carries them.
func (s *Sender) Want(rate float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rate.want = rate
}

package linesim

import (
	"time"

	"github.com/diemcau/diemcau/fec"
)

// Sizes of a report, in bytes.
const (
	Report  = 8 + bitmap
	bitmap  = 8
	horizon = 8 * bitmap
)

// Voice is a simulation: one voice over one line, a datagram every Interval.
type Voice struct {
	Bitrate    int           // of the codec, bit/s
	Interval   time.Duration // of datagrams, and the length of the frame in each
	Budget     time.Duration // from the capture of a frame's first sample until it must be there, transit not counted
	RTT        time.Duration
	Loss       Loss // of both directions
	Protection fec.Protection
	Feedback   bool
	Frames     int
	Seed       uint64
}

// Result is what came of it.
type Result struct {
	Residual float64 // share of frames that are not there at playout
	Run      float64 // mean length of a run of such frames
	Wire     float64 // bit/s forward, with all headers
	Return   float64 // bit/s of the reports
	Bound    float64 // share that even a sender who knew the losses would lose
}

type report struct {
	arrives time.Duration
	highest uint16
	bitmap  [bitmap]byte
}

type simulation struct {
	Voice
	encoder       *fec.Encoder
	decoder       *fec.Decoder
	forward, back Channel
	now, highest  int
	slots         []Slot
	there         []int // datagram that brought a frame, or brought it back; -1: none
	reports       []report
	nextReport    time.Duration
	spent
	block  []byte
	chunks []fec.Chunk
}

// spent counts bytes.
type spent struct {
	credit         float64 // left to send
	sent, reported int
}

// Run simulates a voice. Equal arguments give equal results.
func Run(v Voice) Result {
	s := &simulation{Voice: v, encoder: fec.NewEncoder(), highest: -1}
	s.forward, s.back = v.Loss.New(v.Seed, 1), v.Loss.New(v.Seed, 2)
	s.encoder.Protect(v.Protection)
	s.slots, s.there = make([]Slot, 0, v.Frames), make([]int, v.Frames)
	s.decoder = fec.NewDecoder(func(seq uint16, _ []byte) { s.came(s.now - int(uint16(s.now)-seq)) })
	s.block = make([]byte, s.media())
	for i := range s.there {
		s.there[i] = -1
	}
	for s.now = range v.Frames {
		s.step()
	}
	return s.result()
}

// media returns the bytes of a source block.
func (v Voice) media() int { return fec.MediaSize(v.Bitrate, v.Interval) }

// delay returns how many datagrams after its own a frame may come back.
func (v Voice) delay() int { return int((v.Budget - v.Interval) / v.Interval) }

func (s *simulation) came(frame int) {
	if frame >= 0 && s.there[frame] < 0 {
		s.there[frame] = s.now
	}
}

// step sends one datagram.
func (s *simulation) step() {
	at := time.Duration(s.now+1) * s.Interval
	for len(s.reports) > 0 && s.reports[0].arrives <= at {
		s.encoder.Report(s.reports[0].highest, s.reports[0].bitmap[:])
		s.reports = s.reports[1:]
	}
	seq := uint16(s.now)
	s.encoder.Source(seq, s.block)
	income := float64(s.Protection.Rate) * s.Interval.Seconds() / 8
	s.credit = min(s.credit+income, max(float64(s.Protection.Rate)*saved.Seconds()/8, income))
	size := fec.Below + fec.Header + len(s.block)
	s.chunks = s.encoder.Repairs(s.chunks[:0], max(int(s.credit)-size, 0))
	for _, c := range s.chunks {
		size += c.Len(false)
	}
	if len(s.chunks) > 0 {
		size -= fec.LengthSize(len(s.chunks[len(s.chunks)-1].Data))
	}
	s.credit = max(s.credit-float64(size), 0)
	s.sent += size
	lost := s.forward.Lost(at)
	s.slots = append(s.slots, Slot{At: at, Until: at + time.Duration(s.delay())*s.Interval, Media: len(s.block), Lost: lost})
	if !lost {
		s.highest = s.now
		if s.decoder.Source(seq, s.block) {
			s.came(s.now)
		}
		for _, c := range s.chunks {
			s.decoder.Repair(seq, c)
		}
	}
	s.report(at + s.RTT/2)
}

// report sends what the receiver knows, at its own time.
func (s *simulation) report(at time.Duration) {
	interval := 200 * time.Millisecond
	if s.Protection.Prompt {
		interval = s.Interval
	}
	if !s.Feedback || s.highest < 0 || at < s.nextReport {
		return
	}
	s.nextReport = at + interval - time.Millisecond
	s.reported += fec.Below + 3 + Report
	if s.back.Lost(at) {
		return
	}
	r := report{arrives: at + s.RTT/2, highest: uint16(s.highest)}
	for i := range min(horizon, s.highest) {
		if s.there[s.highest-1-i] >= 0 {
			r.bitmap[i/8] |= 1 << (i % 8)
		}
	}
	s.reports = append(s.reports, r)
}

func (s *simulation) result() Result {
	delay := s.delay()
	counted := max(s.Frames-delay, 1)
	missing, runs, in := 0, 0, false
	for i, t := range s.there[:counted] {
		late := t < 0 || t-i > delay
		if late {
			missing++
			if !in {
				runs++
			}
		}
		in = late
	}
	length := float64(s.Frames) * s.Interval.Seconds()
	return Result{
		Residual: float64(missing) / float64(counted),
		Run:      float64(missing) / float64(max(runs, 1)),
		Wire:     8 * float64(s.sent) / length,
		Return:   8 * float64(s.reported) / length,
		Bound:    Bound(s.slots, s.Protection.Rate),
	}
}

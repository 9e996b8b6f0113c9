package transport

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

// anyLine is a line between a Sender and a Receiver that does to datagrams and reports what lines do.
type anyLine struct {
	t        *rapid.T
	rng      *rand.Rand
	loss     float64
	twice    float64 // share that comes twice
	late     float64 // share that comes some datagrams later, a tenth of it much later
	sender   *Sender
	receiver *Receiver
	sent     map[[2]uint32]*Packet
	heard    map[[2]uint32]bool
	under    []delayed // on the way
	reports  []*Feedback
}

// delayed is a datagram and when it comes.
type delayed struct {
	bytes []byte
	at    time.Time
}

func newAnyLine(t *rapid.T, now time.Time) *anyLine {
	l := &anyLine{
		t: t, rng: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)), sender: NewSender(), receiver: NewReceiver(now),
		loss: rapid.Float64Range(0, 0.6).Draw(t, "loss"), twice: rapid.Float64Range(0, 0.3).Draw(t, "twice"), late: rapid.Float64Range(0, 0.3).Draw(t, "late"),
		sent: map[[2]uint32]*Packet{}, heard: map[[2]uint32]bool{},
	}
	l.sender.Want(float64(rapid.SampledFrom([]int{0, 64e3}).Draw(t, "wanted"))) // with and without probes
	l.sender.next = int64(rapid.SampledFrom([]int{0, 32_700, 65_400}).Draw(t, "first"))
	return l
}

// send sends a datagram; it and what is under way come or do not.
func (l *anyLine) send(packets []*Packet, now time.Time) {
	for _, p := range packets {
		l.sent[[2]uint32{p.SSRC, p.Sequence}] = p
	}
	b, taken := l.sender.Datagram(nil, packets, nil, now)
	if taken != len(packets) || len(b) > MaxDatagram {
		l.t.Fatalf("%d of %d packets in %d bytes", taken, len(packets), len(b))
	}
	for range 2 {
		if l.rng.Float64() >= l.loss {
			l.under = append(l.under, delayed{bytes.Clone(b), now.Add(l.delay())})
		}
		if l.rng.Float64() >= l.twice {
			break
		}
	}
	l.arrive(now)
	l.report(now)
}

func (l *anyLine) delay() time.Duration {
	switch {
	case l.rng.Float64() >= l.late:
		return 0
	case l.rng.IntN(10) > 0:
		return time.Duration(l.rng.IntN(200)) * time.Millisecond
	}
	return time.Duration(l.rng.IntN(8000)) * time.Millisecond
}

// arrive brings what is due, in the order in which it is.
func (l *anyLine) arrive(now time.Time) {
	slices.SortStableFunc(l.under, func(a, b delayed) int { return a.at.Compare(b.at) })
	for len(l.under) > 0 && !l.under[0].at.After(now) {
		l.receive(l.under[0].bytes, l.under[0].at)
		l.under = l.under[1:]
	}
}

// receive holds what comes out against what was said, and hears nothing twice.
func (l *anyLine) receive(b []byte, now time.Time) {
	got, err := l.receiver.Receive(b, now)
	if err != nil && len(got.Packets) > 0 {
		l.t.Fatalf("%v, and %d packets", err, len(got.Packets))
	}
	for _, p := range got.Packets {
		key := [2]uint32{p.SSRC, p.Sequence}
		want := l.sent[key]
		if want == nil || p.Timestamp != want.Timestamp || p.Layer != want.Layer || p.Level != want.Level || !bytes.Equal(p.Payload, want.Payload) {
			l.t.Fatalf("heard %+v, said %+v", p, want)
		}
		if l.heard[key] {
			l.t.Fatalf("frame %d of %d is heard twice", p.Sequence, p.SSRC)
		}
		l.heard[key] = true
	}
}

// report brings a report back, now or later, once or twice, or never.
func (l *anyLine) report(now time.Time) {
	if fb := l.receiver.Report(now, true); fb != nil && l.rng.Float64() >= l.loss {
		fb.Bitmap = slices.Clone(fb.Bitmap)
		l.reports = append(l.reports, fb)
	}
	for len(l.reports) > l.rng.IntN(5) {
		i := l.rng.IntN(len(l.reports))
		l.sender.Feedback(l.reports[i], now)
		if l.rng.Float64() >= l.twice {
			l.reports = slices.Delete(l.reports, i, i+1)
		}
	}
}

// TestWhatIsHeardIsWhatWasSaid: up to three voices that come and go, over any line, while plans change and hop sequences, sequences and capture times wrap around.
func TestWhatIsHeardIsWhatWasSaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(1e9, 0)
		l := newAnyLine(t, now)
		plans := rapid.SliceOfN(rapid.Custom(anyProtection), 1, 5).Draw(t, "plans")
		first := rapid.SampledFrom([]uint32{0, 1<<32 - 300}).Draw(t, "first frame")
		speaking, said := [3]bool{true}, [3]uint32{}
		tick := uint32(1<<32/codec.TimeGrid - 400) // the capture time wraps, and is not on the grid from then on
		for i := range uint32(1300) {
			steps := uint32(1)
			if l.rng.IntN(150) == 0 { // nobody speaks, and a silence takes no numbers
				steps = 1 + l.rng.Uint32N(400)
			}
			tick += steps
			now = now.Add(time.Duration(steps) * 20 * time.Millisecond)
			l.arrive(now.Add(-time.Millisecond))
			if i%200 == 0 {
				l.sender.Protect(plans[int(i/200)%len(plans)])
			}
			var packets []*Packet
			for voice := range speaking {
				if l.rng.IntN(60) == 0 {
					speaking[voice] = !speaking[voice]
				}
				if speaking[voice] {
					packets = append(packets, frame(uint32(voice+1), codec.LayerHi, first+said[voice], tick))
					said[voice]++
				}
			}
			l.send(packets, now)
		}
		if s := l.receiver.Stats(); s.Malformed > 0 {
			t.Fatalf("%+v", s)
		}
		if share := float64(len(l.heard)) / float64(len(l.sent)); share < 0.9*(1-l.loss)-0.1 {
			t.Fatalf("%.2f of the frames are heard, %.2f lost", share, l.loss)
		}
	})
}

func anyProtection(t *rapid.T) fec.Protection {
	return fec.Protection{
		Window: rapid.IntRange(0, fec.MaxWindow).Draw(t, "window"), Age: rapid.IntRange(0, 20).Draw(t, "age"), Gap: rapid.IntRange(1, 8).Draw(t, "gap"),
		Rate: rapid.IntRange(0, 200e3).Draw(t, "rate"), Prompt: rapid.Bool().Draw(t, "prompt"),
	}
}

package fec_test

import (
	"math/rand/v2"
	"testing"

	"github.com/diemcau/diemcau/fec"
)

// A line is an encoder and a decoder with a lossy channel between and reports back, kept running.
type line struct {
	encoder *fec.Encoder
	decoder *fec.Decoder
	random  *rand.Rand
	loss    float64
	chunks  []fec.Chunk
	wire    []byte
	block   []byte
	bitmap  [8]byte
	seq     uint16
	back    int
}

const delay = 4 // datagrams until a report is there

func newLine(p fec.Protection, loss float64, size int) *line {
	l := &line{
		encoder: fec.NewEncoder(),
		random:  rand.New(rand.NewPCG(5, 6)),
		loss:    loss,
		block:   make([]byte, size),
		wire:    make([]byte, 0, 4000),
	}
	l.encoder.Protect(p)
	l.decoder = fec.NewDecoder(func(uint16, []byte) { l.back++ })
	for range 20_000 {
		l.step()
	}
	return l
}

func (l *line) step() {
	l.seq++
	l.block[0] = byte(l.seq)
	l.encoder.Source(l.seq, l.block)
	l.chunks = l.encoder.Repairs(l.chunks[:0], 3*len(l.block))
	l.wire = l.wire[:0]
	for i, c := range l.chunks {
		l.wire = c.Append(l.wire, i == len(l.chunks)-1)
	}
	if l.random.Float64() >= l.loss {
		l.receive()
	}
	if l.random.Float64() >= l.loss {
		l.report(l.seq - delay)
	}
}

func (l *line) receive() {
	l.decoder.Source(l.seq, l.block)
	rest := l.wire
	for i := range l.chunks {
		var c fec.Chunk
		c, rest, _ = fec.ParseChunk(rest, i, i == len(l.chunks)-1)
		l.decoder.Repair(l.seq, c)
	}
}

func (l *line) report(highest uint16) {
	clear(l.bitmap[:])
	for i := range uint16(64) {
		if l.decoder.Here(highest - 1 - i) {
			l.bitmap[i/8] |= 1 << (i % 8)
		}
	}
	l.encoder.Report(highest, l.bitmap[:])
}

func TestNoAllocation(t *testing.T) {
	for _, p := range []fec.Protection{{}, {Window: 9}, {Window: 9, Age: 6, Gap: 4}, {Window: 64, Age: 8, Gap: 2}} {
		l := newLine(p, 0.3, 100)
		if n := testing.AllocsPerRun(20_000, l.step); n != 0 {
			t.Errorf("%+v: %v allocations a datagram", p, n)
		}
		if (p != fec.Protection{}) && l.back < 5000 {
			t.Errorf("%+v: only %d came back", p, l.back)
		}
	}
}

func benchmark(b *testing.B, p fec.Protection, loss float64) {
	l := newLine(p, loss, 100)
	b.SetBytes(100)
	b.ReportAllocs()
	for b.Loop() {
		l.step()
	}
}

// The cost of a datagram of 100 B, both ends together.
func BenchmarkUnprotected(b *testing.B) { benchmark(b, fec.Protection{}, 0) }

func BenchmarkLoss10(b *testing.B) { benchmark(b, fec.Protection{Window: 9, Age: 9, Gap: 4}, 0.1) }

func BenchmarkLoss30(b *testing.B) { benchmark(b, fec.Protection{Window: 19, Age: 9, Gap: 4}, 0.3) }

// BenchmarkHostile is the worst a peer can do per datagram: seven wide chunks over symbols that never come.
func BenchmarkHostile(b *testing.B) {
	d := fec.NewDecoder(func(uint16, []byte) {})
	r := rand.New(rand.NewPCG(1, 1))
	data := make([]byte, 150)
	seq := uint16(0)
	b.ReportAllocs()
	for b.Loop() {
		seq++
		if seq%3 != 0 {
			d.Source(seq, data[:100])
		}
		for index := range fec.MaxChunks {
			data[r.IntN(len(data))] = byte(r.Uint32())
			d.Repair(seq, fec.Chunk{Offset: 1 + r.IntN(100), Span: 64, Index: index, Data: data})
		}
	}
}

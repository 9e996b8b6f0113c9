package fec_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/diemcau/diemcau/fec"
)

func anyProtection(t *rapid.T) fec.Protection {
	return fec.Protection{
		Window: rapid.IntRange(0, fec.MaxWindow).Draw(t, "window"),
		Age:    rapid.IntRange(0, 20).Draw(t, "age"),
		Gap:    rapid.IntRange(1, 8).Draw(t, "gap"),
	}
}

// TestWhatLinearAlgebraAllows: streams short enough that nothing expires, lost, repeated and out of order: the decoder knows at the end exactly
// what elimination from scratch knows.
func TestWhatLinearAlgebraAllows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		r := rand.New(rand.NewPCG(seed, 0))
		first := rapid.SampledFrom([]uint16{0, 100, 32760, 65500}).Draw(t, "first")
		room := rapid.IntRange(0, 500).Draw(t, "room")
		sent := stream(r, anyProtection(t), first, rapid.IntRange(1, 60).Draw(t, "n"), 90, room)
		loss := rapid.Float64Range(0, 0.7).Draw(t, "loss")
		var arrived []datagram
		for _, d := range sent {
			if r.Float64() >= loss {
				arrived = append(arrived, d)
			}
		}
		if rapid.Bool().Draw(t, "shuffled") {
			r.Shuffle(len(arrived), func(i, j int) { arrived[i], arrived[j] = arrived[j], arrived[i] })
		}
		rec := newReceiver(t, sent)
		for _, d := range arrived {
			rec.receive(d)
			if r.IntN(4) == 0 {
				rec.receive(arrived[r.IntN(len(arrived))]) // may come twice, may come early
			}
		}
		compare(t, rec, sent, arrived)
	})
}

// TestLongStreams: over wrap-around and expiry nothing wrong comes out, nothing comes twice, and a line that is good enough loses nothing.
func TestLongStreams(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		p := anyProtection(t)
		const n = 1500
		room := rapid.IntRange(0, 300).Draw(t, "room")
		sent := stream(r, p, 65000, n, 40, room)
		rec := newReceiver(t, sent)
		loss := rapid.Float64Range(0, 0.5).Draw(t, "loss")
		var held []datagram
		for _, d := range sent {
			switch {
			case r.Float64() < loss:
			case r.IntN(20) == 0:
				held = append(held, d)
			default:
				rec.receive(d)
			}
			if len(held) > 5 || (len(held) > 0 && r.IntN(10) == 0) {
				rec.receive(held[0])
				held = held[1:]
			}
		}
		strong := p.Window >= 10 && p.Age == 0 && room >= 90
		if strong && loss < 0.05 && len(rec.have) < n*999/1000 {
			t.Fatalf("%+v, room %d, loss %.2f: only %d of %d", p, room, loss, len(rec.have), n)
		}
	})
}

// TestRecoveredInOrder: what one datagram brings back comes oldest first.
func TestRecoveredInOrder(t *testing.T) {
	e := fec.NewEncoder()
	var got []uint16
	d := fec.NewDecoder(func(seq uint16, _ []byte) { got = append(got, seq) })
	for seq := range uint16(4) {
		e.Source(seq, []byte{byte(seq), 1})
	}
	for index := range 3 {
		c, ok := e.Window(1, 3, index)
		if !ok {
			t.Fatal("no chunk")
		}
		d.Repair(3, c)
	}
	if !slices.Equal(got, []uint16{0, 1, 2}) || d.Stats().Recovered != 3 {
		t.Errorf("recovered %v", got)
	}
	if c, ok := e.Copy(1); !ok || c.Offset != 2 || c.Span != 1 {
		t.Errorf("copy of 1: %+v", c)
	}
	if _, ok := e.Copy(3); ok {
		t.Error("a copy of the datagram itself")
	}
	if _, ok := e.Window(2, 3, 0); ok {
		t.Error("a window over what never was")
	}
}

// TestExpiry: what is too old is neither taken nor solved, and what is left still works.
func TestExpiry(t *testing.T) {
	recovered := 0
	d := fec.NewDecoder(func(uint16, []byte) { recovered++ })
	e := fec.NewEncoder()
	e.Source(0, []byte("lost"))
	e.Source(1, []byte("lost too"))
	e.Source(2, []byte("x"))
	first, _ := e.Window(1, 2, 0)
	d.Source(2, []byte("x"))
	d.Repair(2, first) // one equation, two unknowns
	if !d.Source(fec.Symbols+1, nil) || d.Here(0) || d.Source(1, []byte("lost too")) || d.Here(1) {
		t.Error("symbols 0 and 1 should be too old")
	}
	if recovered != 0 {
		t.Error("solved with an expired symbol")
	}
	d.Repair(2, first)
	if s := d.Stats(); s.Old != 1 {
		t.Errorf("stats %+v", s)
	}
	if !d.Here(2) || d.Source(2, []byte("x")) {
		t.Error("2 is still here")
	}
}

// TestContradictions: chunks that cannot be true are counted and forgotten.
func TestContradictions(t *testing.T) {
	d := fec.NewDecoder(func(seq uint16, block []byte) { t.Errorf("recovered %d: %x", seq, block) })
	d.Source(9, []byte("0123456789"))
	d.Source(10, nil)
	d.Repair(10, fec.Chunk{Offset: 1, Span: 3, Data: []byte{0, 1, 2}})                            // shorter than what it covers
	d.Repair(11, fec.Chunk{Offset: 3, Span: 5, Data: nil})                                        // no length
	d.Repair(11, fec.Chunk{Offset: 0, Span: 1, Data: nil})                                        // itself
	d.Repair(11, fec.Chunk{Offset: 2, Span: 1, Data: make([]byte, fec.MaxBlock+1)})               // too long
	d.Repair(10, fec.Chunk{Offset: 2, Span: 65, Data: []byte{0, 0}})                              // too wide
	d.Repair(10, fec.Chunk{Offset: 1, Span: 2, Data: append([]byte{255}, "0123456789abcdef"...)}) // solves to nonsense
	if s := d.Stats(); s.Bad != 6 {
		t.Errorf("stats %+v", s)
	}
}

// TestReportsAndPlans: the plan changes on the way, datagrams and reports are lost, late, repeated and out of order, and some reports are made up:
// what comes out is still what was sent, and no datagram carries more than its room.
func TestReportsAndPlans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		loss := rapid.Float64Range(0, 0.6).Draw(t, "loss")
		lies := rapid.SampledFrom([]int{0, 0, 1, 20}).Draw(t, "lies")
		plans := rapid.SliceOfN(rapid.Custom(anyProtection), 1, 6).Draw(t, "plans")
		e, rec := fec.NewEncoder(), newReceiver(t, nil)
		var under []datagram
		var reports []report
		for i := range 1200 {
			if i%200 == 0 {
				e.Protect(plans[i/200%len(plans)])
			}
			if r.IntN(100) < lies {
				e.Report(uint16(r.Uint32()), randomBlock(r, 16))
			}
			if len(reports) > 0 && r.IntN(3) > 0 {
				reports[r.IntN(len(reports))].give(e)
			}
			room := r.IntN(400)
			d := send(e, uint16(65000+i), randomBlock(r, 60), room)
			for _, c := range d.chunks {
				room -= c.Len(false)
			}
			if room < 0 || len(d.chunks) > fec.MaxChunks {
				t.Fatalf("%d chunks are %d bytes too many", len(d.chunks), -room)
			}
			rec.sent[d.seq] = d.block
			under = append(under, d)
			for len(under) > r.IntN(6) {
				at := r.IntN(len(under))
				if r.Float64() >= loss {
					rec.receive(under[at])
				}
				if r.IntN(8) > 0 {
					under = slices.Delete(under, at, at+1)
				}
			}
			reports = append(reports[max(0, len(reports)-9):], rec.report())
		}
		if s := rec.decoder.Stats(); s.Bad > 0 {
			t.Fatalf("honest chunks were called bad: %+v", s)
		}
	})
}

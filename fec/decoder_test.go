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
		Window:  rapid.IntRange(0, fec.MaxWindow).Draw(t, "window"),
		Repairs: rapid.IntRange(0, 48).Draw(t, "repairs"),
		Offset:  rapid.IntRange(0, 40).Draw(t, "offset"),
	}
}

// TestWhatLinearAlgebraAllows: streams short enough that nothing expires, lost, repeated and out of order: the decoder knows at the end exactly
// what elimination from scratch knows.
func TestWhatLinearAlgebraAllows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		r := rand.New(rand.NewPCG(seed, 0))
		first := rapid.SampledFrom([]uint16{0, 100, 32760, 65500}).Draw(t, "first")
		sent := stream(r, anyProtection(t), first, rapid.IntRange(1, 60).Draw(t, "n"), 90)
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
		sent := stream(r, p, 65000, n, 40)
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
		strong := p.Window >= 10 && p.Repairs >= 24
		if strong && loss < 0.05 && len(rec.have) < n*999/1000 {
			t.Fatalf("%+v, loss %.2f: only %d of %d", p, loss, len(rec.have), n)
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

// TestEncoderRoom: chunks stay in the room given, and one that did not fit comes later.
func TestEncoderRoom(t *testing.T) {
	e := fec.NewEncoder()
	e.Protect(fec.Protection{Window: 4, Repairs: 16, Offset: 2})
	block := make([]byte, 100)
	for seq := range uint16(8) {
		e.Source(seq, block)
	}
	for room := range 400 {
		total := 0
		for _, c := range e.Repairs(nil, room) {
			total += c.Len(false)
		}
		if total > room || (room >= 104 && total == 0) {
			t.Fatalf("room %d: %d bytes", room, total)
		}
	}
	if got := e.Repairs(nil, 1000); len(got) != 1 || got[0].Span != 1 {
		t.Errorf("without new media: %+v, want only the copy", got)
	}
	e.Protect(fec.Protection{})
	e.Source(8, block)
	if got := e.Repairs(nil, 1000); len(got) != 0 {
		t.Errorf("unprotected: %+v", got)
	}
	e.Protect(fec.Protection{Window: -1, Repairs: 1 << 20, Offset: 1 << 20})
	e.Source(9, block)
	if got := e.Repairs(nil, 1000); len(got) != 0 {
		t.Errorf("out of range: %+v", got)
	}
}

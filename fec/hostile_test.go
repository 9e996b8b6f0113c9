package fec

import (
	"math/rand/v2"
	"testing"
)

const mostMemory = 350_000 // bytes, as Decoder says

// check holds a Decoder's invariants: they bound its memory, and the work of a call.
func check(t testing.TB, d *Decoder) {
	t.Helper()
	if !d.begun {
		return
	}
	memory, rows := 0, 0
	for slot := range d.symbols {
		memory += cap(d.symbols[slot])
	}
	for t1 := d.newest - Symbols + 1; t1 <= d.newest; t1++ {
		e := d.pivots[t1%Symbols]
		if e == nil {
			continue
		}
		rows++
		memory += cap(e.sum) + len(e.coefficients)
		if oldest, ok := d.oldest(e, d.newest-Symbols+1); !ok || oldest != t1 || e.coefficients[t1%Symbols] != 1 {
			t.Fatalf("the pivot of %d is %d, %v", t1, oldest, ok)
		}
		for slot, factor := range e.coefficients {
			if factor != 0 && (d.here[slot] || d.pivots[slot] != nil && d.pivots[slot] != e) {
				t.Fatalf("the equation of %d has the unknown of slot %d, which is known or a pivot", t1, slot)
			}
		}
	}
	for _, e := range d.spare {
		memory += cap(e.sum) + len(e.coefficients)
	}
	if rows != d.rows || rows > Equations || rows+len(d.spare) > Equations+2 || memory > mostMemory {
		t.Fatalf("%d equations, counted as %d, %d spare, %d bytes", rows, d.rows, len(d.spare), memory)
	}
}

// hostile is a sender that makes up chunks as costly as they can be.
func hostile(r *rand.Rand, d *Decoder, seq uint16, size int) {
	if r.IntN(3) == 0 {
		d.Source(seq, make([]byte, r.IntN(size)))
	}
	for index := range MaxChunks {
		data := make([]byte, 1+r.IntN(size+2))
		for i := range min(len(data), 8) {
			data[i] = byte(r.Uint32())
		}
		d.Repair(seq, Chunk{Offset: 1 + r.IntN(MaxOffset), Span: 1 + r.IntN(MaxWindow), Index: index, Data: data})
	}
}

// TestHostileSender: made-up chunks of all sizes, jumping sequences, symbols that never come: memory and the number of equations stay bounded, nothing that
// an honest sender says afterwards is lost.
func TestHostileSender(t *testing.T) {
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 0))
		recovered := map[uint16]byte{}
		d := NewDecoder(func(seq uint16, block []byte) {
			if len(block) > MaxBlock {
				t.Fatalf("%d bytes", len(block))
			}
			if len(block) > 0 {
				recovered[seq] = block[0]
			}
		})
		seq := uint16(65000)
		for range 1500 {
			seq++
			switch r.IntN(40) {
			case 0:
				seq += uint16(r.IntN(300))
			case 1:
				seq -= uint16(r.IntN(300))
			}
			hostile(r, d, seq, MaxBlock)
			check(t, d)
		}
		honest(t, d, uint16(d.newest)+Symbols, recovered)
	}
}

// honest loses every third datagram of a stream from first on and expects the rest to bring it back.
func honest(t *testing.T, d *Decoder, first uint16, recovered map[uint16]byte) {
	t.Helper()
	clear(recovered)
	e := NewEncoder()
	e.Protect(Protection{Window: 8})
	for i := range uint16(300) {
		seq := first + i
		block := []byte{byte(i), 1, 2, 3}
		e.Source(seq, block)
		chunks := e.Repairs(nil, 30)
		if i%3 == 2 {
			continue
		}
		d.Source(seq, block)
		for _, c := range chunks {
			d.Repair(seq, c)
		}
	}
	for i := uint16(2); i < 290; i += 3 {
		if b, ok := recovered[first+i]; !ok || b != byte(i) {
			t.Fatalf("%d of an honest stream is lost: %v %d", i, ok, b)
		}
	}
}

// TestHostileSteadyState: what made-up chunks cost is no memory, once the places have grown.
func TestHostileSteadyState(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	d := NewDecoder(func(uint16, []byte) {})
	data := make([]byte, maxSymbol)
	seq := uint16(0)
	step := func() {
		seq++
		if seq%3 == 0 {
			d.Source(seq, data[:MaxBlock])
		}
		for index := range MaxChunks {
			data[r.IntN(len(data))] = byte(r.Uint32())
			d.Repair(seq, Chunk{Offset: 1 + r.IntN(100), Span: MaxWindow, Index: index, Data: data})
		}
	}
	for range 2000 {
		step()
	}
	if n := testing.AllocsPerRun(500, step); n != 0 {
		t.Errorf("%v allocations a datagram", n)
	}
	check(t, d)
}

// FuzzDecoder feeds a decoder whatever a peer can make up: each step is a sequence, a source block and one chunk.
func FuzzDecoder(f *testing.F) {
	e := NewEncoder()
	e.Protect(Protection{Window: 3})
	var script []byte
	for seq := range uint16(6) {
		block := []byte{byte(seq), 7}
		e.Source(seq, block)
		for _, c := range e.Repairs(nil, 8) {
			wire := c.Append(nil, true)
			script = append(script, byte(seq>>8), byte(seq), byte(seq&1), byte(c.Index), byte(len(wire)))
			script = append(script, wire...)
		}
	}
	f.Add(script)
	f.Add([]byte{0, 9, 200, 6, 4, 0, 3, 0xff, 0xff, 0x7f, 0, 1, 4, 2, 1, 0, 0})
	f.Fuzz(func(t *testing.T, script []byte) {
		var d *Decoder
		d = NewDecoder(func(seq uint16, block []byte) {
			if len(block) > MaxBlock || !d.Here(seq) {
				t.Fatalf("recovered %d with %d bytes", seq, len(block))
			}
		})
		for len(script) >= 5 {
			seq := uint16(script[0])<<8 | uint16(script[1])
			size, index, wire := int(script[2]), int(script[3]%MaxChunks), int(script[4])
			script = script[5:]
			wire = min(wire, len(script))
			if size&1 == 0 {
				if d.Source(seq, make([]byte, size)) && !d.Here(seq) {
					t.Fatalf("%d is not here", seq)
				}
			}
			if c, _, err := ParseChunk(script[:wire], index, true); err == nil {
				d.Repair(seq, c)
			}
			script = script[wire:]
			check(t, d)
		}
	})
}

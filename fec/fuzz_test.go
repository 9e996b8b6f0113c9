package fec_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/diemcau/diemcau/fec"
)

// FuzzParseChunk: what parses is in range and has one wire form to come back to; the rest is ErrChunk.
func FuzzParseChunk(f *testing.F) {
	f.Add([]byte{0, 0}, true)
	f.Add([]byte{0, 0, 3, 1, 2, 3, 9}, false)
	f.Add([]byte{255, 0xff, 0x40, 2, 0, 0}, false)
	f.Add(fec.Chunk{Offset: 9, Span: 64, Index: 2, Data: make([]byte, 1102)}.Append(nil, false), false)
	f.Fuzz(func(t *testing.T, b []byte, last bool) {
		c, rest, err := fec.ParseChunk(b, last)
		if err != nil {
			if !errors.Is(err, fec.ErrChunk) {
				t.Fatal(err)
			}
			return
		}
		if last && len(rest) > 0 {
			t.Fatal("bytes left behind the last chunk")
		}
		again := c.Append(nil, last)
		if len(again) != c.Len(last) {
			t.Fatalf("Len %d, appended %d", c.Len(last), len(again))
		}
		c2, rest, err := fec.ParseChunk(again, last)
		if err != nil || len(rest) > 0 || !bytes.Equal(c.Data, c2.Data) || c.Offset != c2.Offset || c.Span != c2.Span || c.Index != c2.Index {
			t.Fatalf("%+v came back as %+v, %v", c, c2, err)
		}
	})
}

// TestParseChunkTruncated cuts good chunks at every byte.
func TestParseChunkTruncated(t *testing.T) {
	whole := fec.Chunk{Offset: 256, Span: 7, Index: 3, Data: make([]byte, 70)}.Append(nil, false)
	for n := range whole {
		if _, _, err := fec.ParseChunk(whole[:n], false); !errors.Is(err, fec.ErrChunk) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, rest, err := fec.ParseChunk(append(whole, 1, 2), false); err != nil || len(rest) != 2 {
		t.Errorf("%d left, %v", len(rest), err)
	}
	for _, n := range []int{1, 1103} {
		if _, _, err := fec.ParseChunk(append([]byte{0, 1}, make([]byte, n)...), true); !errors.Is(err, fec.ErrChunk) {
			t.Errorf("a window chunk of %d bytes: %v", n, err)
		}
	}
}

// FuzzDecoder feeds a decoder whatever a peer can make up: each step is a sequence, a source block and one chunk.
func FuzzDecoder(f *testing.F) {
	e := fec.NewEncoder()
	e.Protect(fec.Protection{Window: 3, Repairs: 16})
	var script []byte
	for seq := range uint16(6) {
		block := []byte{byte(seq), 7}
		e.Source(seq, block)
		for _, c := range e.Repairs(nil, 100) {
			wire := c.Append(nil, true)
			script = append(script, byte(seq>>8), byte(seq), byte(seq&1), byte(len(wire)))
			script = append(script, wire...)
		}
	}
	f.Add(script)
	f.Add([]byte{0, 9, 200, 4, 0, 3, 0xff, 0xff, 0x7f, 0, 1, 4, 2, 1, 0, 0})
	f.Fuzz(func(t *testing.T, script []byte) {
		var d *fec.Decoder
		d = fec.NewDecoder(func(seq uint16, block []byte) {
			if len(block) > fec.MaxBlock || !d.Here(seq) {
				t.Fatalf("recovered %d with %d bytes", seq, len(block))
			}
		})
		for len(script) >= 4 {
			seq := uint16(script[0])<<8 | uint16(script[1])
			size, wire := int(script[2]), int(script[3])
			script = script[4:]
			wire = min(wire, len(script))
			if size&1 == 0 {
				if d.Source(seq, make([]byte, size)) && !d.Here(seq) {
					t.Fatalf("%d is not here", seq)
				}
			}
			if c, _, err := fec.ParseChunk(script[:wire], true); err == nil {
				d.Repair(seq, c)
			}
			script = script[wire:]
		}
	})
}

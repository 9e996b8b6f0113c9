package fec_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/diemcau/diemcau/fec"
)

// FuzzParseChunk: what parses is in range and has one wire form to come back to; the rest is ErrChunk.
func FuzzParseChunk(f *testing.F) {
	f.Add([]byte{0, 0}, uint8(0), true)
	f.Add([]byte{0x80, 3, 1, 2, 3, 9}, uint8(1), false)
	f.Add([]byte{0x7f, 0xff, 0xc0, 0xc0, 0, 0}, uint8(6), false)
	f.Add(fec.Chunk{Offset: 9, Span: 64, Index: 2, Data: make([]byte, 1102)}.Append(nil, false), uint8(2), false)
	f.Fuzz(func(t *testing.T, b []byte, place uint8, last bool) {
		index := int(place % fec.MaxChunks)
		c, rest, err := fec.ParseChunk(b, index, last)
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
		if len(again) != c.Len(last) || !bytes.Equal(again, b[:len(b)-len(rest)]) {
			t.Fatalf("%x came back as %x, Len %d", b, again, c.Len(last))
		}
		c2, rest, err := fec.ParseChunk(again, index, last)
		if err != nil || len(rest) > 0 || !bytes.Equal(c.Data, c2.Data) || c.Offset != c2.Offset || c.Span != c2.Span || c.Index != c2.Index {
			t.Fatalf("%+v came back as %+v, %v", c, c2, err)
		}
	})
}

// FuzzParseLength: each length has one wire form.
func FuzzParseLength(f *testing.F) {
	for _, n := range []int{0, 0xbf, 0xc0, 1102, 16383} {
		f.Add(fec.AppendLength(nil, n))
	}
	f.Add([]byte{0xc0, 0xbf})
	f.Add([]byte{0xc0})
	f.Fuzz(func(t *testing.T, b []byte) {
		n, size := fec.ParseLength(b)
		if size == 0 {
			return
		}
		if again := fec.AppendLength(nil, n); n < 0 || n > 16383 || !bytes.Equal(again, b[:size]) || fec.LengthSize(n) != size {
			t.Fatalf("%x is %d, which is %x", b[:size], n, again)
		}
	})
}

// TestLengths holds every length against its wire form.
func TestLengths(t *testing.T) {
	for n := range 16384 {
		b := fec.AppendLength(nil, n)
		if got, size := fec.ParseLength(append(b, 9)); got != n || size != len(b) || fec.LengthSize(n) != len(b) {
			t.Fatalf("%d is written as %x and read as %d in %d bytes", n, b, got, size)
		}
		if (len(b) == 1) != (n < 192) {
			t.Fatalf("%d takes %d bytes", n, len(b))
		}
		if _, size := fec.ParseLength(b[:len(b)-1]); size != 0 {
			t.Fatalf("%x was read to the end", b[:len(b)-1])
		}
	}
}

// TestParseChunkTruncated cuts good chunks at every byte.
func TestParseChunkTruncated(t *testing.T) {
	whole := fec.Chunk{Offset: 256, Span: 7, Index: 3, Data: make([]byte, 70)}.Append(nil, false)
	for n := range whole {
		if _, _, err := fec.ParseChunk(whole[:n], 3, false); !errors.Is(err, fec.ErrChunk) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, rest, err := fec.ParseChunk(append(whole, 1, 2), 3, false); err != nil || len(rest) != 2 {
		t.Errorf("%d left, %v", len(rest), err)
	}
	for _, n := range []int{0, 1103} {
		if _, _, err := fec.ParseChunk(append([]byte{1}, make([]byte, n)...), 0, true); !errors.Is(err, fec.ErrChunk) {
			t.Errorf("a window chunk of %d bytes: %v", n, err)
		}
	}
	if _, _, err := fec.ParseChunk(whole, fec.MaxChunks, false); !errors.Is(err, fec.ErrChunk) {
		t.Errorf("an eighth chunk: %v", err)
	}
}

// FuzzReport: whatever an encoder is told, and whenever, its chunks fit and are right: copies are of blocks that were sent and not empty, and in the window.
func FuzzReport(f *testing.F) {
	f.Add([]byte{0, 5, 3, 0, 9, 0xff, 0x55, 40})
	f.Add([]byte{0, 5, 3, 3, 9, 0, 0, 200, 0, 1, 0, 3, 60, 1, 2, 3, 4, 5})
	f.Fuzz(func(t *testing.T, script []byte) {
		e := fec.NewEncoder()
		protection := fec.Protection{Window: 12, Age: 3, Gap: 2}
		e.Protect(protection)
		seq, sent := uint16(65530), map[uint16][]byte{}
		for len(script) >= 4 {
			size, room := int(script[0])%40, int(script[1])
			e.Report(binary.BigEndian.Uint16(script[2:]), script[4:min(len(script), 8)])
			e.Report(seq-uint16(script[2]%16), script[4:min(len(script), 8)])
			script = script[4:]
			seq++
			sent[seq] = bytes.Repeat([]byte{byte(seq)}, size)
			e.Source(seq, sent[seq])
			for _, c := range e.Repairs(nil, room) {
				room -= c.Len(false)
				block := sent[seq-uint16(c.Offset)]
				if c.Span == 1 && (!bytes.Equal(block, c.Data) || len(block) == 0) || c.Offset+c.Span-1 > protection.Window || room < 0 {
					t.Fatalf("datagram %d: %+v with %d left", seq, c, room)
				}
			}
		}
	})
}

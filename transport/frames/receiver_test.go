package frames

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
)

// pieces cuts a frame; numbers count from first.
func pieces(f *Frame, size, parity int, first uint16) (all [][]byte) {
	k := Shards(len(f.Payload), size)
	for i := range k + parity {
		all = append(all, f.append(nil, k, i, first+uint16(i), 4*uint16(i)))
	}
	return all
}

func small(sequence uint32, n int) *Frame {
	return &Frame{Publication: 7, Layer: codec.LayerSmall, Sequence: sequence, Time: 3200 * sequence, Key: true, Codec: codec.VP9, Payload: testPayload(n, byte(sequence))}
}

func same(a, b *Frame) bool {
	return a != nil && a.Publication == b.Publication && a.Layer == b.Layer && a.Sequence == b.Sequence && a.Time == b.Time && a.Key == b.Key &&
		a.Temporal == b.Temporal && a.Codec == b.Codec && a.Back == b.Back && bytes.Equal(a.Payload, b.Payload)
}

func TestReceiverMakesFrames(t *testing.T) {
	for _, n := range []int{1, 276, 277, 1000, 5000, 65535} {
		for _, size := range []int{300, 700, 1100} {
			r := NewReceiver(simEpoch)
			f := small(3, n)
			all := pieces(f, size, 2, 9)
			k := len(all) - 2
			var got *Frame
			for i := len(all) - 1; i >= len(all)-k; i-- { // the last first, so that parity is needed
				if got != nil {
					t.Fatal("too early")
				}
				var err error
				if got, err = r.Receive(all[i], simEpoch); err != nil {
					t.Fatal(err)
				}
			}
			if !same(got, f) {
				t.Fatalf("%d bytes in pieces of %d: %+v", n, size, got)
			}
			for i := range len(all) - k {
				if again, err := r.Receive(all[i], simEpoch); again != nil || err != nil {
					t.Errorf("it comes out again: %v", err)
				}
			}
			if s := r.Stats(); s.Frames != 1 || s.Needless != 2 || s.Pieces != uint64(len(all)) || r.held != 0 || len(r.open) != 0 {
				t.Errorf("%+v", s)
			}
		}
	}
}

func TestReceiverDropsWhatDoesNotBelong(t *testing.T) {
	r := NewReceiver(simEpoch)
	all := pieces(small(0, 2000), 700, 1, 0)
	first := bytes.Clone(all[0])
	if _, err := r.Receive(all[0], simEpoch); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Receive(first, simEpoch); !errors.Is(err, ErrDuplicate) {
		t.Errorf("%v", err)
	}
	if _, err := r.Receive([]byte{pieceMark, 1}, simEpoch); !errors.Is(err, ErrMalformed) {
		t.Errorf("%v", err)
	}
	for i, change := range []func(b []byte) []byte{
		func(b []byte) []byte { b[17]++; return b },               // time
		func(b []byte) []byte { b[18] |= 2; return b },            // codec
		func(b []byte) []byte { b[20]++; return b },               // k
		func(b []byte) []byte { return b[:len(b)-1] },             // length
		func(b []byte) []byte { b[18], b[19] = 1, 3; return b },   // key
		func(b []byte) []byte { b[18] = 0x21; b[19]++; return b }, // temporal layer
	} {
		b := change(bytes.Clone(all[1]))
		b[2] = byte(100 + i)
		if _, err := r.Receive(b, simEpoch); !errors.Is(err, ErrMismatch) {
			t.Errorf("change %d: %v", i, err)
		}
	}
	for i, b := range all[1:3] {
		f, err := r.Receive(b, simEpoch)
		if err != nil || (f != nil) != (i == 1) {
			t.Errorf("%d: %v %v", i, f, err)
		}
	}
	if s := r.Stats(); s.Mismatch != 6 || s.Duplicate != 1 || s.Malformed != 1 || s.Frames != 1 {
		t.Errorf("%+v", s)
	}
	spoiled := pieces(small(1, 2000), 700, 0, 200)
	spoiled[0][PieceHead]++ // the length of the frame
	for _, b := range spoiled {
		if f, _ := r.Receive(b, simEpoch); f != nil {
			t.Error("a spoiled frame came out")
		}
	}
	if r.Stats().Bad != 1 {
		t.Errorf("%+v", r.Stats())
	}
}

func TestReceiverKeepsWithinItsLimits(t *testing.T) {
	r := NewReceiver(simEpoch)
	chunk := &Frame{Publication: 9, Layer: codec.LayerBulk, Time: 100000, Payload: testPayload(8192, 1)}
	kept := pieces(chunk, 1100, 0, 0)
	for _, b := range kept[1:] {
		_, _ = r.Receive(b, simEpoch)
	}
	number := uint16(100)
	for i := range uint32(3000) {
		all := pieces(small(i, 60000), 1100, 0, number)
		for j := range 40 {
			if f, err := r.Receive(all[j], simEpoch); f != nil || err != nil {
				t.Fatal(f, err)
			}
		}
		number += 60
		if len(r.open) > maxAssemblies || len(r.order) != len(r.open) || r.held > maxAssembled {
			t.Fatalf("%d frames, %d bytes", len(r.open), r.held)
		}
	}
	if s := r.Stats(); s.Given < 2900 {
		t.Errorf("%+v", s)
	}
	last := bytes.Clone(kept[0])
	last[1], last[2] = byte(number>>8), byte(number)
	if f, err := r.Receive(last, simEpoch); err != nil || !same(f, chunk) {
		t.Errorf("a chunk of a file was given up before pictures: %v", err)
	}
}

func TestReceiverReportsWhenItIsDue(t *testing.T) {
	r := NewReceiver(simEpoch)
	at := func(d time.Duration) time.Time { return simEpoch.Add(d) }
	due := func(d time.Duration, want bool) Report {
		t.Helper()
		b, ok := r.Report(nil, at(d))
		if ok != want {
			t.Fatalf("at %v: %v", d, ok)
		}
		report, err := ParseReport(b)
		if ok && err != nil {
			t.Fatal(err)
		}
		return report
	}
	take := func(number uint16, d time.Duration) {
		t.Helper()
		f := small(uint32(number), 100)
		if _, err := r.Receive(f.append(nil, 1, 0, number, 0), at(d)); err != nil {
			t.Fatal(err)
		}
	}
	due(0, false)
	take(0, 0)
	due(0, false)
	due(99*ms, false)
	if got := due(110*ms, true); got.Highest != 0 || got.Count != 1 || got.Hold != 110 || got.Arrival != 0 || got.Keys != 0 {
		t.Errorf("%+v", got)
	}
	due(300*ms, false) // nothing came, nothing is missing
	take(1, 300*ms)
	if got := due(301*ms, true); got.Highest != 1 || got.Arrival != 1200 || got.Hold != 1 {
		t.Errorf("%+v", got)
	}
	take(2, 310*ms)
	take(4, 320*ms)
	due(325*ms, false) // a gap, but not so soon
	if got := due(331*ms, true); got.Highest != 4 || got.Count != 4 {
		t.Errorf("%+v", got)
	} else {
		for n, want := range []bool{true, true, true, false, true} {
			if here, known := got.Here(uint16(n)); here != want || !known {
				t.Errorf("%d: %v %v", n, here, known)
			}
		}
	}
	due(420*ms, false)
	due(431*ms, true) // still missing, three times
	due(531*ms, true)
	due(631*ms, true)
	due(900*ms, false)
	for n := range uint16(4) {
		take(5+n, 900*ms)
	}
	due(901*ms, true) // four pieces
	take(3, 910*ms)   // overtaken
	if r.Stats().Lost != 0 {
		t.Errorf("%+v", r.Stats())
	}
}

func TestReceiverAsksForKeys(t *testing.T) {
	r := NewReceiver(simEpoch)
	asks := func(d time.Duration, want uint8) {
		t.Helper()
		b, ok := r.Report(nil, simEpoch.Add(d))
		if !ok {
			if want != 0 {
				t.Fatalf("no report at %v", d)
			}
			return
		}
		if report, err := ParseReport(b); err != nil || report.Keys != want {
			t.Fatalf("%v: %+v, %v", d, report, err)
		}
	}
	r.Key(codec.LayerSmall, true)
	r.Key(codec.LayerScreen, true)
	r.Key(codec.LayerBulk, true) // has none
	asks(0, 1<<4|1<<1)
	if b, ok := r.Report(nil, simEpoch.Add(100*ms)); ok {
		t.Errorf("%x", b)
	}
	asks(210*ms, 1<<4|1<<1)
	r.Key(codec.LayerScreen, false)
	f := small(0, 10)
	if _, err := r.Receive(f.append(nil, 1, 0, 0, 0), simEpoch.Add(300*ms)); err != nil {
		t.Fatal(err)
	}
	asks(500*ms, 0)
	asks(900*ms, 0)
}

func TestOrder(t *testing.T) {
	frame := func(sequence uint32, back uint8) *Frame {
		return &Frame{Layer: codec.LayerSmall, Sequence: sequence, Key: back == 0, Back: back, Payload: []byte{1}}
	}
	for _, c := range []struct {
		name   string
		frames [][2]uint32 // sequence, back
		want   []uint32
		broken bool // a second later
	}{
		{"in order", [][2]uint32{{0, 0}, {1, 1}, {2, 1}}, []uint32{0, 1, 2}, false},
		{"swapped", [][2]uint32{{0, 0}, {2, 1}, {1, 1}, {3, 1}}, []uint32{0, 1, 2, 3}, false},
		{"no key frame yet", [][2]uint32{{5, 1}, {6, 1}}, nil, true},
		{"one is missing", [][2]uint32{{0, 0}, {2, 1}, {3, 1}}, []uint32{0}, true},
		{"then a key frame", [][2]uint32{{0, 0}, {2, 1}, {9, 0}, {10, 1}, {1, 1}}, []uint32{0, 9, 10}, false},
		{"upper layers left out", [][2]uint32{{0, 0}, {2, 2}, {4, 2}}, []uint32{0, 2, 4}, false},
		{"an upper one late", [][2]uint32{{0, 0}, {2, 2}, {1, 1}, {3, 1}}, []uint32{0, 2, 3}, false},
		{"twice", [][2]uint32{{0, 0}, {0, 0}, {2, 1}, {2, 1}, {1, 1}}, []uint32{0, 1, 2}, false},
	} {
		var o Order
		var got []uint32
		for _, f := range c.frames {
			for _, f := range o.Push(frame(f[0], uint8(f[1])), simEpoch) {
				got = append(got, f.Sequence)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %v", c.name, got)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %v", c.name, got)
			}
		}
		if o.Broken(simEpoch) || o.Broken(simEpoch.Add(second)) != c.broken {
			t.Errorf("%s: broken %v, a second later %v", c.name, o.Broken(simEpoch), o.Broken(simEpoch.Add(second)))
		}
	}
}

func TestOrderIsBounded(t *testing.T) {
	var o Order
	for i := range uint32(1000) {
		o.Push(&Frame{Sequence: i + 5, Back: 1, Payload: make([]byte, 60000)}, simEpoch)
		if len(o.held) > maxOrdered || o.bytes > maxOrderedBytes {
			t.Fatalf("%d frames, %d bytes", len(o.held), o.bytes)
		}
	}
	if !o.Broken(simEpoch) {
		t.Error("not broken")
	}
	if got := o.Push(&Frame{Sequence: 2000, Key: true, Payload: []byte{1}}, simEpoch); len(got) != 1 || o.Broken(simEpoch) || len(o.held) != 0 {
		t.Error("a key frame does not mend it")
	}
}

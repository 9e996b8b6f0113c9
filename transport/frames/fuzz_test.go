package frames

import (
	"bytes"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
)

func FuzzPiece(f *testing.F) {
	for _, p := range samplePieces() {
		f.Add(p.Append(nil))
	}
	f.Add([]byte{pieceMark})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePiece(b)
		if err != nil {
			return
		}
		if !p.Layer.Picture() && p.Layer != codec.LayerBulk || p.K < 1 || len(p.Shard) == 0 || !IsPiece(b) || IsReport(b) {
			t.Fatalf("%+v", p)
		}
		if again := p.Append(nil); !bytes.Equal(again, b) {
			t.Fatalf("%x became %x", b, again)
		}
	})
}

func FuzzReport(f *testing.F) {
	f.Add(report(500, 499, 300))
	f.Add((&Report{Keys: 255}).Append(nil))
	f.Add([]byte{reportMark})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseReport(b)
		if err == nil {
			if again := r.Append(nil); !bytes.Equal(again, b) {
				t.Fatalf("%x became %x", b, again)
			}
		}
		w, s := newWire(1e6)
		mustPush(t, s, w.out(0, 30000, Ahead, 0), simEpoch)
		now := ticks(s, simEpoch, simEpoch.Add(100*ms))
		_, _ = s.Report(b, now)
		if away := s.Stats().Away; away < 0 || s.Backlog(Ahead) < 0 {
			t.Fatalf("%d bytes away", away)
		}
		ticks(s, now, now.Add(100*ms))
	})
}

// FuzzReceiver gives a Receiver datagrams behind each other, a length of two bytes before each, and looks at what it keeps and hands out.
func FuzzReceiver(f *testing.F) {
	var seed []byte
	for _, p := range append(pieces(small(0, 2000), 700, 1, 0), pieces(small(1, 100), 700, 2, 5)...) {
		seed = append(append(seed, byte(len(p)>>8), byte(len(p))), p...)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, b []byte) {
		now := simEpoch
		r := NewReceiver(now)
		r.Observe(NewEstimator(now))
		for len(b) > 2 {
			n := min(int(b[0])<<8|int(b[1]), len(b)-2)
			datagram := bytes.Clone(b[2 : 2+n])
			b = b[2+n:]
			now = now.Add(7 * time.Millisecond)
			frame, err := r.Receive(datagram, now)
			if frame != nil && (err != nil || frame.Valid() != nil) {
				t.Fatalf("%+v %v", frame, err)
			}
			if len(r.open) > maxAssemblies || len(r.open) != len(r.order) || r.held > maxAssembled || r.held < 0 || len(r.finished) > maxFinished {
				t.Fatalf("%d frames, %d bytes", len(r.open), r.held)
			}
			if report, ok := r.Report(nil, now); ok {
				if _, err := ParseReport(report); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

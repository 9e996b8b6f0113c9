package frames

import (
	"bytes"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
)

const second = time.Second

func testPayload(n int, seed byte) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*i+i/7) + seed
	}
	return b
}

// TestReliableFramesArrive over lines that lose much, each once and whole.
func TestReliableFramesArrive(t *testing.T) {
	for _, c := range []struct {
		loss, run float64
		rtt       time.Duration
	}{{0, 0, 20 * time.Millisecond}, {.1, 0, 150 * time.Millisecond}, {.3, 0, 300 * time.Millisecond}, {.4, 4, 150 * time.Millisecond}} {
		h := newSimHop(1e6, c.rtt, c.loss, 1)
		h.forward.run, h.back.run = c.run, c.run
		h.sender.SetRate(300e3)
		done := 0
		for i := range 20 {
			h.push(Out{
				Frame: &Frame{Publication: 9, Layer: codec.LayerBulk, Sequence: uint32(i), Time: 160000, Payload: testPayload(8192, byte(i))}, Class: Ahead,
				Done: func(delivered bool) {
					if delivered {
						done++
					}
				},
			})
		}
		h.run(60 * second)
		if done != 20 || len(h.got) != 20 {
			t.Fatalf("loss %v in runs of %v, %v: %d confirmed, %d came: %+v", c.loss, c.run, c.rtt, done, len(h.got), h.sender.Stats())
		}
		for _, f := range h.got {
			if !bytes.Equal(f.Payload, testPayload(8192, byte(f.Sequence))) {
				t.Fatalf("chunk %d is another", f.Sequence)
			}
		}
		t.Logf("loss %v in runs of %v, %v: %+v", c.loss, c.run, c.rtt, h.sender.Stats())
	}
}

package lines

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/diemcau/diemcau/transport/transporttest"
)

// The least packet of IPv6 that every line must take, with headers; what is longer is dropped and nobody is told. IPv6 has 20 bytes more of headers than the lines here.
const leastMTU = 1280

// Joining, a voice and what travels on streams need no packet that a tunnel or a mobile network drops for its length.
func TestNothingIsTooLongForATunnel(t *testing.T) {
	for _, loss := range []float64{0, .2} {
		bubble(t, func(t *testing.T) {
			w, err := newWorld(*seed, true)
			if err != nil {
				t.Fatal(err)
			}
			k := &talk{t: t}
			var lines [2]*transporttest.Line
			var mu sync.Mutex // of what the tap counts
			longest, dropped := 0, 0
			for i := range lines {
				lines[i] = w.line(impaired(256, rtt150, loss, 0))
				lines[i].MTU(leastMTU - 20)
				lines[i].Tap(func(s transporttest.Seen) {
					mu.Lock()
					defer mu.Unlock()
					size := len(s.Payload) + 48
					longest = max(longest, size)
					if size > leastMTU {
						dropped++
					}
				})
			}
			if k.speaker, err = w.join(context.Background(), "Chủ tọa", nil, lines[0]); err != nil {
				t.Fatal(err)
			}
			if k.listener, err = w.join(context.Background(), "Xã Ga Ry", NewEar(), lines[1]); err != nil {
				t.Fatal(err)
			}
			k.speaker.speak(&Mouth{Loop: loop(t), Begun: time.Now(), Restless: true})
			time.Sleep(5 * time.Second)
			k.atMost(2*time.Second, k.silence(30*time.Second), "with short packets only")
			k.beside(true, "with short packets only")
			k.gone(k.listener)
			k.gone(k.speaker)
			if err := w.close(); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if dropped > 0 || longest < 1200 {
				t.Errorf("%d packets were too long, the longest has %d bytes", dropped, longest)
			}
		})
	}
}

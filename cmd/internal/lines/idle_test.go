package lines

import (
	"context"
	"testing"
	"time"

	"github.com/diemcau/diemcau/transport/transporttest"
)

// An idle meeting costs a site next to nothing: both ways together, with all headers.
func TestIdleMeetingIsQuiet(t *testing.T) {
	for _, beside := range []bool{false, true} {
		bubble(t, func(t *testing.T) {
			w, err := newWorld(1, beside)
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := w.close(); err != nil {
					t.Error(err)
				}
			}()
			line := w.line(impaired(512, rtt150, 0, 0))
			for _, over := range []*transporttest.Line{line, w.line(near), w.line(near), w.line(near)} {
				p, err := w.join(context.Background(), "Xã", NewEar(), over)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = p.gone() }()
			}
			time.Sleep(2 * time.Minute)
			up, down := line.Counters()
			time.Sleep(5 * time.Minute)
			up2, down2 := line.Counters()
			rate := func(a, b uint64) float64 { return 8 * float64(b-a) / 300 }
			u, d := rate(up.Bytes, up2.Bytes), rate(down.Bytes, down2.Bytes)
			t.Logf("beside QUIC %v: up %.0f bit/s in %.2f packets a second, down %.0f in %.2f", beside, u, float64(up2.Packets-up.Packets)/300, d, float64(down2.Packets-down.Packets)/300)
			if u+d > 600 {
				t.Errorf("%.0f bit/s", u+d)
			}
		})
	}
}

package relay

import (
	"slices"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
)

func TestAPictureGoesToWhoWatches(t *testing.T) {
	inTheatre(t, func(t *testing.T, h *theatre) {
		a, b, c := h.sit(kbps(4000), kbps(4000)), h.sit(kbps(1000), kbps(4000)), h.sit(kbps(1000), kbps(1000))
		a.shows(true, false)
		time.Sleep(5 * time.Second)
		if got := a.asked(); len(got) > 0 {
			t.Errorf("nobody watches, and %v are asked for", got)
		}
		b.watches(transport.WatchAll, 2)
		a.watches(transport.WatchAll, 2)
		time.Sleep(60 * time.Second)
		b.sees(a.id, false)
		a.shot()
		time.Sleep(10 * time.Second)
		got := b.sees(a.id, false)
		if n := got.seen[codec.LayerLarge]; n < 250 || got.gap > 200*time.Millisecond {
			t.Errorf("in 10 s %v came, with a gap of %v", got.seen, got.gap)
		}
		if shot := a.shot(); len(shot) != 1 || shot[codec.LayerLarge] == 0 {
			t.Errorf("one watches, and %v were filmed", shot)
		}
		want := transport.Shown{Publication: a.id, Layer: codec.LayerLarge}
		if told := b.told(); told.Large == nil || *told.Large != want || !slices.Equal(told.Of, []transport.Shown{want}) {
			t.Errorf("it was told %+v", told)
		}
		keys, plans, own := a.counts(codec.LayerLarge)
		if _, _, foreign := c.counts(0); own > 0 || foreign > 0 {
			t.Error("somebody got its own picture, or one that it did not ask for")
		}
		if keys > 2 || plans > 90 {
			t.Errorf("%d plans, %d keys", plans, keys)
		}
	})
}

// TestLayersFollowTheLine steps a line down and up again.
func TestLayersFollowTheLine(t *testing.T) {
	inTheatre(t, func(t *testing.T, h *theatre) {
		a, b := h.sit(kbps(4000), kbps(4000)), h.sit(kbps(1000), kbps(1000))
		a.shows(true, false)
		b.watches(transport.WatchAll, 0)
		time.Sleep(40 * time.Second)
		b.sees(a.id, false)
		time.Sleep(5 * time.Second)
		large := func(d decoder) int { return d.seen[codec.LayerMedium] + d.seen[codec.LayerLarge] }
		if got := b.sees(a.id, false); large(got) < 80 {
			t.Errorf("on 1 Mbit/s: %d", got.seen)
		}
		h.becomes(b, kbps(150))
		time.Sleep(8 * time.Second)
		if got := b.sees(a.id, false); got.frames() < 3 {
			t.Errorf("in the 8 s after it became 150 kbit/s %d came", got.seen)
		}
		time.Sleep(10 * time.Second)
		if got := b.sees(a.id, false); got.frames() == 0 || large(got) > 0 || got.bytes*8/10 > 150_000 {
			t.Errorf("on 150 kbit/s: %d, %d bytes", got.seen, got.bytes)
		}
		h.becomes(b, kbps(1000))
		time.Sleep(35 * time.Second) // who chose too much not long ago is careful
		if got := b.sees(a.id, false); large(got) == 0 || got.gap > time.Second {
			t.Errorf("35 s after it is 1 Mbit/s again: %d, a gap of %v", got.seen, got.gap)
		}
	})
}

// TestOnlyNeededLayersAreSent gives one camera 100 receivers with lines of five kinds.
func TestOnlyNeededLayersAreSent(t *testing.T) {
	inTheatre(t, func(t *testing.T, h *theatre) {
		a := h.sit(kbps(6000), kbps(6000))
		a.shows(true, false)
		for i := range 100 { // 400 kbit/s are the most
			h.sit(kbps(256), kbps([]int{48, 100, 100, 256, 400}[i%5])).watches(transport.WatchAll, 0)
		}
		time.Sleep(40 * time.Second)
		a.shot()
		for _, b := range h.boxes[1:] {
			b.sees(a.id, false)
		}
		time.Sleep(20 * time.Second)
		shot, taken := a.shot(), map[codec.Layer]int{}
		for i, b := range h.boxes[1:] {
			got := b.sees(a.id, false)
			for l := range got.seen {
				taken[l]++
			}
			if got.frames() == 0 {
				t.Errorf("line %d gets nothing", i%5)
			}
		}
		if len(taken) < 2 || shot[codec.LayerLarge] > 0 {
			t.Errorf("lines take %d", taken)
		}
		for l := range shot {
			if taken[l] == 0 {
				t.Errorf("layer %d is filmed for nobody", l)
			}
		}
	})
}

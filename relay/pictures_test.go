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
		time.Sleep(40 * time.Second)
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
		if len(a.watched) > 0 || len(c.watched) > 0 {
			t.Error("somebody got its own picture, or one that it did not ask for")
		}
		if a.keys[codec.LayerLarge] > 0 || a.plans > 40 {
			t.Errorf("%d plans, keys %v", a.plans, a.keys)
		}
	})
}

package relay

import (
	"slices"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/allocation"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
)

// TestABuildingIsOneWatcher holds what several wishes come to as one.
func TestABuildingIsOneWatcher(t *testing.T) {
	all := func(w transport.Watch) transport.Watch { w.Mode = transport.WatchAll; return w }
	slides := transport.Watch{Mode: transport.WatchSlides, Decodes: []string{"vp8", "vp9"}, Small: 1}
	voice := transport.Watch{Mode: transport.WatchVoice, Decodes: []string{"h264"}, Small: 5}
	for name, r := range map[string]struct {
		wishes []transport.Watch
		want   transport.Watch
	}{
		"nobody":         {nil, transport.Watch{Mode: transport.WatchVoice}},
		"voice only":     {[]transport.Watch{voice}, transport.Watch{Mode: transport.WatchVoice}},
		"one":            {[]transport.Watch{slides, voice}, transport.Watch{Mode: transport.WatchSlides, Decodes: []string{"vp8", "vp9"}, Small: 1}},
		"more":           {[]transport.Watch{slides, all(transport.Watch{Decodes: []string{"vp9", "av1"}, Small: 3, Height: 720})}, transport.Watch{Mode: transport.WatchAll, Decodes: []string{"vp9"}, Small: 3}},
		"a height":       {[]transport.Watch{all(transport.Watch{Height: 180}), all(transport.Watch{Height: 720})}, all(transport.Watch{Height: 720})},
		"one choice":     {[]transport.Watch{all(transport.Watch{Large: 7}), all(transport.Watch{Large: 7})}, all(transport.Watch{Large: 7})},
		"two choices":    {[]transport.Watch{all(transport.Watch{Large: 7}), all(transport.Watch{Large: 8})}, all(transport.Watch{})},
		"nothing common": {[]transport.Watch{all(transport.Watch{Decodes: []string{"vp8"}}), all(transport.Watch{Decodes: []string{"av1"}})}, all(transport.Watch{Decodes: []string{"av1", "vp8"}})},
	} {
		h := newPictures(NewSpeakers())
		for _, w := range r.wishes {
			watcher := &watcher{}
			watcher.watch.Store(&w)
			h.watchers[watcher] = struct{}{}
		}
		got := h.union()
		same := slices.Equal(got.Decodes, r.want.Decodes) || len(got.Decodes)+len(r.want.Decodes) == 0
		if got.Mode != r.want.Mode || got.Large != r.want.Large || got.Small != r.want.Small || got.Height != r.want.Height || !same {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestWhatAnotherRelayChoseIsTakenOrNot holds that a page of a building is offered the one layer that comes.
func TestWhatAnotherRelayChoseIsTakenOrNot(t *testing.T) {
	s := newSource(sourceID{1, false}, "", nil)
	s.single = true
	s.can.Store(&transport.SendSource{})
	if got := s.offers(allocation.Cost{}); len(got) != 0 {
		t.Errorf("before any comes: %+v", got)
	}
	s.coming.Store(single("vp9", 5))
	got := s.offers(allocation.Cost{})
	if all := screenOf(s).offers(allocation.Cost{}); len(all) != 0 {
		t.Errorf("a camera's layer of a screen: %+v", all)
	}
	if len(got) != 1 || got[0].Layer != 5 || got[0].Least > leastSingle || got[0].Most < 600e3 {
		t.Errorf("%+v", got)
	}
}

// screenOf is a screen of which the relay above tells what s has.
func screenOf(s *source) *source {
	screen := newSource(sourceID{s.publication, true}, "", nil)
	screen.single = true
	screen.can.Store(s.can.Load())
	screen.coming.Store(s.coming.Load())
	return screen
}

// TestStillsOfAReportInABuilding: what is played is of no seat, and is seen as the large picture all the same.
func TestStillsOfAReportInABuilding(t *testing.T) {
	inHouse(t, &memory.Log{}, func(t *testing.T, h *house) {
		l, an := h.housed()
		defer an.quit()
		const played = 0x00700009
		still := transport.Shown{Publication: played, Layer: codec.LayerStill}
		l.above.Told(h.message(transport.Pictures{Type: transport.TypePictures, Of: []transport.Shown{{Publication: far.Publication, Layer: codec.LayerStill}, still}, Large: &still}))
		time.Sleep(time.Second)
		all := h.room(h.code).pictures.ranked(time.Now().Add(time.Minute)).large
		if len(all) != 2 || all[0].publication != played {
			t.Errorf("%d are seen", len(all))
		}
	})
}

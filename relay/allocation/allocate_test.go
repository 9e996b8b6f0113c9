package allocation

import (
	"testing"

	"github.com/diemcau/diemcau/codec"
	"pgregory.net/rapid"
)

// ofLine is what a line inside QUIC adds, with a little repair.
var ofLine = Cost{Header: 22 + 55, Piece: 1000, Parity: .05}

func camera(publication uint32, rank int) Source {
	return Source{Publication: publication, Rank: rank, Offers: Offers(Spec{Height: 720, FPS: 30, Temporal: 3}, ofLine)}
}

func screen(publication uint32, rank int) Source {
	return Source{Publication: publication, Screen: true, Rank: rank, Offers: Offers(Spec{Screen: true, Height: 1080, Temporal: 2}, ofLine)}
}

// hall is what a site watches: the floor and five others.
func hall() []Source {
	return []Source{camera(1, 0), camera(2, 1), camera(3, 2), camera(4, 3), camera(5, 4), camera(6, 5)}
}

func of(choices []Choice, publication uint32) Choice {
	for _, c := range choices {
		if c.Publication == publication {
			return c
		}
	}
	return Choice{}
}

func sum(choices []Choice) (all float64) {
	for _, c := range choices {
		all += c.Rate
	}
	return all
}

// TestTheFiguresOfLines holds what lines of the field are to give.
func TestTheFiguresOfLines(t *testing.T) {
	for _, r := range []struct {
		room     float64
		sources  []Source
		layer    codec.Layer
		temporal int
		bitrate  float64 // at least
	}{
		{4e3, hall(), 0, 0, 0},
		{6e3, hall(), codec.LayerStill, 0, 3e3},
		{10e3, hall(), codec.LayerStill, 0, 5e3}, // 64 kbit/s with its voice: a still every 5 s
		{15e3, hall(), codec.LayerStill, 0, 8e3},
		{30e3, hall(), codec.LayerTiny, 0, 20e3},
		{40e3, hall(), codec.LayerSmall, 0, 60e3},
		{60e3, hall(), codec.LayerSmall, 1, 60e3},
		{80e3, hall(), codec.LayerSmall, 2, 60e3},
		{190e3, hall()[:1], codec.LayerSmall, 2, 160e3}, // 256 kbit/s with its voice
		{190e3, hall(), codec.LayerSmall, 2, 130e3},
		{130e3, hall(), codec.LayerSmall, 2, 80e3},
		{300e3, hall()[:1], codec.LayerMedium, 2, 250e3},
		{1900e3, hall(), codec.LayerLarge, 2, 1.3e6}, // 2 Mbit/s
		{1900e3, hall()[:1], codec.LayerLarge, 2, 1.6e6},
		{12e3, []Source{screen(1, 0), camera(2, 1)}, codec.LayerScreenStill, 0, 7e3},
		{190e3, []Source{screen(1, 0), camera(2, 1)}, codec.LayerScreen, 1, 140e3},
	} {
		got := of(Allocate(r.room, r.sources), 1)
		if got.Layer != r.layer || got.Temporal != r.temporal || got.Bitrate < r.bitrate {
			t.Errorf("%.0f kbit/s for %d: %+v", r.room/1e3, len(r.sources), got)
		}
	}
}

func TestSmallOnesOfALineOf2Mbit(t *testing.T) {
	got := Allocate(1900e3, hall())
	if len(got) != 6 {
		t.Fatal(got)
	}
	for _, c := range got[1:] {
		if c.Layer != codec.LayerSmall || c.Temporal != 2 {
			t.Errorf("%+v", c)
		}
	}
	if none := Allocate(1e6, nil); len(none) != 0 {
		t.Error(none)
	}
}

// drawn are up to eight sources as publishers and lines make them, or with layers of any rates, of which one may be large.
func drawn(t *rapid.T) []Source {
	sources := make([]Source, rapid.IntRange(0, 8).Draw(t, "sources"))
	begin := rapid.IntRange(0, 1).Draw(t, "first rank")
	for i := range sources {
		s := &sources[i]
		s.Publication, s.Rank, s.Screen = uint32(i+1), i+begin, rapid.Bool().Draw(t, "screen")
		cost := Cost{Header: rapid.Float64Range(0, 120).Draw(t, "header"), Piece: rapid.Float64Range(250, 1100).Draw(t, "piece"), Parity: rapid.Float64Range(0, 1).Draw(t, "parity")}
		s.Offers = Offers(Spec{Screen: s.Screen, Temporal: rapid.IntRange(0, 3).Draw(t, "temporal"), FPS: rapid.Float64Range(0, 30).Draw(t, "fps")}, cost)
		kept := s.Offers[:0]
		last := 0.0
		for _, o := range s.Offers {
			if rapid.IntRange(0, 3).Draw(t, "dropped") == 0 {
				continue
			}
			if rapid.Bool().Draw(t, "any rate") {
				o.Least = last + rapid.Float64Range(1, 500e3).Draw(t, "least")
				o.Most = o.Least + rapid.Float64Range(0, 1e6).Draw(t, "range")
			}
			if o.Least > last {
				last = o.Least
				kept = append(kept, o)
			}
		}
		s.Offers = kept
	}
	return sources
}

func drawnRoom(t *rapid.T, what string) float64 {
	return rapid.OneOf(rapid.Float64Range(0, 60e3), rapid.Float64Range(0, 400e3), rapid.Float64Range(0, 8e6)).Draw(t, what)
}

func TestNeverOverTheRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sources, room := drawn(t), drawnRoom(t, "room")
		choices := Allocate(room, sources)
		if got := sum(choices); got > room*(1+1e-9)+1e-5 {
			t.Fatalf("%f of %f: %+v", got, room, choices)
		}
		last := uint32(0)
		for _, c := range choices {
			if c.Publication <= last {
				t.Fatalf("out of order: %+v", choices)
			}
			last = c.Publication
			for _, o := range sources[c.Publication-1].Offers {
				if o.Layer == c.Layer && (c.Rate < o.Least*o.share(c.Temporal)*(1-1e-9) || c.Rate > o.Most*(1+1e-9)) {
					t.Fatalf("%+v of %+v", c, o)
				}
			}
		}
	})
}

func TestMoreRoomNeverTakesFromTheLargePicture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sources, room := drawn(t), drawnRoom(t, "room")
		more := room + drawnRoom(t, "more")
		if len(sources) == 0 || sources[0].Rank > 0 {
			return
		}
		a, b := of(Allocate(room, sources), 1), of(Allocate(more, sources), 1)
		if b.Layer < a.Layer || b.Layer == a.Layer && b.Temporal < a.Temporal || b.Rate < a.Rate*(1-1e-9) {
			t.Fatalf("%f: %+v, %f: %+v", room, a, more, b)
		}
	})
}

func TestTheLargePictureComesFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sources, room := drawn(t), drawnRoom(t, "room")
		if len(sources) == 0 || sources[0].Rank > 0 || len(sources[0].Offers) == 0 {
			return
		}
		choices := Allocate(room, sources)
		first := of(choices, 1)
		for _, c := range choices {
			if c.Publication != 1 && first.Layer == 0 && !c.Layer.Still() {
				t.Fatalf("moves while the large picture is dark: %+v", choices)
			}
		}
	})
}

func TestEqualsAreServedByRank(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		choices := Allocate(drawnRoom(t, "room"), hall())
		for i, c := range choices {
			if c.Publication != uint32(i+1) {
				t.Fatalf("passed over: %+v", choices)
			}
			if i > 0 && c.Layer > choices[i-1].Layer {
				t.Fatalf("out of rank: %+v", choices)
			}
		}
	})
}

// TestNextIsTheRoomThatGivesMore holds that what a line is probed for is worth it, and that nothing less would be.
func TestNextIsTheRoomThatGivesMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sources, room := drawn(t), drawnRoom(t, "room")
		var now, then ladder
		now.climb(room, sources)
		if now.next == 0 {
			then.climb(1e9, sources)
			if !then.alike(&now) {
				t.Fatalf("more is to be had: %+v, %+v", now.choices(nil), then.choices(nil))
			}
			return
		}
		if now.next < room*(1-1e-9) {
			t.Fatalf("%f is less than %f", now.next, room)
		}
		then.climb(now.next*(1+1e-9)+1e-6, sources)
		if sum(then.choices(nil)) <= sum(now.choices(nil)) && then.alike(&now) {
			t.Fatalf("%f gives no more than %f: %+v", now.next, room, then.choices(nil))
		}
	})
}

func TestWireAndBitrateAreInverse(t *testing.T) {
	for _, c := range []Cost{{}, ofLine, {Header: 50, Piece: 278, Parity: .5}} {
		for _, frames := range []float64{.1, 5, 30} {
			if got := c.Bitrate(c.Wire(123e3, frames), frames); got < 122.99e3 || got > 123.01e3 {
				t.Errorf("%+v at %f: %f", c, frames, got)
			}
		}
	}
	if got := ofLine.Bitrate(100, 30); got != 0 {
		t.Error(got)
	}
}

func TestOffersFollowTheSource(t *testing.T) {
	for _, r := range []struct {
		of   Spec
		want []codec.Layer
	}{
		{Spec{}, []codec.Layer{2, 3, 4, 5, 6}},
		{Spec{Height: 480}, []codec.Layer{2, 3, 4, 5, 6}},
		{Spec{Height: 360}, []codec.Layer{2, 3, 4, 5}},
		{Spec{Height: 720, Most: codec.LayerSmall}, []codec.Layer{2, 3, 4}},
		{Spec{Screen: true, Height: 1080}, []codec.Layer{8, 9}},
	} {
		offers := Offers(r.of, ofLine)
		if len(offers) != len(r.want) {
			t.Errorf("%+v: %+v", r.of, offers)
			continue
		}
		for i, o := range offers {
			if o.Layer != r.want[i] {
				t.Errorf("%+v: %+v", r.of, offers)
			}
		}
	}
	if got := Offers(Spec{FPS: 12}, ofLine)[4].Rate; got != 12 {
		t.Error(got)
	}
	all := Offers(Spec{}, ofLine)
	for height, want := range map[int]int{0: 5, 180: 3, 200: 4, 360: 4, 720: 5} {
		if got := len(Within(all, height)); got != want {
			t.Errorf("%d pixels: %d layers", height, got)
		}
	}
}

func TestCodec(t *testing.T) {
	best := []string{"av1", "vp9", "vp8"}
	for _, r := range []struct {
		encodes []string
		decodes [][]string
		want    string
	}{
		{best, nil, "av1"},
		{best, [][]string{{"vp8", "vp9", "av1"}, {"av1"}}, "av1"},
		{best, [][]string{{"vp8", "vp9", "av1"}, {"vp8", "vp9"}}, "vp9"},
		{best, [][]string{{"vp8"}, {"vp8"}, {"av1"}}, "vp8"},
		{[]string{"h265", "vp8"}, [][]string{{"h265"}}, "vp8"},
		{nil, [][]string{{"vp8"}}, ""},
	} {
		if got := Codec(r.encodes, r.decodes); got != r.want {
			t.Errorf("%v, %v: %q", r.encodes, r.decodes, got)
		}
	}
}

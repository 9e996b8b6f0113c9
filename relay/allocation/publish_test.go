package allocation

import (
	"slices"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"pgregory.net/rapid"
)

func cameraOf(most codec.Layer) Sender {
	return Sender{Camera: Offers(Spec{Height: 720, FPS: 30, Most: most, Temporal: 3}, ofLine)}
}

func both() Sender {
	s := cameraOf(0)
	s.Screen = screen(1, 0).Offers
	return s
}

func wish(layer codec.Layer, bitrate float64) Choice {
	return Choice{Publication: 1, Layer: layer, Bitrate: bitrate}
}

func TestPublish(t *testing.T) {
	const much = 1e7
	for name, r := range map[string]struct {
		room   float64
		can    Sender
		wishes []Choice
		want   []LayerPlan
	}{
		"nobody watches":   {much, cameraOf(0), nil, nil},
		"nothing to send":  {much, Sender{}, []Choice{wish(4, 1e5)}, nil},
		"needed only":      {much, cameraOf(0), []Choice{wish(4, 1e5), wish(6, 1e6)}, []LayerPlan{{4, 100e3, 150, 3}, {6, 1e6, 300, 3}}},
		"the weakest":      {much, cameraOf(0), []Choice{wish(4, 1e5), wish(4, 7e4), wish(4, 15e4)}, []LayerPlan{{4, 70e3, 150, 3}}},
		"in range":         {much, cameraOf(0), []Choice{wish(4, 1e3), wish(5, 9e6)}, []LayerPlan{{4, 60e3, 150, 3}, {5, 600e3, 200, 3}}},
		"a slow encoder":   {much, cameraOf(5), []Choice{wish(6, 1e6), wish(5, 25e4)}, []LayerPlan{{5, 250e3, 200, 3}}},
		"a thin uplink":    {300e3, cameraOf(0), []Choice{wish(6, 1e6), wish(3, 4e4)}, []LayerPlan{{3, 40e3, 50, 1}, {5, 218e3, 200, 3}}},
		"a thinner uplink": {120e3, cameraOf(0), []Choice{wish(6, 1e6), wish(3, 4e4)}, []LayerPlan{{3, 40e3, 50, 1}, {4, 60e3, 150, 3}}},
		"thin":             {80e3, cameraOf(0), []Choice{wish(6, 1e6), wish(3, 4e4)}, []LayerPlan{{3, 40e3, 50, 1}}},
		"stills":           {10e3, cameraOf(0), []Choice{wish(6, 1e6), wish(3, 4e4)}, []LayerPlan{{2, 5e3, 2, 1}}},
		"dark":             {3e3, cameraOf(0), []Choice{wish(6, 1e6), wish(2, 8e3)}, nil},
		"screen first":     {150e3, both(), []Choice{wish(6, 1e6), wish(9, 1e5)}, []LayerPlan{{4, 60e3, 150, 3}, {9, 66e3, 50, 2}}},
		"screen, stills":   {30e3, both(), []Choice{wish(4, 1e5), wish(9, 1e5)}, []LayerPlan{{2, 3e3, 2, 1}, {8, 14e3, 1, 1}}},
		"voices are not":   {much, both(), []Choice{wish(0, 1e5), wish(15, 1e5), wish(8, 2e4)}, []LayerPlan{{8, 20e3, 1, 1}}},
	} {
		got := Publish(r.room, r.wishes, r.can)
		for i := range got { // whole kbit/s are enough to say what is meant
			if r.room < much {
				got[i].Bitrate -= got[i].Bitrate % 1000
			}
		}
		if !slices.Equal(got, r.want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestPublishKeepsToRoomAndTakers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		can := both()
		room := drawnRoom(t, "room")
		var wishes []Choice
		for range rapid.IntRange(0, 12).Draw(t, "watchers") {
			sources := []Source{camera(1, 0), screen(1, 1)}
			if rapid.Bool().Draw(t, "screen") {
				sources = []Source{camera(1, 1), screen(1, 0)}
			}
			wishes = append(wishes, Allocate(drawnRoom(t, "watcher's room"), sources)...)
		}
		plan := Publish(room, wishes, can)
		if got := can.wire(plan); got > room*(1+1e-9)+1e-5 {
			t.Fatalf("%f of %f: %+v", got, room, plan)
		}
		taken := map[codec.Layer]bool{}
		for _, w := range wishes {
			l, ok := Given(w, plan)
			if !ok {
				continue
			}
			taken[l.Layer] = true
			if l.Layer == w.Layer && float64(l.Bitrate) > w.Bitrate+1 {
				t.Fatalf("%+v cannot afford %+v", w, l)
			}
		}
		last := codec.Layer(0)
		for _, l := range plan {
			if !taken[l.Layer] || l.Layer <= last {
				t.Fatalf("nobody takes %+v of %+v, or it is out of order; wishes %+v", l, plan, wishes)
			}
			last = l.Layer
		}
		if everything := Publish(1e12, wishes, can); len(plan) == 0 && len(everything) > 0 && room > 30e3 {
			t.Fatalf("dark with %f", room)
		}
	})
}

func TestPublisherFollowsTheUplink(t *testing.T) {
	var p Publisher
	can, wishes := cameraOf(0), []Choice{wish(6, 1e6), wish(4, 1e5)}
	follow := func(from, until time.Duration, room float64) (plan []LayerPlan, want float64) {
		for at := from; at < until; at += tick {
			plan, want = p.Update(room, wishes, can, midnight.Add(at))
			if can.wire(plan) > room {
				t.Fatalf("%+v in %f", plan, room)
			}
		}
		return plan, want
	}
	plan, want := follow(0, 10*time.Second, 2e6)
	if len(plan) != 2 || plan[1].Layer != codec.LayerLarge || want != 0 {
		t.Fatal(plan, want)
	}
	plan, want = follow(10*time.Second, 10*time.Second+tick, 200e3)
	if len(plan) != 1 || plan[0].Layer != codec.LayerSmall || want <= 200e3 {
		t.Fatal(plan, want)
	}
	if plan, _ = follow(11*time.Second, 11*time.Second+shortStand-bucket, 2e6); len(plan) != 1 {
		t.Fatalf("back before the room has stood: %+v", plan)
	}
	if plan, _ = follow(12*time.Second, 15*time.Second, 2e6); len(plan) != 2 {
		t.Fatalf("ten times the room for 4 s, and %+v", plan)
	}
	wishes = wishes[:1]
	if plan, _ = follow(23*time.Second, 24*time.Second, 2e6); len(plan) != 1 || plan[0].Layer != codec.LayerLarge {
		t.Fatalf("%+v", plan)
	}
}

func TestBitRatesDoNotFollowEveryWish(t *testing.T) {
	var p Publisher
	can := cameraOf(0)
	for i, r := range []struct{ wish, want float64 }{{1e5, 1e5}, {1.1e5, 1e5}, {1.2e5, 1.2e5}, {1.19e5, 1.19e5}, {6e4, 6e4}} {
		plan, _ := p.Update(1e6, []Choice{wish(4, r.wish)}, can, midnight.Add(time.Duration(i)*time.Second))
		if len(plan) != 1 || plan[0].Bitrate != int(r.want) {
			t.Errorf("%f: %+v", r.wish, plan)
		}
	}
}

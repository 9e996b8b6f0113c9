package allocation

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"pgregory.net/rapid"
)

var midnight = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

const tick = 100 * time.Millisecond

func sameLayers(a, b []Choice) bool {
	return slices.EqualFunc(a, b, func(x, y Choice) bool {
		return x.Publication == y.Publication && x.Layer == y.Layer && x.Temporal == y.Temporal
	})
}

// watch updates a chooser with the room of each tick, and returns when layers changed.
func watch(c *Chooser, from, until time.Duration, sources []Source, room func() float64) (switches []time.Duration) {
	var before []Choice
	for at := from; at < until; at += tick {
		got, _ := c.Update(room(), sources, midnight.Add(at))
		if at > from && !sameLayers(got, before) {
			switches = append(switches, at)
		}
		before = slices.Clone(got)
	}
	return switches
}

// TestAtMostOneSwitchIn5sOnANoisyLine moves the room by up to 30 % at random. The seeds are fixed: a noise that stays high for as long as a room has to stand deceives anybody (noise_test.go).
func TestAtMostOneSwitchIn5sOnANoisyLine(t *testing.T) {
	for _, every := range []time.Duration{tick, 250 * time.Millisecond} {
		switches := 0
		for seed := range uint64(300) {
			noise := rand.New(rand.NewPCG(seed, 1))
			mean := 10e3 * (1 + 200*noise.Float64()*noise.Float64())
			var c Chooser
			var before []Choice
			last := -time.Minute
			for at := time.Duration(0); at < 2*time.Minute; at += every {
				got, _ := c.Update(mean*(.7+.6*noise.Float64()), hall(), midnight.Add(at))
				if at > stand && !sameLayers(got, before) {
					if at-last < 5*time.Second {
						t.Errorf("%.0f bit/s, seed %d: layers changed at %s and %s", mean, seed, last, at)
					}
					last = at
					switches++
				}
				before = slices.Clone(got)
			}
		}
		if minutes := 600.0; float64(switches) > .5*minutes {
			t.Errorf("%d switches in %.0f minutes", switches, minutes)
		}
		t.Logf("asked every %s: %d switches in 600 minutes", every, switches)
	}
}

func TestChoicesNeverExceedARoomThatMoves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sources, at := drawn(t), time.Duration(0)
		var c Chooser
		for range rapid.IntRange(1, 60).Draw(t, "updates") {
			at += time.Duration(rapid.IntRange(0, 3000).Draw(t, "ms")) * time.Millisecond
			room := drawnRoom(t, "room")
			if rapid.IntRange(0, 9).Draw(t, "others") == 0 {
				sources = drawn(t)
			}
			got, want := c.Update(room, sources, midnight.Add(at))
			if sum(got) > room*(1+1e-9)+1e-5 {
				t.Fatalf("%f of %f: %+v", sum(got), room, got)
			}
			if want < 0 {
				t.Fatal(want)
			}
		}
	})
}

func TestDownAtOnceAndUpWhenTheRoomHasStood(t *testing.T) {
	var c Chooser
	room := 1e6
	get := func() float64 { return room }
	watch(&c, 0, 20*time.Second, hall(), get)
	room = 40e3
	got, _ := c.Update(room, hall(), midnight.Add(20*time.Second))
	if first := of(got, 1); first.Layer != codec.LayerTiny && first.Layer != codec.LayerSmall || sum(got) > room {
		t.Fatalf("%+v", got)
	}
	watch(&c, 20*time.Second, 60*time.Second, hall(), get)
	room = 1e6 // an outage of the most of a line is over
	back := watch(&c, 60*time.Second, 70*time.Second, hall(), get)
	if len(back) != 1 || back[0] < 60*time.Second+shortStand || back[0] > 63*time.Second {
		t.Fatalf("back after %v", back)
	}
	got, _ = c.Update(room, hall(), midnight.Add(70*time.Second))
	if of(got, 1).Layer != codec.LayerLarge {
		t.Fatalf("%+v", got)
	}
}

func TestASmallIncreaseHasToStandForLong(t *testing.T) {
	var c Chooser
	room := 190e3
	get := func() float64 { return room }
	watch(&c, 0, 20*time.Second, hall()[:1], get)
	room = 300e3
	if up := watch(&c, 20*time.Second, 40*time.Second, hall()[:1], get); len(up) != 1 || up[0] < 20*time.Second+stand-bucket || up[0] > 20*time.Second+stand+2*bucket {
		t.Fatalf("%v", up)
	}
	got, _ := c.Update(190e3, hall()[:1], midnight.Add(40*time.Second))
	if of(got, 1).Layer != codec.LayerSmall || sum(got) > 190e3 {
		t.Fatalf("%+v", got)
	}
}

func TestWhatWasTakenBackWaitsLonger(t *testing.T) {
	var c Chooser
	var at time.Duration
	stay := func(room float64, d time.Duration) {
		watch(&c, at, at+d, hall()[:1], func() float64 { return room })
		at += d
	}
	climb := func() time.Duration {
		for began := at; at < began+time.Minute; at += tick {
			if got, _ := c.Update(300e3, hall()[:1], midnight.Add(at)); of(got, 1).Layer == codec.LayerMedium {
				return at - began
			}
		}
		return time.Hour
	}
	stay(190e3, 20*time.Second)
	first := climb()
	stay(300e3, 2*time.Second)
	stay(190e3, 10*time.Second)
	if second := climb(); second < 2*first || second > longStand+pause {
		t.Errorf("up after %s, then after %s", first, second)
	}
	stay(300e3, 2*time.Minute)
	stay(190e3, 30*time.Second)
	if third := climb(); third > first+bucket {
		t.Errorf("up after %s, much later after %s", first, third)
	}
}

// TestChangesForTheBetterAreApart follows a room that grows slowly: each rung is in reach soon after the one before.
func TestChangesForTheBetterAreApart(t *testing.T) {
	var c Chooser
	room := 60e3
	last := -time.Minute
	for _, at := range watch(&c, 0, 2*time.Minute, hall(), func() float64 { room *= 1.005; return room }) {
		if at-last < 5*time.Second {
			t.Errorf("changed at %s and %s", last, at)
		}
		last = at
	}
	if last < 30*time.Second {
		t.Errorf("changed last at %s", last)
	}
}

func TestOthersAreServedAtOnce(t *testing.T) {
	var c Chooser
	watch(&c, 0, 20*time.Second, []Source{camera(1, 0), camera(2, 1)}, func() float64 { return 190e3 })
	got, _ := c.Update(190e3, []Source{camera(2, 0), camera(1, 1)}, midnight.Add(20*time.Second))
	if of(got, 2).Layer != codec.LayerSmall || of(got, 1).Layer > codec.LayerTiny {
		t.Fatalf("%+v", got)
	}
}

// TestALineIsClimbedByWhatIsWanted follows a line whose room grows as far as it is asked for, as one that is probed.
func TestALineIsClimbedByWhatIsWanted(t *testing.T) {
	var c Chooser
	room, line := 60e3, 1900e3
	var got []Choice
	for at := time.Duration(0); at < 90*time.Second; at += tick {
		var want float64
		if got, want = c.Update(room, hall(), midnight.Add(at)); want > room {
			room = min(want, line, room*1.05)
		}
	}
	if first := of(got, 1); first.Layer != codec.LayerLarge || first.Bitrate < 1.1e6 {
		t.Fatalf("%+v", got)
	}
}

func TestNothingMoreIsWantedAtTheTop(t *testing.T) {
	var c Chooser
	watch(&c, 0, 30*time.Second, hall(), func() float64 { return 9e6 })
	if _, want := c.Update(9e6, hall(), midnight.Add(30*time.Second)); want != 0 {
		t.Error(want)
	}
	if _, want := c.Update(9e6, nil, midnight.Add(31*time.Second)); want != 0 {
		t.Error(want)
	}
}

func BenchmarkUpdate(b *testing.B) {
	var c Chooser
	sources := hall()
	noise := rand.New(rand.NewPCG(1, 1))
	at := midnight
	b.ReportAllocs()
	for b.Loop() {
		at = at.Add(250 * time.Millisecond)
		c.Update(400e3*(.7+.6*noise.Float64()), sources, at)
	}
}

// BenchmarkMeeting is what 150 sites cost, each watching six and half of them seen by somebody, for a second of a meeting: four updates of each.
func BenchmarkMeeting(b *testing.B) {
	const sites = 150
	choosers, publishers := make([]Chooser, sites), make([]Publisher, sites)
	sources, at := hall(), midnight
	can := Sender{Camera: sources[0].Offers}
	wishes := make([][]Choice, sites)
	noise := rand.New(rand.NewPCG(1, 1))
	b.ReportAllocs()
	for b.Loop() {
		for range 4 {
			at = at.Add(250 * time.Millisecond)
			for i := range wishes {
				wishes[i] = wishes[i][:0]
			}
			for i := range choosers {
				got, _ := choosers[i].Update(float64(50+10*i)*1e3*(.9+.2*noise.Float64()), sources, at)
				for j, c := range got {
					at := j * i % (sites / 2)
					wishes[at] = append(wishes[at], c)
				}
			}
			for i := range publishers {
				publishers[i].Update(1e6, wishes[i], can, at)
			}
		}
	}
}

package lines

import (
	"math"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
)

// One line, many ears: what crosses the line is the same for one who listens in the building and for five.
func TestOneLineManyEars(t *testing.T) {
	var crossed [2]float64
	for i, ears := range []int{1, 5} {
		inTown(t, func(k *town) {
			b := k.building(k.line(good))
			speaker := k.visit("Chủ tọa", nil)
			var all []*villager
			for range ears {
				all = append(all, k.visit("Xã", b))
			}
			stop := speaker.talk(t)
			time.Sleep(15 * time.Second)
			_, before := b.line.Counters()
			from := time.Now()
			time.Sleep(time.Minute)
			_, after := b.line.Counters()
			stop()
			crossed[i] = float64(after.Bytes - before.Bytes)
			for _, v := range all {
				heard := v.note.of(v.publication(speaker), from)
				if missing := gaps(heard); missing > 0 || len(heard) < 1000 {
					t.Errorf("%d ears: %d frames, %v missing", ears, len(heard), missing)
				}
			}
		})
	}
	t.Logf("down the line in a minute: %.0f and %.0f bytes", crossed[0], crossed[1])
	if math.Abs(crossed[1]/crossed[0]-1) > .05 {
		t.Errorf("with one ear %.0f bytes, with five %.0f", crossed[0], crossed[1])
	}
}

// Two speak at once in a building: inside both are heard, above one; when that one falls silent, the other.
func TestOneFloorUpstream(t *testing.T) {
	inTown(t, func(k *town) {
		b := k.building(k.line(good))
		an, binh, chi := k.visit("An", b), k.visit("Bình", b), k.visit("Chi", b)
		chair := k.visit("Chủ tọa", nil)
		stop := an.talk(t)
		time.Sleep(5 * time.Second)
		alone, _ := b.line.Counters()
		time.Sleep(20 * time.Second)
		one, _ := b.line.Counters()
		defer binh.talk(t)()
		from := time.Now()
		time.Sleep(20 * time.Second)
		two, _ := b.line.Counters()
		if inside := chi.note.voices(from); inside[chi.publication(an)] < 300 || inside[chi.publication(binh)] < 300 {
			t.Errorf("inside: %v", inside)
		}
		if above := chair.note.voices(from); above[chair.publication(an)] < 300 || above[chair.publication(binh)] > 0 {
			t.Errorf("above: %v", above)
		}
		if a, b := float64(one.Bytes-alone.Bytes), float64(two.Bytes-one.Bytes); b > a*1.1 {
			t.Errorf("up the line: %.0f bytes while one speaks, %.0f while two do", a, b)
		}
		stop()
		took := k.waitFor(5*time.Second, "the other is heard above", func() bool { return chair.note.voices(from)[chair.publication(binh)] > 0 })
		t.Logf("after %v the other was heard", took)
		if took > time.Second+rtt150 {
			t.Errorf("after %v", took)
		}
		if chi.note.twice()+chair.note.twice() > 0 {
			t.Error("frames came twice")
		}
	})
}

// LAN mode: the line is cut. In the building nothing is missing; above the seats wait for ten minutes, and all comes back by itself.
func TestLineOfABuildingIsCut(t *testing.T) {
	for _, out := range []time.Duration{time.Second, 30 * time.Second, 5 * time.Minute, 15 * time.Minute} {
		inTown(t, func(k *town) {
			b := k.building(k.line(good))
			an, binh := k.visit("An", b), k.visit("Bình", b)
			chair := k.visit("Chủ tọa", nil)
			begun := time.Now()
			defer an.talk(t)()
			time.Sleep(10 * time.Second)
			voice := chair.publication(an)
			cutOff(t, b.line, good, out)
			cut := time.Now()
			if out > 5*time.Second {
				k.waitFor(5*time.Second, "the state is told", func() bool { s := b.state(); return !s.Up && s.Code == "upstream-away" && s.Vi != "" })
			}
			for time.Since(cut) < out {
				time.Sleep(min(5*time.Second, out))
				seat, ok := chair.seatOf(an)
				if since := time.Since(cut); !ok && since < 10*time.Minute || ok && since > 13*time.Minute && since < out || ok && seat.Here && since > 200*time.Second && since < out {
					t.Fatalf("%v after the cut of %v: seat %+v, %v", since, out, seat, ok)
				}
			}
			k.waitFor(10*time.Second, "heard above again", func() bool { return len(chair.note.of(voice, cut.Add(out))) > 0 })
			if heard := chair.note.of(voice, cut.Add(out)); len(heard) > 0 {
				t.Logf("after %v: heard again %v later", out, heard[0].at.Sub(cut.Add(out)))
			}
			k.waitFor(5*time.Second, "seats above as before, the line up", func() bool {
				a, _ := chair.seatOf(an)
				b2, _ := chair.seatOf(binh)
				return a.Here && b2.Here && a.Publication == voice && b.state().Up && b.state().Code == ""
			})
			heard := binh.note.of(voice, begun)
			if missing, longest := gaps(heard), silence(heard); missing > 0 || longest > 200*time.Millisecond {
				t.Errorf("inside, with a cut of %v: %v missing, silent for %v", out, missing, longest)
			}
			for _, v := range []*villager{an, binh} {
				if n := v.Stats().Sessions; n != 1 {
					t.Errorf("%s had %d sessions", v.name, n)
				}
				if s, _ := v.seatOf(chair); s.Name != "Chủ tọa" || !s.Here {
					t.Errorf("%s sees %+v", v.name, s)
				}
			}
			stop := chair.talk(t)
			k.hears(binh, chair, 3*time.Second, "at last")
			stop()
		})
	}
}

// Mute at a page of a site is known to all, and holds.
func TestMuteAtASite(t *testing.T) {
	inTown(t, func(k *town) {
		b := k.building(k.line(good))
		an, binh := k.visit("An", b), k.visit("Bình", b)
		chair := k.visit("Chủ tọa", nil)
		defer an.talk(t)()
		time.Sleep(3 * time.Second)
		for _, muted := range []bool{true, false} {
			if err := an.Mute(muted); err != nil {
				t.Fatal(err)
			}
			for _, v := range []*villager{binh, chair} {
				k.waitFor(time.Second, v.name+" knows", func() bool { s, _ := v.seatOf(an); return s.Muted == muted })
			}
			from := time.Now().Add(500 * time.Millisecond)
			time.Sleep(3 * time.Second)
			for _, v := range []*villager{binh, chair} {
				if n := len(v.note.of(v.publication(an), from)); (n == 0) != muted {
					t.Errorf("muted %v: %s heard %d frames", muted, v.name, n)
				}
			}
		}
		if err := chair.Mute(true); err != nil {
			t.Fatal(err)
		}
		k.waitFor(time.Second, "the building knows of the chair", func() bool { s, _ := binh.seatOf(chair); return s.Muted })
	})
}

// Two sites and a page: everyone hears everyone, once, and nobody himself.
func TestTwoSitesAndAPage(t *testing.T) {
	inTown(t, func(k *town) {
		one, two := k.building(k.line(good)), k.building(k.line(good))
		all := []*villager{k.visit("An", one), k.visit("Bình", one), k.visit("Chi", two), k.visit("Chủ tọa", nil)}
		time.Sleep(2 * time.Second)
		for _, speaker := range all {
			from := time.Now()
			stop := speaker.talk(t)
			time.Sleep(10 * time.Second)
			stop()
			time.Sleep(2 * time.Second)
			for _, v := range all {
				seat, ok := v.seatOf(speaker)
				heard := v.note.of(seat.Publication, from)
				switch {
				case !ok || !seat.Here || len(v.Seats()) != len(all):
					t.Errorf("%s sees %s as %+v", v.name, speaker.name, seat)
				case v == speaker && len(v.note.voices(from)) > 0:
					t.Errorf("%s hears %v", v.name, v.note.voices(from))
				case v != speaker && (len(heard) < 200 || gaps(heard) > 0):
					t.Errorf("%s hears %d frames of %s, %v missing", v.name, len(heard), speaker.name, gaps(heard))
				}
			}
		}
		for _, v := range all {
			if n := v.note.twice(); n > 0 {
				t.Errorf("%s heard %d frames twice", v.name, n)
			}
		}
	})
}

// A speaker in a building, listeners on thin and on fat lines: each gets the layer that the line carries, and a change of layers loses nothing.
func TestLayersThroughASite(t *testing.T) {
	inTown(t, func(k *town) {
		b := k.building(k.line(impaired(512, rtt150, 0, 0)))
		an, binh := k.visit("An", b), k.visit("Bình", b)
		fat := k.visit("Chủ tọa", nil)
		defer an.talk(t)()
		time.Sleep(20 * time.Second)
		from := time.Now()
		var thins []*villager
		for range 2 {
			thins = append(thins, k.visitOn(k.line(impaired(24, rtt300, 0, 0)), "Xã nghèo", nil))
			time.Sleep(30 * time.Second)
			thins = append(thins, k.visitOn(k.line(impaired(24, rtt300, 0, 0)), "Nhà nghèo", b))
			time.Sleep(30 * time.Second)
			for _, v := range thins {
				if heard := v.note.of(v.publication(an), time.Now().Add(-10*time.Second)); len(heard) < 200 { // of which layer, is a matter of their rates just now
					t.Errorf("%s hears %d frames", v.name, len(heard))
				}
				v.leave()
			}
			thins = nil
			time.Sleep(30 * time.Second)
		}
		for _, v := range []*villager{binh, fat} {
			layers := map[codec.Layer]int{}
			heard := v.note.of(v.publication(an), from)
			for _, h := range heard {
				layers[h.layer]++
			}
			t.Logf("%s: %v", v.name, layers)
			if missing := gaps(heard); missing > 0 || layers[codec.LayerHi] < len(heard)*8/10 {
				t.Errorf("%s: %v missing, layers %v", v.name, missing, layers)
			}
		}
	})
}

package lines

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/cmd/internal/film"
	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// eyes are what a villager sees, and shows.
type eyes struct {
	viewer film.Viewer
	camera film.Camera
	screen film.Camera

	mu    sync.Mutex // guards all below
	shown transport.Pictures
}

func (e *eyes) hooks() client.Hooks {
	e.screen.Screen = true
	return client.Hooks{
		Pictures: e.viewer.Picture,
		Shown: func(p transport.Pictures) {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.shown = p
		},
		Keys: func(publication uint32, layers []codec.Layer) {
			e.camera.Key(publication, layers)
			e.screen.Key(publication, layers)
		},
	}
}

// told is what the relay says that there is to be seen.
func (e *eyes) told() transport.Pictures {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.shown
}

var decoded = []string{"vp9", "vp8"}

// watches lets somebody see, the large picture and some small ones.
func (v *villager) watches(t *testing.T, small int) {
	t.Helper()
	v.viewer.Lost = func(p uint32, l codec.Layer) { v.tasks.Go(func() { _ = v.LostWay(p, l) }) }
	if err := v.Watch(transport.Watch{Mode: transport.WatchAll, Decodes: decoded, Small: small}); err != nil {
		t.Error(err)
	}
}

// films lets somebody show a camera until stop is called.
func (v *villager) films(t *testing.T) (stop func()) {
	t.Helper()
	if err := v.Send(transport.Send{Camera: &transport.SendSource{Codecs: decoded, Width: 1280, Height: 720, FPS: 30}}); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(v.ctx)
	done := make(chan struct{})
	v.tasks.Go(func() {
		defer close(done)
		v.camera.Run(ctx, v.Client)
	})
	return func() {
		cancel()
		<-done
		_ = v.Send(transport.Send{})
	}
}

// sees is what v saw of somebody since a moment.
func (v *villager) sees(of *villager, since time.Time) film.Sight {
	return v.viewer.Saw(v.publication(of), false, since, time.Now())
}

// thin are lines of the field, and what is to be seen on them at least: frames a second down, and up, of a layer, and how long it may stand. Runs differ by how goroutines take turns: a usual one shows
// 29, 14, 12 a second, and a still every 5 to 8 s.
var thin = []struct {
	name     string
	line     transporttest.Impairment
	layer    codec.Layer
	down, up float64
	longest  time.Duration // without a new picture
}{
	{"2 Mbit/s", impaired(2000, 20*time.Millisecond, 0, 0), codec.LayerLarge, 25, 20, 2 * time.Second},
	{"256 kbit/s", impaired(256, rtt150, 0, 0), codec.LayerSmall, 13, 9, 2 * time.Second},
	{"256 kbit/s, 10 %", impaired(256, rtt150, .1, 0), codec.LayerSmall, 5, 5, 8 * time.Second},
	{"64 kbit/s, 5 %", impaired(64, rtt300, .05, 0), codec.LayerStill, .08, .05, 30 * time.Second},
}

// Pictures come down thin lines, to a page and to a building, and up from a building.
func TestPicturesOnThinLines(t *testing.T) {
	for _, r := range thin {
		for _, way := range []string{"to a page", "to a building", "from a building"} {
			t.Run(r.name+" "+way, func(t *testing.T) {
				inTown(t, func(k *town) {
					shows, sees, rate := k.visit("Chủ tọa", nil), (*villager)(nil), r.down
					line := k.line(r.line)
					if way == "to a page" {
						sees = k.visitOn(line, "Xã", nil)
					} else {
						sees = k.visit("Xã", k.building(line))
					}
					if way == "from a building" {
						shows, sees, rate = sees, shows, r.up
					}
					defer shows.talk(t)()
					defer shows.films(t)()
					sees.watches(t, 5)
					time.Sleep(40 * time.Second)
					from := time.Now()
					time.Sleep(time.Minute)
					saw := k.judge(sees, shows, from)
					good := 0
					for l, n := range saw.Layers {
						if l >= r.layer {
							good += n
						}
					}
					if saw.Rate < rate || good < saw.Frames/3 || saw.Longest > r.longest {
						t.Errorf("%.1f frames/s, %v, longest %v", saw.Rate, saw.Layers, saw.Longest)
					}
				})
			})
		}
	}
}

// judge fails the test unless what is seen is what was shown, and the voice goes on.
func (k *town) judge(site, of *villager, from time.Time) film.Sight {
	k.t.Helper()
	saw := site.sees(of, from)
	heard := site.note.of(site.publication(of), from)
	k.t.Logf("%.1f frames/s, %v, longest %v, frozen %v, %.0f kbit/s; voice: %d packets, %v missing", saw.Rate, saw.Layers, saw.Longest.Round(time.Millisecond), saw.Frozen.Round(time.Millisecond),
		float64(8*saw.Bytes)/time.Since(from).Seconds()/1000, len(heard), gaps(heard))
	if wrong := site.viewer.Wrong(); wrong > 0 {
		k.t.Errorf("%d frames are not what was shown", wrong)
	}
	if missing := gaps(heard); len(heard) < 500 || missing > time.Since(from)/50 {
		k.t.Errorf("of the voice %d packets, %v missing", len(heard), missing)
	}
	return saw
}

// One line, many eyes: a picture crosses the line of a building once, however many watch.
func TestOneLineManyEyes(t *testing.T) {
	var crossed [2]float64
	for i, eyes := range []int{1, 4} {
		inTown(t, func(k *town) {
			b := k.building(k.line(impaired(1000, rtt150, 0, 0)))
			chair := k.visit("Chủ tọa", nil)
			defer chair.talk(t)()
			defer chair.films(t)()
			var all []*villager
			for range eyes {
				v := k.visit("Xã", b)
				v.watches(t, 2)
				all = append(all, v)
			}
			time.Sleep(40 * time.Second)
			_, before := b.line.Counters()
			from := time.Now()
			time.Sleep(30 * time.Second)
			_, after := b.line.Counters()
			seen := 0
			for _, v := range all {
				saw := v.sees(chair, from)
				seen += saw.Bytes
				if saw.Rate < 14 || saw.Longest > 2*time.Second {
					t.Errorf("%d watch: %+v", eyes, saw)
				}
			}
			crossed[i] = float64(after.Bytes-before.Bytes) / (float64(seen) / float64(eyes))
		})
	}
	t.Logf("bytes down the line for each that a page sees: %.2f with one, %.2f with four", crossed[0], crossed[1])
	if crossed[1] > 1.2*crossed[0] {
		t.Errorf("with one %.2f bytes for each that a page sees, with four %.2f", crossed[0], crossed[1])
	}
}

// When the line of a building is away its own pictures go on, and those from above come back by themselves.
func TestPicturesAfterTheLineWasAway(t *testing.T) {
	inTown(t, func(k *town) {
		b := k.building(k.line(good))
		chair, an, binh := k.visit("Chủ tọa", nil), k.visit("An", b), k.visit("Bình", b)
		defer chair.talk(t)()
		defer chair.films(t)()
		defer binh.films(t)()
		an.watches(t, 3)
		chair.watches(t, 3)
		time.Sleep(30 * time.Second)
		cutOff(t, b.line, good, 40*time.Second)
		time.Sleep(10 * time.Second)
		from := time.Now()
		time.Sleep(20 * time.Second)
		if saw := an.sees(chair, from); saw.Frames > 0 {
			t.Errorf("of the chair: %+v", saw)
		}
		if saw := an.sees(binh, from); saw.Rate < 4 {
			t.Errorf("in the building: %+v", saw)
		}
		if large := an.told().Large; large == nil || large.Publication != an.publication(binh) {
			t.Errorf("large: %+v", large)
		}
		time.Sleep(45 * time.Second) // the line is a new one, of which nothing is known
		from = time.Now()
		time.Sleep(15 * time.Second)
		if saw := an.sees(chair, from); saw.Rate < 4 {
			t.Errorf("of the chair, afterwards: %+v", saw)
		}
		if saw := chair.sees(binh, from); saw.Rate < 1 {
			t.Errorf("from the building, afterwards: %+v", saw)
		}
	})
}

// Who comes back to a relay that was restarted says again what it wants to see, and can show.
func TestPicturesComeBackAfterARestart(t *testing.T) {
	inTown(t, func(k *town) {
		b := k.building(k.line(good))
		chair, an, binh := k.visit("Chủ tọa", nil), k.visit("An", b), k.visit("Bình", nil)
		defer chair.talk(t)()
		defer chair.films(t)()
		defer an.films(t)()
		for _, v := range []*villager{an, binh, chair} {
			v.watches(t, 3)
		}
		time.Sleep(20 * time.Second)
		k.restart(3 * time.Second)
		time.Sleep(40 * time.Second)
		from := time.Now()
		time.Sleep(10 * time.Second)
		for name, saw := range map[string]film.Sight{
			"a page sees the chair": binh.sees(chair, from), "a page sees the building": binh.sees(an, from),
			"the building sees the chair": an.sees(chair, from), "the chair sees the building": chair.sees(an, from),
		} {
			if saw.Rate < 2 {
				t.Errorf("%s: %+v", name, saw)
			}
		}
	})
}

// Nothing of a building's pictures crosses its line while nobody beyond it watches, nor of others while nobody here does.
func TestWhatNobodyWatchesStaysWhereItIs(t *testing.T) {
	inTown(t, func(k *town) {
		b := k.building(k.line(good))
		chair, an, binh := k.visit("Chủ tọa", nil), k.visit("An", b), k.visit("Bình", b)
		defer chair.films(t)()
		defer binh.films(t)()
		an.watches(t, 3)
		time.Sleep(20 * time.Second)
		if err := an.Watch(transport.Watch{Mode: transport.WatchVoice}); err != nil {
			t.Error(err)
		}
		time.Sleep(5 * time.Second)
		up, down := b.line.Counters()
		from := time.Now()
		time.Sleep(20 * time.Second)
		up2, down2 := b.line.Counters()
		if bits := 8 * float64(up2.Bytes-up.Bytes+down2.Bytes-down.Bytes) / time.Since(from).Seconds(); bits > 2000 {
			t.Errorf("%.0f bit/s", bits)
		}
	})
}

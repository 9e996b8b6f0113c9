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

// thin are lines of the field, and what is to be seen on them.
var thin = []struct {
	name  string
	line  transporttest.Impairment
	layer codec.Layer
	rate  float64 // frames a second
}{
	{"2 Mbit/s", impaired(2000, 20*time.Millisecond, 0, 0), codec.LayerLarge, 25},
	{"256 kbit/s", impaired(256, rtt150, 0, 0), codec.LayerSmall, 14},
	{"256 kbit/s, 10 %", impaired(256, rtt150, .1, 0), codec.LayerSmall, 8},
	{"64 kbit/s, 5 %", impaired(64, rtt300, .05, 0), codec.LayerStill, .1},
}

func TestPicturesDownThinLines(t *testing.T) {
	for _, r := range thin {
		t.Run(r.name, func(t *testing.T) {
			inTown(t, func(k *town) {
				chair := k.visit("Chủ tọa", nil)
				site := k.visitOn(k.line(r.line), "Xã", nil)
				defer chair.talk(t)()
				defer chair.films(t)()
				site.watches(t, 5)
				time.Sleep(40 * time.Second)
				if testing.Verbose() {
					go k.follow(site, chair)
				}
				from := time.Now()
				time.Sleep(time.Minute)
				k.judge(site, chair, from, r.layer, r.rate)
			})
		})
	}
}

// judge fails the test unless a picture is seen as it should, and the voice goes on.
func (k *town) judge(site, of *villager, from time.Time, layer codec.Layer, rate float64) {
	k.t.Helper()
	saw := site.sees(of, from)
	heard := site.note.of(site.publication(of), from)
	k.t.Logf("%.1f frames/s, %v, longest %v, frozen %v, %d kbit/s; voice: %d packets, %v missing; told %+v, shown %d", saw.Rate, saw.Layers, saw.Longest, saw.Frozen,
		int(float64(8*saw.Bytes)/time.Since(from).Seconds()/1000), len(heard), gaps(heard), site.told().Room, of.camera.Shown())
	if saw.Rate < rate || saw.Layers[layer] < saw.Frames*2/3 {
		k.t.Errorf("%.1f frames/s, %v", saw.Rate, saw.Layers)
	}
	if wrong := site.viewer.Wrong(); wrong > 0 {
		k.t.Errorf("%d frames are not what was shown", wrong)
	}
	if missing := gaps(heard); len(heard) < 500 || missing > time.Since(from)/20 {
		k.t.Errorf("of the voice %d packets, %v missing", len(heard), missing)
	}
}

func (k *town) follow(site, of *villager) {
	for range 30 {
		from := time.Now()
		time.Sleep(2 * time.Second)
		saw := site.sees(of, from)
		k.t.Log(time.Since(k.begun), saw.Rate, saw.Layers, site.told().Room, of.VideoPlan())
	}
}

// Pictures cross the line of a building: down, up, and each once however many watch.
func TestPicturesThroughABuilding(t *testing.T) {
	for _, r := range thin {
		t.Run(r.name, func(t *testing.T) {
			inTown(t, func(k *town) {
				b := k.building(k.line(r.line))
				chair, site := k.visit("Chủ tọa", nil), k.visit("Xã", b)
				defer chair.talk(t)()
				defer chair.films(t)()
				site.watches(t, 5)
				time.Sleep(40 * time.Second)
				if testing.Verbose() {
					go k.follow(site, chair)
				}
				from := time.Now()
				time.Sleep(time.Minute)
				k.judge(site, chair, from, r.layer, r.rate)
			})
		})
		t.Run("up "+r.name, func(t *testing.T) {
			inTown(t, func(k *town) {
				b := k.building(k.line(r.line))
				chair, site := k.visit("Chủ tọa", nil), k.visit("Xã", b)
				defer site.talk(t)()
				defer site.films(t)()
				chair.watches(t, 5)
				time.Sleep(40 * time.Second)
				if testing.Verbose() {
					go k.follow(chair, site)
				}
				from := time.Now()
				time.Sleep(time.Minute)
				k.judge(chair, site, from, r.layer, r.rate)
			})
		})
	}
}

package relay

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

// piece is one of a frame on the wire.
func piece(f frames.Frame, number uint16) []byte {
	p := frames.Piece{
		Number: number, Publication: f.Publication, Layer: f.Layer, Sequence: f.Sequence, Key: f.Key, Temporal: f.Temporal, Back: f.Back,
		K: 2, Index: int(number) % 200, Shard: make([]byte, 1000),
	}
	return p.Append(nil)
}

// TestHostilePieces: nothing is kept, and nothing goes on, of what was not asked for.
func TestHostilePieces(t *testing.T) {
	inTheatre(t, func(t *testing.T, h *theatre) {
		a, b := h.sit(kbps(4000), kbps(1000)), h.sit(kbps(1000), kbps(1000))
		a.shows(true, false)
		b.watches(transport.WatchAll, 0)
		time.Sleep(3 * time.Second)
		asked := a.asked()
		drops := &a.aside.up.drops
		pieces := func() uint64 {
			synctest.Wait() // what came at this moment is counted
			a.aside.up.mu.Lock()
			defer a.aside.up.mu.Unlock()
			return a.aside.up.receiver.Stats().Pieces
		}
		before := pieces()
		for i := range uint16(50) {
			a.aside.take(piece(frames.Frame{Publication: b.id, Layer: codec.LayerStill, Sequence: uint32(i), Key: true}, i))
			a.aside.take(piece(frames.Frame{Publication: a.id, Layer: codec.LayerLarge, Sequence: uint32(i), Back: 1}, i))
			a.aside.take(piece(frames.Frame{Publication: a.id, Layer: codec.LayerScreen, Sequence: uint32(i), Back: 1}, i))
			a.aside.take(piece(frames.Frame{Publication: 7, Layer: codec.LayerBulk, Sequence: uint32(i)}, i))
			a.aside.take([]byte{0xf8, 1, 2, 3, byte(i)})
			a.aside.take(append([]byte{0xf9}, make([]byte, 40)...))
		}
		for why, want := range map[dropped]uint64{dropForeign: 100, dropUnasked: 100, dropMalformed: 50} {
			if n := drops[why].Load(); n != want {
				t.Errorf("%s: %d, want %d", dropNames[why], n, want)
			}
		}
		if n := pieces() - before; n > 0 {
			t.Errorf("%d pieces were kept", n)
		}
		// Of a layer that is asked for, but far more than its plan says.
		for i := range uint16(2000) {
			a.aside.take(piece(frames.Frame{Publication: a.id, Layer: asked[0], Sequence: 1 << 30, Key: true}, 30000+i))
		}
		if n := drops[dropFlooded].Load(); n < 1800 {
			t.Errorf("%d of a flood of 2000 were dropped", n)
		}
	})
}

// TestKeyStorm: whoever asks, and however often, the publisher is asked for a key frame every 2 s.
func TestKeyStorm(t *testing.T) {
	inTheatre(t, func(t *testing.T, h *theatre) {
		a := h.sit(kbps(4000), kbps(1000))
		a.showing.set(a.id, "", &transport.SendSource{Codecs: []string{"vp8"}, Most: codec.LayerSmall}, nil)
		for range 20 {
			h.sit(kbps(1000), kbps(1000)).watches(transport.WatchAll, 0)
		}
		time.Sleep(30 * time.Second)
		layer := a.asked()[0]
		before, _, _ := a.counts(layer)
		for range 100 {
			time.Sleep(100 * time.Millisecond)
			for _, b := range h.boxes[1:] {
				b.watcher.lostWay(sourceID{a.id, false}, layer, time.Now())
				b.watcher.lostWay(sourceID{a.id, true}, codec.LayerScreen, time.Now())
				b.watcher.lostWay(sourceID{99, false}, layer, time.Now())
			}
		}
		if after, _, _ := a.counts(layer); after < before+3 || after > before+5 {
			t.Errorf("in 10 s it was asked for %d key frames", after-before)
		}
		time.Sleep(3 * time.Second)
		h.boxes[5].sees(a.id, false)
		time.Sleep(5 * time.Second)
		if got := h.boxes[5].sees(a.id, false); got.frames() < 20 {
			t.Errorf("after the storm %d frames came", got.seen)
		}
	})
}

// TestCodecs: a source is encoded in what all decode; who does not decode it is told that there is a picture, and gets none.
func TestCodecs(t *testing.T) {
	inTheatre(t, func(t *testing.T, h *theatre) {
		a, b, c := h.sit(kbps(2000), kbps(1000)), h.sit(kbps(1000), kbps(1000)), h.sit(kbps(1000), kbps(1000))
		a.eye.codec = codec.AV1
		a.showing.set(a.id, "", &transport.SendSource{Codecs: []string{"av1", "vp8", "odd"}, Width: 640, Height: 360}, nil)
		b.watcher.watch.Store(&transport.Watch{Mode: transport.WatchAll, Decodes: []string{"av1", "vp8"}})
		h.hub.watched(b.watcher, true)
		b.aside.changed()
		named := func() string {
			a.mu.Lock()
			defer a.mu.Unlock()
			return a.plan.Camera
		}
		time.Sleep(3 * time.Second)
		if got := named(); got != "av1" {
			t.Errorf("who watches decodes AV1, and it is %q", got)
		}
		c.watches(transport.WatchAll, 0)
		time.Sleep(3 * time.Second)
		if got := named(); got != "vp8" {
			t.Errorf("one decodes VP8 alone, and it is %q", got)
		}
		if got := c.sees(a.id, false); got.frames() > 0 {
			t.Errorf("it got AV1: %d", got.seen)
		}
		a.mu.Lock()
		a.eye.codec = codec.VP8
		for _, r := range a.reels {
			r.key = true
		}
		a.mu.Unlock()
		d := h.sit(kbps(1000), kbps(1000))
		d.watcher.watch.Store(&transport.Watch{Mode: transport.WatchAll, Decodes: []string{"h264"}})
		h.hub.watched(d.watcher, true)
		d.aside.changed()
		time.Sleep(12 * time.Second) // a still may take so long
		if got := c.sees(a.id, false); got.frames() == 0 || named() != "vp8" {
			t.Errorf("%d frames of %s", got.seen, named())
		}
		told := d.told()
		if _, _, n := d.counts(0); n > 0 || told.Large != nil || !slices.Equal(told.Of, []transport.Shown{{Publication: a.id}}) {
			t.Errorf("who decodes nothing of it: %d, %+v", n, told)
		}
	})
}

// TestCodecsInAnotherOrder: a publisher that puts a cheaper codec first gets it, if all decode it, and keeps it until it says otherwise.
func TestCodecsInAnotherOrder(t *testing.T) {
	inTheatre(t, func(t *testing.T, h *theatre) {
		a, b := h.sit(kbps(2000), kbps(1000)), h.sit(kbps(1000), kbps(1000))
		offers := func(codecs ...string) {
			a.showing.set(a.id, "", &transport.SendSource{Codecs: codecs, Width: 640, Height: 360}, nil)
		}
		decodes := func(names ...string) {
			b.watcher.watch.Store(&transport.Watch{Mode: transport.WatchAll, Decodes: names})
			h.hub.watched(b.watcher, true)
			b.aside.changed()
		}
		expect := func(when, want string) {
			t.Helper()
			time.Sleep(3 * time.Second)
			a.mu.Lock()
			defer a.mu.Unlock()
			if got := a.plan.Camera; got != want {
				t.Errorf("%s: %q, not %q", when, got, want)
			}
		}
		offers("av1", "h264")
		decodes("av1")
		expect("one decodes AV1 alone", "av1")
		offers("h264", "av1")
		expect("H.264 is first, but nobody decodes it", "av1")
		offers("av1", "h264")
		decodes("av1", "h264")
		expect("both are decoded, AV1 is first", "av1")
		offers("h264", "av1")
		expect("both are decoded, H.264 is first", "h264")
		decodes("av1")
		expect("AV1 alone again", "av1")
		decodes("av1", "h264")
		expect("nothing is decoded by more", "av1")
	})
}

// TestPublisherGoes: its pictures end at once, for those who are told, too, and the next one takes the large place.
func TestPublisherGoes(t *testing.T) {
	inTheatre(t, func(t *testing.T, h *theatre) {
		a, b, c := h.sit(kbps(2000), kbps(1000)), h.sit(kbps(1000), kbps(1000)), h.sit(kbps(1000), kbps(1000))
		a.shows(true, false)
		c.shows(true, false)
		b.watches(transport.WatchAll, 0)
		h.cast(roles{chair: a.id, free: true})
		time.Sleep(10 * time.Second)
		if told := b.told(); told.Large == nil || told.Large.Publication != a.id || len(told.Of) != 2 || len(c.asked()) > 0 {
			t.Errorf("the chair is not large: %+v", told)
		}
		a.showing.close()
		time.Sleep(5 * time.Second)
		if told := b.told(); told.Large == nil || told.Large.Publication != c.id || len(told.Of) != 1 {
			t.Errorf("after it has gone: %+v", told)
		}
		b.sees(a.id, false)
		time.Sleep(3 * time.Second)
		if got := b.sees(c.id, false); got.frames() == 0 {
			t.Error("nothing comes of the next one")
		}
		if got := b.sees(a.id, false); got.frames() > 0 {
			t.Errorf("of who has gone %d came", got.seen)
		}
	})
}

// TestModes: who wants slides gets the screen alone, who wants the voice gets nothing.
func TestModes(t *testing.T) {
	inTheatre(t, func(t *testing.T, h *theatre) {
		a, b := h.sit(kbps(4000), kbps(1000)), h.sit(kbps(1000), kbps(2000))
		a.shows(true, true)
		b.watches(transport.WatchAll, 1)
		time.Sleep(20 * time.Second)
		if told := b.told(); told.Large == nil || told.Large.Source != transport.SourceScreen || len(told.Of) != 2 {
			t.Errorf("the screen is not large: %+v", told)
		}
		if camera, screen := b.sees(a.id, false), b.sees(a.id, true); camera.frames() == 0 || screen.frames() == 0 {
			t.Errorf("camera %d, screen %d", camera.seen, screen.seen)
		}
		b.watches(transport.WatchSlides, 1)
		time.Sleep(time.Second)
		b.sees(a.id, false)
		b.sees(a.id, true)
		time.Sleep(10 * time.Second)
		if camera, screen := b.sees(a.id, false), b.sees(a.id, true); camera.frames() > 0 || screen.frames() == 0 {
			t.Errorf("with slides alone: camera %d, screen %d", camera.seen, screen.seen)
		}
		b.watches(transport.WatchVoice, 1)
		time.Sleep(time.Second)
		b.sees(a.id, true)
		a.shot()
		time.Sleep(10 * time.Second)
		if screen, told := b.sees(a.id, true), b.told(); screen.frames() > 0 || len(told.Of) > 0 || told.Large != nil {
			t.Errorf("with the voice alone: %d, %+v", screen.seen, told)
		}
		if shot := a.shot(); len(shot) > 0 {
			t.Errorf("nobody watches, and %d were filmed", shot)
		}
	})
}

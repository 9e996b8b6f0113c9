package relay

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

// eye is the client's end of what goes beside the voice: it films, and it sees.
type eye struct {
	*guest
	mu       sync.Mutex // guards all below
	sender   *frames.Sender
	receiver *frames.Receiver
	plan     *transport.VideoPlan
	pictures transport.Pictures
	plans    int
	seen     []*frames.Frame
	keys     map[codec.Layer]int // requests that were heard
	filming  map[codec.Layer]*reel
	sent     map[codec.Layer]int // bytes
}

// reel is where a layer is that is filmed.
type reel struct {
	next  uint32
	since uint32 // frames since the last key frame
	at    time.Time
	key   bool
}

// look opens a guest's eyes.
func (g *guest) look() *eye {
	now := time.Now()
	e := &eye{guest: g, receiver: frames.NewReceiver(now), keys: map[codec.Layer]int{}, filming: map[codec.Layer]*reel{}, sent: map[codec.Layer]int{}}
	e.sender = frames.NewSender(g.paths.SendAside, now)
	g.paths.OnAside(e.take)
	if err := g.session.SetReadDeadline(time.Time{}); err != nil {
		g.t.Fatal(err)
	}
	go e.live()
	go e.listen()
	return e
}

func (e *eye) take(b []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	if frames.IsReport(b) {
		if r, err := e.sender.Report(b, now); err == nil {
			for _, l := range r.KeyLayers() {
				e.keys[l]++
				if reel := e.filming[l]; reel != nil {
					reel.key = true
				}
			}
		}
		return
	}
	if f, err := e.receiver.Receive(b, now); err == nil && f != nil {
		e.seen = append(e.seen, f)
	}
	e.report(now)
}

func (e *eye) report(now time.Time) {
	if b, due := e.receiver.Report(nil, now); due {
		e.paths.SendAside(b)
	}
}

// live films by the plan, and sends what is due.
func (e *eye) live() {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-e.ctx.Done():
			return
		case now := <-ticker.C:
			e.mu.Lock()
			e.film(now)
			e.sender.Tick(now)
			e.report(now)
			e.mu.Unlock()
		}
	}
}

// listen takes plans, and what is said of pictures.
func (e *eye) listen() {
	for {
		m, err := e.session.ReadTold()
		if err != nil {
			return
		}
		var plan transport.Plan
		e.mu.Lock()
		switch {
		case m.Type == transport.TypePlan && m.Decode(&plan) == nil:
			e.plan = plan.Video
			e.plans++
			if plan.Video != nil {
				e.sender.SetRate(float64(plan.Video.Rate))
				e.sender.SetFill(e.filled())
			}
		case m.Type == transport.TypePictures:
			e.pictures = transport.Pictures{}
			if m.Decode(&e.pictures) != nil {
				e.t.Errorf("%s", m.JSON)
			}
		}
		e.mu.Unlock()
	}
}

// filled is what the plan's frames take with its parity, in bit/s. mu is held.
func (e *eye) filled() (rate float64) {
	for _, l := range e.plan.Layers {
		rate += 1.1*float64(l.Bitrate) + 40*float64(l.Rate10)
	}
	return min(rate*(1+float64(e.plan.Parity)/100), float64(e.plan.Rate))
}

// film makes the frames of the plan that are due. mu is held.
func (e *eye) film(now time.Time) {
	if e.plan == nil {
		clear(e.filming)
		return
	}
	for l := range e.filming {
		if !slices.ContainsFunc(e.plan.Layers, func(p transport.LayerPlan) bool { return p.Layer == l }) {
			e.filming[l].key = true
			e.filming[l].at = time.Time{}
		}
	}
	for _, p := range e.plan.Layers {
		r := e.filming[p.Layer]
		if r == nil {
			r = &reel{key: true}
			e.filming[p.Layer] = r
		}
		if apart := 10 * time.Second / time.Duration(p.Rate10); now.Sub(r.at) < apart {
			continue
		}
		r.at = now
		e.shoot(p, r, now)
	}
}

// shoot makes one frame: every other one is of the upper temporal layer.
func (e *eye) shoot(p transport.LayerPlan, r *reel, now time.Time) {
	f := &frames.Frame{Publication: e.welcome.Publication, Layer: p.Layer, Sequence: r.next, Time: uint32(now.UnixMicro() * 48 / 1000), Codec: codec.VP8}
	size := p.Bitrate / 8 * 10 / p.Rate10
	switch {
	case r.key || p.Layer.Still():
		f.Key, r.key, r.since = true, false, 0
		size *= 3
		if p.Layer.Still() {
			size = 6000
		}
	case p.Temporal > 1 && r.since%2 == 1:
		f.Temporal, f.Back = 1, 1
	case p.Temporal > 1 && r.since > 1:
		f.Back = 2
	default:
		f.Back = 1
	}
	if p.Temporal > 1 && r.since == 1 && f.Temporal == 0 && !f.Key {
		f.Back = 1
	}
	r.since++
	r.next++
	f.Payload = make([]byte, max(min(size, 60000), 10))
	e.sent[p.Layer] += len(f.Payload)
	_ = e.sender.Push(frames.Out{Frame: f, Class: frames.Main, Deadline: time.Second}, now)
}

// saw returns what came since the last call, and checks that all of it can be decoded in its order.
func (e *eye) saw() []*frames.Frame {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := e.seen
	e.seen = nil
	return out
}

func (e *eye) planned() *transport.VideoPlan {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.plan
}

func (e *eye) told() transport.Pictures {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.pictures
}

func (e *eye) watch(small int) {
	e.say(transport.Watch{Type: transport.TypeWatch, Mode: transport.WatchAll, Decodes: []string{"vp8", "vp9"}, Small: small})
}

func (e *eye) showCamera() {
	e.say(transport.Send{Type: transport.TypeSend, Camera: &transport.SendSource{Codecs: []string{"vp8"}, Width: 1280, Height: 720, FPS: 30}})
}

// layersOf are the layers of a plan.
func layersOf(p *transport.VideoPlan) (out []codec.Layer) {
	if p != nil {
		for _, l := range p.Layers {
			out = append(out, l.Layer)
		}
	}
	return out
}

// counted counts frames by layer.
func counted(of []*frames.Frame) map[codec.Layer]int {
	out := map[codec.Layer]int{}
	for _, f := range of {
		out[f.Layer]++
	}
	return out
}

func TestAPictureReachesWhoWatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.stop()
		a, b, c := w.join("A", transport.WebTransport).look(), w.join("B", transport.WebTransport).look(), w.join("C", transport.WebTransport).look()
		defer a.quit()
		defer b.quit()
		defer c.quit()
		a.showCamera()
		time.Sleep(5 * time.Second)
		if p := a.planned(); p == nil || len(p.Layers) > 0 {
			t.Errorf("nobody watches: %+v", p)
		}
		b.watch(2)
		for range 12 {
			time.Sleep(5 * time.Second)
			t.Log(a.planned(), counted(b.saw()), a.keys, w.dump())
		}
		if n := len(c.saw()); n > 0 {
			t.Errorf("who does not watch got %d", n)
		}
		t.Log(a.plans, a.sent)
	})
}

func (w *world) dump() (out []string) {
	for _, r := range w.allRooms() {
		for _, p := range r.all() {
			var c [verdicts]uint64
			for i := range c {
				c[i] = p.watcher.counts[i].Load()
			}
			var d [drops]uint64
			for i := range d {
				d[i] = p.aside.up.drops[i].Load()
			}
			out = append(out, fmt.Sprint(p.id, c, d, p.aside.up.frames.Load()))
			for _, s := range p.watcher.shown {
				out = append(out, fmt.Sprintf("%+v", s.scene))
			}
			if p.aside.up.receiver != nil {
				out = append(out, fmt.Sprintf("%+v", p.aside.up.receiver.Stats()))
			}
		}
	}
	return out
}

package relay

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// theatre is a room for pictures alone, with lines in memory, in the time of a bubble.
type theatre struct {
	t     *testing.T
	hub   *pictures
	ctx   context.Context
	group sync.WaitGroup
	boxes []*box
}

// box is somebody in a theatre.
type box struct {
	*eye
	id      uint32
	aside   *aside
	watcher *watcher
	showing *showing
	up      *transporttest.End // the client's
	down    *transporttest.End // the relay's
	felt    feeling            // by the voice; before anything is sent
}

// inTheatre runs a test in a bubble.
func inTheatre(t *testing.T, test func(t *testing.T, h *theatre)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		h := &theatre{t: t, hub: newPictures(NewSpeakers()), ctx: ctx}
		defer h.group.Wait()
		defer cancel()
		test(t, h)
	})
}

// kbps is a line of so many kbit/s, 20 ms long.
func kbps(rate int) transporttest.Impairment {
	return transporttest.Impairment{Rate: rate, Delay: 20 * time.Millisecond, Queue: 300 * time.Millisecond}
}

// sit gives somebody a box, with a line up and one down.
func (h *theatre) sit(up, down transporttest.Impairment) *box {
	client, server := transporttest.Pair(up, down, uint64(len(h.boxes)+1))
	p := &box{id: uint32(len(h.boxes) + 1), up: client, down: server}
	far, near := transport.NewPaths(), transport.NewPaths()
	p.aside = newAside(near, func(time.Time) feeling { return p.felt })
	p.watcher = &watcher{room: h.hub, aside: p.aside, own: Only(p.id).has, say: p.hear, shown: map[sourceID]*picture{}}
	p.showing = newShowing(h.hub, p.aside, func(plan *transport.VideoPlan) { p.follow(plan) }, func(time.Time) feeling { return p.felt })
	p.aside.work = func(now time.Time) bool {
		watches, shows := p.watcher.work(now), p.showing.work(now)
		return watches || shows
	}
	near.OnAside(p.aside.take)
	p.eye = openEye(h.ctx, h.t, far, p.id)
	h.carry(far, client)
	h.carry(near, server)
	h.group.Go(func() {
		defer p.watcher.close()
		p.aside.run(h.ctx)
	})
	h.boxes = append(h.boxes, p)
	h.cast(roles{free: true})
	return p
}

func (h *theatre) carry(paths *transport.Paths, end *transporttest.End) {
	route := paths.Add(end, func() {})
	h.group.Go(func() { _ = route.Carry(h.ctx) })
}

// cast makes everybody who has a box one who may show anything.
func (h *theatre) cast(r roles) {
	r.may = map[uint32]rights{}
	for _, p := range h.boxes {
		r.may[p.id] = rights{true, true}
	}
	h.hub.follow(r)
}

// hear takes what is said of pictures.
func (p *box) hear(message any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pictures = message.(transport.Pictures)
}

// watches says what the box wants to see.
func (p *box) watches(mode string, small int, decodes ...string) {
	p.watcher.watch.Store(&transport.Watch{Mode: mode, Small: small, Decodes: append(decodes, "vp8")})
	p.watcher.room.watched(p.watcher, true)
	p.aside.changed()
}

// shows turns camera and screen on or off.
func (p *box) shows(camera, screen bool) {
	can := func(on bool) *transport.SendSource {
		if !on {
			return nil
		}
		return &transport.SendSource{Codecs: []string{"vp8"}, Width: 1280, Height: 720, FPS: 30}
	}
	p.showing.set(p.id, "", can(camera), can(screen))
}

// becomes changes the line to a box.
func (h *theatre) becomes(p *box, down transporttest.Impairment) {
	if err := p.down.Impair(down); err != nil {
		h.t.Fatal(err)
	}
}

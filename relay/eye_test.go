package relay

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

// eye is a client's end of what goes beside the voice: it films what it is asked for, and sees.
type eye struct {
	t           *testing.T
	paths       *transport.Paths
	publication uint32
	codec       codec.Codec

	mu       sync.Mutex // guards all below
	sender   *frames.Sender
	receiver *frames.Receiver
	plan     *transport.VideoPlan
	plans    int
	pictures transport.Pictures
	keys     map[codec.Layer]int // that it was asked for
	reels    map[codec.Layer]*reel
	watched  map[sourceID]*decoder
	bytes    map[codec.Layer]int // filmed
}

// reel is where a layer is that is filmed: every other frame is of the upper temporal layer, if there is one.
type reel struct {
	next, base uint32
	at, keyed  time.Time
	key, upper bool
}

// decoder checks that what comes of a source can be decoded.
type decoder struct {
	seen  map[codec.Layer]int
	order map[codec.Layer]*frames.Order
	runs  []codec.Layer // each layer that began
	last  time.Time
	gap   time.Duration // the longest without a frame, since it was asked last
	bytes int
}

// openEye makes the client's end on paths; it lives until ctx ends.
func openEye(ctx context.Context, t *testing.T, paths *transport.Paths, publication uint32) *eye {
	now := time.Now()
	e := &eye{
		t: t, paths: paths, publication: publication, sender: frames.NewSender(paths.SendAside, now), receiver: frames.NewReceiver(now),
		keys: map[codec.Layer]int{}, reels: map[codec.Layer]*reel{}, watched: map[sourceID]*decoder{}, bytes: map[codec.Layer]int{},
	}
	paths.OnAside(e.take)
	go e.live(ctx)
	return e
}

func (e *eye) take(b []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	if frames.IsReport(b) {
		r, err := e.sender.Report(b, now)
		if err != nil {
			e.t.Error(err)
		}
		for _, l := range r.KeyLayers() {
			if reel := e.reels[l]; reel != nil && now.Sub(reel.keyed) > time.Second {
				reel.key = true
				e.keys[l]++
			}
		}
		return
	}
	f, err := e.receiver.Receive(b, now)
	if err != nil {
		e.t.Error(err)
	}
	if f != nil {
		e.see(f, now)
	}
	e.report(now)
}

// see takes a frame that came. mu is held.
func (e *eye) see(f *frames.Frame, now time.Time) {
	id := sourceID{f.Publication, f.Layer.Screen()}
	d := e.watched[id]
	if d == nil {
		d = &decoder{seen: map[codec.Layer]int{}, order: map[codec.Layer]*frames.Order{}, last: now}
		e.watched[id] = d
	}
	if d.order[f.Layer] == nil {
		d.order[f.Layer] = &frames.Order{}
	}
	for _, f := range d.order[f.Layer].Push(f, now) {
		if len(d.runs) == 0 || d.runs[len(d.runs)-1] != f.Layer {
			if !f.Key && f.Temporal == 0 && d.seen[f.Layer] == 0 {
				e.t.Errorf("layer %d begins with %+v", f.Layer, f)
			}
			d.runs = append(d.runs, f.Layer)
		}
		d.gap = max(d.gap, now.Sub(d.last))
		d.last = now
		d.seen[f.Layer]++
		d.bytes += len(f.Payload)
	}
}

func (e *eye) report(now time.Time) {
	if b, due := e.receiver.Report(nil, now); due {
		e.paths.SendAside(b)
	}
}

// live films by the plan, and sends what is due.
func (e *eye) live(ctx context.Context) {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			e.mu.Lock()
			if e.plan != nil {
				e.film(now)
			}
			e.sender.Tick(now)
			e.report(now)
			e.mu.Unlock()
		}
	}
}

// follow takes a plan.
func (e *eye) follow(plan *transport.VideoPlan) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.plan = plan
	e.plans++
	for l, r := range e.reels {
		if plan == nil || !slices.Contains(layersOf(plan), l) {
			r.key = true
		}
	}
	if plan == nil {
		return
	}
	e.sender.SetRate(float64(plan.Rate))
	e.sender.SetFill(float64(plan.Fill))
}

// film makes the frames of the plan that are due. mu is held.
func (e *eye) film(now time.Time) {
	for _, p := range e.plan.Layers {
		r := e.reels[p.Layer]
		if r == nil {
			r = &reel{key: true}
			e.reels[p.Layer] = r
		}
		if apart := 10 * time.Second / time.Duration(p.Rate10); now.Sub(r.at) >= apart-2*time.Millisecond {
			r.at = now
			e.shoot(p, r, now)
		}
	}
}

// shoot makes one frame. mu is held.
func (e *eye) shoot(p transport.LayerPlan, r *reel, now time.Time) {
	f := &frames.Frame{Publication: e.publication, Layer: p.Layer, Sequence: r.next, Time: uint32(now.UnixMicro() * 48 / 1000), Codec: e.codec}
	size := p.Bitrate / 8 * 10 / p.Rate10
	switch {
	case p.Layer.Still():
		f.Key, size = true, min(size, 10_000)
	case r.key:
		f.Key, r.key, r.upper, r.keyed = true, false, false, now
		size *= 3
	default:
		f.Back = uint8(r.next - r.base)
		if r.upper = p.Temporal > 1 && !r.upper; r.upper {
			f.Temporal = 1
		}
	}
	if f.Temporal == 0 {
		r.base = r.next
	}
	r.next++
	f.Payload = make([]byte, min(max(size, 10), 60_000))
	e.bytes[p.Layer] += len(f.Payload)
	if err := e.sender.Push(frames.Out{Frame: f, Class: frames.Main, Deadline: lateOf(f.Layer), Done: func(delivered bool) {
		r.key = r.key || !delivered && f.Temporal == 0
	}}, now); err != nil {
		e.t.Error(err)
	}
}

// shot are the layers that were filmed since the last call, in bytes.
func (e *eye) shot() map[codec.Layer]int {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := e.bytes
	e.bytes = map[codec.Layer]int{}
	return out
}

// asked are the layers that it is asked for.
func (e *eye) asked() []codec.Layer {
	e.mu.Lock()
	defer e.mu.Unlock()
	return layersOf(e.plan)
}

// sees returns what came of a source since the last call.
func (e *eye) sees(publication uint32, screen bool) decoder {
	e.mu.Lock()
	defer e.mu.Unlock()
	id := sourceID{publication, screen}
	d := e.watched[id]
	if d == nil {
		return decoder{}
	}
	out := *d
	out.gap = max(out.gap, time.Since(d.last))
	d.seen, d.runs, d.gap, d.bytes = map[codec.Layer]int{}, d.runs[len(d.runs)-1:], 0, 0
	return out
}

// told is what was said of pictures last.
func (e *eye) told() transport.Pictures {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.pictures
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

// frames is how many came.
func (d decoder) frames() (n int) {
	for _, of := range d.seen {
		n += of
	}
	return n
}

// counts returns how many key frames of a layer it was asked for, how many plans it got, and of how many sources it saw anything.
func (e *eye) counts(l codec.Layer) (keys, plans, sources int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.keys[l], e.plans, len(e.watched)
}

// lateOf is when a frame is of no use any more.
func lateOf(l codec.Layer) time.Duration {
	if l.Still() {
		return 8 * time.Second
	}
	return time.Second
}

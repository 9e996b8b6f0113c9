package bench

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

const (
	pieceBytes   = frames.MaxPiece
	reportEvery  = 30 * time.Millisecond
	frameLasts   = 1500 * time.Millisecond
	keysApart    = 2 * time.Second
	queueMost    = 250 * time.Millisecond // of frames that wait; then a camera leaves one out
	codecOfBench = codec.VP9
)

// pictured is a peer with a way for what goes beside the voice.
type pictured struct {
	*peer
	paths *transport.Paths
	route *transport.Route
	told  func(transport.Message)
}

// dialPictured seats a peer whose datagrams go through paths.
func dialPictured(ctx context.Context, url, code, name string, epoch time.Time, inside bool) (*pictured, error) {
	p, err := dialPeer(ctx, url, code, name, epoch, inside)
	if err != nil {
		return nil, err
	}
	paths := transport.NewPaths()
	var way transport.Datagrams = p.session
	if p.beside.channel != nil {
		way = p.beside.channel
	}
	route := paths.Add(way, func() { _ = p.session.Close("") })
	p.line = transport.NewLine(paths, time.Now())
	return &pictured{peer: p, paths: paths, route: route}, nil
}

// run carries what comes until ctx ends; tend is called every so often.
func (p *pictured) run(ctx context.Context, every time.Duration, tend func(now time.Time)) error {
	group, ctx := errgroup.WithContext(ctx)
	stop := context.AfterFunc(ctx, func() { _ = p.session.Close("") })
	defer stop()
	group.Go(func() error { return p.route.Carry(ctx) })
	group.Go(func() error { return p.read(ctx) })
	group.Go(func() error { return p.line.Ticks(ctx, transport.TickSeldom) })
	group.Go(p.listen)
	if p.beside.channel != nil {
		group.Go(func() error { return p.beside.port.Run(ctx) })
	}
	group.Go(func() error {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case now := <-ticker.C:
				tend(now)
			}
		}
	})
	err := group.Wait()
	if ctx.Err() != nil && context.Cause(ctx) == context.Canceled {
		return nil
	}
	return err
}

func (p *pictured) listen() error {
	for {
		m, err := p.session.ReadTold()
		if err != nil {
			return err
		}
		if p.told != nil {
			p.told(m)
		}
	}
}

// watcher gets pictures and reports on them.
type watcher struct {
	*pictured
	height   int
	mu       sync.Mutex // guards all below
	receiver *frames.Receiver
	next     map[codec.Layer]uint32
	missing  uint64
	took     []time.Duration
}

func newWatcher(p *pictured, height int) *watcher {
	w := &watcher{pictured: p, height: height, receiver: frames.NewReceiver(time.Now()), next: map[codec.Layer]uint32{}}
	p.paths.OnAside(w.take)
	return w
}

func (w *watcher) run(ctx context.Context) error {
	watch := transport.Watch{Type: transport.TypeWatch, Mode: transport.WatchAll, Decodes: []string{codecOfBench.String()}, Small: 5, Height: w.height}
	if err := w.session.WriteControl(watch); err != nil {
		return err
	}
	return w.pictured.run(ctx, reportEvery, func(now time.Time) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.report(now)
	})
}

func (w *watcher) report(now time.Time) {
	if report, due := w.receiver.Report(nil, now); due {
		w.paths.SendAside(report)
	}
}

func (w *watcher) take(b []byte) {
	if !frames.IsPiece(b) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	f, err := w.receiver.Receive(b, now)
	if err != nil {
		return
	}
	w.report(now)
	if f == nil || len(f.Payload) < 8 {
		return
	}
	w.took = append(w.took, now.Sub(w.epoch)-time.Duration(binary.BigEndian.Uint64(f.Payload)))
	if next, known := w.next[f.Layer]; known && f.Sequence > next && !f.Key {
		w.missing += uint64(f.Sequence - next)
	}
	w.next[f.Layer] = max(w.next[f.Layer], f.Sequence+1)
}

func (w *watcher) counts() (pieces, whole, missing uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	stats := w.receiver.Stats()
	return stats.Pieces, stats.Frames, w.missing
}

func (w *watcher) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.took = nil
}

func (w *watcher) delays() []time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.took
}

// camera sends frames of the sizes that its plan asks for; there is no picture in them.
type camera struct {
	*pictured
	mu     sync.Mutex // guards all below
	sender *frames.Sender
	plan   transport.VideoPlan
	film   map[codec.Layer]*film
}

// film is one layer as it is sent.
type film struct {
	transport.LayerPlan
	due      time.Time
	sequence uint32
	key      bool // the next one is a key frame
	keyed    time.Time
}

func newCamera(p *pictured) *camera {
	c := &camera{pictured: p, film: map[codec.Layer]*film{}}
	c.sender = frames.NewSender(p.paths.SendAside, time.Now())
	p.told = c.obey
	p.paths.OnAside(c.take)
	return c
}

func (c *camera) run(ctx context.Context) error {
	can := &transport.SendSource{Codecs: []string{codecOfBench.String()}, Width: 1280, Height: 720, FPS: 30}
	if err := c.session.WriteControl(transport.Send{Type: transport.TypeSend, Camera: can}); err != nil {
		return err
	}
	return c.pictured.run(ctx, 5*time.Millisecond, c.shoot)
}

// obey takes the plan.
func (c *camera) obey(m transport.Message) {
	var plan transport.Plan
	if m.Type != transport.TypePlan || m.Decode(&plan) != nil || plan.Video == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plan = *plan.Video
	c.sender.SetRate(float64(c.plan.Rate))
	c.sender.SetFill(float64(c.plan.Fill))
	c.sender.SetFill(float64(c.plan.Fill))
	was := map[codec.Layer]bool{}
	for layer, f := range c.film {
		was[layer] = f.Rate10 > 0
		f.Rate10 = 0
	}
	for _, l := range c.plan.Layers {
		f := c.film[l.Layer]
		if f == nil {
			f = &film{due: time.Now()}
			c.film[l.Layer] = f
		}
		f.key = f.key || !was[l.Layer] // it begins anew
		f.LayerPlan = l
	}
}

func (c *camera) take(b []byte) {
	if !frames.IsReport(b) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	report, err := c.sender.Report(b, now)
	if err != nil {
		return
	}
	for _, l := range report.KeyLayers() {
		if f := c.film[l]; f != nil && now.Sub(f.keyed) > keysApart {
			f.key = true
		}
	}
}

// shoot makes the frames that are due.
func (c *camera) shoot(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for layer, f := range c.film {
		if f.Rate10 == 0 || now.Before(f.due) {
			continue
		}
		every := 10 * time.Second / time.Duration(f.Rate10)
		f.due = maxTime(f.due.Add(every), now.Add(-every))
		if float64(8*c.sender.Backlog(frames.Main)) > float64(c.plan.Rate)*queueMost.Seconds() {
			continue
		}
		size := int(float64(f.Bitrate) / 8 * every.Seconds() * (0.6 + 0.8*rand.Float64()))
		if f.key {
			size, f.keyed = 4*size, now
		}
		payload := make([]byte, min(max(size, 16), 60_000))
		binary.BigEndian.PutUint64(payload, uint64(now.Sub(c.epoch)))
		frame := &frames.Frame{Publication: c.publication, Layer: layer, Sequence: f.sequence, Time: uint32(now.Sub(c.epoch) * 48 / time.Millisecond), Key: f.key, Codec: codecOfBench, Back: 1, Payload: payload}
		if f.key {
			frame.Back = 0
		}
		f.key = false
		f.sequence++
		_ = c.sender.Push(frames.Out{Frame: frame, Class: frames.Main, Deadline: frameLasts}, now) // a full queue is a lost frame
	}
	c.sender.Tick(now)
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (c *camera) layers() []transport.LayerPlan {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.plan.Layers
}

func (c *camera) sent() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sender.Stats().Bytes
}

package client

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

const (
	turnLeast  = 5 * time.Millisecond  // between two looks at what is to leave
	turnSeldom = time.Hour             // nothing is under way
	feelEvery  = 20 * time.Millisecond // between two looks at what the voice feels
	reportTick = 30 * time.Millisecond
	reportsFor = time.Second // after the last piece
	piecesFor  = time.Second // and a round trip it may be what the voice waits for
)

// How long a frame is of use. One that is given up costs all until the next key frame, so they are patient.
const (
	lateUpper  = 400 * time.Millisecond // of an upper temporal layer: nothing needs it
	lateCamera = 1500 * time.Millisecond
	lateKey    = 3 * time.Second
	lateScreen = 4 * time.Second
	lateStill  = 12 * time.Second
)

// aside is what goes beside the voice of a link: frames in pieces, both ways.
type aside struct {
	link *link
	wake chan struct{}
	said int // of Client.looks, by version; Client.mu

	up struct {
		mu     sync.Mutex     // guards all below
		sender *frames.Sender // nil: nothing was ever sent
		plan   *transport.VideoPlan
		felt   time.Time
		guard  frames.Guard
		left   time.Time // the last piece
		open   bool      // the voice leaves room
	}
	down struct {
		mu       sync.Mutex // guards all below; held while pictures are handed on
		receiver *frames.Receiver
		until    time.Time // something may have to be reported
	}
}

func newAside(l *link) *aside {
	a := &aside{link: l, wake: make(chan struct{}, 1)}
	l.paths.OnAside(func(b []byte) {
		l.line.CameAside(len(b))
		a.take(b)
	})
	return a
}

// run sends what is due until ctx ends.
func (a *aside) run(ctx context.Context) error {
	timer := time.NewTimer(turnSeldom)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.wake:
		case <-timer.C:
		}
		now := time.Now()
		timer.Reset(max(min(a.turnUp(now), a.turnDown(now)), turnLeast))
	}
}

func (a *aside) nudge() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// take is what the paths call with each datagram that is no hop datagram.
func (a *aside) take(b []byte) {
	now := time.Now()
	switch {
	case frames.IsPiece(b):
		a.piece(b, now)
	case frames.IsReport(b):
		a.report(b, now)
	}
}

// piece takes a piece, and hands on the frame that is whole with it (hop 10 of a picture).
func (a *aside) piece(b []byte, now time.Time) {
	d := &a.down
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.receiver == nil {
		d.receiver = frames.NewReceiver(now)
	}
	if now.After(d.until) {
		defer a.nudge()
	}
	d.until = now.Add(reportsFor)
	f, err := d.receiver.Receive(b, now)
	if err != nil {
		return
	}
	if tell := a.link.client.config.Pictures; f != nil && tell != nil {
		tell(f, now)
	}
	if report, due := d.receiver.Report(nil, now); due {
		a.send(report)
	}
}

// send sends b beside the voice if there is room, and says so.
func (a *aside) send(b []byte) bool {
	sent := a.link.paths.SendAside(b)
	if sent {
		a.link.line.SentAside(len(b))
	}
	return sent
}

// turnDown sends the report that is due, and returns when to look again.
func (a *aside) turnDown(now time.Time) time.Duration {
	d := &a.down
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.receiver == nil {
		return turnSeldom
	}
	if report, due := d.receiver.Report(nil, now); due {
		a.send(report)
	}
	if now.After(d.until) {
		return turnSeldom
	}
	return reportTick
}

// report takes what the relay says of the pieces that it got.
func (a *aside) report(b []byte, now time.Time) {
	u := &a.up
	u.mu.Lock()
	if u.sender == nil {
		u.mu.Unlock()
		return
	}
	report, err := u.sender.Report(b, now)
	u.mu.Unlock()
	if err != nil {
		return
	}
	a.nudge()
	if keys := report.KeyLayers(); len(keys) > 0 && a.link.client.config.Keys != nil {
		a.link.client.config.Keys(0, keys)
	}
}

// turnUp lets pieces leave that may, and returns when that wants to be done again.
func (a *aside) turnUp(now time.Time) time.Duration {
	u := &a.up
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.sender == nil {
		return turnSeldom
	}
	if now.Sub(u.felt) >= feelEvery {
		u.felt = now
		out, _ := a.link.line.Stats()
		u.guard.Feel(max(out.Queue, out.Delay), now.Sub(u.left) < piecesFor+out.RTT, now)
		u.open = !u.guard.Waits(now) && !a.link.line.Dead(now)
		u.sender.SetLoss(out.Loss, out.Run, out.RTT)
		a.pace()
	}
	return u.sender.Tick(now)
}

// pace follows the plan. up.mu is held.
func (a *aside) pace() {
	u := &a.up
	if u.plan == nil {
		u.sender.SetRate(0)
		u.sender.SetFill(0)
		return
	}
	u.sender.SetRate(float64(u.plan.Rate))
	u.sender.SetFill(float64(u.plan.Fill))
}

// follow takes what is to be sent from now on. What waits of other layers goes.
func (a *aside) follow(plan *transport.VideoPlan) {
	u := &a.up
	u.mu.Lock()
	defer u.mu.Unlock()
	was := u.plan
	u.plan, u.felt = plan, time.Time{}
	if u.sender == nil || was == nil {
		return
	}
	defer a.nudge()
	for _, of := range was.Each() {
		publication := cmp.Or(of.Publication, a.link.id)
		for _, l := range of.Layers {
			if !plan.Wants(publication, l.Layer) {
				u.sender.Drop(publication, l.Layer)
			}
		}
	}
}

// begin makes the sender when it is needed. up.mu is held.
func (a *aside) begin(now time.Time) {
	if u := &a.up; u.sender == nil {
		u.sender = frames.NewSender(func(b []byte) bool {
			if !u.open || !a.send(b) {
				return false
			}
			u.left = time.Now()
			return true
		}, now)
	}
}

// load queues a chunk of a file.
func (a *aside) load(f *frames.Frame, urgent bool, done func(bool)) error {
	now := time.Now()
	u := &a.up
	u.mu.Lock()
	defer u.mu.Unlock()
	defer a.nudge()
	a.begin(now)
	class := frames.Ahead
	if urgent {
		class = frames.Now
	}
	return u.sender.Push(frames.Out{Frame: f, Class: class, Done: done}, now)
}

// show queues frames of layers that are wanted.
func (a *aside) show(all []*frames.Frame) error {
	now := time.Now()
	u := &a.up
	u.mu.Lock()
	defer u.mu.Unlock()
	defer a.nudge()
	for _, f := range all {
		if f.Publication == 0 {
			own := *f
			own.Publication = a.link.id
			f = &own
		}
		if !u.plan.Wants(f.Publication, f.Layer) {
			continue
		}
		a.begin(now)
		rtt := u.sender.Stats().RTT
		if err := u.sender.Push(frames.Out{Frame: f, Class: classOf(f.Layer), Deadline: deadline(f, rtt)}, now); err != nil {
			return err
		}
	}
	return nil
}

// classOf says what goes first.
func classOf(l codec.Layer) frames.Class {
	if l == codec.LayerStill || l == codec.LayerTiny {
		return frames.Side
	}
	return frames.Main
}

func deadline(f *frames.Frame, rtt time.Duration) time.Duration {
	switch {
	case f.Layer.Still():
		return lateStill
	case f.Layer.Screen():
		return lateScreen
	case f.Key:
		return lateKey
	case f.Temporal > 0:
		return lateUpper + rtt
	}
	return lateCamera + rtt
}

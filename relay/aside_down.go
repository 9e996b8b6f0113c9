package relay

import (
	"sync"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport/frames"
)

// sending is the end of an aside from which frames go down the line. mu is taken last but for the line's own locks, and no other line's with it.
type sending struct {
	path asidePath

	mu      sync.Mutex     // guards all below
	sender  *frames.Sender // nil: nothing was ever sent
	rate    *frames.Estimator
	later           // Done of what others pushed
	wanted  float64 // bit/s for pictures
	assumed float64 // bit/s of a line of which nothing is known; 0: it has to be found out
	relied  float64 // bit/s of the room that they were chosen for
	line    feeling // as it was felt last,
	felt    time.Time
}

// begin makes the sender when it is needed: it is 40 kB, and most lines of a large meeting may watch nothing. mu is held.
func (d *sending) begin(now time.Time) {
	if d.sender != nil {
		return
	}
	d.rate = frames.NewEstimator(now)
	d.sender = frames.NewSender(func(b []byte) bool { return d.rate.Open(d.felt) && d.path.SendAside(b) }, now)
	d.sender.Observe(d.rate)
}

// turn lets pieces leave that may, and returns when that wants to be done again.
func (d *sending) turn(feel func(time.Time) feeling, now time.Time) time.Duration {
	d.mu.Lock()
	defer d.later.run(&d.mu)
	if d.sender == nil {
		return turnSeldom
	}
	d.follow(feel, now)
	before := d.sender.Stats()
	next := d.sender.Tick(now)
	switch after := d.sender.Stats(); {
	case !d.waits() && next >= idleTick:
		return turnSeldom
	case after.Refused > before.Refused && after.Pieces > before.Pieces:
		return turnSoonest
	}
	return min(max(next, turnLeast), feelEvery)
}

// turnSoonest is when a path is asked again that took something, and then no more: QUIC takes one datagram after the other.
const turnSoonest = time.Millisecond

// bulkWithin is how soon files would like to be there.
const bulkWithin = 5 * time.Second

// idleTick is what a sender asks for that has nothing to do.
const idleTick = time.Second

// follow takes what the voice feels, and sets the pace of the pieces by it. mu is held.
func (d *sending) follow(feel func(time.Time) feeling, now time.Time) {
	if now.Sub(d.felt) >= feelEvery {
		d.felt, d.line = now, feel(now)
		d.rate.Voice(d.line.queue, d.line.broken, now)
		d.rate.Assume(assumes(d.assumed, d.line.rtt), now)
		d.sender.SetLoss(d.line.loss, d.line.run, d.line.rtt)
	}
	bulk := 8 * float64(d.sender.Unconfirmed(frames.Now)+d.sender.Unconfirmed(frames.Ahead)) / bulkWithin.Seconds()
	d.rate.Want(d.wanted + bulk)
	d.sender.SetRate(d.rate.Rate(now))
	d.sender.SetFill(d.rate.Probing(now))
}

// page says whether a page that is shown is on its way.
func (d *sending) page() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sender != nil && d.sender.Unconfirmed(frames.Now) > 0
}

// waits says whether anything is to be sent, or not confirmed. mu is held.
func (d *sending) waits() bool {
	for c := frames.Now; c <= frames.Ahead; c++ {
		if d.sender.Unconfirmed(c) > 0 {
			return true
		}
	}
	return false
}

// report takes what the other end says of the pieces, and says whether run has to be woken, and if there is so much less room that it has to choose anew.
func (d *sending) report(b []byte, now time.Time) (wake, less bool) {
	d.mu.Lock()
	defer d.later.run(&d.mu)
	if d.sender == nil {
		return false, false
	}
	_, err := d.sender.Report(b, now)
	return err == nil, d.rate.Room() < lowerBy*d.relied
}

// room is what the line has for pictures, which are chosen for it.
func (d *sending) room() float64 {
	d.relied = d.rate.Room()
	slide := float64(8*d.sender.Unconfirmed(frames.Now)) / slideWithin.Seconds()
	return max(d.relied-slide, 0)
}

// push queues a frame of somebody who is called back when no lock is held.
func (d *sending) push(o frames.Out, now time.Time) error {
	d.mu.Lock()
	defer d.later.run(&d.mu)
	d.begin(now)
	if done := o.Done; done != nil {
		o.Done = func(delivered bool) { d.later.add(func() { done(delivered) }) }
	}
	return d.sender.Push(o, now)
}

// forget drops what waits of a layer.
func (d *sending) forget(publication uint32, layer codec.Layer) {
	d.mu.Lock()
	defer d.later.run(&d.mu)
	if d.sender != nil {
		d.sender.Drop(publication, layer)
	}
}

// move puts what waits of a layer into another class.
func (d *sending) move(publication uint32, layer codec.Layer, to frames.Class) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sender != nil {
		d.sender.Move(publication, layer, to)
	}
}

// backlog is how many bytes of a class have not left.
func (d *sending) backlog(c frames.Class) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sender == nil {
		return 0
	}
	return d.sender.Backlog(c)
}

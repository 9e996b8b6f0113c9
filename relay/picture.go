package relay

import (
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/allocation"
	"github.com/diemcau/diemcau/transport/frames"
)

// How long after it was pushed a frame of a picture is of use. One that is given up costs all until the next key frame, so they are patient.
const (
	lateUpper  = 400 * time.Millisecond  // of an upper temporal layer: nothing needs it
	lateCamera = 1500 * time.Millisecond // the base
	lateKey    = 3 * time.Second
	lateScreen = 4 * time.Second
	lateStill  = 12 * time.Second
	thickTail  = 300 * time.Millisecond // of the line, of a class that waits: upper temporal layers are left out
)

// verdict is what becomes of a frame that is offered to a picture.
type verdict int

const (
	goes      verdict = iota
	unchosen          // another layer is sent
	thinned           // a temporal layer, or a still, that the line does not carry now
	pausing           // it needs one that was not sent
	unknown           // its codec
	overflown         // the queue of the line is full
	lost              // it went and did not arrive in time
	verdicts
)

// verdictNames are the counts as metrics tell them.
var verdictNames = [verdicts]string{"picture-sent", "picture-unchosen", "picture-thinned", "picture-paused", "picture-unknown-codec", "picture-overflow", "picture-late"}

// verdictCounts counts frames by what became of them.
type verdictCounts [verdicts]atomic.Uint64

// picture is a source as one watcher gets it: one layer of it, and another one only from a key frame on.
type picture struct {
	of     *source
	to     *watcher
	choice atomic.Pointer[allocation.Choice] // nil: nothing
	chosen time.Time                         // when its layer last changed; of the aside's goroutine

	scene // to.aside.down.mu
}

// scene is where a picture stands.
type scene struct {
	class    frames.Class
	want     codec.Layer // to which it goes; 0: none
	temporal uint8       // highest temporal layer that is wanted
	layer    codec.Layer // that is sent; 0: none until a key frame
	before   codec.Layer // that was sent until it broke, and does as well; 0: none
	key      uint32      // the last key frame that went
	went     [4]uint64   // a bit each frame of layer since, by the low bits of its sequence: it went and is not lost
	newest   uint32      // of those
	waiting  bool        // a still is under way
}

// wish implements viewer.
func (p *picture) wish() (allocation.Choice, bool) {
	c := p.choice.Load()
	if c == nil {
		return allocation.Choice{}, false
	}
	return *c, true
}

// decodes implements viewer.
func (p *picture) decodes(name string) bool { return p.to.decodes(name) }

// planned implements viewer.
func (p *picture) planned() { p.to.aside.changed() }

// deliver is hop 8 of a picture.
func (p *picture) deliver(f *frames.Frame, now time.Time) {
	d := &p.to.aside.down
	d.mu.Lock()
	d.begin(now)
	what := p.judge(f)
	if what == goes {
		p.goes(f)
		if d.sender.Push(frames.Out{Frame: f, Class: p.class, Deadline: p.deadline(f), Done: p.done(f)}, now) != nil {
			what = overflown
			p.loses(f)
		}
	}
	ask := p.stuck()
	d.later.run(&d.mu)
	p.to.counts[what].Add(1)
	if what == goes {
		p.to.aside.nudge()
	}
	if ask != 0 && ask == f.Layer {
		p.of.wantKey(ask, false, now)
	}
}

// stuck returns the layer of which a key frame is needed, 0: none is. mu is held.
func (p *picture) stuck() codec.Layer {
	if p.layer != 0 || p.want.Still() {
		return 0
	}
	return p.want
}

// judge says what becomes of a frame. mu is held.
func (p *picture) judge(f *frames.Frame) verdict {
	switch {
	case p.want == 0 || f.Layer != p.layer && !(f.Key && (p.of.single || f.Layer == p.want || p.layer == 0 && f.Layer == p.before)):
		return unchosen
	case !p.to.decodes(f.Codec.String()):
		return unknown
	case f.Layer.Still():
		if p.waiting {
			return thinned
		}
		return goes
	case f.Key:
		return goes
	case f.Temporal > 0 && (f.Temporal > p.temporal || p.thick()):
		return thinned
	case !p.sent(f.Sequence - uint32(f.Back)):
		if f.Temporal == 0 {
			p.breaks()
		}
		return pausing
	}
	return goes
}

// thick says whether so much waits that what can be left out is. mu is held.
func (p *picture) thick() bool {
	d := &p.to.aside.down
	return float64(8*d.sender.Backlog(p.class)) > d.rate.Rate(d.felt)*thickTail.Seconds()
}

// goes notes that a frame goes: it is the first of its layer, or follows one that went. mu is held.
func (p *picture) goes(f *frames.Frame) {
	if f.Layer != p.layer {
		if p.layer != 0 {
			was := p.layer
			p.layer = f.Layer
			p.to.aside.down.sender.Drop(f.Publication, was) // what is left of it would come behind this one
		}
		p.layer = f.Layer
	}
	if f.Key {
		p.key, p.newest, p.went = f.Sequence, f.Sequence, [4]uint64{}
		p.before = 0
	}
	for ; int32(f.Sequence-p.newest) > 0; p.newest++ {
		p.mark(p.newest+1, false)
	}
	p.mark(f.Sequence, true)
	p.waiting = f.Layer.Still()
}

func (p *picture) mark(sequence uint32, went bool) {
	word, bit := &p.went[sequence/64%4], uint64(1)<<(sequence%64)
	if *word &^= bit; went {
		*word |= bit
	}
}

// sent says whether a frame of layer went, and is not lost.
func (p *picture) sent(sequence uint32) bool {
	return p.newest-sequence < 256 && int32(sequence-p.key) >= 0 && p.went[sequence/64%4]>>(sequence%64)&1 != 0
}

// breaks stops the layer until a key frame comes. mu is held.
func (p *picture) breaks() { p.before, p.layer = p.layer, 0 }

// reset takes that the client cannot go on decoding a layer.
func (p *picture) reset(l codec.Layer) {
	p.to.aside.down.mu.Lock()
	defer p.to.aside.down.mu.Unlock()
	if p.layer == l && !l.Still() {
		p.breaks()
	}
}

// stops ends the layer that is sent though no other comes yet: there is no room for it. mu is held.
func (p *picture) stops() {
	was := p.layer
	p.layer, p.before = 0, 0
	if was != 0 {
		p.to.aside.down.sender.Drop(p.of.publication, was)
	}
}

// done is called when a frame has arrived, or is given up. mu is held then.
func (p *picture) done(f *frames.Frame) func(bool) {
	return func(delivered bool) {
		if f.Layer.Still() {
			p.waiting = false
		}
		if !delivered {
			p.to.counts[lost].Add(1)
			p.loses(f)
		}
	}
}

// loses takes that a frame will not arrive: what needs it is not sent. mu is held.
func (p *picture) loses(f *frames.Frame) {
	if f.Layer != p.layer || !p.sent(f.Sequence) {
		return // it matters no more
	}
	p.mark(f.Sequence, false)
	if f.Temporal == 0 && !f.Layer.Still() {
		p.breaks()
		p.to.aside.soon.Store(true) // asks for a key frame: here locks are held
	}
}

// deadline is how long a frame is of use.
func (p *picture) deadline(f *frames.Frame) time.Duration {
	rtt := p.to.aside.down.line.rtt
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

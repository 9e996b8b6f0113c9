package lines

import (
	"context"
	"sync"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/jitter"
	"github.com/diemcau/diemcau/codec/opus"
	"github.com/diemcau/diemcau/transport"
)

const (
	leastHold = 20 * time.Millisecond // of jitter, where the relay announces no budget
	idleLook  = 100 * time.Millisecond
	// A frame that is missing in one layer and due in the other within this time is not missing: the relay changed the layer.
	sameMoment = 20 * time.Millisecond
)

// Heard is a frame at its playout.
type Heard struct {
	At      time.Time // when its first sample leaves the loudspeaker
	Time    int64     // capture time
	Samples int
	Packet  *transport.Packet // nil: it was sent and is not there
}

// Ear plays one voice as a page does (hops 10 to 12): it holds the budget of the relay's plan if there is one, else as much as the arrivals ask for. What
// it notes is what would be played, and when. hear is called by the client's goroutine, run is another.
type Ear struct {
	wake chan struct{}

	mu          sync.Mutex // guards all below
	publication uint32
	clock       *jitter.Clock
	layers      [codec.VoiceLayers]*jitter.Buffer[*transport.Packet]
	budget      time.Duration
	transit     time.Duration // of the newest frame that was not held back, from an origin of its own
	end         uint32        // capture time up to which it was heard
	heard       []Heard
}

// NewEar makes an ear that has heard nothing.
func NewEar() *Ear { return &Ear{wake: make(chan struct{}, 1)} }

// hear takes a packet as it arrives.
func (e *Ear) hear(pkt *transport.Packet, at time.Time) {
	samples, err := opus.Duration(pkt.Payload)
	if err != nil {
		return
	}
	e.mu.Lock()
	if e.clock == nil || pkt.SSRC != e.publication { // the speaker came back on a new line
		e.publication, e.clock, e.end, e.transit = pkt.SSRC, jitter.NewClock(jitter.Config{Min: leastHold}), pkt.Timestamp, 0
		for l := range e.layers {
			e.layers[l] = jitter.NewBuffer[*transport.Packet](e.clock)
		}
	}
	f := jitter.Frame[*transport.Packet]{Sequence: pkt.Sequence, Time: pkt.Timestamp, Samples: samples, Packet: pkt}
	e.layers[pkt.Layer].Push(f, e.unheld(&f, at))
	e.mu.Unlock()
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// unheld returns when a frame would have come if the relay had not held it back until it knew that somebody speaks: what begins late is played late and
// then faster, as in a page, and is no reason to hold all that follows. mu is held.
func (e *Ear) unheld(f *jitter.Frame[*transport.Packet], at time.Time) time.Time {
	transit := time.Duration(at.UnixNano()) - time.Duration(f.Time)*time.Second/codec.ClockRate
	if late := transit - e.transit; late > 0 && e.transit != 0 && e.budget == 0 && !f.Packet.Level.Voice() {
		return at.Add(-late)
	}
	e.transit = transit
	return at
}

// run plays until ctx ends.
func (e *Ear) run(ctx context.Context, c *client.Client) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.wake:
		case <-timer.C:
		}
		timer.Reset(e.play(time.Duration(c.Listen().Budget)*time.Millisecond, time.Now()))
	}
}

// play plays what is due and returns how long nothing will be.
func (e *Ear) play(budget time.Duration, now time.Time) time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.clock == nil {
		return idleLook
	}
	e.budget = budget
	e.clock.SetBudget(budget)
	for {
		buffer, due, both := e.layer()
		f, kind := buffer.Pop(now)
		switch {
		case kind == jitter.Nothing:
			if wait := due.Sub(now); wait > 0 {
				return min(wait, idleLook)
			}
			return idleLook
		case kind == jitter.Missing && (both || int32(f.Time-e.end) < 0):
			continue
		case kind == jitter.Missing:
			e.heard = append(e.heard, Heard{At: now, Time: int64(f.Time), Samples: f.Samples})
		default:
			e.heard = append(e.heard, Heard{At: now, Time: int64(f.Time), Samples: f.Samples, Packet: f.Packet})
			e.end = f.Time + uint32(f.Samples)
		}
	}
}

// layer returns the buffer that is due first, and when, the zero time for never; both says that the other has the same moment.
func (e *Ear) layer() (first *jitter.Buffer[*transport.Packet], due time.Time, both bool) {
	lo, hi := e.layers[codec.LayerLo], e.layers[codec.LayerHi]
	loDue, hasLo := lo.Due()
	hiDue, hasHi := hi.Due()
	both = hasLo && hasHi && loDue.Sub(hiDue).Abs() <= sameMoment
	if hasLo && (!hasHi || loDue.Before(hiDue)) {
		return lo, loDue, both
	}
	return hi, hiDue, both
}

// since returns when a frame was first played at a moment or later; false if none was.
func (e *Ear) since(from time.Time) (first time.Time, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := len(e.heard) - 1; i >= 0; i-- {
		if e.heard[i].At.Before(from) {
			break
		}
		if e.heard[i].Packet != nil {
			first = e.heard[i].At
		}
	}
	return first, !first.IsZero()
}

// Heard returns what was played so far, in the order of playout.
func (e *Ear) Heard() []Heard {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.heard[:len(e.heard):len(e.heard)]
}

// take returns what was played since the last take, and forgets it.
func (e *Ear) take() []Heard {
	e.mu.Lock()
	defer e.mu.Unlock()
	heard := e.heard
	e.heard = nil
	return heard
}

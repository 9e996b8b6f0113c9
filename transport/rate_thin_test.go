package transport

import (
	"math/rand/v2"
	"testing"
	"time"
)

// bottleneck is one before which a datagram waits at most 200 ms, and on whose far side datagrams are lost.
type bottleneck struct {
	rate, loss float64
	free       time.Time
	random     *rand.Rand
}

func (b *bottleneck) pass(size int, now time.Time) (arrives time.Time, ok bool) {
	b.free = later(b.free, now)
	took := time.Duration(float64(8*size) / b.rate * float64(time.Second))
	if b.free.Add(took).Sub(now) > 200*time.Millisecond {
		return now, false
	}
	b.free = b.free.Add(took)
	return b.free, b.random.Float64() >= b.loss
}

// TestAFullQueueIsNoLoss sends 32 kbit/s through a bottleneck of 20 that was met full, so that no delay grows, and through a line that is wide but loses as much.
func TestAFullQueueIsNoLoss(t *testing.T) {
	for _, test := range []struct {
		rate, loss float64
		cut        bool
	}{{20e3, 0, true}, {20e3, .05, true}, {256e3, .35, false}, {256e3, .5, false}} {
		var u uplinkRate
		u.spared = 5
		begin := time.Unix(1e9, 0)
		b := bottleneck{rate: test.rate, loss: test.loss, free: begin.Add(200 * time.Millisecond), random: rand.New(rand.NewPCG(1, 2))}
		highest, last, limit := int64(-1), begin, 0.
		for i := range int64(150) {
			sent := begin.Add(time.Duration(i) * 80 * time.Millisecond)
			at, ok := b.pass(320, sent)
			if !ok {
				continue
			}
			if highest >= 0 {
				u.holes.note(i-highest-1, at.Sub(last))
			}
			u.arrive(uint32(i*3840), 320-Overhead+u.spared, test.loss, at)
			highest, last = i, at
			if u.limit > 0 && limit == 0 {
				limit = u.limit
			}
		}
		if (limit > 0) != test.cut || test.cut && (limit < 14e3 || limit > 24e3) {
			t.Errorf("%v bit/s, %v lost: what came when it was too much %.0f", test.rate, test.loss, limit)
		}
	}
}

// TestAThinLineMetFull is the sender's end of the same: 32 kbit/s into 20, a third is lost and the round trip stays long.
func TestAThinLineMetFull(t *testing.T) {
	for _, test := range []struct {
		name  string
		doubt doubt
		own   float64
		cut   bool
	}{
		{name: "a queue stands", doubt: doubt{aged: true, recent: .375}, cut: true},
		{name: "the round trip is as short as can be", doubt: doubt{aged: true, near: true, recent: .375}},
		{name: "the loss is its own", doubt: doubt{aged: true, cleared: true, recent: .375}, own: .35},
		{name: "it was so without a queue", doubt: doubt{aged: true, usual: .3, recent: .375}},
		{name: "inside QUIC", doubt: doubt{recent: .375}},
	} {
		c := newRateControl()
		c.rate, c.losses.doubt, c.losses.own = 32e3, test.doubt, test.own
		for i := range 12 {
			at := time.Duration(i) * 160 * time.Millisecond
			c.trail.add(&rateReport{sent: at, departure: departure{through: int64(i) * 640}}, &c.delay)
		}
		c.relieve(4 * time.Second)
		if cut := c.rate < 20e3; cut != test.cut || cut && c.rate < 16e3 {
			t.Errorf("%s: %.0f bit/s", test.name, c.rate)
		}
		c.rate = 32e3
		if c.relieve(5 * time.Second); c.rate != 32e3 {
			t.Errorf("%s: cut again after a second", test.name)
		}
	}
}

package frames

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

// simCall is a hop with a voice and a camera on it, and an Estimator at the sender of the pieces.
type simCall struct {
	*simHop
	estimator *Estimator
	rng       *rand.Rand
	want      float64 // of the camera, bit/s
	voice     float64 // bit/s
	silent    bool    // the camera sends nothing
	upward    bool    // the estimator is at the receiving end

	least  time.Duration // the voice's shortest delay
	delays []voiceDelay
	rooms  []roomAt
	seq    uint32
	done   int
	alone  bool // each frame stands alone
	lost   int
}

type voiceDelay struct{ at, delay time.Duration }

type roomAt struct {
	at         time.Duration
	room, rate float64
	bytes      uint64
}

func newSimCall(rate float64, rtt time.Duration, loss float64, seed uint64) *simCall {
	c := &simCall{simHop: newSimHop(rate, rtt, loss, seed), rng: rand.New(rand.NewPCG(seed, 9)), want: 3e6, voice: 30e3, least: time.Hour}
	c.estimator = NewEstimator(c.time())
	c.sender.Observe(c.estimator)
	return c
}

const (
	filmDeadline = 400 * time.Millisecond
	voiceEvery   = 40 * time.Millisecond
	frameEvery   = 66 * time.Millisecond
)

func (c *simCall) start() {
	c.estimator.Want(c.want)
	if c.upward {
		c.sender.Observe(nil)
		c.receiver.Observe(c.estimator)
		c.estimator.RTT(2 * c.forward.delay)
	}
	c.sender.SetLoss(c.forward.loss, max(c.forward.run, 1), 0)
	c.every(voiceEvery, c.speak)
	c.every(frameEvery, c.film)
	c.every(10*time.Millisecond, func() {
		c.command(c.estimator.Rate(c.time()), c.estimator.Probing(c.time()))
		c.tick()
	})
	c.every(100*time.Millisecond, func() {
		c.rooms = append(c.rooms, roomAt{c.now, c.estimator.Room(), c.estimator.Rate(c.time()), c.sender.Stats().Bytes})
	})
}

// command sets the rate, half a round trip later where the estimator is at the other end.
func (c *simCall) command(rate, fill float64) {
	set := func() {
		c.sender.SetRate(rate)
		c.sender.SetFill(fill)
	}
	if c.upward {
		c.at(c.now+c.back.delay, set)
		return
	}
	set()
}

// speak sends a datagram of the voice; its delay is known to its sender a report later.
func (c *simCall) speak() {
	sent := c.now
	at, ok := c.forward.pass(c.now, int(c.voice/8*voiceEvery.Seconds()))
	if !ok {
		return
	}
	c.at(at, func() {
		delay := c.now - sent
		c.least = min(c.least, delay)
		c.delays = append(c.delays, voiceDelay{sent, delay})
		c.at(c.now+c.back.delay+50*time.Millisecond, func() {
			c.estimator.Voice(delay-c.least, false, c.time())
		})
	})
}

// film pushes a frame as large as the room allows, more or less.
func (c *simCall) film() {
	if c.silent {
		return
	}
	rate := min(0.8*c.estimator.Room(), c.want)
	size := rate / 8 * frameEvery.Seconds() * (0.5 + c.rng.Float64())
	piece := float64(c.sender.pace.pieceSize())
	size *= (piece - PieceHead) / (piece + fec.Below)
	k := Shards(int(size), int(piece))
	size *= float64(k) / float64(k+Parity(k, c.forward.loss, max(1, c.forward.run), 2*c.forward.delay, filmDeadline)) * (1 - c.forward.loss)
	key := c.seq%150 == 0 && !c.alone
	if key {
		size *= 3
	}
	f := &Frame{Publication: 1, Layer: codec.LayerSmall, Sequence: c.seq, Time: uint32(c.now / 20833), Key: key, Payload: make([]byte, max(int(size), 40))}
	if !key {
		f.Back = 1
	}
	if c.alone {
		f.Back = 255
	}
	c.seq++
	_ = c.sender.Push(Out{Frame: f, Class: Main, Deadline: filmDeadline, Done: func(ok bool) {
		if ok {
			c.done++
		} else {
			c.lost++
		}
	}}, c.time())
	c.tick()
}

// other sends what another does over the same line.
func (c *simCall) other(rate float64, from, until time.Duration) {
	const size = 1000
	var next func()
	next = func() {
		if c.now >= until {
			return
		}
		c.forward.pass(c.now, size)
		c.at(c.now+time.Duration(8*size/rate*float64(time.Second)), next)
	}
	c.at(from, next)
}

// queueing returns the share q of what the voice waited above its least, between two times.
func (c *simCall) queueing(from, to time.Duration, q float64) time.Duration {
	var all []time.Duration
	for _, d := range c.delays {
		if d.at >= from && d.at < to {
			all = append(all, d.delay-c.least)
		}
	}
	if len(all) == 0 {
		return -1
	}
	slices.Sort(all)
	return all[min(int(q*float64(len(all))), len(all)-1)]
}

// sent returns the bit/s of pieces that left between two times.
func (c *simCall) sent(from, to time.Duration) float64 {
	var first, last *roomAt
	for i := range c.rooms {
		if r := &c.rooms[i]; r.at >= from && r.at <= to {
			if first == nil {
				first = r
			}
			last = r
		}
	}
	return 8 * float64(last.bytes-first.bytes) / (last.at - first.at).Seconds()
}

// room returns the mean room between two times.
func (c *simCall) room(from, to time.Duration) float64 {
	sum, n := 0.0, 0
	for _, r := range c.rooms {
		if r.at >= from && r.at < to {
			sum += r.room
			n++
		}
	}
	return sum / float64(n)
}

// reached is when the room first was at least so much after a time.
func (c *simCall) reached(after time.Duration, room float64) time.Duration {
	for _, r := range c.rooms {
		if r.at >= after && r.room >= room {
			return r.at - after
		}
	}
	return -1
}

func (c *simCall) shed(after time.Duration, room float64) time.Duration {
	for _, r := range c.rooms {
		if r.at >= after && r.room <= room {
			return r.at - after
		}
	}
	return -1
}

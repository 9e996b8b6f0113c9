package frames

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
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

func (c *simCall) summary(until time.Duration) string {
	from := 15 * second
	return fmt.Sprintf("room %4.0f k, sent %4.0f k, voice waits p50 %3d p95 %3d p99 %3d max %4d ms (start max %4d), frames %d lost %d",
		c.room(from, until)/1e3, c.sent(from, until)/1e3,
		c.queueing(from, until, .5).Milliseconds(), c.queueing(from, until, .95).Milliseconds(), c.queueing(from, until, .99).Milliseconds(),
		c.queueing(from, until, 1).Milliseconds(), c.queueing(0, from, 1).Milliseconds(), c.done, c.lost)
}

// TestExplore prints what the estimator makes of lines.
func TestExplore(t *testing.T) {
	for _, rate := range []float64{64e3, 128e3, 256e3, 512e3, 1e6, 2e6, 4e6} {
		for _, rtt := range []time.Duration{20 * time.Millisecond, 150 * time.Millisecond, 300 * time.Millisecond} {
			for _, loss := range []float64{0, .3} {
				for _, up := range []bool{false, true} {
					c := newSimCall(rate, rtt, loss, 3)
					c.upward = up
					c.start()
					c.run(75 * second)
					t.Logf("%5.0f k %v loss %.1f up %5v: to 70%% %5.1fs %s", rate/1e3, rtt, loss, up, c.reached(0, .7*(rate-30e3)).Seconds(), c.summary(75*second))
				}
			}
		}
	}
}

func TestExploreSteps(t *testing.T) {
	for _, rtt := range []time.Duration{20 * time.Millisecond, 60 * time.Millisecond, 150 * time.Millisecond} {
		for _, loss := range []float64{0, .1} {
			c := newSimCall(1e6, rtt, loss, 3)
			c.forward.rate = func(at time.Duration) float64 {
				if at > 30*second && at < 60*second {
					return 80e3
				}
				return 1e6
			}
			c.start()
			c.run(90 * second)
			t.Logf("%v %v: before %.0f, shed to 80 k %.1f s, to 55 k in %.1f s, during %.0f; back to 800k in %.1f s; voice max at step %v, p95 during %v, max after 5 s %v, up max %v", rtt, loss, c.room(20*second, 30*second)/1e3,
				c.shed(30*second, 80e3).Seconds(), c.shed(30*second, 55e3).Seconds(), c.room(40*second, 60*second)/1e3, c.reached(60*second, 800e3).Seconds(),
				c.queueing(29*second, 35*second, 1), c.queueing(35*second, 60*second, .95), c.queueing(35*second, 60*second, 1), c.queueing(60*second, 90*second, 1))
		}
	}
}

func TestExploreFrames(t *testing.T) {
	for _, rate := range []float64{256e3, 1e6} {
		for _, rtt := range []time.Duration{20 * time.Millisecond, 60 * time.Millisecond, 150 * time.Millisecond, 300 * time.Millisecond} {
			for _, loss := range []float64{0, .02, .1, .3} {
				for _, run := range []float64{0, 3} {
					c := newSimCall(rate, rtt, loss, 3)
					c.forward.run, c.back.run = run, run
					c.alone = true
					c.start()
					c.run(75 * second)
					t.Logf("%5.0f k %v loss %.2f run %.0f: frames %d lost %.1f %% %+v", rate/1e3, rtt, loss, run, c.done, 100*float64(c.lost)/float64(c.lost+c.done), c.sender.Stats())
				}
			}
		}
	}
}

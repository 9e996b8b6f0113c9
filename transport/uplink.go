package transport

import (
	"time"
)

// What a relay believes of the direction towards it. A browser says nothing of its queue, but every frame has its capture time: what comes ever later
// after its capture stands in a queue.
const (
	uplinkStart  = 48e3 // bit/s: what a voice with its repair may ask for
	uplinkMost   = 512e3
	uplinkQueue  = 120 * time.Millisecond // held for uplinkHold it is too much
	uplinkCalm   = 50 * time.Millisecond
	uplinkHold   = 300 * time.Millisecond
	uplinkBack   = 0.85
	uplinkGrowth = 0.08 // a second
	uplinkBase   = 15 * time.Second
	captureRate  = 48_000
)

// uplinkRate estimates in bit/s, with all headers, what a line towards this end carries.
type uplinkRate struct {
	rate       float64
	started    bool
	epoch      time.Time // arrival of the first datagram
	capture    uint32    // of the newest frame
	captured   int64     // samples since the first
	base, next time.Duration
	baseAt     time.Time
	queue      time.Duration
	highSince  time.Time
	grown      time.Time
	window     time.Time
	bytes      int
	received   float64 // bit/s
}

// arrive takes a datagram with media: the newest capture time in it, its size, and when it came.
func (u *uplinkRate) arrive(capture uint32, size int, now time.Time) {
	if !u.started || now.Sub(u.window) > 5*time.Second {
		*u = uplinkRate{rate: max(u.rate, minRate), started: true, epoch: now, capture: capture, baseAt: now, grown: now, window: now}
		if u.rate == minRate {
			u.rate = uplinkStart
		}
		return
	}
	u.bytes += size + Overhead
	step := int64(int32(capture - u.capture))
	if step < 0 {
		return // recovered, or overtaken
	}
	u.capture, u.captured = capture, u.captured+step
	delay := now.Sub(u.epoch) - time.Duration(u.captured)*time.Second/captureRate
	u.base, u.next = min(u.base, delay), min(u.next, delay)
	if now.Sub(u.baseAt) >= uplinkBase {
		u.base, u.next, u.baseAt = u.next, delay, now
	}
	u.queue = delay - u.base
	u.measure(now)
	u.steer(now)
}

func (u *uplinkRate) measure(now time.Time) {
	if elapsed := now.Sub(u.window); elapsed >= time.Second {
		u.received = float64(8*u.bytes) / elapsed.Seconds()
		u.window, u.bytes = now, 0
	}
}

// steer goes down when the queue stays, up while it does not and what is allowed is used.
func (u *uplinkRate) steer(now time.Time) {
	elapsed := min(now.Sub(u.grown), time.Second)
	u.grown = now
	switch {
	case u.queue > uplinkQueue && u.highSince.IsZero():
		u.highSince = now
	case u.queue > uplinkQueue && now.Sub(u.highSince) > uplinkHold && u.received > 0:
		u.rate = max(minRate, min(u.rate, uplinkBack*u.received))
		u.highSince = now.Add(time.Second) // the queue needs time to drain
	case u.queue <= uplinkQueue:
		u.highSince = time.Time{}
		if u.queue < uplinkCalm {
			u.rate = min(uplinkMost, u.rate*(1+uplinkGrowth*elapsed.Seconds()))
		}
	}
}

// Uplink returns what a receiver knows of the direction towards it, in the terms of a sender: a relay plans for those who send to it. Call it about once a second.
func (l *Line) Uplink(now time.Time) SenderStats {
	out := SenderStats{RTT: l.Sender.Stats().RTT, Run: 1, Rate: uplinkStart}
	r := l.Receiver
	r.mu.Lock()
	defer r.mu.Unlock()
	r.losses.update(r.highest, uint8(r.stats.Lost), uint8(r.stats.Runs), now)
	out.Loss, out.Run, out.Observed = r.losses.loss, max(r.losses.run, 1), r.losses.weight
	out.Pace = r.reports.pace
	if r.uplink.started {
		out.Rate, out.Queue = r.uplink.rate, r.uplink.queue
	}
	return out
}

package relay

import (
	"math"
	"sync"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
)

const (
	clockEvery = 10 * time.Second
	// driftAfter is how long a publication must be followed before its drift means something: jitter of the least delay is some ms.
	driftAfter = 60.0 // s
)

// captureClock ties a publication's capture time to the meeting's milliseconds: by the packet that took the least time to
// come in each interval, since delay only ever adds. Its methods may be called from several goroutines.
type captureClock struct {
	mu       sync.Mutex
	started  bool
	last     uint32                // capture time of the newest packet
	captured int64                 // the same, unwrapped
	heard    bool                  // in this interval
	least    float64               // meeting ms minus capture ms, least of this interval
	first    float64               // least of the first interval
	firstAt  int64                 // unwrapped capture time at its end
	told     *transport.ClockPoint // by the relay nearer to the microphone; it goes before our own
}

// tell takes the point of a relay nearer to the microphone.
func (c *captureClock) tell(point transport.ClockPoint) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told = &point
}

// observe takes a packet's capture time and when it came, in meeting milliseconds.
func (c *captureClock) observe(captured uint32, ms float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.started {
		c.started, c.last, c.captured = true, captured, int64(captured)
	}
	if step := int32(captured - c.last); step > 0 {
		c.captured += int64(step)
		c.last = captured
	}
	at := c.captured + int64(int32(captured-c.last))
	offset := ms - float64(at)*1000/codec.ClockRate
	if !c.heard || offset < c.least {
		c.heard, c.least = true, offset
	}
}

// point closes an interval; ok is false if nothing was heard in it.
func (c *captureClock) point(publication uint32) (point transport.ClockPoint, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.told != nil {
		point, c.told = *c.told, nil
		return point, true
	}
	if !c.heard {
		return point, false
	}
	c.heard = false
	if c.firstAt == 0 {
		c.first, c.firstAt = c.least, c.captured
	}
	point = transport.ClockPoint{
		Publication: publication, Time: c.last,
		Ms: int64(math.Round(float64(c.captured)*1000/codec.ClockRate + c.least)),
	}
	if elapsed := float64(c.captured-c.firstAt) / codec.ClockRate; elapsed >= driftAfter {
		point.PPM = math.Round((c.least - c.first) / elapsed * 1000)
	}
	return point, true
}

// clocks sends everybody the clock points of those who spoke since the last time. Room.mu is held.
func (r *Room) clocks(now time.Time) {
	if now.Sub(r.clocked) < clockEvery {
		return
	}
	r.clocked = now
	message := transport.Clock{Type: transport.TypeClock}
	for _, p := range r.participants {
		for _, voice := range p.voices.list() {
			if point, ok := voice.clock.point(voice.ID); ok {
				message.Of = append(message.Of, point)
			}
		}
	}
	if len(message.Of) == 0 {
		return
	}
	r.ascend(message)
	r.tellAll(message)
}

package transporttest

import (
	"math/rand/v2"
	"sync"
	"time"
)

// Fate is what happens to a packet.
type Fate uint8

// The fates of packets.
const (
	Delivered Fate = iota
	Lost           // on the line
	Overflow       // before the bottleneck
	CutOff         // in an outage
)

// Counters count what a channel did. Bytes are those of whole IP packets.
type Counters struct {
	Packets        uint64 `json:"packets"` // offered
	Bytes          uint64 `json:"bytes"`   // offered
	Delivered      uint64 `json:"delivered"`
	DeliveredBytes uint64 `json:"deliveredBytes"`
	Lost           uint64 `json:"lost"`     // on the line
	Overflow       uint64 `json:"overflow"` // before the bottleneck
	CutOff         uint64 `json:"cutOff"`   // in an outage
}

// Channel is the model of one direction of a line. It has no clock: times are durations since its start. Equal seeds and equal calls give
// equal fates; the n-th packet is lost or not whatever the times. Its methods may be called concurrently.
type Channel struct {
	mu       sync.Mutex // guards all below
	imp      Impairment
	since    time.Duration // when imp was set
	losses   *rand.Rand
	jitter   *rand.Rand
	bad      bool          // the last packet fell into a run of losses
	free     time.Duration // when the bottleneck will have sent all that it has
	last     time.Duration // the latest arrival so far
	counters Counters
}

// NewChannel makes a channel. An invalid impairment panics: tests know what they ask for.
func NewChannel(i Impairment, seed uint64) *Channel {
	c := &Channel{losses: rand.New(rand.NewPCG(seed, 1)), jitter: rand.New(rand.NewPCG(seed, 2))}
	if err := c.Set(0, i); err != nil {
		panic(err)
	}
	c.bad = c.losses.Float64() < i.Loss
	return c
}

// Set changes the impairment from now on; outages count from now. An invalid one (ErrImpairment) changes nothing.
func (c *Channel) Set(now time.Duration, i Impairment) error {
	if err := i.Validate(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.imp, c.since = i, now
	return nil
}

// Pass offers an IP packet of size bytes to the channel. It returns its fate and, if it is Delivered, the time of its arrival.
func (c *Channel) Pass(now time.Duration, size int) (arrival time.Duration, fate Fate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counters.Packets++
	c.counters.Bytes += uint64(size)
	// Drawn for every packet, so that the draws do not depend on times.
	lost := c.lose()
	jitter := time.Duration(c.jitter.Float64() * float64(c.imp.Jitter))

	sent, ok := c.send(now, size)
	switch {
	case !ok:
		c.counters.Overflow++
		return 0, Overflow
	case c.imp.out(sent - c.since):
		c.counters.CutOff++
		return 0, CutOff
	case lost:
		c.counters.Lost++
		return 0, Lost
	}
	arrival = sent + c.imp.Delay + jitter
	if !c.imp.Reorder {
		arrival = max(arrival, c.last)
	}
	c.last = max(arrival, c.last)
	c.counters.Delivered++
	c.counters.DeliveredBytes += uint64(size)
	return arrival, Delivered
}

// send takes a packet through the bottleneck and returns when its last bit is on the line, or false if the queue is full.
func (c *Channel) send(now time.Duration, size int) (time.Duration, bool) {
	if c.imp.Rate == 0 {
		return now, true
	}
	perByte := 8 * float64(time.Millisecond) / float64(c.imp.Rate)
	wait := max(0, c.free-now)
	if limit := c.imp.queue(); limit > 0 && wait > limit {
		return 0, false
	}
	if limit := c.imp.QueueBytes; limit > 0 && wait > 0 && float64(wait)/perByte+float64(size) > float64(limit) {
		return 0, false
	}
	c.free = now + wait + time.Duration(float64(size)*perByte)
	return c.free, true
}

// lose draws whether the next packet is lost.
func (c *Channel) lose() bool {
	draw, loss, burst := c.losses.Float64(), c.imp.Loss, c.imp.Burst
	switch {
	case burst == 0:
		c.bad = draw < loss
	case c.bad:
		c.bad = draw >= 1/burst
	default:
		c.bad = draw < loss/(burst*(1-loss))
	}
	return c.bad
}

// Backlog returns how long a packet that came now would wait before the bottleneck.
func (c *Channel) Backlog(now time.Duration) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return max(0, c.free-now)
}

// Counters returns what the channel did so far.
func (c *Channel) Counters() Counters {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counters
}

package jitter

import "time"

// Defaults and slopes, see DESIGN.md.
const (
	defaultMin = 20 * time.Millisecond
	defaultMax = time.Second
	horizon    = 10 * time.Second
	forget     = time.Minute // without a frame: the clocks may have drifted apart
	margin     = 10 * time.Millisecond
	slideUp    = 10 // a tenth of real time
	slideDown  = 50
)

// Config bounds the target delay. Zero values mean 20 ms and 1 s.
type Config struct {
	Min, Max time.Duration
}

// Clock maps the capture times of one publication to the moments at which they are due. All its layers share it.
// Neither it nor its Buffers are safe for concurrent use.
type Clock struct {
	min, max time.Duration
	started  bool
	epoch    time.Time     // the zero of all moments
	newest   int64         // capture time, unwrapped
	now, old spread        // of the running bucket and the one before
	since    time.Duration // begin of the running bucket
	last     time.Duration // arrival of the last frame
	offset   time.Duration // capture time 0 is due at this moment
}

// spread is the range of transits in a bucket.
type spread struct{ least, most time.Duration }

// NewClock makes the clock of one publication.
func NewClock(c Config) *Clock {
	if c.Min <= 0 {
		c.Min = defaultMin
	}
	if c.Max <= 0 {
		c.Max = defaultMax
	}
	return &Clock{min: min(c.Min, c.Max), max: c.Max}
}

// Target returns the delay that the arrivals of the last 10 to 20 s ask for, within the bounds of Config.
func (c *Clock) Target() time.Duration {
	least, most := c.spread()
	return min(max(most-least+margin, c.min), c.max)
}

// Delay returns how long the fastest frame would wait now.
func (c *Clock) Delay() time.Duration {
	least, _ := c.spread()
	return c.offset - least
}

// length converts samples at 48 kHz.
func length(samples int64) time.Duration { return time.Duration(samples * 125000 / 6) }

// arrive takes note of a frame and returns its capture time, unwrapped, and its transit.
func (c *Clock) arrive(captureTime uint32, at time.Time) (int64, time.Duration) {
	if !c.started {
		c.started, c.epoch, c.newest = true, at, int64(captureTime)
		c.restart(-length(c.newest))
	}
	t := c.newest + int64(int32(captureTime-uint32(c.newest)))
	c.newest = max(c.newest, t)
	moment := at.Sub(c.epoch)
	transit := moment - length(t)
	switch {
	case moment-c.last >= forget:
		least, most := c.spread()
		c.now = spread{transit, transit + most - least}
		c.old, c.since = c.now, moment
	case moment-c.since >= horizon:
		c.old, c.now, c.since = c.now, spread{transit, transit}, moment
	}
	c.last = moment
	c.now = spread{min(c.now.least, transit), max(c.now.most, transit)}
	return t, transit
}

// restart forgets all arrivals but one.
func (c *Clock) restart(transit time.Duration) {
	c.now = spread{transit, transit}
	c.old = c.now
	c.offset = c.goal()
}

func (c *Clock) spread() (least, most time.Duration) {
	return min(c.now.least, c.old.least), max(c.now.most, c.old.most)
}

// goal is the offset that has the target delay.
func (c *Clock) goal() time.Duration {
	least, _ := c.spread()
	return least + c.Target()
}

// limit is the latest transit of a frame that is still of use.
func (c *Clock) limit() time.Duration {
	least, _ := c.spread()
	return least + c.max
}

// slide moves the offset towards the goal while speech of the given length is played.
func (c *Clock) slide(samples int64) {
	step := length(samples)
	c.offset = min(max(c.goal(), c.offset-step/slideDown), c.offset+step/slideUp)
}

package jitter

import (
	"math"
	"time"
)

// Defaults and slopes, see DESIGN.md.
const (
	defaultMin = 20 * time.Millisecond
	defaultMax = time.Second
	horizon    = 10 * time.Second
	forget     = time.Minute // without a frame: the clocks may have drifted apart
	margin     = 10 * time.Millisecond
	slideUp    = 10 // a tenth of real time
	slideDown  = 50
	// A pause may be shortened by so much of itself.
	pausePart, pauseParts = 3, 4
	// With a budget: so many frames, or this part of all, may be later than it before it is exceeded, and then at most to twice
	// itself or as much as two hops are given.
	fewLate   = 4
	rareLate  = 100
	maxBudget = 800 * time.Millisecond
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
	frame    time.Duration // its length
	budget   time.Duration // 0: none
	offset   time.Duration // capture time 0 is due at this moment
	came     int64         // capture time after the newest that came,
	spurt    int64         // of the talkspurt that it belongs to, the begin,
	end      int64         // and after the newest that was played, in any layer
}

// spread is the range of transits in a bucket.
type spread struct {
	least, most  time.Duration
	frames, late int // all, and those later than the budget
}

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

// SetBudget sets the relay's delay budget for what is heard: how long after the capture of its first sample a frame is due, the
// way of the fastest not counted. It is held, and exceeded only while more than 1 % of the frames come later. 0 (and less) means
// none: as little delay as the arrivals ask for.
func (c *Clock) SetBudget(d time.Duration) {
	c.budget = max(d, 0)
	c.now.late, c.old.late = 0, 0
}

// Target returns the delay of the fastest frame: the budget, or what the arrivals of the last 10 to 20 s ask for, within the
// bounds of Config.
func (c *Clock) Target() time.Duration {
	least, most := c.spread()
	want := most - least + margin
	if c.budget > 0 {
		want = min(max(want, c.hold()), max(c.budget, min(2*c.budget, maxBudget))-c.frame)
		if late := c.now.late + c.old.late; late <= max(fewLate, (c.now.frames+c.old.frames)/rareLate) {
			want = c.hold()
		}
	}
	return min(max(want, c.min), c.max)
}

// hold is what the budget leaves beyond the transit of the fastest frame, of which the frame's own length is a part.
func (c *Clock) hold() time.Duration { return c.budget - c.frame }

// Delay returns how long the fastest frame would wait now.
func (c *Clock) Delay() time.Duration {
	least, _ := c.spread()
	return c.offset - least
}

// length converts samples at 48 kHz.
func length(samples int64) time.Duration { return time.Duration(samples * 125000 / 6) }

// arrive takes note of a frame and returns its capture time, unwrapped, and its transit.
func (c *Clock) arrive(captureTime uint32, samples int, at time.Time) (int64, time.Duration) {
	c.frame = length(int64(samples))
	if !c.started {
		c.started, c.epoch, c.newest = true, at, int64(captureTime)
		c.restart(-length(c.newest))
	}
	t := c.newest + int64(int32(captureTime-uint32(c.newest)))
	c.newest = max(c.newest, t)
	if c.came == math.MinInt64 || t > c.came+talkspurtGap {
		c.spurt = t
	}
	c.came = max(c.came, t+int64(samples))
	moment := at.Sub(c.epoch)
	transit := moment - length(t)
	switch {
	case moment-c.last >= forget:
		least, most := c.spread()
		c.now = spread{least: transit, most: transit + most - least}
		c.old, c.since = c.now, moment
	case moment-c.since >= horizon:
		c.old, c.now, c.since = c.now, spread{least: transit, most: transit}, moment
	}
	c.last = moment
	c.now.least, c.now.most = min(c.now.least, transit), max(c.now.most, transit)
	c.now.frames++
	if least, _ := c.spread(); c.budget > 0 && transit > least+c.hold() {
		c.now.late++
	}
	return t, transit
}

// restart forgets all arrivals but one.
func (c *Clock) restart(transit time.Duration) {
	c.now = spread{least: transit, most: transit}
	c.old = c.now
	c.came, c.spurt, c.end = math.MinInt64, math.MinInt64, math.MinInt64
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

// continues says whether a frame captured at t goes on with what is being played, in whatever layer that was: then nothing begins with it.
func (c *Clock) continues(t int64) bool { return t > c.spurt && c.end > c.spurt }

// begin is the offset of a talkspurt that begins at t. A pause gives the most of itself for a shorter delay; more would be taken from what is said before it.
func (c *Clock) begin(t int64) time.Duration {
	if c.end == math.MinInt64 {
		return c.goal()
	}
	pause := length(max(t-c.end, 0))
	return max(c.goal(), c.offset-pause*pausePart/pauseParts)
}

// slide moves the offset towards the goal while speech of the given length is played.
func (c *Clock) slide(samples int64) {
	step := length(samples)
	c.offset = min(max(c.goal(), c.offset-step/slideDown), c.offset+step/slideUp)
}

package allocation

import (
	"slices"
	"time"
)

// When layers change.
const (
	pause      = 5 * time.Second // between a change and the next one for the better
	shortPause = 2 * time.Second // if the room is a multiple of what it was then: that is no noise
	multiple   = 2
	leave      = 0.8              // of the room that layers were chosen for: in less they are chosen anew
	caution    = .85              // of a room that is less than it was for long, which may go on falling, or more than ever, which may be a moment's
	ahead      = 1.06             // what has to have stood, of what is needed
	asked      = 1.08             // what is asked for, of what is needed
	regret     = 10 * time.Second // a change for the better that is taken back so soon was one too many
	forgive    = 2 * time.Minute
)

// Chooser divides the room of a line over time: down at once, up when the room has stood. The zero Chooser is ready. It belongs to one goroutine.
type Chooser struct {
	held      float64 // the room that rates are chosen for
	entered   float64 // what it was when the layers were chosen
	level     float64 // the least that the room was just before layers last changed
	steady    steady
	stand     time.Duration // how long a room has to stand
	changed   time.Time     // when layers last changed for reasons of room
	rose      time.Time     // and when for the better
	regretted time.Time
	now, then ladder
	choices   []Choice
}

// Update returns what the watcher gets now, in the order of the sources, never more than room in all, and the room that would give it more: what the line is to be
// probed for; 0: there is no more. Other sources change the choices at once, within the room that is relied upon. It is asked some times a second, and keeps nothing
// of the sources; the choices are valid until the next Update.
func (c *Chooser) Update(room float64, sources []Source, now time.Time) (choices []Choice, want float64) {
	if c.stand == 0 {
		c.stand, c.held, c.entered, c.level = stand, caution*room, caution*room, room
	}
	low, _, _ := c.steady.least(stand)
	c.steady.add(room, now)
	c.now.climb(c.held, sources)
	if c.now.need() > room || room < leave*c.entered && now.Sub(c.changed) >= pause {
		c.fall(room, low, sources, now)
	} else {
		c.rise(sources, now)
	}
	c.now.trim(min(room, max(low, c.now.need())))
	c.choices = c.now.choices(c.choices[:0])
	if c.now.next > 0 {
		want = asked * max(c.now.next, c.now.top())
	}
	c.now.sources, c.then.sources = nil, nil
	return c.choices, want
}

// fall chooses for less room: what it was at its least of late, or still less if it never was so little.
func (c *Chooser) fall(room, low float64, sources []Source, now time.Time) {
	if room < low {
		low = caution * room
	}
	c.held, c.entered = low, low
	c.then.climb(c.held, sources)
	if !c.then.alike(&c.now) {
		c.changed, c.level = now, c.steady.lately()
		if !c.rose.IsZero() && now.Sub(c.rose) < regret {
			c.stand, c.regretted, c.rose = longStand, now, time.Time{}
		}
	}
	c.now = c.then
}

// rise chooses for more room if it has stood.
func (c *Chooser) rise(sources []Source, now time.Time) {
	if now.Sub(c.regretted) > forgive {
		c.stand = stand
	}
	_, floor, stood := c.steady.least(c.stand)
	wait := pause
	short := shortStand
	if c.stand != stand {
		short = regretStand
	}
	if quick, ok := c.steady.leaps(short, max(c.held, c.level)); ok {
		floor, stood, wait = quick, true, shortPause
	}
	if !stood || floor/ahead <= c.held {
		return
	}
	c.then.climb(floor/ahead, sources)
	alike := c.then.alike(&c.now)
	if !alike && now.Sub(c.changed) < wait {
		return
	}
	if !alike {
		c.changed, c.rose, c.entered, c.level = now, now, floor/ahead, c.steady.lately()
	}
	c.held, c.now = floor/ahead, c.then
}

// alike says whether the same sources have the same layers.
func (l *ladder) alike(other *ladder) bool {
	return slices.EqualFunc(l.places[:len(l.sources)], other.places[:len(other.sources)], func(a, b place) bool {
		return a.offer == b.offer && (a.offer < 0 || a.temporal == b.temporal)
	})
}

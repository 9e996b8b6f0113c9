package allocation

import (
	"slices"
	"time"
)

// alikeRate is by how many times the bit rate of a layer has to be able to rise before it does.
const alikeRate = 1.15

// Publisher follows what a publisher is to send over time, as Chooser does what a watcher gets. The zero Publisher is ready. It belongs to one goroutine.
type Publisher struct {
	held    float64
	level   float64 // as Chooser's
	steady  steady
	changed time.Time
	plan    []LayerPlan
	next    []LayerPlan // memory for the next one
}

// Update returns what is to be sent for the wishes now, never for more than room, and the room that would serve them better, 0 if they are served. Wishes change the
// plan at once; room does so at once if it falls, and if it rises when it has stood. The plan is valid until the next Update.
func (p *Publisher) Update(room float64, wishes []Choice, can Sender, now time.Time) (plan []LayerPlan, want float64) {
	low, _, known := p.steady.least(stand)
	if p.steady.began.IsZero() {
		p.held, p.level = room, room
	}
	p.steady.add(room, now)
	next, all := publish(p.next[:0], p.held, wishes, can)
	_, floor, stood := p.steady.least(stand)
	wait := pause
	if quick, ok := p.steady.leaps(shortStand, max(p.held, p.level)); ok {
		floor, stood, wait = quick, true, shortPause
	}
	switch {
	case can.wire(next) > room:
		p.held, p.changed, p.level = room, now, room
		if known {
			p.held = min(room, low)
		}
		next, all = publish(next[:0], p.held, wishes, can)
	case stood && floor/ahead > p.held:
		more := Publish(floor/ahead, wishes, can)
		same := alikeLayers(more, next)
		if !same && now.Sub(p.changed) < wait {
			break
		}
		if !same {
			p.changed, p.level = now, p.steady.lately()
		}
		p.held, next = floor/ahead, more
	}
	calm(next, p.plan)
	if all > p.held {
		want = asked * all
	}
	p.plan, p.next = next, p.plan
	return p.plan, want
}

// Held returns the room that plans are made for, in bit/s: what has stood of it.
func (p *Publisher) Held() float64 { return p.held }

// calm gives layers the bit rates that they had before if those are hardly less.
func calm(next, before []LayerPlan) {
	for i := range next {
		for _, b := range before {
			if b.Layer == next[i].Layer && b.Bitrate < next[i].Bitrate && float64(next[i].Bitrate) < alikeRate*float64(b.Bitrate) {
				next[i].Bitrate, next[i].Rate10 = b.Bitrate, b.Rate10
			}
		}
	}
}

func alikeLayers(a, b []LayerPlan) bool {
	return slices.EqualFunc(a, b, func(x, y LayerPlan) bool { return x.Layer == y.Layer })
}

// wire returns what a plan costs on the publisher's line.
func (s Sender) wire(plan []LayerPlan) (sum float64) {
	for _, l := range plan {
		offers := s.Camera
		if l.Layer.Screen() {
			offers = s.Screen
		}
		for i := range offers {
			if o := &offers[i]; o.Layer == l.Layer {
				sum += o.Cost.Wire(float64(l.Bitrate), o.Rate)
			}
		}
	}
	return sum
}

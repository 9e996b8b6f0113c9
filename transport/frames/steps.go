package frames

import (
	"math"
	"time"
)

const (
	stepFor     = 700 * time.Millisecond
	stepPieces  = 20
	stepUp      = 1.1
	stepBrings  = 0.7  // of what was sent more has to come
	stepLoss    = 0.06 // more than before, and so many times the error of that:
	stepSure    = 3
	stepCrowded = 2 // while a queue stands
	stepMemory  = 0.85
	mostHabit   = 0.6
	heavyHabit  = 0.2 // is doubted now and then:
	deepPart    = 0.5 // of the rate shows for a moment if the line loses less then
	deepPause   = 10 * time.Second
	deepMost    = 80 * time.Second
)

// steps compare what comes before and after the rate grew: a line that only drops what is too much has no queue to tell.
type steps struct {
	from   mark
	after  time.Duration // what left before, on the sender's clock, left at a former rate
	habit  losses
	good   block   // the last without more loss than that
	tested losses  // what was lost before the rate was lowered to see whether that goes,
	former float64 // and the rate; 0: it was not
	deep   bool    // it was because of what is held for habit
	next   time.Time
	pause  time.Duration
}

// losses are what came and what did not.
type losses struct{ came, lost, runs float64 }

// loss is the share that is lost.
func (l losses) loss() float64 { return min(l.lost/max(l.came+l.lost, 1), mostHabit) }

// spread is by how much more the losses vary than independent ones.
func (l losses) spread() float64 { return max(2*l.lost/max(l.runs, 1)-1, 1) }

// error is the standard error of the difference of l and what the line loses by habit.
func (l losses) error(habit losses) float64 {
	sum := losses{came: l.came + habit.came, lost: l.lost + habit.lost}
	p := sum.loss()
	return math.Sqrt(p * (1 - p) * (1/max(l.came+l.lost, 1) + 1/max(habit.came+habit.lost, 1)) * habit.spread())
}

// block is what was measured over a while, bit/s.
type block struct{ sending, delivered float64 }

// police lowers the rate if more is lost than the line does by habit and hardly more came for the last steps up: as sure as said, in standard errors.
func (e *Estimator) police(sure float64, now time.Time) {
	s := &e.steps
	if e.flow.now.sent < s.after {
		s.from = e.flow.now
	}
	over := e.flow.after(s.from)
	if over.arrival < stepFor || over.pieces+over.lost < stepPieces {
		return
	}
	s.from = e.flow.now
	l, b := losses{float64(over.pieces), float64(max(over.lost, 0)), float64(over.runs)}, block{over.sending(), over.delivered()}
	if s.deep {
		e.settle(l, b)
		return
	}
	more := l.loss() - s.habit.loss()
	switch {
	case s.habit.came == 0, more < stepLoss, more < sure*l.error(s.habit):
		s.former = 0
		s.good = b
		s.habit = losses{stepMemory*s.habit.came + l.came, stepMemory*s.habit.lost + l.lost, stepMemory*s.habit.runs + l.runs}
		e.doubt(l, now)
	case s.former > 0 && l.loss() > (s.tested.loss()+s.habit.loss())/2: // whatever is sent: so it is the line
		e.rate, e.limit = max(e.rate, s.former), 0
		e.probe.next, e.probe.pause = now, probeFirst
		s.habit, s.good, s.former = l, b, 0
	case b.sending > stepUp*s.good.sending && b.delivered-s.good.delivered > stepBrings*(b.sending-s.good.sending)*(1-s.habit.loss()):
	default:
		s.former, s.tested, s.after = e.rate, l, e.flow.now.sent+e.rtt+cutSettle
		rate := cutBlind * e.rate
		if e.limit = e.rate; b.sending >= untried*e.rate {
			e.limit = b.delivered / (1 - s.habit.loss())
			rate = min(cutBy*e.rate, cutTo*e.limit)
		}
		e.lower(rate, 0, now)
		e.cut.drain = false
	}
}

// doubt lowers the rate for a moment where much is lost, should that be held for habit wrongly.
func (e *Estimator) doubt(l losses, now time.Time) {
	s := &e.steps
	switch {
	case s.habit.loss() < heavyHabit:
		s.next, s.pause = time.Time{}, 0
		return
	case s.next.IsZero():
		s.pause = deepPause
	case now.Before(s.next):
		return
	default:
		s.former, s.tested, s.deep, s.after = e.rate, l, true, e.flow.now.sent+e.rtt+cutSettle
		e.rate = max(deepPart*e.rate, leastRate)
		e.probe.open, e.probe.next = false, now.Add(deepPause)
		s.pause = min(2*s.pause, deepMost)
	}
	s.next = now.Add(s.pause)
}

// settle judges what came at the lower rate.
func (e *Estimator) settle(l losses, b block) {
	s := &e.steps
	if gain := s.tested.loss() - l.loss(); gain > stepLoss && gain > stepSure*l.error(s.tested) {
		e.limit, s.habit, s.good, s.pause = b.delivered/(1-l.loss()), l, b, deepPause
	} else {
		e.rate = max(e.rate, s.former)
	}
	e.probe.next, e.probe.pause = time.Time{}, probeFirst
	s.former, s.deep = 0, false
}

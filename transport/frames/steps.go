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
)

// steps compare what comes before and after the rate grew: a line that only drops what is too much has no queue to tell.
type steps struct {
	from   mark
	habit  losses
	good   block   // the last without more loss than that
	tested losses  // what was lost before the rate was lowered to see whether that goes,
	former float64 // and the rate; 0: it was not
}

// losses are what came and what did not.
type losses struct{ came, lost, runs float64 }

// loss is the share that is lost.
func (l losses) loss() float64 { return min(l.lost/max(l.came+l.lost, 1), mostHabit) }

// spread is by how much more the losses vary than independent ones.
func (l losses) spread() float64 { return max(2*l.lost/max(l.runs, 1)-1, 1) }

// error is the standard error of the difference of the losses of two.
func (l losses) error(o losses) float64 {
	sum := losses{l.came + o.came, l.lost + o.lost, l.runs + o.runs}
	p := sum.loss()
	return math.Sqrt(p * (1 - p) * (1/max(l.came+l.lost, 1) + 1/max(o.came+o.lost, 1)) * sum.spread())
}

// block is what was measured over a while, bit/s.
type block struct{ sending, delivered float64 }

// police lowers the rate if more is lost than the line does by habit and hardly more came for the last steps up: as sure as said, in standard errors.
func (e *Estimator) police(sure float64, now time.Time) {
	s, over := &e.steps, e.flow.after(e.steps.from)
	if over.arrival < stepFor || over.pieces+over.lost < stepPieces {
		return
	}
	s.from = e.flow.now
	l, b := losses{float64(over.pieces), float64(max(over.lost, 0)), float64(over.runs)}, block{over.sending(), over.delivered()}
	more := l.loss() - s.habit.loss()
	switch {
	case s.habit.came == 0, more < stepLoss, more < sure*l.error(s.habit):
		s.former = 0
		s.good = b
		s.habit = losses{stepMemory*s.habit.came + l.came, stepMemory*s.habit.lost + l.lost, stepMemory*s.habit.runs + l.runs}
	case s.former > 0 && l.loss() > (s.tested.loss()+s.habit.loss())/2: // whatever is sent: so it is the line
		e.rate, e.limit = max(e.rate, s.former), 0
		e.probe.next, e.probe.pause = now, probeFirst
		s.habit, s.good, s.former = l, b, 0
	case b.sending > stepUp*s.good.sending && b.delivered-s.good.delivered > stepBrings*(b.sending-s.good.sending)*(1-s.habit.loss()):
	default:
		s.former, s.tested = e.rate, l
		e.limit = b.delivered / (1 - s.habit.loss())
		e.lower(min(cutBy*e.rate, cutTo*e.limit), 0, now)
		e.cut.drain = false
	}
}

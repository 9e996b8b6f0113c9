package transport

import (
	"slices"
	"time"

	"github.com/diemcau/diemcau/fec"
)

// Limits are what a plan may not pass.
type Limits struct {
	Bitrate     int           // of the codec, bit/s, at most
	Rate        float64       // bit/s with all headers, at most; 0: what the line carries
	Least, Most time.Duration // of the delay budget
	First       time.Duration // delay budget of a line of which nothing is known; 0: Least
	Spare       float64       // of what is understood (ESTOI) that a shorter budget may cost; 0: .021
}

const (
	upgradeAfter = 6 * time.Second // so long must a line carry more before it gets more,
	shorterAfter = 20 * time.Second
	upgradeFirst = time.Second // but a new one is soon known better
	shorterFirst = 3 * time.Second
	newFor       = 15 * time.Second
	spareClarity = 0.021 // that a shorter budget may cost
)

// waits are the delay budgets that are tried, ascending: the table's, and what lies between, for a listener would rather not wait.
var waits = [...]time.Duration{
	200 * time.Millisecond, 280 * time.Millisecond, 360 * time.Millisecond, 400 * time.Millisecond,
	480 * time.Millisecond, 560 * time.Millisecond, 600 * time.Millisecond, 720 * time.Millisecond, 800 * time.Millisecond, 1000 * time.Millisecond,
}

// clarity is what is understood (ESTOI, without losses) of each of fec.Bitrates.
var clarity = [len(fec.Bitrates)]float64{.975, .97, .96, .95, .94, .92, .90, .83}

// Planner follows one direction of a line with its send plan: down at once, up when the line has carried more for a while. Not safe for concurrent use.
type Planner struct {
	habit   habit
	line    fec.Line
	plan    fec.Plan
	met     time.Time // the first Update
	began   time.Time // something was known
	better  time.Time // since when a higher bitrate would do
	shorter time.Time // since when a shorter budget would do
}

// Update takes what a sender knows of its line and returns the plan from now on. Call it about once a second.
func (p *Planner) Update(s SenderStats, limits Limits, now time.Time) fec.Plan {
	p.habit.update(s, now)
	p.line = p.habit.line(s)
	if limits.Rate > 0 {
		p.line.Rate = min(p.line.Rate, limits.Rate)
	}
	p.line.Interval = p.plan.Interval
	if p.met.IsZero() {
		p.met = now
	}
	if limits.First > 0 && p.line.Rate <= startRate && now.Sub(p.met) < unprovedFor {
		p.line.Rate = min(p.line.Rate, unprovedRate)
	}
	if !p.habit.known {
		limits.Most = max(limits.First, limits.Least)
		limits.Least = limits.Most
		if p.line.Rate >= unknownRate {
			p.line.Longest = unknownInterval
		}
	}
	best := choose(p.line, limits)
	if !p.habit.known || p.began.IsZero() {
		p.plan, p.began = best, now
		return best
	}
	p.better = since(p.better, best.Bitrate > p.plan.Bitrate, now)
	p.shorter = since(p.shorter, best.Budget < p.plan.Budget, now)
	if p.fails(best) || p.improves(limits, now) {
		p.plan, p.better = p.steadier(best, limits, now), time.Time{}
		p.shorter = since(time.Time{}, best.Budget < p.plan.Budget, now)
	} else {
		p.plan = p.For(p.plan.Bitrate, p.plan.Interval)
	}
	return p.plan
}

// Known says whether the line has told enough of itself: before, the plan is one for any.
func (p *Planner) Known() bool { return p.habit.known }

// fails says whether the plan no longer does, and the best one would with a smaller voice or a longer budget.
func (p *Planner) fails(best fec.Plan) bool {
	if best.Bitrate >= p.plan.Bitrate && best.Budget <= p.plan.Budget {
		return false
	}
	line := p.line
	line.Budget = p.plan.Budget
	return !fec.Endures(line, p.plan.Bitrate)
}

// improves says whether the best plan has been better for long enough.
func (p *Planner) improves(limits Limits, now time.Time) bool {
	if now.Sub(p.began) < newFor {
		soon := shorterFirst
		if p.plan.Budget > max(limits.First, 2*limits.Least) { // each change is heard, and what is known is little
			soon = shorterAfter
		}
		return passed(p.better, upgradeFirst, now) || passed(p.shorter, soon, now)
	}
	return passed(p.better, upgradeAfter, now) || passed(p.shorter, shorterAfter, now)
}

// steadier returns the best plan, or one nearly as good that keeps the budget: a listener hears each change of it.
func (p *Planner) steadier(best fec.Plan, limits Limits, now time.Time) fec.Plan {
	if now.Sub(p.began) < newFor || p.plan.Budget > limits.Most || passed(p.shorter, shorterAfter, now) {
		return best
	}
	line := p.line
	line.Budget = p.plan.Budget
	kept := fec.Choose(line, limits.Bitrate)
	if clearness(kept.Bitrate) < clearness(best.Bitrate)-spareClarity || !fec.Endures(line, kept.Bitrate) {
		return best
	}
	return kept
}

// For returns the plan for a voice of another bitrate over the line of the last Update: what is there to be forwarded. interval is the one that is in use, 0 if none.
func (p *Planner) For(bitrate int, interval time.Duration) fec.Plan {
	line := p.line
	line.Interval, line.Budget = interval, p.plan.Budget
	return line.Fixed(bitrate)
}

// Carries says whether the line of the last Update carries a voice of a bitrate, or two of that together, with the redundancy it needs.
func (p *Planner) Carries(bitrate int) bool {
	line := p.line
	line.Budget = p.plan.Budget
	return fec.Fits(line, bitrate)
}

func since(start time.Time, holds bool, now time.Time) time.Time {
	switch {
	case !holds:
		return time.Time{}
	case start.IsZero():
		return now
	}
	return start
}

func passed(start time.Time, d time.Duration, now time.Time) bool {
	return !start.IsZero() && now.Sub(start) >= d
}

// choose finds the shortest budget that costs little of what is understood.
func choose(line fec.Line, limits Limits) fec.Plan {
	spare, enough := limits.Spare, fec.Repairs
	if spare == 0 || line.Rate < limits.Rate/2 { // on a thin line each datagram takes its time
		spare, enough = spareClarity, fec.Fits
	}
	line.Budget = limits.Most
	best := fec.Choose(line, limits.Bitrate)
	for _, budget := range waits {
		if budget < limits.Least || budget >= limits.Most {
			continue
		}
		line.Budget = budget
		p := fec.Choose(line, limits.Bitrate)
		if clearness(p.Bitrate) >= clearness(best.Bitrate)-spare && enough(line, p.Bitrate) {
			return p
		}
	}
	return best
}

// clearness returns what is understood of a voice of one of fec.Bitrates.
func clearness(bitrate int) float64 { return clarity[slices.Index(fec.Bitrates[:], bitrate)] }

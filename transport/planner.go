package transport

import (
	"math"
	"time"

	"github.com/diemcau/diemcau/fec"
)

// Limits are what a plan may not pass.
type Limits struct {
	Bitrate     int           // of the codec, bit/s, at most
	Rate        float64       // bit/s with all headers, at most; 0: what the line carries
	Least, Most time.Duration // of the delay budget
}

const (
	upgradeAfter = 6 * time.Second // so long must a line carry more before it gets more,
	upgradeFirst = time.Second     // but a new one is soon known better,
	newFor       = 15 * time.Second
	shorterAfter = 20 * time.Second
	keepsQuality = 0.7 // a shorter budget may cost so much of the bitrate
)

var budgets = [...]time.Duration{200 * time.Millisecond, 400 * time.Millisecond, 600 * time.Millisecond, 800 * time.Millisecond}

// Planner follows one direction of a line with its send plan: down at once, up when the line has carried more for a while. Not safe for concurrent use.
type Planner struct {
	habit   habit
	line    fec.Line
	plan    fec.Plan
	began   time.Time
	better  time.Time // since when a higher bitrate would do
	shorter time.Time // since when a shorter budget would do
}

// Plan returns the plan of the last Update.
func (p *Planner) Plan() fec.Plan { return p.plan }

// Update takes what a sender knows of its line and returns the plan from now on. Call it about once a second.
func (p *Planner) Update(s SenderStats, limits Limits, now time.Time) fec.Plan {
	p.habit.update(s, now)
	p.line = p.habit.line(s)
	if limits.Rate > 0 {
		p.line.Rate = min(p.line.Rate, limits.Rate)
	}
	p.line.Interval = p.plan.Interval
	if !p.habit.known {
		limits.Most = limits.Least
	}
	best := choose(p.line, limits)
	if p.plan.Bitrate == 0 {
		p.plan, p.began = best, now
		return best
	}
	upgrade := upgradeAfter
	if now.Sub(p.began) < newFor {
		upgrade = upgradeFirst
	}
	p.better = since(p.better, best.Bitrate > p.plan.Bitrate, now)
	p.shorter = since(p.shorter, best.Budget < p.plan.Budget, now)
	switch {
	case best.Bitrate < p.plan.Bitrate && !p.endures(), best.Budget > p.plan.Budget && best.Bitrate >= p.plan.Bitrate && !p.endures(),
		passed(p.better, upgrade, now), passed(p.shorter, shorterAfter, now):
		p.plan, p.better, p.shorter = best, time.Time{}, time.Time{}
	default:
		p.plan = p.For(p.plan.Bitrate, p.plan.Interval)
	}
	return p.plan
}

// For returns the plan for a voice of another bitrate over the line of the last Update: what is there to be forwarded. interval is the one that is in use, 0 if none.
func (p *Planner) For(bitrate int, interval time.Duration) fec.Plan {
	line := p.line
	line.Interval = interval
	if line.Budget = p.plan.Budget; line.Budget == 0 {
		line.Budget = budgets[len(budgets)-1]
	}
	return line.Fixed(bitrate)
}

// Carries says whether the line of the last Update carries a voice of a bitrate, or two of that together, with the redundancy it needs.
func (p *Planner) Carries(bitrate int) bool {
	line := p.line
	line.Budget = p.plan.Budget
	return fec.Fits(line, bitrate)
}

// endures says whether the plan may stay though another would be chosen now.
func (p *Planner) endures() bool {
	line := p.line
	line.Budget = p.plan.Budget
	return fec.Endures(line, p.plan.Bitrate)
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

// choose finds the shortest budget that costs little of the bitrate.
func choose(line fec.Line, limits Limits) fec.Plan {
	line.Budget = limits.Most
	best := fec.Choose(line, limits.Bitrate)
	for _, budget := range budgets {
		if budget < limits.Least || budget >= limits.Most {
			continue
		}
		line.Budget = budget
		if p := fec.Choose(line, limits.Bitrate); fec.Fits(line, p.Bitrate) && float64(p.Bitrate) >= keepsQuality*float64(best.Bitrate) {
			return p
		}
	}
	return best
}

const (
	unknownLoss = 0.05 // what a line is taken to lose before it has said anything
	unknownFor  = 40   // datagrams
	habitFor    = 30 * time.Second
	surely      = 2.5 // standard errors by which what is measured must be worse to count at once
)

// habit is how a line loses, over longer than the ten seconds of SenderStats: up at once where it is sure, down slowly.
type habit struct {
	known     bool
	loss, run float64
	at        time.Time
}

func (h *habit) update(s SenderStats, now time.Time) {
	if s.Observed < unknownFor {
		return
	}
	elapsed := now.Sub(h.at)
	h.at = now
	spread := math.Sqrt(max(s.Loss*(1-s.Loss)*s.Run, 0) / s.Observed)
	if !h.known || s.Loss > h.loss+surely*spread {
		h.known, h.loss, h.run = true, s.Loss, max(s.Run, 1)
		return
	}
	part := min(float64(elapsed)/float64(habitFor), 1)
	if h.loss+s.Loss > 0 {
		h.run += (max(s.Run, 1) - h.run) * part * 2 * s.Loss / (h.loss + s.Loss)
	}
	h.loss += (s.Loss - h.loss) * part
}

// line is what has to be reckoned with.
func (h *habit) line(s SenderStats) fec.Line {
	line := fec.Line{Loss: unknownLoss, Run: 1, RTT: s.RTT, Rate: s.Rate, Measured: s.Pace}
	if h.known {
		line.Loss, line.Run = h.loss, max(h.run, 1)
	}
	return line
}

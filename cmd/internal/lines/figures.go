package lines

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Figure is one figure of a cell, and what it should be.
type Figure struct {
	Name    string // as in the head of its column
	Reached string
	Target  string // "" if it is only told
	OK      bool
}

// The columns of the report.
const (
	colESTOI   = "ESTOI"
	colMissing = "missing"
	colWire    = "wire kbit/s"
	colReturn  = "return"
	colDelay   = "mic to ear p50 / p95, ms"
	colOther   = "other"
)

// shares returns what went over each of several uplinks.
func (c Cell) shares() []Figure {
	if len(c.Shares) == 0 {
		return nil
	}
	words := make([]string, len(c.Shares))
	for i, kbps := range c.Shares {
		words[i] = fmt.Sprintf("%.1f", kbps)
	}
	return []Figure{
		{colOther, strings.Join(words, " and ") + " kbit/s over the uplinks", "", true},
		{colOther, fmt.Sprintf("stalled %d times, %d ms in all", c.Heard.Stalls, c.Heard.Stalled.Milliseconds()), "", true},
	}
}

// Figures returns what the cell reached, beside its targets.
func (c Cell) Figures() (all []Figure) {
	if c.Heard != nil {
		all = append(c.voice(), c.shares()...)
	}
	if len(c.First) > 0 {
		all = append(all, c.joined())
	}
	if len(c.Back) > 0 {
		all = append(all, c.returned())
	}
	if t := c.Target.Queue; t > 0 {
		all = append(all, Figure{
			colOther, fmt.Sprintf("queue over %d ms for %.1f s, at most %d ms", longQueue.Milliseconds(), c.Queued.Seconds(), c.Queue.Milliseconds()),
			fmt.Sprintf("≤ %.0f s", t.Seconds()), c.Queued <= t,
		})
	}
	return all
}

func (c Cell) voice() []Figure {
	t, h := c.Target, c.Heard
	delay := Figure{Name: colDelay, Reached: fmt.Sprintf("%d / %d", h.P50.Milliseconds(), h.P95.Milliseconds()), OK: true}
	if t.Delay > 0 {
		delay.Target, delay.OK = fmt.Sprintf("≤ %d", t.Delay.Milliseconds()), h.P95 <= t.Delay && h.P95 > 0
	}
	all := []Figure{
		atLeast(colESTOI, h.Score.Mean, t.ESTOI),
		{Name: colMissing, Reached: fmt.Sprintf("%.2f %%", 100*h.Missing), OK: true},
		{Name: colWire, Reached: fmt.Sprintf("%.1f", c.Wire), OK: true},
		{Name: colReturn, Reached: fmt.Sprintf("%.1f", c.Return), OK: true},
		delay,
	}
	switch {
	case t.Missing < 0:
		all[1].Target, all[1].OK = "0", h.Missing == 0
	case t.Missing > 0:
		all[1].Target, all[1].OK = fmt.Sprintf("≤ %.1f", 100*t.Missing), h.Missing <= t.Missing
	}
	if t.Wire > 0 {
		all[2].Target, all[2].OK = fmt.Sprintf("≤ %.0f", t.Wire), c.Wire <= t.Wire
	}
	if t.Return > 0 {
		all[3].Target, all[3].OK = fmt.Sprintf("≤ %.1f", t.Return), c.Return <= t.Return
	}
	return all
}

// atLeast is a figure that should be high. NaN is not.
func atLeast(name string, reached, target float64) Figure {
	f := Figure{Name: name, Reached: fmt.Sprintf("%.3f", reached), OK: true}
	if target > 0 {
		f.Target, f.OK = fmt.Sprintf("≥ %.2f", target), reached >= target
	}
	return f
}

// joined tells of first sounds: the slowest of the share that is asked for counts.
func (c Cell) joined() Figure {
	within := 0
	for _, d := range c.First {
		if d > 0 && d <= c.Target.First {
			within++
		}
	}
	median, worst := spread(c.First)
	return Figure{
		colOther, fmt.Sprintf("first sound %s, at most %s; %d of %d in time", median, worst, within, len(c.First)),
		fmt.Sprintf("≤ %.0f s, %.0f %%", c.Target.First.Seconds(), 100*c.Target.FirstOf),
		float64(within) >= c.Target.FirstOf*float64(len(c.First)),
	}
}

func (c Cell) returned() Figure {
	median, worst := spread(c.Back)
	f := Figure{Name: colOther, Reached: fmt.Sprintf("speech again %s, at most %s (%d outages)", median, worst, len(c.Back))}
	f.Target = fmt.Sprintf("≤ %.1f s, at most %.1f", c.Target.Back.Seconds(), c.Target.BackMax.Seconds())
	f.OK = !slices.Contains(c.Back, 0) && middle(c.Back) <= c.Target.Back && slices.Max(c.Back) <= c.Target.BackMax
	return f
}

// spread returns the median and the longest of some times in words; 0 is never.
func spread(all []time.Duration) (median, worst string) {
	if slices.Contains(all, 0) {
		return inSeconds(middle(all)), "never"
	}
	return inSeconds(middle(all)), inSeconds(slices.Max(all))
}

func inSeconds(d time.Duration) string {
	if d == 0 {
		return "never"
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

// middle is the median, with what never came at the end.
func middle(all []time.Duration) time.Duration {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b time.Duration) int {
		switch {
		case a == b:
			return 0
		case b == 0 || a != 0 && a < b:
			return -1
		}
		return 1
	})
	return sorted[len(sorted)/2]
}

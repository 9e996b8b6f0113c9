package transport

import "time"

// When what goes over one of several uplinks. Loss is of the direction that is sent, 0 to 1.
const (
	poorLoss   = 0.06                   // from which on one uplink is not trusted alone,
	fairLoss   = 0.035                  // and until which
	poorRTT    = 270 * time.Millisecond // and a round trip after which asking again takes too long,
	fairRTT    = 230 * time.Millisecond // and until which
	fairFor    = 5 * time.Second        // so long one must have been good before the others rest
	betterBy   = 0.03                   // badness by which another must be better to take over
	betterFor  = 10 * time.Second       // for so long,
	muchBetter = 0.15                   // or by so much, at once
	rttWeight  = 0.1                    // badness of a second of round trip
	thinRate   = 48e3                   // bit/s: what a voice with its repair can use,
	thinWeight = 1.0                    // badness of an uplink that carries nothing of it
	costWeight = 0.004                  // of each place in the order of cost
	unknown    = 0.05                   // what an uplink is held to lose that has said little
)

// standing is what one end knows of an uplink.
type standing struct {
	up    bool          // something came on it lately
	known bool          // loss is measured
	loss  float64       // share of what this end sends on it
	rtt   time.Duration // 0: not measured
	rate  float64       // bit/s that it carries; 0: no end was met
}

// bad says how bad an uplink is that is the n-th cheapest: share of loss, with what delay and cost are worth beside it.
func (s standing) bad(n int) float64 {
	loss := unknown
	if s.known {
		loss = max(0, s.loss-fairLoss)
	}
	thin := 0.0
	if s.rate > 0 {
		thin = max(0, 1-s.rate/thinRate)
	}
	return loss + thinWeight*thin + rttWeight*s.rtt.Seconds() + costWeight*float64(n)
}

// choice is over which uplinks media goes. It is a pure function of what was known so far.
type choice struct {
	main   int       // the better one; −1: none
	second int       // the best of the others, −1: none
	both   bool      // media goes over both
	fair   time.Time // since when one would do; zero: it would not
	rival  int       // who would be the better main
	since  time.Time // since when
}

func newChoice() choice { return choice{main: -1, second: -1, both: true, rival: -1} }

// next returns the choice after what is known now. Uplinks are in the order of their cost.
func (c choice) next(all []standing, now time.Time) choice {
	best := bestOf(all, -1)
	switch {
	case best < 0:
		return choice{main: -1, second: -1, both: true, rival: -1}
	case c.main < 0 || !all[c.main].up:
		c = choice{main: best, both: true, rival: -1}
	case best != c.main:
		c = c.challenged(best, all, now)
	default:
		c.rival = -1
	}
	c.second = bestOf(all, c.main)
	main := all[c.main]
	switch {
	case !main.known || main.loss >= poorLoss || main.rtt >= poorRTT:
		c.both, c.fair = true, time.Time{}
	case !c.both:
	case main.loss > fairLoss || main.rtt > fairRTT:
		c.fair = time.Time{}
	case c.fair.IsZero():
		c.fair = now
	case now.Sub(c.fair) >= fairFor:
		c.both, c.fair = false, time.Time{}
	}
	return c
}

// challenged makes rival the main one if it has been better for long enough. Both carry media for a while then.
func (c choice) challenged(rival int, all []standing, now time.Time) choice {
	gain := all[c.main].bad(c.main) - all[rival].bad(rival)
	threshold := betterBy
	if rival < c.main {
		threshold = costWeight // as good, and cheaper
	}
	if gain < threshold || !all[rival].known {
		c.rival = -1
		return c
	}
	if c.rival != rival {
		c.rival, c.since = rival, now
	}
	if gain >= muchBetter || now.Sub(c.since) >= betterFor {
		return choice{main: rival, both: true, rival: -1}
	}
	return c
}

// bestOf returns the best uplink that is up, but for one; −1 if there is none.
func bestOf(all []standing, but int) int {
	best := -1
	for i, s := range all {
		if i != but && s.up && (best < 0 || s.bad(i) < all[best].bad(best)) {
			best = i
		}
	}
	return best
}

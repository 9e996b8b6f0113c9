package transport

import "time"

const (
	allowStart = 40e3 // bit/s
	allowLeast = 16e3
	allowMost  = 512e3
	allowQueue = 80 * time.Millisecond // of round trip above the least: too much
	allowCalm  = 40 * time.Millisecond
	allowUsed  = 0.5  // of the rate must be sent, or a short queue proves nothing
	allowUp    = 0.25 // a second,
	allowSlow  = 0.02 // and near what was too much
	allowNear  = 0.9
	allowPast  = 1.5 // of it: then it was something else
	allowDown  = 0.85
	allowPause = time.Second // between two cuts
)

// allowance is what an uplink may get of copies: the line's one rate control follows the main uplink, and knows nothing of a thinner one beside it.
type allowance struct {
	rate float64 // bit/s; 0: as at the start
	met  bool    // a queue,
	most float64 // at so many bit/s
	cut  time.Time
	used stretch
	bucket
}

// grants says whether a copy of size bytes with all headers may leave.
func (a *allowance) grants(size int, now time.Time) bool {
	if a.rate == 0 {
		a.rate = allowStart
	}
	a.fill(int(a.rate), now)
	return a.bytes >= float64(size)
}

// sent counts what left.
func (a *allowance) sent(size int) {
	a.spend(size)
	a.used.bytes += size
}

// judge takes by how much the round trip is above the least.
func (a *allowance) judge(queue time.Duration, loss float64, now time.Time) {
	if a.used.from.IsZero() || now.Sub(a.used.from) > uplinkPause {
		a.used = stretch{from: now}
		return
	}
	used := a.used.rate(now)
	elapsed := now.Sub(a.used.from).Seconds()
	if elapsed < 0.1 {
		return
	}
	a.used = stretch{from: now}
	switch {
	case queue > allowQueue && used > allowLeast && now.Sub(a.cut) >= allowPause:
		a.most, a.met, a.cut = used*(1-loss), true, now
		a.rate = max(allowLeast, min(a.rate, allowDown*a.most))
	case queue < allowCalm && used > allowUsed*a.rate:
		pace := allowUp
		if a.met && a.rate > allowNear*a.most {
			pace = allowSlow
		}
		a.rate = min(allowMost, max(a.rate, allowLeast)*(1+pace*min(elapsed, 1)))
		a.met = a.met && a.rate < allowPast*a.most
	}
}

// bound is what the uplink carries at most, 0 if no end was met.
func (a *allowance) bound() float64 {
	if !a.met {
		return 0
	}
	return allowDown * a.most
}

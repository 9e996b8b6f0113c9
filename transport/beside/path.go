package beside

import (
	"crypto/rand"
	"net/netip"
	"time"
)

const (
	challengeGap  = 50 * time.Millisecond // between two challenges of an address
	amplification = 3                     // bytes sent to an address that has not answered, for each that came from it
	challengeSize = headerSize + stepSize + tagSize
)

// whereabouts is where the other end of a relay's channel is, and where it may be now. It has no clock.
type whereabouts struct {
	proven  netip.AddrPort // answered a challenge, or is QUIC's
	other   netip.AddrPort // a newer packet came from here
	asked   token
	credit  int // bytes that may go to other
	last    time.Time
	changed uint64
	recent  *recent
}

// saw notes an authentic packet of size bytes, and says whether a challenge goes to where it came from. newest: no later packet is known; an older one
// may have been held back by somebody and tells nothing of where the other end is.
func (w *whereabouts) saw(from netip.AddrPort, size int, newest bool, now time.Time) (challenge token, ask bool) {
	switch {
	case from == w.proven:
		if newest { // it is back, or was never away
			w.other = netip.AddrPort{}
		}
		return challenge, false
	case from == w.other:
		w.credit += amplification * size
	case !newest:
		return challenge, false
	default:
		w.other, w.credit = from, amplification*size
		_, _ = rand.Read(w.asked[:]) // never fails
	}
	if now.Sub(w.last) < challengeGap || w.credit < challengeSize {
		return challenge, false
	}
	w.last = now
	w.credit -= challengeSize
	return w.asked, true
}

// answered takes a response, and says whether it moves the other end: it must come from where it was asked for.
func (w *whereabouts) answered(t token, from netip.AddrPort) bool {
	if !w.other.IsValid() || from != w.other || t != w.asked {
		return false
	}
	w.proven, w.other = from, netip.AddrPort{}
	w.changed++
	return true
}

const (
	tryOften    = 100 * time.Millisecond // between two challenges of a try, for tryOftenFor
	tryOftenFor = 2 * time.Second
	tryLess     = 500 * time.Millisecond // then, for tryFor in all
	tryFor      = 8 * time.Second
	restFirst   = 10 * time.Second // after a try that failed, doubling up to restMost
	restMost    = 5 * time.Minute
	restForgets = time.Minute // of working makes it short again
)

// proof is how a client knows that packets pass both ways: a challenge was answered. It has no clock.
type proof struct {
	ready bool
	since time.Time // ready, or when this try began
	next  time.Time // challenge
	rest  time.Duration
	asked token
}

func newProof(now time.Time) proof {
	p := proof{rest: restFirst}
	p.try(now)
	return p
}

func (p *proof) try(at time.Time) {
	p.since, p.next = at, at
	_, _ = rand.Read(p.asked[:]) // never fails
}

// due says whether a challenge is to be sent now.
func (p *proof) due(now time.Time) bool {
	if p.ready || now.Before(p.next) {
		return false
	}
	switch tried := now.Sub(p.since); {
	case tried >= tryFor:
		p.later(now)
		return false
	case tried < tryOftenFor:
		p.next = now.Add(tryOften)
	default:
		p.next = now.Add(tryLess)
	}
	return true
}

// later puts the next try off, each time for longer.
func (p *proof) later(now time.Time) {
	p.try(now.Add(p.rest))
	p.rest = min(2*p.rest, restMost)
}

// answered takes a response.
func (p *proof) answered(t token, now time.Time) {
	if p.ready || t != p.asked || now.Before(p.since) {
		return
	}
	p.ready, p.since = true, now
}

// fail notes that nothing passes any more, one way or the other.
func (p *proof) fail(now time.Time) {
	if !p.ready {
		return
	}
	p.ready = false
	if now.Sub(p.since) > restForgets {
		p.rest = restFirst
		p.try(now)
		return
	}
	p.later(now)
}

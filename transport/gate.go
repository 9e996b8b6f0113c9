package transport

import (
	"math"
	"time"
)

// What PROTOCOL.md section 4 promises of the other side: a report at least this often while media flows to it, and a beat otherwise.
const (
	reportInterval = 200 * time.Millisecond
	reportClean    = 400 * time.Millisecond // while nothing is missing
	reportRare     = 600 * time.Millisecond // beside QUIC, of media that comes seldom
)

const (
	gateLeast      = 400 * time.Millisecond // of silence before a line counts as dead
	gateMistake    = 1e-4                   // share of silences that may be plain loss
	gateMinLoss    = 0.01                   // what a line is believed to lose at least
	gateMaxLoss    = 0.6                    // what it is believed to lose at most
	gateClean      = 0.02                   // below this the other side may find nothing missing
	probeOften     = 100 * time.Millisecond
	probeOftenFor  = 2 * time.Second
	probeLess      = 300 * time.Millisecond
	probeLessFor   = 10 * time.Second
	probeWideFor   = time.Minute
	probeRarely    = time.Second
	probeBeside    = 40 * time.Millisecond // beside QUIC there is no window to fill
	probeBesideFor = 3 * time.Minute
	probeSoftly    = 200 * time.Millisecond
	probeSoftFor   = 10 * time.Minute
	probeSlack     = 10 * time.Millisecond // timers are late and early
	revivedAfter   = 3 * BeatInterval / 2  // a longer silence is answered at once when it ends
)

// gate keeps media off a line that is dead. What is sent into an outage fills the window and the queue of the library, which then needs
// seconds, after a long outage more than a minute, to send again; while the gate is closed only small probes leave. It closes when the other side owes so many datagrams that
// not even a bad line loses them all, and anything that arrives opens it. Pauses in speech and plain loss do not close it. It has no clock.
type gate struct {
	heard   time.Time // last arrival
	began   time.Time // of the run of media that last belongs to
	last    time.Time // media sent
	counted time.Time // until when owed counts
	owed    float64   // datagrams that the other side promised since heard
	closed  bool
	since   time.Time // closed
	probed  time.Time
}

// lineState is what a gate needs to know of its line.
type lineState struct {
	rtt       time.Duration // 0: not measured
	lossHence float64       // share of our datagrams that are lost
	lossHere  float64       // share of the other side's
	heard     uint64        // datagrams of the other side so far
	rare      bool          // its reports are
}

// doubt is the loss to reckon with: what a few datagrams tell is believed a little only.
func (l lineState) doubt() float64 {
	n := float64(min(l.heard, 50)) // about what the estimate looks back on
	return (l.lossHere*n + 2) / (n + 4)
}

func newGate(now time.Time) gate { return gate{heard: now, counted: now} }

// arrived notes a datagram of the other side, and says whether that opened the gate.
func (g *gate) arrived(now time.Time) (opened bool) {
	opened = g.closed
	g.heard, g.counted, g.owed, g.closed = now, now, 0, false
	return opened
}

// media asks to send media: false while the gate is closed.
func (g *gate) media(now time.Time) bool {
	if g.closed {
		return false
	}
	if now.Sub(g.last) > reportInterval {
		g.began = now
	}
	g.last = now
	return true
}

// silent says whether nothing came for so long that check is worth its while.
func (g *gate) silent(now time.Time) bool { return now.Sub(g.heard) >= gateLeast }

// check closes the gate if the line seems dead. Call it at least every 200 ms while it is silent.
func (g *gate) check(line lineState, now time.Time) {
	g.count(line, now)
	if g.closed || !g.last.After(g.heard) || now.Sub(g.heard) < max(gateLeast, line.rtt) || g.owed < promises(line.doubt()) {
		return
	}
	g.closed, g.since, g.probed = true, now, time.Time{}
}

// count adds what the other side promised to send since the last count: reports while media flows to it, seen a round trip later, else beats.
func (g *gate) count(line lineState, now time.Time) {
	rtt, interval := line.rtt, reportInterval
	if rtt == 0 {
		rtt = 3 * reportInterval
	}
	switch {
	case line.rare:
		interval = reportRare
	case line.lossHence < gateClean:
		interval = reportClean
	}
	promised := BeatInterval
	if !g.began.IsZero() && !now.Before(g.began.Add(rtt)) && !now.After(g.last.Add(rtt+interval)) {
		promised = interval
	}
	g.owed += now.Sub(g.counted).Seconds() / promised.Seconds()
	g.counted = now
}

// promises is how many promised datagrams must stay away so that it is no plain loss: 3 on a clean line, 14 at 50 %.
func promises(loss float64) float64 {
	p := min(max(loss, gateMinLoss), gateMaxLoss)
	return math.Ceil(math.Log(gateMistake)/math.Log(p) - 1e-9)
}

// room is what a dead path takes before its window is full.
type room int

const (
	narrow room = iota
	wide
	endless // beside QUIC
)

// probing is the time between two probes of a line that is silent since long.
func probing(since time.Duration, r room) time.Duration {
	switch {
	case r == endless && since <= probeBesideFor:
		return probeBeside
	case r == endless && since <= probeSoftFor:
		return probeSoftly
	case since <= probeOftenFor, r == wide && since <= probeLessFor:
		return probeOften
	case since <= probeLessFor, r == wide && since <= probeWideFor:
		return probeLess
	}
	return probeRarely
}

// probe says whether a closed gate's next probe is due, and counts it as sent.
func (g *gate) probe(r room, now time.Time) bool {
	every := probing(now.Sub(g.since), r)
	if !g.closed || now.Sub(g.probed) < every-probeSlack {
		return false
	}
	g.probed = now
	return true
}

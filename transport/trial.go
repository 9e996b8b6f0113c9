package transport

import (
	"encoding/binary"
	"slices"
	"sync"
	"time"
)

// Trials of an uplink, PROTOCOL.md section 6.
const (
	trialMark  = 0xfc
	trialSize  = 600                    // bytes of a datagram
	MostTrial  = 500 * time.Millisecond // the longest
	trialCalm  = 30 * time.Millisecond  // by which the way may seem to get longer
	trialTaken = 0.75                   // share that must arrive
)

// AppendTrial appends the n-th datagram of a trial, which leaves so long after its first.
func AppendTrial(b []byte, trial uint8, n int, since time.Duration) []byte {
	start := len(b)
	b = append(b, trialMark, trial, byte(n))
	b = binary.BigEndian.AppendUint16(b, uint16(since/(250*time.Microsecond)))
	return append(b, make([]byte, trialSize-(len(b)-start))...)
}

// TrialPlan is how many datagrams a trial has, and the time between them.
type TrialPlan struct {
	Count int
	Apart time.Duration
}

// MakeTrial plans a trial of a rate (bit/s with all headers, 8,000 at least).
func MakeTrial(rate float64, length time.Duration) TrialPlan {
	rate = max(rate, 8e3)
	bits := 8.0 * (trialSize + Overhead)
	count := min(max(int(rate*min(length, MostTrial).Seconds()/bits+0.5), 4), 255)
	return TrialPlan{count, time.Duration(bits / rate * float64(time.Second))}
}

// Trial takes the datagrams of one trial, and says whether the line carried it. Its methods may be called from any goroutine.
type Trial struct {
	ID   uint8
	Rate float64 // bit/s

	mu      sync.Mutex
	arrived []trialArrival
}

type trialArrival struct {
	n    int
	late time.Duration // arrival minus departure, of clocks that began anywhere
}

// isTrial says whether a datagram is one of a trial.
func isTrial(b []byte) bool { return len(b) == trialSize && b[0] == trialMark }

// Take takes a datagram that came, of this trial or not.
func (t *Trial) Take(b []byte, now time.Time) {
	if !isTrial(b) || b[1] != t.ID {
		return
	}
	since := time.Duration(binary.BigEndian.Uint16(b[3:])) * 250 * time.Microsecond
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := int(b[2]); !slices.ContainsFunc(t.arrived, func(a trialArrival) bool { return a.n == n }) {
		t.arrived = append(t.arrived, trialArrival{n, time.Duration(now.UnixNano()) - since})
	}
}

// Verdict says, once all must have come, whether any did, and whether the line carried them: enough came, and the last not later than the first.
func (t *Trial) Verdict(length time.Duration) (answered, carried bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	count := MakeTrial(t.Rate, length).Count
	if len(t.arrived) == 0 {
		return false, false
	}
	slices.SortFunc(t.arrived, func(a, b trialArrival) int { return a.n - b.n })
	third := max(len(t.arrived)/3, 1)
	rise := lateness(t.arrived[len(t.arrived)-third:]) - lateness(t.arrived[:third])
	return true, float64(len(t.arrived)) >= trialTaken*float64(count) && rise <= trialCalm
}

// lateness is the least of some: jitter only ever adds.
func lateness(of []trialArrival) time.Duration {
	least := of[0].late
	for _, a := range of {
		least = min(least, a.late)
	}
	return least
}

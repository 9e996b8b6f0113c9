package bench

import (
	"container/heap"
	"math"
	"time"

	"github.com/diemcau/diemcau/fec"
	"github.com/diemcau/diemcau/fec/linesim"
	"github.com/diemcau/diemcau/transport"
)

// datagram is one under way: of the voice, or a report.
type datagram struct {
	at     time.Duration
	order  int
	bytes  []byte
	report *transport.Feedback
}

// flight holds what is under way, the next to arrive first; what arrives at the same time does so in the order of sending.
type flight struct {
	list []datagram
	n    int
}

// Len, Less, Swap, Push and Pop are heap.Interface.
func (f *flight) Len() int { return len(f.list) }

// Less orders by arrival.
func (f *flight) Less(i, j int) bool {
	a, b := f.list[i], f.list[j]
	return a.at < b.at || a.at == b.at && a.order < b.order
}

// Swap swaps.
func (f *flight) Swap(i, j int) { f.list[i], f.list[j] = f.list[j], f.list[i] }

// Push appends.
func (f *flight) Push(x any) { f.list = append(f.list, x.(datagram)) }

// Pop takes the last.
func (f *flight) Pop() any {
	d := f.list[len(f.list)-1]
	f.list = f.list[:len(f.list)-1]
	return d
}

func (f *flight) push(d datagram) {
	f.n++
	d.order = f.n
	heap.Push(f, d)
}

func (f *flight) pop() datagram { return heap.Pop(f).(datagram) }

// next is when the next one arrives; far away if there is none.
func (f *flight) next() time.Duration {
	if len(f.list) == 0 {
		return math.MaxInt64
	}
	return f.list[0].at
}

// held says how long a plan was in force, and which it was in the order of their beginnings.
type held struct {
	length time.Duration
	order  int
}

// tally counts frames and bytes.
type tally struct {
	deadlines  []time.Duration // by sequence
	there      []bool
	slots      []linesim.Slot // by datagram
	plans      map[fec.Plan]held
	wire, back int
}

func (t *tally) expect(sequence uint32, deadline time.Duration) {
	t.deadlines = append(t.deadlines, deadline)
	t.there = append(t.there, false)
}

// hold notes that a plan was in force for d more.
func (t *tally) hold(plan fec.Plan, d time.Duration) {
	h, ok := t.plans[plan]
	if !ok {
		h.order = len(t.plans)
	}
	h.length += d
	t.plans[plan] = h
}

// came notes a frame that is there in time.
func (t *tally) came(sequence uint32, now time.Duration) {
	if int(sequence) < len(t.there) && now <= t.deadlines[sequence] {
		t.there[sequence] = true
	}
}

func (t *tally) result(wire int, budget, rtt time.Duration) VoiceResult {
	missing, runs := 0, 0
	for i, there := range t.there {
		if !there {
			missing++
			if i == 0 || t.there[i-1] {
				runs++
			}
		}
	}
	var length time.Duration
	var longest held
	var main fec.Plan
	for plan, h := range t.plans {
		length += h.length
		if h.length > longest.length || h.length == longest.length && h.order < longest.order {
			longest, main = h, plan
		}
	}
	p := main.Protection
	return VoiceResult{
		ResidualPct: 100 * float64(missing) / float64(len(t.there)),
		MeanRun:     float64(missing) / float64(max(runs, 1)),
		WireKbps:    8 * float64(t.wire) / length.Seconds() / 1000,
		ReturnKbps:  8 * float64(t.back) / length.Seconds() / 1000,
		BoundPct:    100 * linesim.Bound(t.slots, wire),
		DelayMs:     float64((budget + rtt/2).Milliseconds()),
		Plan: VoicePlan{
			CodecKbps: float64(main.Bitrate) / 1000, IntervalMs: int(main.Interval.Milliseconds()), BudgetMs: int(main.Budget.Milliseconds()),
			Window: p.Window, Age: p.Age, Gap: p.Gap, RateKbps: float64(p.Rate) / 1000, Prompt: p.Prompt,
			SharePct: 100 * longest.length.Seconds() / length.Seconds(),
		},
	}
}

package bench

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/fec/linesim"
)

// changing is a line that becomes another from time to time.
type changing struct {
	lines []linesim.Channel
	every time.Duration
}

func (c changing) Lost(at time.Duration) bool {
	return c.lines[min(int(at/c.every), len(c.lines)-1)].Lost(at)
}

// phases returns what is missing in percent of each part of a voice, without its first seconds, and what was captured in it and sent in the next.
func (t *tally) phases(every, settling time.Duration, transit time.Duration) []float64 {
	missing, all := map[int]int{}, map[int]int{}
	for i, deadline := range t.deadlines {
		captured := deadline - transit
		if captured%every < settling || captured%every > every-200*ms {
			continue
		}
		all[int(captured/every)]++
		if !t.there[i] {
			missing[int(captured/every)]++
		}
	}
	out := make([]float64, len(all))
	for i := range out {
		out[i] = 100 * float64(missing[i]) / float64(max(all[i], 1))
	}
	return out
}

// Plans change every second on a line that gets worse and better, in both directions, and so do bit rates, frames and intervals on the way: none of this loses a frame,
// what each line leaves is little from 8 s after it came, and on good lines nothing is left of the fear of the bad ones.
func TestPlansFollowTheLineUnderLoss(t *testing.T) {
	const every, settling = 60 * time.Second, 8 * time.Second
	losses := []linesim.Loss{{}, {Share: 0.4}, {}, {Share: 0.2, Burst: 160 * ms}, {Share: 0.3}, {Share: 0.05}, {}}
	v := voice(40_000, 0, losses[0])
	v.Budget, v.Frames = 800*ms, 1<<30
	r := newVoiceRun(v)
	forward, back := changing{every: every}, changing{every: every}
	for i, loss := range losses {
		forward.lines = append(forward.lines, loss.New(uint64(i), 1))
		back.lines = append(back.lines, loss.New(uint64(i), 2))
	}
	r.forward, r.back = forward, back
	r.Frames = int(time.Duration(len(losses))*every/(40*ms)) - 1 // no plan here has shorter ones
	r.run()

	got := r.tally.phases(every, settling, r.Budget+r.RTT/2)
	if len(got) != len(losses) {
		t.Fatalf("%d phases, want %d: %v", len(got), len(losses), got)
	}
	for i, most := range []float64{0, 4, 0, 3, 2, 0.6, 0} {
		if got[i] > most {
			t.Errorf("%+v: %.2f %% missing, want at most %g", losses[i], got[i], most)
		}
	}
	if n := len(r.tally.plans); n < 8 {
		t.Errorf("only %d plans", n)
	}
	bitrates, intervals := map[int]bool{}, map[time.Duration]bool{}
	for plan := range r.tally.plans {
		bitrates[plan.Bitrate], intervals[plan.Interval] = true, true
	}
	if len(bitrates) < 3 || len(intervals) < 2 {
		t.Errorf("bit rates %v, intervals %v", bitrates, intervals)
	}
	if r.plan.Bitrate < 16_000 || r.plan.Protection.Prompt {
		t.Errorf("on a good line in the end %+v", r.plan)
	}
}

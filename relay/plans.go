package relay

import (
	"slices"
	"time"

	"github.com/diemcau/diemcau/fec"
	"github.com/diemcau/diemcau/transport"
)

// What a voice may cost at most.
const (
	voiceRate    = 47e3 // bit/s of the wire, with repair: what is beyond does more for pictures
	modestRate   = 42e3 // while something goes beside it and hardly has room,
	yieldRate    = 27e3 // while a page that is shown is on its way: half of a thin line is the page's
	besideRate   = 62e3 // where no acknowledgements are beside it: with what QUIC says for itself 64
	mostBitrate  = 24000
	twoLayers    = 1.6 // the better of two layers has so many times the bitrate, or it is not worth its encoder
	longFrame    = 40
	shortFrame   = 20
	leastBudget  = 200 * time.Millisecond
	mostTalking  = 400 * time.Millisecond // delay budget of a hop while several speak in turn
	mostListened = 800 * time.Millisecond // and while one speaks and all listen,
	mostBeside   = time.Second            // beside QUIC, where nothing but repair delays
	firstBeside  = 600 * time.Millisecond // of a line of which nothing is known: datagrams far enough apart that a thin one is not met full
	besideSpare  = 0.011                  // of what is understood, for a shorter budget there
	sameBudget   = 15                     // ms by which a budget may differ and is not told
)

// limits are those of a line of a room: who talk with each other wait for each other.
func limits(talking, beside bool) transport.Limits {
	l := transport.Limits{Bitrate: mostBitrate, Rate: voiceRate, Least: leastBudget, Most: mostListened}
	if beside {
		l.Rate, l.Most, l.First, l.Spare = besideRate, mostBeside, firstBeside, besideSpare
	}
	if talking {
		l.Most = mostTalking
	}
	return l
}

// plans sends everybody the plan that its listeners, its line and the voices that it hears need, if it changed. Room.mu is held.
func (r *Room) plans(now time.Time) {
	talking := r.speakers.Talking(now)
	wanted := make([]int, 0, len(r.participants))
	for _, p := range r.participants {
		p.subscription.talking.Store(talking)
		p.planUplink(p.subscription.limits(), now)
	}
	for _, p := range r.participants {
		wanted = wanted[:0]
		for _, other := range r.participants {
			if other != p {
				wanted = append(wanted, other.subscription.Bitrate())
			}
		}
		wanted = r.wantedAbove(wanted)
		plan := transport.Plan{Type: transport.TypePlan, Voice: p.voicePlan(layers(wanted)), Listen: transport.ListenPlan{Budget: r.listen(p, p.subscription.limits().Most)}}
		p.tellPlan(func(told *transport.Plan) bool {
			if alike(plan, *told) {
				return false
			}
			plan.Video = told.Video
			*told = plan
			return true
		})
	}
}

// tellPlan has p told of its plan as change makes it, if that says that it is worth a message. The next welcome has it, too.
func (p *Participant) tellPlan(change func(plan *transport.Plan) bool) {
	p.told.mu.Lock()
	defer p.told.mu.Unlock()
	if !change(&p.told.plan) {
		return
	}
	if b, err := transport.AppendMessage(nil, p.told.plan); err == nil && p.told.welcomed {
		p.tell(b)
	}
}

// begin has changes of the plan told from now on: the first one was in the welcome.
func (t *told) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.welcomed = true
}

func (t *told) current() transport.Plan {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.plan
}

// replan tells everybody at once what follows from a change of p's line.
func (p *Participant) replan(now time.Time) {
	p.subscription.adapt(now)
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	p.room.plans(now)
}

// alike says whether a new plan is so near the one that was told that it is not worth a message.
func alike(a, b transport.Plan) bool {
	if near(a.Voice.Protection.Rate, b.Voice.Protection.Rate) {
		a.Voice.Protection.Rate = b.Voice.Protection.Rate
	}
	if d := a.Voice.Protection.Age - b.Voice.Protection.Age; a.Voice.Protection.Window > 4 && d >= -1 && d <= 1 {
		a.Voice.Protection.Age = b.Voice.Protection.Age
	}
	if a.Listen.Budget > 0 && b.Listen.Budget > 0 && max(a.Listen.Budget-b.Listen.Budget, b.Listen.Budget-a.Listen.Budget) <= sameBudget {
		a.Listen.Budget = b.Listen.Budget
	}
	return a.Voice == b.Voice && a.Listen == b.Listen
}

func near(a, b int) bool { return 10*max(a-b, b-a) <= b }

// layers returns the bitrates that serve everybody best: the least that is wanted and, for those who want much more, the least of theirs. 0: nobody.
func layers(wanted []int) (lo, hi int) {
	if len(wanted) == 0 {
		return 0, 0
	}
	lo = slices.Min(wanted)
	for _, w := range wanted {
		if float64(w) >= twoLayers*float64(lo) && (hi == 0 || w < hi) {
			hi = w
		}
	}
	return lo, hi
}

// voicePlan fits what is wanted to p's own line, and says how to send it.
func (p *Participant) voicePlan(lo, hi int) transport.VoicePlan {
	plan := p.uplink.plan
	if hi > 0 && !p.uplink.planner.Carries(lo+hi) {
		hi = 0 // one layer, for those who are worst off
	}
	lo = min(lo, plan.Bitrate)
	if hi == 0 && lo >= leastHi { // a good voice for everybody
		lo, hi = 0, lo
	}
	for _, v := range p.voices.list() {
		v.setRates(lo, hi)
	}
	voice := transport.VoicePlan{Lo: lo, Hi: hi, Frame: longFrame, Interval: int(plan.Interval.Milliseconds()), Protection: plan.Protection}
	if voice.Interval < longFrame {
		voice.Frame = shortFrame
	}
	return voice
}

// leastHi is the bitrate from which a single layer is called hi.
const leastHi = 16000

// listen returns how long p has to hold what it hears: as its own line asks and as long as those do that speak, in ms; 0: as its own jitter asks.
func (r *Room) listen(p *Participant, most time.Duration) int {
	own := p.subscription.Wait()
	own.time = p.stalls(own.time, most)
	longest := own.and(delay{r.waitAbove(), true})
	for _, other := range r.participants {
		if other != p && r.speakers.First(other.subscription.own) != nil {
			theirs := delay{other.stalls(waits(other.uplink.plan, other.line), most), other.uplink.planner.Known()}
			longest = max(longest, own.and(theirs))
		}
	}
	return int(longest.Milliseconds())
}

// delay is how long what crosses a line may be under way.
type delay struct {
	time  time.Duration
	known bool // it is the line's, and not what is taken of any
}

// and is what two lines in a row come to. That of which nothing is known is not taken for bad if the other one is: it mostly is good.
func (d delay) and(next delay) time.Duration {
	if !d.known || !next.known {
		return max(d.time, next.time)
	}
	return d.time + next.time
}

// waits returns how long what crosses a line may be under repair, or have to be sent again over another uplink.
func waits(plan fec.Plan, line *transport.Line) time.Duration {
	hold := line.Hold()
	if hold > 0 {
		hold += plan.Interval
	}
	return max(plan.Wait(), hold)
}

// stalls returns how long what crosses p's line may be under way. TCP loses nothing, but what it sends again takes a round trip and more, and holds back what follows.
func (p *Participant) stalls(wait, most time.Duration) time.Duration {
	if a := p.control.Load(); a != nil && a.session.Kind == transport.WebSocket {
		return max(wait, most)
	}
	return wait
}

// uplink is what the relay knows of the line from a participant, and how it has it used.
type uplink struct {
	planner transport.Planner
	plan    fec.Plan
}

// planUplink follows the line from p. Room.mu is held.
func (p *Participant) planUplink(limits transport.Limits, now time.Time) {
	p.uplink.plan = p.uplink.planner.Update(p.line.Uplink(now), limits, now)
}

package transport

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/fec"
)

var roomLimits = Limits{Bitrate: 24000, Rate: 50e3, Least: 200 * time.Millisecond, Most: 800 * time.Millisecond}

// planned is a Planner on a line that is told to it second by second.
type planned struct {
	Planner
	stats SenderStats
	now   time.Time
}

func newPlanned(rate, loss float64) *planned {
	return &planned{
		stats: SenderStats{RTT: 150 * time.Millisecond, Loss: loss, Run: 1, Observed: 250, Pace: 40 * time.Millisecond, Rate: rate}, now: time.Unix(1e9, 0),
	}
}

// pass lets seconds pass and returns the last plan, and how often bitrate or budget changed.
func (p *planned) pass(seconds int) (plan fec.Plan, changes int) {
	last := p.plan
	for range seconds {
		p.now = p.now.Add(time.Second)
		plan = p.Update(p.stats, roomLimits, p.now)
		if last.Bitrate != 0 && (plan.Bitrate != last.Bitrate || plan.Budget != last.Budget) {
			changes++
		}
		last = plan
	}
	return plan, changes
}

// TestBesideQUICTheFirstPlan is of a line of which nothing is known: its budget is the first one, and little is sent until more is proved. What is told of it then is
// believed at once.
func TestBesideQUICTheFirstPlan(t *testing.T) {
	var p Planner
	limits := Limits{Bitrate: 24000, Rate: 62e3, Least: 200 * time.Millisecond, Most: time.Second, First: 600 * time.Millisecond, Spare: .011}
	now := time.Unix(1e9, 0)
	plan := p.Update(SenderStats{Run: 1, Rate: startRate}, limits, now)
	if plan.Budget != limits.First || plan.Protection.Rate > unprovedRate || plan.Protection.Window == 0 {
		t.Errorf("at first: %+v", plan)
	}
	if plan = p.Update(SenderStats{Run: 1, Rate: 44e3}, limits, now.Add(time.Second)); plan.Interval > unknownInterval || plan.Protection.Rate <= unprovedRate {
		t.Errorf("when more is proved: %+v", plan)
	}
	lossy := SenderStats{Loss: .3, Run: 1.4, Observed: 12, RTT: 150 * time.Millisecond, Rate: 62e3}
	for i := range 3 {
		plan = p.Update(lossy, limits, now.Add(time.Duration(2+i)*time.Second))
	}
	if plan.Bitrate < 20000 || plan.Budget < 480*time.Millisecond {
		t.Errorf("when it is known to lose 30 %%: %+v", plan)
	}
}

func TestAnUnknownLineGetsTheShortestBudgetAndProtection(t *testing.T) {
	p := newPlanned(20e3, 0)
	p.stats.Observed = 12
	if plan, _ := p.pass(3); plan.Budget != 200*time.Millisecond || plan.Protection.Window == 0 || plan.Bitrate > 8000 {
		t.Errorf("%+v", plan)
	}
}

func TestACleanLineIsKnownSoonAndWaitsForNothing(t *testing.T) {
	p := newPlanned(64e3, 0)
	p.pass(2)
	plan, _ := p.pass(2)
	if plan.Wait() != 0 || plan.Protection.Window != 0 || plan.Bitrate != 24000 {
		t.Errorf("%+v", plan)
	}
}

func TestAQuietLineIsKnownAfterAWhile(t *testing.T) {
	p := newPlanned(64e3, 0)
	p.stats.Observed = 12
	p.pass(5)
	if p.habit.known {
		t.Error("known after 5 s of next to nothing")
	}
	if plan, _ := p.pass(5); plan.Wait() != 0 {
		t.Errorf("after 10 s: %+v", plan)
	}
}

func TestDownAtOnceUpLate(t *testing.T) {
	p := newPlanned(50e3, 0.1)
	good, _ := p.pass(60)
	p.stats.Rate = 24e3
	thin, _ := p.pass(1)
	if thin.Bitrate >= good.Bitrate || float64(thin.Protection.Rate) > 24e3 {
		t.Errorf("from %+v to %+v", good, thin)
	}
	p.stats.Rate = 50e3
	if soon, _ := p.pass(4); soon.Bitrate != thin.Bitrate {
		t.Errorf("up after 4 s: %+v", soon)
	}
	if late, _ := p.pass(30); late.Bitrate != good.Bitrate {
		t.Errorf("not up after half a minute: %+v, was %+v", late, good)
	}
}

// TestAnotherBitrateKeepsTheBudget holds that a rate which comes and goes changes the voice and not when it is heard.
func TestAnotherBitrateKeepsTheBudget(t *testing.T) {
	p := newPlanned(28e3, 0.08)
	p.stats.RTT = 330 * time.Millisecond
	before, _ := p.pass(60)
	for i := range 8 {
		p.stats.Rate = []float64{39.8e3, 50e3, 36e3, 30e3}[i%4]
		if plan, _ := p.pass(8); plan.Budget != before.Budget {
			t.Errorf("%.0f kbit/s: %+v, before %+v", p.stats.Rate/1e3, plan, before)
		}
	}
	if plan, _ := p.pass(40); plan.Budget > before.Budget {
		t.Errorf("at last %+v", plan)
	}
	p.stats.Rate = 50e3
	if plan, _ := p.pass(40); plan.Budget > 280*time.Millisecond {
		t.Errorf("a line that has stayed better: %+v", plan)
	}
}

func TestAPlanDoesNotFollowNoise(t *testing.T) {
	p := newPlanned(50e3, 0.2)
	p.pass(90)
	for i := range 120 {
		p.stats.Loss = 0.2 + []float64{-.05, .03, .05, 0, -.03}[i/4%5]
		if plan, changes := p.pass(1); changes != 0 {
			t.Fatalf("second %d: %+v", i, plan)
		}
	}
}

func TestWhatIsSurelyWorseCountsAtOnce(t *testing.T) {
	p := newPlanned(50e3, 0.02)
	p.pass(60)
	p.stats.Loss = 0.3
	if plan, _ := p.pass(1); p.habit.loss != 0.3 || !plan.Protection.Prompt {
		t.Errorf("loss %v, %+v", p.habit.loss, plan)
	}
	p.stats.Loss = 0.02
	p.pass(10)
	if p.habit.loss < 0.05 {
		t.Errorf("forgotten within 10 s: %v", p.habit.loss)
	}
	p.pass(120)
	if p.habit.loss > 0.03 {
		t.Errorf("still %v after two minutes", p.habit.loss)
	}
}

func TestAFewLossesAreNoHabit(t *testing.T) {
	p := newPlanned(64e3, 0)
	p.pass(60)
	p.stats.Loss, p.stats.Run = 3./250, 3 // one burst
	if plan, _ := p.pass(5); plan.Wait() != 0 {
		t.Errorf("%+v, loss %v", plan, p.habit.loss)
	}
}

// TestBudgets holds that listeners wait only where it gains them something.
func TestBudgets(t *testing.T) {
	for _, x := range []struct {
		rate, loss float64
		rtt        time.Duration
		most       time.Duration
	}{
		{50e3, 0.05, 350 * time.Millisecond, 280 * time.Millisecond},
		{50e3, 0.3, 150 * time.Millisecond, 400 * time.Millisecond},
		{32e3, 0.02, 350 * time.Millisecond, 400 * time.Millisecond},
	} {
		p := newPlanned(x.rate, x.loss)
		p.stats.RTT = x.rtt
		plan, _ := p.pass(60)
		if plan.Budget > x.most || !p.Carries(plan.Bitrate) {
			t.Errorf("%+v: %+v", x, plan)
		}
		if wait := plan.Wait(); wait <= plan.Budget || wait > plan.Budget+70*time.Millisecond {
			t.Errorf("%+v: waits %v for %v", x, wait, plan.Budget)
		}
	}
}

func TestAnotherBitrateIsProtectedForTheSameLine(t *testing.T) {
	p := newPlanned(50e3, 0.2)
	plan, _ := p.pass(30)
	if other := p.For(6000, plan.Interval); other.Bitrate != 6000 || other.Budget != plan.Budget || other.Protection.Window == 0 || p.Carries(32000) {
		t.Errorf("%+v beside %+v", other, plan)
	}
}

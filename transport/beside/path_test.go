package beside

import (
	"testing"
	"time"
)

// run asks every 10 ms for so long and returns when challenges were due.
func (p *proof) run(from time.Time, d time.Duration) (at []time.Duration) {
	for now := from; now.Before(from.Add(d)); now = now.Add(10 * ms) {
		if p.due(now) {
			at = append(at, now.Sub(from))
		}
	}
	return at
}

func TestTriesGrowRare(t *testing.T) {
	now := time.Unix(1e9, 0)
	p := newProof(now)
	at := p.run(now, 20*time.Minute)
	var tries []time.Duration
	for i, a := range at {
		if i == 0 || a-at[i-1] > 2*time.Second {
			tries = append(tries, a)
		}
	}
	if len(at) < 100 || at[0] != 0 || at[1] != tryOften {
		t.Errorf("challenges after %v", at[:3])
	}
	want := []time.Duration{0, 18, 46, 94, 182, 350, 658, 966}
	if len(tries) != len(want) {
		t.Fatalf("tries after %v", tries)
	}
	for i, w := range want {
		if d := tries[i] - w*time.Second; d < -100*ms || d > 2*time.Second {
			t.Errorf("try %d after %v, want %v", i, tries[i], w*time.Second)
		}
	}
}

func TestAnAnswerCountsForItsTry(t *testing.T) {
	now := time.Unix(1e9, 0)
	p := newProof(now)
	first := p.asked
	p.answered(token{1}, now)
	if p.ready {
		t.Fatal("a wrong answer was taken")
	}
	p.run(now, tryFor+ms*100)
	p.answered(first, now.Add(tryFor+200*ms))
	if p.ready {
		t.Fatal("an answer to an earlier try was taken")
	}
	now = now.Add(tryFor + restFirst + time.Second)
	p.due(now)
	p.answered(p.asked, now)
	if !p.ready || p.due(now.Add(time.Hour)) {
		t.Error("not ready, or asking still")
	}
}

// A way that worked for long is tried again at once, one that did not after ever longer times.
func TestAfterAFailure(t *testing.T) {
	now := time.Unix(1e9, 0)
	p := newProof(now)
	p.answered(p.asked, now)
	for _, rest := range []time.Duration{restFirst, 2 * restFirst, 4 * restFirst} {
		now = now.Add(10 * time.Second)
		p.fail(now)
		p.fail(now)
		at := p.run(now, rest+10*ms)
		if len(at) != 1 || at[0] != rest {
			t.Fatalf("tried again after %v, want %v", at, rest)
		}
		now = now.Add(rest + 10*ms)
		p.answered(p.asked, now)
		if !p.ready {
			t.Fatal("not ready")
		}
	}
	now = now.Add(restForgets + time.Second)
	p.fail(now)
	if at := p.run(now, 10*ms); len(at) != 1 || at[0] != 0 || p.rest != restFirst {
		t.Errorf("after a minute of working tried again after %v", at)
	}
}

package transport

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// follow lets a choice see the same for a time.
func (c choice) follow(all []standing, from time.Time, d time.Duration) choice {
	for at := time.Duration(0); at <= d; at += 100 * time.Millisecond {
		c = c.next(all, from.Add(at))
	}
	return c
}

func fine(loss float64, ms int) standing {
	return standing{up: true, known: true, loss: loss, rtt: time.Duration(ms) * time.Millisecond}
}

func TestWhatMediaGoesOver(t *testing.T) {
	now := time.Unix(1000, 0)
	thin := fine(0, 150)
	thin.rate = 27e3
	for _, x := range []struct {
		name string
		all  []standing
		main int
		both bool
	}{
		{"nobody answers", []standing{{}, {}}, -1, true},
		{"new", []standing{{up: true}, {up: true}}, 0, true},
		{"one that is good", []standing{fine(0, 60), {}}, 0, false},
		{"both good: the cheaper one", []standing{fine(.01, 80), fine(0, 60)}, 0, false},
		{"both good: the faster one", []standing{fine(.01, 150), fine(0, 60)}, 1, false},
		{"the cheaper one is poor", []standing{fine(.1, 60), fine(0, 60)}, 1, false},
		{"both poor", []standing{fine(.3, 60), fine(.3, 60)}, 0, true},
		{"one much poorer", []standing{fine(.5, 60), fine(.3, 60)}, 1, true},
		{"a slow one", []standing{fine(0, 600), fine(0, 60)}, 1, false},
		{"both slow", []standing{fine(0, 600), fine(0, 600)}, 0, true},
		{"a thin one is no match for one that loses", []standing{fine(.3, 150), thin}, 0, true},
		{"but for one that loses nearly all", []standing{fine(.6, 150), thin}, 1, false},
	} {
		c := newChoice().follow(x.all, now, 30*time.Second)
		if c.main != x.main || c.both != x.both {
			t.Errorf("%s: %+v", x.name, c)
		}
	}
}

func TestAChoiceIsSlowToChange(t *testing.T) {
	now := time.Unix(1000, 0)
	c := newChoice().follow([]standing{fine(0, 60), fine(0, 60)}, now, time.Minute)
	now = now.Add(time.Minute)
	worse := []standing{fine(.05, 60), fine(0, 60)}
	if c = c.follow(worse, now, betterFor-time.Second); c.main != 0 || c.both {
		t.Errorf("after 9 s: %+v", c)
	}
	if c = c.follow([]standing{fine(0, 60), fine(0, 60)}, now, time.Second).follow(worse, now, time.Second); c.main != 0 {
		t.Errorf("after a better moment: %+v", c)
	}
	if c = c.follow([]standing{fine(.2, 60), fine(0, 60)}, now, 0); c.main != 1 || !c.both {
		t.Errorf("what is much better takes over at once, and both carry at first: %+v", c)
	}
	if c = c.follow([]standing{{}, fine(.3, 60)}, now, time.Hour); c.main != 1 || c.second != -1 {
		t.Errorf("alone: %+v", c)
	}
	if c = c.follow([]standing{fine(0, 60), {}}, now, 0); c.main != 0 || !c.both {
		t.Errorf("the main one is gone: %+v", c)
	}
}

// Whatever was known before: media goes over an uplink that lives if one does, over two if the better of them is poor or was a moment ago, and never over one alone that
// is not known to be good.
func TestChoicesHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, now := newChoice(), time.Unix(1000, 0)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			all := make([]standing, MaxUplinks)
			live := 0
			for i := range all {
				all[i] = standing{
					up: rapid.Bool().Draw(t, "up"), known: rapid.Bool().Draw(t, "known"), loss: rapid.Float64Range(0, 1).Draw(t, "loss"),
					rtt: time.Duration(rapid.IntRange(0, 1000).Draw(t, "rtt")) * time.Millisecond, rate: rapid.Float64Range(0, 1e5).Draw(t, "rate"),
				}
				if all[i].up {
					live++
				}
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 20_000).Draw(t, "ms")) * time.Millisecond)
			c = c.next(all, now)
			switch {
			case live == 0 && (c.main >= 0 || c.second >= 0 || !c.both):
				t.Fatalf("nothing lives: %+v", c)
			case live > 0 && (c.main < 0 || !all[c.main].up):
				t.Fatalf("%+v of %+v", c, all)
			case live > 1 && (c.second < 0 || c.second == c.main || !all[c.second].up):
				t.Fatalf("%+v of %+v", c, all)
			case live == 1 && c.second >= 0:
				t.Fatalf("a second one that is not there: %+v", c)
			case live > 0 && !c.both && (!all[c.main].known || all[c.main].loss >= poorLoss || all[c.main].rtt >= poorRTT):
				t.Fatalf("a poor one alone: %+v of %+v", c, all)
			}
		}
	})
}

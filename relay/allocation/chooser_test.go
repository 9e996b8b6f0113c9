package allocation

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

var midnight = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

type layers []Choice

func sameLayers(a, b []Choice) bool {
	return slices.EqualFunc(a, b, func(x, y Choice) bool {
		return x.Publication == y.Publication && x.Layer == y.Layer && x.Temporal == y.Temporal
	})
}

func TestFlap(t *testing.T) {
	for _, every := range []time.Duration{100, 250, 500, 1000} {
		every *= time.Millisecond
		worst, total, short, runs := 0, 0, 0, 0
		for seed := range uint64(200) {
			r := rand.New(rand.NewPCG(seed, 1))
			mean := 10e3 * (1 + 200*r.Float64()*r.Float64())
			var c Chooser
			var before []Choice
			var switches []time.Duration
			for at := time.Duration(0); at < 120*time.Second; at += every {
				room := mean * (.7 + .6*r.Float64())
				got, _ := c.Update(room, hall(), midnight.Add(at))
				if !sameLayers(got, before) && at > 10*time.Second {
					switches = append(switches, at)
				}
				before = slices.Clone(got)
			}
			n := 0
			for i := 1; i < len(switches); i++ {
				if switches[i]-switches[i-1] < 5*time.Second {
					n++
				}
			}
			runs++
			total += len(switches)
			worst = max(worst, len(switches))
			if n > 0 {
				short++
			}
		}
		t.Log(every, "runs", runs, "switches/run", float64(total)/float64(runs), "worst", worst, "runs with two in 5 s", short)
	}
}

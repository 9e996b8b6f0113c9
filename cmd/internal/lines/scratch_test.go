package lines

import (
	"context"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/transport/transporttest"
)

func TestScratchJoin(t *testing.T) {
	l := loop(t)
	for _, x := range []struct {
		name string
		i    transporttest.Impairment
	}{
		{"64", impaired(64, rtt300, .05, 0)}, {"32", impaired(32, rtt300, .02, 0)}, {"20", impaired(20, rtt300, .02, 0)},
	} {
		for _, side := range bothSides {
			synctest.Test(t, func(t *testing.T) {
				f, err := Joins{Loop: l, Line: x.i, Side: side, Count: 10, Seed: 3}.Run(context.Background())
				fmt.Println(x.name, side, f, err)
			})
		}
	}
}

func TestScratchPlan(t *testing.T) {
	l := loop(t)
	imp := map[string]transporttest.Impairment{
		"clean": impaired(512, rtt150, 0, 0), "30": impaired(256, rtt150, .3, 0), "50": impaired(256, rtt150, .5, 0), "20b": impaired(256, rtt150, .2, 3),
		"40b": impaired(256, rtt150, .4, 4), "64": impaired(64, rtt300, .05, 0), "600": impaired(256, rtt600, .1, 0), "32": impaired(32, rtt300, .02, 0), "20k": impaired(20, rtt300, .02, 0),
	}[os.Getenv("LINE")]
	side := Side(os.Getenv("SIDE"))
	synctest.Test(t, func(t *testing.T) {
		w, err := newWorld(*seed)
		if err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		sl, ll := near, imp
		if side == Speaking {
			sl, ll = imp, near
		}
		s, err := w.join(ctx, "a", w.line(sl), nil)
		if err != nil {
			t.Fatal(err)
		}
		m := &Mouth{Loop: l, Begun: time.Now()}
		s.speak(m)
		e := NewEar()
		p, err := w.join(ctx, "b", w.line(ll), e)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("joined after", time.Since(p.begun))
		before := flows(s.line, []*transporttest.Line{p.line})
		n := 0
		for i := 0; i < int(*lasting/time.Second); i++ {
			time.Sleep(time.Second)
			after := flows(s.line, []*transporttest.Line{p.line})
			a, b := after[0].since(before[0], time.Second), after[1].since(before[1], time.Second)
			before = after
			heard := e.Heard()
			missing, got := 0, 0
			for _, h := range heard[n:] {
				if h.Packet == nil {
					missing++
				} else {
					got++
				}
			}
			n = len(heard)
			d := time.Duration(0)
			if n > 0 {
				d = heard[n-1].At.Sub(m.captured(heard[n-1].Time))
			}
			v := s.Plan()
			bu, _ := s.line.Backlog()
			_, bd := p.line.Backlog()
			fmt.Printf("%3d up %5.1f/%5.1f down %5.1f/%5.1f queue %d %d plan lo %d hi %d frame %d interval %d prot %+v listen %d heard %d missing %d delay %d\n", i, a.Up, a.Down, b.Down, b.Up, bu.Milliseconds(), bd.Milliseconds(), v.Lo, v.Hi, v.Frame, v.Interval, v.Protection, p.Listen().Budget, got, missing, d.Milliseconds())
		}
		fmt.Println(s.gone(), p.gone(), w.close())
	})
}

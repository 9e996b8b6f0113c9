package lines

import (
	"context"
	"fmt"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/speech"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// Target is what a line should reach; a zero value asks nothing.
type Target struct {
	ESTOI   float64
	Missing float64 // share, at most; below 0: none at all
	Wire    float64 // kbit/s in the direction of the voice
	Return  float64 // and back, where a listener is behind the line
	Delay   time.Duration
	First   time.Duration // first sound after a dial,
	FirstOf float64       // of such a share of the joins
	Back    time.Duration // speech again after an outage, in the median
	BackMax time.Duration
	Queue   time.Duration // longest time with more than longQueue before the bottleneck
}

// Row is a line of the table.
type Row struct {
	Name string
	// Run measures it for one side in the time of the bubble; both sides at once where there is no such choice.
	Run   func(context.Context, Setup) ([]Cell, error)
	Sides []Side
	Note  string
}

// Setup is what a row is measured with.
type Setup struct {
	Loop *speech.Loop
	For  time.Duration // of a meeting
	Side Side
	Seed uint64
	// Beside lets the clients send beside QUIC, as site does and a page cannot.
	Beside bool
	// Sites puts everybody behind a relay of their own building, whose line to the one above is what is measured.
	Sites bool
}

// Cell is what a row reached.
type Cell struct {
	Who    string
	Target Target
	Heard  *Listened       // nil: no meeting was measured
	Wire   float64         // kbit/s in the direction of the voice
	Return float64         // and back
	First  []time.Duration // joins; 0: no sound
	Back   []time.Duration // outages; 0: no sound
	Queued time.Duration   // longest time with more than longQueue before the bottleneck
	Queue  time.Duration   // the most
	Shares []float64       // kbit/s in the direction of the voice, of each uplink
}

const (
	longQueue = 300 * time.Millisecond
	joins     = 20
)

func impaired(rate int, rtt time.Duration, loss, burst float64) transporttest.Impairment {
	return transporttest.Impairment{Rate: rate, Delay: rtt / 2, Loss: loss, Burst: burst}
}

const (
	rtt150 = 150 * time.Millisecond
	rtt300 = 300 * time.Millisecond
	rtt600 = 600 * time.Millisecond
)

var bothSides = []Side{Listening, Speaking}

// Table returns the rows.
func Table() []Row {
	row := func(name string, line transporttest.Impairment, t Target) Row {
		return Row{Name: name, Run: simple(line, t, t), Sides: bothSides}
	}
	// Beside QUIC more is asked.
	two := func(name string, line transporttest.Impairment, t, beside Target) Row {
		return Row{Name: name, Run: simple(line, t, beside), Sides: bothSides}
	}
	return []Row{
		row("clean, 512 kbit/s", impaired(512, rtt150, 0, 0), Target{ESTOI: .96, Missing: -1, Wire: 40, Delay: 150 * time.Millisecond}),
		row("20 % in bursts of 3", impaired(256, rtt150, .2, 3), Target{ESTOI: .93, Missing: .005, Wire: 56, Delay: 800 * time.Millisecond}),
		two("30 % random", impaired(256, rtt150, .3, 0), Target{ESTOI: .93, Missing: .003, Wire: 56, Delay: 700 * time.Millisecond},
			Target{ESTOI: .95, Missing: .003, Wire: 64, Delay: 700 * time.Millisecond}),
		two("40 % in bursts of 4", impaired(256, rtt150, .4, 4), Target{ESTOI: .88, Missing: .02, Wire: 56, Delay: 1100 * time.Millisecond},
			Target{ESTOI: .92, Missing: .01, Wire: 64, Delay: 1100 * time.Millisecond}),
		two("50 % random", impaired(256, rtt150, .5, 0), Target{ESTOI: .86, Missing: .02, Wire: 48, Delay: 1100 * time.Millisecond},
			Target{ESTOI: .92, Missing: .01, Wire: 64, Delay: 1100 * time.Millisecond}),
		row("64 kbit/s, 5 %, RTT 300", impaired(64, rtt300, .05, 0), Target{ESTOI: .94, Missing: .002, Wire: 64, Delay: 500 * time.Millisecond}),
		row("32 kbit/s, 2 %, RTT 300", impaired(32, rtt300, .02, 0), Target{ESTOI: .90, Missing: .005, Wire: 32, Delay: 700 * time.Millisecond}),
		two("20 kbit/s, 2 %, RTT 300", impaired(20, rtt300, .02, 0), Target{ESTOI: .80, Missing: .01, Wire: 20, Delay: 900 * time.Millisecond},
			Target{ESTOI: .83, Missing: .01, Wire: 20, Return: 2, Delay: 900 * time.Millisecond}),
		row("RTT 600, 10 %", impaired(256, rtt600, .1, 0), Target{ESTOI: .92, Missing: .003, Delay: 700 * time.Millisecond}),
		two("RTT 600, 30 %, 96 kbit/s", impaired(96, rtt600, .3, 0), Target{}, Target{ESTOI: .92}),
		atOnce(), twoHops(),
		outage("outage of 6 s", 0, Target{Back: 500 * time.Millisecond, BackMax: 800 * time.Millisecond}, repeat(10, 6)),
		outage("outage of 8 to 60 s", 0, Target{Back: 1200 * time.Millisecond, BackMax: 2 * time.Second}, repeat(3, 8, 15, 30, 60)),
		steps(), blocked(),
		first("first sound at 30 %", impaired(256, rtt150, .3, 0), Target{First: 4 * time.Second, FirstOf: .9}),
		first("first sound at 50 %", impaired(256, rtt150, .5, 0), Target{First: 6 * time.Second, FirstOf: 1}),
	}
}

// Beside returns the rows of lines whose media goes beside QUIC, for which Table has none or asks less.
func Beside() (rows []Row) {
	back := Target{Back: 300 * time.Millisecond, BackMax: 500 * time.Millisecond}
	for _, loss := range []float64{0, .3} {
		for _, s := range []int{1, 3, 6, 8, 15, 30, 60, 90} {
			rows = append(rows, outage(fmt.Sprintf("beside: outage of %d s, %.0f %%", s, 100*loss), loss, back, repeat(10, s)))
		}
	}
	return append(rows,
		first("beside: first sound at 50 %, RTT 150", impaired(256, rtt150, .5, 0), Target{First: 4 * time.Second, FirstOf: 1}),
		first("beside: first sound at 50 %, RTT 600", impaired(256, rtt600, .5, 0), Target{First: 8 * time.Second, FirstOf: 1}),
		rebinding("beside: another address every 30 s", impaired(256, rtt150, 0, 0), Target{Missing: -1}),
		rebinding("beside: another address every 30 s, 10 %", impaired(256, rtt150, .1, 0), Target{Missing: .003}),
	)
}

// rebinding is a line behind a NAT that forgets the address every 30 s.
func rebinding(name string, line transporttest.Impairment, t Target) Row {
	run := func(ctx context.Context, s Setup) ([]Cell, error) {
		m := Meeting{Speaker: line, Listeners: []transporttest.Impairment{line}}
		m.Script = func(ctx context.Context, speaker *transporttest.Line, listeners []*transporttest.Line) {
			for at := 5 * time.Second; sleep(ctx, at); at = 30 * time.Second {
				if s.Side == Listening {
					listeners[0].Rebind()
				} else {
					speaker.Rebind()
				}
			}
		}
		return meet(ctx, s, m, t)
	}
	return Row{Name: name, Run: run, Sides: bothSides}
}

func repeat(times int, seconds ...int) (cuts []time.Duration) {
	for range times {
		for _, s := range seconds {
			cuts = append(cuts, time.Duration(s)*time.Second)
		}
	}
	return cuts
}

// simple is a meeting with one side behind a line. beside is the target where media goes beside QUIC.
func simple(line transporttest.Impairment, t, beside Target) func(context.Context, Setup) ([]Cell, error) {
	return func(ctx context.Context, s Setup) ([]Cell, error) {
		t := t
		if s.Beside {
			t = beside
		}
		return meet(ctx, s, Meeting{Speaker: line, Listeners: []transporttest.Impairment{line}}, t)
	}
}

// meet holds a meeting; whoever is not on the side that is measured gets a good line.
func meet(ctx context.Context, s Setup, m Meeting, t Target) ([]Cell, error) {
	m.Loop, m.For, m.Seed, m.Beside, m.Sites = s.Loop, s.For, s.Seed, s.Beside, s.Sites
	if s.Side == Listening {
		m.Speaker = near
	} else {
		m.Listeners = []transporttest.Impairment{near}
	}
	r, err := m.Run(ctx)
	if err != nil {
		return nil, err
	}
	if s.Side == Speaking {
		t.Return = 0
	}
	c := Cell{Who: string(s.Side), Target: t, Heard: &r.Listeners[0], Wire: r.Up.Up, Return: r.Up.Down}
	if s.Side == Listening {
		c.Wire, c.Return = r.Listeners[0].Flow.Down, r.Listeners[0].Flow.Up
	}
	return []Cell{c}, nil
}

// atOnce is a meeting with a clean and a very thin line.
func atOnce() Row {
	run := func(ctx context.Context, s Setup) ([]Cell, error) {
		m := Meeting{
			Loop: s.Loop, For: s.For, Seed: s.Seed, Beside: s.Beside, Sites: s.Sites, Speaker: near,
			Listeners: []transporttest.Impairment{impaired(512, rtt150, 0, 0), impaired(20, rtt300, .02, 0)},
		}
		r, err := m.Run(ctx)
		if err != nil {
			return nil, err
		}
		var cells []Cell
		for i, target := range []Target{{ESTOI: .96}, {ESTOI: .80, Wire: 20}} {
			l := &r.Listeners[i]
			cells = append(cells, Cell{
				Who: []string{"clean", "20 kbit/s"}[i], Target: target, Heard: l, Wire: l.Flow.Down, Return: l.Flow.Up,
			})
		}
		return cells, nil
	}
	return Row{Name: "clean and 20 kbit/s listeners in one meeting", Run: run, Sides: []Side{Listening}}
}

// twoHops is a meeting with both ends behind bad lines.
func twoHops() Row {
	t := Target{ESTOI: .92, Missing: .01, Delay: time.Second}
	run := func(ctx context.Context, s Setup) ([]Cell, error) {
		bad := impaired(256, rtt150, .2, 0)
		m := Meeting{Loop: s.Loop, For: s.For, Seed: s.Seed, Beside: s.Beside, Sites: s.Sites, Speaker: bad, Listeners: []transporttest.Impairment{bad}}
		r, err := m.Run(ctx)
		if err != nil {
			return nil, err
		}
		return []Cell{{Who: "both", Target: t, Heard: &r.Listeners[0], Wire: r.Listeners[0].Flow.Down, Return: r.Listeners[0].Flow.Up}}, nil
	}
	return Row{Name: "two bad hops, 20 % each", Run: run, Sides: []Side{Listening}}
}

func outage(name string, loss float64, t Target, cuts []time.Duration) Row {
	run := func(ctx context.Context, s Setup) ([]Cell, error) {
		back, err := Outages{Loop: s.Loop, Line: impaired(256, rtt150, loss, 0), Side: s.Side, Cuts: cuts, Seed: s.Seed, Beside: s.Beside, Sites: s.Sites}.Run(ctx)
		return []Cell{{Who: string(s.Side), Target: t, Back: back}}, err
	}
	return Row{Name: name, Run: run, Sides: bothSides}
}

// steps is a line whose rate falls and rises, before which two seconds can wait.
func steps() Row {
	t := Target{ESTOI: .88, Missing: .01, Queue: 2 * time.Second}
	wide, thin := impaired(512, rtt150, 0, 0), impaired(48, rtt150, 0, 0)
	wide.Queue, thin.Queue = 2*time.Second, 2*time.Second
	run := func(ctx context.Context, s Setup) ([]Cell, error) {
		var longest, since, most time.Duration
		m := Meeting{Speaker: wide, Listeners: []transporttest.Impairment{wide}}
		m.Script = func(ctx context.Context, speaker *transporttest.Line, listeners []*transporttest.Line) {
			line := speaker
			if s.Side == Listening {
				line = listeners[0]
			}
			for i := 1; sleep(ctx, s.For/6); i++ {
				i := []transporttest.Impairment{wide, thin}[i%2]
				_ = line.Set(i, i) // valid: it was before
			}
		}
		m.Watch = func(at time.Duration, speaker *transporttest.Line, listeners []*transporttest.Line) {
			queue, _ := speaker.Backlog()
			if s.Side == Listening {
				_, queue = listeners[0].Backlog()
			}
			most = max(most, queue)
			if queue <= longQueue {
				since = at
			}
			longest = max(longest, at-since)
		}
		cells, err := meet(ctx, s, m, t)
		for i := range cells {
			cells[i].Queued, cells[i].Queue = longest, most
		}
		return cells, err
	}
	return Row{Name: "512 → 48 → 512 kbit/s in steps", Run: run, Sides: bothSides}
}

// sleep waits; false if ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// blocked is a line on which only TCP gets through.
func blocked() Row {
	t := Target{ESTOI: .93, First: 3 * time.Second, FirstOf: .9}
	line := impaired(256, rtt150, .05, 0)
	run := func(ctx context.Context, s Setup) ([]Cell, error) {
		cells, err := meet(ctx, s, Meeting{Speaker: line, Listeners: []transporttest.Impairment{line}, NoUDP: s.Side}, t)
		if err != nil {
			return nil, err
		}
		cells[0].First, err = Joins{Loop: s.Loop, Line: line, Side: s.Side, Count: joins, NoUDP: true, Seed: s.Seed, Beside: s.Beside, Sites: s.Sites}.Run(ctx)
		return cells, err
	}
	return Row{Name: "UDP blocked, 5 %", Run: run, Sides: bothSides, Note: "over WebSocket; TCP is a model of ours in memory: selective acknowledgements, a small window, timeouts that double"}
}

func first(name string, line transporttest.Impairment, t Target) Row {
	run := func(ctx context.Context, s Setup) ([]Cell, error) {
		first, err := Joins{Loop: s.Loop, Line: line, Side: s.Side, Count: joins, Seed: s.Seed, Beside: s.Beside, Sites: s.Sites}.Run(ctx)
		return []Cell{{Who: string(s.Side), Target: t, First: first}}, err
	}
	return Row{Name: name, Run: run, Sides: bothSides}
}

package lines

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/cmd/internal/speech"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// Forked is one speaker and one listener, of whom one has several uplinks, the cheapest first. Both send beside QUIC.
type Forked struct {
	Loop    *speech.Loop
	Uplinks []transporttest.Impairment
	Side    Side // whose they are
	For     time.Duration
	Seed    uint64
	Late    int // so many of the last uplinks are not there when it begins
	// Script changes the uplinks while somebody speaks; nil: they stay.
	Script func(ctx context.Context, uplinks []*transporttest.Line)
	Watch  func(c *client.Client, uplinks []*transporttest.Line) // every 100 ms; nil: it is not
}

// settle is how long all are there before anything is judged.
const settle = 10 * time.Second

// Run holds the meeting in the time of the bubble that it is called in. The flows are of the uplinks.
func (f Forked) Run(ctx context.Context) (l Listened, flows []Flow, err error) {
	w, err := newWorld(f.Seed, true)
	if err != nil {
		return l, nil, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	var uplinks []*transporttest.Line
	for i, impairment := range f.Uplinks {
		line := w.line(impairment)
		line.BlockUDP(i >= len(f.Uplinks)-f.Late)
		uplinks = append(uplinks, line)
	}
	over := map[Side][]*transporttest.Line{Speaking: {w.line(near)}, Listening: {w.line(near)}}
	over[f.Side] = uplinks
	mouth, ear := &Mouth{Loop: f.Loop, Begun: time.Now()}, NewEar()
	speaker, err := w.join(ctx, "Chủ tọa", nil, over[Speaking]...)
	if err != nil {
		return l, nil, fmt.Errorf("the speaker: %w", err)
	}
	defer func() { err = errors.Join(err, speaker.gone()) }()
	speaker.speak(mouth)
	listener, err := w.join(ctx, "Xã Ga Ry", ear, over[Listening]...)
	if err != nil {
		return l, nil, fmt.Errorf("the listener: %w", err)
	}
	defer func() { err = errors.Join(err, listener.gone()) }()
	time.Sleep(settle)
	from, before := time.Now(), flowsOf(uplinks)
	f.watch(ctx, map[Side]*person{Speaking: speaker, Listening: listener}[f.Side].Client, uplinks)
	to, after := time.Now(), flowsOf(uplinks)
	time.Sleep(tail)
	for i := range uplinks {
		flows = append(flows, after[i].since(before[i], to.Sub(from)))
	}
	return Meeting{Loop: f.Loop}.judge(ear, mouth, from, to), flows, nil
}

// watch lets the time of the meeting pass.
func (f Forked) watch(ctx context.Context, c *client.Client, uplinks []*transporttest.Line) {
	m := Meeting{For: f.For}
	if f.Script != nil {
		m.Script = func(ctx context.Context, _ *transporttest.Line, _ []*transporttest.Line) { f.Script(ctx, uplinks) }
	}
	if f.Watch != nil {
		m.Watch = func(time.Duration, *transporttest.Line, []*transporttest.Line) { f.Watch(c, uplinks) }
	}
	m.watch(ctx, nil, nil)
}

// dialers are the uplinks of a client behind lines; of one line none.
func dialers(over []*transporttest.Line) (all []client.Uplink) {
	if len(over) == 1 {
		return nil
	}
	for i, line := range over {
		all = append(all, client.Uplink{Name: fmt.Sprint(i + 1), Cost: i, Sockets: sockets(line)})
	}
	return all
}

func sockets(line *transporttest.Line) transport.Dialer {
	return transport.Dialer{ListenPacket: line.ListenPacket, DialStream: line.DialStream}
}

// forked is a row of several uplinks.
func forked(name string, t Target, f Forked) Row {
	run := func(ctx context.Context, s Setup) ([]Cell, error) {
		f := f
		f.Loop, f.Side, f.For, f.Seed = s.Loop, s.Side, s.For, s.Seed
		l, flows, err := f.Run(ctx)
		if err != nil {
			return nil, err
		}
		c := Cell{Who: string(s.Side), Target: t, Heard: &l}
		for _, flow := range flows {
			voice, back := flow.Up, flow.Down
			if s.Side == Listening {
				voice, back = back, voice
			}
			c.Wire, c.Return = c.Wire+voice, c.Return+back
			c.Shares = append(c.Shares, voice)
		}
		return []Cell{c}, nil
	}
	return Row{Name: name, Run: run, Sides: bothSides, Note: "the wire of all uplinks together; a Go client beside QUIC at both ends"}
}

// dying lets the uplinks die in turn and come back, at any moment.
func dying(seed uint64) func(context.Context, []*transporttest.Line, []transporttest.Impairment) {
	return func(ctx context.Context, uplinks []*transporttest.Line, lines []transporttest.Impairment) {
		chance := rand.New(rand.NewPCG(seed, 7))
		span := func(least, most time.Duration) time.Duration {
			return least + time.Duration(chance.Int64N(int64(most-least)))
		}
		for i := 0; sleep(ctx, span(15*time.Second, 30*time.Second)); i++ {
			at := i % len(uplinks)
			out, gone := lines[at], span(time.Second, 12*time.Second)
			out.Outages = []transporttest.Outage{{For: gone}}
			_ = uplinks[at].Set(out, out) // valid: it was before
			if !sleep(ctx, gone) {
				return
			}
		}
	}
}

// UplinkRows are the rows of a client with several uplinks.
func UplinkRows(seed uint64) []Row {
	const rtt60 = 60 * time.Millisecond
	pair := func(a, b transporttest.Impairment) []transporttest.Impairment {
		return []transporttest.Impairment{a, b}
	}
	good := func(rtt time.Duration) transporttest.Impairment { return impaired(256, rtt, 0, 0) }
	bad := impaired(256, rtt150, .3, 0)
	little, none := Target{Missing: .0005}, Target{Missing: -1}
	dies := func(name string, t Target, a, b transporttest.Impairment) Row {
		lines := pair(a, b)
		return forked(name, t, Forked{Uplinks: lines, Script: func(ctx context.Context, l []*transporttest.Line) { dying(seed)(ctx, l, lines) }})
	}
	return []Row{
		forked("2 uplinks, both good", none, Forked{Uplinks: pair(good(rtt150), good(rtt150))}),
		forked("2 uplinks, each 30 % random", little, Forked{Uplinks: pair(bad, bad)}),
		forked("2 uplinks, each 40 %, bursts of 4", little, Forked{Uplinks: pair(impaired(256, rtt150, .4, 4), impaired(256, rtt150, .4, 4))}),
		forked("2 uplinks, 30 %, RTT 60 and 300", little, Forked{Uplinks: pair(impaired(256, rtt60, .3, 0), impaired(256, rtt300, .3, 0))}),
		dies("2 uplinks, one dying, RTT 60", none, good(rtt60), good(rtt60)),
		dies("2 uplinks, one dying, RTT 150", none, good(rtt150), good(rtt150)),
		dies("2 uplinks, one dying, RTT 300", none, good(rtt300), good(rtt300)),
		dies("2 uplinks, one dying, RTT 600", none, good(rtt600), good(rtt600)),
		dies("2 uplinks, one dying, RTT 60 and 300", none, good(rtt60), good(rtt300)),
		dies("2 uplinks, one dying, RTT 150, 2 %", little, impaired(256, rtt150, .02, 0), impaired(256, rtt150, .02, 0)),
		dies("2 uplinks, one dying, 30 % random", little, bad, bad),
		forked("2 uplinks, one comes and goes", none, Forked{Uplinks: pair(good(rtt150), good(rtt60)), Late: 1, Script: func(ctx context.Context, l []*transporttest.Line) {
			for i := 0; sleep(ctx, 15*time.Second); i++ {
				l[1].BlockUDP(i%2 == 1)
			}
		}}),
		forked("2 uplinks, 30 %, and 32 kbit/s", Target{Missing: .003}, Forked{Uplinks: pair(bad, impaired(32, rtt150, 0, 0))}),
		forked("2 uplinks, good, and 32 kbit/s", none, Forked{Uplinks: pair(good(rtt150), impaired(32, rtt150, 0, 0))}),
	}
}

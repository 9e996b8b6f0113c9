package lines

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/speech"
	"github.com/diemcau/diemcau/transport/transporttest"
)

const (
	listenPatience = 20 * time.Second // for the first sound
	calm           = 25 * time.Second // before an outage
	look           = 5 * time.Millisecond
	stay           = 3 * time.Second // after the first sound
)

// Side says who is behind the line.
type Side string

// The sides.
const (
	Listening Side = "listener"
	Speaking  Side = "speaker"
)

// Joins lets somebody join again and again, each time on a new line, while the speaker never pauses; it returns how long after
// the dial the first sound was heard, 0 where none was within 20 s.
type Joins struct {
	Loop   *speech.Loop
	Line   transporttest.Impairment
	Side   Side
	Count  int
	NoUDP  bool
	Seed   uint64
	Beside bool // the clients send beside QUIC
	Sites  bool // each is behind a relay of their own building
}

// Run joins in the time of the bubble that it is called in.
func (j Joins) Run(ctx context.Context) (first []time.Duration, err error) {
	w, err := newWorld(j.Seed, j.Beside)
	if err != nil {
		return nil, err
	}
	w.sites = j.Sites
	defer func() { err = errors.Join(err, w.close()) }()
	ear := NewEar()
	there := w.line(near)
	stays, err := w.join(ctx, "Chủ tọa", choose(j.Side == Speaking, ear), there)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stays.gone()) }()
	if j.Side == Listening {
		stays.speak(&Mouth{Loop: j.Loop, Begun: time.Now(), Restless: true})
	}
	for i := range j.Count {
		line := w.line(j.Line)
		line.BlockUDP(j.NoUDP)
		begun := time.Now()
		if j.Side == Listening {
			ear = NewEar()
		}
		p, err := w.join(ctx, fmt.Sprintf("Xã %d", i+1), choose(j.Side == Listening, ear), line)
		if err != nil {
			first = append(first, 0)
			continue
		}
		if j.Side == Speaking {
			p.speak(&Mouth{Loop: j.Loop, Begun: time.Now(), Restless: true})
		}
		took, _ := wait(ear, begun)
		first = append(first, took)
		time.Sleep(stay)
		if err := p.gone(); err != nil {
			return nil, err
		}
		time.Sleep(time.Second)
	}
	return first, nil
}

// choose returns the ear if it is wanted.
func choose(wanted bool, ear *Ear) *Ear {
	if wanted {
		return ear
	}
	return nil
}

// wait waits for a sound at or after a moment and returns how much later it came; false if none did in time.
func wait(ear *Ear, from time.Time) (time.Duration, bool) {
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for {
		if at, ok := ear.since(from); ok {
			return at.Sub(from), true
		}
		if now := <-ticker.C; now.Sub(from) > listenPatience {
			return 0, false
		}
	}
}

// anyPhase is the span over which the end of an outage is spread: more than the time between two probes.
const anyPhase = 600 * time.Millisecond

// Outages cuts a line off again and again while the speaker never pauses.
type Outages struct {
	Loop   *speech.Loop
	Line   transporttest.Impairment
	Side   Side
	Cuts   []time.Duration // how long the line is out each time
	Seed   uint64
	Beside bool // the clients send beside QUIC
	Sites  bool // each is behind a relay of their own building
}

// Run returns how long after each cut the speech was heard again, 0 where it was not within 20 s.
func (o Outages) Run(ctx context.Context) (back []time.Duration, err error) {
	w, err := newWorld(o.Seed, o.Beside)
	if err != nil {
		return nil, err
	}
	w.sites = o.Sites
	defer func() { err = errors.Join(err, w.close()) }()
	ear, line, other := NewEar(), w.line(o.Line), w.line(near)
	mouthLine, earLine := other, line
	if o.Side == Speaking {
		mouthLine, earLine = line, other
	}
	speaker, err := w.join(ctx, "Chủ tọa", nil, mouthLine)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, speaker.gone()) }()
	listener, err := w.join(ctx, "Xã Ga Ry", ear, earLine)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, listener.gone()) }()
	speaker.speak(&Mouth{Loop: o.Loop, Begun: time.Now(), Restless: true})
	chance := rand.New(rand.NewPCG(o.Seed, 0))
	for _, cut := range o.Cuts {
		time.Sleep(calm)
		cut += time.Duration(chance.Int64N(int64(anyPhase))) // or each would end at the same moment between two probes
		out := o.Line
		out.Outages = []transporttest.Outage{{For: cut}}
		if err := line.Set(out, out); err != nil {
			return nil, err
		}
		time.Sleep(cut)
		took, _ := wait(ear, time.Now())
		back = append(back, took)
	}
	return back, nil
}

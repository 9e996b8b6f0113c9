package lines

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/estoi"
	"github.com/diemcau/diemcau/cmd/internal/speech"
	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// tail is how long after the end of what is judged a meeting goes on: all delays are below it.
const tail = 3 * time.Second

// Meeting is one speaker and those who listen, each behind a line.
type Meeting struct {
	Loop      *speech.Loop
	Speaker   transporttest.Impairment
	Listeners []transporttest.Impairment
	For       time.Duration // that is measured, from the moment at which all are there
	Seed      uint64
	Beside    bool    // the clients send beside QUIC
	Sites     bool    // each is behind a relay of their own building
	NoUDP     Side    // whose line lets only TCP through
	PPM       float64 // by which the speaker's clock is fast
	// Script changes the speaker's line and the listeners' while they speak; nil: they stay.
	Script func(ctx context.Context, speaker *transporttest.Line, listeners []*transporttest.Line)
	// Watch is called every 100 ms; nil: it is not.
	Watch func(since time.Duration, speaker *transporttest.Line, listeners []*transporttest.Line)
}

// Flow is what crossed a line, kbit/s of IP packets.
type Flow struct{ Up, Down float64 }

// Result is what a meeting was like.
type Result struct {
	Up        Flow // of the speaker's line
	Listeners []Listened
}

// Listened is what one listener had of it.
type Listened struct {
	Score    estoi.Summary
	Missing  float64       // share of the active speech, 0 to 1
	Spoken   time.Duration // active speech
	P50, P95 time.Duration // from the mouth to the ear
	Flow     Flow          // of the listener's line
	Stalled  time.Duration // for which playout stood still, because what was due had not come
	Stalls   int
}

// Run holds the meeting in the time of the bubble that it is called in.
func (m Meeting) Run(ctx context.Context) (r Result, err error) {
	w, err := newWorld(m.Seed, m.Beside)
	if err != nil {
		return r, err
	}
	w.sites = m.Sites
	defer func() { err = errors.Join(err, w.close()) }()
	mouth := &Mouth{Loop: m.Loop, Begun: time.Now(), PPM: m.PPM}
	speaking := w.line(m.Speaker)
	speaking.BlockUDP(m.NoUDP == Speaking)
	speaker, err := w.join(ctx, "Chủ tọa", nil, speaking)
	if err != nil {
		return r, fmt.Errorf("the speaker: %w", err)
	}
	defer func() { err = errors.Join(err, speaker.gone()) }()
	speaker.speak(mouth)
	var lines []*transporttest.Line
	var ears []*Ear
	for i, impairment := range m.Listeners {
		line, ear := w.line(impairment), NewEar()
		line.BlockUDP(m.NoUDP == Listening)
		p, err := w.join(ctx, fmt.Sprintf("Xã %d", i+1), ear, line)
		if err != nil {
			return r, fmt.Errorf("listener %d: %w", i+1, err)
		}
		defer func() { err = errors.Join(err, p.gone()) }()
		lines, ears = append(lines, line), append(ears, ear)
	}
	from := time.Now()
	before := flows(speaking, lines)
	m.watch(ctx, speaking, lines)
	to := time.Now()
	after := flows(speaking, lines)
	time.Sleep(tail)
	r.Up = after[0].since(before[0], to.Sub(from))
	for i, ear := range ears {
		l := m.judge(ear, mouth, from, to)
		l.Flow = after[i+1].since(before[i+1], to.Sub(from))
		r.Listeners = append(r.Listeners, l)
	}
	return r, nil
}

// watch lets the time of the meeting pass.
func (m Meeting) watch(ctx context.Context, speaker *transporttest.Line, listeners []*transporttest.Line) {
	ctx, cancel := context.WithTimeout(ctx, m.For)
	defer cancel()
	scripted := make(chan struct{})
	go func() {
		defer close(scripted)
		if m.Script != nil {
			m.Script(ctx, speaker, listeners)
		}
	}()
	begun := time.Now()
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for ctx.Err() == nil {
		select {
		case now := <-ticker.C:
			if m.Watch != nil {
				m.Watch(now.Sub(begun), speaker, listeners)
			}
		case <-ctx.Done():
		}
	}
	<-scripted
}

// judge says what was understood of what was spoken between two moments.
func (m Meeting) judge(ear *Ear, mouth *Mouth, from, to time.Time) (l Listened) {
	s := render(ear.Heard(), mouth.Begun, mouth.captured)
	place := func(t time.Time) int64 {
		return int64(t.Sub(mouth.Begun).Seconds()*codec.ClockRate) / codec.TimeGrid * codec.TimeGrid
	}
	missing, spoken := m.Loop.Missing(s.frames, place(from), place(to))
	l.Missing, l.Spoken = missing.Seconds()/max(spoken.Seconds(), 1e-9), spoken
	for _, d := range s.stalls {
		if d.at >= place(from) && d.at < place(to) {
			l.Stalled, l.Stalls = l.Stalled+d.delay, l.Stalls+1
		}
	}
	verdicts, err := m.Loop.Judge(s.pcm, codec.ClockRate, 0)
	if err != nil {
		return l // nothing was heard: scores of nothing are NaN
	}
	var scores []float64
	for _, v := range verdicts {
		if v.Time >= place(from) && v.Time < place(to)-5*codec.ClockRate {
			scores = append(scores, v.Score)
		}
	}
	l.Score = estoi.Summarise(scores)
	s.delays = slices.DeleteFunc(s.delays, func(d delay) bool { return d.at < place(from) || d.at >= place(to) })
	l.P50, l.P95 = quantile(s.delays, .5), quantile(s.delays, .95)
	return l
}

// quantile returns the delay that so large a share of the frames does not exceed; 0 of none.
func quantile(delays []delay, share float64) time.Duration {
	if len(delays) == 0 {
		return 0
	}
	all := make([]time.Duration, len(delays))
	for i, d := range delays {
		all[i] = d.delay
	}
	slices.Sort(all)
	return all[min(int(share*float64(len(all))), len(all)-1)]
}

// crossed is what a line has carried so far.
type crossed struct{ up, down uint64 }

func flowsOf(lines []*transporttest.Line) []crossed {
	var all []crossed
	for _, l := range lines {
		up, down := l.Counters()
		all = append(all, crossed{up.Bytes, down.Bytes})
	}
	return all
}

func flows(speaker *transporttest.Line, listeners []*transporttest.Line) []crossed {
	return flowsOf(slices.Insert(slices.Clone(listeners), 0, speaker))
}

func (c crossed) since(before crossed, span time.Duration) Flow {
	kbps := func(bytes uint64) float64 { return 8 * float64(bytes) / 1000 / span.Seconds() }
	return Flow{Up: kbps(c.up - before.up), Down: kbps(c.down - before.down)}
}

package lines

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/speech"
	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport/transporttest"
)

const (
	changeEvery = 20 * time.Second
	soakLook    = 10 * time.Second
)

// Soak is a long meeting of two on lines that change all the time.
type Soak struct {
	Loop   *speech.Loop
	For    time.Duration
	PPM    float64 // by which the speaker's clock is fast
	Seed   uint64
	Beside bool // the clients send beside QUIC
	Sites  bool // each is behind a relay of their own building
}

// SoakResult is what it was like: medians of its first and its last quarter, or the state after the first and at the end.
type SoakResult struct {
	PPM        float64
	For        time.Duration
	Missing    float64       // share of what was captured while no line was out
	Delay      [2]float64    // ms
	Longest    time.Duration // in which nothing was heard, outages not counted
	Heap       [2]float64    // MB
	Goroutines [2]int
}

// Run holds the meeting in the time of the bubble that it is called in.
func (s Soak) Run(ctx context.Context) (r SoakResult, err error) {
	w, err := newWorld(s.Seed, s.Beside)
	if err != nil {
		return r, err
	}
	w.sites = s.Sites
	defer func() { err = errors.Join(err, w.close()) }()
	good := impaired(256, rtt150, 0, 0)
	speaker, err := w.join(ctx, "Chủ tọa", nil, w.line(good))
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, speaker.gone()) }()
	ear := NewEar()
	listener, err := w.join(ctx, "Xã Ga Ry", ear, w.line(good))
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, listener.gone()) }()
	mouth := &Mouth{Loop: s.Loop, Begun: time.Now(), PPM: s.PPM, Restless: true}
	speaker.speak(mouth)
	log := &soakLog{begun: time.Now(), mouth: mouth, last: time.Now()}
	skies := [2]*weather{newWeather(speaker.line, s.Seed), newWeather(listener.line, s.Seed+1)}
	ticker := time.NewTicker(soakLook)
	defer ticker.Stop()
	for now := range ticker.C {
		since := now.Sub(log.begun)
		log.take(ear.take(), s.For)
		if len(log.heap) == 0 && since >= s.For/4 || since >= s.For {
			log.weigh()
		}
		if since >= s.For {
			break
		}
		for _, w := range skies {
			log.outage(w.change(now))
		}
	}
	return log.result(s, time.Now()), nil
}

// weather changes a line.
type weather struct {
	line   *transporttest.Line
	rng    *rand.Rand
	next   time.Time // change
	outage time.Time // the next
}

func newWeather(line *transporttest.Line, seed uint64) *weather {
	return &weather{line: line, rng: rand.New(rand.NewPCG(seed, 3)), outage: time.Now().Add(3 * time.Minute)}
}

// change changes the line if it is time to, and returns the outage that begins, if any.
func (w *weather) change(now time.Time) (from, to time.Time) {
	if now.Before(w.next) {
		return from, to
	}
	w.next = now.Add(changeEvery)
	i := impaired(48<<w.rng.IntN(4), time.Duration(40+w.rng.IntN(560))*time.Millisecond, .4*w.rng.Float64(), 0)
	if w.rng.IntN(2) == 0 {
		i.Burst = 1 + 5*w.rng.Float64()
	}
	if now.After(w.outage) {
		out := time.Duration(2+w.rng.IntN(38)) * time.Second
		i.Outages = []transporttest.Outage{{For: out}}
		w.outage = now.Add(time.Duration(180+w.rng.IntN(120)) * time.Second)
		w.next = now.Add(out + changeEvery)
		from, to = now, now.Add(out)
	}
	_ = w.line.Set(i, i) // all that is drawn is valid
	return from, to
}

// cut is an outage.
type cut struct{ from, to time.Time }

// soakLog gathers what is heard without keeping it.
type soakLog struct {
	begun      time.Time
	mouth      *Mouth
	last       time.Time // end of what was heard
	cuts       []cut
	longest    time.Duration
	silent     time.Duration      // outages not counted
	delays     [2][soakDelays]int // of the first and the last quarter, by soakBin
	heap       []float64
	goroutines []int
}

const (
	soakBin    = 5 * time.Millisecond
	soakDelays = 1000
	grace      = 2 * time.Second // after an outage, before the voice is missed
	megabyte   = 1 << 20
)

func (l *soakLog) outage(from, to time.Time) {
	if !to.IsZero() {
		l.cuts = append(l.cuts, cut{from, to.Add(grace)})
	}
}

// take takes what was heard.
func (l *soakLog) take(heard []Heard, whole time.Duration) {
	for _, h := range heard {
		if h.Packet == nil {
			continue
		}
		l.silence(h.At)
		l.last = h.At.Add(time.Duration(h.Samples) * time.Second / codec.ClockRate)
		bin := min(max(int(h.At.Sub(l.mouth.captured(h.Time))/soakBin), 0), soakDelays-1)
		switch at := h.At.Sub(l.begun); {
		case at < whole/4:
			l.delays[0][bin]++
		case at > whole*3/4:
			l.delays[1][bin]++
		}
	}
}

// silence counts the time from what was heard last to a moment, less what of it the lines were out.
func (l *soakLog) silence(to time.Time) {
	rest := to.Sub(l.last)
	if rest <= 0 {
		return
	}
	from := l.last
	for _, c := range l.cuts { // in the order of their begins, and those of two lines may overlap
		begin, end := later(c.from, from), earlier(c.to, to)
		if end.After(begin) {
			rest -= end.Sub(begin)
			from = end
		}
	}
	l.silent += rest
	l.longest = max(l.longest, rest)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// weigh notes the state of the process.
func (l *soakLog) weigh() {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	l.heap = append(l.heap, float64(m.HeapAlloc)/megabyte)
	l.goroutines = append(l.goroutines, runtime.NumGoroutine())
}

func (l *soakLog) result(s Soak, now time.Time) SoakResult {
	l.silence(now)
	total := now.Sub(l.begun)
	for _, c := range l.cuts {
		total -= c.to.Sub(c.from)
	}
	r := SoakResult{PPM: s.PPM, For: s.For, Missing: l.silent.Seconds() / total.Seconds(), Longest: l.longest}
	for i := range r.Delay {
		r.Delay[i] = float64(soakMedian(&l.delays[i]).Milliseconds())
		r.Heap[i], r.Goroutines[i] = l.heap[i], l.goroutines[i]
	}
	return r
}

func soakMedian(bins *[soakDelays]int) time.Duration {
	all, n := 0, 0
	for _, c := range bins {
		all += c
	}
	for i, c := range bins {
		if n += c; 2*n > all {
			return time.Duration(i) * soakBin
		}
	}
	return 0
}

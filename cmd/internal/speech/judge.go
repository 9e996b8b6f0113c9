package speech

import (
	"time"

	"github.com/diemcau/diemcau/cmd/internal/estoi"
	"github.com/diemcau/diemcau/codec"
)

// Frame is a stretch of capture time at its playout.
type Frame struct {
	Time    int64  // capture time
	Samples int    // 120 to 5760
	Packet  []byte // Opus; nil: it was sent and was not there
}

// Render plays frames in the order of their times, from capture time from up to to, each where it belongs. Where there is no
// frame nothing was sent, and it is silent. What begins before the end of the frame before it is left out.
func Render(frames []Frame, from, to int64) []float32 {
	out := make([]float32, 0, to-from)
	player := NewPlayer()
	for _, f := range frames {
		at := from + int64(len(out))
		if f.Time < at {
			continue
		}
		if f.Time+int64(f.Samples) > to {
			break
		}
		if f.Time > at {
			out = player.Rest(out, int(f.Time-at))
		}
		if f.Packet == nil {
			out = player.Miss(out, f.Samples)
		} else {
			out = player.Play(out, f.Packet)
		}
	}
	return player.Rest(out, int(to-from)-len(out))
}

// Verdict is how an utterance of a round was heard.
type Verdict struct {
	Time int64         // capture time at which it begins
	Late time.Duration // after that, or before
	estoi.Heard
}

// Judge looks for every utterance of the loop, round after round, in a recording of what was heard, mono, at so many hertz (see
// estoi.Resample). Capture time 0 belongs to its sample zero, which may lie outside, give or take estoi.Within. Only
// utterances that should lie wholly in the recording are judged.
func (l *Loop) Judge(recording []float32, hertz int, zero int64) ([]Verdict, error) {
	heard := estoi.Resample(recording, hertz)
	origin := int(zero * estoi.Rate / int64(hertz))
	round := len(l.clean)
	var verdicts []Verdict
	for begin := origin; begin < len(heard); begin += round {
		for _, u := range l.utterances {
			expected := begin + u.From
			if expected < 0 || begin+u.To > len(heard) {
				continue
			}
			h, err := estoi.Hear(l.clean[u.From:u.To], heard, expected)
			if err != nil {
				return nil, err
			}
			verdicts = append(verdicts, Verdict{
				Time:  int64(expected-origin) * codec.ClockRate / estoi.Rate,
				Late:  time.Duration(h.At-expected) * time.Second / estoi.Rate,
				Heard: h,
			})
		}
	}
	return verdicts, nil
}

// Missing returns how much was spoken from capture time from up to to, and how much of that no frame brings. Both times are
// multiples of 20 ms.
func (l *Loop) Missing(frames []Frame, from, to int64) (missing, spoken time.Duration) {
	const one = step * time.Second / codec.ClockRate
	for at := from; at < to; at += step {
		for len(frames) > 0 && frames[0].Time+int64(frames[0].Samples) <= at {
			frames = frames[1:]
		}
		if !l.Level(at, 20).Voice() {
			continue
		}
		spoken += one
		if len(frames) == 0 || frames[0].Time > at || frames[0].Packet == nil {
			missing += one
		}
	}
	return missing, spoken
}

package lines

import (
	"math"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/speech"
	"github.com/diemcau/diemcau/codec"
)

const (
	blend    = 5 * ms  // over which two places of a voice are joined
	shortCut = 10 * ms // what is played later than it is due is cut once it is so much
	cutStep  = 4       // of the search for a place to cut, samples
	maxPause = 10 * ms // a jump of capture times without one of the sequence that is longer than this is a pause
)

const (
	mostStall = 15 * time.Millisecond // by which playout may slide at once
	sameSpurt = 200 * ms              // between the captures of two frames of one talkspurt
)

// sound is what leaves a loudspeaker.
type sound struct {
	pcm    []float32 // 48 kHz, from zero
	frames []speech.Frame
	delays []delay // of the frames that came
	stalls []delay // of playout, longer than mostStall: what came too late moved all that follows
}

// delay is how long after its capture a frame was heard.
type delay struct {
	at    int64 // capture time
	delay time.Duration
}

// render lays what an ear heard on the time of its loudspeaker, from zero on: concealed where frames are missing or late, shortened by a
// period of the voice where the delay shrinks. captured tells when a capture time was.
func render(heard []Heard, zero time.Time, captured func(int64) time.Time) sound {
	s := sound{}
	if n := len(heard); n > 0 {
		s.pcm = make([]float32, 0, samples(heard[n-1].At.Sub(zero))+codec.ClockRate)
	}
	player := speech.NewPlayer()
	var last Heard
	for i, h := range heard {
		if i > 0 && h.Time < last.Time+int64(last.Samples) {
			continue // another layer brought it
		}
		if gap := samples(h.At.Sub(zero)) - len(s.pcm); gap > 0 && (i == 0 || pause(last, h)) {
			s.pcm = player.Rest(s.pcm, gap)
		} else if gap > 0 {
			s.pcm = player.Miss(s.pcm, gap)
		}
		begin := len(s.pcm)
		if h.Packet == nil {
			s.pcm = player.Miss(s.pcm, h.Samples)
			s.frames = append(s.frames, speech.Frame{Time: h.Time, Samples: h.Samples})
		} else {
			at := zero.Add(time.Duration(begin) * time.Second / codec.ClockRate)
			s.played(delay{h.Time, at.Sub(captured(h.Time))})
			s.pcm = player.Play(s.pcm, h.Packet.Payload)
			s.pcm = shorten(s.pcm, begin, begin-samples(h.At.Sub(zero)))
			s.frames = append(s.frames, speech.Frame{Time: h.Time, Samples: h.Samples, Packet: h.Packet.Payload})
		}
		last = h
	}
	return s
}

// played notes when a frame was heard, and that what it goes on with stood still before.
func (s *sound) played(d delay) {
	if n := len(s.delays); n > 0 && d.at-s.delays[n-1].at < sameSpurt {
		if more := d.delay - s.delays[n-1].delay; more > mostStall {
			s.stalls = append(s.stalls, delay{d.at, more})
		}
	}
	s.delays = append(s.delays, d)
}

// pause says whether nothing was said, or forwarded, between two frames.
func pause(before, after Heard) bool {
	if before.Packet == nil || after.Packet == nil {
		return false
	}
	jump := after.Time - before.Time - int64(before.Samples)
	return jump > maxPause && (after.Packet.Layer != before.Packet.Layer || after.Packet.Sequence == before.Packet.Sequence+1)
}

// shorten takes up to late samples out of the frame that begins at begin, where the voice repeats itself.
func shorten(pcm []float32, begin, late int) []float32 {
	frame := pcm[begin:]
	if late < shortCut {
		return pcm
	}
	best, likeness := 0, math.Inf(-1)
	for k := blend; k <= min(late, len(frame)-blend); k += cutStep {
		if r := alike(frame[:blend], frame[k:k+blend]); r > likeness {
			best, likeness = k, r
		}
	}
	if best == 0 {
		return pcm
	}
	for i := range blend {
		part := float32(i) / blend
		frame[best+i] = part*frame[best+i] + (1-part)*frame[i]
	}
	return append(pcm[:begin], frame[best:]...)
}

// alike is the correlation of two stretches, −1 to 1.
func alike(x, y []float32) float64 {
	var xy, xx, yy float64
	for i := range x {
		a, b := float64(x[i]), float64(y[i])
		xy += a * b
		xx += a * a
		yy += b * b
	}
	return xy / math.Sqrt(max(xx*yy, math.SmallestNonzeroFloat64))
}

func samples(d time.Duration) int { return int(math.Round(d.Seconds() * codec.ClockRate)) }

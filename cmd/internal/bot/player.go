package bot

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
)

// tooLate is how old a frame may get while the line takes nothing.
const tooLate = 400 * time.Millisecond

// publisher is what a player speaks into; a *client.Client is one.
type publisher interface {
	Publish(frames ...client.Frame) error
	Plan() transport.VoicePlan
}

// Speak plays the speech in a loop and in real time, from its begin, until ctx ends. The error is the client's.
func Speak(ctx context.Context, s *Speech, to *client.Client) error { return play(ctx, s, 0, to) }

// play plays the speech in a loop and in real time, beginning at the given share of it (0 to 1), until ctx ends.
func play(ctx context.Context, s *Speech, from float64, to publisher) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	i := int(from * float64(len(s.frames)))
	start := time.Now().Add(-length(s.frames[i].start))
	zero := rand.Uint32N(1<<30) / codec.TimeGrid * codec.TimeGrid
	for round := int64(0); ; round++ {
		for i < len(s.frames) {
			n := s.datagram(i, to.Plan().Frame)
			if !s.frames[i].send {
				i++
				continue
			}
			last := s.frames[i+n-1]
			at := start.Add(length(round*s.length + last.start + last.samples)) // a frame exists when its last sample does
			timer.Reset(time.Until(at))
			select {
			case <-ctx.Done():
				return nil
			case <-timer.C:
			}
			if time.Since(at) < tooLate {
				err := to.Publish(s.layers(s.frames[i:i+n], zero+uint32(round*s.length), to.Plan())...)
				if err != nil && !errors.Is(err, client.ErrAway) {
					return err
				}
			}
			i += n
		}
		i = 0
	}
}

// datagram returns how many frames from i on share a datagram: as many as the plan's frame length holds, if they follow each other.
func (s *Speech) datagram(i, frameMs int) int {
	n, samples := 1, s.frames[i].samples
	for i+n < len(s.frames) && s.frames[i+n].send && samples+s.frames[i+n].samples <= int64(frameMs)*codec.ClockRate/1000 {
		samples += s.frames[i+n].samples
		n++
	}
	return n
}

// layers returns the frames as the plan wants them. There is no encoder here: without a file for lo, its place is taken
// by hi, which costs the line more than the plan says.
func (s *Speech) layers(frames []frame, zero uint32, plan transport.VoicePlan) []client.Frame {
	out := make([]client.Frame, 0, 2*len(frames))
	for _, f := range frames {
		hi := client.Frame{Layer: codec.LayerHi, Time: zero + uint32(f.start), Level: f.level, Payload: f.payload}
		if f.lo == nil && plan.Hi == 0 {
			hi.Layer = codec.LayerLo
		}
		out = append(out, hi)
	}
	for _, f := range frames {
		if f.lo != nil {
			out = append(out, client.Frame{Layer: codec.LayerLo, Time: zero + uint32(f.start), Level: f.level, Payload: f.lo})
		}
	}
	return out
}

func length(samples int64) time.Duration {
	return time.Duration(samples) * time.Second / codec.ClockRate
}

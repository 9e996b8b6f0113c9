package lines

import (
	"context"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/cmd/internal/speech"
	"github.com/diemcau/diemcau/codec"
)

const (
	ms = codec.ClockRate / 1000 // samples
	// What waited so long for a line that takes nothing is not sent any more.
	tooLate   = 400 * time.Millisecond
	longFrame = 40
	shortest  = 20
)

// Mouth speaks a Loop in real time, in the layers, bit rates and frames of the plan that the relay sends, and is silent where nothing is said. It
// stands in for a page's microphone and encoders (hops 1 and 2).
type Mouth struct {
	Loop     *speech.Loop
	Begun    time.Time // when the sample of capture time 0 is spoken
	PPM      float64   // by which its clock is fast
	Restless bool      // it never pauses: one talkspurt of the loop again and again, all of it voice

	from, length int64 // of that talkspurt
}

// captured returns when the sample of a capture time is spoken.
func (m *Mouth) captured(at int64) time.Time {
	return m.Begun.Add(time.Duration(float64(at) / codec.ClockRate / (1 + m.PPM*1e-6) * float64(time.Second)))
}

// source returns the place in the loop of what is spoken at a capture time.
func (m *Mouth) source(at int64) int64 {
	if !m.Restless {
		return at
	}
	return m.from + at%m.length
}

// run speaks until ctx ends.
func (m *Mouth) run(ctx context.Context, to *client.Client) {
	if m.Restless {
		m.from, m.length = talkspurt(m.Loop)
	}
	at := max(0, int64(time.Since(m.Begun).Seconds()*codec.ClockRate)) / (longFrame * ms) * (longFrame * ms)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		frame := to.Plan().Frame
		if frame != shortest && frame != longFrame || at%int64(frame*ms) != 0 {
			frame = shortest
		}
		end := m.captured(at + int64(frame*ms))
		timer.Reset(time.Until(end))
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if place := m.source(at); m.Loop.Sent(place, frame) && time.Since(end) < tooLate {
			m.publish(to, at, place, frame)
		}
		at += int64(frame * ms)
	}
}

// publish sends the frame of every layer that is wanted. While there is no session it is lost, as it should be.
func (m *Mouth) publish(to *client.Client, at, place int64, frame int) {
	plan := to.Plan()
	var frames []client.Frame
	for layer, rate := range [...]int{codec.LayerLo: plan.Lo, codec.LayerHi: plan.Hi} {
		if packet := m.Loop.Packet(place, rate, frame); packet != nil {
			level := m.Loop.Level(place, frame)
			frames = append(frames, client.Frame{Layer: codec.Layer(layer), Time: uint32(at), Level: codec.MakeLevel(m.Restless || level.Voice(), float64(level.DBov())), Payload: packet})
		}
	}
	if len(frames) > 0 {
		_ = to.Publish(frames...)
	}
}

// talkspurt returns the longest stretch of a loop that is sent without a pause, in whole long frames.
func talkspurt(l *speech.Loop) (from, length int64) {
	const step = longFrame * ms
	begin := int64(0)
	for at := int64(0); at <= l.Length(); at += step {
		if at < l.Length() && l.Sent(at, longFrame) {
			continue
		}
		if at-begin > length {
			from, length = begin, at-begin
		}
		begin = at + step
	}
	return from, length
}

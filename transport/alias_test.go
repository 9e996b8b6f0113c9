package transport

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

// confirmedLine speaks frames of 20 ms from a capture time on until the short form is in use, and returns the next sequence and the time now.
func confirmedLine(t *testing.T, captured uint32) (s *Sender, r *Receiver, next uint32, now time.Time) {
	t.Helper()
	now = time.Unix(1e9, 0)
	s, r = NewSender(), NewReceiver(now)
	s.Want(0)
	for next = range uint32(20) {
		now = now.Add(20 * time.Millisecond)
		p := frame(7, codec.LayerHi, next, 0)
		p.Timestamp = captured + next*codec.TimeGrid
		hear(t, s, r, p, now, "so")
		if fb := r.Report(now, true); fb != nil {
			s.Feedback(fb, now)
		}
	}
	return s, r, next + 1, now
}

// hear sends a frame, which must come out as it is.
func hear(t *testing.T, s *Sender, r *Receiver, p *Packet, now time.Time, when string) {
	t.Helper()
	b, _ := s.Datagram(nil, []*Packet{p}, nil, now)
	got, err := r.Receive(b, now)
	if err != nil || len(got.Packets) != 1 || got.Packets[0].Sequence != p.Sequence || got.Packets[0].Timestamp != p.Timestamp {
		t.Fatalf("%s: %v, heard %+v of frame %d at %d", when, err, got.Packets, p.Sequence, p.Timestamp)
	}
}

// A datagram that was lost before a silence or an outage, and is repaired behind the first one after it: its eight bits of time are read only where they are
// sure to mean the time before.
func TestAShortFormFromBeforeASilence(t *testing.T) {
	for silence, heard := range map[time.Duration]bool{
		20 * time.Millisecond: true, 900 * time.Millisecond: true,
		time.Second: false, 2 * time.Second: false, 3 * time.Second: false, 5120 * time.Millisecond: false, 9 * time.Second: false,
	} {
		t.Run(fmt.Sprint(silence), func(t *testing.T) {
			s, r, next, now := confirmedLine(t, 960)
			s.Protect(fec.Protection{Window: 10, Age: 1, Gap: 1}) // no rate yet
			lost := frame(7, codec.LayerHi, next, 1+next)
			if b, _ := s.Datagram(nil, []*Packet{lost}, nil, now.Add(20*time.Millisecond)); len(b) > 3+7+len(lost.Payload) {
				t.Fatal("this is not the short form")
			}
			now = now.Add(20*time.Millisecond + silence)
			tick := 1 + next + uint32(silence/(20*time.Millisecond))
			hear(t, s, r, frame(7, codec.LayerHi, next+1, tick), now, "after the silence")

			s.Protect(fec.Protection{Window: 10, Age: 1, Gap: 1, Rate: 2e6})
			now = now.Add(20 * time.Millisecond)
			b, _ := s.Datagram(nil, []*Packet{frame(7, codec.LayerHi, next+2, tick+1)}, nil, now)
			got, err := r.Receive(b, now)
			if err != nil || r.Stats().Recovered != 1 {
				t.Fatalf("%v, %+v", err, r.Stats())
			}
			times := map[uint32]uint32{}
			for _, p := range got.Packets {
				times[p.Sequence] = p.Timestamp
			}
			want := map[uint32]uint32{next + 2: (tick + 1) * codec.TimeGrid}
			if heard {
				want[next] = lost.Timestamp
			}
			if !maps.Equal(times, want) || heard == (r.Stats().Unresolved > 0) {
				t.Errorf("heard %v, want %v, %+v", times, want, r.Stats())
			}
		})
	}
}

// 2³² is no multiple of the grid: times that were off it are on it after the wrap, and the other way round.
func TestTheCaptureTimeWraps(t *testing.T) {
	const before = 1<<32 - 30*codec.TimeGrid
	for _, captured := range []uint32{before, before - before%codec.TimeGrid, before - before%codec.TimeGrid + 1} {
		s, r, next, now := confirmedLine(t, captured)
		for range 40 {
			now = now.Add(20 * time.Millisecond)
			p := frame(7, codec.LayerHi, next, 0)
			p.Timestamp = captured + next*codec.TimeGrid
			hear(t, s, r, p, now, "around the wrap")
			if fb := r.Report(now, true); fb != nil && next%8 == 0 {
				s.Feedback(fb, now)
			}
			next++
		}
	}
}

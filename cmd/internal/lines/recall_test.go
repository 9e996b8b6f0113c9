package lines

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// hall is one who has kept ten minutes of a voice and now speaks over a line, and one who listens on a good line.
type hall struct {
	t           *testing.T
	world       *world
	kept        *relay.Kept
	publication uint32
	packets     []*transport.Packet // of the last minute that was kept
	line        *transporttest.Line
	speaker     *person
	listener    *person
	ear         *Ear
	mouth       *Mouth
	asked       func(from uint32) // nil, or called for each question; never two at once
}

const (
	keptFrames = 10 * 60 * 25
)

// keeping runs f with a site behind a line, in the time of a bubble.
func keeping(t *testing.T, line transporttest.Impairment, beside bool, f func(*hall)) {
	t.Helper()
	bubble(t, func(t *testing.T) {
		w, err := newWorld(*seed, beside)
		if err != nil {
			t.Fatal(err)
		}
		s := &hall{t: t, world: w, kept: relay.NewKept(), line: w.line(line), ear: NewEar()}
		w.kept = func(publication, from, to uint32) []*transport.Packet {
			if s.asked != nil {
				s.asked(from)
			}
			return s.kept.Range(publication, from, to)
		}
		if s.speaker, err = w.join(context.Background(), "Điểm cầu", nil, s.line); err != nil {
			t.Fatal(err)
		}
		w.kept = nil
		s.publication = s.speaker.Seats()[0].Publication
		s.keep()
		if s.listener, err = w.join(context.Background(), "Xã Ga Ry", s.ear, w.line(near)); err != nil {
			t.Fatal(err)
		}
		s.mouth = &Mouth{Loop: loop(t), Begun: time.Now()}
		s.speaker.speak(s.mouth)
		time.Sleep(30 * time.Second)
		f(s)
		for _, err := range []error{s.speaker.gone(), s.listener.gone(), w.close()} {
			if err != nil {
				t.Error(err)
			}
		}
	})
}

// keep fills what is kept with ten minutes of 40 ms frames at 16 kbit/s, whose time wraps in the last minute.
func (s *hall) keep() {
	var from uint32
	from -= (keptFrames - 500) * 1920
	ticker := time.NewTicker(40 * time.Millisecond)
	defer ticker.Stop()
	for i := range uint32(keptFrames) {
		<-ticker.C
		payload := bytes.Repeat([]byte{byte(i), byte(i >> 8)}, 40)
		payload[0] = 0x50 // one frame of 40 ms
		p := transport.NewVoice(s.publication, codec.LayerHi, 1000+i, from+i*1920, codec.MakeLevel(true, -20-float64(i%30)), payload)
		s.kept.Deliver(p)
		if i >= keptFrames-25*60 {
			s.packets = append(s.packets, p)
		}
	}
}

// recall asks for packets, at first the last minute that was kept.
func (s *hall) recall(within time.Duration) ([]*transport.Packet, error) {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	from, last := s.packets[0].Timestamp, s.packets[len(s.packets)-1].Timestamp
	return s.world.server.Recall(ctx, s.world.code, s.publication, from, last+1920)
}

// whole fails the test unless got is packets, byte for byte.
func (s *hall) whole(got []*transport.Packet) {
	s.t.Helper()
	if len(got) != len(s.packets) {
		s.t.Fatalf("%d frames of %d", len(got), len(s.packets))
	}
	for i, p := range got {
		w := s.packets[i]
		if p.SSRC != w.SSRC || p.Timestamp != w.Timestamp || p.Sequence != w.Sequence || p.Layer != w.Layer || p.Level != w.Level || !bytes.Equal(p.Payload, w.Payload) {
			s.t.Fatalf("frame %d is %+v, not %+v", i, p, w)
		}
	}
}

// heard is what the listener had since from.
func (s *hall) heard(from time.Time) Listened {
	to := time.Now()
	time.Sleep(tail)
	return Meeting{Loop: loop(s.t)}.judge(s.ear, s.mouth, from, to)
}

// What was kept comes over a line that loses a third and has hardly more than the voice needs, while the voice goes on.
func TestRecallBesideAVoice(t *testing.T) {
	keeping(t, impaired(64, rtt150, .3, 0), true, func(s *hall) {
		s.packets = s.packets[:10*25] // 10 s: what takes longer is measured below
		begun := time.Now()
		packets, err := s.recall(5 * time.Minute)
		if err != nil {
			t.Error(err)
		}
		s.whole(packets)
		if h := s.heard(begun); h.Missing > .03 || h.Score.Mean < .85 {
			t.Errorf("beside it %+v", h)
		}
	})
}

// What a recall costs the voice beside it.
func TestRecallCosts(t *testing.T) {
	if *lasting == 0 {
		return // measured with -lines.for
	}
	line := impaired(64, rtt150, .3, 0)
	var with, without Listened
	var took time.Duration
	keeping(t, line, true, func(s *hall) {
		begun := time.Now()
		_, err := s.recall(30 * time.Minute)
		took = time.Since(begun)
		if err != nil {
			t.Error(err)
		}
		with = s.heard(begun)
	})
	keeping(t, line, true, func(s *hall) {
		begun := time.Now()
		time.Sleep(took)
		without = s.heard(begun)
	})
	t.Logf("a minute came in %v; missing %.2f %% with it, %.2f %% without; p95 %v and %v; ESTOI %.3f and %.3f", took,
		100*with.Missing, 100*without.Missing, with.P95, without.P95, with.Score.Mean, without.Score.Mean)
}

// The site's session is lost in the middle, twice: once its line has another address, once it is out for a while. What came is not asked for again.
func TestRecallOutlivesSessions(t *testing.T) {
	keeping(t, impaired(256, rtt150, .05, 0), true, func(s *hall) {
		var asked []uint32 // from where
		s.asked = func(from uint32) { asked = append(asked, from-s.packets[0].Timestamp) }
		done := make(chan error, 1)
		var packets []*transport.Packet
		go func() {
			var err error
			packets, err = s.recall(20 * time.Minute)
			done <- err
		}()
		time.Sleep(30 * time.Second)
		s.line.Move()
		time.Sleep(30 * time.Second)
		out := impaired(256, rtt150, .05, 0)
		out.Outages = []transporttest.Outage{{For: 8 * time.Second}}
		if err := s.line.Set(out, out); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		s.whole(packets)
		if len(asked) < 2 || asked[0] != 0 || asked[1] == 0 || s.speaker.Stats().Sessions < 2 {
			t.Errorf("asked from %v in %d sessions", asked, s.speaker.Stats().Sessions)
		}
	})
}

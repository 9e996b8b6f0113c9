package relay

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
)

// asking asks for a second of g's voice, and returns what comes of it.
func (g *guest) asking(within time.Duration) func() ([]*transport.Packet, error) {
	type result struct {
		packets []*transport.Packet
		err     error
	}
	done := make(chan result, 1)
	ctx, cancel := context.WithTimeout(context.Background(), within)
	go func() {
		defer cancel()
		packets, err := g.world.Recall(ctx, g.world.code, g.welcome.Publication, 0, codec.ClockRate)
		done <- result{packets, err}
	}()
	return func() ([]*transport.Packet, error) {
		r := <-done
		return r.packets, r.err
	}
}

// asked waits for the question.
func (g *guest) asked() (r transport.Recall) {
	g.t.Helper()
	if err := g.next(transport.TypeRecall).Decode(&r); err != nil {
		g.t.Fatal(err)
	}
	return r
}

// answers opens a stream and says that; it returns an error if the relay wants no more of it within 3 s.
func (g *guest) answers(head transport.Recalled, body []byte, end bool) error {
	g.t.Helper()
	stream, over, err := g.session.OpenStream(g.ctx)
	if err != nil {
		g.t.Fatal(err)
	}
	b, err := transport.AppendMessage(nil, head)
	if err != nil {
		g.t.Fatal(err)
	}
	if _, err := stream.Write(append(b, body...)); err != nil {
		return err
	}
	if end {
		return stream.Close()
	}
	select {
	case <-over.Done():
		return context.Cause(over)
	case <-time.After(3 * time.Second):
		return nil
	}
}

func good(r transport.Recall) transport.Recalled {
	return transport.Recalled{Type: transport.TypeRecalled, ID: r.ID, Publication: r.Publication, From: r.From, To: r.To}
}

// kept makes n frames of 40 ms.
func (g *guest) kept(from, n uint32) (packets []*transport.Packet) {
	for i := range n {
		packets = append(packets, transport.NewVoice(g.welcome.Publication, codec.LayerHi, i, from+i*1920, 0, []byte{0x50, byte(i)}))
	}
	return packets
}

func (g *guest) run(packets []*transport.Packet) []byte {
	b, _ := transport.AppendKept(nil, g.welcome.Publication, packets, transport.MaxKept)
	return b
}

// An answer may come in pieces, each of which says where it ends.
func TestRecallInPieces(t *testing.T) {
	alone(t, func(t *testing.T, w *world, a *guest) {
		result := a.asking(time.Minute)
		r := a.asked()
		head := good(r)
		head.To = 9600
		_ = a.answers(head, a.run(a.kept(0, 5)), true)
		r = a.asked()
		if r.From != 9600 || r.To != codec.ClockRate {
			t.Errorf("asked again for %+v", r)
		}
		_ = a.answers(good(r), a.run(a.kept(9600, 2)), true)
		packets, err := result()
		if err != nil || len(packets) != 7 || packets[6].Timestamp != 11520 {
			t.Errorf("%d, %v", len(packets), err)
		}
	})
}

// A stream that breaks is asked for again from behind what came.
func TestRecallAfterABrokenStream(t *testing.T) {
	alone(t, func(t *testing.T, w *world, a *guest) {
		result := a.asking(5 * time.Minute)
		body := a.run(a.kept(0, 5))
		_ = a.answers(good(a.asked()), body[:len(body)-1], true)
		r := a.asked()
		if r.From != 3*1920+1 {
			t.Errorf("asked again from %d", r.From)
		}
		_ = a.answers(good(r), a.run(a.kept(4*1920, 1)), true)
		if packets, err := result(); err != nil || len(packets) != 5 {
			t.Errorf("%d, %v", len(packets), err)
		}
	})
}

func TestHostileRecalls(t *testing.T) {
	other := uint32(99)
	for _, test := range []struct {
		name string
		head func(*transport.Recalled)
		body func(*guest) []byte
		want error
		left int // frames that are returned with the error
	}{
		{"another publication in the head", func(h *transport.Recalled) { h.Publication = other }, nil, ErrRecallAnswer, 0},
		{"another beginning", func(h *transport.Recalled) { h.From = 1 }, nil, ErrRecallAnswer, 0},
		{"an end behind what was asked for", func(h *transport.Recalled) { h.To++ }, nil, ErrRecallAnswer, 0},
		{"no progress", func(h *transport.Recalled) { h.To = 0 }, nil, ErrRecallAnswer, 0},
		{"no frames, and more to come", func(h *transport.Recalled) { h.To = 1 }, nil, ErrRecallAnswer, 0},
		{"another publication in the run", nil, func(*guest) []byte { return []byte{0, 0, 0, 99, 0} }, ErrRecallAnswer, 0},
		{"frames behind the end", nil, func(g *guest) []byte { return g.run(g.kept(codec.ClockRate-1920, 2)) }, ErrRecallAnswer, 1},
		{"frames before the beginning", nil, func(g *guest) []byte { return g.run(g.kept(0xffff0000, 1)) }, ErrRecallAnswer, 0},
		{"malformed frames", nil, func(g *guest) []byte { return append(g.run(g.kept(0, 1))[:5], 0xff, 0xff) }, ErrRecallAnswer, 0},
		{"too many frames", nil, func(g *guest) []byte { return append(g.run(nil)[:4], 0x80, 1, 0, 1) }, transport.ErrKeptTooLong, 0},
		{"another id", func(h *transport.Recalled) { h.ID++ }, nil, context.DeadlineExceeded, 0},
		{"an answer that never ends", nil, func(g *guest) []byte { return append(g.run(nil)[:4], 0x40, 0xff) }, context.DeadlineExceeded, 0},
	} {
		alone(t, func(t *testing.T, w *world, a *guest) {
			result := a.asking(10 * time.Second)
			head, body := good(a.asked()), a.run(nil)
			if test.head != nil {
				test.head(&head)
			}
			if test.body != nil {
				body = test.body(a)
			}
			err := a.answers(head, body, false)
			if endless := test.name == "an answer that never ends"; (err == nil) != endless {
				t.Errorf("%s: the stream: %v", test.name, err)
			}
			if packets, err := result(); !errors.Is(err, test.want) || len(packets) != test.left {
				t.Errorf("%s: %d frames, %v", test.name, len(packets), err)
			}
		})
	}
}

// Only the session that was asked can answer.
func TestRecallIsAnsweredByAnother(t *testing.T) {
	together(t, transport.WebTransport, func(t *testing.T, w *world, a, b *guest) {
		result := a.asking(10 * time.Second)
		r := a.asked()
		if err := b.answers(good(r), a.run(a.kept(0, 1)), false); err == nil {
			t.Error("somebody else's answer was taken")
		}
		_ = a.answers(good(r), a.run(a.kept(0, 2)), true)
		if packets, err := result(); err != nil || len(packets) != 2 {
			t.Errorf("%d, %v", len(packets), err)
		}
	})
}

func TestRecallsThatCannotBe(t *testing.T) {
	together(t, transport.WebSocket, func(t *testing.T, w *world, a, b *guest) {
		if _, err := b.asking(time.Second)(); !errors.Is(err, transport.ErrNoStreams) {
			t.Errorf("over a WebSocket: %v", err)
		}
		ctx := context.Background()
		if _, err := w.Recall(ctx, w.code, 12345, 0, 1); !errors.Is(err, ErrNotPublished) {
			t.Errorf("an unknown publication: %v", err)
		}
		if _, err := w.Recall(ctx, "abc-def-ghj", a.welcome.Publication, 0, 1); !errors.Is(err, ErrNotPublished) {
			t.Errorf("an unknown meeting: %v", err)
		}
		if packets, err := w.Recall(ctx, w.code, a.welcome.Publication, 7, 7); err != nil || len(packets) != 0 {
			t.Errorf("nothing: %d, %v", len(packets), err)
		}
		first := a.asking(5 * time.Second)
		synctest.Wait()
		if _, err := a.asking(time.Second)(); !errors.Is(err, ErrRecalling) {
			t.Errorf("two at once: %v", err)
		}
		if _, err := first(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("no answer: %v", err)
		}
		third := a.asking(5 * time.Second) // the seat is free again
		if _, err := third(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("no answer: %v", err)
		}
	})
}

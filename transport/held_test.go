package transport

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// besideOnly is a path beside QUIC that keeps what is sent and brings what it is told.
type besideOnly struct {
	sent [][]byte
	in   chan []byte
}

func (b *besideOnly) SendDatagram(d []byte) error {
	b.sent = append(b.sent, append([]byte(nil), d...))
	return nil
}

func (b *besideOnly) ReceiveDatagram(context.Context) ([]byte, error) { return <-b.in, nil }
func (b *besideOnly) Below() Below                                    { return Below{Overhead: 50, Beside: true} }

// While a line is dead beside QUIC, what is said waits, the oldest goes, and all leaves in order with the first sign of life.
func TestWhatIsSaidWhileALineIsDeadWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := &besideOnly{in: make(chan []byte, 1)}
		l := NewLine(path, time.Now())
		for n := uint32(0); n < 500 && !l.gate.closed; n += 2 {
			_ = l.Send([]*Packet{speech(1, n), speech(1, n+1)}, time.Now())
			_ = l.Tick(time.Now())
			time.Sleep(40 * time.Millisecond)
		}
		path.sent = nil
		for n := uint32(1000); n < 1100; n++ {
			_ = l.Send([]*Packet{speech(1, n)}, time.Now())
			time.Sleep(20 * time.Millisecond)
		}
		if len(path.sent) != 0 {
			t.Fatalf("%d datagrams into an outage", len(path.sent))
		}
		b, _ := NewSender().Datagram(nil, nil, nil, time.Now())
		path.in <- b
		if _, err := l.Receive(context.Background()); err != nil {
			t.Fatal(err)
		}
		other := NewReceiver(time.Now())
		var got []*Packet
		for _, b := range path.sent {
			r, err := other.Receive(b, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, r.Packets...)
		}
		if len(got) < 8 || len(got) > 12 || got[len(got)-1].Sequence != 1099 || l.Gated() < 80 {
			t.Fatalf("%d packets waited, %d were dropped", len(got), l.Gated())
		}
		for i, p := range got {
			if want := 1100 - uint32(len(got)-i); p.Sequence != want {
				t.Errorf("packet %d at the place of %d", p.Sequence, want)
			}
		}
	})
}

// A datagram that only asks is answered at once, though nothing was silent for long.
func TestAKnockIsAnsweredAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := &besideOnly{in: make(chan []byte, 1)}
		l, other := NewLine(path, time.Now()), NewSender()
		for range 2 {
			b, _ := other.Datagram(nil, nil, nil, time.Now())
			path.in <- b
			path.sent = nil
			if _, err := l.Receive(context.Background()); err != nil || len(path.sent) != 1 {
				t.Errorf("%d answers, %v", len(path.sent), err)
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
}

// Media that came steadily and stops makes this end show itself a few times, and then no more until it comes again.
func TestMediaThatStopsIsMissed(t *testing.T) {
	var r reports
	now := time.Unix(1e9, 0)
	come := func(n int) {
		for range n {
			now = now.Add(40 * time.Millisecond)
			r.note(&datagram{source: []byte{1}}, r.hop+1, now)
		}
	}
	for range 2 {
		come(20)
		var at []time.Duration
		for d := time.Duration(0); d < time.Second; d += 5 * time.Millisecond {
			if r.miss(now.Add(d)) {
				at = append(at, d)
			}
		}
		if len(at) != missedMost || at[0] < 80*time.Millisecond || at[0] > 100*time.Millisecond {
			t.Errorf("signs of life after %v", at)
		}
	}
	come(1)
	r.prompt = true
	if r.miss(now.Add(time.Second)) {
		t.Error("reports at the other end's pace are signs of life")
	}
}

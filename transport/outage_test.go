package transport

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// outage is a line of 256 kbit/s and 150 ms on which both sides speak at 40 ms, and which is dead for a time.
type outage struct {
	loss   float64
	For    time.Duration
	gate   bool // as Line has it; else media goes on
	window bool // Paths keeps room in the library's window
	seed   uint64
}

// measure returns how long after the line is back the first voice arrives, on the slower side; 60 s if none does. Call it in a bubble.
func (o outage) measure(t *testing.T) time.Duration {
	w := newWorld(t)
	good := transporttest.Impairment{Delay: 75 * time.Millisecond, Loss: o.loss, Rate: 256}
	access := w.network.Line(good, good, o.seed)
	client, server := w.dial(access, WebTransport)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var tasks sync.WaitGroup
	back := time.Now().Add(20*time.Second + o.For)
	first := make(chan time.Duration, 2)
	for i, session := range []*Session{client, server} {
		paths := NewPaths()
		var path Datagrams = session
		if !o.window {
			path = struct{ Datagrams }{session}
		}
		route := paths.Add(path, func() { _ = session.Close("") })
		line := NewLine(paths, time.Now())
		tasks.Go(func() { _ = route.Carry(ctx) })
		tasks.Go(func() {
			for heard := false; !heard; {
				packets, err := line.Receive(ctx)
				if err != nil {
					return
				}
				if heard = len(packets) > 0 && time.Now().After(back); heard {
					first <- time.Since(back)
				}
			}
			for ctx.Err() == nil {
				_, _ = line.Receive(ctx)
			}
		})
		tasks.Go(func() { o.speak(ctx, line, uint32(i+1)) })
	}
	time.Sleep(20 * time.Second)
	dead := good
	dead.Outages = []transporttest.Outage{{For: o.For}}
	if err := access.Set(dead, dead); err != nil {
		t.Fatal(err)
	}
	limit := time.NewTimer(time.Until(back) + time.Minute)
	defer limit.Stop()
	slowest := time.Duration(0)
	for range 2 {
		select {
		case took := <-first:
			slowest = max(slowest, took)
		case <-limit.C:
			slowest = time.Minute
			limit.Reset(0)
		}
	}
	cancel()
	_ = client.Close("")
	_ = server.Close("")
	tasks.Wait()
	time.Sleep(time.Second)
	return slowest
}

// speak sends two frames of 20 ms every 40, and ticks as the relay and the client do.
func (o outage) speak(ctx context.Context, line *Line, publication uint32) {
	ticker := time.NewTicker(40 * time.Millisecond)
	defer ticker.Stop()
	for n := uint32(0); ; n += 2 {
		var now time.Time
		select {
		case <-ctx.Done():
			return
		case now = <-ticker.C:
		}
		if !o.gate {
			line.gateMu.Lock()
			line.gate.arrived(now)
			line.gateMu.Unlock()
		}
		_ = line.Send([]*Packet{speech(publication, n), speech(publication, n+1)}, now)
		_ = line.Tick(now)
	}
}

func speech(publication, n uint32) *Packet {
	payload := make([]byte, 20) // 8 kbit/s
	payload[0] = 0x48
	return NewVoice(publication, codec.LayerLo, n, n*960, codec.MakeLevel(true, -20), payload)
}

// over runs an outage with several seeds, in the order of what came out.
func (o outage) over(t *testing.T, seeds int) (took []time.Duration) {
	for seed := range seeds {
		synctest.Test(t, func(t *testing.T) {
			o.seed = uint64(seed)
			took = append(took, o.measure(t))
		})
	}
	slices.Sort(took)
	return took
}

// TestTheVoiceIsBackSoonAfterAnOutage holds what the gate is for, on one session, against the real library.
func TestTheVoiceIsBackSoonAfterAnOutage(t *testing.T) {
	for _, c := range []struct {
		loss   float64
		For    time.Duration
		median time.Duration
	}{
		{0, 6 * time.Second, 500 * time.Millisecond},
		{0, time.Minute, 1500 * time.Millisecond},
		{.1, 8 * time.Second, 600 * time.Millisecond},
		{.3, 6 * time.Second, 700 * time.Millisecond},
		{.5, 8 * time.Second, 1500 * time.Millisecond},
	} {
		with := outage{loss: c.loss, For: c.For, gate: true, window: true}.over(t, 5)
		t.Logf("loss %.0f %%, %v: %v", c.loss*100, c.For, with)
		if with[2] > c.median {
			t.Errorf("loss %.0f %%, %v: back after %v", c.loss*100, c.For, with)
		}
	}
}

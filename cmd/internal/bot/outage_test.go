package bot

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/store"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

const virtualRelay = "10.0.0.1:443"

// virtual is a relay in memory with a meeting of two, one of them behind a bad line, in the time of a bubble.
type virtual struct {
	t       *testing.T
	network *transporttest.Network
	found   *client.Meeting
	ctx     context.Context
	stop    func()
	tasks   sync.WaitGroup
}

func newVirtual(t *testing.T) *virtual {
	t.Helper()
	v := &virtual{t: t, network: transporttest.NewNetwork()}
	conn, err := v.network.ListenPacket(virtualRelay)
	if err != nil {
		t.Fatal(err)
	}
	config, _ := certificate(t)
	server, err := relay.New(relay.Config{
		Conn: conn, TLS: config, Seed: make([]byte, relay.SeedSize), Log: &store.Memory{}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	tcp, err := v.network.Listen(virtualRelay)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(transport.WebSocketPath, server.WebSocket())
	page := &http.Server{Handler: mux}
	ctx, cancel := context.WithCancel(context.Background())
	var relayTasks sync.WaitGroup
	relayTasks.Go(func() {
		if err := server.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	relayTasks.Go(func() {
		if err := page.Serve(tcp); !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	var leave context.CancelFunc
	v.ctx, leave = context.WithCancel(context.Background())
	v.stop = func() {
		leave()
		v.tasks.Wait()
		cancel()
		_ = page.Close()
		relayTasks.Wait()
		time.Sleep(2 * time.Second)
	}
	code, err := server.Create(ctx, "Họp giao ban")
	if err != nil {
		t.Fatal(err)
	}
	v.found = &client.Meeting{Code: code, Relays: []client.Relay{{URL: "https://" + virtualRelay + transport.Path}}}
	return v
}

// person is a client that speaks all the time and notes when it heard something.
type person struct {
	*client.Client
	joined time.Duration
	heard  atomic.Int64 // unix ns of the last frame
	begun  time.Time
	spoken atomic.Uint32
	order  atomic.Int64 // frames that came a second time
	seen   map[uint64]bool
}

// join has a person join over a line, and listen and speak from then on.
func (v *virtual) join(name string, line *transporttest.Line, kind transport.Kind) (*person, error) {
	begun := time.Now()
	c, err := client.Dial(v.ctx, client.Config{
		Server: "http://localhost", Meeting: v.found.Code, Name: name, Insecure: true, Found: v.found, Transport: kind,
		Sockets: transport.Dialer{ListenPacket: line.ListenPacket, DialStream: line.DialStream},
	})
	if err != nil {
		return nil, err
	}
	p := &person{Client: c, begun: begun, joined: time.Since(begun), seen: map[uint64]bool{}}
	c.Subscribe(func(pkt *transport.Packet, at time.Time) {
		p.heard.Store(at.UnixNano())
		key := uint64(pkt.SSRC)<<32 | uint64(pkt.Layer)<<31 | uint64(pkt.Sequence)
		if p.seen[key] {
			p.order.Add(1)
			println("TWICE", name, uint32(pkt.SSRC), pkt.Timestamp, pkt.Payload[0], len(pkt.Payload), time.Since(p.begun).Milliseconds(), pkt.Sequence, pkt.Layer, c.Stats().Sessions)
		}
		p.seen[key] = true
	})
	v.tasks.Go(func() {
		if err := c.Run(v.ctx); err != nil {
			v.t.Error(err)
		}
	})
	v.tasks.Go(func() { p.speak(v.ctx) })
	return p, nil
}

func (p *person) speak(ctx context.Context) {
	ticker := time.NewTicker(40 * time.Millisecond)
	defer ticker.Stop()
	for n := uint32(0); ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		plan := p.Plan()
		for layer, bitrate := range []int{plan.Lo, plan.Hi} {
			if bitrate == 0 {
				continue
			}
			payload := make([]byte, bitrate/200) // 40 ms
			payload[8] = 0x50
			_ = p.Publish(client.Frame{Layer: codec.Layer(layer), Time: n * 1920, Level: codec.MakeLevel(true, -20), Payload: payload})
		}
	}
}

// after returns how long after a time the first frame was heard; a minute if none was.
func (p *person) after(at time.Time) time.Duration {
	for time.Since(at) < time.Minute {
		if heard := time.Unix(0, p.heard.Load()); heard.After(at) {
			return heard.Sub(at)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return time.Minute
}

var good = transporttest.Impairment{Delay: 5 * time.Millisecond}

// outage returns how long after the line is back its listener hears, and is heard.
func outage(t *testing.T, loss float64, d time.Duration, seed uint64) (hears, isHeard time.Duration) {
	v := newVirtual(t)
	defer v.stop()
	bad := transporttest.Impairment{Delay: 75 * time.Millisecond, Loss: loss, Rate: 256}
	line := v.network.Line(bad, bad, seed)
	far, err := v.join("xa", line, transport.WebTransport)
	if err != nil {
		t.Fatal(err)
	}
	near, err := v.join("gần", v.network.Line(good, good, seed), transport.WebTransport)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(30 * time.Second)
	dead := bad
	dead.Outages = []transporttest.Outage{{For: d}}
	if err := line.Set(dead, dead); err != nil {
		t.Fatal(err)
	}
	time.Sleep(d)
	back := time.Now()
	hears = far.after(back)
	isHeard = near.after(back)
	if n := far.order.Load() + near.order.Load(); n > 0 {
		t.Errorf("%d frames came twice", n)
	}
	return hears, isHeard
}

func TestTempOutages(t *testing.T) {
	for _, loss := range []float64{0, .1, .3, .5} {
		for _, d := range []time.Duration{6, 8, 15, 60} {
			var hears, isHeard []time.Duration
			for seed := range uint64(16) {
				synctest.Test(t, func(t *testing.T) {
					a, b := outage(t, loss, d*time.Second, seed)
					hears, isHeard = append(hears, a), append(isHeard, b)
				})
			}
			slices.Sort(hears)
			slices.Sort(isHeard)
			t.Logf("loss %.0f %% %2ds: hears %5.2f %5.2f is heard %5.2f %5.2f (median, max)", loss*100, d, hears[8].Seconds(), hears[15].Seconds(), isHeard[8].Seconds(), isHeard[15].Seconds())
		}
	}
}

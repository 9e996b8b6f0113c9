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
	"github.com/diemcau/diemcau/relay/store/memory"
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
		Conn: conn, TLS: config, Seed: make([]byte, relay.SeedSize), Log: &memory.Log{}, Logger: slog.New(slog.DiscardHandler),
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
	twice  atomic.Int64 // frames that came a second time
	seen   map[uint64]bool
}

// join has a person join over a line, and listen and speak from then on.
func (v *virtual) join(name string, line *transporttest.Line, kind transport.Kind) (*person, error) {
	begun := time.Now()
	c, err := client.Dial(v.ctx, client.Config{
		Server: "http://localhost", Meeting: v.found.Code, Name: name, Insecure: true, Found: v.found,
		Way: client.Way{Transport: kind, Sockets: transport.Dialer{ListenPacket: line.ListenPacket, DialStream: line.DialStream}},
	})
	if err != nil {
		return nil, err
	}
	p := &person{Client: c, begun: begun, joined: time.Since(begun), seen: map[uint64]bool{}}
	c.Subscribe(func(pkt *transport.Packet, at time.Time) {
		p.heard.Store(at.UnixNano())
		key := uint64(pkt.SSRC)<<32 | uint64(pkt.Layer)<<31 | uint64(pkt.Sequence)
		if p.seen[key] {
			p.twice.Add(1)
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
	if n := far.twice.Load() + near.twice.Load(); n > 0 {
		t.Errorf("%d frames came twice", n)
	}
	return hears, isHeard
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func TestTheVoiceIsBackAfterAnOutage(t *testing.T) {
	for _, c := range []struct {
		loss float64
		For  time.Duration
		most time.Duration // in the middle of nine lines
	}{
		{0, 6 * time.Second, 800 * time.Millisecond},
		{.1, 8 * time.Second, 900 * time.Millisecond},
		{.3, time.Minute, 3 * time.Second},
	} {
		var hears, isHeard []time.Duration
		for seed := range uint64(9) {
			synctest.Test(t, func(t *testing.T) {
				a, b := outage(t, c.loss, c.For, seed)
				hears, isHeard = append(hears, a), append(isHeard, b)
			})
		}
		if a, b := median(hears), median(isHeard); max(a, b) > c.most {
			t.Errorf("loss %.0f %%, %v: hears after %v, is heard after %v", c.loss*100, c.For, hears, isHeard)
		}
	}
}

// TestJoinsOverAnyLine holds how soon a newcomer hears, from the first dial on.
func TestJoinsOverAnyLine(t *testing.T) {
	const rtt = 150 * time.Millisecond
	for _, c := range []struct {
		name string
		line transporttest.Impairment
		udp  bool          // gets through
		most time.Duration // in the middle of five lines
	}{
		{"clean", transporttest.Impairment{Rate: 512, Delay: rtt / 2}, true, time.Second},
		{"30 %", transporttest.Impairment{Rate: 256, Delay: rtt / 2, Loss: .3}, true, 2500 * time.Millisecond},
		{"50 %", transporttest.Impairment{Rate: 256, Delay: rtt / 2, Loss: .5}, true, 5 * time.Second},
		{"32 kbit/s", transporttest.Impairment{Rate: 32, Delay: rtt, Loss: .02}, true, 5 * time.Second},
		{"UDP blocked", transporttest.Impairment{Rate: 256, Delay: rtt / 2, Loss: .05}, false, 3 * time.Second},
	} {
		var first []time.Duration
		for seed := range uint64(5) {
			synctest.Test(t, func(t *testing.T) {
				v := newVirtual(t)
				defer v.stop()
				if _, err := v.join("gần", v.network.Line(good, good, seed), ""); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2 * time.Second)
				line := v.network.Line(c.line, c.line, seed)
				line.BlockUDP(!c.udp)
				p, err := v.join("xa", line, "")
				if err != nil {
					t.Errorf("%s: %v", c.name, err)
					return
				}
				first = append(first, p.joined+p.after(p.begun.Add(p.joined)))
			})
		}
		if m := median(first); m > c.most {
			t.Errorf("%s: first sound after %v", c.name, first)
		}
	}
}

// both joins one over a line, and one who is near.
func (v *virtual) both(t *testing.T, line *transporttest.Line) (far, near *person) {
	t.Helper()
	far, err := v.join("xa", line, "")
	if err != nil {
		t.Fatal(err)
	}
	if near, err = v.join("gần", v.network.Line(good, good, 2), ""); err != nil {
		t.Fatal(err)
	}
	return far, near
}

func TestANewAddressIsTheSameLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t)
		defer v.stop()
		line := v.network.Line(good, good, 1)
		far, near := v.both(t, line)
		time.Sleep(5 * time.Second)
		publication := near.Seats()[0].Publication
		line.Move()
		moved := time.Now()
		time.Sleep(time.Second) // of what was on its way
		if a, b := far.after(time.Now()), near.after(time.Now()); max(a, b) > 3500*time.Millisecond {
			t.Errorf("hears %v, is heard %v after the address changed", a, b)
		}
		if near.Seats()[0].Publication != publication || far.Stats().Sessions != 2 {
			t.Errorf("%+v, %d sessions after %v", near.Seats(), far.Stats().Sessions, time.Since(moved))
		}
	})
}

func TestAWebSocketGivesWayToUDP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t)
		defer v.stop()
		line := v.network.Line(good, good, 1)
		line.BlockUDP(true)
		far, near := v.both(t, line)
		time.Sleep(20 * time.Second)
		before := far.Stats().Received
		if before == 0 || far.Stats().Sessions != 1 {
			t.Fatalf("%+v", far.Stats())
		}
		line.BlockUDP(false)
		time.Sleep(90 * time.Second)
		if far.Stats().Sessions != 2 {
			t.Errorf("%d sessions", far.Stats().Sessions)
		}
		got, lost := far.Stats().Received-before, far.Stats().Lost+near.Stats().Lost
		if got < 2240 || lost > 0 || far.twice.Load()+near.twice.Load() > 0 { // a frame each 40 ms
			t.Errorf("%d of 2250 frames, %d datagrams lost, %d twice", got, lost, far.twice.Load())
		}
	})
}

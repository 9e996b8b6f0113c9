package relay

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

const virtualAddress = "10.0.0.1:443"

// world is a relay and lines to it in memory, in the time of a bubble.
type world struct {
	*Server
	t       *testing.T
	network *transporttest.Network
	sites   *Sites
	code    string
	stop    func()
}

// newWorld starts a relay; stop must be called in the bubble.
func newWorld(t *testing.T, change ...func(*Config)) *world {
	t.Helper()
	w := &world{t: t, network: transporttest.NewNetwork(), sites: openSites(t, &memory.Log{}, seedA)}
	conn, err := w.network.ListenPacket(virtualAddress)
	if err != nil {
		t.Fatal(err)
	}
	config := Config{
		Conn: conn, TLS: certificate(t), Seed: make([]byte, SeedSize), ID: 7, Log: &memory.Log{}, Page: Page{Build: "test"},
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Sites: w.sites,
	}
	for _, f := range change {
		f(&config)
	}
	w.Server, err = New(config)
	if err != nil {
		t.Fatal(err)
	}
	tcp, err := w.network.Listen(virtualAddress)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(transport.WebSocketPath, w.WebSocket())
	page := &http.Server{Handler: mux}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- w.Run(ctx) }()
	go func() { ended <- page.Serve(tcp) }()
	w.stop = func() {
		cancel()
		err := <-ended
		_ = page.Close()
		if err = errors.Join(err, <-ended); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("the relay ended with %v", err)
		}
		time.Sleep(time.Second) // until every client has heard of it
	}
	if w.code, err = w.Create(context.Background(), "Họp giao ban"); err != nil {
		t.Fatal(err)
	}
	return w
}

// line adds a line of 20 ms each way.
func (w *world) line() *transporttest.Line {
	good := transporttest.Impairment{Delay: 20 * time.Millisecond}
	return w.network.Line(good, good, 1)
}

// open dials a session on a line.
func (w *world) open(line *transporttest.Line, kind transport.Kind) *transport.Session {
	w.t.Helper()
	d := transport.Dialer{TLS: &tls.Config{InsecureSkipVerify: true}, ListenPacket: line.ListenPacket, DialStream: line.DialStream}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var s *transport.Session
	var err error
	if kind == transport.WebSocket {
		s, err = d.WebSocket(ctx, "ws://"+virtualAddress+transport.WebSocketPath)
	} else {
		s, err = d.WebTransport(ctx, "https://"+virtualAddress+transport.Path)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// alone runs a test with one guest in the meeting, in a bubble.
func alone(t *testing.T, test func(t *testing.T, w *world, a *guest)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.stop()
		a := w.join("A", transport.WebTransport)
		defer a.quit()
		test(t, w, a)
	})
}

// together runs a test with two, the second on a session of a kind.
func together(t *testing.T, kind transport.Kind, test func(t *testing.T, w *world, a, b *guest)) {
	t.Helper()
	alone(t, func(t *testing.T, w *world, a *guest) {
		b := w.join("B", kind)
		defer b.quit()
		test(t, w, a, b)
	})
}

// guest is a client without manners, with paths of its own: it says what the test says.
type guest struct {
	peer
	world  *world
	access *transporttest.Line
	paths  *transport.Paths
	heard  chan *transport.Packet
	ctx    context.Context
	leave  context.CancelFunc
	done   chan struct{}
}

// join takes a seat on a new line.
func (w *world) join(name string, kind transport.Kind) *guest {
	w.t.Helper()
	return w.enter(transport.Hello{Name: name}, kind)
}

// enter says hello on a new line.
func (w *world) enter(hello transport.Hello, kind transport.Kind) *guest {
	w.t.Helper()
	g := &guest{world: w, access: w.line(), paths: transport.NewPaths(), heard: make(chan *transport.Packet, 1000), done: make(chan struct{}, 16)}
	g.t, g.session = w.t, w.open(g.access, kind)
	g.ctx, g.leave = context.WithCancel(context.Background())
	g.line = transport.NewLine(g.paths, time.Now())
	hello.Type, hello.Protocol, hello.Meeting = transport.TypeHello, transport.Protocol, w.code
	g.say(hello)
	if err := g.next(transport.TypeWelcome).Decode(&g.welcome); err != nil {
		w.t.Fatal(err)
	}
	g.carry(g.session)
	go g.receive()
	go g.tick()
	return g
}

// tick sends the reports and beats that are due.
func (g *guest) tick() {
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-g.ctx.Done():
			return
		case now := <-ticker.C:
			_ = g.line.Tick(now)
		}
	}
}

func (g *guest) carry(s *transport.Session) {
	route := g.paths.Add(s, func() { _ = s.Close("") })
	go func() {
		_ = route.Carry(g.ctx)
		g.done <- struct{}{}
	}()
}

func (g *guest) receive() {
	defer close(g.heard)
	for {
		packets, err := g.line.Receive(g.ctx)
		if err != nil {
			return
		}
		for _, p := range packets {
			g.heard <- p
		}
	}
}

// attach opens a further session of the guest's line and returns it as one that says and hears control messages.
func (g *guest) attach(kind transport.Kind, control bool) *peer {
	g.t.Helper()
	p := &peer{t: g.t, session: g.world.open(g.world.line(), kind)}
	p.say(transport.Attach{Type: transport.TypeAttach, Protocol: transport.Protocol, Line: g.welcome.Line, Control: control})
	if control {
		if err := p.next(transport.TypeWelcome).Decode(&p.welcome); err != nil {
			g.t.Fatal(err)
		}
	} else {
		p.next(transport.TypeAttached)
	}
	g.carry(p.session)
	if err := g.line.Revive(time.Now()); err != nil {
		g.t.Error(err)
	}
	return p
}

// talk sends frames from to to, one every 20 ms.
func (g *guest) talk(from, to uint32) {
	g.t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for i := from; i < to; i++ {
		if err := g.line.Send([]*transport.Packet{g.voice(i)}, <-ticker.C); err != nil {
			g.t.Error(err)
		}
	}
}

// event waits for the next event of a kind.
func (p *peer) event(kind string) (e transport.Event) {
	p.t.Helper()
	for e.Kind != kind {
		if err := p.next(transport.TypeEvent).Decode(&e); err != nil {
			p.t.Fatal(err)
		}
	}
	return e
}

// sequences empties what was heard so far.
func (g *guest) sequences() (out []uint32) {
	for {
		select {
		case p := <-g.heard:
			out = append(out, p.Sequence)
		default:
			return out
		}
	}
}

// quit ends the guest's goroutines and sessions.
func (g *guest) quit() {
	g.leave()
	_ = g.session.Close("")
}

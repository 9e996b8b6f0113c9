package client

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errUnreachable = errors.New("unreachable")

// host is the relay's side of all sessions of a test, in memory: the real Session, Paths and Line over lines of transporttest.
type host struct {
	t    *testing.T
	path transporttest.Impairment
	plan transport.VoicePlan

	mu     sync.Mutex
	dials  int
	down   bool                    // nobody answers
	closed map[transport.Kind]bool // what does not get through
	refuse func(transport.Hello) *transport.Bye
	lines  map[string]*guest
	guests chan *guest
	dead   map[int]bool // uplinks over which nothing gets through
	visits []*visit
}

// guest is one line as the relay sees it.
type guest struct {
	hello    transport.Hello
	paths    *transport.Paths
	line     *transport.Line
	said     chan transport.Message // on all sessions; closed when the line is over
	packets  chan *transport.Packet // closed when the line is over
	welcome  transport.Welcome
	drop     context.CancelFunc // ends the line and its sessions
	attached chan *visit        // each session, the first too

	visits sync.WaitGroup

	mu      sync.Mutex
	control *visit
}

// visit is one session of a guest.
type visit struct {
	session *transport.Session
	end     *transporttest.End // the relay's
	near    *transporttest.End
	kind    transport.Kind
	uplink  int
	first   transport.Message
}

func newHost(t *testing.T) *host {
	return &host{
		t: t, path: transporttest.Impairment{Delay: 20 * time.Millisecond}, guests: make(chan *guest, 100),
		plan: transport.VoicePlan{Hi: 24000, Frame: 20}, lines: map[string]*guest{}, closed: map[transport.Kind]bool{}, dead: map[int]bool{},
	}
}

func (h *host) set(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
}

// dial is what a Client calls in place of Client.open. A dial of a relay that is down ends with its context.
func (h *host) dial(ctx context.Context, to target) (*transport.Session, error) {
	h.mu.Lock()
	h.dials++
	n, down := h.dials, h.down || h.closed[to.kind] || h.dead[to.uplink]
	h.mu.Unlock()
	if down {
		<-ctx.Done()
		return nil, errUnreachable
	}
	near, far := net.Pipe()
	client, relay := transporttest.Pair(h.path, h.path, uint64(n))
	end := func(string) error {
		_ = client.Close()
		_ = near.Close()
		return far.Close()
	}
	v := &visit{session: transport.NewSession(relay, far, "", end), end: relay, near: client, kind: to.kind, uplink: to.uplink}
	h.set(func() { h.visits = append(h.visits, v) })
	go h.serve(v, n)
	session := transport.NewSession(client, near, "", end)
	session.Kind = to.kind
	return session, nil
}

// serve welcomes a session and reads what it says until it ends.
func (h *host) serve(v *visit, n int) {
	defer v.session.Close("")
	m, err := v.session.ReadControl(transport.MaxHello)
	if err != nil {
		return
	}
	g, bye := h.line(m, n)
	if bye != nil {
		bye.Type = transport.TypeBye
		_ = v.session.WriteControl(bye)
		return
	}
	defer g.visits.Done()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	v.first = m
	path := g.paths.AddOn(v.uplink, v.session, cancel)
	defer path.Remove()
	if g.answer(v, m) != nil {
		return
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		_ = path.Carry(ctx)
	}()
	g.attached <- v
	if m.Type == transport.TypeHello {
		h.guests <- g
	}
	for err == nil {
		if m, err = v.session.ReadControl(transport.MaxControl); err == nil {
			g.said <- m
		}
		if m.Type == transport.TypeBye {
			g.drop()
		}
	}
	cancel()
	<-read
}

// line finds or makes the line that a first message asks for.
func (h *host) line(first transport.Message, n int) (*guest, *transport.Bye) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if first.Type == transport.TypeAttach {
		var a transport.Attach
		if first.Decode(&a) == nil && h.lines[a.Line] != nil {
			g := h.lines[a.Line]
			g.visits.Add(1)
			return g, nil
		}
		return nil, &transport.Bye{Code: "line-unknown", Again: true}
	}
	g := &guest{
		paths: transport.NewPaths(), said: make(chan transport.Message, 100), packets: make(chan *transport.Packet, 10000),
		attached: make(chan *visit, 100),
	}
	if first.Decode(&g.hello) != nil {
		return nil, &transport.Bye{Code: "bad-hello"}
	}
	if h.refuse != nil {
		if bye := h.refuse(g.hello); bye != nil {
			return nil, bye
		}
	}
	id := uint32(1000 + n)
	g.line = transport.NewLine(g.paths, time.Now())
	g.welcome = transport.Welcome{
		Type: transport.TypeWelcome, Protocol: transport.Protocol, You: me, Publication: id, Token: fmt.Sprint("token ", n), Line: fmt.Sprint("line ", n),
		Plan: transport.Plan{Voice: h.plan},
		View: fmt.Appendf(nil, `{"n":1,"epoch":1,"seats":[[%d,%q,%d,1]]}`, meID, g.hello.Name, id),
	}
	ctx, cancel := context.WithCancel(context.Background())
	g.drop = cancel
	h.lines[g.welcome.Line] = g
	g.visits.Add(1)
	go h.live(ctx, g)
	return g, nil
}

// me is the seat of everybody here.
const (
	meID = 0x00700001
	me   = "00700001"
)

// live runs a line until it is dropped.
func (h *host) live(ctx context.Context, g *guest) {
	var wg sync.WaitGroup
	wg.Go(func() { g.receive(ctx) })
	<-ctx.Done()
	h.set(func() { delete(h.lines, g.welcome.Line) })
	for {
		select {
		case v := <-g.attached:
			_ = v.session.Close("")
			continue
		default:
		}
		break
	}
	_ = g.current().session.Close("")
	wg.Wait()
	g.visits.Wait()
	close(g.said)
}

// current is the session that carries control.
// answer is what a relay says to a first message.
func (g *guest) answer(v *visit, first transport.Message) error {
	var attach transport.Attach
	if first.Type == transport.TypeAttach && first.Decode(&attach) == nil && !attach.Control {
		return v.session.WriteControl(transport.Attached{Type: transport.TypeAttached})
	}
	g.mu.Lock()
	g.control = v
	g.mu.Unlock()
	return v.session.WriteControl(g.welcome)
}

func (g *guest) current() *visit {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.control
}

func (g *guest) receive(ctx context.Context) {
	defer close(g.packets)
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case now := <-ticker.C:
				_ = g.line.Tick(now)
			}
		}
	})
	for {
		packets, err := g.line.Receive(ctx)
		if err != nil {
			return
		}
		for _, p := range packets {
			g.packets <- p
		}
	}
}

func (g *guest) tell(t *testing.T, message any) {
	t.Helper()
	if err := g.current().session.WriteControl(message); err != nil {
		t.Error(err)
	}
}

// join dials and runs a client; stop leaves and returns what Run returned.
func (h *host) join(config Config, heard func(*transport.Packet, time.Time)) (c *Client, g *guest, stop func() error) {
	h.t.Helper()
	config.Server, config.Meeting = "https://relay.test", "abc-def-ghj"
	if config.Name == "" {
		config.Name = "Xã Ga Ry"
	}
	config.Found = &Meeting{Code: "abc-def-ghj", Relays: []Relay{{URL: "https://relay.test/wt"}}}
	c = newClient(config)
	c.dial = h.dial
	l, err := c.connect(context.Background(), patience)
	if err != nil {
		h.t.Fatal(err)
	}
	c.enter(l)
	c.Subscribe(heard)
	g = <-h.guests
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	return c, g, func() error {
		cancel()
		err := <-done
		h.mu.Lock()
		lines := slices.Collect(maps.Values(h.lines))
		h.mu.Unlock()
		for _, g := range lines {
			g.drop()
		}
		return err
	}
}

func voice(i int) Frame {
	return Frame{Layer: codec.LayerHi, Time: uint32(i) * 960, Level: codec.MakeLevel(true, -20), Payload: []byte{0x48, byte(i), byte(i >> 8), 7}}
}

// speak publishes n frames of 20 ms in real time.
func speak(t *testing.T, c *Client, from, n int) {
	t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for i := range n {
		if err := c.Publish(voice(from + i)); err != nil {
			t.Errorf("frame %d: %v", from+i, err)
		}
		<-ticker.C
	}
}

package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
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

// host is the relay's side of all sessions of a test, in memory: the real Session and Line over a line of transporttest.
type host struct {
	t    *testing.T
	path transporttest.Impairment
	plan transport.VoicePlan

	mu     sync.Mutex
	dials  int
	down   bool // nobody answers
	refuse func(transport.Hello) *transport.Bye
	guests chan *guest
}

// guest is one session as the relay sees it.
type guest struct {
	hello   transport.Hello
	session *transport.Session
	line    *transport.Line
	end     *transporttest.End
	said    chan transport.Message // closed when the session is over
	packets chan *transport.Packet // closed when the session is over
	welcome transport.Welcome
}

func newHost(t *testing.T) *host {
	return &host{
		t: t, path: transporttest.Impairment{Delay: 20 * time.Millisecond}, guests: make(chan *guest, 100),
		plan: transport.VoicePlan{Hi: 24000, Frame: 20},
	}
}

func (h *host) set(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
}

// dial is what a Client calls in place of transport.Dial. A dial of a relay that is down ends with its context.
func (h *host) dial(ctx context.Context, _ string, _ *tls.Config) (*transport.Session, error) {
	h.mu.Lock()
	h.dials++
	n, down := h.dials, h.down
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
	g := &guest{
		session: transport.NewSession(relay, far, "", end), end: relay,
		said: make(chan transport.Message, 100), packets: make(chan *transport.Packet, 10000),
	}
	g.line = transport.NewLine(relay, time.Now())
	go h.serve(g, n)
	return transport.NewSession(client, near, "", end), nil
}

// serve welcomes a guest and reads what it says until its session ends.
func (h *host) serve(g *guest, n int) {
	defer close(g.said)
	m, err := g.session.ReadControl(transport.MaxHello)
	if err != nil || m.Decode(&g.hello) != nil {
		close(g.packets)
		return
	}
	h.mu.Lock()
	refuse := h.refuse
	h.mu.Unlock()
	if refuse != nil {
		if bye := refuse(g.hello); bye != nil {
			bye.Type = transport.TypeBye
			_ = g.session.WriteControl(bye)
			close(g.packets)
			return
		}
	}
	id := uint32(1000 + n)
	g.welcome = transport.Welcome{
		Type: transport.TypeWelcome, Protocol: transport.Protocol, You: "me", Publication: id, Token: fmt.Sprint("token ", n),
		Plan:  transport.Plan{Voice: h.plan},
		Seats: []transport.Seat{{ID: "me", Name: g.hello.Name, Publication: id, Here: true}},
	}
	if g.session.WriteControl(g.welcome) != nil {
		close(g.packets)
		return
	}
	var wg sync.WaitGroup
	wg.Go(g.receive)
	h.guests <- g
	for err == nil {
		if m, err = g.session.ReadControl(transport.MaxControl); err == nil {
			g.said <- m
		}
	}
	_ = g.session.Close("")
	wg.Wait()
}

func (g *guest) receive() {
	defer close(g.packets)
	for {
		packets, err := g.line.Receive(context.Background())
		if err != nil {
			return
		}
		for _, p := range packets {
			g.packets <- p
		}
		if g.line.Tick(time.Now()) != nil {
			return
		}
	}
}

func (g *guest) tell(t *testing.T, message any) {
	t.Helper()
	if err := g.session.WriteControl(message); err != nil {
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
		return <-done
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

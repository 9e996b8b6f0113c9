package relay

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
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

func certificate(t *testing.T) *tls.Config {
	t.Helper()
	config, err := transporttest.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// running is a relay on a loopback socket.
type running struct {
	*Server
	url  string
	stop func() // waits until Run has returned
}

// start runs a relay until the test ends or stop is called.
func start(t *testing.T, log Log) *running {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{
		Conn: conn, TLS: certificate(t), Seed: make([]byte, SeedSize), ID: 7, Log: log, Page: Page{Build: "test"},
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(stop)
	return &running{s, "https://" + conn.LocalAddr().String() + transport.Path, stop}
}

// peer is a client without manners: it says what the test says.
type peer struct {
	t       *testing.T
	session *transport.Session
	sender  *transport.Sender
	line    *transport.Line
	welcome transport.Welcome
	seating transport.Seating // as welcomes and events told
}

// read reads the next message of the relay and follows it.
func (p *peer) read() (transport.Message, error) {
	m, err := p.session.ReadTold()
	if err != nil {
		return m, err
	}
	var w transport.Welcome
	var e transport.Event
	switch {
	case m.Type == transport.TypeWelcome && m.Decode(&w) == nil:
		if err := p.seating.Welcome(&w); err != nil {
			p.t.Error(err)
		}
	case m.Type == transport.TypeEvent && m.Decode(&e) == nil:
		p.seating.Fold(&e)
	}
	return m, nil
}

// seats are those that the peer knows of, as sites tell them.
func (p *peer) seats() []transport.Seat {
	all := slices.Clone(p.seating.Seats)
	for i := range all {
		all[i].Role, all[i].Invited = "", 0
	}
	return all
}

// seat is one of them.
func (p *peer) seat(id string) transport.Seat {
	if s := p.seating.Find(id); s != nil {
		return *s
	}
	return transport.Seat{}
}

func (r *running) dial(t *testing.T) *peer {
	t.Helper()
	session, err := transport.Dial(t.Context(), r.url, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close("") })
	line := transport.NewLine(session, time.Now())
	return &peer{t: t, session: session, sender: line.Sender, line: line}
}

// join dials and sits down; it fails the test if the relay refuses.
func (r *running) join(t *testing.T, hello transport.Hello) *peer {
	t.Helper()
	p := r.dial(t)
	hello.Type, hello.Protocol = transport.TypeHello, transport.Protocol
	p.say(hello)
	m := p.next(transport.TypeWelcome)
	if err := m.Decode(&p.welcome); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *peer) say(v any) {
	p.t.Helper()
	if err := p.session.WriteControl(v); err != nil {
		p.t.Fatal(err)
	}
}

// next reads until a message of that type comes.
func (p *peer) next(want transport.MessageType) transport.Message {
	p.t.Helper()
	if err := p.session.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		p.t.Fatal(err)
	}
	for {
		m, err := p.read()
		if err != nil {
			p.t.Fatalf("waiting for %s: %v", want, err)
		}
		if m.Type == want {
			return m
		}
		if m.Type == transport.TypeBye {
			p.t.Fatalf("waiting for %s: %s", want, m.JSON)
		}
	}
}

// bye reads until the relay says bye.
func (p *peer) bye() (b transport.Bye) {
	p.t.Helper()
	if err := p.next(transport.TypeBye).Decode(&b); err != nil {
		p.t.Fatal(err)
	}
	if b.Vi == "" || b.En == "" {
		p.t.Errorf("%s has no sentence", b.Code)
	}
	return b
}

// voice makes the i-th 20 ms frame of this peer.
func (p *peer) voice(i uint32) *transport.Packet {
	payload := []byte{0x48, byte(i), byte(i >> 8), byte(p.welcome.Publication), 5, 6, 7}
	return transport.NewVoice(p.welcome.Publication, codec.LayerHi, i, i*960, codec.MakeLevel(true, -20), payload)
}

// speak sends frames from to to, one every 5 ms.
func (p *peer) speak(from, to uint32) {
	p.t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for i := from; i < to; i++ {
		<-ticker.C
		if err := p.line.Send([]*transport.Packet{p.voice(i)}, time.Now()); err != nil {
			p.t.Error(err)
			return
		}
	}
}

// hear collects packets until there are n or the time is over.
func (p *peer) hear(n int, within time.Duration) (heard []*transport.Packet) {
	ctx, cancel := context.WithTimeout(p.t.Context(), within)
	defer cancel()
	for len(heard) < n {
		packets, err := p.line.Receive(ctx)
		if err != nil {
			return heard
		}
		heard = append(heard, packets...)
	}
	return heard
}

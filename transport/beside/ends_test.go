package beside

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ms = time.Millisecond

var (
	serverAt = netip.MustParseAddrPort("10.0.0.1:443")
	stranger = netip.MustParseAddrPort("10.9.9.9:999")
)

// ends are both ends of a channel over real QUIC and a line in memory.
type ends struct {
	t       *testing.T
	network *transporttest.Network
	line    *transporttest.Line
	session [2]*transport.Session // client's, relay's
	port    [2]*Port
	channel [2]*Channel
}

// within runs f with both ends of a channel, in virtual time. On a line that loses much the session is opened before it is that bad.
func within(t *testing.T, line transporttest.Impairment, f func(*ends)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		e := newEnds(t, transporttest.Impairment{Delay: line.Delay})
		if err := e.line.Set(line, line); err != nil {
			t.Fatal(err)
		}
		f(e)
	})
}

func newEnds(t *testing.T, line transporttest.Impairment) *ends {
	t.Helper()
	e := &ends{t: t, network: transporttest.NewNetwork()}
	e.line = e.network.Line(line, line, 1)
	certificate, err := transporttest.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := e.network.ListenPacket(serverAt.String())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	accepted := make(chan *transport.Session, 1)
	listener := transport.NewListener(transport.ListenConfig{Conn: conn, TLS: certificate}, func(session context.Context, s *transport.Session) {
		accepted <- s
		select {
		case <-session.Done():
		case <-ctx.Done():
		}
	})
	var tasks sync.WaitGroup
	tasks.Go(func() {
		if err := listener.Serve(ctx); err != nil {
			t.Error(err)
		}
	})
	dialer := transport.Dialer{TLS: &tls.Config{InsecureSkipVerify: true}, ListenPacket: e.line.ListenPacket}
	if e.session[0], err = dialer.WebTransport(ctx, "https://"+serverAt.String()+transport.Path); err != nil {
		t.Fatal(err)
	}
	if err := e.session[0].WriteControl(transport.Beside{Type: transport.TypeBeside}); err != nil { // opens the stream
		t.Fatal(err)
	}
	e.session[1] = <-accepted
	e.port = [2]*Port{NewPort(e.session[0].Under()), NewPort(listener.Under())}
	e.open()
	for _, p := range e.port {
		tasks.Go(func() { _ = p.Run(ctx) })
	}
	tasks.Go(func() { e.tick(ctx) })
	t.Cleanup(func() {
		cancel()
		_ = e.session[0].Close("")
		tasks.Wait()
		time.Sleep(time.Second) // until the client has heard of it
	})
	return e
}

// open makes both ends of a new channel.
func (e *ends) open() {
	e.t.Helper()
	var err error
	if e.channel[1], err = e.port[1].Open(e.session[1].ExportKeys, e.session[1].RemoteAddr()); err != nil {
		e.t.Fatal(err)
	}
	if e.channel[0], err = e.port[0].Join(e.channel[1].Number(), e.session[0].ExportKeys, e.session[0].RemoteAddr()); err != nil {
		e.t.Fatal(err)
	}
}

func (e *ends) tick(ctx context.Context) {
	ticker := time.NewTicker(100 * ms)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			e.channel[0].Tick(now)
		}
	}
}

// ready waits until the client knows that packets pass, for at most d.
func (e *ends) ready(d time.Duration) bool {
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(10 * ms) {
		if e.channel[0].Ready() {
			return true
		}
	}
	return false
}

// where is what the relay knows of where the client is.
func (e *ends) where() whereabouts {
	c := e.channel[1]
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.where
}

// send sends n numbered datagrams every 20 ms from one end and returns those that the other got, in their order.
func (e *ends) send(from, first, n int) (got []uint32) {
	e.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			b, err := e.channel[1-from].ReceiveDatagram(ctx)
			if err != nil {
				return
			}
			got = append(got, binary.BigEndian.Uint32(b))
		}
	}()
	for i := range n {
		if err := e.channel[from].SendDatagram(binary.BigEndian.AppendUint32(nil, uint32(first+i))); err != nil {
			e.t.Error(err)
		}
		time.Sleep(20 * ms)
	}
	time.Sleep(time.Second)
	cancel()
	<-done
	return got
}

// packets records what crosses the line beside QUIC.
func (e *ends) packets() func() []transporttest.Seen {
	var mu sync.Mutex
	var all []transporttest.Seen
	e.line.Tap(func(s transporttest.Seen) {
		mu.Lock()
		defer mu.Unlock()
		if s.Payload[0]&0xc0 == 0 {
			all = append(all, s)
		}
	})
	return func() []transporttest.Seen {
		mu.Lock()
		defer mu.Unlock()
		return all
	}
}

package transport

import (
	"context"
	"crypto/tls"
	"net/http"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/transport/transporttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const serverAddress = "10.0.0.1:443"

func certificate(t testing.TB) *tls.Config {
	t.Helper()
	config, err := transporttest.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// world is a server in memory that takes sessions over WebTransport and WebSocket, in the time of the test.
type world struct {
	t        *testing.T
	network  *transporttest.Network
	listener *Listener
	accepted chan *Session // each until its close
}

// newWorld starts a server; it ends with the test. Call it in a bubble.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, network: transporttest.NewNetwork(), accepted: make(chan *Session, 16)}
	conn, err := w.network.ListenPacket(serverAddress)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	handle := func(session context.Context, s *Session) {
		w.accepted <- s
		select {
		case <-session.Done():
		case <-ctx.Done():
		}
	}
	w.listener = NewListener(ListenConfig{Conn: conn, TLS: certificate(t)}, handle)
	served := make(chan error, 2)
	go func() { served <- w.listener.Serve(ctx) }()
	tcp, err := w.network.Listen(serverAddress)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: WebSocketHandler(nil, handle)}
	go func() { served <- server.Serve(tcp) }()
	t.Cleanup(func() {
		cancel()
		_ = server.Close()
		for range 2 {
			if err := <-served; err != nil && err != http.ErrServerClosed {
				t.Error(err)
			}
		}
		time.Sleep(time.Second) // until every client has heard of it
	})
	return w
}

// dial opens a session over a line and returns both its ends; the control streams are open. A line that loses too much gets another try.
func (w *world) dial(line *transporttest.Line, kind Kind) (client, server *Session) {
	w.t.Helper()
	for range 5 {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		client, err := w.try(ctx, line, kind)
		if err == nil {
			err = client.WriteControl(Bye{Type: TypeBye}) // opens the stream
		}
		if err == nil {
			select {
			case server = <-w.accepted:
				if _, err = server.ReadControl(MaxHello); err == nil {
					cancel()
					w.t.Cleanup(func() { _ = client.Close("") })
					return client, server
				}
			case <-ctx.Done():
			}
			_ = client.Close("")
		}
		cancel()
	}
	w.t.Fatal("no session")
	return nil, nil
}

func (w *world) try(ctx context.Context, line *transporttest.Line, kind Kind) (*Session, error) {
	dialer := Dialer{TLS: &tls.Config{InsecureSkipVerify: true}, ListenPacket: line.ListenPacket, DialStream: line.DialStream}
	if kind == WebSocket {
		return dialer.WebSocket(ctx, "ws://"+serverAddress+WebSocketPath)
	}
	return dialer.WebTransport(ctx, "https://"+serverAddress+Path)
}

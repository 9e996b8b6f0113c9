package site

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	server = "https://10.0.0.1:443"
	port   = "10.0.0.1:443"
	code   = "abc-def-gh0"
)

// world is a server with its relay, or what stands in their place, and a site on a line, in the time of a bubble.
type world struct {
	t       *testing.T
	network *transporttest.Network
	line    *transporttest.Line
	trust   *tls.Config
	sites   *relay.Sites
	above   *relay.Server
	code    string
	stops   []func()
	opened  int // sites

	mu    sync.Mutex
	tcp   int // connections that the site dialed
	token string
	site  Config
}

func inWorld(t *testing.T, f func(*world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, network: transporttest.NewNetwork(), code: code}
		near := transporttest.Impairment{Delay: 20 * time.Millisecond}
		w.line = w.network.Line(near, near, 1)
		var err error
		if w.trust, err = transporttest.Certificate(); err != nil {
			t.Fatal(err)
		}
		if w.sites, err = relay.OpenSites(&memory.Log{}, make([]byte, relay.SeedSize)); err != nil {
			t.Fatal(err)
		}
		if _, w.token, err = w.sites.Enrol("Xã Ga Ry"); err != nil {
			t.Fatal(err)
		}
		w.site = Config{
			Client:  client.Config{Hashes: []client.Hash{sha256.Sum256(w.trust.Certificates[0].Certificate[0])}},
			Servers: []string{server}, Instance: "pc", Places: &Places{}, Logger: slog.New(slog.DiscardHandler),
			Token: func() (string, error) {
				w.mu.Lock()
				defer w.mu.Unlock()
				return w.token, nil
			},
		}
		w.site.Client.Sockets = transport.Dialer{ListenPacket: w.line.ListenPacket, DialStream: w.dialTCP}
		defer func() {
			for _, stop := range w.stops {
				stop()
			}
			time.Sleep(time.Minute) // until every connection has ended
		}()
		f(w)
	})
}

func (w *world) dialTCP(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	w.tcp++
	w.mu.Unlock()
	return w.line.DialStream(ctx, network, address)
}

func (w *world) dials() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tcp
}

// relay starts a relay above with a meeting.
func (w *world) relay() {
	w.t.Helper()
	conn, err := w.network.ListenPacket(port)
	if err != nil {
		w.t.Fatal(err)
	}
	w.above, err = relay.New(relay.Config{
		Conn: conn, TLS: w.trust, Seed: make([]byte, relay.SeedSize), ID: 7, Log: &memory.Log{}, Logger: w.site.Logger, Sites: w.sites,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.run(w.above.Run)
	if w.code, err = w.above.Create(context.Background(), "Họp giao ban"); err != nil {
		w.t.Fatal(err)
	}
}

// run runs something until the test ends.
func (w *world) run(f func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Error(err)
		}
	})
	w.stops = append([]func(){stop}, w.stops...)
	return stop
}

// page starts an HTTP server where the server's page is; plain: without TLS.
func (w *world) page(handler http.Handler, plain bool) {
	w.t.Helper()
	tcp, err := w.network.Listen(port)
	if err != nil {
		w.t.Fatal(err)
	}
	s := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	var listener net.Listener = tcp
	if !plain {
		listener = tls.NewListener(tcp, w.trust)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(listener) }()
	w.stops = append(w.stops, func() { _ = s.Close(); <-done })
}

// genuine is what a server answers.
func (w *world) genuine(socket bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/meetings/{code}", func(rw http.ResponseWriter, _ *http.Request) {
		hash := sha256.Sum256(w.trust.Certificates[0].Certificate[0])
		_ = json.NewEncoder(rw).Encode(client.Meeting{Code: w.code, Relays: []client.Relay{{URL: server + transport.Path, Hashes: []string{base64.StdEncoding.EncodeToString(hash[:])}}}})
	})
	if socket {
		mux.Handle(transport.WebSocketPath, w.above.WebSocket())
	}
	return mux
}

// open starts the site.
func (w *world) open() (*relay.Server, *Trunks, func()) {
	w.t.Helper()
	w.opened++
	conn, err := w.network.ListenPacket(fmt.Sprintf("10.0.2.%d:443", w.opened))
	if err != nil {
		w.t.Fatal(err)
	}
	trunks := NewTrunks(w.site)
	s, err := relay.New(relay.Config{
		Conn: conn, TLS: w.trust, Seed: make([]byte, relay.SeedSize), Log: &memory.Log{}, Logger: w.site.Logger, Trunk: trunks.Trunk,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return s, trunks, w.run(s.Run)
}

// join starts the site and waits until it is in the meeting.
func (w *world) join() (*relay.Server, *Trunks, func()) {
	w.t.Helper()
	s, trunks, stop := w.open()
	err := relay.ErrNoUpstream
	for begun := time.Now(); err != nil && time.Since(begun) < time.Minute; {
		_, err = s.Find(context.Background(), w.code)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	wait(w.t, trunks, time.Second, "", true)
	return s, trunks, stop
}

// state is how the line of the meeting is.
func state(t *Trunks) (state transport.Upstream) {
	t.Each(func(_ string, s transport.Upstream, _ *client.Client) { state = s })
	return state
}

// wantCode opens a site that looks for the meeting, and waits until it says what is wrong.
func (w *world) wantCode(code string, up bool) {
	w.t.Helper()
	s, trunks, _ := w.open()
	go func() { _, _ = s.Find(context.Background(), w.code) }()
	wait(w.t, trunks, 25*time.Second, code, up)
	time.Sleep(10 * time.Second)
	wait(w.t, trunks, 0, code, up) // it stays
	if s := state(trunks); s.Vi == "" || s.En == "" || s.Type != transport.TypeUpstream {
		w.t.Errorf("%+v", s)
	}
	if up {
		return
	}
	var notice relay.Notice
	if _, err := s.Find(context.Background(), w.code); !errors.As(err, &notice) || notice.Code != code {
		w.t.Errorf("a page is told %v, want %s", err, code)
	}
}

// wait waits until the line is so.
func wait(t *testing.T, trunks *Trunks, most time.Duration, code string, up bool) time.Duration {
	t.Helper()
	begun := time.Now()
	for s := state(trunks); s.Up != up || s.Code != code; s = state(trunks) {
		if time.Since(begun) >= most {
			t.Fatalf("after %v the line is %+v, want %q, up %v", most, s, code, up)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return time.Since(begun)
}

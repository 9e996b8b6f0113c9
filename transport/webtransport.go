package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
	"github.com/quic-go/webtransport-go"
)

// Path is where a relay answers WebTransport.
const Path = "/wt"

const (
	idleTimeout       = 120 * time.Second
	handshakeTimeout  = 20 * time.Second
	reorderingTimeout = 15 * time.Second
	keepAlive         = 15 * time.Second
	maxHalfOpen       = 100 // handshakes under way before new ones must prove their address (Retry)
	openTimeout       = 3 * time.Second
	idleConnection    = 6 * time.Second // how long a connection may have no session
)

// quicConfig is the same at both ends. Path MTU discovery costs thin lines more than it brings voice datagrams.
func quicConfig() *quic.Config {
	return &quic.Config{
		HandshakeIdleTimeout:             handshakeTimeout,
		MaxIdleTimeout:                   idleTimeout,
		KeepAlivePeriod:                  keepAlive,
		InitialPacketSize:                1200,
		DisablePathMTUDiscovery:          true,
		EnableDatagrams:                  true,
		EnableStreamResetPartialDelivery: true,
		InitialStreamReceiveWindow:       MaxControl,
		MaxStreamReceiveWindow:           2 * MaxControl,
		InitialConnectionReceiveWindow:   2 * MaxControl,
		MaxConnectionReceiveWindow:       4 * MaxControl,
		MaxIncomingStreams:               16,
	}
}

// sessionLimits: Safari refuses zero for any of them.
func sessionLimits() *webtransport.Config {
	return &webtransport.Config{MaxIncomingStreams: 8, MaxIncomingUniStreams: 8, MaxIncomingData: 4 * MaxControl}
}

// ListenConfig says how a Listener serves.
type ListenConfig struct {
	Conn        net.PacketConn // closed by Serve
	TLS         *tls.Config
	CheckOrigin func(*http.Request) bool // nil: the page's own host only
	// ResetKey lets a restarted relay tell the clients of its former life at once that their connection is gone. 32 bytes, kept; nil: none.
	ResetKey *quic.StatelessResetKey
}

// Listener accepts WebTransport sessions at Path.
type Listener struct {
	config  ListenConfig
	handle  func(context.Context, *Session)
	server  *webtransport.Server
	pending atomic.Int64
	wg      sync.WaitGroup
}

// NewListener makes a Listener that calls handle, in its own goroutine, for each session whose control stream is open. The
// session is closed when handle returns.
func NewListener(c ListenConfig, handle func(context.Context, *Session)) *Listener {
	l := &Listener{config: c, handle: handle}
	mux := http.NewServeMux()
	l.server = &webtransport.Server{
		H3:                &http3.Server{Handler: mux, EnableDatagrams: true, MaxHeaderBytes: 8 << 10, ConnContext: guarded},
		Config:            sessionLimits(),
		ReorderingTimeout: reorderingTimeout,
		CheckOrigin:       c.CheckOrigin,
	}
	return l.route(mux)
}

func (l *Listener) route(mux *http.ServeMux) *Listener {
	mux.HandleFunc(Path, func(w http.ResponseWriter, r *http.Request) {
		session, err := l.server.Upgrade(w, r)
		if err != nil {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		// The handler must return for the connection to go on; Serve waits for what runs beside it.
		release := acquire(r.Context())
		l.wg.Go(func() {
			defer release()
			l.serve(session)
		})
	})
	return l
}

// serve waits for the control stream and hands the session over.
func (l *Listener) serve(w *webtransport.Session) {
	defer w.CloseWithError(0, "")
	ctx, cancel := context.WithTimeout(w.Context(), openTimeout)
	stream, err := w.AcceptStream(ctx)
	cancel()
	if err != nil {
		return
	}
	l.handle(w.Context(), newWebTransportSession(w, stream))
}

func newWebTransportSession(w *webtransport.Session, stream *webtransport.Stream) *Session {
	return NewSession(w, stream, w.RemoteAddr().String(), func(reason string) error { return w.CloseWithError(0, reason) })
}

// Serve accepts connections until ctx ends, then closes them all and returns when every handle has returned.
func (l *Listener) Serve(ctx context.Context) error {
	transport := &quic.Transport{
		Conn:                l.config.Conn,
		StatelessResetKey:   l.config.ResetKey,
		VerifySourceAddress: func(net.Addr) bool { return l.pending.Load() > maxHalfOpen },
		ConnContext:         l.countHalfOpen,
	}
	defer transport.Close()
	defer l.config.Conn.Close()
	listener, err := transport.Listen(http3.ConfigureTLSConfig(l.config.TLS), quicConfig())
	if err != nil {
		return fmt.Errorf("transport: listen: %w", err)
	}
	defer l.wg.Wait()
	defer l.server.Close()
	defer listener.Close()
	for {
		conn, err := listener.Accept(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("transport: accept: %w", err)
		}
		if settled, ok := conn.Context().Value(halfOpenKey{}).(func()); ok {
			settled()
		}
		guard, ok := conn.Context().Value(guardKey{}).(*guard)
		if ok {
			guard.watch(conn.Context(), func() { _ = conn.CloseWithError(0, "no session") })
		}
		l.wg.Go(func() { _ = l.server.ServeQUICConn(conn) })
	}
}

type halfOpenKey struct{}

// countHalfOpen counts a connection attempt until its handshake is done (see Serve) or has failed.
func (l *Listener) countHalfOpen(ctx context.Context, _ *quic.ClientInfo) (context.Context, error) {
	l.pending.Add(1)
	settled := sync.OnceFunc(func() { l.pending.Add(-1) })
	context.AfterFunc(ctx, settled)
	ctx = context.WithValue(ctx, guardKey{}, &guard{})
	return context.WithValue(ctx, halfOpenKey{}, settled), nil
}

// dialAddr opens the connection of one session, and closes it if ctx ends before the session is open: waiting for the relay's answer
// knows no context.
func dialAddr(ctx context.Context, address string, config *tls.Config, qc *quic.Config) (*quic.Conn, error) {
	conn, err := quic.DialAddrEarly(ctx, address, config, qc)
	if err != nil {
		return nil, err
	}
	if opening, ok := ctx.Value(openingKey{}).(*opening); ok {
		opening.stop = context.AfterFunc(ctx, func() { _ = conn.CloseWithError(0, "") })
	}
	return conn, nil
}

// opening is the guard of a session that is not open yet.
type opening struct{ stop func() bool }

type openingKey struct{}

// Dial opens a session with the relay at url (https://HOST:PORT/wt). The caller closes it.
func Dial(ctx context.Context, url string, config *tls.Config) (*Session, error) {
	dialer := &webtransport.Transport{
		Config:                  sessionLimits(),
		TLSClientConfig:         http3.ConfigureTLSConfig(config),
		QUICConfig:              quicConfig(),
		StreamReorderingTimeout: reorderingTimeout,
		DialAddr:                dialAddr,
	}
	guard := &opening{stop: func() bool { return true }}
	response, w, err := dialer.Dial(context.WithValue(ctx, openingKey{}, guard), url, nil)
	if err != nil {
		_ = dialer.Close()
		if response != nil && response.StatusCode == http.StatusForbidden {
			return nil, errors.New("transport: the relay refused this origin")
		}
		return nil, fmt.Errorf("transport: dial %s: %w", url, err)
	}
	stream, err := w.OpenStreamSync(ctx)
	guard.stop()
	if err != nil {
		_ = w.CloseWithError(0, "")
		return nil, fmt.Errorf("transport: control stream: %w", err)
	}
	context.AfterFunc(w.Context(), func() { _ = dialer.Close() })
	return newWebTransportSession(w, stream), nil
}

package transport

import (
	"context"
	"crypto/tls"
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
	maxHalfOpen       = 100             // handshakes under way before new ones must prove their address (Retry)
	openTimeout       = 6 * time.Second // from a session to its control stream: half of what a bad line loses is sent again after 0.3, 0.9, 2.1 s
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
	under   *quic.Transport
	acks    *acks
	pending atomic.Int64
	wg      sync.WaitGroup
}

// NewListener makes a Listener that calls handle, in its own goroutine, for each session whose control stream is open. The
// session is closed when handle returns.
func NewListener(c ListenConfig, handle func(context.Context, *Session)) *Listener {
	l := &Listener{config: c, handle: handle, acks: newAcks(ackQueue)}
	l.under = &quic.Transport{
		Conn:                l.acks.watch(c.Conn),
		StatelessResetKey:   c.ResetKey,
		VerifySourceAddress: func(net.Addr) bool { return l.pending.Load() > maxHalfOpen },
		ConnContext:         l.countHalfOpen,
	}
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
		conn, _ := r.Context().Value(connectionKey{}).(*quic.Conn)
		l.wg.Go(func() {
			defer release()
			l.serve(session, conn)
		})
	})
	return l
}

// serve waits for the control stream and hands the session over.
func (l *Listener) serve(w *webtransport.Session, conn *quic.Conn) {
	defer w.CloseWithError(0, "")
	ctx, cancel := context.WithTimeout(w.Context(), openTimeout)
	stream, err := w.AcceptStream(ctx)
	cancel()
	if err != nil {
		return
	}
	session := newWebTransportSession(w, stream, conn, l.Under())
	session.lossy = func() {
		if to, ok := w.RemoteAddr().(*net.UDPAddr); ok { // it may have changed
			l.acks.mark(unmapped(to), time.Now())
		}
	}
	l.handle(w.Context(), session)
}

// Under returns the socket under QUIC for packets that are not QUIC's. It may be used while Serve runs.
func (l *Listener) Under() Under { return plainUnder{l.under, l.config.Conn} }

// Repeated returns what was spent on acknowledgements that were sent again, see Session.RepeatAcks: packets, and bytes without IP and UDP.
func (l *Listener) Repeated() (packets, bytes uint64) {
	return l.acks.packets.Load(), l.acks.bytes.Load()
}

func newWebTransportSession(w *webtransport.Session, stream *webtransport.Stream, conn *quic.Conn, under Under) *Session {
	s := NewSession(w, stream, w.RemoteAddr().String(), func(reason string) error { return w.CloseWithError(0, reason) })
	s.quic, s.under = conn, under
	return s
}

// Serve accepts connections until ctx ends, then closes them all and returns when every handle has returned.
func (l *Listener) Serve(ctx context.Context) error {
	defer l.under.Close()
	defer l.config.Conn.Close()
	// Early: HTTP/3's settings travel with the handshake, which saves whoever joins a round trip.
	listener, err := l.under.ListenEarly(http3.ConfigureTLSConfig(small(l.config.TLS)), quicConfig())
	if err != nil {
		return fmt.Errorf("transport: listen: %w", err)
	}
	defer l.wg.Wait()
	repeating, stop := context.WithCancel(ctx)
	defer stop()
	l.wg.Go(func() { l.acks.run(repeating) })
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
		l.young(conn)
		l.wg.Go(func() { settle(conn) })
		l.wg.Go(func() { _ = l.server.ServeQUICConn(conn) })
	}
}

// young has the small packets of a connection's first seconds repeated.
func (l *Listener) young(conn *quic.Conn) {
	if to, ok := conn.RemoteAddr().(*net.UDPAddr); ok {
		l.acks.begin(unmapped(to), time.Now())
	}
}

// settle waits until the handshake of a connection is done, and guards it from then on.
func settle(conn *quic.Conn) {
	select {
	case <-conn.Context().Done():
		return
	case <-conn.HandshakeComplete():
	}
	if settled, ok := conn.Context().Value(halfOpenKey{}).(func()); ok {
		settled()
	}
	if guard, ok := conn.Context().Value(guardKey{}).(*guard); ok {
		guard.watch(conn.Context(), func() { _ = conn.CloseWithError(0, "no session") })
	}
}

type halfOpenKey struct{}

// countHalfOpen counts a connection attempt until its handshake is done (see settle) or has failed.
func (l *Listener) countHalfOpen(ctx context.Context, _ *quic.ClientInfo) (context.Context, error) {
	l.pending.Add(1)
	settled := sync.OnceFunc(func() { l.pending.Add(-1) })
	context.AfterFunc(ctx, settled)
	ctx = context.WithValue(ctx, guardKey{}, &guard{})
	return context.WithValue(ctx, halfOpenKey{}, settled), nil
}

// small returns config without post-quantum key exchange, whose keys take a packet more each way: on a line that loses 30 % of them the
// handshake then takes 0.6 s in the middle and 2.0 at worst of ten, not 0.2 and 0.8, and on one that loses half it mostly fails.
func small(config *tls.Config) *tls.Config {
	config = config.Clone()
	config.CurvePreferences = []tls.CurveID{tls.X25519, tls.CurveP256}
	return config
}

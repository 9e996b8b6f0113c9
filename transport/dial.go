package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
	"github.com/quic-go/webtransport-go"
)

// dialQueue is how many small packets of a connection that begins wait to be repeated.
const dialQueue = 32

var errOrigin = errors.New("transport: the relay refused this origin")

// Dialer opens sessions with a relay. The zero value trusts whom the system trusts and uses the system's sockets.
type Dialer struct {
	TLS *tls.Config
	// Heard, if not nil, is called when the first packet of a relay arrives, long before a session is open on a bad line, with rate 0, and whenever a packet came behind
	// a large one, with the bit/s of the line that they show. Not for WebSockets.
	Heard func(rate float64)
	// ListenPacket opens the UDP socket of one session, which is closed with it; nil: a port of the system.
	ListenPacket func() (net.PacketConn, error)
	// DialStream opens the connection under a WebSocket; nil: TCP of the system.
	DialStream func(ctx context.Context, network, address string) (net.Conn, error)
	// Traffic, if not nil, counts what all sockets of this dialer carry.
	Traffic *Traffic
}

// Dial opens a session with the relay at url (https://HOST:PORT/wt) by the system's sockets. The caller closes it.
func Dial(ctx context.Context, url string, config *tls.Config) (*Session, error) {
	return Dialer{TLS: config}.WebTransport(ctx, url)
}

// WebTransport opens a session with the relay at url (https://HOST:PORT/wt). The caller closes it.
func (d Dialer) WebTransport(ctx context.Context, url string) (*Session, error) {
	config := d.TLS
	if config == nil {
		config = &tls.Config{}
	}
	opening := &opening{dialer: d, stop: func() bool { return true }}
	dialer := &webtransport.Transport{
		Config:                  sessionLimits(),
		TLSClientConfig:         http3.ConfigureTLSConfig(small(config)),
		QUICConfig:              quicConfig(),
		StreamReorderingTimeout: reorderingTimeout,
		DialAddr:                opening.dial,
	}
	response, w, err := dialer.Dial(ctx, url, nil)
	if err != nil {
		opening.stop()
		_ = dialer.Close()
		if response != nil && response.StatusCode == http.StatusForbidden {
			return nil, errOrigin
		}
		return nil, fmt.Errorf("transport: dial %s: %w", url, err)
	}
	stream, err := w.OpenStreamSync(ctx)
	opening.stop()
	if err != nil {
		_ = w.CloseWithError(0, "")
		return nil, fmt.Errorf("transport: control stream: %w", err)
	}
	context.AfterFunc(w.Context(), func() { _ = dialer.Close() })
	return newWebTransportSession(w, stream, opening.conn, opening.under), nil
}

// opening is a session that is not open yet.
type opening struct {
	dialer Dialer
	conn   *quic.Conn
	under  Under
	stop   func() bool // the connection outlives the context from here on
}

// dial opens the connection of the session, and closes it if ctx ends before the session is open: waiting for the relay's answer
// knows no context.
func (o *opening) dial(ctx context.Context, address string, config *tls.Config, qc *quic.Config) (*quic.Conn, error) {
	conn, under, err := o.dialer.quic(ctx, address, config, qc)
	if err != nil {
		return nil, err
	}
	o.conn, o.under = conn, under
	o.stop = context.AfterFunc(ctx, func() { _ = conn.CloseWithError(0, "") })
	return conn, nil
}

// quic opens a connection on a socket of its own.
func (d Dialer) quic(ctx context.Context, address string, config *tls.Config, qc *quic.Config) (*quic.Conn, Under, error) {
	to, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return nil, nil, err
	}
	listen := d.ListenPacket
	if listen == nil {
		listen = func() (net.PacketConn, error) { return net.ListenUDP("udp", nil) }
	}
	socket, err := listen()
	if err != nil {
		return nil, nil, err
	}
	if config.ServerName == "" {
		config = config.Clone()
		config.ServerName, _, _ = net.SplitHostPort(address)
	}
	socket = d.Traffic.packets(socket)
	again := newAcks(dialQueue)
	again.begin(unmapped(to), time.Now())
	repeating, stop := context.WithTimeout(context.Background(), ackYoung)
	go again.run(repeating)
	under := &quic.Transport{Conn: again.watch(&hearing{PacketConn: socket, heard: d.Heard}), ConnectionIDGenerator: noConnectionID{}}
	end := func() {
		stop()
		_ = under.Close()
		_ = socket.Close()
	}
	conn, err := under.DialEarly(ctx, to, config, qc)
	if err != nil {
		end()
		return nil, nil, err
	}
	context.AfterFunc(conn.Context(), end)
	return conn, plainUnder{under, socket}, nil
}

// noConnectionID names no connection: there is but one on the socket, and its packets are so many bytes shorter.
type noConnectionID struct{}

// GenerateConnectionID implements quic.ConnectionIDGenerator.
func (noConnectionID) GenerateConnectionID() (quic.ConnectionID, error) {
	return quic.ConnectionID{}, nil
}

// ConnectionIDLen implements quic.ConnectionIDGenerator.
func (noConnectionID) ConnectionIDLen() int { return 0 }

// A packet of pairLeast bytes that leaves right behind one of pairFirst tells of the line by how much later it comes.
const pairFirst, pairLeast = 1000, 60

// hearing is a socket that tells of the first packets. One goroutine reads from it.
type hearing struct {
	net.PacketConn
	heard func(rate float64)
	first sync.Once
	large time.Time // when the last packet came, if it was large
}

// ReadFrom implements net.PacketConn.
func (h *hearing) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := h.PacketConn.ReadFrom(b)
	if err == nil && h.heard != nil {
		h.hear(n, time.Now())
	}
	return n, from, err
}

// hear takes that a packet of n bytes came.
func (h *hearing) hear(n int, now time.Time) {
	h.first.Do(func() { h.heard(0) })
	if !h.large.IsZero() && n >= pairLeast {
		h.heard(8 * float64(n) / max(now.Sub(h.large), time.Millisecond).Seconds())
	}
	if h.large = now; n < pairFirst {
		h.large = time.Time{}
	}
}

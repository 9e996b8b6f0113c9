package transport

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// WebSocketPath is where a relay answers WebSocket, on the TCP port of its page.
const WebSocketPath = "/ws"

// WebSocketHandler answers requests at WebSocketPath: it calls handle, in the request's goroutine, for each session, and closes the session when handle
// returns. check says whether a page may connect; nil: the page's own host only. What is no WebSocket gets an HTTP error.
func WebSocketHandler(check func(*http.Request) bool, handle func(context.Context, *Session)) http.Handler {
	if check == nil {
		check = sameHost
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !check(r) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		hijack := &hijacker{ResponseWriter: w}
		conn, err := websocket.Accept(hijack, r, &websocket.AcceptOptions{InsecureSkipVerify: true}) // checked
		if err != nil {
			return // it has answered
		}
		s := newSocket(conn, hijack.conn, MaxHello)
		session := s.session(r.RemoteAddr)
		defer session.Close("")
		handle(s.ctx, session)
	})
}

// sameHost lets the relay's own page connect, and whoever is no page.
func sameHost(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, r.Host)
}

// hijacker remembers the connection that a handler takes over.
type hijacker struct {
	http.ResponseWriter
	conn net.Conn
}

// Hijack implements http.Hijacker.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(h.ResponseWriter).Hijack()
	h.conn = conn
	return conn, buffered, err
}

// WebSocket opens a session with the relay at url (ws:// or wss://HOST:PORT/ws). The caller closes it.
func (d Dialer) WebSocket(ctx context.Context, url string) (*Session, error) {
	dial := d.DialStream
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	var mu sync.Mutex
	var below net.Conn
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: d.TLS,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			if err == nil {
				conn = d.Traffic.stream(conn)
			}
			mu.Lock()
			defer mu.Unlock()
			below = conn
			return conn, err
		},
	}
	conn, response, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPClient: &http.Client{Transport: transport}})
	if err != nil {
		transport.CloseIdleConnections()
		if response != nil && response.StatusCode == http.StatusForbidden {
			return nil, errOrigin
		}
		return nil, fmt.Errorf("transport: dial %s: %w", url, err)
	}
	mu.Lock()
	defer mu.Unlock()
	return newSocket(conn, below, MaxControl).session(url), nil
}

// session makes the session of a socket.
func (s *socket) session(remote string) *Session {
	session := NewSession(s, controlOf{s}, remote, func(string) error { return s.close() })
	session.Kind = WebSocket
	return session
}

// Errors of a socket.
var (
	errFrame       = errors.New("transport: not a message of this protocol")
	errSocketStuck = errors.New("transport: the socket takes no control messages")
	errClosed      = errors.New("transport: the session is closed")
)

// controlOf is the control stream of a socket: framed as on a stream towards the session, one WebSocket message each below.
type controlOf struct{ *socket }

// Read implements io.Reader.
func (c controlOf) Read(b []byte) (int, error) {
	n, err := c.app.Read(b)
	if err != nil && c.ctx.Err() != nil {
		err = context.Cause(c.ctx)
	}
	return n, err
}

// Write sends framed messages, as Session writes them.
func (c controlOf) Write(b []byte) (int, error) {
	for rest := b; len(rest) > 0; {
		var message []byte
		var err error
		if message, rest, err = parseBlock(rest); err != nil {
			return 0, errFrame
		}
		if err := c.writeControl(message); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}

// Close implements io.Closer.
func (c controlOf) Close() error { return c.close() }

// SetReadDeadline implements ControlStream.
func (c controlOf) SetReadDeadline(t time.Time) error { return c.app.SetReadDeadline(t) }

// SetWriteDeadline implements ControlStream; writing never blocks.
func (c controlOf) SetWriteDeadline(time.Time) error { return nil }

// tcpOf finds the TCP connection under others, such as TLS; nil if there is none.
func tcpOf(conn net.Conn) *net.TCPConn {
	for {
		switch c := conn.(type) {
		case *net.TCPConn:
			return c
		case interface{ NetConn() net.Conn }:
			conn = c.NetConn()
		default:
			return nil
		}
	}
}

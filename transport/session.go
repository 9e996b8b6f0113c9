package transport

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/quicvarint"
)

// Errors of the control stream.
var (
	ErrMessageTooLong = errors.New("transport: control message too long")
	ErrNotJSON        = errors.New("transport: control message is not a JSON object with a type")
)

// controlTimeout is how long a control message may take to enter the library's send buffer before the session counts as stuck.
const controlTimeout = 10 * time.Second

// ControlStream is the reliable stream of a session; a *webtransport.Stream is one.
type ControlStream interface {
	io.ReadWriteCloser
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
}

// Kind says what a session travels on.
type Kind string

// The kinds of sessions.
const (
	WebTransport Kind = "webtransport"
	WebSocket    Kind = "websocket"
)

// Session is one connection between a client and a relay: datagrams, and control messages as JSON.
// ReadControl is for one goroutine, the rest for any.
type Session struct {
	Datagrams
	Kind    Kind
	Remote  string     // address of the other end, for limits and logs
	lossy   func()     // see RepeatAcks; nil: it does nothing
	quic    *quic.Conn // below; nil: none
	under   Under
	control ControlStream
	reader  *bufio.Reader
	writeMu sync.Mutex
	close   func(reason string) error
}

// NewSession makes a session of its parts; close ends the whole connection, and with it both.
func NewSession(d Datagrams, control ControlStream, remote string, close func(reason string) error) *Session {
	return &Session{Datagrams: d, Kind: WebTransport, Remote: remote, control: control, reader: bufio.NewReaderSize(control, 512), close: close}
}

// Close ends the session. What was written to the control stream just before may still arrive.
func (s *Session) Close(reason string) error { return s.close(reason) }

// RepeatAcks asks for the other end's sake that QUIC's acknowledgements be sent more than once for the next acksFor, because its line loses them
// and its congestion control then stalls. It does nothing at a client's end and over a WebSocket. See Listener.
func (s *Session) RepeatAcks() {
	if s.lossy != nil {
		s.lossy()
	}
}

// Stalled returns how many datagrams a WebSocket dropped because TCP could not take or deliver them in time; 0 over QUIC.
func (s *Session) Stalled() uint64 {
	if socket, ok := s.Datagrams.(*socket); ok {
		stats := socket.Stats()
		return stats.Stale + stats.Late
	}
	return 0
}

// Window returns how many QUIC packets arrived and how many bytes were sent since the connection began, and its congestion window in bytes; all 0 over a WebSocket.
func (s *Session) Window() (received, sent, window uint64) {
	if s.quic == nil {
		return 0, 0, 0
	}
	stats := s.quic.ConnectionStats()
	return stats.PacketsReceived, stats.BytesSent, stats.CongestionWindow
}

// LeastRTT returns the shortest round trip that QUIC has measured, 0 over a WebSocket.
func (s *Session) LeastRTT() time.Duration {
	if s.quic == nil {
		return 0
	}
	return s.quic.ConnectionStats().MinRTT
}

// Under is the UDP socket under QUIC, for packets whose first byte has the bits 0x80 and 0x40 clear: they are not QUIC's. A *quic.Transport is one.
type Under interface {
	WriteTo(b []byte, to net.Addr) (int, error)
	ReadNonQUICPacket(ctx context.Context, b []byte) (int, net.Addr, error)
}

// plainUnder sends with the socket itself: what quic.Transport adds is for its own packets, and costs more than a system call should.
type plainUnder struct {
	*quic.Transport
	socket net.PacketConn
}

// WriteTo implements Under.
func (u plainUnder) WriteTo(b []byte, to net.Addr) (int, error) { return u.socket.WriteTo(b, to) }

// Under returns the socket under the session, nil over a WebSocket. A client's has this session alone; at a relay it is that of the Listener.
func (s *Session) Under() Under {
	if s.under == nil || s.quic == nil {
		return nil
	}
	return s.under
}

// ErrNoKeys says that a session has no TLS of its own that keys could be taken from, or not yet.
var ErrNoKeys = errors.New("transport: no keys to export from this session")

// ExportKeys derives length bytes from the TLS secrets of the QUIC connection (RFC 8446 section 7.5), the same at both ends and for nobody else.
func (s *Session) ExportKeys(label string, context []byte, length int) ([]byte, error) {
	if s.quic == nil {
		return nil, ErrNoKeys
	}
	select {
	case <-s.quic.HandshakeComplete():
	default: // what an early server sends is not for someone who has proved who he is
		return nil, ErrNoKeys
	}
	state := s.quic.ConnectionState().TLS
	return state.ExportKeyingMaterial(label, context, length)
}

// RemoteAddr returns where QUIC finds the other end now, nil over a WebSocket.
func (s *Session) RemoteAddr() net.Addr {
	if s.quic == nil {
		return nil
	}
	return s.quic.RemoteAddr()
}

// Message is a control message as it came: its type and the whole JSON.
type Message struct {
	Type MessageType
	JSON []byte
	Wire int // bytes that travelled, without framing; 0: those of JSON
}

// Decode fills v, one of the message structs of this package. The error wraps ErrNotJSON.
func (m Message) Decode(v any) error {
	if err := json.Unmarshal(m.JSON, v); err != nil {
		return fmt.Errorf("%w: %s", ErrNotJSON, m.Type)
	}
	return nil
}

// ReadControl waits for the next control message of at most limit bytes. After ErrNotJSON the stream can be read on; any
// other error is final, ErrMessageTooLong too: what follows cannot be found.
func (s *Session) ReadControl(limit int) (Message, error) {
	return ReadMessage(s.reader, limit)
}

// SetReadDeadline bounds ReadControl.
func (s *Session) SetReadDeadline(t time.Time) error { return s.control.SetReadDeadline(t) }

// ReadMessage reads one framed control message (PROTOCOL.md section 6) that is not packed.
func ReadMessage(r *bufio.Reader, limit int) (Message, error) {
	b, err := readBlock(r, limit)
	if err != nil {
		return Message{}, err
	}
	return parseMessage(b)
}

// readBlock reads the bytes of a framed message.
func readBlock(r *bufio.Reader, limit int) ([]byte, error) {
	size, err := quicvarint.Read(r)
	if err != nil {
		return nil, err
	}
	if size > uint64(min(limit, MaxControl)) {
		return nil, ErrMessageTooLong
	}
	b := make([]byte, size)
	_, err = io.ReadFull(r, b)
	return b, err
}

func parseMessage(b []byte) (Message, error) {
	var head struct {
		Type MessageType `json:"type"`
	}
	if json.Unmarshal(b, &head) != nil || head.Type == "" {
		return Message{}, ErrNotJSON
	}
	return Message{Type: head.Type, JSON: b}, nil
}

// AppendMessage appends the framed form of a message.
func AppendMessage(b []byte, v any) ([]byte, error) {
	j, err := json.Marshal(v)
	if err != nil {
		return b, err
	}
	if len(j) > MaxControl {
		return b, ErrMessageTooLong
	}
	return appendBlock(b, j), nil
}

// WriteControl sends one control message. It blocks while the other end does not take bytes, for at most 10 s.
func (s *Session) WriteControl(v any) error {
	b, err := AppendMessage(nil, v)
	if err != nil {
		return err
	}
	return s.WriteEncoded(b)
}

// WriteEncoded sends what AppendMessage or AppendPacked made, of one message or of several, so that one message for many sessions is encoded once. It blocks like WriteControl.
func (s *Session) WriteEncoded(b []byte) error {
	s.writeMu.Lock()
	defer s.writeMu.Unlock()
	if err := s.control.SetWriteDeadline(time.Now().Add(controlTimeout)); err != nil {
		return err
	}
	_, err := s.control.Write(b)
	return err
}

package transport

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/quic-go/webtransport-go"
)

// TypeFile asks for a file; it is the only message of its stream (PROTOCOL.md section 9).
const TypeFile MessageType = "file"

// FileRequest asks for the bytes of a file, the first From of which the client has.
type FileRequest struct {
	Type MessageType `json:"type"`
	Name string      `json:"name"`
	From int         `json:"from,omitempty"`
}

// ErrNoStreams says that a session has no streams beside its control stream, as one over a WebSocket.
var ErrNoStreams = errors.New("transport: the session has no further streams")

// Stream is a bidirectional stream beside the control stream. Read is for one goroutine, Write and Close for one.
type Stream interface {
	io.ReadWriter
	SetDeadline(time.Time) error
	Close() error // what was written still arrives; nothing more is read
	Abort()       // nothing more arrives; from any goroutine, at any time
}

// AcceptFile waits until the client opens a stream: to ask for a file, or to answer a Recall. The caller ends the stream, by Close or Abort. The error is ErrNoStreams, or that
// of the session or of ctx. It is for one goroutine.
func (s *Session) AcceptFile(ctx context.Context) (Stream, error) {
	w, ok := s.Datagrams.(interface {
		AcceptStream(context.Context) (*webtransport.Stream, error)
	})
	if !ok {
		return nil, ErrNoStreams
	}
	stream, err := w.AcceptStream(ctx)
	if err != nil {
		return nil, err
	}
	return fileStream{stream}, nil
}

// OpenStream opens a stream at the client's end. The caller ends it, by Close or Abort. over ends with the session, or when the relay takes nothing more. The error is ErrNoStreams, or
// that of the session or of ctx.
func (s *Session) OpenStream(ctx context.Context) (stream Stream, over context.Context, err error) {
	w, ok := s.Datagrams.(interface {
		OpenStreamSync(context.Context) (*webtransport.Stream, error)
	})
	if !ok {
		return nil, nil, ErrNoStreams
	}
	opened, err := w.OpenStreamSync(ctx)
	if err != nil {
		return nil, nil, err
	}
	return fileStream{opened}, opened.Context(), nil
}

type fileStream struct{ *webtransport.Stream }

// Close implements Stream.
func (s fileStream) Close() error {
	s.CancelRead(0)
	return s.Stream.Close()
}

// Abort implements Stream.
func (s fileStream) Abort() {
	s.CancelRead(0)
	s.CancelWrite(0)
}

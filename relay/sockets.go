package relay

import (
	"context"
	"net/http"
	"sync"

	"github.com/diemcau/diemcau/transport"
)

// sockets are the WebSocket sessions, which an HTTP server runs: it does not wait for them, so the relay does.
type sockets struct {
	mu      sync.Mutex // guards all below
	closed  bool
	running sync.WaitGroup
}

// enter says whether one more may begin; leave must follow.
func (s *sockets) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.running.Add(1)
	}
	return !s.closed
}

func (s *sockets) leave() { s.running.Done() }

// close lets none begin any more and waits until all have ended.
func (s *sockets) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.running.Wait()
}

// WebSocket answers requests at transport.WebSocketPath: sessions for lines on which UDP is blocked. Run ends them.
func (s *Server) WebSocket() http.Handler {
	handler := transport.WebSocketHandler(s.config.CheckOrigin, func(ctx context.Context, session *transport.Session) {
		stop := context.AfterFunc(s.life.ctx, func() { _ = session.Close("") })
		defer stop()
		s.serve(ctx, session)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.sockets.enter() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		defer s.sockets.leave()
		handler.ServeHTTP(w, r)
	})
}

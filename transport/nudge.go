package transport

import (
	"context"
	"time"
)

const (
	nudgeInterval = 80 * time.Millisecond
	nudgeMost     = 40
)

// nudge is no datagram of a line: every receiver drops it (PROTOCOL.md section 6).
var nudge = []byte{0xff}

// Nudge sends datagrams that mean nothing until ctx ends, at most for 3 s, while an answer is awaited: QUIC repeats what was lost when something later is acknowledged, else only
// after a timer of half a second that doubles each time. It does nothing over a WebSocket.
func (s *Session) Nudge(ctx context.Context) {
	if s.Kind == WebSocket {
		return
	}
	ticker := time.NewTicker(nudgeInterval)
	defer ticker.Stop()
	for range nudgeMost {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if s.SendDatagram(nudge) != nil {
			return
		}
	}
}

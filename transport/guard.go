package transport

import (
	"context"
	"sync"
	"time"

	"github.com/quic-go/quic-go"
)

// guard closes a connection that has had no session for idleConnection: keep-alives of ours would hold it for ever, and a stranger could
// open any number.
type guard struct {
	mu       sync.Mutex
	sessions int
	timer    *time.Timer
}

type guardKey struct{}

// watch starts the guard of a connection whose handshake is done, until its context ends.
func (g *guard) watch(connection context.Context, closeIt func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	timer := time.AfterFunc(idleConnection, closeIt)
	if g.timer = timer; g.sessions > 0 { // settings travel with the handshake, so a session may be first
		timer.Stop()
	}
	context.AfterFunc(connection, func() { timer.Stop() })
}

// connectionKey finds the connection of a request.
type connectionKey struct{}

// guarded carries a connection and its guard into the context of its requests.
func guarded(ctx context.Context, conn *quic.Conn) context.Context {
	ctx = context.WithValue(ctx, connectionKey{}, conn)
	return context.WithValue(ctx, guardKey{}, conn.Context().Value(guardKey{}))
}

// acquire notes that the connection of a request has one more session, until release.
func acquire(request context.Context) (release func()) {
	g, ok := request.Value(guardKey{}).(*guard)
	if !ok {
		return func() {}
	}
	g.add(1)
	return func() { g.add(-1) }
}

func (g *guard) add(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sessions += n
	if g.timer == nil {
		return
	}
	if g.sessions > 0 {
		g.timer.Stop()
		return
	}
	g.timer.Reset(idleConnection)
}

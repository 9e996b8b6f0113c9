package store

import (
	"context"
	"sync"
)

// link knows when the connection breaks. Its zero value is a connection that holds.
type link struct {
	mu     sync.Mutex
	ctx    context.Context // guarded by mu: ends when the connection breaks
	cancel context.CancelFunc
}

// now is done when the connection that there is now, or is being made, breaks.
func (l *link) now() context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ctx == nil {
		l.ctx, l.cancel = context.WithCancel(context.Background())
	}
	return l.ctx
}

func (l *link) broke() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cancel != nil {
		l.cancel()
	}
	l.ctx = nil
}

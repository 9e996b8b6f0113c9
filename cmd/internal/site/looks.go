package site

import (
	"maps"
	"slices"
	"sync"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

// looks are what the building wants to see, and can show: each client that is begun has to know.
type looks struct {
	mu    sync.Mutex // guards all below
	watch *transport.Watch
	sends map[uint32]transport.Send
}

// say tells a new client everything.
func (l *looks) say(c *client.Client) {
	l.mu.Lock()
	watch, sends := l.watch, slices.Collect(maps.Values(l.sends))
	l.mu.Unlock()
	if watch != nil {
		_ = c.Watch(*watch) // what is not said now is said with the next session
	}
	for _, s := range sends {
		_ = c.Send(s)
	}
}

// Show implements relay.Stage.
func (t *trunk) Show(all ...*frames.Frame) error {
	if c := t.client.Load(); c != nil {
		return c.Show(all...)
	}
	return client.ErrAway
}

// Load implements relay.Stage.
func (t *trunk) Load(f *frames.Frame, urgent bool, done func(delivered bool)) error {
	if c := t.client.Load(); c != nil {
		return c.Load(f, urgent, done)
	}
	return client.ErrAway
}

// Watch implements relay.Stage.
func (t *trunk) Watch(w transport.Watch) error {
	t.looks.mu.Lock()
	t.looks.watch = &w
	t.looks.mu.Unlock()
	if c := t.client.Load(); c != nil {
		return c.Watch(w)
	}
	return client.ErrAway
}

// Send implements relay.Stage.
func (t *trunk) Send(s transport.Send) error {
	t.looks.mu.Lock()
	if t.looks.sends == nil {
		t.looks.sends = map[uint32]transport.Send{}
	}
	if t.looks.sends[s.Publication] = s; s.Camera == nil && s.Screen == nil {
		delete(t.looks.sends, s.Publication)
	}
	t.looks.mu.Unlock()
	if c := t.client.Load(); c != nil {
		return c.Send(s)
	}
	return client.ErrAway
}

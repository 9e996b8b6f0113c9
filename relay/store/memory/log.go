package memory

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/diemcau/diemcau/relay/store"
)

var (
	_ store.Log      = (*Log)(nil)
	_ store.Follower = (*Log)(nil)
)

// Log is a store.Log and store.Follower.
type Log struct {
	mu      sync.Mutex
	logs    map[string][][]byte // guarded by mu; an event's bytes never change
	entries []entry             // guarded by mu: the events of all subjects in order; the zero entry where one was removed
	changed chan struct{}       // guarded by mu: closed by the next Append; nil: nobody waits
}

type entry struct {
	subject string
	n       uint64
	event   []byte
}

// Append implements store.Log.
func (l *Log) Append(subject string, after uint64, events ...[]byte) error {
	if err := store.CheckAppend(subject, events); err != nil || len(events) == 0 {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if uint64(len(l.logs[subject])) != after {
		return store.ErrConflict
	}
	if l.logs == nil {
		l.logs = map[string][][]byte{}
	}
	for i, event := range events {
		event = bytes.Clone(event)
		l.logs[subject] = append(l.logs[subject], event)
		l.entries = append(l.entries, entry{subject, after + uint64(i) + 1, event})
	}
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
	return nil
}

// Read implements store.Log.
func (l *Log) Read(subject string, after uint64, each func(event []byte) error) error {
	if err := store.CheckSubject(subject); err != nil {
		return err
	}
	l.mu.Lock()
	events := l.logs[subject]
	l.mu.Unlock()
	for _, event := range events[min(after, uint64(len(events))):] {
		if err := each(bytes.Clone(event)); err != nil {
			return err
		}
	}
	return nil
}

// Subjects implements store.Log. It never fails.
func (l *Log) Subjects() ([]string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.logs)), nil
}

// Remove implements store.Log.
func (l *Log) Remove(subject string) error {
	if err := store.CheckSubject(subject); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.logs, subject)
	entries := slices.Clone(l.entries) // somebody may be reading the old ones
	for i := range entries {
		if entries[i].subject == subject {
			entries[i] = entry{}
		}
	}
	l.entries = entries
	return nil
}

// ReadAll implements store.Follower.
func (l *Log) ReadAll(ctx context.Context, each store.Each) (uint64, error) {
	l.mu.Lock()
	entries := l.entries
	l.mu.Unlock()
	return l.pass(ctx, entries, 0, each)
}

// pass calls each with the entries and returns the position after them.
func (l *Log) pass(ctx context.Context, entries []entry, position uint64, each store.Each) (uint64, error) {
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return position, err
		}
		position++
		if e.n == 0 {
			continue
		}
		if err := each(e.subject, e.n, bytes.Clone(e.event)); err != nil {
			return position, err
		}
	}
	return position, nil
}

// Follow implements store.Follower.
func (l *Log) Follow(ctx context.Context, after uint64, each store.Each) error {
	for {
		l.mu.Lock()
		entries := l.entries[min(after, uint64(len(l.entries))):]
		if l.changed == nil {
			l.changed = make(chan struct{})
		}
		changed := l.changed
		l.mu.Unlock()
		var err error
		if after, err = l.pass(ctx, entries, after, each); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// Last implements store.Follower. It never fails.
func (l *Log) Last(context.Context) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return uint64(len(l.entries)), nil
}

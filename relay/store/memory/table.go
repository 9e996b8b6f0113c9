package memory

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/diemcau/diemcau/relay/store"
)

var _ store.Table = (*Table)(nil)

// Table is a store.Table.
type Table struct {
	mu       sync.Mutex
	values   map[string]value // guarded by mu, with those that were deleted
	revision uint64           // guarded by mu: of the newest change
	changed  chan struct{}    // guarded by mu: closed by the next change; nil: nobody waits
}

type value struct {
	bytes    []byte // nil: deleted; never change
	revision uint64
}

// Get implements store.Table.
func (t *Table) Get(_ context.Context, key string) ([]byte, uint64, error) {
	if err := store.CheckKey(key); err != nil {
		return nil, 0, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	v := t.values[key]
	if v.bytes == nil {
		return nil, 0, store.ErrNotFound
	}
	return bytes.Clone(v.bytes), v.revision, nil
}

// Put implements store.Table.
func (t *Table) Put(_ context.Context, key string, v []byte, revision uint64) (uint64, error) {
	if len(v) > store.MaxValue {
		return 0, fmt.Errorf("%w, not %d", store.ErrValue, len(v))
	}
	return t.set(key, append([]byte{}, v...), revision)
}

// Delete implements store.Table.
func (t *Table) Delete(_ context.Context, key string, revision uint64) error {
	if err := store.CheckKey(key); err != nil {
		return err
	}
	if revision == 0 {
		return store.ErrConflict
	}
	_, err := t.set(key, nil, revision)
	return err
}

func (t *Table) set(key string, v []byte, revision uint64) (uint64, error) {
	if err := store.CheckKey(key); err != nil {
		return 0, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.values[key]
	if now.bytes == nil {
		now.revision = 0
	}
	if now.revision != revision {
		return 0, store.ErrConflict
	}
	if t.values == nil {
		t.values = map[string]value{}
	}
	t.revision++
	t.values[key] = value{v, t.revision}
	if t.changed != nil {
		close(t.changed)
		t.changed = nil
	}
	return t.revision, nil
}

// Watch implements store.Table.
func (t *Table) Watch(ctx context.Context, each func(key string, value []byte, revision uint64) error) error {
	told, first := uint64(0), true
	for {
		t.mu.Lock()
		if t.changed == nil {
			t.changed = make(chan struct{})
		}
		changed, news := t.changed, maps.Clone(t.values)
		t.mu.Unlock()
		maps.DeleteFunc(news, func(_ string, v value) bool { return v.revision <= told || first && v.bytes == nil })
		for _, key := range slices.SortedFunc(maps.Keys(news), func(a, b string) int { return int(news[a].revision) - int(news[b].revision) }) {
			v := news[key]
			told = v.revision
			if v.bytes == nil {
				v.revision = 0
			}
			if err := each(key, bytes.Clone(v.bytes), v.revision); err != nil {
				return err
			}
		}
		if first {
			first = false
			if err := each("", nil, 0); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

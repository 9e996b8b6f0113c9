package access

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
)

var errConflict = errors.New("test: conflict")

// table is the twin in memory of a store's Table.
type table struct {
	mu       sync.Mutex
	rows     map[string]row[[]byte]
	revision uint64
	watchers []chan change
	err      error // of every write
}

type change struct {
	key      string
	value    []byte
	revision uint64
}

func newTable() *table { return &table{rows: map[string]row[[]byte]{}} }

func (t *table) Get(_ context.Context, key string) ([]byte, uint64, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, there := t.rows[key]
	if !there {
		return nil, 0, errors.New("test: not found")
	}
	return slices.Clone(r.value), r.revision, nil
}

func (t *table) Put(_ context.Context, key string, value []byte, revision uint64) (uint64, error) {
	return t.change(key, append([]byte{}, value...), revision)
}

func (t *table) Delete(_ context.Context, key string, revision uint64) error {
	_, err := t.change(key, nil, revision)
	return err
}

func (t *table) change(key string, value []byte, revision uint64) (uint64, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil {
		return 0, t.err
	}
	if t.rows[key].revision != revision {
		return 0, errConflict
	}
	t.revision++
	if value == nil {
		delete(t.rows, key)
	} else {
		t.rows[key] = row[[]byte]{value, t.revision, false}
	}
	for _, w := range t.watchers {
		w <- change{key, value, t.revision}
	}
	return t.revision, nil
}

func (t *table) Watch(ctx context.Context, each func(string, []byte, uint64) error) error {
	t.mu.Lock()
	rows := maps.Clone(t.rows)
	changes := make(chan change, 10_000)
	t.watchers = append(t.watchers, changes)
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.watchers = slices.DeleteFunc(t.watchers, func(w chan change) bool { return w == changes })
	}()
	for key, r := range rows {
		if err := each(key, r.value, r.revision); err != nil {
			return err
		}
	}
	if err := each("", nil, 0); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case c := <-changes:
			if err := each(c.key, c.value, c.revision); err != nil {
				return err
			}
		}
	}
}

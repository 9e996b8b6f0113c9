package admintest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

var (
	// ErrConflict is in the error that the later one of two writers gets.
	ErrConflict = errors.New("admintest: conflict")
	// ErrNotFound is what a key gives that is not there.
	ErrNotFound = errors.New("admintest: not found")
)

// mostChanges is how many changes may wait for one that watches. A table that has more of them blocks.
const mostChanges = 10_000

// Table behaves as a store's table. Its methods may be called concurrently; its zero value is empty.
type Table struct {
	mu       sync.Mutex
	rows     map[string]change
	revision uint64
	watchers []chan change
	broken   error
}

// change is what a key is from a revision on.
type change struct {
	key      string
	value    []byte // nil: deleted
	revision uint64
}

// Break lets every write fail with err from now on; nil mends the table.
func (t *Table) Break(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.broken = err
}

// Keys returns those that are there, sorted.
func (t *Table) Keys() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Sorted(maps.Keys(t.rows))
}

// Get returns a copy of a key's value and its revision, or ErrNotFound.
func (t *Table) Get(_ context.Context, key string) ([]byte, uint64, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, there := t.rows[key]
	if !there {
		return nil, 0, ErrNotFound
	}
	return slices.Clone(c.value), c.revision, nil
}

// Put sets the value of a key that has this revision, 0 for one that is not there, and returns the new one, or ErrConflict.
func (t *Table) Put(_ context.Context, key string, value []byte, revision uint64) (uint64, error) {
	return t.change(key, append([]byte{}, value...), revision)
}

// Delete removes a key that has this revision, or returns ErrConflict.
func (t *Table) Delete(_ context.Context, key string, revision uint64) error {
	_, err := t.change(key, nil, revision)
	return err
}

func (t *Table) change(key string, value []byte, revision uint64) (uint64, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.broken != nil {
		return 0, t.broken
	}
	if t.rows[key].revision != revision {
		return 0, fmt.Errorf("wrapped: %w", ErrConflict)
	}
	t.revision++
	c := change{key, value, t.revision}
	if t.rows == nil {
		t.rows = map[string]change{}
	}
	if value == nil {
		delete(t.rows, key)
	} else {
		t.rows[key] = c
	}
	for _, w := range t.watchers {
		w <- c
	}
	return t.revision, nil
}

// Watch calls each with all that is there, then once with the key "", then with every change, until ctx ends or each fails, and returns
// that error.
func (t *Table) Watch(ctx context.Context, each func(key string, value []byte, revision uint64) error) error {
	t.mu.Lock()
	rows, changes := maps.Clone(t.rows), make(chan change, mostChanges)
	t.watchers = append(t.watchers, changes)
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.watchers = slices.DeleteFunc(t.watchers, func(w chan change) bool { return w == changes })
	}()
	for key, c := range rows {
		if err := each(key, c.value, c.revision); err != nil {
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

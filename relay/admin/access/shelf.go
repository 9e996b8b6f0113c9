package access

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"strings"
	"sync"
)

// Table keeps the newest value of each key; one of store's satisfies it. It is called concurrently.
type Table interface {
	// Get returns a key's value and revision, or an error if there is none.
	Get(ctx context.Context, key string) (value []byte, revision uint64, err error)
	// Put sets the value of a key that has this revision, 0 for a key that is not there, and returns the new one. Of two that put at the same
	// revision one gets Config.Conflict.
	Put(ctx context.Context, key string, value []byte, revision uint64) (uint64, error)
	// Delete removes a key that has this revision, or returns Config.Conflict.
	Delete(ctx context.Context, key string, revision uint64) error
	// Watch calls each with all values there are, then once with the key "", then with every change, a nil value for a key that was
	// deleted, until ctx ends or each fails, and returns that error.
	Watch(ctx context.Context, each func(key string, value []byte, revision uint64) error) error
}

// row is a record as the table has it.
type row[T any] struct {
	value    T
	revision uint64
	gone     bool // removed here; the table has not told so yet
}

// shelf is the records of one kind, watched into memory. Their keys are the prefix and an id.
type shelf[T any] struct {
	prefix string
	table  Table

	mu   sync.RWMutex
	rows map[string]row[T]
}

func newShelf[T any](table Table, prefix string) *shelf[T] {
	return &shelf[T]{prefix: prefix, table: table, rows: map[string]row[T]{}}
}

// get returns a record and its revision, 0 if there is none.
func (s *shelf[T]) get(id string) (T, uint64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if r := s.rows[id]; !r.gone {
		return r.value, r.revision
	}
	return *new(T), 0
}

// all ranges over a copy.
func (s *shelf[T]) all() iter.Seq2[string, T] {
	s.mu.RLock()
	rows := maps.Clone(s.rows)
	s.mu.RUnlock()
	return func(yield func(string, T) bool) {
		for id, r := range rows {
			if !r.gone && !yield(id, r.value) {
				return
			}
		}
	}
}

// put stores a record in place of the one with this revision, 0 for a new one. Of two that do so one gets Config.Conflict.
func (s *shelf[T]) put(ctx context.Context, id string, value T, revision uint64) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("access: %s cannot be stored: %w", s.prefix, err)
	}
	now, err := s.table.Put(ctx, s.prefix+id, text, revision)
	if err != nil {
		return fmt.Errorf("access: %s was not stored: %w", s.prefix, err)
	}
	s.set(id, row[T]{value, now, false})
	return nil
}

// remove takes away the record with this revision. Of two that do so one gets Config.Conflict.
func (s *shelf[T]) remove(ctx context.Context, id string, revision uint64) error {
	if err := s.table.Delete(ctx, s.prefix+id, revision); err != nil {
		return fmt.Errorf("access: %s was not removed: %w", s.prefix, err)
	}
	s.set(id, row[T]{revision: revision, gone: true})
	return nil
}

// set keeps the newer of two rows; a removal follows the revision that it removes.
func (s *shelf[T]) set(id string, r row[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.rows[id].revision; r.revision > known || r.gone && r.revision == known {
		s.rows[id] = r
	}
}

// take takes what the table tells, if it is about this shelf.
func (s *shelf[T]) take(key string, value []byte, revision uint64) error {
	id, mine := strings.CutPrefix(key, s.prefix)
	switch {
	case !mine:
		return nil
	case value == nil:
		s.mu.Lock()
		defer s.mu.Unlock()
		if revision > s.rows[id].revision {
			delete(s.rows, id)
		}
		return nil
	}
	r := row[T]{revision: revision}
	if err := json.Unmarshal(value, &r.value); err != nil {
		return fmt.Errorf("%w: %s", errRecord, s.prefix)
	}
	s.set(id, r)
	return nil
}

// errRecord ends what cannot be understood: it may be a revocation, so it is not passed over.
var errRecord = errors.New("access: a record cannot be read; restore the folder from a backup")

package store

import (
	"bytes"
	"maps"
	"slices"
	"sync"
)

// Memory is a Log that ends with the process. The zero Memory is empty and ready.
type Memory struct {
	mu   sync.Mutex
	logs map[string][][]byte // guarded by mu; an event's bytes never change
}

// Append implements Log.
func (m *Memory) Append(subject string, event []byte) error {
	if err := check(subject, event); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.logs == nil {
		m.logs = map[string][][]byte{}
	}
	m.logs[subject] = append(m.logs[subject], bytes.Clone(event))
	return nil
}

// Read implements Log.
func (m *Memory) Read(subject string, each func(event []byte) error) error {
	m.mu.Lock()
	events := m.logs[subject]
	m.mu.Unlock()
	for _, event := range events {
		if err := each(bytes.Clone(event)); err != nil {
			return err
		}
	}
	return nil
}

// Subjects implements Log. It never fails.
func (m *Memory) Subjects() ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Sorted(maps.Keys(m.logs)), nil
}

// Remove implements Log. It never fails.
func (m *Memory) Remove(subject string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.logs, subject)
	return nil
}

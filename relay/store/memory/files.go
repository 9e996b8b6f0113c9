package memory

import (
	"bytes"
	"context"
	"io"
	"sync"

	"github.com/diemcau/diemcau/relay/store"
)

var _ store.Files = (*Files)(nil)

// Files is a store.Files.
type Files struct {
	mu    sync.Mutex
	files map[string][]byte // guarded by mu; a file's bytes never change
}

// Put implements store.Files.
func (f *Files) Put(_ context.Context, name string, content io.Reader, limit int64) error {
	if err := store.CheckSubject(name); err != nil {
		return err
	}
	file, err := io.ReadAll(io.LimitReader(content, limit+1))
	if err != nil {
		return err
	}
	if int64(len(file)) > limit {
		return store.ErrTooLarge
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.files == nil {
		f.files = map[string][]byte{}
	}
	f.files[name] = file
	return nil
}

// Get implements store.Files.
func (f *Files) Get(_ context.Context, name string) (io.ReadCloser, error) {
	if err := store.CheckSubject(name); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	file, ok := f.files[name]
	if !ok {
		return nil, store.ErrNotFound
	}
	return io.NopCloser(bytes.NewReader(file)), nil
}

// Delete implements store.Files.
func (f *Files) Delete(_ context.Context, name string) error {
	if err := store.CheckSubject(name); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.files, name)
	return nil
}

// Sum implements store.Files.
func (f *Files) Sum(_ context.Context, group string) (sum int64, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name, file := range f.files {
		if store.GroupOf(name) == group {
			sum += int64(len(file))
		}
	}
	return sum, nil
}

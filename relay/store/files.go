package store

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// files is Files in an object store of JetStream, under the names' tokens.
type files struct {
	store   *Store
	objects jetstream.ObjectStore
}

var _ Files = (*files)(nil)

const (
	chunkSize = 128 << 10
	longest   = time.Hour // for one file; without a deadline nats.go takes its own short one for all of it
)

// Files opens the files of a name (letters, digits, - and _), which it makes if need be. They live as long as the Store.
func (s *Store) Files(ctx context.Context, name string) (Files, error) {
	c := jetstream.ObjectStoreConfig{Bucket: name, Replicas: s.config.Replicas}
	objects, err := asking(ctx, s, func(ctx context.Context) (jetstream.ObjectStore, error) {
		objects, err := s.js.ObjectStore(ctx, name)
		if errors.Is(err, jetstream.ErrBucketNotFound) {
			return s.js.CreateObjectStore(ctx, c)
		}
		if err != nil {
			return nil, err
		}
		status, err := objects.Status(ctx)
		if err == nil && status.Replicas() != c.Replicas {
			return s.js.UpdateObjectStore(ctx, c)
		}
		return objects, err
	})
	if err != nil {
		return nil, err
	}
	return &files{s, objects}, nil
}

// Put implements Files.
func (f *files) Put(ctx context.Context, name string, content io.Reader, limit int64) error {
	if err := CheckSubject(name); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	limited := &limitedReader{from: content, left: limit}
	meta := jetstream.ObjectMeta{Name: tokenOf(name), Description: tokenOf(GroupOf(name)), Opts: &jetstream.ObjectMetaOptions{ChunkSize: chunkSize}}
	_, err := guarded(ctx, f.store, func(ctx context.Context) (*jetstream.ObjectInfo, error) {
		return f.objects.Put(ctx, meta, limited)
	})
	if limited.err != nil && limited.err != io.EOF {
		return limited.err
	}
	return err
}

// limitedReader fills what it is given, so that chunks are full, and fails with ErrTooLarge when there is more than left.
type limitedReader struct {
	from io.Reader
	left int64
	err  error
}

func (r *limitedReader) Read(b []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := io.ReadFull(r.from, b)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	if r.left -= int64(n); r.left < 0 {
		err = ErrTooLarge
	}
	r.err = err
	return n, err
}

// Get implements Files.
func (f *files) Get(ctx context.Context, name string) (io.ReadCloser, error) {
	if err := CheckSubject(name); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	object, err := f.objects.Get(ctx, tokenOf(name))
	if err != nil {
		cancel()
		return nil, explain(err)
	}
	return &openFile{object, cancel}, nil
}

type openFile struct {
	jetstream.ObjectResult
	cancel context.CancelFunc
}

func (f *openFile) Close() error {
	defer f.cancel()
	return f.ObjectResult.Close()
}

// Delete implements Files.
func (f *files) Delete(ctx context.Context, name string) error {
	if err := CheckSubject(name); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, f.store.config.Timeout)
	defer cancel()
	if err := explain(f.objects.Delete(ctx, tokenOf(name))); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}

// Sum implements Files.
func (f *files) Sum(ctx context.Context, group string) (sum int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	all, err := f.objects.List(ctx)
	if err != nil && !errors.Is(err, jetstream.ErrNoObjectsFound) {
		return 0, explain(err)
	}
	token := tokenOf(group)
	for _, o := range all {
		if o.Description == token {
			sum += int64(o.Size)
		}
	}
	return sum, nil
}

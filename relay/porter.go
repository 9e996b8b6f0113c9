package relay

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/diemcau/diemcau/relay/slides"
)

// Blobs keeps files of meetings by name. Implemented by the files of relay/store.
type Blobs interface {
	// Put stores content of at most limit bytes, in the place of what has the name.
	Put(ctx context.Context, name string, content io.Reader, limit int64) error
	// Get opens what has the name. Its reader is the caller's to close.
	Get(ctx context.Context, name string) (io.ReadCloser, error)
	// Sum returns how many bytes are stored of what has the name of a group, a dot, and more without dots.
	Sum(ctx context.Context, group string) (int64, error)
}

const (
	portersAtOnce = 4
	porterQueue   = 256
	porterTime    = 30 * time.Second // for one file: they are small, and others wait
)

var errPorters = errors.New("relay: the store of files is busy")

// porter carries files to the store and back, a few at once, so that nobody who has a lock waits for a disk. store may be nil: then files are in memory only.
type porter struct {
	store Blobs
	jobs  chan func(context.Context)
}

func newPorter(store Blobs) *porter {
	return &porter{store, make(chan func(context.Context), porterQueue)}
}

// run does the jobs until ctx ends; those that wait then are not done.
func (p *porter) run(ctx context.Context) {
	var group sync.WaitGroup
	for range portersAtOnce {
		group.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case job := <-p.jobs:
					job(ctx)
				}
			}
		})
	}
	group.Wait()
}

// do has a job done soon; false if too many wait. The job is called without locks.
func (p *porter) do(job func(context.Context)) bool {
	select {
	case p.jobs <- job:
		return true
	default:
		return false
	}
}

// look has a job done that looks for a file, if few jobs wait: what is brought goes first.
func (p *porter) look(job func(context.Context)) bool {
	return len(p.jobs) < porterQueue/2 && p.do(job)
}

// put stores a file.
func (p *porter) put(ctx context.Context, name string, content []byte) error {
	if p.store == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, porterTime)
	defer cancel()
	return p.store.Put(ctx, name, bytes.NewReader(content), int64(len(content)))
}

// get reads a file, or says why it is not there.
func (p *porter) get(ctx context.Context, name, hash string) ([]byte, error) {
	if p.store == nil {
		return nil, errors.ErrUnsupported
	}
	ctx, cancel := context.WithTimeout(ctx, porterTime)
	defer cancel()
	from, err := p.store.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	defer from.Close()
	content, err := io.ReadAll(io.LimitReader(from, slides.MaxReport+1))
	if err == nil && slides.Hash(content) != hash {
		err = slides.ErrHash
	}
	return content, err
}

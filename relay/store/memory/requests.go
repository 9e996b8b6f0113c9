package memory

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/diemcau/diemcau/relay/store"
)

var _ store.Requests = (*Requests)(nil)

// Requests is a store.Requests.
type Requests struct {
	mu       sync.Mutex
	handlers map[string][]chan asked // guarded by mu: by subject, in the order in which they came
}

type asked struct {
	question []byte
	answer   chan []byte // takes one
}

// Handle implements store.Requests.
func (r *Requests) Handle(ctx context.Context, subject string, ready func(), answer func(ctx context.Context, question []byte) []byte) error {
	if err := store.CheckSubject(subject); err != nil {
		return err
	}
	questions := make(chan asked, 1024)
	r.mu.Lock()
	if r.handlers == nil {
		r.handlers = map[string][]chan asked{}
	}
	r.handlers[subject] = append(r.handlers[subject], questions)
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.handlers[subject] = slices.DeleteFunc(r.handlers[subject], func(c chan asked) bool { return c == questions })
	}()
	if ready != nil {
		ready()
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case q := <-questions:
			q.answer <- bytes.Clone(answer(ctx, q.question))
		}
	}
}

// Ask implements store.Requests.
func (r *Requests) Ask(ctx context.Context, subject string, question []byte) ([]byte, error) {
	if err := store.CheckSubject(subject); err != nil {
		return nil, err
	}
	if len(question) > store.MaxValue {
		return nil, fmt.Errorf("%w, not %d", store.ErrValue, len(question))
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
	}
	answer, err := r.send(subject, asked{bytes.Clone(question), make(chan []byte, 1)})
	if err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case a := <-answer:
		return a, nil
	}
}

// send gives a question to the newest handler.
func (r *Requests) send(subject string, q asked) (<-chan []byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	handlers := r.handlers[subject]
	if len(handlers) == 0 {
		return nil, store.ErrNobody
	}
	select {
	case handlers[len(handlers)-1] <- q:
	default: // it is lost, and whoever asks waits in vain
	}
	return q.answer, nil
}

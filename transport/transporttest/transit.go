package transporttest

import (
	"container/heap"
	"context"
	"errors"
	"sync"
	"time"
)

// ErrClosed says that the line was closed.
var ErrClosed = errors.New("transporttest: closed")

// transit holds what is on its way until it arrives. It has no goroutine; whoever takes waits.
type transit[T any] struct {
	limit  int
	wake   chan struct{} // holds one token when the first arrival may have changed
	closed chan struct{}

	mu    sync.Mutex // guards all below
	items arrivals[T]
	count uint64
}

type arrival[T any] struct {
	at    time.Time
	count uint64 // keeps the order of those that arrive together
	item  T
}

func newTransit[T any](limit int) *transit[T] {
	return &transit[T]{limit: limit, wake: make(chan struct{}, 1), closed: make(chan struct{})}
}

// put sends an item on its way, or says that there are too many.
func (t *transit[T]) put(at time.Time, item T) bool {
	t.mu.Lock()
	if len(t.items) >= t.limit {
		t.mu.Unlock()
		return false
	}
	t.count++
	heap.Push(&t.items, arrival[T]{at, t.count, item})
	t.mu.Unlock()
	t.signal()
	return true
}

// take returns the next item once it has arrived.
func (t *transit[T]) take(ctx context.Context) (item T, err error) {
	for {
		select {
		case <-t.closed:
			return item, ErrClosed
		default:
		}
		wait, ok := t.first(&item)
		if ok {
			return item, nil
		}
		if err := t.wait(ctx, wait); err != nil {
			return item, err
		}
	}
}

// first takes the first item if it is here, or returns how long it will take, negative if there is none.
func (t *transit[T]) first(item *T) (wait time.Duration, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.items) == 0 {
		return -1, false
	}
	if wait := time.Until(t.items[0].at); wait > 0 {
		return wait, false
	}
	*item = heap.Pop(&t.items).(arrival[T]).item
	if len(t.items) > 0 {
		t.signal() // for another one who takes
	}
	return 0, true
}

func (t *transit[T]) wait(ctx context.Context, wait time.Duration) error {
	var arrived <-chan time.Time
	if wait >= 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		arrived = timer.C
	}
	select {
	case <-arrived:
	case <-t.wake:
	case <-t.closed:
		return ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

func (t *transit[T]) signal() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// arrivals is a heap, the first arrival on top.
type arrivals[T any] []arrival[T]

func (a arrivals[T]) Len() int { return len(a) }

func (a arrivals[T]) Less(i, j int) bool {
	if !a[i].at.Equal(a[j].at) {
		return a[i].at.Before(a[j].at)
	}
	return a[i].count < a[j].count
}

func (a arrivals[T]) Swap(i, j int) { a[i], a[j] = a[j], a[i] }

func (a *arrivals[T]) Push(x any) { *a = append(*a, x.(arrival[T])) }

func (a *arrivals[T]) Pop() any {
	old := *a
	last := old[len(old)-1]
	old[len(old)-1] = arrival[T]{}
	*a = old[:len(old)-1]
	return last
}

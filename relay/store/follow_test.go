package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/store"
)

// following is what a follower has read.
type following chan string

func follow(t *testing.T, l store.Follower, after uint64) following {
	t.Helper()
	f := make(following, 10_000)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- l.Follow(ctx, after, func(subject string, n uint64, event []byte) error {
			f <- numbered(subject, n, event)
			return nil
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	return f
}

func (f following) want(t *testing.T, news ...string) {
	t.Helper()
	for _, want := range news {
		select {
		case got := <-f:
			if got != want {
				t.Fatalf("followed %q, want %q", got, want)
			}
		case <-time.After(patience):
			t.Fatalf("nothing to follow, want %q", want)
		}
	}
}

// watch is follow for a table.
func watch(t *testing.T, table store.Table) following {
	t.Helper()
	f := make(following, 10_000)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- table.Watch(ctx, func(key string, value []byte, _ uint64) error {
			f <- key + "=" + string(value)
			return nil
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	return f
}

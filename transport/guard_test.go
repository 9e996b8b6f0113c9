package transport

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestAConnectionWithoutASessionIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var closed atomic.Bool
		g := &guard{}
		g.watch(t.Context(), func() { closed.Store(true) })
		request := context.WithValue(t.Context(), guardKey{}, g)
		first, second := acquire(request), acquire(request)
		after := func(d time.Duration) bool {
			time.Sleep(d) // of the test's own clock
			synctest.Wait()
			return closed.Load()
		}
		if after(time.Hour) {
			t.Fatal("closed with two sessions")
		}
		first()
		if after(time.Hour) {
			t.Fatal("closed with one session")
		}
		second()
		if after(idleConnection - time.Second) {
			t.Fatal("closed before its time")
		}
		if !after(2 * time.Second) {
			t.Fatal("not closed")
		}
	})
}

func TestASessionMayComeBeforeItsConnectionIsWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		g := &guard{}
		g.add(1)
		closed := make(chan time.Time, 1)
		g.watch(ctx, func() { closed <- time.Now() })
		time.Sleep(10 * idleConnection)
		if len(closed) > 0 {
			t.Fatal("a connection with a session was closed")
		}
		over := time.Now()
		g.add(-1)
		if after := (<-closed).Sub(over); after != idleConnection {
			t.Errorf("closed after %v", after)
		}
	})
}

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

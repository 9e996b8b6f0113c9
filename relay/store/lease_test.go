package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/diemcau/diemcau/relay/store"
)

// acquired is the lease that somebody gets within the test's patience.
func acquired(t *testing.T, ls store.Leases, subject, holder string) store.Lease {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		l, err := ls.Acquire(ctx, subject, holder)
		if err == nil {
			return l
		}
		if !errors.Is(err, store.ErrHeld) || ctx.Err() != nil {
			t.Fatal(err)
		}
	}
}

func wantHolder(t *testing.T, ls store.Leases, subject, holder string, epoch uint32) {
	t.Helper()
	if l, err := ls.Holder(t.Context(), subject); err != nil || l.Holder != holder || l.Epoch != epoch {
		t.Fatalf("%+v holds it, %v, want %s in epoch %d", l, err, holder, epoch)
	}
}

func TestLeaseHasOneHolder(t *testing.T) {
	bothParts(t, func(t *testing.T, p parts) {
		ls, ctx := p.leases, t.Context()
		wantHolder(t, ls, "m", "", 0)
		a, err := ls.Acquire(ctx, "m", "a")
		if err != nil || a != (store.Lease{Subject: "m", Holder: "a", Epoch: 1}) {
			t.Fatal(a, err)
		}
		var held *store.HeldError
		if _, err := ls.Acquire(ctx, "m", "b"); !errors.As(err, &held) || held.Lease != a || !errors.Is(err, store.ErrHeld) {
			t.Fatal(err)
		}
		if other, err := ls.Acquire(ctx, "n", "b"); err != nil || other.Epoch != 1 {
			t.Fatal(other, err)
		}
		// A relay that was started anew.
		again, err := ls.Acquire(ctx, "m", "a")
		if err != nil || again.Epoch != 2 {
			t.Fatal(again, err)
		}
		if err := ls.Renew(ctx, a); !errors.Is(err, store.ErrLost) {
			t.Fatalf("its former self renewed: %v", err)
		}
		if err := errors.Join(ls.Release(ctx, a), ls.Renew(ctx, again)); err != nil {
			t.Fatal(err)
		}
		wantHolder(t, ls, "m", "a", 2)
		if err := ls.Release(ctx, again); err != nil {
			t.Fatal(err)
		}
		wantHolder(t, ls, "m", "", 0)
		if err := ls.Renew(ctx, again); !errors.Is(err, store.ErrLost) {
			t.Fatalf("renewed what was released: %v", err)
		}
		if b, err := ls.Acquire(ctx, "m", "b"); err != nil || b.Epoch != 3 {
			t.Fatal(b, err)
		}
		if _, err := ls.Acquire(ctx, "", "b"); !errors.Is(err, store.ErrSubject) {
			t.Fatal(err)
		}
	})
}

func TestLeaseThatIsNotRenewedIsLost(t *testing.T) {
	bothParts(t, func(t *testing.T, p parts) {
		a := acquired(t, p.leases, "m", "a")
		b := acquired(t, p.leases, "m", "b")
		if b.Epoch != 2 {
			t.Fatal(b)
		}
		if err := p.leases.Renew(t.Context(), a); !errors.Is(err, store.ErrLost) {
			t.Fatal(err)
		}
		if err := p.leases.Release(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		if err := p.leases.Renew(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	})
}

// TestManyWantTheLease: whatever happens at once, an epoch is one holder's.
func TestManyWantTheLease(t *testing.T) {
	bothParts(t, func(t *testing.T, p parts) {
		const relays, times = 6, 5
		var mu sync.Mutex
		got := map[uint32]string{}
		var wg sync.WaitGroup
		for r := range relays {
			holder := string(rune('a' + r))
			wg.Go(func() {
				for range times {
					l := acquired(t, p.leases, "m", holder)
					mu.Lock()
					if other, twice := got[l.Epoch]; twice {
						t.Errorf("epoch %d was given to %s and %s", l.Epoch, other, holder)
					}
					got[l.Epoch] = holder
					mu.Unlock()
					if err := p.leases.Release(t.Context(), l); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if len(got) < relays*times {
			t.Errorf("%d epochs", len(got))
		}
	})
}

package memory

import (
	"context"
	"sync"
	"time"

	"github.com/diemcau/diemcau/relay/store"
)

var _ store.Leases = (*Leases)(nil)

// Leases is a store.Leases.
type Leases struct {
	TTL time.Duration // time to live of a lease; 0: 3 s

	mu    sync.Mutex
	given map[string]given // guarded by mu: by subject
}

type given struct {
	lease store.Lease
	until time.Time // zero: released
}

func (ls *Leases) ttl() time.Duration {
	if ls.TTL == 0 {
		return 3 * time.Second
	}
	return ls.TTL
}

// Acquire implements store.Leases.
func (ls *Leases) Acquire(_ context.Context, subject, holder string) (store.Lease, error) {
	if err := store.CheckSubject(subject); err != nil {
		return store.Lease{}, err
	}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	now, last := time.Now(), ls.given[subject]
	if now.Before(last.until) && last.lease.Holder != holder {
		return store.Lease{}, &store.HeldError{Lease: last.lease}
	}
	if ls.given == nil {
		ls.given = map[string]given{}
	}
	lease := store.Lease{Subject: subject, Holder: holder, Epoch: last.lease.Epoch + 1}
	ls.given[subject] = given{lease, now.Add(ls.ttl())}
	return lease, nil
}

// Renew implements store.Leases.
func (ls *Leases) Renew(_ context.Context, lease store.Lease) error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	now, last := time.Now(), ls.given[lease.Subject]
	if last.lease != lease || !now.Before(last.until) {
		return store.ErrLost
	}
	ls.given[lease.Subject] = given{lease, now.Add(ls.ttl())}
	return nil
}

// Release implements store.Leases. It never fails.
func (ls *Leases) Release(_ context.Context, lease store.Lease) error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if last := ls.given[lease.Subject]; last.lease == lease {
		ls.given[lease.Subject] = given{lease: lease}
	}
	return nil
}

// Holder implements store.Leases. It never fails.
func (ls *Leases) Holder(_ context.Context, subject string) (store.Lease, error) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if last := ls.given[subject]; time.Now().Before(last.until) {
		return last.lease, nil
	}
	return store.Lease{}, nil
}

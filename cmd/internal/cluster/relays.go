package cluster

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/diemcau/diemcau/relay/store"
)

// Relays is what a relay needs of the others that share its store. It implements relay.Cluster.
type Relays struct {
	Name     string // of this relay: no other has it
	Events   store.Follower
	Leases   store.Leases
	Requests store.Requests
	Site     func(event []byte) // takes what another relay has written of a site; nil: it is passed over
}

// Lease implements relay.Cluster.
func (r *Relays) Lease(ctx context.Context, code string, epoch uint32) (now uint32, holder string, err error) {
	subject := Meetings + code
	if epoch != 0 {
		err := r.Leases.Renew(ctx, store.Lease{Subject: subject, Holder: r.Name, Epoch: epoch})
		if !errors.Is(err, store.ErrLost) {
			return epoch, "", err
		}
	}
	lease, err := r.Leases.Acquire(ctx, subject, r.Name)
	var held *store.HeldError
	if errors.As(err, &held) {
		return 0, held.Lease.Holder, nil
	}
	return lease.Epoch, "", err
}

// Follow implements relay.Cluster.
func (r *Relays) Follow(ctx context.Context, each func(code string, n uint64, event []byte)) error {
	last, err := r.Events.Last(ctx)
	if err != nil {
		return err
	}
	return r.Events.Follow(ctx, last, func(subject string, n uint64, event []byte) error {
		if code, ok := strings.CutPrefix(subject, Meetings); ok {
			each(code, n, event)
		} else if strings.HasPrefix(subject, Sites) && r.Site != nil {
			r.Site(event)
		}
		return nil
	})
}

// Handle implements relay.Cluster.
func (r *Relays) Handle(ctx context.Context, answer func(question []byte) []byte) error {
	return r.Requests.Handle(ctx, subjectOf(r.Name), nil, func(_ context.Context, question []byte) []byte { return answer(question) })
}

// Ask implements relay.Cluster.
func (r *Relays) Ask(ctx context.Context, relay string, question []byte) ([]byte, error) {
	return r.Requests.Ask(ctx, subjectOf(relay), question)
}

func subjectOf(relay string) string { return "relay/" + relay }

// mostRelays are in a cluster: their numbers are below those that sites get as prefixes.
const mostRelays = 63

// ErrFull says that a cluster has as many relays as it may.
var ErrFull = errors.New("cluster: 63 relays have been in it; remove one from the table “relays” that is no more")

// Number returns the number, 1 to 63, that is this relay's in the cluster for good. name is kept by the relay over restarts.
func Number(ctx context.Context, table store.Table, name string) (uint16, error) {
	for n := 1; n <= mostRelays; n++ {
		key := strconv.Itoa(n)
		taken, _, err := table.Get(ctx, key)
		if errors.Is(err, store.ErrNotFound) {
			if _, err = table.Put(ctx, key, []byte(name), 0); err == nil {
				return uint16(n), nil
			}
			if errors.Is(err, store.ErrConflict) {
				taken, _, err = table.Get(ctx, key)
			}
		}
		if err != nil {
			return 0, err
		}
		if string(taken) == name {
			return uint16(n), nil
		}
	}
	return 0, ErrFull
}

// Shared returns a secret that all relays of a cluster have: that of the first which came.
func Shared(ctx context.Context, table store.Table, key string, own []byte) ([]byte, error) {
	for {
		secret, _, err := table.Get(ctx, key)
		if !errors.Is(err, store.ErrNotFound) {
			return secret, err
		}
		if _, err = table.Put(ctx, key, own, 0); err == nil {
			return own, nil
		}
		if !errors.Is(err, store.ErrConflict) {
			return nil, err
		}
	}
}

package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// leases is Leases in two buckets. What must not be lost, the epoch of a subject, is on the disk and changes with a new holder only.
// What changes every second, that the holder lives, is in memory and ages: an idle relay writes nothing.
type leases struct {
	store *Store
	given jetstream.KeyValue // the last lease of each subject
	marks jetstream.KeyValueConfig

	opening chan struct{}      // has one while held is opened, or looked at
	held    jetstream.KeyValue // those that are held: forgotten when not renewed
	link    context.Context    // of the connection over which held was opened
}

var _ Leases = (*leases)(nil)

// Leases opens the leases, whose holders renew them within the time to live, at least 100 ms; 0: 3 s. All relays of a cluster use the same.
func (s *Store) Leases(ctx context.Context, ttl time.Duration) (Leases, error) {
	if ttl == 0 {
		ttl = 3 * time.Second
	}
	given, err := s.bucket(ctx, jetstream.KeyValueConfig{Bucket: "leases"})
	if err != nil {
		return nil, err
	}
	ls := &leases{
		store: s, given: given, opening: make(chan struct{}, 1),
		marks: jetstream.KeyValueConfig{Bucket: "held", TTL: ttl, Storage: jetstream.MemoryStorage},
	}
	_, err = ls.now(ctx)
	return ls, err
}

// now returns the bucket of those that are held. A server that was started anew has forgotten that there was one.
func (ls *leases) now(ctx context.Context) (jetstream.KeyValue, error) {
	select {
	case ls.opening <- struct{}{}:
		defer func() { <-ls.opening }()
	case <-ctx.Done():
		return nil, unavailable(ctx.Err())
	}
	if ls.link != nil && ls.link.Err() == nil {
		return ls.held, nil
	}
	link := ls.store.link.now()
	held, err := ls.store.bucket(ctx, ls.marks)
	if err == nil {
		ls.held, ls.link = held, link
	}
	return held, err
}

// lease is how a Lease is kept: the subject is the key's.
type lease struct {
	Holder string `json:"holder"`
	Epoch  uint32 `json:"epoch"`
}

func (l lease) of(subject string) Lease { return Lease{subject, l.Holder, l.Epoch} }

// get returns the zero lease and revision 0 if there is none.
func (ls *leases) get(ctx context.Context, kv jetstream.KeyValue, subject string) (l lease, revision uint64, err error) {
	entry, err := asking(ctx, ls.store, func(ctx context.Context) (jetstream.KeyValueEntry, error) { return kv.Get(ctx, tokenOf(subject)) })
	if errors.Is(err, ErrNotFound) {
		return lease{}, 0, nil
	}
	if err != nil {
		return lease{}, 0, err
	}
	if err := json.Unmarshal(entry.Value(), &l); err != nil {
		return lease{}, 0, fmt.Errorf("%w (a lease)", ErrDamaged)
	}
	return l, entry.Revision(), nil
}

func (ls *leases) put(ctx context.Context, kv jetstream.KeyValue, subject string, l lease, revision uint64) error {
	value, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = guarded(ctx, ls.store, func(ctx context.Context) (uint64, error) {
		if revision == 0 {
			return kv.Create(ctx, tokenOf(subject), value)
		}
		return kv.Update(ctx, tokenOf(subject), value, revision)
	})
	return err
}

// Acquire implements Leases.
func (ls *leases) Acquire(ctx context.Context, subject, holder string) (Lease, error) {
	if err := CheckSubject(subject); err != nil {
		return Lease{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, ls.store.config.Timeout)
	defer cancel()
	for {
		l, err := ls.take(ctx, subject, holder)
		if err == nil {
			err = ls.hold(ctx, subject, l)
		}
		if err == nil {
			return l.of(subject), nil
		}
		if !again(err) || !pause(ctx) {
			return Lease{}, err
		}
	}
}

// take writes down a new lease with the next epoch, which makes all before it void.
func (ls *leases) take(ctx context.Context, subject, holder string) (lease, error) {
	last, revision, err := ls.get(ctx, ls.given, subject)
	if err != nil {
		return lease{}, err
	}
	held, err := ls.now(ctx)
	if err != nil {
		return lease{}, err
	}
	now, _, err := ls.get(ctx, held, subject)
	if err != nil {
		return lease{}, err
	}
	if now.Epoch > 0 && now.Epoch >= last.Epoch && now.Holder != holder {
		return lease{}, &HeldError{now.of(subject)}
	}
	l := lease{holder, last.Epoch + 1}
	return l, ls.put(ctx, ls.given, subject, l, revision)
}

// hold marks the lease as held, unless a newer one was given meanwhile.
func (ls *leases) hold(ctx context.Context, subject string, l lease) error {
	held, err := ls.now(ctx)
	if err != nil {
		return err
	}
	for {
		now, revision, err := ls.get(ctx, held, subject)
		if err != nil {
			return err
		}
		if now.Epoch > l.Epoch {
			return &HeldError{now.of(subject)}
		}
		if err = ls.put(ctx, held, subject, l, revision); err == nil {
			break
		}
		if !errors.Is(err, ErrConflict) || ctx.Err() != nil {
			return err
		}
	}
	last, _, err := ls.get(ctx, ls.given, subject)
	if err == nil && last.Epoch != l.Epoch {
		err = errors.Join(&HeldError{last.of(subject)}, ls.Release(ctx, l.of(subject)))
	}
	return err
}

// Renew implements Leases.
func (ls *leases) Renew(ctx context.Context, l Lease) error {
	ctx, cancel := context.WithTimeout(ctx, ls.store.config.Timeout)
	defer cancel()
	for {
		held, err := ls.now(ctx)
		if err != nil {
			return err
		}
		now, revision, err := ls.get(ctx, held, l.Subject)
		if err != nil {
			return err
		}
		if now.of(l.Subject) != l {
			return ErrLost
		}
		if err = ls.put(ctx, held, l.Subject, now, revision); !again(err) || !pause(ctx) {
			return err
		}
	}
}

// Release implements Leases.
func (ls *leases) Release(ctx context.Context, l Lease) error {
	ctx, cancel := context.WithTimeout(ctx, ls.store.config.Timeout)
	defer cancel()
	held, err := ls.now(ctx)
	if err != nil {
		return err
	}
	now, revision, err := ls.get(ctx, held, l.Subject)
	if err != nil || now.of(l.Subject) != l {
		return err
	}
	err = explain(held.Delete(ctx, tokenOf(l.Subject), jetstream.LastRevision(revision)))
	if errors.Is(err, ErrConflict) {
		return nil // it was lost
	}
	return err
}

// Holder implements Leases.
func (ls *leases) Holder(ctx context.Context, subject string) (Lease, error) {
	held, err := ls.now(ctx)
	if err != nil {
		return Lease{}, err
	}
	now, _, err := ls.get(ctx, held, subject)
	if err != nil || now.Epoch == 0 {
		return Lease{}, err
	}
	return now.of(subject), nil
}

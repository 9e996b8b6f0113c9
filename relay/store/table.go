package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// bucketTable is a Table in a bucket of JetStream.
type bucketTable struct {
	store *Store
	kv    jetstream.KeyValue
}

var _ Table = (*bucketTable)(nil)

// Table opens the table of a name (letters, digits, - and _), which it makes if need be. It lives as long as the Store.
func (s *Store) Table(ctx context.Context, name string) (Table, error) {
	kv, err := s.bucket(ctx, jetstream.KeyValueConfig{Bucket: name, MaxValueSize: maxPayload})
	if err != nil {
		return nil, err
	}
	return &bucketTable{s, kv}, nil
}

// bucket opens a bucket, which it makes if need be. Of one that is there only the number of copies and the time to live change.
func (s *Store) bucket(ctx context.Context, c jetstream.KeyValueConfig) (jetstream.KeyValue, error) {
	c.Replicas = s.config.Replicas
	return asking(ctx, s, func(ctx context.Context) (jetstream.KeyValue, error) {
		kv, err := s.js.KeyValue(ctx, c.Bucket)
		if errors.Is(err, jetstream.ErrBucketNotFound) {
			return s.js.CreateKeyValue(ctx, c)
		}
		if err != nil {
			return nil, err
		}
		status, err := kv.Status(ctx)
		if err == nil && (status.Config().Replicas != c.Replicas || status.TTL() != c.TTL) {
			return s.js.UpdateKeyValue(ctx, c)
		}
		return kv, err
	})
}

// Get implements Table.
func (t *bucketTable) Get(ctx context.Context, key string) ([]byte, uint64, error) {
	if err := CheckKey(key); err != nil {
		return nil, 0, err
	}
	entry, err := asking(ctx, t.store, func(ctx context.Context) (jetstream.KeyValueEntry, error) { return t.kv.Get(ctx, key) })
	if err != nil {
		return nil, 0, err
	}
	return entry.Value(), entry.Revision(), nil
}

// Put implements Table.
func (t *bucketTable) Put(ctx context.Context, key string, value []byte, revision uint64) (uint64, error) {
	if err := CheckKey(key); err != nil {
		return 0, err
	}
	if len(value) > MaxValue {
		return 0, fmt.Errorf("%w, not %d", ErrValue, len(value))
	}
	ctx, cancel := context.WithTimeout(ctx, t.store.config.Timeout)
	defer cancel()
	return guarded(ctx, t.store, func(ctx context.Context) (uint64, error) {
		if revision == 0 {
			return t.kv.Create(ctx, key, value)
		}
		return t.kv.Update(ctx, key, value, revision)
	})
}

// Delete implements Table.
func (t *bucketTable) Delete(ctx context.Context, key string, revision uint64) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	if revision == 0 {
		return ErrConflict
	}
	ctx, cancel := context.WithTimeout(ctx, t.store.config.Timeout)
	defer cancel()
	_, err := guarded(ctx, t.store, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, t.kv.Delete(ctx, key, jetstream.LastRevision(revision))
	})
	return err
}

// Watch implements Table.
func (t *bucketTable) Watch(ctx context.Context, each func(key string, value []byte, revision uint64) error) error {
	prefix := "$KV." + t.kv.Bucket() + "."
	told := false // that all values there are have come
	begun := func(pending uint64) error {
		if told || pending > 0 {
			return nil
		}
		told = true
		return each("", nil, 0)
	}
	one := func(msg jetstream.Msg, meta *jetstream.MsgMetadata) error {
		key := strings.TrimPrefix(msg.Subject(), prefix)
		deleted := msg.Headers().Get("KV-Operation") != "" || msg.Headers().Get(jetstream.MarkerReasonHeader) != ""
		var err error
		switch {
		case !deleted:
			err = each(key, append([]byte{}, msg.Data()...), meta.Sequence.Stream)
		case told:
			err = each(key, nil, 0)
		}
		if err != nil {
			return err
		}
		return begun(meta.NumPending)
	}
	return t.store.forever(ctx, "KV_"+t.kv.Bucket(), from{subjects: prefix + ">", newest: true}, reader{begun, one})
}

// Keys returns the keys of a table, sorted.
func Keys(ctx context.Context, t Table) ([]string, error) {
	keys := []string{}
	err := t.Watch(ctx, func(key string, _ []byte, _ uint64) error {
		if key == "" {
			return errDone
		}
		keys = append(keys, key)
		return nil
	})
	if !errors.Is(err, errDone) {
		return nil, err
	}
	slices.Sort(keys)
	return keys, nil
}

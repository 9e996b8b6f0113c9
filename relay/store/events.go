package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	streamName = "MEETINGS"
	prefix     = "m."
)

var (
	_ Log      = (*Events)(nil)
	_ Follower = (*Events)(nil)
)

// Events is the Log and Follower of a Store: one stream, a subject of NATS for each subject.
type Events struct {
	store  *Store
	stream jetstream.Stream

	mu    sync.Mutex
	tails map[string]tail // guarded by mu: by subject, as last seen
}

// tail is the end of a subject's log.
type tail struct {
	count    uint64 // events
	sequence uint64 // of the last message, 0: none
}

func openEvents(ctx context.Context, s *Store) (*Events, error) {
	stream, err := openStream(ctx, s, jetstream.StreamConfig{
		Name: streamName, Subjects: []string{prefix + "*"}, Replicas: s.config.Replicas, Storage: jetstream.FileStorage,
		Discard: jetstream.DiscardNew, DenyDelete: true, MaxMsgSize: maxPayload, Duplicates: 100 * time.Millisecond,
	})
	if err != nil {
		return nil, err
	}
	return &Events{store: s, stream: stream, tails: map[string]tail{}}, nil
}

// openStream makes a stream if need be. Of one that is there only the number of copies changes: the rest is the administrator's.
func openStream(ctx context.Context, s *Store, c jetstream.StreamConfig) (jetstream.Stream, error) {
	return asking(ctx, s, func(ctx context.Context) (jetstream.Stream, error) {
		stream, err := s.js.Stream(ctx, c.Name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			return s.js.CreateStream(ctx, c)
		}
		if err == nil && stream.CachedInfo().Config.Replicas != c.Replicas {
			change := stream.CachedInfo().Config
			change.Replicas = c.Replicas
			return s.js.UpdateStream(ctx, change)
		}
		return stream, err
	})
}

// Append implements Log.
func (e *Events) Append(subject string, after uint64, events ...[]byte) error {
	if err := CheckAppend(subject, events); err != nil || len(events) == 0 {
		return err
	}
	ctx, cancel := context.WithTimeout(e.store.bg, e.store.config.Timeout)
	defer cancel()
	return e.append(ctx, subject, after, uint64(len(events)), newFrame(subject, after, events))
}

// append publishes the frame until it is known to be in the stream or not to get there.
func (e *Events) append(ctx context.Context, subject string, after, n uint64, message []byte) error {
	end, known := e.tail(subject)
	tried, failed := false, error(nil)
	for ; ; known = false {
		if !known || end.count != after {
			var err error
			if end, err = e.look(ctx, subject); err != nil {
				return err
			}
		}
		switch {
		case end.count != after && tried && e.isOurs(ctx, subject, after, message):
			return nil
		case end.count != after:
			return ErrConflict
		case failed != nil:
			return failed
		}
		sequence, err := e.publish(ctx, subject, end.sequence, message)
		if err == nil {
			e.remember(subject, tail{after + n, sequence})
			return nil
		}
		tried = true
		e.forget(subject)
		if failed, err = nextTry(ctx, err); err != nil {
			return err
		}
	}
}

// nextTry sorts errors of publish. An error of the disk ends the append unless the frame was written all the same; after a wrong sequence, or
// without an answer, the log is looked at and the append tried again.
func nextTry(ctx context.Context, err error) (failed, final error) {
	var disk diskError
	switch {
	case errors.As(err, &disk):
		return disk.error, nil
	case again(err) && pause(ctx):
		return nil, nil
	}
	return nil, err
}

// publish sends a frame that shall follow the message of that sequence, and returns its own.
func (e *Events) publish(ctx context.Context, subject string, after uint64, message []byte) (uint64, error) {
	ctx, cancel := e.store.attempt(ctx)
	defer cancel()
	return guarded(ctx, e.store, func(ctx context.Context) (uint64, error) {
		msg := &nats.Msg{Subject: prefix + tokenOf(subject), Data: message}
		ack, err := e.store.js.PublishMsg(ctx, msg, jetstream.WithExpectLastSequencePerSubject(after), jetstream.WithRetryAttempts(0))
		if err != nil {
			return 0, err
		}
		return ack.Sequence, nil
	})
}

// isOurs reports whether the message that follows the first `after` events is the frame: an append that got no answer was made.
func (e *Events) isOurs(ctx context.Context, subject string, after uint64, message []byte) bool {
	found := false
	_ = e.read(ctx, subject, after, func(_ frame, data []byte) error {
		found = bytes.Equal(data, message)
		return errDone
	})
	return found
}

// look asks the stream's leader for the end of a subject's log.
func (e *Events) look(ctx context.Context, subject string) (tail, error) {
	for missing := 0; missing < 3; missing++ {
		msg, err := asking(ctx, e.store, func(ctx context.Context) (*jetstream.RawStreamMsg, error) {
			return e.stream.GetLastMsgForSubject(ctx, prefix+tokenOf(subject))
		})
		if errors.Is(err, ErrNotFound) {
			// A message that is damaged is not found either; one may also have been written between the two questions.
			state, err := e.state(ctx, jetstream.WithSubjectFilter(prefix+tokenOf(subject)))
			if err != nil || len(state.Subjects) == 0 {
				return tail{}, err
			}
			continue
		}
		if err != nil {
			return tail{}, err
		}
		f, err := open(msg.Subject, msg.Data, msg.Sequence)
		if err != nil {
			return tail{}, err
		}
		end := tail{f.after + f.count, msg.Sequence}
		e.remember(subject, end)
		return end, nil
	}
	return tail{}, fmt.Errorf("%w (the end of a log)", ErrDamaged)
}

func (e *Events) tail(subject string) (tail, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	end, ok := e.tails[subject]
	return end, ok
}

// remember keeps the end of a subject's log, of a few thousand subjects: of any others it can be asked for again.
func (e *Events) remember(subject string, end tail) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, ok := e.tails[subject]; !ok && len(e.tails) >= 4096 {
		clear(e.tails)
	}
	if e.tails[subject].sequence <= end.sequence {
		e.tails[subject] = end
	}
}

func (e *Events) forget(subject string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.tails, subject)
}

// Remove implements Log.
func (e *Events) Remove(subject string) error {
	if err := CheckSubject(subject); err != nil {
		return err
	}
	e.forget(subject)
	_, err := asking(e.store.bg, e.store, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, e.stream.Purge(ctx, jetstream.WithPurgeSubject(prefix+tokenOf(subject)))
	})
	return err
}

package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// heartbeat is how often an idle consumer is heard: two missing ones mean that its server is gone.
const heartbeat = time.Second

// from says which messages of a stream are read, and from which on: its zero value is all of them.
type from struct {
	subjects string // a subject or a pattern
	after    uint64 // the messages behind this one
	newest   bool   // of each subject the newest only
}

func (f from) config() jetstream.ConsumerConfig {
	c := jetstream.ConsumerConfig{
		FilterSubject: f.subjects, AckPolicy: jetstream.AckNonePolicy, MemoryStorage: true, Replicas: 1,
		InactiveThreshold: 30 * time.Second, // then the engine forgets it, should nobody delete it
	}
	switch {
	case f.after > 0:
		c.DeliverPolicy, c.OptStartSeq = jetstream.DeliverByStartSequencePolicy, f.after+1
	case f.newest:
		c.DeliverPolicy = jetstream.DeliverLastPerSubjectPolicy
	}
	return c
}

// reader is who reads a stream.
type reader struct {
	begun func(pending uint64) error                                 // learns how many messages there are; called anew after an interruption; may be nil
	each  func(msg jetstream.Msg, meta *jetstream.MsgMetadata) error // is called with every message
}

var errGap = errors.New("store: a message was lost on its way")

// stopError is a reader's, who wants no more, in disguise: it is none of the engine's.
type stopError struct{ error }

// scan reads a stream until the reader fails, ctx ends, or the connection breaks: a message may have been lost with it.
func (s *Store) scan(ctx context.Context, stream string, f *from, r reader) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.link.now(), cancel)()
	consumer, err := asking(ctx, s, func(ctx context.Context) (jetstream.Consumer, error) {
		return s.js.CreateConsumer(ctx, stream, f.config())
	})
	if err != nil {
		return err
	}
	defer func() {
		soon, cancel := s.attempt(s.bg)
		defer cancel()
		_ = s.js.DeleteConsumer(soon, stream, consumer.CachedInfo().Name)
	}()
	if r.begun != nil {
		if err := r.begun(consumer.CachedInfo().NumPending); err != nil {
			return stopError{err}
		}
	}
	it, err := consumer.Messages(jetstream.PullMaxMessagesWithBytesLimit(2048, 2*maxPayload), jetstream.PullHeartbeat(heartbeat))
	if err != nil {
		return err
	}
	defer it.Stop()
	for count := uint64(1); ; count++ {
		msg, err := it.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		meta, err := msg.Metadata()
		if err != nil {
			return err
		}
		if meta.Sequence.Consumer != count {
			return errGap
		}
		f.after = meta.Sequence.Stream
		if err := r.each(msg, meta); err != nil {
			return stopError{err}
		}
	}
}

// forever scans on from where it was, whatever becomes of the connection, until the reader fails or ctx ends: without gaps or
// repetitions.
func (s *Store) forever(ctx context.Context, stream string, f from, r reader) error {
	for {
		err := s.scan(ctx, stream, &f, r)
		var stopped stopError
		switch {
		case errors.As(err, &stopped):
			return stopped.error
		case ctx.Err() != nil:
			return ctx.Err()
		case s.bg.Err() != nil:
			return fmt.Errorf("%w: it was closed", ErrUnavailable)
		}
		pause(ctx)
	}
}

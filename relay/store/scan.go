package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

var errDone = errors.New("store: read all")

// scan calls each with the messages of a stream that an ordered consumer delivers, across interruptions without gaps or repetitions,
// until each fails or ctx ends. Begun, which may be nil, learns how many there are at first.
func (s *Store) scan(ctx context.Context, stream string, c jetstream.OrderedConsumerConfig, begun func(pending uint64) error, each message) error {
	c.InactiveThreshold = 30 * time.Second // then the engine forgets it, should nobody delete it
	consumer, err := s.js.OrderedConsumer(ctx, stream, c)
	if err != nil {
		return err
	}
	defer func() { _ = s.js.DeleteConsumer(s.bg, stream, consumer.CachedInfo().Name) }()
	if begun != nil {
		if err := begun(consumer.CachedInfo().NumPending); err != nil {
			return stopError{err}
		}
	}
	it, err := consumer.Messages(jetstream.PullMaxMessagesWithBytesLimit(2048, 2*maxPayload))
	if err != nil {
		return err
	}
	defer it.Stop()
	defer context.AfterFunc(ctx, it.Stop)() // the iterator's own repairs do not look at ctx
	for {
		msg, err := it.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		meta, err := msg.Metadata()
		if err != nil {
			return err
		}
		if err := each(msg, meta); err != nil {
			return err
		}
	}
}

// message is called with a message of a stream; its error ends the scan.
type message func(msg jetstream.Msg, meta *jetstream.MsgMetadata) error

// stopError is the error of a caller who wants no more, in disguise: it is none of the engine's.
type stopError struct{ error }

// forever scans on from where it was, whatever becomes of the connection, until each fails or ctx ends.
func (s *Store) forever(ctx context.Context, stream string, c jetstream.OrderedConsumerConfig, begun func(pending uint64) error, each message) error {
	for {
		err := s.scan(ctx, stream, c, begun, func(msg jetstream.Msg, meta *jetstream.MsgMetadata) error {
			c.DeliverPolicy, c.OptStartSeq = jetstream.DeliverByStartSequencePolicy, meta.Sequence.Stream+1
			if err := each(msg, meta); err != nil {
				return stopError{err}
			}
			return nil
		})
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

// within scans frames until each says errDone, and gives up when none came for the timeout.
func (e *Events) within(ctx context.Context, c jetstream.OrderedConsumerConfig, each func(f frame, at *jetstream.MsgMetadata, data []byte) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timeout := e.store.config.Timeout
	slow := time.AfterFunc(timeout, func() { cancel(ErrUnavailable) })
	defer slow.Stop()
	var stopped error // by each
	err := e.store.scan(ctx, streamName, c, nil, func(msg jetstream.Msg, meta *jetstream.MsgMetadata) error {
		slow.Stop() // each may take its time
		var f frame
		if f, stopped = open(msg.Subject(), msg.Data(), meta.Sequence.Stream); stopped == nil {
			stopped = each(f, meta, msg.Data())
		}
		slow.Reset(timeout)
		return stopped
	})
	switch {
	case errors.Is(stopped, errDone):
		return nil
	case stopped != nil:
		return stopped
	case errors.Is(context.Cause(ctx), ErrUnavailable):
		if _, err := e.state(e.store.bg); err != nil {
			return err
		}
		return fmt.Errorf("%w (not all messages can be read)", ErrDamaged) // the engine answers, and skips them in silence
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return unavailable(err)
}

// open parses a message of the stream.
func open(subject string, data []byte, sequence uint64) (frame, error) {
	f, err := parseFrame(strings.TrimPrefix(subject, prefix), data)
	if err != nil {
		return frame{}, damaged(sequence)
	}
	return f, nil
}

func damaged(sequence uint64) error { return fmt.Errorf("%w (message %d)", ErrDamaged, sequence) }

// every is all frames of the stream.
func every() jetstream.OrderedConsumerConfig {
	return jetstream.OrderedConsumerConfig{FilterSubjects: []string{prefix + "*"}}
}

// Read implements Log.
func (e *Events) Read(subject string, after uint64, each func(event []byte) error) error {
	if err := CheckSubject(subject); err != nil {
		return err
	}
	err := e.read(e.store.bg, subject, after, func(f frame, _ []byte) error {
		return f.each(func(n uint64, event []byte) error {
			if n <= after {
				return nil
			}
			return each(event)
		})
	})
	return err
}

// read calls each with the frames of a subject that hold events after the first `after`, as many as there are now.
func (e *Events) read(ctx context.Context, subject string, after uint64, each func(f frame, data []byte) error) error {
	asking, cancel := context.WithTimeout(ctx, e.store.config.Timeout)
	end, err := e.look(asking, subject)
	cancel()
	if err != nil || end.count <= after {
		return err
	}
	next := uint64(0) // events that came before
	c := jetstream.OrderedConsumerConfig{FilterSubjects: []string{prefix + tokenOf(subject)}}
	err = e.within(ctx, c, func(f frame, at *jetstream.MsgMetadata, data []byte) error {
		if f.after != next {
			return damaged(at.Sequence.Stream)
		}
		if next = f.after + f.count; next > after {
			if err := each(f, data); err != nil {
				return err
			}
		}
		return doneAt(at, end.sequence)
	})
	if err == nil && next < end.count && next > after {
		err = damaged(end.sequence)
	}
	return err
}

// ReadAll implements Follower.
func (e *Events) ReadAll(ctx context.Context, each Each) (uint64, error) {
	state, err := e.state(ctx)
	if err != nil || state.Msgs == 0 {
		return state.LastSeq, err
	}
	read, counts := uint64(0), map[string]uint64{}
	err = e.within(ctx, every(), func(f frame, at *jetstream.MsgMetadata, _ []byte) error {
		if read++; counts[f.subject] != f.after {
			return damaged(at.Sequence.Stream)
		}
		counts[f.subject] = f.after + f.count
		if err := f.pass(each); err != nil {
			return err
		}
		return doneAt(at, state.LastSeq)
	})
	if err == nil && read < state.Msgs {
		err = e.explainMissing(ctx, state, read)
	}
	return state.LastSeq, err
}

// explainMissing is ErrDamaged if messages could not be read that were not removed meanwhile.
func (e *Events) explainMissing(ctx context.Context, before jetstream.StreamState, read uint64) error {
	now, err := e.state(ctx)
	if err == nil && now.Msgs-(now.LastSeq-before.LastSeq) > read {
		err = fmt.Errorf("%w (%d messages are left of %d)", ErrDamaged, read, before.Msgs)
	}
	return err
}

// doneAt says errDone when there is no message up to the last one any more.
func doneAt(at *jetstream.MsgMetadata, last uint64) error {
	if at.Sequence.Stream >= last || at.NumPending == 0 {
		return errDone
	}
	return nil
}

// Follow implements Follower.
func (e *Events) Follow(ctx context.Context, after uint64, each Each) error {
	c := every()
	c.DeliverPolicy, c.OptStartSeq = jetstream.DeliverByStartSequencePolicy, after+1
	return e.store.forever(ctx, streamName, c, nil, func(msg jetstream.Msg, meta *jetstream.MsgMetadata) error {
		f, err := open(msg.Subject(), msg.Data(), meta.Sequence.Stream)
		if err != nil {
			return err
		}
		return f.pass(each)
	})
}

// Last implements Follower.
func (e *Events) Last(ctx context.Context) (uint64, error) {
	state, err := e.state(ctx)
	return state.LastSeq, err
}

// state asks the stream's leader, and asks on while nobody answers.
func (e *Events) state(ctx context.Context, opts ...jetstream.StreamInfoOpt) (jetstream.StreamState, error) {
	ctx, cancel := context.WithTimeout(ctx, e.store.config.Timeout)
	defer cancel()
	for {
		attempt, cancel := e.store.attempt(ctx)
		info, err := e.stream.Info(attempt, opts...)
		cancel()
		if err == nil {
			return info.State, nil
		}
		if !pause(ctx) {
			return jetstream.StreamState{}, unavailable(err)
		}
	}
}

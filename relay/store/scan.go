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

// message is called with one message of the stream.
type message func(token string, sequence uint64, data []byte) error

// scan calls each with the messages that an ordered consumer delivers, across interruptions without gaps or repetitions, until each
// fails or ctx ends.
func (e *Events) scan(ctx context.Context, c jetstream.OrderedConsumerConfig, each message) error {
	if len(c.FilterSubjects) == 0 {
		c.FilterSubjects = []string{prefix + "*"}
	}
	c.InactiveThreshold = 30 * time.Second // then the engine forgets it, should nobody delete it
	consumer, err := e.store.js.OrderedConsumer(ctx, streamName, c)
	if err != nil {
		return err
	}
	it, err := consumer.Messages(jetstream.PullMaxMessagesWithBytesLimit(2048, 2*maxPayload))
	if err != nil {
		return err
	}
	defer func() {
		it.Stop()
		_ = e.store.js.DeleteConsumer(e.store.bg, streamName, consumer.CachedInfo().Name)
	}()
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
		if err := each(strings.TrimPrefix(msg.Subject(), prefix), meta.Sequence.Stream, msg.Data()); err != nil {
			return err
		}
	}
}

// within scans until each says errDone, and gives up when nothing came for the timeout.
func (e *Events) within(ctx context.Context, c jetstream.OrderedConsumerConfig, each message) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timeout := e.store.config.Timeout
	slow := time.AfterFunc(timeout, func() { cancel(ErrUnavailable) })
	defer slow.Stop()
	var stopped error // by each
	err := e.scan(ctx, c, func(token string, sequence uint64, data []byte) error {
		slow.Stop() // each may take its time
		stopped = each(token, sequence, data)
		slow.Reset(timeout)
		return stopped
	})
	switch {
	case errors.Is(stopped, errDone):
		return nil
	case stopped != nil:
		return stopped
	case context.Cause(ctx) != nil:
		return context.Cause(ctx)
	}
	return unavailable(err)
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
	return e.within(ctx, c, func(token string, sequence uint64, data []byte) error {
		f, err := parseFrame(token, data)
		if err != nil || f.after != next {
			return fmt.Errorf("%w (message %d)", ErrDamaged, sequence)
		}
		if next = f.after + f.count; next > after {
			if err := each(f, data); err != nil {
				return err
			}
		}
		if sequence >= end.sequence {
			return errDone
		}
		return nil
	})
}

// ReadAll implements Follower.
func (e *Events) ReadAll(ctx context.Context, each Each) (uint64, error) {
	last, err := e.Last(ctx)
	if err != nil || last == 0 {
		return 0, err
	}
	err = e.within(ctx, jetstream.OrderedConsumerConfig{}, func(token string, sequence uint64, data []byte) error {
		if err := pass(token, sequence, data, each); err != nil {
			return err
		}
		if sequence >= last {
			return errDone
		}
		return nil
	})
	return last, err
}

// Follow implements Follower.
func (e *Events) Follow(ctx context.Context, after uint64, each Each) error {
	c := jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: after + 1}
	for {
		err := e.scan(ctx, c, func(token string, sequence uint64, data []byte) error {
			c.OptStartSeq = sequence + 1
			if err := pass(token, sequence, data, each); err != nil {
				return stopError{err}
			}
			return nil
		})
		var stopped stopError
		if errors.As(err, &stopped) {
			return stopped.error
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if e.store.bg.Err() != nil {
			return fmt.Errorf("%w: closed", ErrUnavailable)
		}
		pause(ctx)
	}
}

// stopError is the caller's, who wants no more.
type stopError struct{ error }

// pass calls each with the events of a message.
func pass(token string, sequence uint64, data []byte, each Each) error {
	f, err := parseFrame(token, data)
	if err != nil {
		return fmt.Errorf("%w (message %d)", ErrDamaged, sequence)
	}
	return f.each(func(n uint64, event []byte) error { return each(f.subject, n, event) })
}

// Last implements Follower.
func (e *Events) Last(ctx context.Context) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, e.store.config.Timeout)
	defer cancel()
	for {
		msg, err := e.stream.GetLastMsgForSubject(ctx, prefix+"*")
		switch {
		case err == nil:
			return msg.Sequence, nil
		case errors.Is(err, jetstream.ErrMsgNotFound):
			return 0, nil
		case !pause(ctx):
			return 0, unavailable(err)
		}
	}
}

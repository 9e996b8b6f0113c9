package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

var errDone = errors.New("store: read all")

const everything = prefix + "*"

// within reads frames until each says errDone, and gives up when none came for the timeout.
func (e *Events) within(parent context.Context, f from, each func(f frame, at *jetstream.MsgMetadata, data []byte) error) error {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	timeout, began := e.store.config.Timeout, false
	slow := time.AfterFunc(timeout, cancel)
	defer slow.Stop()
	err := e.store.forever(ctx, streamName, f, reader{
		begun: func(uint64) error { began = true; return nil },
		each: func(msg jetstream.Msg, meta *jetstream.MsgMetadata) error {
			slow.Stop() // each may take its time
			defer slow.Reset(timeout)
			f, err := open(msg.Subject(), msg.Data(), meta.Sequence.Stream)
			if err != nil {
				return err
			}
			return each(f, meta, msg.Data())
		},
	})
	switch {
	case errors.Is(err, errDone):
		return nil
	case ctx.Err() == nil || parent.Err() != nil:
		return err
	case !began:
		return ErrUnavailable
	}
	if _, err = e.state(e.store.bg); err == nil {
		err = fmt.Errorf("%w (not all messages can be read)", ErrDamaged) // the engine answers, and skips them in silence
	}
	return err
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

// doneAt says errDone when there is no message up to the last one any more.
func doneAt(at *jetstream.MsgMetadata, last uint64) error {
	if at.Sequence.Stream >= last || at.NumPending == 0 {
		return errDone
	}
	return nil
}

// Read implements Log.
func (e *Events) Read(subject string, after uint64, each func(event []byte) error) error {
	if err := CheckSubject(subject); err != nil {
		return err
	}
	return e.read(e.store.bg, subject, after, func(f frame, _ []byte) error {
		return f.each(func(n uint64, event []byte) error {
			if n <= after {
				return nil
			}
			return each(event)
		})
	})
}

// read calls each with the frames of a subject that hold events after the first `after`, as many as there are now.
func (e *Events) read(ctx context.Context, subject string, after uint64, each func(f frame, data []byte) error) error {
	end, err := e.look(ctx, subject)
	if err != nil || end.count <= after {
		return err
	}
	next := uint64(0) // events that came before
	err = e.within(ctx, from{subjects: prefix + tokenOf(subject)}, func(f frame, at *jetstream.MsgMetadata, data []byte) error {
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
	if err == nil && next < end.count {
		err = damaged(end.sequence)
	}
	return err
}

// Subjects implements Log.
func (e *Events) Subjects() ([]string, error) {
	state, err := e.state(e.store.bg)
	if err != nil || state.Msgs == 0 {
		return nil, err
	}
	subjects := map[string]bool{}
	err = e.within(e.store.bg, from{subjects: everything, newest: true}, func(f frame, at *jetstream.MsgMetadata, _ []byte) error {
		subjects[f.subject] = true
		return doneAt(at, state.LastSeq)
	})
	if errors.Is(err, ErrDamaged) {
		e.store.config.Logger.Error("some logs are left out: their end is damaged", "found", len(subjects))
		err = nil
	}
	return slices.Sorted(maps.Keys(subjects)), err
}

// ReadAll implements Follower.
func (e *Events) ReadAll(ctx context.Context, each Each) (uint64, error) {
	state, err := e.state(ctx)
	if err != nil || state.Msgs == 0 {
		return state.LastSeq, err
	}
	read, counts := uint64(0), map[string]uint64{}
	err = e.within(ctx, from{subjects: everything}, func(f frame, at *jetstream.MsgMetadata, _ []byte) error {
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
	if err == nil && now.Msgs > read+now.LastSeq-before.LastSeq {
		err = fmt.Errorf("%w (%d messages are left of %d)", ErrDamaged, read, before.Msgs)
	}
	return err
}

// Follow implements Follower.
func (e *Events) Follow(ctx context.Context, after uint64, each Each) error {
	return e.store.forever(ctx, streamName, from{subjects: everything, after: after}, reader{
		each: func(msg jetstream.Msg, meta *jetstream.MsgMetadata) error {
			f, err := open(msg.Subject(), msg.Data(), meta.Sequence.Stream)
			if err != nil {
				return err
			}
			return f.pass(each)
		},
	})
}

// Last implements Follower.
func (e *Events) Last(ctx context.Context) (uint64, error) {
	state, err := e.state(ctx)
	return state.LastSeq, err
}

// state asks the stream's leader.
func (e *Events) state(ctx context.Context, opts ...jetstream.StreamInfoOpt) (jetstream.StreamState, error) {
	return asking(ctx, e.store, func(ctx context.Context) (jetstream.StreamState, error) {
		info, err := e.stream.Info(ctx, opts...)
		if err != nil {
			return jetstream.StreamState{}, err
		}
		return info.State, nil
	})
}

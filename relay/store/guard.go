package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// reserve is the room that is kept free on the disk, in bytes: JetStream gives up writing when a write fails, so it is not let come
// to that.
const reserve = 32 << 20

// Errors of the engine that nats.go does not name.
const (
	codeInsufficient = 10023
	codeNoStorage    = 10047
	codeStoreFailed  = 10077
)

// diskError is ErrFull or ErrUnwritable after a write that failed: it may be in the stream or not.
type diskError struct{ error }

func (e diskError) Unwrap() error { return e.error }

// guarded calls write, but not on a full disk, and it waits for no engine that has given up writing, which is started anew. Its
// errors are ours: ErrUnavailable and diskError say that what was to be written may be or not.
func guarded[T any](ctx context.Context, s *Store, write func(context.Context) (T, error)) (done T, err error) {
	if s.engine == nil {
		done, err = write(ctx)
		return done, explain(err)
	}
	if s.engine.full() {
		return done, ErrFull
	}
	failed := s.engine.logger.failure()
	if failed.Err() != nil { // somebody else's write
		if err := s.engine.revive(failed); err != nil {
			return done, err
		}
		failed = s.engine.logger.failure()
	}
	until, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(failed, cancel)()
	if done, err = write(until); err == nil || failed.Err() == nil {
		return done, explain(err)
	}
	reason := s.engine.logger.last()
	if err := s.engine.revive(failed); err != nil {
		return done, diskError{err}
	}
	if strings.Contains(reason, "no space") || strings.Contains(reason, "quota") || s.engine.full() {
		return done, diskError{ErrFull}
	}
	return done, diskError{fmt.Errorf("%w (%s)", ErrUnwritable, reason)}
}

// asking asks for something that changes nothing, again and again while nobody answers, until the timeout.
func asking[T any](ctx context.Context, s *Store, ask func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	for {
		attempt, cancel := s.attempt(ctx)
		answer, err := ask(attempt)
		cancel()
		if err = explain(err); !errors.Is(err, ErrUnavailable) || !pause(ctx) {
			return answer, err
		}
	}
}

// again reports whether a write that can be told from others may be tried again: somebody else wrote, or nobody answered.
func again(err error) bool { return errors.Is(err, ErrConflict) || errors.Is(err, ErrUnavailable) }

// attempt limits one of several tries: what is sent while the connection breaks is never answered.
func (s *Store) attempt(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, s.config.Timeout/4)
}

// pause waits a moment before the engine is asked again. It reports whether there is time for that.
func pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(50 * time.Millisecond):
		return true
	}
}

// explain makes an error of the engine one of ours.
func explain(err error) error {
	var api *jetstream.APIError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jetstream.ErrMsgNotFound), errors.Is(err, jetstream.ErrKeyNotFound), errors.Is(err, jetstream.ErrObjectNotFound):
		return ErrNotFound
	case !errors.As(err, &api):
		return unavailable(err)
	}
	switch api.ErrorCode {
	case jetstream.JSErrCodeStreamWrongLastSequence, jetstream.JSErrCodeStreamWrongLastSequenceConstant:
		return ErrConflict
	case codeInsufficient, codeNoStorage, codeStoreFailed:
		return fmt.Errorf("%w (%s)", ErrFull, api.Description)
	}
	if api.Code == 503 {
		return unavailable(err)
	}
	return fmt.Errorf("store: the engine refuses: %w", err)
}

// unavailable wraps errors of the engine's side.
func unavailable(err error) error {
	return fmt.Errorf("%w (%w)", ErrUnavailable, err)
}

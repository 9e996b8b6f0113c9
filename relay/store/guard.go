package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

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

// explain makes an error of the engine one of ours.
func explain(err error) error {
	var api *jetstream.APIError
	if err == nil {
		return nil
	}
	if !errors.As(err, &api) {
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

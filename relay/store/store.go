package store

import (
	"errors"
	"fmt"
)

// Limits, in bytes.
const (
	MaxEvent   = 64 << 10
	MaxSubject = 256
)

// Errors of every implementation.
var (
	ErrEvent      = errors.New("store: an event has 1 to 65536 bytes")
	ErrSubject    = errors.New("store: a subject has 1 to 256 bytes")
	ErrUnwritable = errors.New("store: the folder cannot be written")
)

// Log keeps events by subject. Its methods may be called concurrently; those of one subject happen in the order of their calls.
type Log interface {
	// Append adds an event (1 to MaxEvent bytes, not kept) to a subject's log. If it fails, the event is not in the log.
	Append(subject string, event []byte) error
	// Read calls each with the subject's events, oldest first, until it fails, and returns its error. The bytes are valid during the
	// call. A subject that was never written has no events. Each may call Append; the events it adds are not read.
	Read(subject string, each func(event []byte) error) error
	// Subjects returns all subjects that have events, sorted.
	Subjects() ([]string, error)
	// Remove forgets a subject and its events. Removing what is not there does nothing.
	Remove(subject string) error
}

func check(subject string, event []byte) error {
	if len(subject) == 0 || len(subject) > MaxSubject {
		return fmt.Errorf("%w, not %d", ErrSubject, len(subject))
	}
	if len(event) == 0 || len(event) > MaxEvent {
		return fmt.Errorf("%w, not %d", ErrEvent, len(event))
	}
	return nil
}

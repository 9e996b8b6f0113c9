package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Limits, in bytes.
const (
	MaxEvent   = 64 << 10 // an event
	MaxAppend  = 4 << 20  // the events of one Append together
	MaxSubject = 256      // a subject
	MaxValue   = 4 << 20  // a value of a Table, a request, an answer
)

// Errors of every implementation. Each is one sentence.
var (
	ErrEvent    = errors.New("store: an event has 1 to 65536 bytes, those of one append 4 MiB at most")
	ErrSubject  = errors.New("store: a subject has 1 to 256 bytes")
	ErrKey      = errors.New("store: a key has 1 to 256 letters, digits and . _ = / -, and no point at an end or beside another")
	ErrValue    = errors.New("store: a value has at most 4 MiB")
	ErrConflict = errors.New("store: somebody else has written here meanwhile")
	ErrNotFound = errors.New("store: there is nothing of this name")
	ErrTooLarge = errors.New("store: the file is larger than the limit")
	ErrHeld     = errors.New("store: another holder has the lease")
	ErrLost     = errors.New("store: the lease was lost")
	ErrNobody   = errors.New("store: nobody answers here")
)

// Errors of the engine, which Memory's twins never return. Each is one sentence that says what to do.
var (
	ErrUnwritable  = errors.New("store: the folder cannot be written")
	ErrInUse       = errors.New("store: another process uses the folder")
	ErrDamaged     = errors.New("store: what is kept is damaged; restore the folder from a backup, or move it away to begin anew")
	ErrFull        = errors.New("store: the disk is full; make room, and it goes on by itself")
	ErrUnavailable = errors.New("store: the engine does not answer; whether the last write is kept shows when it answers again")
)

// Each is called with an event of a subject: n counts the subject's events from 1. The bytes are valid during the call. Its error
// ends the reading and is returned.
type Each func(subject string, n uint64, event []byte) error

// Log keeps events by subject. Its methods may be called concurrently.
type Log interface {
	// Append adds events (1 to MaxEvent bytes each, not kept; none: does nothing) to a subject's log, all or none. After is the number
	// of events that the subject has in the caller's belief: if it has others, nothing is added and the error is ErrConflict.
	// When Append returns nil, they survive a crash of the process and of the machine.
	//
	// After ErrUnavailable they may be in the log or not: read, or append again with the same after, which says ErrConflict if so.
	Append(subject string, after uint64, events ...[]byte) error
	// Read calls each with the subject's events after the first `after`, oldest first, until it fails, and returns its error. The bytes
	// are valid during the call. A subject that was never written has no events. Each may call Append; the events it adds are not
	// read.
	Read(subject string, after uint64, each func(event []byte) error) error
	// Subjects returns all subjects that have events, sorted, but for those whose newest event is damaged.
	Subjects() ([]string, error)
	// Remove forgets a subject and its events. Removing what is not there does nothing. Followers are not told.
	Remove(subject string) error
}

// Follower reads the events of all subjects in the order in which they were appended. Positions count appends, not events; they
// rise, with gaps, as long as the log lives, and are the same on all machines of one cluster.
type Follower interface {
	// ReadAll calls each with every event that was appended before the call, and returns the position of the last one, 0 if none.
	ReadAll(ctx context.Context, each Each) (last uint64, err error)
	// Follow calls each with the events after a position, and with those to come, until ctx ends or each fails, and returns that
	// error. Nothing is left out or comes twice when the engine was away for a while.
	Follow(ctx context.Context, after uint64, each Each) error
	// Last is the position of the newest append, 0 if there is none: from there Follow tells what is new.
	Last(ctx context.Context) (uint64, error)
}

// Lease is the right to write a subject. Epochs of a subject rise with every Acquire, never repeat, and begin at 1.
type Lease struct {
	Subject, Holder string
	Epoch           uint32
}

// Leases says who writes a subject: one holder at a time, until it releases the lease or has not renewed it for the time to live.
type Leases interface {
	// Acquire takes the lease if nobody has it. The holder that has it already gets it anew, with the next epoch: it was restarted.
	// The error is a *HeldError if another holder has it.
	Acquire(ctx context.Context, subject, holder string) (Lease, error)
	// Renew keeps the lease for another time to live. ErrLost: it ended, and somebody else may have it now.
	Renew(ctx context.Context, lease Lease) error
	// Release gives the lease back. One that is lost already is left alone.
	Release(ctx context.Context, lease Lease) error
	// Holder returns the lease that is held now, the zero Lease if none is.
	Holder(ctx context.Context, subject string) (Lease, error)
}

// HeldError is ErrHeld with the lease of who has it.
type HeldError struct{ Lease Lease }

func (e *HeldError) Error() string { return ErrHeld.Error() + ": " + e.Lease.Holder }

// Unwrap returns ErrHeld.
func (e *HeldError) Unwrap() error { return ErrHeld }

// Requests carries questions to whoever handles a subject, on any machine.
type Requests interface {
	// Handle answers the questions of a subject, one after another in the order in which they come, until ctx ends; it returns ctx's
	// error. Ready, which may be nil, is called once questions arrive. The question is the handler's own.
	Handle(ctx context.Context, subject string, ready func(), answer func(ctx context.Context, question []byte) []byte) error
	// Ask returns the answer: of one handler, if there are several. ErrNobody at once if there is none; otherwise it waits until ctx
	// ends. A context without a deadline gets one of 5 s.
	Ask(ctx context.Context, subject string, question []byte) ([]byte, error)
}

// Table keeps the newest value of each key. Revisions rise with every change of the table.
type Table interface {
	// Get returns a key's value, the caller's own, and its revision, or ErrNotFound.
	Get(ctx context.Context, key string) (value []byte, revision uint64, err error)
	// Put sets the value (at most MaxValue bytes) of a key that has this revision, 0 for a key that is not there, and returns the new
	// one. ErrConflict: it has another, or is there.
	Put(ctx context.Context, key string, value []byte, revision uint64) (uint64, error)
	// Delete removes a key that has this revision: ErrConflict if it has another or is not there.
	Delete(ctx context.Context, key string, revision uint64) error
	// Watch calls each with all values there are, then once with the key "", then with every change, a nil value for a key that was
	// deleted, until ctx ends or each fails, and returns that error. Of several changes of one key it may tell the last one only;
	// after the engine was away it may tell again what it told. An empty value is not nil. The bytes are each's own.
	Watch(ctx context.Context, each func(key string, value []byte, revision uint64) error) error
}

// Files keeps large things by name (1 to MaxSubject bytes).
type Files interface {
	// Put reads a file of at most limit bytes and keeps it in place of the one of that name, if any. If it fails, nothing has changed;
	// ErrTooLarge if there is more.
	Put(ctx context.Context, name string, content io.Reader, limit int64) error
	// Get opens a file, or says ErrNotFound. The caller closes it; what was damaged shows as an error of the last Read.
	Get(ctx context.Context, name string) (io.ReadCloser, error)
	// Delete removes a file. Removing what is not there does nothing.
	Delete(ctx context.Context, name string) error
	// Sum returns how many bytes the files of a group have: those whose names are the group, a dot, and more without dots. It may read about all files that there are.
	Sum(ctx context.Context, group string) (int64, error)
}

// GroupOf returns the group of a file, "" if it is in none.
func GroupOf(name string) string { return name[:max(strings.LastIndexByte(name, '.'), 0)] }

// CheckSubject returns ErrSubject for one that is too long or empty.
func CheckSubject(subject string) error {
	if len(subject) == 0 || len(subject) > MaxSubject {
		return fmt.Errorf("%w, not %d", ErrSubject, len(subject))
	}
	return nil
}

// CheckAppend returns ErrSubject or ErrEvent for what no Log takes.
func CheckAppend(subject string, events [][]byte) error {
	if err := CheckSubject(subject); err != nil {
		return err
	}
	sum := 0
	for _, event := range events {
		if sum += len(event); len(event) == 0 || len(event) > MaxEvent {
			return fmt.Errorf("%w, not %d", ErrEvent, len(event))
		}
	}
	if sum > MaxAppend {
		return fmt.Errorf("%w, not %d", ErrEvent, sum)
	}
	return nil
}

// CheckKey returns ErrKey for what no Table takes.
func CheckKey(key string) error {
	if len(key) == 0 || len(key) > MaxSubject {
		return ErrKey
	}
	point := true // before the first character
	for _, c := range []byte(key) {
		switch {
		case c == '.' && !point:
			point = true
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '=', c == '/':
			point = false
		default:
			return ErrKey
		}
	}
	if point {
		return ErrKey
	}
	return nil
}

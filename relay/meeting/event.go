package meeting

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// MaxEvent is the longest encoded event, in bytes: the plan of a meeting with 200 invited sites.
const MaxEvent = 56 << 10

// ErrEvent says that bytes are not an event, or that an event is too long to be stored.
var ErrEvent = errors.New("meeting: not an event")

// Kind says what happened.
type Kind string

// Event is one entry of a meeting's log. Together with the meeting's code, N identifies it.
type Event struct {
	N       uint64 // 1 for the first of the log, then without gaps
	Ms      int64  // meeting milliseconds, never less than those of the event before
	Epoch   uint32 // of the writer, never less than that of the event before
	Seat    string // whom it is about
	Actor   string // who wanted it, as By.Actor gives it; empty: the relay itself
	Origin  uint16 // prefix of the relay that the command came through
	Command string // id of the command that caused it
	Body    Body   // what happened; nil in one of a kind that is not known
}

// Body is what an event of one kind says. Its JSON is the member "body" of the event's.
type Body interface {
	// Kind names it.
	Kind() Kind
	// check says whether Apply can rely on it and on e.
	check(e *Event) bool
	// apply folds it into the state, which has e's N and Ms already. It takes what Decide made, and anything else without panic.
	apply(s *State, e *Event)
}

// line is an event as it is stored and sent.
type line struct {
	N       uint64          `json:"n"`
	Ms      int64           `json:"ms"`
	Epoch   uint32          `json:"epoch,omitempty"`
	Kind    Kind            `json:"kind"`
	Seat    string          `json:"seat,omitempty"`
	Actor   string          `json:"actor,omitempty"`
	Origin  uint16          `json:"origin,omitempty"`
	Command string          `json:"command,omitempty"`
	Body    json.RawMessage `json:"body,omitempty"`
}

// Kind says what happened, "" if that is not known here.
func (e *Event) Kind() Kind {
	if e.Body == nil {
		return ""
	}
	return e.Body.Kind()
}

// Encode returns an event as one line of JSON without its end, or ErrEvent if it has more than MaxEvent bytes.
func Encode(e Event) ([]byte, error) {
	if e.Body == nil {
		return nil, fmt.Errorf("%w: number %d says nothing", ErrEvent, e.N)
	}
	return encode(e, e.Body)
}

// encode writes e with something else for its body.
func encode(e Event, said any) ([]byte, error) {
	body, err := plainJSON(said)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEvent, err)
	}
	if string(body) == "{}" {
		body = nil
	}
	b, err := plainJSON(line{e.N, e.Ms, e.Epoch, e.Kind(), e.Seat, e.Actor, e.Origin, e.Command, body})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEvent, err)
	}
	if len(b) > MaxEvent {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrEvent, len(b), MaxEvent)
	}
	return b, nil
}

// plainJSON leaves <, > and & as they are: no event is ever pasted into a page, and a text shall not grow to six times its size.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false)
	if err := to.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Decode reads what Encode wrote; anything else is ErrEvent. Members and kinds that it does not know are let through, so that an
// older relay can read a newer one's log.
func Decode(b []byte) (Event, error) {
	if len(b) > MaxEvent {
		return Event{}, fmt.Errorf("%w: %d bytes, at most %d", ErrEvent, len(b), MaxEvent)
	}
	var l line
	if err := json.Unmarshal(b, &l); err != nil {
		return Event{}, fmt.Errorf("%w: %w", ErrEvent, err)
	}
	if l.Kind == "" {
		return Event{}, fmt.Errorf("%w: number %d lacks a kind", ErrEvent, l.N)
	}
	e := Event{N: l.N, Ms: l.Ms, Epoch: l.Epoch, Seat: l.Seat, Actor: l.Actor, Origin: l.Origin, Command: l.Command}
	body, err := decodeBody(l.Kind, l.Body)
	if err != nil {
		return Event{}, fmt.Errorf("%w: %q number %d: %w", ErrEvent, l.Kind, l.N, err)
	}
	e.Body = body
	return e, e.validate()
}

// validate holds what Apply relies on.
func (e *Event) validate() error {
	if e.N == 0 || e.Ms < 0 || e.Body != nil && !e.Body.check(e) {
		return fmt.Errorf("%w: %q number %d lacks a member", ErrEvent, e.Kind(), e.N)
	}
	return nil
}

// decodeBody reads the body of a kind; nil for a kind that is not known.
func decodeBody(kind Kind, text json.RawMessage) (Body, error) {
	read := readers[kind]
	if read == nil {
		return nil, nil
	}
	if text == nil {
		text = json.RawMessage("{}")
	}
	return read(text)
}

// readers has what reads the body of each kind.
var readers = map[Kind]func(json.RawMessage) (Body, error){}

// register makes the kind of T known; each file does so for its own.
func register[T Body]() {
	var zero T
	readers[zero.Kind()] = func(text json.RawMessage) (Body, error) {
		var body T
		err := json.Unmarshal(text, &body)
		return body, err
	}
}

// about is in the bodies of events about a seat, free in those that need none.
type (
	about struct{}
	free  struct{}
)

func (about) check(e *Event) bool { return e.Seat != "" }
func (free) check(*Event) bool    { return true }

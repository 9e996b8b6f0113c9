package meeting

import (
	"encoding/json"
	"errors"
	"fmt"
)

// MaxEvent is the longest encoded event, in bytes.
const MaxEvent = 4096

// ErrEvent says that bytes are not an event, or that an event is too long to be stored.
var ErrEvent = errors.New("meeting: not an event")

// Kind says what happened.
type Kind string

// The kinds of events.
const (
	KindCreated Kind = "created"
	KindJoined  Kind = "joined"  // a new seat
	KindAway    Kind = "away"    // a seat's session was lost
	KindBack    Kind = "back"    // a seat has a session again
	KindLeft    Kind = "left"    // a seat is given up; its id returns at the site that issued it only
	KindMuted   Kind = "muted"   // the microphone was closed or opened
	KindSite    Kind = "site"    // a site may issue seats of its own
	KindSkipped Kind = "skipped" // publication ids up to one are never issued
)

// Event is one entry of a meeting's log. Together with the meeting's code, N identifies it.
type Event struct {
	N       uint64 `json:"n"`                 // 1 for the first of the log, then without gaps
	Ms      int64  `json:"ms"`                // meeting milliseconds, never less than those of the event before
	Kind    Kind   `json:"kind"`              //
	Seat    string `json:"seat,omitempty"`    // whom it is about
	Actor   string `json:"actor,omitempty"`   // the seat that wanted it; empty: the relay itself
	Origin  uint16 `json:"origin,omitempty"`  // prefix of the relay that the command came through
	Command string `json:"command,omitempty"` // id of the command that caused it

	Opening *Opening `json:"opening,omitempty"` // created
	Entry   *Entry   `json:"entry,omitempty"`   // joined, back
	Muted   bool     `json:"muted,omitempty"`   // muted: closed
	Host    *Host    `json:"host,omitempty"`    // site
	Issued  uint32   `json:"issued,omitempty"`  // skipped
}

// Opening is what a created event says.
type Opening struct {
	Code  string `json:"code"`            // in its written form
	Title string `json:"title,omitempty"` //
	Began int64  `json:"began"`           // Unix time of meeting millisecond 0, in ms
}

// Entry is what joined and back say: the seat as the new session finds it.
type Entry struct {
	Name        string `json:"name"`
	Publication uint32 `json:"publication"`
	Muted       bool   `json:"muted,omitempty"`
	Listen      bool   `json:"listen,omitempty"`
}

// Encode returns an event as one line of JSON without its end, or ErrEvent if it has more than MaxEvent bytes.
func Encode(e Event) ([]byte, error) {
	line, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEvent, err)
	}
	if len(line) > MaxEvent {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrEvent, len(line), MaxEvent)
	}
	return line, nil
}

// Decode reads what Encode wrote; anything else is ErrEvent. Members and kinds that it does not know are let through, so that an
// older relay can read a newer one's log.
func Decode(line []byte) (Event, error) {
	if len(line) > MaxEvent {
		return Event{}, fmt.Errorf("%w: %d bytes, at most %d", ErrEvent, len(line), MaxEvent)
	}
	var e Event
	if err := json.Unmarshal(line, &e); err != nil {
		return Event{}, fmt.Errorf("%w: %w", ErrEvent, err)
	}
	if err := e.validate(); err != nil {
		return Event{}, err
	}
	return e, nil
}

// validate holds what Apply relies on.
func (e *Event) validate() error {
	ok := e.N > 0 && e.Ms >= 0
	switch e.Kind {
	case KindCreated:
		ok = ok && e.Opening != nil
	case KindJoined, KindBack:
		ok = ok && e.Seat != "" && e.Entry != nil
	case KindAway, KindLeft, KindMuted:
		ok = ok && e.Seat != ""
	case KindSite:
		ok = ok && e.Host != nil && e.Host.Site != "" && e.Host.Prefix <= MaxRelay
	case "":
		ok = false
	}
	if !ok {
		return fmt.Errorf("%w: %q number %d lacks a member", ErrEvent, e.Kind, e.N)
	}
	return nil
}

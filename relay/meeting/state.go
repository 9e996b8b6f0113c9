package meeting

import (
	"errors"
	"fmt"
	"slices"
)

// Errors of Apply, beside ErrEvent.
var (
	ErrGap   = errors.New("meeting: an event of the log is missing")
	ErrEpoch = errors.New("meeting: another relay has taken over writing")
)

// State is the fold of a meeting's log. The zero State is that of an empty log. Its owner guards it; the fields are for reading.
type State struct {
	Code  string
	Title string
	Began int64  // Unix time of meeting millisecond 0, in ms
	N     uint64 // of the last event
	Ms    int64  // of the last event
	Home  uint16 // prefix of the relay that began this log
	Epoch uint32 // of the relay that writes
	Plan  Plan
	Course
	Words
	Stage
	seating
	recent recentCommands
}

// Course is how far a meeting is.
type Course struct {
	Opened int64 // meeting milliseconds at which the meeting proper began, 0: not yet
	Closed int64 // and ended, 0: not yet
	Locked bool
	Item   int // id of the agenda item that is on, 0: none
	Floor  Floor
	Roll   Roll
	Rings  map[int]Rung // by number of the invited
}

// Words is what was written in a meeting.
type Words struct {
	Chat        []Line // the last MaxChat
	Notices     []Notice
	Notes       []Line // the last MaxNotes
	Polls       []Poll
	Conclusions []Conclusion
	Minutes     Minutes
}

// seating is who may be where.
type seating struct {
	seats  map[string]*Seat
	issued map[uint16]uint32 // relay prefix → highest counter of its publication ids
	hosts  map[string]uint16 // site → its prefix
	banned map[string]bool   // who was removed, by the names of Removed.For
}

// Apply folds the next event into the state. An event that the state already has is passed over, so that a log may be read twice;
// one that comes too early is ErrGap, one of a relay that no longer writes, or that has not said that it does, is ErrEpoch. Kinds that are not known only count.
func (s *State) Apply(e Event) error {
	if e.N <= s.N {
		return nil
	}
	if e.N != s.N+1 {
		return fmt.Errorf("%w: got %d after %d", ErrGap, e.N, s.N)
	}
	if err := e.validate(); err != nil {
		return err
	}
	if w, takes := e.Body.(Writer); e.Epoch != s.Epoch && !(takes && e.Epoch > s.Epoch && e.Epoch == w.Epoch) {
		return fmt.Errorf("%w: epoch %d, now %d", ErrEpoch, e.Epoch, s.Epoch)
	}
	s.N = e.N
	s.Ms = max(s.Ms, e.Ms)
	s.recent.add(e.done())
	if e.Body != nil {
		e.Body.apply(s, &e)
	}
	return nil
}

// Created says whether the log has its first event.
func (s *State) Created() bool { return s.N > 0 }

// done names the command that led to an event. Who joins had no seat to name yet.
func (e *Event) done() string {
	if _, enters := e.Entered(); enters && e.Actor == e.Seat {
		return name("", e.Command)
	}
	return name(e.Actor, e.Command)
}

// name tells the commands of one from those of another, who may count in the same way.
func name(actor, command string) string {
	if command == "" {
		return ""
	}
	return actor + " " + command
}

// recentCommands remembers the last commands that caused an event, so that one which comes twice is done once.
type recentCommands struct {
	ring [256]string
	next int
}

func (r *recentCommands) add(id string) {
	if id != "" && !r.has(id) {
		r.ring[r.next] = id
		r.next = (r.next + 1) % len(r.ring)
	}
}

func (r *recentCommands) has(id string) bool { return id != "" && slices.Contains(r.ring[:], id) }

package meeting

import (
	"errors"
	"fmt"
)

// MaxCommand is the longest command id, in bytes.
const MaxCommand = 64

// maxMs is the latest time that a command can have: pages count in float64.
const maxMs = 1 << 50

// Errors of Decide, beside Refusal, ErrName, ErrTitle, ErrCode, ErrRelay, ErrExhausted and ErrEpoch.
var (
	ErrUnknown  = errors.New("meeting: there is no such meeting")
	ErrExists   = errors.New("meeting: it exists already")
	ErrFull     = errors.New("meeting: all seats are taken")
	ErrSeatGone = errors.New("meeting: the seat is given up, or another session has it")
	ErrCommand  = errors.New("meeting: not a command")
)

// Command is the wish that something happen in a meeting.
type Command struct {
	ID     string // unique for who commands, also over reloads of a page, or empty: a command that comes twice is done once
	Ms     int64  // when it came, in meeting milliseconds
	Origin uint16 // prefix of the relay that it came through, 0 to MaxRelay
	Epoch  uint32 // of the relay that decides, 0: not fenced; another one than the state's is ErrEpoch
	By     By     // who wants it
	Do     Action
}

// Action is what a command wants: what a relay says of sessions (Create, Join, Lose, Return, Leave, Mute, Expire, Restart, Admit, Report, Skip,
// TakeOver, Enact, EndPlay), or what a page or the API asks for, as ParseAction reads it.
type Action interface {
	decide(s *State, c *Command) ([]Event, error)
}

// Decide returns the events that a command leads to, numbered as the next of the log: none if what it wants is so already.
// It changes nothing. The caller stores the events, all or none, then applies them. An error is a Refusal where a person can do something about it.
func Decide(s *State, c Command) ([]Event, error) {
	if c.Do == nil || len(c.ID) > MaxCommand {
		return nil, ErrCommand
	}
	if c.Origin > MaxRelay {
		return nil, fmt.Errorf("%w: %d", ErrRelay, c.Origin)
	}
	if _, takes := c.Do.(TakeOver); c.Epoch != 0 && c.Epoch != s.Epoch && !takes {
		return nil, fmt.Errorf("%w: epoch %d, now %d", ErrEpoch, c.Epoch, s.Epoch)
	}
	actor := c.By.Actor()
	if s.recent.has(name(actor, c.ID)) {
		return nil, nil
	}
	if _, opens := c.Do.(Create); !opens && !s.Created() {
		return nil, ErrUnknown
	}
	c.Ms = max(min(c.Ms, maxMs), s.Ms)
	if err := s.permits(&c); err != nil {
		return nil, err
	}
	events, err := c.Do.decide(s, &c)
	if err != nil {
		return nil, err
	}
	for i := range events {
		e := &events[i]
		e.N, e.Ms, e.Origin = s.N+uint64(i)+1, c.Ms, c.Origin
		if e.Epoch == 0 {
			e.Epoch = s.Epoch
		}
		if e.Actor == "" {
			e.Actor = actor
		}
	}
	if n := len(events); n > 0 {
		// Only the last: when a crash leaves just the first ones in the log, the command can come again.
		events[n-1].Command = c.ID
	}
	return events, nil
}

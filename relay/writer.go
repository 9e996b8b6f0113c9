package relay

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
)

const (
	mostOrders = 64 // decided and stored together
	mostTries  = 6  // to decide anew after somebody else wrote

	slowStore = 500 * time.Millisecond // an answer that takes longer, and is an error: the store is out of reach,
	restStore = 3 * time.Second        // and is not asked for a while: the room has other things to do
)

var errResting = fmt.Errorf("%w: the store is out of reach", errStore)

// order is a command that waits to be decided, and what came of it.
type order struct {
	meeting.Command
	done   bool // Room.mu
	events []meeting.Event
	err    error
}

// n is the number of the last event, 0 if there is none.
func (o *order) n() uint64 {
	if len(o.events) == 0 {
		return 0
	}
	return o.events[len(o.events)-1].N
}

// orders are those that wait for a room.
type orders struct {
	mu    sync.Mutex
	queue []*order
}

func (q *orders) put(o *order) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.queue = append(q.queue, o)
}

// take returns the oldest.
func (q *orders) take() []*order {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.queue), mostOrders)
	taken := q.queue[:n:n]
	q.queue = q.queue[n:]
	return taken
}

// order has a command decided. While the store is busy commands gather, and whoever has the room next decides them all and stores what they lead to at once.
func (r *Room) order(o *order) {
	r.waiting.put(o)
	r.mu.Lock()
	defer r.mu.Unlock()
	for !o.done {
		r.decide(r.waiting.take(), time.Now())
	}
}

// do decides, stores, applies and tells a command of the relay's own. Room.mu is held.
func (r *Room) do(action meeting.Action, now time.Time) ([]meeting.Event, error) {
	return r.doAs(r.origin, action, now)
}

// doAs does what came through the relay with a prefix.
func (r *Room) doAs(origin uint16, action meeting.Action, now time.Time) ([]meeting.Event, error) {
	o := &order{Command: meeting.Command{Origin: origin, Do: action}}
	r.decide([]*order{o}, now)
	return o.events, o.err
}

// decide does what is ordered, or none of it: then all have the error. Room.mu is held.
func (r *Room) decide(all []*order, now time.Time) {
	var err error
	if now.Before(r.led.rest) {
		err = errResting
	}
	for again, n := err == nil, 0; again && n < mostTries; n++ {
		again, err = r.attempt(all, now)
	}
	if ended := time.Now(); errors.Is(err, errStore) && ended.Sub(now) > slowStore {
		r.led.rest = ended.Add(restStore)
	}
	for _, o := range all {
		if o.done = true; err != nil {
			o.events, o.err = nil, err
		}
	}
}

// attempt does what is ordered by what this relay knows; again says that somebody else has written meanwhile.
func (r *Room) attempt(all []*order, now time.Time) (again bool, err error) {
	if err := r.load(now); err != nil {
		return false, err
	}
	if r.state.Created() {
		holder, err := r.lead(now)
		if err != nil {
			return false, err
		}
		if holder != "" {
			return r.forward(holder, all, now)
		}
	}
	return r.write(all, now)
}

// write decides, and stores what follows in one piece.
func (r *Room) write(all []*order, now time.Time) (again bool, err error) {
	first := r.prologue()
	all = append(first, all...)
	before, ms := r.state.N, r.ms(now)
	var lines [][]byte
	tried := false // events are applied that are not stored yet
	for i, o := range all {
		o.Ms = ms
		if i >= len(first) {
			o.Epoch = r.led.epoch
		}
		if o.events, o.err = meeting.Decide(&r.state, o.Command); o.err != nil {
			continue
		}
		encoded, err := encode(o.events)
		if err != nil {
			o.events, o.err = nil, err
			continue
		}
		lines = append(lines, encoded...)
		if i < len(all)-1 && len(o.events) > 0 {
			tried = true
			if err := r.apply(o.events); err != nil {
				return false, r.undo(before, err)
			}
		}
	}
	if len(lines) == 0 {
		return false, nil
	}
	if err := r.log.Append(r.code, before, lines...); err != nil {
		return r.mend(before, lines, all, tried, fmt.Errorf("%w: %w", errStore, err))
	}
	return false, r.settle(all)
}

// settle takes what is stored.
func (r *Room) settle(all []*order) error {
	for _, o := range all {
		if err := r.apply(o.events); err != nil {
			return err
		}
	}
	for _, o := range all {
		for _, e := range o.events {
			if _, begins := e.Body.(meeting.Writer); begins {
				r.led.fresh, r.led.restarted = false, true
			}
			r.happened(e)
		}
	}
	return nil
}

func (r *Room) apply(events []meeting.Event) error {
	for _, e := range events {
		if err := r.state.Apply(e); err != nil {
			return err
		}
	}
	return nil
}

func encode(events []meeting.Event) (lines [][]byte, err error) {
	for _, e := range events {
		line, err := meeting.Encode(e)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// mend finds out what became of an Append that failed: nothing, or it is there all the same, or somebody else was first: then again is true and what they wrote is known.
func (r *Room) mend(before uint64, lines [][]byte, all []*order, tried bool, cause error) (again bool, err error) {
	var there [][]byte
	if err := r.log.Read(r.code, before, func(line []byte) error {
		there = append(there, bytes.Clone(line))
		return nil
	}); err != nil {
		return false, r.undo(before, errors.Join(cause, err))
	}
	if begins(there, lines) {
		if err := r.settle(all); err != nil {
			return false, err
		}
		return false, r.catchUp(there[len(lines):])
	}
	if tried {
		if err := r.undo(before, nil); err != nil {
			return false, err
		}
	}
	if len(there) == 0 {
		return false, cause
	}
	r.led.epoch, r.led.lease = 0, 0 // somebody else writes
	return true, r.catchUp(there)
}

func begins(all, with [][]byte) bool {
	if len(all) < len(with) {
		return false
	}
	for i, line := range with {
		if !bytes.Equal(all[i], line) {
			return false
		}
	}
	return true
}

// undo makes the state what it was after an event, out of the log, and returns err. A state that cannot be had is read when it is needed.
func (r *Room) undo(n uint64, err error) error {
	r.state, r.loaded = meeting.State{}, false
	r.recent.forget()
	if failed := r.fold(n); failed != nil {
		r.state = meeting.State{}
		return errors.Join(err, failed)
	}
	r.loaded = true
	return err
}

// catchUp takes events that somebody else has written.
func (r *Room) catchUp(lines [][]byte) error {
	for _, line := range lines {
		e, err := meeting.Decode(line)
		if err != nil {
			return err
		}
		if e.N <= r.state.N {
			continue
		}
		if err := r.state.Apply(e); err != nil {
			return err
		}
		if _, other := e.Body.(meeting.Writer); other {
			r.led.epoch, r.led.lease = 0, 0
		}
		r.happened(e)
	}
	return nil
}

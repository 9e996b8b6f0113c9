package relay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
)

const (
	leaseWait = 2 * time.Second // for an answer about a lease, or of another relay
	leaseKeep = time.Second     // after which a lease is renewed
)

// Cluster is what relays need that share one store.
type Cluster interface {
	// Lease takes the right to write a meeting, or renews the one of an epoch (0: this relay has none). It returns the epoch of the one it has now, or the name of the relay that has it.
	Lease(ctx context.Context, code string, epoch uint32) (now uint32, holder string, err error)
	// Follow calls each with all events of all meetings from now on, n counting those of each from 1, until ctx ends, and returns its error.
	Follow(ctx context.Context, each func(code string, n uint64, event []byte)) error
	// Handle answers what other relays ask this one, until ctx ends, and returns its error.
	Handle(ctx context.Context, answer func(question []byte) []byte) error
	// Ask asks a relay by its name.
	Ask(ctx context.Context, relay string, question []byte) ([]byte, error)
}

// leadership is whether this relay writes a meeting.
type leadership struct {
	epoch     uint32    // of the log, in which it writes; 0: it does not
	lease     uint32    // epoch of the lease; 0: none
	fresh     bool      // the log does not say yet that it writes
	restarted bool      // the log says that whoever was here at the start is away
	kept      time.Time // when the lease was last renewed
	rest      time.Time // the store is not asked before
}

var errMoving = errors.New("relay: another relay is taking over")

// lead has this relay write the meeting, or returns the name of the one that does. Room.mu is held.
func (r *Room) lead(now time.Time) (holder string, err error) {
	l := &r.led
	switch {
	case r.cluster == nil:
		if l.epoch == 0 {
			l.epoch, l.fresh = r.state.Epoch+1, true
		}
		return "", nil
	case l.lease != 0 && l.epoch != 0 && now.Sub(l.kept) < leaseKeep:
		return "", nil
	case now.Before(l.rest):
		return "", errResting
	}
	ctx, cancel := context.WithTimeout(context.Background(), leaseWait)
	defer cancel()
	began := time.Now()
	lease, holder, err := r.cluster.Lease(ctx, r.code, l.lease)
	switch {
	case err != nil:
		if ended := time.Now(); ended.Sub(began) > slowStore {
			l.rest = ended.Add(restStore)
		}
		return "", fmt.Errorf("%w: %w", errStore, err)
	case holder != "":
		l.lease, l.epoch = 0, 0
		return holder, nil
	case lease != l.lease || l.epoch == 0:
		l.epoch, l.fresh = max(lease, r.state.Epoch+1), true
	}
	l.lease, l.kept = lease, now
	return "", nil
}

// presides says whether what is due is this relay's to do. Room.mu is held.
func (r *Room) presides(now time.Time) bool {
	if r.cluster == nil {
		return true
	}
	if len(r.participants) == 0 && r.led.lease == 0 {
		return false
	}
	holder, err := r.lead(now)
	return err == nil && holder == ""
}

// prologue is what a relay says first that begins to write. Room.mu is held.
func (r *Room) prologue() []*order {
	l := &r.led
	if !l.fresh || !r.state.Created() {
		return nil
	}
	first := []*order{{Command: meeting.Command{Origin: r.origin, Do: meeting.TakeOver{Relay: strconv.Itoa(int(r.origin)), Epoch: l.epoch}}}}
	if l.restarted {
		return first
	}
	if r.cluster == nil {
		return append(first, &order{Command: meeting.Command{Origin: r.origin, Do: meeting.Restart{}}})
	}
	for _, seat := range r.state.Seats() {
		if seat.Here && meeting.PublicationRelay(seat.Publication) == r.origin && r.participants[seat.ID] == nil {
			first = append(first, &order{Command: meeting.Command{Origin: r.origin, Do: meeting.Lose{Seat: seat.ID, Publication: seat.Publication}}})
		}
	}
	return first
}

// question is what a relay asks the one that writes a meeting.
type question struct {
	Code   string
	After  uint64 // number of the last event that it knows
	Orders []ask
}

// ask is an order on its way.
type ask struct {
	ID     string     `json:",omitempty"`
	Origin uint16     `json:",omitempty"`
	By     meeting.By `json:",omitzero"`
	Name   string     // with Do, as meeting.EncodeAction gives it
	Do     json.RawMessage
}

// reply is the answer: all that the asking relay does not know, and what became of its orders.
type reply struct {
	Elsewhere bool `json:",omitempty"` // this relay does not write
	Lines     [][]byte
	Results   []result
}

// result is what became of an order.
type result struct {
	First, Last uint64           `json:",omitempty"` // numbers of its events
	Refusal     *meeting.Refusal `json:",omitempty"`
	Error       string           `json:",omitempty"`
}

// forward has another relay do what is ordered. Room.mu is held.
func (r *Room) forward(holder string, all []*order, now time.Time) (again bool, err error) {
	q := question{Code: r.code, After: r.state.N}
	for _, o := range all {
		name, text, err := meeting.EncodeAction(o.Do)
		if err != nil {
			return false, err
		}
		q.Orders = append(q.Orders, ask{o.ID, o.Origin, o.By, name, text})
	}
	text, err := json.Marshal(q)
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), leaseWait)
	defer cancel()
	answer, err := r.cluster.Ask(ctx, holder, text)
	if err != nil {
		return false, fmt.Errorf("%w: %w: %w", errStore, errMoving, err)
	}
	var a reply
	if err := json.Unmarshal(answer, &a); err != nil {
		return false, fmt.Errorf("%w: %w", errStore, err)
	}
	if a.Elsewhere || len(a.Results) != len(all) {
		return true, nil
	}
	if err := r.catchUp(a.Lines); err != nil {
		return false, r.undo(r.state.N, err)
	}
	for i, o := range all {
		o.err = a.Results[i].err()
		o.events = r.recent.between(a.Results[i].First, a.Results[i].Last)
	}
	return false, nil
}

// errs are the errors of orders that a relay tells from others.
var errs = []error{meeting.ErrName, meeting.ErrTitle, meeting.ErrFull, meeting.ErrSeatGone, meeting.ErrCommand, meeting.ErrExhausted, meeting.ErrUnknown, meeting.ErrExists, meeting.ErrRelay, errStore}

func (r result) err() error {
	if r.Refusal != nil {
		return *r.Refusal
	}
	if r.Error == "" {
		return nil
	}
	for _, err := range errs {
		if err.Error() == r.Error {
			return err
		}
	}
	return fmt.Errorf("relay: another relay says %q", r.Error)
}

func resultOf(o *order) (out result) {
	if n := len(o.events); n > 0 {
		out.First, out.Last = o.events[0].N, o.events[n-1].N
	}
	if o.err == nil {
		return out
	}
	var refusal meeting.Refusal
	if errors.As(o.err, &refusal) {
		out.Refusal = &refusal
		return out
	}
	out.Error = o.err.Error()
	for _, err := range errs {
		if errors.Is(o.err, err) {
			out.Error = err.Error()
		}
	}
	return out
}

// asked answers another relay.
func (s *Server) asked(text []byte) []byte {
	var q question
	a := reply{Elsewhere: true}
	if json.Unmarshal(text, &q) == nil {
		if r := s.adopt(q.Code); r != nil {
			a = r.asked(&q)
		}
	}
	b, _ := json.Marshal(a) // it is of strings and numbers
	return b
}

func (r *Room) asked(q *question) (a reply) {
	all := make([]*order, len(q.Orders))
	for i, o := range q.Orders {
		do, err := meeting.DecodeAction(o.Name, o.Do)
		if err != nil {
			return reply{Elsewhere: true}
		}
		all[i] = &order{Command: meeting.Command{ID: o.ID, Origin: o.Origin, By: o.By, Do: do}}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if err := r.load(now); err != nil {
		return reply{Elsewhere: true}
	}
	if holder, err := r.lead(now); err != nil || holder != "" {
		return reply{Elsewhere: true}
	}
	r.decide(all, now)
	for _, o := range all {
		a.Results = append(a.Results, resultOf(o))
	}
	if r.log.Read(r.code, q.After, func(line []byte) error {
		a.Lines = append(a.Lines, bytes.Clone(line))
		return nil
	}) != nil {
		return reply{Elsewhere: true}
	}
	return a
}

// followed takes an event that is in the store, of whichever relay.
func (s *Server) followed(code string, n uint64, line []byte) {
	r := s.adopt(code)
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.loaded && bytes.Contains(line, []byte(`"kind":"rang"`)) && n > 1 { // idle rooms may wait here
		if err := r.load(time.Now()); err == nil {
			if e, err := meeting.Decode(line); err == nil {
				r.rings(e)
			}
		}
		return
	}
	if !r.loaded {
		r.digest = nil
		return
	}
	if n <= r.state.N {
		return
	}
	lines := [][]byte{bytes.Clone(line)}
	if n > r.state.N+1 {
		lines = nil
		if err := r.log.Read(code, r.state.N, func(line []byte) error {
			lines = append(lines, bytes.Clone(line))
			return nil
		}); err != nil {
			return // the next event brings it
		}
	}
	if err := r.catchUp(lines); err != nil {
		s.config.Logger.Error("a meeting's event of another relay was not understood", "error", err)
		r.loaded = false
	}
}

// adopt returns the room of a meeting that another relay may have opened; nil when there are too many.
func (s *Server) adopt(code string) *Room {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.rooms[code]; r != nil || s.config.Cluster == nil || len(s.rooms) >= maxRooms {
		return r
	}
	r := s.newRoom(code)
	s.rooms[code] = r
	return r
}

// follow hears of what other relays write, until ctx ends.
func (s *Server) follow(ctx context.Context) {
	s.again(ctx, "what other relays write cannot be followed", func() error { return s.config.Cluster.Follow(ctx, s.followed) })
}

// answer answers other relays until ctx ends.
func (s *Server) answer(ctx context.Context) {
	s.again(ctx, "other relays cannot ask this one", func() error { return s.config.Cluster.Handle(ctx, s.asked) })
}

// again does what should never end until ctx does.
func (s *Server) again(ctx context.Context, complaint string, do func() error) {
	for {
		err := do()
		if ctx.Err() != nil {
			return
		}
		s.config.Logger.Error(complaint, "error", err)
		pause(ctx, time.Second)
	}
}

package meeting

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// MaxSeats is the greatest number of participants with a seat.
const MaxSeats = 200

// KeepSeat is how long a seat is kept for a participant whose session is gone, in ms.
const KeepSeat = 10 * 60 * 1000

// Settle is how long a participant must have been here, in ms, so that the seat is kept for certain even when the meeting is full:
// or one person who comes and goes could fill a meeting with nobody.
const Settle = 60 * 1000

// ErrGap says that an event is not the next one of the log.
var ErrGap = errors.New("meeting: an event of the log is missing")

// Seat is a participant's place in the meeting.
type Seat struct {
	ID          string // its first publication id, in hexadecimal: unique in the meeting, also between relays
	Name        string
	Publication uint32 // of the newest session
	Here        bool   // has a session
	Muted       bool
	Listen      bool  // has no microphone
	AwaySince   int64 // meeting milliseconds at which the session was lost, if not Here

	joined  uint64 // N of its joined event: the order of seats
	since   int64  // meeting milliseconds at which its newest session began
	settled bool   // was here for Settle once
}

// State is the fold of a meeting's log. The zero State is that of an empty log. Its owner guards it; the fields are for reading.
type State struct {
	Code  string
	Title string
	Began int64  // Unix time of meeting millisecond 0, in ms
	N     uint64 // of the last event
	Ms    int64  // of the last event
	Home  uint16 // prefix of the relay that began this log

	seats  map[string]*Seat
	issued map[uint16]uint32 // relay prefix → highest counter of its publication ids
	hosts  map[string]uint16 // site → its prefix
	recent recentCommands
}

// Apply folds the next event into the state. An event that the state already has is passed over, so that a log may be read twice;
// one that comes too early is ErrGap. Kinds that are not known only count.
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
	s.N = e.N
	s.Ms = max(s.Ms, e.Ms)
	s.recent.add(e.Command)
	switch e.Kind {
	case KindCreated:
		s.Code, s.Title, s.Began = e.Opening.Code, e.Opening.Title, e.Opening.Began
		s.Home = e.Origin
	case KindJoined, KindBack:
		s.seat(e)
	case KindAway:
		if seat := s.seats[e.Seat]; seat != nil {
			seat.Here, seat.AwaySince = false, e.Ms
			seat.settled = seat.settled || e.Ms-seat.since >= Settle
		}
	case KindLeft:
		delete(s.seats, e.Seat)
	case KindMuted:
		if seat := s.seats[e.Seat]; seat != nil {
			seat.Muted = e.Muted
		}
	case KindSite:
		if s.hosts == nil {
			s.hosts = map[string]uint16{}
		}
		s.hosts[e.Host.Site] = e.Host.Prefix
	case KindSkipped:
		s.issue(e.Issued)
	}
	return nil
}

// seat gives the seat of a joined or back event a session.
func (s *State) seat(e Event) {
	if s.seats == nil {
		s.seats = map[string]*Seat{}
	}
	joined, settled := e.N, false
	if seat := s.seats[e.Seat]; seat != nil {
		joined, settled = seat.joined, seat.settled
	}
	id := e.Entry.Publication
	s.seats[e.Seat] = &Seat{
		ID: e.Seat, Name: e.Entry.Name, Publication: id,
		Here: true, Muted: e.Entry.Muted, Listen: e.Entry.Listen, joined: joined, since: e.Ms, settled: settled,
	}
	s.issue(id)
}

// issue notes that a publication id is taken.
func (s *State) issue(id uint32) {
	if s.issued == nil {
		s.issued = map[uint16]uint32{}
	}
	relay := PublicationRelay(id)
	s.issued[relay] = max(s.issued[relay], publicationCounter(id))
}

// Created says whether the log has its first event.
func (s *State) Created() bool { return s.N > 0 }

// Count returns the number of seats, also of those whose participants are away.
func (s *State) Count() int { return len(s.seats) }

// Seat returns the seat with this id, and whether there is one.
func (s *State) Seat(id string) (Seat, bool) {
	seat := s.seats[id]
	if seat == nil {
		return Seat{}, false
	}
	return *seat, true
}

// Seats returns all seats in the order in which they were taken.
func (s *State) Seats() []Seat {
	return s.seatsWhere(func(*Seat) bool { return true })
}

// NextExpiry returns the meeting millisecond from which Expire has something to do, and whether anyone is away at all.
func (s *State) NextExpiry() (ms int64, ok bool) {
	for _, seat := range s.seats {
		if !seat.Here && (!ok || seat.AwaySince+KeepSeat < ms) {
			ms, ok = seat.AwaySince+KeepSeat, true
		}
	}
	return ms, ok
}

func (s *State) seatsWhere(keep func(*Seat) bool) []Seat {
	var out []Seat
	for _, seat := range s.seats {
		if keep(seat) {
			out = append(out, *seat)
		}
	}
	slices.SortFunc(out, func(a, b Seat) int { return cmp.Compare(a.joined, b.joined) })
	return out
}

// recentCommands remembers the last commands that caused an event, so that one which comes twice is done once.
type recentCommands struct {
	ring [64]string
	next int
}

func (r *recentCommands) add(id string) {
	if id != "" && !r.has(id) {
		r.ring[r.next] = id
		r.next = (r.next + 1) % len(r.ring)
	}
}

func (r *recentCommands) has(id string) bool { return id != "" && slices.Contains(r.ring[:], id) }

package meeting

import (
	"cmp"
	"slices"
)

// MaxSeats is the greatest number of participants with a seat.
const MaxSeats = 200

// KeepSeat is how long a seat is kept for a participant whose session is gone, in ms.
const KeepSeat = 10 * 60 * 1000

// Settle is how long a participant must have been here, in ms, so that the seat is kept for certain even when the meeting is full:
// or one person who comes and goes could fill a meeting with nobody.
const Settle = 60 * 1000

// Seat is a participant's place in the meeting.
type Seat struct {
	ID          string // its first publication id, in hexadecimal: unique in the meeting, also between relays
	Name        string
	Publication uint32 // of the newest session
	Here        bool   // has a session
	Muted       bool
	Listen      bool  // has no microphone
	AwaySince   int64 // meeting milliseconds at which the session was lost, if not Here

	Role    Role
	Invited int    // number in Plan.Invited, 0: none
	Account string // proved, or empty

	joined  uint64 // N of its joined event: the order of seats
	since   int64  // meeting milliseconds at which its newest session began
	settled bool   // was here for Settle once
}

// Created is the first event of a log.
type Created struct {
	Code  string `json:"code"`            // in its written form
	Title string `json:"title,omitempty"` //
	Began int64  `json:"began"`           // Unix time of meeting millisecond 0, in ms
}

// Kind implements Body.
func (Created) Kind() Kind { return KindCreated }

func (b Created) check(*Event) bool { return b.Code != "" }

func (b Created) apply(s *State, e *Event) {
	s.Code, s.Title, s.Began = b.Code, b.Title, b.Began
	s.Home = e.Origin
}

// Entry is a seat as a new session finds it.
type Entry struct {
	Name        string `json:"name"`
	Publication uint32 `json:"publication"`
	Muted       bool   `json:"muted,omitempty"`
	Listen      bool   `json:"listen,omitempty"`
	Role        Role   `json:"role,omitempty"`
	Invited     int    `json:"invited,omitempty"`
	Account     string `json:"account,omitempty"`
}

func (b Entry) check(e *Event) bool { return e.Seat != "" && b.Name != "" }

// apply gives a seat a session.
func (b Entry) apply(s *State, e *Event) {
	if s.seats == nil {
		s.seats = map[string]*Seat{}
	}
	joined, settled := e.N, false
	if seat := s.seats[e.Seat]; seat != nil {
		joined, settled = seat.joined, seat.settled
	}
	s.seats[e.Seat] = &Seat{
		ID: e.Seat, Name: b.Name, Publication: b.Publication, Here: true, Muted: b.Muted, Listen: b.Listen,
		Role: b.Role, Invited: b.Invited, Account: b.Account, joined: joined, since: e.Ms, settled: settled,
	}
	s.issue(b.Publication)
}

// Joined gives somebody a new seat.
type Joined struct{ Entry }

// Back gives a seat a session again.
type Back struct{ Entry }

func (b Back) apply(s *State, e *Event) {
	b.Entry.apply(s, e)
	if s.Floor.Holder == e.Seat {
		s.Floor.Warned = nil // the next time the line is lost is another incident
	}
}

// Kind implements Body.
func (Joined) Kind() Kind { return KindJoined }

// Kind implements Body.
func (Back) Kind() Kind { return KindBack }

// Entered returns the entry of a joined, back or admitted event, and whether it is one.
func (e *Event) Entered() (Entry, bool) {
	switch b := e.Body.(type) {
	case Joined:
		return b.Entry, true
	case Back:
		return b.Entry, true
	case Admitted:
		return b.Entry, true
	}
	return Entry{}, false
}

// Away says that a seat's session was lost.
type Away struct{ about }

// Kind implements Body.
func (Away) Kind() Kind { return KindAway }

func (Away) apply(s *State, e *Event) {
	if seat := s.seats[e.Seat]; seat != nil {
		seat.Here, seat.AwaySince = false, e.Ms
		seat.settled = seat.settled || e.Ms-seat.since >= Settle
	}
}

// Left says that a seat is given up.
type Left struct{ about }

// Kind implements Body.
func (Left) Kind() Kind { return KindLeft }

func (Left) apply(s *State, e *Event) { s.vacate(e.Seat) }

// vacate takes a seat away, with its hand and the floor.
func (s *State) vacate(id string) {
	delete(s.seats, id)
	s.Floor.forget(id)
	s.clear(id)
}

// Muted says that a participant closed or opened the microphone.
type Muted struct {
	about
	Muted bool `json:"muted,omitempty"`
}

// Kind implements Body.
func (Muted) Kind() Kind { return KindMuted }

func (b Muted) apply(s *State, e *Event) {
	if seat := s.seats[e.Seat]; seat != nil {
		seat.Muted = b.Muted
	}
}

// Silenced says that the chair closed a seat's microphone; without a seat: everyone's but the officers' and the floor holder's.
type Silenced struct{ free }

// Kind implements Body.
func (Silenced) Kind() Kind { return KindSilenced }

func (Silenced) apply(s *State, e *Event) {
	for id, seat := range s.seats {
		if id == e.Seat || e.Seat == "" && s.hushable(id, seat) {
			seat.Muted = true
		}
	}
}

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

// Voice returns the seat that speaks for an invited site: the first of its seats that is here, and whether there is one.
func (s *State) Voice(invited int) (Seat, bool) {
	var voice *Seat
	for _, seat := range s.seats {
		if invited != 0 && seat.Invited == invited && seat.Here && seat.Role != RoleWaiting && (voice == nil || seat.joined < voice.joined) {
			voice = seat
		}
	}
	if voice == nil {
		return Seat{}, false
	}
	return *voice, true
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

func init() {
	register[Created]()
	register[Joined]()
	register[Away]()
	register[Back]()
	register[Left]()
	register[Muted]()
	register[Silenced]()
}

package meeting

import "slices"

// Mode is who may speak.
type Mode string

// The modes of the floor.
const (
	ModeFree      Mode = "free"      // everybody, also while the mode is ""
	ModeModerated Mode = "moderated" // the chair, the deputy and who has the floor
	ModeRoll      Mode = "roll"      // the same; sites are called in order
)

// closed says whether microphones are closed until their participants are called.
func (m Mode) closed() bool { return m == ModeModerated || m == ModeRoll }

// Floor is who speaks and who wants to. In moderated and roll mode nobody but the officers and Holder is heard.
type Floor struct {
	Mode   Mode
	Holder string // seat, empty: nobody
	Since  int64  // meeting milliseconds at which Holder was granted the floor
	Limit  int64  // ms from Since, 0: none
	Item   int    // agenda item that Holder speaks to, 0: none
	Queue  []Hand
	Later  []string // seats whose line was lost while they had the floor, or who were passed over: they are called when they are back
	Before string   // seat that had the floor last
	Done   []int    // agenda items whose reporter had the floor
	Heard  []int    // invited sites that had the floor since the mode was set
	Warned []int    // rules of the script that applied to Holder
}

// Hand is a raised hand.
type Hand struct {
	Seat   string
	Reason string
	Since  int64 // meeting milliseconds
}

// Why somebody has the floor no more.
const (
	WhyBack    = "back"    // gave it back
	WhyTaken   = "taken"   // the chair took it back
	WhyDropped = "dropped" // the line was lost
	WhyDone    = "done"    // another one was called
)

// ModeSet sets the mode of the floor (event "mode").
type ModeSet struct {
	free
	Mode Mode `json:"mode"`
}

// Raised raises a seat's hand, or changes its reason.
type Raised struct {
	about
	Reason string `json:"reason,omitempty"`
}

// Lowered lowers it.
type Lowered struct{ about }

// Granted gives a seat the floor.
type Granted struct {
	about
	Item  int   `json:"item,omitempty"`
	Limit int64 `json:"limit,omitempty"` // ms, 0: none
}

// Yielded takes the floor from the seat that has it.
type Yielded struct {
	about
	Why string `json:"why"` // WhyBack, WhyTaken, WhyDropped, WhyDone
}

// Extended lets the holder speak for longer.
type Extended struct {
	about
	Limit int64 `json:"limit"` // ms since it was granted
}

// Incident says that a rule of Plan.Script applies to a seat.
type Incident struct {
	free
	Rule int `json:"rule"` // index
}

// Kind implements Body.
func (ModeSet) Kind() Kind { return KindMode }

// Kind implements Body.
func (Raised) Kind() Kind { return KindRaised }

// Kind implements Body.
func (Lowered) Kind() Kind { return KindLowered }

// Kind implements Body.
func (Granted) Kind() Kind { return KindGranted }

// Kind implements Body.
func (Yielded) Kind() Kind { return KindYielded }

// Kind implements Body.
func (Extended) Kind() Kind { return KindExtended }

// Kind implements Body.
func (Incident) Kind() Kind { return KindIncident }

func (b ModeSet) apply(s *State, _ *Event) { s.Floor.set(b.Mode) }

func (f *Floor) set(mode Mode) {
	f.Mode, f.Heard = mode, nil
	if !mode.closed() {
		f.end()
	}
}

func (b Raised) apply(s *State, e *Event) {
	f := &s.Floor
	if i := f.hand(e.Seat); i >= 0 {
		f.Queue[i].Reason = b.Reason
		return
	}
	f.Queue = append(f.Queue, Hand{e.Seat, b.Reason, e.Ms})
}

func (Lowered) apply(s *State, e *Event) { s.Floor.lower(e.Seat) }

func (b Granted) apply(s *State, e *Event) {
	f := &s.Floor
	if showing := s.seats[s.Slide.Seat]; showing != nil && showing.ID != e.Seat && !showing.Role.Officer() {
		s.clear(showing.ID) // what the one before showed is not what this one speaks to
	}
	f.end()
	f.lower(e.Seat)
	f.Later = without(f.Later, e.Seat)
	f.Holder, f.Since, f.Limit, f.Item, f.Warned = e.Seat, e.Ms, b.Limit, b.Item, nil
	if b.Item != 0 {
		s.Item = b.Item
	}
	if s.reportsTo(e.Seat, b.Item) {
		f.Done = with(f.Done, b.Item)
	}
	if seat := s.seats[e.Seat]; seat != nil && seat.Invited != 0 {
		f.Heard = with(f.Heard, seat.Invited)
	}
}

func (b Yielded) apply(s *State, e *Event) {
	f := &s.Floor
	if f.Holder != e.Seat {
		return
	}
	if b.Why == WhyDropped {
		if s.reportsTo(e.Seat, f.Item) {
			f.Done = without(f.Done, f.Item)
		}
		f.Later = with(f.Later, e.Seat)
	}
	f.end()
}

func (b Extended) apply(s *State, e *Event) {
	if s.Floor.Holder == e.Seat {
		s.Floor.Limit = b.Limit
	}
}

func (b Incident) apply(s *State, e *Event) {
	if s.Floor.Holder == e.Seat {
		s.Floor.Warned = with(s.Floor.Warned, b.Rule)
	}
}

// reportsTo says whether an agenda item is the seat's own.
func (s *State) reportsTo(seat string, item int) bool {
	of := s.seats[seat]
	i, ok := s.Plan.Item(item)
	return ok && of != nil && of.Invited != 0 && of.Invited == i.By
}

// end leaves the floor to nobody.
func (f *Floor) end() {
	if f.Holder != "" {
		f.Before = f.Holder
	}
	f.Holder, f.Since, f.Limit, f.Item, f.Warned = "", 0, 0, 0, nil
}

// forget drops a seat that is gone.
func (f *Floor) forget(seat string) {
	if f.Holder == seat {
		f.end()
	}
	f.lower(seat)
	f.Later = without(f.Later, seat)
}

// hand returns the place of a seat in the queue, −1 if its hand is down.
func (f *Floor) hand(seat string) int {
	return slices.IndexFunc(f.Queue, func(h Hand) bool { return h.Seat == seat })
}

func (f *Floor) lower(seat string) {
	f.Queue = slices.DeleteFunc(f.Queue, func(h Hand) bool { return h.Seat == seat })
}

// with returns the list with v at its end, if it has not v.
func with[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

func without[T comparable](list []T, v T) []T {
	return slices.DeleteFunc(list, func(x T) bool { return x == v })
}

// MaySpeak says whether a seat's voice is forwarded now.
func (s *State) MaySpeak(seat string) bool {
	of := s.seats[seat]
	switch {
	case of == nil || of.Role == RoleWaiting || of.Role == RoleObserver:
		return false
	case !s.Floor.Mode.closed() || of.Role == RoleChair || of.Role == RoleDeputy:
		return true
	}
	return s.Floor.Holder == seat
}

// MayHear says whether a seat hears the meeting: one that waits in the lobby does not.
func (s *State) MayHear(seat string) bool {
	of := s.seats[seat]
	return of != nil && of.Role != RoleWaiting
}

func init() {
	register[ModeSet]()
	register[Raised]()
	register[Lowered]()
	register[Granted]()
	register[Yielded]()
	register[Extended]()
	register[Incident]()
}

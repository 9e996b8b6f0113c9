package meeting

import "slices"

// maxExtra is the most that a speech can be lengthened by, in minutes.
const maxExtra = 240

func (m Mode) valid() bool { return m == ModeFree || m.closed() }

func (a SetMode) decide(s *State, _ *Command) ([]Event, error) {
	now := s.Floor.Mode
	if now == "" {
		now = ModeFree
	}
	switch {
	case !a.Mode.valid():
		return nil, BadMode
	case a.Mode == now:
		return nil, nil
	}
	return s.modes(a.Mode), nil
}

// modes returns the events that set another mode.
func (s *State) modes(mode Mode) []Event {
	var events []Event
	if !mode.closed() {
		events = s.frees(WhyTaken)
	}
	return append(events, Event{Body: ModeSet{Mode: mode}})
}

// frees returns the event that takes the floor from who has it, if anybody has.
func (s *State) frees(why string) []Event {
	holder := s.Floor.Holder
	if holder == "" {
		return nil
	}
	if seat := s.seats[holder]; seat != nil && !seat.Here && why == WhyDone && s.Closed == 0 {
		why = WhyDropped
	}
	return []Event{{Body: Yielded{Why: why}, Seat: holder}}
}

func (a Raise) decide(s *State, c *Command) ([]Event, error) {
	reason, err := optionalText(a.Reason, maxShort)
	if err != nil {
		return nil, err
	}
	seat := s.seats[c.By.Seat]
	if seat == nil {
		return nil, NoSeat
	}
	if i := s.Floor.hand(seat.ID); s.Floor.Holder == seat.ID || i >= 0 && s.Floor.Queue[i].Reason == reason {
		return nil, nil
	}
	return []Event{{Body: Raised{Reason: reason}, Seat: seat.ID}}, nil
}

func (a Lower) decide(s *State, c *Command) ([]Event, error) {
	seat := a.Seat
	if seat == "" {
		seat = c.By.Seat
	}
	if seat == "" {
		return nil, NoSeat
	}
	if who, err := s.rank(c); seat != c.By.Seat && (err != nil || who != "c" && who != "s") {
		return nil, NotYours
	}
	if s.Floor.hand(seat) < 0 {
		return nil, nil
	}
	return []Event{{Body: Lowered{}, Seat: seat}}, nil
}

// grant returns the events that give a seat the floor. limit is in minutes, 0: that of the item if the seat reports to it.
func (s *State) grant(seat *Seat, item, limit int, from *string) ([]Event, error) {
	f := &s.Floor
	switch {
	case !f.Mode.closed():
		return nil, NotModerated
	case limit < 0 || limit > MaxMinutesLong:
		return nil, BadNumber
	case f.Holder == seat.ID:
		return nil, nil
	case from != nil && *from != f.Holder:
		return nil, FloorTaken
	}
	of, ok := s.Plan.Item(item)
	if item != 0 && !ok {
		return nil, NoSuchItem
	}
	if limit == 0 && of.By != 0 && of.By == seat.Invited {
		limit = of.Minutes
	}
	granted := Granted{Item: item, Limit: int64(limit) * 60_000}
	return append(s.frees(WhyDone), Event{Body: granted, Seat: seat.ID}), nil
}

// callable says whether a seat can be given the floor.
func (s *Seat) callable() bool {
	return s != nil && s.Here && s.Role != RoleWaiting && s.Role != RoleObserver
}

func (a Call) decide(s *State, _ *Command) ([]Event, error) {
	id := a.Seat
	if id == "" {
		if _, ok := s.Plan.Find(a.Invited); !ok {
			return nil, NoSuchSite
		}
		voice, ok := s.Voice(a.Invited)
		if !ok {
			return nil, NotHere
		}
		id = voice.ID
	}
	seat := s.seats[id]
	switch {
	case seat == nil || !seat.Here:
		return nil, NotHere
	case !seat.callable():
		return nil, MayNotSpeak
	}
	item := a.Item
	if item == 0 {
		item = s.itemOf(seat.Invited)
	}
	return s.grant(seat, item, a.Minutes, a.From)
}

// itemOf returns the item to which an invited site speaks when it is called: its own that is on, or the first of its own that it has not reported to, else the one that is on.
func (s *State) itemOf(invited int) int {
	if on, ok := s.Plan.Item(s.Item); invited == 0 || ok && on.By == invited {
		return s.Item
	}
	for _, i := range s.Plan.Agenda {
		if i.By == invited && !slices.Contains(s.Floor.Done, i.ID) {
			return i.ID
		}
	}
	return s.Item
}

func (a Next) decide(s *State, _ *Command) ([]Event, error) {
	if !s.Floor.Mode.closed() {
		return nil, NotModerated
	}
	if a.From != nil && *a.From != s.Floor.Holder {
		return nil, FloorTaken
	}
	up, ok := s.NextUp()
	if !ok {
		return nil, NobodyNext
	}
	return s.grant(s.seats[up.Seat], up.Item, 0, a.From)
}

func (a Recall) decide(s *State, _ *Command) ([]Event, error) {
	if !s.Floor.Mode.closed() {
		return nil, NotModerated
	}
	if a.From != nil && *a.From != s.Floor.Holder {
		return nil, FloorTaken
	}
	up, ok := s.later()
	if !ok {
		return nil, NobodyLater
	}
	return s.grant(s.seats[up.Seat], up.Item, 0, a.From)
}

func (Yield) decide(s *State, c *Command) ([]Event, error) {
	switch c.By.Seat {
	case "":
		return nil, NoSeat
	case s.Floor.Holder:
		return s.frees(WhyBack), nil
	}
	return nil, NoFloor
}
func (Take) decide(s *State, _ *Command) ([]Event, error) { return s.frees(WhyTaken), nil }

func (a Extend) decide(s *State, c *Command) ([]Event, error) {
	f := &s.Floor
	switch {
	case a.Minutes < 1 || a.Minutes > maxExtra:
		return nil, BadNumber
	case f.Holder == "":
		return nil, NoFloor
	}
	limit := max(f.Limit, c.Ms-f.Since) + int64(a.Minutes)*60_000
	return []Event{{Body: Extended{Limit: limit}, Seat: f.Holder}}, nil
}

// Up is whom Next would call.
type Up struct {
	Seat    string
	Invited int // 0: none
	Item    int // 0: none
}

// NextUp returns whom Next would call, and whether there is anybody: in moderated mode raised hands come first; then the agenda's items
// after the one that is on, or the invited in their order if nobody reports to any; then who lost the line while speaking and is back; then items that were passed over.
func (s *State) NextUp() (up Up, ok bool) {
	order := []func() (Up, bool){s.hands, s.following, s.later, s.passedOver}
	if s.Floor.Mode == ModeRoll {
		order = []func() (Up, bool){s.following, s.later, s.passedOver, s.hands}
	}
	for _, find := range order {
		if up, ok := find(); ok {
			return up, true
		}
	}
	return Up{}, false
}

// upcoming says whether a seat can be called after the one that speaks.
func (s *State) upcoming(seat *Seat) bool { return seat.callable() && seat.ID != s.Floor.Holder }

// hands finds the first raised hand; it speaks to what is on.
func (s *State) hands() (Up, bool) {
	for _, h := range s.Floor.Queue {
		if seat := s.seats[h.Seat]; s.upcoming(seat) {
			return Up{seat.ID, seat.Invited, s.Item}, true
		}
	}
	return Up{}, false
}

// following finds the next reporter of the agenda, or the next of the invited.
func (s *State) following() (Up, bool) {
	at := slices.IndexFunc(s.Plan.Agenda, func(i Item) bool { return i.ID == s.Item })
	if at >= 0 && slices.Contains(s.Floor.Done, s.Item) || at < 0 {
		at++
	}
	if up, ok := s.reporter(s.Plan.Agenda[at:]); ok || s.reports() || s.Floor.Mode != ModeRoll {
		return up, ok
	}
	for _, i := range s.Plan.Invited {
		if voice, ok := s.Voice(i.N); ok && s.upcoming(&voice) && !slices.Contains(s.Floor.Heard, i.N) {
			return Up{voice.ID, i.N, s.Item}, true
		}
	}
	return Up{}, false
}

// passedOver finds a reporter of an earlier item, who was not here then.
func (s *State) passedOver() (Up, bool) { return s.reporter(s.Plan.Agenda) }

// reporter finds the first item whose site is here and has not reported.
func (s *State) reporter(agenda []Item) (Up, bool) {
	for _, i := range agenda {
		if i.By == 0 || slices.Contains(s.Floor.Done, i.ID) {
			continue
		}
		if voice, ok := s.Voice(i.By); ok && s.upcoming(&voice) {
			return Up{voice.ID, i.By, i.ID}, true
		}
	}
	return Up{}, false
}

// reports says whether any site reports to an item.
func (s *State) reports() bool {
	return slices.ContainsFunc(s.Plan.Agenda, func(i Item) bool { return i.By != 0 })
}

// later finds the first of those who lost the line that is back.
func (s *State) later() (Up, bool) {
	for _, id := range s.Floor.Later {
		if seat := s.seats[id]; s.upcoming(seat) {
			return Up{id, seat.Invited, s.itemOf(seat.Invited)}, true
		}
	}
	return Up{}, false
}

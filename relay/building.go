package relay

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

const (
	mostTold    = 512      // events of the relay above that are kept behind its view; then a new view is asked for
	mostBytes   = 64 << 10 // of them: a welcome has the view and all of them
	mostPending = 256      // commands of a building that are not answered
)

// known is what a building knows of the meeting by the relay above: a view, and the events since, as it told them. Room.mu guards it.
type known struct {
	seating transport.Seating
	view    json.RawMessage
	events  []json.RawMessage
	told    int  // bytes of events
	asked   bool // a new view is on its way
	slide   meeting.ViewSlide
	pending []pending
}

// pending is a command that the relay above has not answered.
type pending struct {
	id, line string // of the command, and of the participant whose it is
	message  json.RawMessage
}

// welcomed takes the state that the relay above tells; whole says that it is all of it, not what followed.
func (k *known) welcomed(w *transport.Welcome) (whole bool) {
	if k.seating.Welcome(w) != nil {
		return false
	}
	if whole = w.View != nil; whole {
		k.view, k.events, k.told, k.asked = w.View, nil, 0, false
		k.slide = slideOf(w.View)
	}
	for _, text := range w.Events {
		k.keep(text)
	}
	return whole
}

func (k *known) keep(event json.RawMessage) {
	k.turns(event)
	k.events, k.told = append(k.events, event), k.told+len(event)
}

// elsewhere returns the seats of the relay above that are not of this building. Room.mu is held.
func (a *above) elsewhere() []transport.Seat {
	return slices.DeleteFunc(slices.Clone(a.seating.Seats), func(s transport.Seat) bool { return a.ownSeat(s.ID) })
}

// leads says whether the relay above leads the meeting now: else the floor is free here. Room.mu is held.
func (a *above) leads() bool { return a.state.Up && a.seating.N > 0 }

// maySpeak says whether a seat of the building may, by what the relay above said last. Room.mu is held.
func (a *above) maySpeak(seat string) bool {
	switch {
	case !a.leads():
		return true
	case a.seating.Find(seat) == nil: // the relay above has not heard of it yet
		return a.seating.Mode != string(meeting.ModeModerated) && a.seating.Mode != string(meeting.ModeRoll)
	}
	return a.seating.MaySpeak(seat)
}

// holder is the seat that has the floor, "" if nobody has. Room.mu is held.
func (a *above) holder() string {
	if !a.leads() {
		return ""
	}
	return a.seating.Holder
}

// buildingView is the state as everybody in the building may see it: that of the relay above, with the seats of the building as this relay knows them. Room.mu is held.
func (r *Room) buildingView(p *Participant) (view json.RawMessage, events []json.RawMessage, err error) {
	if r.above.view == nil {
		v := r.state.View(p.id)
		v.N = 0
		view, err = json.Marshal(v)
		return view, nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(r.above.view, &members); err != nil {
		return nil, nil, err
	}
	var rows, seats []json.RawMessage
	if err := json.Unmarshal(members["seats"], &rows); err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		var id uint32
		if json.Unmarshal(row, &[]any{&id}) == nil && !r.above.own().has(id) {
			seats = append(seats, row)
		}
	}
	for _, s := range r.state.Seats() {
		row, err := json.Marshal(r.row(s))
		if err != nil {
			return nil, nil, err
		}
		seats = append(seats, row)
	}
	if members["seats"], err = json.Marshal(seats); err != nil {
		return nil, nil, err
	}
	view, err = json.Marshal(members)
	return view, slices.DeleteFunc(slices.Clone(r.above.events), r.above.knows), err
}

// row is a seat of the building as it stands in a view.
func (r *Room) row(s meeting.Seat) []any {
	id, _ := strconv.ParseUint(s.ID, 16, 32)
	publication, flags := s.Publication, 0
	if uint64(publication) == id {
		publication = 0
	}
	for i, set := range []bool{s.Here, s.Muted, s.Listen} {
		if set {
			flags |= 1 << i
		}
	}
	role, invited := r.above.standing(s.ID)
	return []any{id, s.Name, publication, flags, transport.RoleLetter(role), invited}
}

// standing is the role that the relay above gives a seat of the building, and the number of the invited site.
func (a *above) standing(seat string) (role string, invited int) {
	if s := a.seating.Find(seat); s != nil {
		return s.Role, s.Invited
	}
	return "", 0
}

// knows says whether an event of the relay above is about a seat of the building, whose state this relay knows better.
func (a *above) knows(text json.RawMessage) bool {
	var e transport.Event
	if json.Unmarshal(text, &e) != nil || !a.ownSeat(e.Seat) {
		return false
	}
	switch meeting.Kind(e.Kind) {
	case meeting.KindJoined, meeting.KindBack, meeting.KindAway, meeting.KindLeft, meeting.KindMuted:
		return true
	}
	return false
}

// tellBuilding tells everybody here what happened in the building: without a number, which are those of the relay above. Room.mu is held.
func (r *Room) tellBuilding(e meeting.Event) {
	if e.Seat == "" {
		return
	}
	r.changedAbove()
	switch b := e.Body.(type) {
	case meeting.Joined:
		b.Entry = r.standingOf(e.Seat, b.Entry)
		e.Body = b
	case meeting.Back:
		b.Entry = r.standingOf(e.Seat, b.Entry)
		e.Body = b
	}
	line, err := meeting.Encode(e)
	if err != nil {
		return
	}
	var message transport.Event
	if json.Unmarshal(line, &message) != nil {
		return
	}
	message.Type, message.N = transport.TypeEvent, 0
	r.tellAll(message)
}

func (r *Room) standingOf(seat string, entry meeting.Entry) meeting.Entry {
	role, invited := r.above.standing(seat)
	entry.Role, entry.Invited = meeting.Role(role), invited
	return entry
}

// eventAbove takes an event of the relay above. Room.mu is held.
func (r *Room) eventAbove(text json.RawMessage, now time.Time) {
	var e transport.Event
	a := r.above
	if json.Unmarshal(text, &e) != nil || e.N != 0 && e.N <= a.seating.N {
		return
	}
	a.seating.Fold(&e)
	a.keep(text)
	if (len(a.events) > mostTold || a.told > mostBytes) && !a.asked {
		a.asked = true
		r.ascend(transport.Renew{Type: transport.TypeRenew})
	}
	switch own := a.ownSeat(e.Seat); {
	case own && a.knows(text):
		r.retell(&e)
	default:
		r.tellAll(text)
	}
	r.rewish(now)
	r.effectAbove(&e, now)
	r.followAbove()
	r.enforceAll()
	r.above.look() // it may know one more of our seats
}

// retell tells the building what the relay above made of a seat that it was told of: its role and invitation. All else is as this relay knows it. Room.mu is held.
func (r *Room) retell(e *transport.Event) {
	seat, ok := r.state.Seat(e.Seat)
	if kind := meeting.Kind(e.Kind); !ok || kind != meeting.KindJoined && kind != meeting.KindBack {
		return
	}
	entry := r.standingOf(seat.ID, meeting.Entry{Name: seat.Name, Publication: seat.Publication, Muted: seat.Muted, Listen: seat.Listen})
	body, err := json.Marshal(entry)
	if err != nil || !seat.Here {
		return
	}
	r.tellAll(transport.Event{Type: transport.TypeEvent, N: e.N, Ms: e.Ms, Kind: e.Kind, Seat: e.Seat, Actor: e.Actor, Body: body})
}

// effectAbove does here what an event of the relay above asks for: microphones are closed, who is removed is sent away. Room.mu is held.
func (r *Room) effectAbove(e *transport.Event, now time.Time) {
	switch meeting.Kind(e.Kind) {
	case meeting.KindLeft:
		r.changedAbove() // somebody of this building may have a seat now
	case meeting.KindRemoved:
		if p := r.participants[e.Seat]; p != nil && r.above.ownSeat(e.Seat) {
			p.left.Store(true)
			p.dismiss(removed, false)
		}
	case meeting.KindSilenced:
		for _, s := range r.above.seating.Seats {
			seat, ok := r.state.Seat(s.ID)
			if ok && s.Muted && !seat.Muted && (e.Seat == "" || e.Seat == s.ID) {
				_, _ = r.do(meeting.Mute{Seat: seat.ID, Publication: seat.Publication, Muted: true}, now)
			}
		}
	}
}

// commandAbove passes a command of the building on. Its answer comes with the same id.
func (r *Room) commandAbove(p *Participant, do transport.Do, m transport.Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	message, err := signed(m.JSON, p.id)
	if err != nil {
		p.complain(badMessage)
		return
	}
	a := r.above
	if !a.leads() || a.line.Load() == nil {
		p.answer(do.ID, 0, waitingAbove.refusal())
		return
	}
	a.pending = append(a.pending, pending{do.ID, p.id, message})
	if len(a.pending) > mostPending {
		a.pending = slices.Delete(a.pending, 0, 1)
	}
	r.ascend(message)
}

// signed adds to a command whose wish it is.
func signed(message []byte, by string) (json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(message, &members); err != nil {
		return nil, err
	}
	text, err := json.Marshal(by)
	if err != nil {
		return nil, err
	}
	members["by"] = text
	return json.Marshal(members)
}

// answeredAbove passes an answer of the relay above on. Room.mu is held.
func (r *Room) answeredAbove(m transport.Message) {
	var answer transport.Done // what a refusal has of it, too
	if m.Decode(&answer) != nil {
		return
	}
	for i, c := range r.above.pending {
		if c.id != answer.ID {
			continue
		}
		r.above.pending = slices.Delete(r.above.pending, i, i+1)
		if p := r.participants[c.line]; p != nil {
			p.tellOne(json.RawMessage(m.JSON))
		}
		return
	}
}

// repeatAbove says again what was not answered before the line was lost. Room.mu is held.
func (r *Room) repeatAbove() {
	for _, c := range r.above.pending {
		r.ascend(c.message)
	}
}

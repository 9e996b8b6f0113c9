package relay

import (
	"github.com/diemcau/diemcau/relay/meeting"
)

// enforce has an event take effect on the voices and lines that are here. Room.mu is held.
func (r *Room) enforce(e meeting.Event) {
	switch e.Kind() {
	case meeting.KindSaid, meeting.KindNoted, meeting.KindVoted, meeting.KindPresent:
		return // they change nobody's right, and come often
	case meeting.KindRemoved:
		r.remove(e.Seat)
	}
	r.enforceAll()
}

// enforceAll has the state take effect on all voices and lines that are here. Room.mu is held.
func (r *Room) enforceAll() {
	for _, p := range r.participants {
		for _, voice := range p.voices.list() {
			r.enforceOn(voice)
		}
		if !p.hears && r.state.MayHear(p.id) {
			p.hears = true
			r.hear(p)
			p.blobs.down.want(r.wished)
		}
	}
	r.speakers.Prefer(r.holders())
	r.recast()
}

// enforceOn lets a voice be heard, or not, as the state says.
func (r *Room) enforceOn(voice *Publication) {
	seat, ok := r.state.Seat(voice.seat)
	if ok && seat.Publication == voice.ID {
		voice.muted.Store(seat.Muted)
	}
	closed := !r.maySpeak(voice.seat)
	if voice.closed.Swap(closed) != closed && closed {
		r.speakers.Remove(voice)
	}
}

// maySpeak says whether a seat's voice is forwarded. Room.mu is held.
func (r *Room) maySpeak(seat string) bool {
	if r.above != nil {
		return r.above.maySpeak(seat)
	}
	return r.state.MaySpeak(seat)
}

// holders returns the publication of who has the floor, 0 if nobody has. Room.mu is held.
func (r *Room) holders() uint32 {
	holder := r.state.Floor.Holder
	if r.above != nil {
		holder = r.above.holder()
	}
	if seat, ok := r.state.Seat(holder); ok {
		return seat.Publication
	}
	return 0
}

// remove sends the line of a seat away that the chair has removed; of a site only the voice goes. Room.mu is held.
func (r *Room) remove(seat string) {
	if p := r.participants[seat]; p != nil {
		p.dismiss(removed, false)
	}
	for _, p := range r.participants {
		if p.site != nil {
			r.host(p)
		}
	}
}

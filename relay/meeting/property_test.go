package meeting

import (
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// TestEveryHistory lets participants, their lost sessions, relays and clocks do anything in any order.
func TestEveryHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &history{T: t, issued: map[uint32]bool{}, gone: map[string]bool{}}
		h.apply(Command{Do: Create{Code: "abc-def-gh0"}})
		// Some histories begin with a meeting that is almost full.
		for range rapid.SampledFrom([]int{0, 0, 0, MaxSeats - 2, MaxSeats}).Draw(t, "crowd") {
			h.apply(Command{Ms: h.ms, Do: Join{Name: "x"}})
		}
		for range rapid.IntRange(1, 60).Draw(t, "commands") {
			// The clock of a forwarding relay may lag.
			h.ms += rapid.SampledFrom([]int64{0, 1, -50, 1000, KeepSeat / 2, KeepSeat}).Draw(t, "step")
			h.apply(Command{Ms: h.ms, Origin: rapid.Uint16Max(2).Draw(t, "origin"), Do: h.action()})
		}
		h.replay()
	})
}

type history struct {
	*rapid.T
	state  State
	ms     int64
	events []Event
	issued map[uint32]bool // publication ids so far
	gone   map[string]bool // seats that were given up
}

func (h *history) action() Action {
	seat, publication := h.anySeat()
	switch rapid.IntRange(0, 7).Draw(h.T, "action") {
	case 0, 1:
		return Join{Seat: seat, Name: rapid.StringN(0, 70, -1).Draw(h.T, "name"), Muted: rapid.Bool().Draw(h.T, "muted")}
	case 2:
		return Lose{seat, publication}
	case 3:
		return Leave{seat, publication}
	case 4:
		return Mute{seat, publication, rapid.Bool().Draw(h.T, "muted")}
	case 5:
		return Restart{}
	case 6:
		return Return{seat, publication}
	}
	return Expire{}
}

// anySeat gives a seat of now or of the past with its newest or an older session, or none.
func (h *history) anySeat() (string, uint32) {
	e := rapid.SampledFrom(h.events).Draw(h.T, "seat of")
	if s, ok := h.state.Seat(e.Seat); ok && rapid.Bool().Draw(h.T, "newest session") {
		return s.ID, s.Publication
	}
	return e.Seat, entryOf(e).Publication
}

func (h *history) apply(c Command) {
	before := h.state.Seats()
	n, ms := h.state.N, h.state.Ms
	events, err := Decide(&h.state, c)
	if !reflect.DeepEqual(before, h.state.Seats()) || h.state.N != n {
		h.Fatalf("%T changed the state", c.Do)
	}
	if err != nil {
		h.refused(c, err)
	}
	for _, e := range events {
		if n++; e.N != n || e.Ms < ms || e.Ms < 0 {
			h.Fatalf("event %d at %d ms after %d at %d", e.N, e.Ms, n-1, ms)
		}
		ms = e.Ms
		if _, same := c.Do.(Return); same {
			h.checkReturn(e)
		} else {
			h.checkEntry(e)
		}
		if err := h.state.Apply(e); err != nil {
			h.Fatalf("applying %+v: %v", e, err)
		}
		h.checkSeats()
		if e.Kind() == KindLeft {
			h.gone[e.Seat] = true
		}
	}
	h.events = append(h.events, events...)
	if again, err := Decide(&h.state, c); err == nil && len(again) > 0 {
		if _, joins := c.Do.(Join); !joins {
			h.Fatalf("%+v a second time: %+v", c, again)
		}
	}
}

func (h *history) refused(c Command, err error) {
	for _, known := range []error{ErrName, ErrFull, ErrSeatGone} {
		if errors.Is(err, known) {
			if known == ErrFull && h.state.Count() < MaxSeats {
				h.Fatalf("full at %d seats", h.state.Count())
			}
			return
		}
	}
	h.Fatalf("%+v: %v", c, err)
}

// checkReturn holds that a session that goes on changes nothing but that it is here.
func (h *history) checkReturn(e Event) {
	seat, ok := h.state.Seat(e.Seat)
	if !ok || seat.Here || e.Body != Body(Back{seat.entry()}) {
		h.Fatalf("%+v of %+v", e, seat)
	}
}

func (h *history) checkEntry(e Event) {
	entry, enters := e.Entered()
	if !enters {
		return
	}
	id := entry.Publication
	if id == 0 || h.issued[id] || PublicationRelay(id) != e.Origin {
		h.Fatalf("publication %x again, or of another relay than %d", id, e.Origin)
	}
	h.issued[id] = true
	if h.gone[e.Seat] {
		h.Fatalf("seat %s was given up and returned", e.Seat)
	}
	if name, err := ParseName(entry.Name); err != nil || name != entry.Name {
		h.Fatalf("name %q in the log: %v", entry.Name, err)
	}
}

func (h *history) checkSeats() {
	seats := h.state.Seats()
	if len(seats) > MaxSeats || len(seats) != h.state.Count() {
		h.Fatalf("%d seats, count %d", len(seats), h.state.Count())
	}
	for i, s := range seats {
		if i > 0 && s.joined <= seats[i-1].joined {
			h.Fatalf("seats out of order: %+v", seats)
		}
		if got, ok := h.state.Seat(s.ID); !ok || got != s {
			h.Fatalf("seat %+v by id is %+v", s, got)
		}
	}
}

// replay folds the stored log anew: it must give the same state.
func (h *history) replay() {
	var again State
	for _, e := range h.events {
		line, err := Encode(e)
		if err != nil {
			h.Fatalf("encoding %+v: %v", e, err)
		}
		stored, err := Decode(line)
		if err != nil {
			h.Fatalf("decoding %s: %v", line, err)
		}
		if !reflect.DeepEqual(stored, e) {
			h.Fatalf("stored as %s: %+v, was %+v", line, stored, e)
		}
		if err := again.Apply(stored); err != nil {
			h.Fatalf("applying %s: %v", line, err)
		}
	}
	if !reflect.DeepEqual(again, h.state) {
		h.Fatalf("the same log gives\n%+v, was\n%+v", again, h.state)
	}
}

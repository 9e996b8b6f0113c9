package meeting

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// room is a meeting as a relay would keep it: it decides, stores, applies.
type room struct {
	t     testing.TB
	state State
	log   [][]byte
	each  func(Event) // after every event, if not nil
}

func open(t testing.TB) *room {
	t.Helper()
	r := &room{t: t}
	r.do(0, Create{Code: "abc-def-gh0", Title: "Giao ban huyện", Began: 1_780_000_000_000})
	return r
}

func (r *room) try(c Command) ([]Event, error) {
	r.t.Helper()
	events, err := Decide(&r.state, c)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		line, err := Encode(e)
		if err != nil {
			r.t.Fatalf("encoding %+v: %v", e, err)
		}
		r.log = append(r.log, line)
		stored, err := Decode(line)
		if err != nil {
			r.t.Fatalf("decoding %s: %v", line, err)
		}
		if err := r.state.Apply(stored); err != nil {
			r.t.Fatalf("applying %s: %v", line, err)
		}
		if r.each != nil {
			r.each(stored)
		}
	}
	return events, nil
}

func (r *room) do(ms int64, a Action) []Event {
	r.t.Helper()
	events, err := r.try(Command{Ms: ms, Do: a})
	if err != nil {
		r.t.Fatalf("%T: %v", a, err)
	}
	return events
}

// join gives the seat that the participant got.
func (r *room) join(ms int64, j Join) Seat {
	r.t.Helper()
	events := r.do(ms, j)
	seat, ok := r.state.Seat(events[len(events)-1].Seat)
	if !ok || !seat.Here {
		r.t.Fatalf("no seat after %+v", events)
	}
	return seat
}

func entryOf(e Event) Entry {
	entry, _ := e.Entered()
	return entry
}

func kinds(events []Event) string {
	var out []string
	for _, e := range events {
		out = append(out, string(e.Kind()))
	}
	return strings.Join(out, " ")
}

func (r *room) expect(what string, events []Event, want string) {
	r.t.Helper()
	if got := kinds(events); got != want {
		r.t.Fatalf("%s: events %q, want %q", what, got, want)
	}
}

func TestSeatComesBackWithNameAndMuteState(t *testing.T) {
	r := open(t)
	a := r.join(10, Join{Name: "  Xã Mường Lát ", Muted: true})
	if a.Name != "Xã Mường Lát" || !a.Muted || a.Publication == 0 {
		t.Fatalf("joined as %+v", a)
	}
	r.expect("lose", r.do(20, Lose{a.ID, a.Publication}), "away")
	if s, _ := r.state.Seat(a.ID); s.Here || s.AwaySince != 20 {
		t.Fatalf("away as %+v", s)
	}
	if ms, ok := r.state.NextExpiry(); !ok || ms != 20+KeepSeat {
		t.Fatalf("next expiry %d %v", ms, ok)
	}
	r.expect("early expiry", r.do(20+KeepSeat-1, Expire{}), "")
	r.join(20, Join{Name: "Xã Pù Nhi"})
	b := r.join(20+KeepSeat-1, Join{Seat: a.ID, Name: "ai đó", Listen: true})
	if seats := r.state.Seats(); len(seats) != 2 || seats[0] != b {
		t.Fatalf("the order of seats changed: %+v", seats)
	}
	if b.ID != a.ID || b.Name != a.Name || !b.Muted || !b.Listen || b.Publication == a.Publication {
		t.Fatalf("came back as %+v, was %+v", b, a)
	}
	if _, ok := r.state.NextExpiry(); ok {
		t.Fatal("someone who is here expires")
	}
}

func TestSeatIsGivenUpAfterTenMinutes(t *testing.T) {
	r := open(t)
	a := r.join(0, Join{Name: "A"})
	b := r.join(0, Join{Name: "B"})
	r.do(100, Lose{a.ID, a.Publication})
	r.do(101, Lose{b.ID, b.Publication})
	r.expect("expire", r.do(100+KeepSeat, Expire{}), "left")
	if _, ok := r.state.Seat(a.ID); ok {
		t.Fatal("the seat is still there")
	}
	// B's time is over too, but nobody said Expire: its own return must not bring the old seat back.
	events := r.do(101+KeepSeat, Join{Seat: b.ID, Name: "B"})
	r.expect("late return", events, "left joined")
	if events[0].Seat != b.ID || events[1].Seat == b.ID || entryOf(events[1]).Name != "B" {
		t.Fatalf("late return: %+v", events)
	}
	c := r.join(101+KeepSeat, Join{Seat: a.ID, Name: "A"})
	if c.ID == a.ID || r.state.Count() != 2 {
		t.Fatalf("fresh seat %+v of %d", c, r.state.Count())
	}
}

func TestOldSessionOfASeatHasNoPower(t *testing.T) {
	r := open(t)
	old := r.join(0, Join{Name: "A"})
	now := r.join(5, Join{Seat: old.ID, Name: "A"})
	r.expect("lose", r.do(6, Lose{old.ID, old.Publication}), "")
	r.expect("leave", r.do(6, Leave{old.ID, old.Publication}), "")
	if _, err := r.try(Command{Ms: 6, Do: Mute{old.ID, old.Publication, true}}); !errors.Is(err, ErrSeatGone) {
		t.Fatalf("mute: %v", err)
	}
	if s, _ := r.state.Seat(now.ID); s != now {
		t.Fatalf("seat %+v, want %+v", s, now)
	}
}

func TestWhatIsSoAlreadyMakesNoEvent(t *testing.T) {
	r := open(t)
	a := r.join(0, Join{Name: "A"})
	r.expect("mute", r.do(1, Mute{a.ID, a.Publication, true}), "muted")
	r.expect("mute", r.do(1, Mute{a.ID, a.Publication, true}), "")
	r.expect("open", r.do(1, Mute{a.ID, a.Publication, false}), "muted")
	r.expect("lose", r.do(2, Lose{a.ID, a.Publication}), "away")
	r.expect("lose", r.do(2, Lose{a.ID, a.Publication}), "")
	r.expect("leave", r.do(3, Leave{a.ID, a.Publication}), "left")
	r.expect("leave", r.do(3, Leave{a.ID, a.Publication}), "")
	if _, err := r.try(Command{Do: Mute{a.ID, a.Publication, true}}); !errors.Is(err, ErrSeatGone) {
		t.Fatalf("mute of a seat that is gone: %v", err)
	}
}

func TestCommandThatComesTwiceIsDoneOnce(t *testing.T) {
	r := open(t)
	join := Command{ID: "c1", Do: Join{Name: "A"}}
	for range 3 {
		if _, err := r.try(join); err != nil {
			t.Fatal(err)
		}
	}
	if r.state.Count() != 1 {
		t.Fatalf("%d seats", r.state.Count())
	}
	join.ID = "c2"
	if events, err := r.try(join); err != nil || kinds(events) != "joined" {
		t.Fatalf("another command: %v %v", events, err)
	}
	join.ID = strings.Repeat("x", MaxCommand+1)
	if _, err := r.try(join); !errors.Is(err, ErrCommand) {
		t.Fatalf("long id: %v", err)
	}
}

func TestMeetingHas200Seats(t *testing.T) {
	r := open(t)
	var first Seat
	for i := range MaxSeats {
		seat := r.join(0, Join{Name: fmt.Sprint("Xã ", i)})
		if i == 0 {
			first = seat
		}
	}
	if _, err := r.try(Command{Ms: 1, Do: Join{Name: "một người nữa"}}); !errors.Is(err, ErrFull) {
		t.Fatalf("participant 201: %v", err)
	}
	r.do(Settle, Lose{first.ID, first.Publication})
	if _, err := r.try(Command{Ms: Settle + 2, Do: Join{Name: "một người nữa"}}); !errors.Is(err, ErrFull) {
		t.Fatalf("a seat that is kept was given away: %v", err)
	}
	first = r.join(Settle+3, Join{Seat: first.ID, Name: "Xã 0"})
	r.do(Settle+4, Lose{first.ID, first.Publication})
	events := r.do(Settle+4+KeepSeat, Join{Name: "một người nữa"})
	r.expect("into an expired seat", events, "left joined")
	if seats := r.state.Seats(); len(seats) != MaxSeats || seats[0].Name != "Xã 1" {
		t.Fatalf("%d seats from %q", len(seats), seats[0].Name)
	}
}

func TestWhoHardlyCameKeepsNobodyOut(t *testing.T) {
	r := open(t)
	for i := range MaxSeats {
		seat := r.join(int64(i), Join{Name: fmt.Sprint(i)})
		r.do(int64(i)+1, Lose{seat.ID, seat.Publication})
	}
	r.expect("into the seat that is empty for the longest", r.do(1000, Join{Name: "Xã Ga Ry"}), "left joined")
	if seats := r.state.Seats(); len(seats) != MaxSeats || seats[0].Name != "1" {
		t.Fatalf("%d seats from %q", len(seats), seats[0].Name)
	}
}

func TestRestartMarksEveryoneAway(t *testing.T) {
	r := open(t)
	a, b := r.join(0, Join{Name: "A"}), r.join(0, Join{Name: "B"})
	r.do(50, Lose{b.ID, b.Publication})
	events := r.do(1000, Restart{})
	r.expect("restart", events, "away")
	if s, _ := r.state.Seat(a.ID); events[0].Seat != a.ID || s.AwaySince != 1000 {
		t.Fatalf("after the restart: %+v, %+v", events, s)
	}
	r.expect("second restart", r.do(1001, Restart{}), "")
}

func TestRefusals(t *testing.T) {
	var empty State
	for _, a := range []Action{Join{Name: "A"}, Lose{}, Leave{}, Mute{}, Expire{}, Restart{}} {
		if _, err := Decide(&empty, Command{Do: a}); !errors.Is(err, ErrUnknown) {
			t.Errorf("%T in no meeting: %v", a, err)
		}
	}
	r := open(t)
	for want, c := range map[error]Command{
		ErrExists:  {Do: Create{Code: "abc-def-gh0"}},
		ErrName:    {Do: Join{Name: " "}},
		ErrRelay:   {Do: Join{Name: "A"}, Origin: MaxRelay + 1},
		ErrCommand: {},
	} {
		if _, err := r.try(c); !errors.Is(err, want) {
			t.Errorf("%+v: %v, want %v", c, err, want)
		}
	}
	for want, c := range map[error]Create{
		ErrCode:  {Code: "abc-def-gh"},
		ErrTitle: {Code: "abc-def-gh0", Title: strings.Repeat("x", MaxTitle+1)},
	} {
		if _, err := Decide(&empty, Command{Do: c}); !errors.Is(err, want) {
			t.Errorf("%+v: %v, want %v", c, err, want)
		}
	}
}

func TestPublicationIDs(t *testing.T) {
	r := open(t)
	var ids []uint32
	for _, origin := range []uint16{0, 7, 7, MaxRelay, 0} {
		events, err := r.try(Command{Origin: origin, Do: Join{Name: "A"}})
		if err != nil {
			t.Fatal(err)
		}
		id := entryOf(events[0]).Publication
		if PublicationRelay(id) != origin || events[0].Origin != origin {
			t.Fatalf("%x issued by %d", id, origin)
		}
		ids = append(ids, id)
	}
	want := []uint32{1, 7<<20 | 1, 7<<20 | 2, MaxRelay<<20 | 1, 2}
	if fmt.Sprint(ids) != fmt.Sprint(want) {
		t.Fatalf("ids %x, want %x", ids, want)
	}
	r.state.issued[7] = maxCounter
	if _, err := r.try(Command{Origin: 7, Do: Join{Name: "A"}}); !errors.Is(err, ErrExhausted) {
		t.Fatalf("after the last id: %v", err)
	}
}

func TestApplyWantsEveryEventOnce(t *testing.T) {
	r := open(t)
	r.join(0, Join{Name: "A"})
	for _, line := range r.log {
		e, _ := Decode(line)
		if err := r.state.Apply(e); err != nil {
			t.Fatalf("a second time: %v", err)
		}
	}
	if r.state.Count() != 1 {
		t.Fatalf("%d seats", r.state.Count())
	}
	if err := r.state.Apply(Event{N: 9, Body: Left{}, Seat: "x"}); !errors.Is(err, ErrGap) {
		t.Fatalf("after a gap: %v", err)
	}
	if err := r.state.Apply(Event{N: 3, Body: Joined{}, Seat: "x"}); !errors.Is(err, ErrEvent) {
		t.Fatalf("joined without entry: %v", err)
	}
	if err := r.state.Apply(Event{N: 3}); err != nil || r.state.N != 3 {
		t.Fatalf("an unknown kind: %v, n %d", err, r.state.N)
	}
}

func TestALostSessionGoesOn(t *testing.T) {
	r := open(t)
	a := r.join(0, Join{Name: "Xã A Xan", Listen: true})
	r.do(1, Mute{a.ID, a.Publication, true})
	r.expect("here already", r.do(2, Return{a.ID, a.Publication}), "")
	r.expect("lost", r.do(3, Lose{a.ID, a.Publication}), "away")
	r.expect("back", r.do(4, Return{a.ID, a.Publication}), "back")
	if seat, _ := r.state.Seat(a.ID); !seat.Here || seat.Publication != a.Publication || !seat.Muted || !seat.Listen || seat.Name != a.Name {
		t.Errorf("%+v after %+v", seat, a)
	}
	b := r.join(5, Join{Seat: a.ID, Name: "x"}) // a newer session
	for _, old := range []Return{{a.ID, a.Publication}, {"nobody", b.Publication}} {
		if _, err := r.try(Command{Ms: 6, Do: old}); !errors.Is(err, ErrSeatGone) {
			t.Errorf("%+v: %v", old, err)
		}
	}
}

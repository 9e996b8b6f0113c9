package meeting

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// ledMeeting is a meeting in which anybody asks for anything, in any order, with clocks that jump.
type ledMeeting struct {
	*rapid.T
	state  State
	shadow State // the fold of the stored log
	ms     int64
	ids    int
	queue  []string // hands, as the events say
	holder string   // as the events say
	seats  []string // all that ever were
}

// TestEveryLedMeeting holds what must be so in every meeting.
func TestEveryLedMeeting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &ledMeeting{T: t}
		m.do(By{}, Create{Code: "abc-def-gh0"})
		p := plan(5, 3)
		p.Lobby = rapid.Bool().Draw(t, "lobby")
		p.Mode = rapid.SampledFrom([]Mode{"", ModeFree, ModeModerated, ModeRoll}).Draw(t, "mode")
		p.Script = []Rule{{WhenDropped, 5, DoNextReturn, true}, {WhenLate, 10, DoNextReturn, true}}
		m.do(By{Account: "root", Role: RoleAdmin}, Prepare{p})
		for _, who := range []Identity{{Account: "chu-toa"}, {Account: "thu-ky"}, {Site: "site-1"}, {Site: "site-2"}, {Role: RoleGuest}, {}} {
			m.do(By{}, Join{Name: "x", Who: who})
		}
		if rapid.IntRange(0, 4).Draw(t, "begins") > 0 {
			m.do(By{Seat: m.seats[0]}, SetMode{ModeModerated})
		}
		for range rapid.IntRange(1, 60).Draw(t, "commands") {
			m.ms += rapid.SampledFrom([]int64{0, 0, 1, -5000, 1000, 9000, 60_000, KeepSeat}).Draw(t, "step")
			if rapid.IntRange(0, 3).Draw(t, "relay") == 0 {
				m.do(By{}, m.session())
			} else {
				m.do(m.by(), m.wish())
			}
			for _, a := range m.state.Due(max(m.ms, m.state.Ms)) {
				m.do(By{}, a)
			}
		}
	})
}

func (m *ledMeeting) seat() string { return rapid.SampledFrom(m.seats).Draw(m.T, "seat") }

func (m *ledMeeting) by() By {
	switch rapid.IntRange(0, 9).Draw(m.T, "by") {
	case 0:
		return By{Site: fmt.Sprint("site-", rapid.IntRange(1, 7).Draw(m.T, "site"))}
	case 1:
		return By{Account: "a", Role: rapid.SampledFrom([]Role{RoleAdmin, RoleChair, RoleSecretary, RoleGuest}).Draw(m.T, "role")}
	case 2, 3, 4, 5:
		return By{Seat: m.seats[rapid.IntRange(0, 1).Draw(m.T, "officer")]}
	}
	return By{Seat: m.seat()}
}

// session is what happens to sessions.
func (m *ledMeeting) session() Action {
	seat, _ := m.state.Seat(m.seat())
	switch rapid.IntRange(0, 6).Draw(m.T, "session") {
	case 0:
		who := rapid.SampledFrom([]Identity{{}, {Account: "chu-toa"}, {Account: "pho"}, {Site: "site-1"}, {Site: "site-3"}, {Role: RoleChair}, {Role: RoleObserver}}).Draw(m.T, "who")
		return Join{Seat: rapid.SampledFrom(append(m.seats, "")).Draw(m.T, "token"), Name: "x", Who: who}
	case 1:
		return Leave{seat.ID, seat.Publication}
	case 2, 3:
		return Lose{seat.ID, seat.Publication}
	case 4:
		return Return{seat.ID, seat.Publication}
	case 5:
		return Expire{}
	}
	return Mute{seat.ID, seat.Publication, rapid.Bool().Draw(m.T, "muted")}
}

// wish is what pages ask for.
func (m *ledMeeting) wish() Action {
	n := rapid.IntRange(0, 6).Draw(m.T, "n")
	text := rapid.SampledFrom([]string{"", "x", "y", "a\u202eb"}).Draw(m.T, "text")
	yes := rapid.Bool().Draw(m.T, "yes")
	var from *string
	if rapid.IntRange(0, 3).Draw(m.T, "from") == 0 {
		holder := m.seat()
		from = &holder
	}
	p := plan(5, 3)
	p.Invited, p.Agenda = p.Invited[:4+n%2], p.Agenda[:n%4]
	role := rapid.SampledFrom([]Role{RoleNone, RoleChair, RoleDeputy, RoleSite, RoleGuest, RoleObserver, RoleWaiting}).Draw(m.T, "role")
	return rapid.SampledFrom([]Action{
		Prepare{p},
		Open{},
		Close{},
		SetMode{ModeModerated},
		SetMode{ModeRoll},
		SetMode{ModeFree},
		Raise{text},
		Raise{},
		Raise{},
		Lower{m.seat()},
		Lower{},
		Call{Seat: m.seat(), From: from},
		Call{Invited: n, Item: n % 3, Minutes: n},
		Next{from},
		Next{},
		Next{},
		Recall{from},
		Recall{},
		Yield{},
		Yield{},
		Take{},
		Extend{n},
		Silence{},
		Silence{m.seat()},
		Lock{yes},
		Remove{m.seat()},
		LetIn{m.seat()},
		Deny{m.seat()},
		SetRole{m.seat(), role},
		HandOver{m.seat()},
		SetItem{n},
		CallRoll{yes},
		Attend{n, text},
		Confirm{n, text},
		Say{ToTable, text},
		Say{ToAll, text},
		PutNotice{text},
		TakeNotice{fmt.Sprint(n * 5)},
		Ask{text, yes},
		CastVote{fmt.Sprint(m.state.N), For, text},
		EndPoll{fmt.Sprint(n * 5)},
		TakeNote{text},
		Conclude{Text: text, Units: []int{n}},
		Ring{[]int{n}, text},
		Answer{},
		Minute{text},
		Finalise{},
		OpenDeck{Title: text, Pages: n},
		OpenDeck{Deck: m.anyDeck(), List: hash("l")},
		Show{m.anyDeck(), n, hash("x"), ""},
		Show{m.anyDeck(), 1, hash("x"), hash("y")},
		Hide{},
		BringReport{text, int64(n), hash("r"), int64(n)},
		Play{m.anyReport()},
		Play{m.anyReport()},
		Stop{},
	}).Draw(m.T, "wish")
}

func (m *ledMeeting) anyDeck() string {
	if len(m.state.Decks) == 0 {
		return "0"
	}
	return rapid.SampledFrom(m.state.Decks).Draw(m.T, "deck").ID
}

func (m *ledMeeting) anyReport() string {
	if len(m.state.Reports) == 0 {
		return "0"
	}
	return rapid.SampledFrom(m.state.Reports).Draw(m.T, "report").ID
}

// do decides, stores and applies, and holds what must be so.
func (m *ledMeeting) do(by By, a Action) {
	m.ids++
	c := Command{ID: fmt.Sprint(m.ids), Ms: m.ms, By: by, Do: a}
	events, err := Decide(&m.state, c)
	if !reflect.DeepEqual(m.state, m.shadow) {
		m.Fatalf("%T changed the state:\n%+v\n%+v", a, m.state, m.shadow)
	}
	if err != nil {
		var r Refusal
		if _, page := byType[reflect.TypeOf(a)]; events != nil || page && !errors.As(err, &r) {
			m.Fatalf("%+v by %+v: %v, %v", a, by, events, err)
		}
		return
	}
	for _, e := range events {
		m.apply(e)
	}
	m.settled()
	if len(events) == 0 {
		return
	}
	if again, err := Decide(&m.state, c); len(again) > 0 || err != nil && by != (By{}) {
		m.Fatalf("%+v a second time: %v, %v", a, again, err)
	}
}

// apply stores an event, reads it back and folds it twice.
func (m *ledMeeting) apply(e Event) {
	line, err := Encode(e)
	if err != nil {
		m.Fatalf("encoding %+v: %v", e, err)
	}
	stored, err := Decode(line)
	if err != nil || !reflect.DeepEqual(stored, e) {
		m.Fatalf("stored as %s: %+v, was %+v, %v", line, stored, e, err)
	}
	m.follow(e)
	if err := m.state.Apply(e); err != nil {
		m.Fatalf("applying %s: %v", line, err)
	}
	if err := m.shadow.Apply(stored); err != nil {
		m.Fatalf("applying %s: %v", line, err)
	}
	if !reflect.DeepEqual(m.state, m.shadow) {
		m.Fatalf("%s: two folds differ:\n%+v\n%+v", line, m.state, m.shadow)
	}
	for _, seat := range m.seats {
		if !m.state.Visible(e, seat) {
			continue
		}
		b, err := m.state.EncodeFor(e, seat)
		if err != nil || bytes.Contains(b, []byte(`"account"`)) {
			m.Fatalf("for %s: %s, %v", seat, b, err)
		}
	}
}

// follow keeps the queue and the holder by the events alone, and holds that the floor is never given before it is taken.
func (m *ledMeeting) follow(e Event) {
	i := slices.Index(m.queue, e.Seat)
	switch b := e.Body.(type) {
	case Joined:
		m.seats = append(m.seats, e.Seat)
	case Raised:
		if i < 0 {
			m.queue = append(m.queue, e.Seat)
		}
	case Lowered:
		m.queue = slices.Delete(m.queue, i, i+1)
	case Granted:
		if seat, _ := m.state.Seat(e.Seat); m.holder != "" || !seat.callable() || !m.state.Floor.Mode.closed() {
			m.Fatalf("%+v is given the floor, which %q has", seat, m.holder)
		}
		m.holder = e.Seat
		if i >= 0 {
			m.queue = slices.Delete(m.queue, i, i+1)
		}
	case Yielded:
		if m.holder != e.Seat {
			m.Fatalf("%s yields what %q has", e.Seat, m.holder)
		}
		m.holder = ""
	case Left, Removed:
		if m.holder == e.Seat {
			m.holder = ""
		}
		if i >= 0 {
			m.queue = slices.Delete(m.queue, i, i+1)
		}
	case Closed:
		m.queue = nil
	case ModeSet:
		if !b.Mode.closed() && m.holder != "" {
			m.Fatalf("free, but %s has the floor", m.holder)
		}
	}
}

// settled holds what must be so after every command.
func (m *ledMeeting) settled() {
	f := m.state.Floor
	var queue []string
	for _, h := range f.Queue {
		queue = append(queue, h.Seat)
	}
	if !slices.Equal(queue, m.queue) || f.Holder != m.holder {
		m.Fatalf("queue %v, holder %q, but the events say %v, %q", queue, f.Holder, m.queue, m.holder)
	}
	chairs, heard := 0, 0
	for _, seat := range m.state.Seats() {
		if seat.Role == RoleChair {
			chairs++
		}
		if m.state.MaySpeak(seat.ID) && seat.Role != RoleChair && seat.Role != RoleDeputy {
			heard++
		}
		if (seat.Role == RoleWaiting || seat.Role == RoleObserver) && (f.Holder == seat.ID || m.state.MaySpeak(seat.ID)) {
			m.Fatalf("%+v is heard", seat)
		}
	}
	if chairs > 1 || f.Mode.closed() && heard > 1 {
		m.Fatalf("%d chairs, %d are heard", chairs, heard)
	}
	if slide := m.state.Slide; slide.Page != 0 {
		if _, there := m.state.Seat(slide.Seat); !there || slide.Title == "" || slide.Page > slide.Pages || m.state.deck(slide.Deck) == nil {
			m.Fatalf("%+v is shown", slide)
		}
	}
	if up, ok := m.state.NextUp(); ok {
		if seat, there := m.state.Seat(up.Seat); !there || !seat.callable() || seat.ID == f.Holder {
			m.Fatalf("next is %+v", seat)
		}
	}
}

// TestTwoWriters lets two relays write one log, each with what it has read of it so far: the store takes what follows on the last event, and every
// reader accepts only the events of who took over last.
func TestTwoWriters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var log []Event
		var reader State
		type relay struct {
			state State
			epoch uint32
		}
		relays := [2]relay{}
		append1 := func(events []Event) bool {
			for _, e := range events {
				if err := reader.Apply(e); err != nil || reader.N != e.N || uint64(len(log))+1 != e.N {
					return false
				}
				log = append(log, e)
			}
			return true
		}
		first, _ := Decide(&relays[0].state, Command{Do: Create{Code: "abc-def-gh0"}})
		append1(first)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			r := &relays[rapid.IntRange(0, 1).Draw(t, "relay")]
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0: // reads on
				for _, e := range log[r.state.N:] {
					if err := r.state.Apply(e); err != nil {
						t.Fatal(err)
					}
				}
			case 1: // gets the lease
				epoch := max(relays[0].epoch, relays[1].epoch) + 1
				for _, e := range log[r.state.N:] {
					_ = r.state.Apply(e)
				}
				if events, err := Decide(&r.state, Command{Epoch: epoch, Do: TakeOver{"r", epoch}}); err != nil || !append1(events) {
					t.Fatalf("taking over: %v", err)
				}
				r.epoch = epoch
			default: // writes, though it may have lost the lease
				if r.epoch == 0 {
					continue
				}
				events, err := Decide(&r.state, Command{Epoch: r.epoch, Do: Join{Name: "x"}})
				if err != nil && !errors.Is(err, ErrEpoch) && !errors.Is(err, ErrUnknown) {
					t.Fatal(err)
				}
				stale := r.epoch < reader.Epoch
				if len(events) > 0 && append1(events) && stale {
					t.Fatalf("epoch %d wrote after %d", r.epoch, reader.Epoch)
				}
				if stale && len(events) > 0 { // nor does it help to name the next number
					events[0].N = reader.N + 1
					if err := reader.Apply(events[0]); !errors.Is(err, ErrEpoch) {
						t.Fatalf("%+v after epoch %d: %v", events[0], reader.Epoch, err)
					}
				}
			}
		}
		for i := 1; i < len(log); i++ {
			if log[i].Epoch < log[i-1].Epoch {
				t.Fatalf("%+v after %+v", log[i], log[i-1])
			}
		}
	})
}

func TestEpochs(t *testing.T) {
	r := open(t)
	for i, c := range []struct {
		event Event
		want  error
	}{
		{Event{Epoch: 1, Body: Away{}, Seat: "x"}, ErrEpoch}, // of a relay that has not said that it writes
		{Event{Epoch: 1, Body: Writer{Epoch: 1, Relay: "a"}}, nil},
		{Event{Epoch: 0, Body: Away{}, Seat: "x"}, ErrEpoch},
		{Event{Epoch: 0, Body: nil}, ErrEpoch},
		{Event{Epoch: 0, Body: Writer{Epoch: 2, Relay: "b"}}, ErrEvent},
		{Event{Epoch: 3, Body: Writer{Epoch: 3, Relay: "b"}}, nil},
		{Event{Epoch: 2, Body: Writer{Epoch: 2, Relay: "a"}}, ErrEpoch},
		{Event{Epoch: 1, Body: Away{}, Seat: "x"}, ErrEpoch},
		{Event{Epoch: 3, Body: Away{}, Seat: "x"}, nil},
	} {
		c.event.N = r.state.N + 1
		if err := r.state.Apply(c.event); !errors.Is(err, c.want) {
			t.Errorf("%d: %+v: %v", i, c.event, err)
		}
	}
	if _, err := r.try(Command{Do: TakeOver{"c", 3}}); !errors.Is(err, ErrEpoch) {
		t.Error(err)
	}
	if events, err := Decide(&r.state, Command{Epoch: 2, Do: Join{Name: "x"}}); !errors.Is(err, ErrEpoch) || events != nil {
		t.Error(events, err)
	}
	events, err := r.try(Command{Epoch: 3, Do: Join{Name: "x"}})
	if err != nil || events[0].Epoch != 3 {
		t.Error(events, err)
	}
}

package meeting

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// siteWorld is a relay above with two sites, whose computers say anything.
type siteWorld struct {
	*history
	prefixes []uint16
	taken    map[uint16]uint32 // the highest publication in the log
}

// TestEveryReport lets sites report anything, true or not, while participants of the relay itself come and go.
func TestEveryReport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &siteWorld{history: &history{T: t}, taken: map[uint16]uint32{}}
		w.do(7, Create{Code: "abc-def-gh0"})
		for range rapid.SampledFrom([]int{0, 0, MaxSeats - 3, MaxSeats}).Draw(t, "crowd") {
			w.do(7, Join{Name: "x"})
		}
		for _, name := range []string{"a", "b"} {
			w.do(7, Admit{name})
			prefix, ok := w.state.Prefix(name)
			if !ok || prefix == 7 || slices.Contains(w.prefixes, prefix) {
				t.Fatalf("prefix %d of %s, before it %v", prefix, name, w.prefixes)
			}
			w.prefixes = append(w.prefixes, prefix)
		}
		for range rapid.IntRange(1, 40).Draw(t, "commands") {
			w.ms += rapid.SampledFrom([]int64{0, 1, 1000, KeepSeat / 2, KeepSeat}).Draw(t, "step")
			w.step()
		}
		w.replay()
	})
}

func (w *siteWorld) step() {
	switch rapid.IntRange(0, 7).Draw(w.T, "what") {
	case 0:
		w.do(7, Expire{})
	case 1:
		w.do(7, Restart{})
	case 2:
		w.do(7, Join{Name: "y"})
	case 3:
		if s := w.state.Seats(); len(s) > 0 {
			x := rapid.SampledFrom(s).Draw(w.T, "who")
			w.do(7, rapid.SampledFrom([]Action{Lose{x.ID, x.Publication}, Leave{x.ID, x.Publication}, Return{x.ID, x.Publication}}).Draw(w.T, "loses"))
		}
	case 4:
		origin := rapid.SampledFrom(w.prefixes).Draw(w.T, "site")
		w.do(origin, Skip{PublicationID(rapid.SampledFrom(w.prefixes).Draw(w.T, "of"), rapid.Uint32Range(0, 9).Draw(w.T, "issued"))})
	default:
		origin := rapid.SampledFrom(w.prefixes).Draw(w.T, "site")
		w.do(origin, Report{Seats: w.seats(origin)})
	}
}

// seats draws what a site says, now and then with something in it that it may not say.
func (w *siteWorld) seats(origin uint16) (seats []Seat) {
	t := w.T
	for n := range uint32(6) {
		of := origin
		if rapid.IntRange(0, 49).Draw(t, "foreign") == 0 {
			of = rapid.SampledFrom([]uint16{0, 7, w.prefixes[0], w.prefixes[1]}).Draw(t, "of")
		}
		seat := Seat{
			ID:          fmt.Sprintf("%08x", PublicationID(of, n)),
			Publication: PublicationID(of, n+rapid.Uint32Range(0, 1).Draw(t, "session")),
			Name:        rapid.SampledFrom([]string{"An", " x ", "An", "An", "An", "An", "An", "An", "a\nb"}).Draw(t, "name"),
			Here:        rapid.Bool().Draw(t, "here"), Muted: rapid.Bool().Draw(t, "muted"),
		}
		if rapid.Bool().Draw(t, "there") {
			seats = append(seats, seat)
		}
	}
	return seats
}

// do decides and applies, and holds what must be so whatever the action.
func (w *siteWorld) do(origin uint16, do Action) {
	c := Command{Ms: w.ms, Origin: origin, Do: do}
	before := w.state.Seats()
	events, err := Decide(&w.state, c)
	if !reflect.DeepEqual(before, w.state.Seats()) {
		w.Fatalf("%T changed the state", do)
	}
	if err != nil {
		w.allowed(origin, do, err)
		return
	}
	for _, e := range events {
		if e.Kind() == KindJoined && w.state.Count() >= MaxSeats {
			w.Fatalf("a seat too many: %+v", e)
		}
		if err := w.state.Apply(e); err != nil {
			w.Fatalf("applying %+v: %v", e, err)
		}
		if entry, enters := e.Entered(); enters {
			relay := PublicationRelay(entry.Publication)
			w.taken[relay] = max(w.taken[relay], entry.Publication)
		}
	}
	w.events = append(w.events, events...)
	w.checkSeats()
	w.checkVoices()
	for relay, highest := range w.taken {
		if got := w.state.Issued(relay); got < highest {
			w.Fatalf("issued under %d: %x, but %x is in the log", relay, got, highest)
		}
	}
	switch r := do.(type) {
	case Skip:
		if len(events) > 0 && PublicationRelay(r.Issued) != origin {
			w.Fatalf("%d skipped %x", origin, r.Issued)
		}
	case Report:
		w.reported(origin, r, before, events)
	}
	if again, err := Decide(&w.state, c); err == nil && len(again) > 0 && reflect.TypeOf(do) != reflect.TypeFor[Join]() {
		w.Fatalf("%+v a second time: %+v", c, again)
	}
}

// checkVoices holds that no two participants who are here speak under one publication.
func (w *siteWorld) checkVoices() {
	speakers := map[uint32]string{}
	for _, s := range w.state.Seats() {
		if other, taken := speakers[s.Publication]; taken && s.Here {
			w.Fatalf("%s and %s both speak under %x", other, s.ID, s.Publication)
		}
		if s.Here {
			speakers[s.Publication] = s.ID
		}
	}
}

// allowed holds that only what is wrong is refused.
func (w *siteWorld) allowed(origin uint16, do Action, err error) {
	r, reports := do.(Report)
	if !reports && (errors.Is(err, ErrFull) || errors.Is(err, ErrSeatGone)) {
		return
	}
	wrong := false
	ids, publications := map[string]bool{}, map[uint32]bool{}
	for _, s := range r.Seats {
		_, err := ParseName(s.Name)
		wrong = wrong || err != nil || ids[s.ID] || publications[s.Publication] || !s.of(origin)
		ids[s.ID], publications[s.Publication] = true, true
	}
	if !wrong {
		w.Fatalf("%+v: %v", do, err)
	}
}

// reported holds that a report touches the site's own seats alone, and makes them what it says.
func (w *siteWorld) reported(origin uint16, r Report, before []Seat, events []Event) {
	for _, e := range events {
		if s := (Seat{ID: e.Seat, Publication: PublicationID(origin, 1)}); !s.of(origin) || e.Origin != origin {
			w.Fatalf("a report of %d led to %+v", origin, e)
		}
	}
	for _, s := range before {
		if got, _ := w.state.Seat(s.ID); !s.of(origin) && got != s {
			w.Fatalf("a report of %d made %+v %+v", origin, s, got)
		}
	}
	wanted, full := map[string]Seat{}, w.state.Count() == MaxSeats
	for _, s := range r.Seats {
		wanted[s.ID] = s
	}
	for _, s := range w.state.Seats() {
		want, named := wanted[s.ID]
		if s.of(origin) && (!named || s.Here != want.Here || s.Here && (s.Publication != want.Publication || s.Muted != want.Muted)) {
			w.Fatalf("after %+v: %+v", r, s)
		}
	}
	for _, s := range r.Seats {
		if _, ok := w.state.Seat(s.ID); s.Here && !ok && !full {
			w.Fatalf("%+v has no seat", s)
		}
	}
}

func seatOf(prefix uint16, n uint32, name string) Seat {
	id := PublicationID(prefix, n)
	return Seat{ID: fmt.Sprintf("%08x", id), Publication: id, Name: name, Here: true}
}

// openSite is a meeting with one site.
func openSite(t *testing.T) (r *room, prefix uint16) {
	t.Helper()
	r = open(t)
	r.do(0, Admit{"x"})
	prefix, _ = r.state.Prefix("x")
	return r, prefix
}

func (r *room) report(ms int64, prefix uint16, seats ...Seat) ([]Event, error) {
	r.t.Helper()
	return r.try(Command{Ms: ms, Origin: prefix, Do: Report{Seats: seats}})
}

func TestReportThatIsNotTaken(t *testing.T) {
	r, own := openSite(t)
	good := seatOf(own, 1, "An")
	if _, err := r.report(0, own, good); err != nil {
		t.Fatal(err)
	}
	crowd := make([]Seat, MaxReport+1)
	for i := range crowd {
		crowd[i] = seatOf(own, uint32(i+1), "x")
	}
	again, twin := good, seatOf(own, 2, "Bình")
	again.Name = "Chi"
	twin.Publication = good.Publication
	stranger, disguised, capital := seatOf(7, 1, "x"), seatOf(own, 3, "x"), seatOf(own, 10, "x")
	disguised.Publication = PublicationID(7, 3)
	capital.ID = strings.ToUpper(capital.ID)
	for name, seats := range map[string][]Seat{
		"33 seats": crowd, "a seat twice": {good, again}, "a publication twice": {good, twin}, "another prefix": {good, stranger},
		"a publication of another prefix": {good, disguised}, "no publication": {{ID: good.ID, Name: "x", Here: true}},
		"another spelling": {good, capital}, "no id": {good, {Name: "x", Publication: good.Publication + 1}},
		"a name of 1 MB": {good, seatOf(own, 2, strings.Repeat("x", 1<<20))}, "a name that turns the line": {good, seatOf(own, 2, "a\u202eb")},
		"no name": {good, seatOf(own, 2, " ")}, "a name that is no text": {good, seatOf(own, 2, "\xff")},
	} {
		n := r.state.N
		if _, err := r.report(0, own, seats...); !errors.Is(err, ErrCommand) && !errors.Is(err, ErrName) || r.state.N != n {
			t.Errorf("%s: %v, %d events", name, err, r.state.N-n)
		}
	}
	if seats := r.state.Seats(); len(seats) != 1 || seats[0].Name != "An" || !seats[0].Here {
		t.Errorf("%+v", seats)
	}
}

// Those who leave make room in the same report, and whom there is no room for comes in with a later one.
func TestReportInAFullMeeting(t *testing.T) {
	r, own := openSite(t)
	if _, err := r.report(0, own, seatOf(own, 1, "An")); err != nil {
		t.Fatal(err)
	}
	var last Seat
	for i := range MaxSeats - 1 {
		last = r.join(0, Join{Name: fmt.Sprint(i)})
	}
	b, c := seatOf(own, 2, "Bình"), seatOf(own, 3, "Chi")
	if _, err := r.report(0, own, b, c); err != nil {
		t.Fatal(err)
	}
	if _, ok := r.state.Seat(b.ID); !ok || r.state.Count() != MaxSeats {
		t.Errorf("Bình sits: %v, %d seats", ok, r.state.Count())
	}
	r.do(1, Leave{last.ID, last.Publication})
	if _, err := r.report(2, own, b, c); err != nil {
		t.Fatal(err)
	}
	if _, ok := r.state.Seat(c.ID); !ok {
		t.Error("Chi does not sit")
	}
}

// The line of a site is lost for longer than its seats are kept: they are there again, by the same ids.
func TestSeatsOfASiteExpireAndReturn(t *testing.T) {
	r, own := openSite(t)
	seat := seatOf(own, 1, "An")
	if _, err := r.report(0, own, seat); err != nil {
		t.Fatal(err)
	}
	r.do(1000, Lose{seat.ID, seat.Publication})
	r.do(1000+KeepSeat-1, Expire{})
	if s, ok := r.state.Seat(seat.ID); !ok || s.Here {
		t.Fatalf("too soon: %+v, %v", s, ok)
	}
	r.do(1000+KeepSeat, Expire{})
	if _, err := r.try(Command{Ms: KeepSeat * 2, Do: Return{seat.ID, seat.Publication}}); !errors.Is(err, ErrSeatGone) {
		t.Error(err)
	}
	if _, err := r.report(KeepSeat*2, own, seat); err != nil {
		t.Fatal(err)
	}
	if s, _ := r.state.Seat(seat.ID); !s.Here || s.Publication != seat.Publication || r.state.Issued(own) != seat.Publication {
		t.Errorf("%+v", s)
	}
}

// A site whose disk was replaced goes on behind what it has issued; nothing else moves the count.
func TestSkippedIdsAreNotIssued(t *testing.T) {
	const own = firstSite
	r := &room{t: t}
	if _, err := r.try(Command{Origin: own, Do: Create{Code: "abc-def-gh0"}}); err != nil {
		t.Fatal(err)
	}
	for _, issued := range []uint32{PublicationID(own, 41), PublicationID(own, 40), PublicationID(7, 99), 0} {
		if _, err := r.try(Command{Origin: own, Do: Skip{issued}}); err != nil {
			t.Fatal(err)
		}
	}
	events, err := r.try(Command{Origin: own, Do: Join{Name: "An"}})
	if err != nil || entryOf(events[0]).Publication != PublicationID(own, 42) || r.state.Issued(7) != 0 {
		t.Errorf("%+v, %v", events, err)
	}
}

// No site gets the prefix of the relay itself, nor one under which somebody has spoken.
func TestPrefixesOfSites(t *testing.T) {
	r := &room{t: t}
	for _, c := range []Command{
		{Origin: firstSite - 1, Do: Create{Code: "abc-def-gh0"}},
		{Origin: firstSite - 3, Do: Join{Name: "An"}},
		{Origin: firstSite, Do: Admit{"a"}},
		{Do: Admit{"b"}},
		{Do: Admit{"a"}},
		{Do: Admit{"c"}},
	} {
		if _, err := r.try(c); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]uint16{"a": firstSite - 2, "b": firstSite - 4, "c": firstSite - 5} {
		if got, ok := r.state.Prefix(name); !ok || got != want {
			t.Errorf("%s: %d, %v, want %d", name, got, ok, want)
		}
	}
	for _, bad := range []string{"", strings.Repeat("x", MaxSite+1)} {
		if _, err := r.try(Command{Do: Admit{bad}}); !errors.Is(err, ErrCommand) {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
	}
	for i := range int(firstSite) {
		if _, err := r.try(Command{Do: Admit{fmt.Sprint(i)}}); errors.Is(err, ErrFull) && i > 4000 {
			return
		} else if err != nil {
			t.Fatalf("site %d: %v", i, err)
		}
	}
	t.Error("there is no end of sites")
}

// A log of before there were sites, and one of after.
func TestOldAndNewLogs(t *testing.T) {
	for _, log := range [][]string{
		{
			`{"n":1,"ms":0,"kind":"created","body":{"code":"abc-def-gh0","began":1}}`,
			`{"n":2,"ms":5,"kind":"joined","seat":"00700001","actor":"00700001","origin":7,"body":{"name":"An","publication":7340033}}`,
		},
		{
			`{"n":1,"ms":0,"kind":"created","origin":7,"body":{"code":"abc-def-gh0","began":1}}`,
			`{"n":2,"ms":1,"kind":"site","origin":7,"body":{"site":"x","prefix":4095}}`,
			`{"n":3,"ms":1,"kind":"skipped","origin":7,"body":{"issued":4293918721}}`,
			`{"n":4,"ms":2,"kind":"from a later version","origin":7,"what":{}}`,
			`{"n":5,"ms":5,"kind":"joined","seat":"fff00002","actor":"fff00002","origin":4095,"body":{"name":"An","publication":4293918722}}`,
		},
	} {
		var s State
		for _, line := range log {
			e, err := Decode([]byte(line))
			if err == nil {
				err = s.Apply(e)
			}
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		if seats := s.Seats(); len(seats) != 1 || seats[0].Name != "An" || s.N != uint64(len(log)) {
			t.Errorf("%+v", s)
		}
	}
	for _, line := range []string{
		`{"n":1,"ms":0,"kind":"site"}`, `{"n":1,"ms":0,"kind":"site","body":{"prefix":5}}`, `{"n":1,"ms":0,"kind":"site","body":{"site":"x","prefix":4096}}`,
	} {
		if _, err := Decode([]byte(line)); !errors.Is(err, ErrEvent) {
			t.Errorf("%s: %v", line, err)
		}
	}
}

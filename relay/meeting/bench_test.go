package meeting

import (
	"fmt"
	"testing"
)

// long is the log of a long meeting: 150 sites that come and go, speak, write and vote, in so many events.
func long(t testing.TB, events int) [][]byte {
	sc := province(t)
	for n := 0; len(sc.log) < events; n++ {
		sc.mark(100)
		site := n%150 + 1
		who := fmt.Sprint(site)
		try := func(who string, a Action) { _, _ = sc.ask(who, a) }
		switch n % 8 {
		case 0:
			seat, _ := sc.state.Seat(sc.id(who))
			sc.do(sc.state.Ms, Mute{seat.ID, seat.Publication, !seat.Muted})
		case 1:
			try(who, Raise{fmt.Sprint("ý kiến ", n)})
		case 2:
			try("chair", Next{})
		case 3:
			try(who, Say{Text: fmt.Sprint("Xã báo cáo: mưa to, đường sạt lở ở km ", n)})
		case 4:
			try("secretary", TakeNote{fmt.Sprint("Ghi ", n)})
		case 5:
			seat, _ := sc.state.Seat(sc.id(who))
			sc.do(sc.state.Ms, Lose{seat.ID, seat.Publication})
			sc.do(sc.state.Ms, Return{seat.ID, seat.Publication})
		case 6:
			try(who, Attend{n % 20, "An\nBình"})
		case 7:
			if len(sc.state.Polls) == 0 {
				try("chair", Ask{"Đồng ý?", false})
			}
			try(who, CastVote{sc.state.Polls[0].ID, choices[n%3], ""})
		}
	}
	return sc.log[:events]
}

// BenchmarkFold100k reads and folds a log of 100,000 events.
func BenchmarkFold100k(b *testing.B) {
	log := long(b, 100_000)
	bytes := 0
	for _, line := range log {
		bytes += len(line)
	}
	var s State
	for b.Loop() {
		s = State{}
		for _, line := range log {
			e, err := Decode(line)
			if err == nil {
				err = s.Apply(e)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	view, _ := plainJSON(s.ViewAs(RoleAdmin))
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/fold")
	b.ReportMetric(float64(bytes)/float64(len(log)), "B/event")
	b.ReportMetric(float64(len(view)), "B/state") // all that officers see of it
}

// BenchmarkDecide is what the relay does for one command in a meeting of 154 seats.
func BenchmarkDecide(b *testing.B) {
	sc := province(b)
	chair, site := By{Seat: sc.id("chair")}, By{Seat: sc.id("9")}
	for name, c := range map[string]Command{
		"next": {ID: "x", By: chair, Do: Next{}}, "raise": {ID: "x", By: site, Do: Raise{"x"}}, "say": {ID: "x", By: site, Do: Say{Text: "Xã báo cáo: mưa to"}},
		"join": {Do: Join{Who: Identity{Site: "site-9"}}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Decide(&sc.state, c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkTell is what the relay does for one event to 154 seats.
func BenchmarkTell(b *testing.B) {
	sc := province(b)
	events, err := Decide(&sc.state, Command{By: By{Seat: sc.id("9")}, Do: Say{Text: "Xã báo cáo: mưa to"}})
	if err != nil {
		b.Fatal(err)
	}
	seats := sc.state.Seats()
	for b.Loop() {
		for _, seat := range seats {
			if sc.state.Visible(events[0], seat.ID) {
				if _, err := sc.state.EncodeFor(events[0], seat.ID); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}

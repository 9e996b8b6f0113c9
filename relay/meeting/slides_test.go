package meeting

import (
	"fmt"
	"strings"
	"testing"
)

func TestDecks(t *testing.T) {
	sc := everyRole(t)
	deck := sc.state.Decks[0].ID
	for _, a := range []Action{
		OpenDeck{Title: "", Pages: 1},
		OpenDeck{Title: "a\u202eb", Pages: 1},
		OpenDeck{Title: strings.Repeat("ệ", maxDeckName+1), Pages: 1},
		OpenDeck{Title: strings.Repeat("x", 1<<20), Pages: 1},
	} {
		sc.refuses("3", a, BadText)
	}
	for _, pages := range []int{-1, 0, MaxPages + 1} {
		sc.refuses("3", OpenDeck{Title: "x", Pages: pages}, BadNumber)
	}
	for _, list := range []string{"x", hash("a")[1:], hash("a")[1:] + "=", hash("a")[1:] + "\n", hash("é")} {
		sc.refuses("3", OpenDeck{Title: "x", Pages: 1, List: list}, BadAction)
		sc.refuses("3", OpenDeck{Deck: deck, List: list}, BadAction)
		sc.refuses("3", Show{deck, 1, list, ""}, BadAction)
		sc.refuses("3", Show{deck, 1, hash("a"), list}, BadAction)
	}
	sc.refuses("3", Show{deck, 1, "", ""}, BadAction)
	sc.refuses("chair", OpenDeck{Deck: deck, List: hash("k")}, NotYours) // whose it is
	sc.refuses("3", OpenDeck{Deck: "99999", List: hash("k")}, NoSuchThing)
	sc.does("3", OpenDeck{Deck: deck, List: hash("k")}, "decked")
	sc.does("3", OpenDeck{Deck: deck, List: hash("k")}, "")
	sc.does("3", Show{deck, 3, hash("c"), ""}, "shown")
	for _, page := range []int{-1, 0, 4} {
		sc.refuses("3", Show{deck, page, hash("a"), ""}, BadNumber)
	}
	sc.refuses("3", Show{"99999", 1, hash("a"), ""}, NoSuchThing)
	sc.refuses("1", Show{deck, 1, hash("a"), ""}, MayNotPresent)
	sc.does("1", OpenDeck{Title: "x", Pages: 1}, "decked") // a site may make it ready before its turn
	sc.does("chair", Call{Invited: 1}, "yielded granted")
	sc.refuses("1", Show{deck, 1, hash("a"), ""}, NotYours)
	sc.does("technician", Show{deck, 1, hash("a"), hash("b")}, "shown") // helps out
	sc.does("chair", Call{Invited: 2}, "yielded granted")
	if sc.state.Slide.Seat != sc.id("technician") {
		t.Error("what an officer shows went with the speaker")
	}
	for n := range MaxDecks {
		sc.does("1", OpenDeck{Title: fmt.Sprint(n), Pages: 1}, "decked")
	}
	if n := len(sc.state.Decks); n != 1+ownDecks {
		t.Errorf("%d decks are kept", n)
	}
}

// Whose turn it is next has its slides at every site before it is called.
func TestWhatComes(t *testing.T) {
	sc := everyRole(t) // 3 has the floor and shows; 2 is next
	sc.does("1", OpenDeck{Title: "one", Pages: 1}, "decked")
	sc.does("2", OpenDeck{Title: "two", Pages: 1}, "decked")
	sc.does("3", OpenDeck{Title: "three", Pages: 1}, "decked")
	sc.does("secretary", OpenDeck{Title: "old", Pages: 1}, "decked")
	sc.does("secretary", OpenDeck{Title: "new", Pages: 1}, "decked")
	titles := func() (out string) {
		for _, d := range sc.state.Coming() {
			out += d.Title + " "
		}
		return out
	}
	if got := titles(); got != "x three two new " {
		t.Error(got)
	}
	sc.does("chair", Hide{}, "hidden")
	sc.does("1", Raise{}, "raised")
	if got := titles(); got != "three one new " {
		t.Error(got)
	}
	free := &scene{room: open(t), who: map[string]Seat{}}
	free.enter("a", Join{Name: "An"})
	free.does("a", OpenDeck{Title: "x", Pages: 1}, "decked")
	if got := free.state.Coming(); len(got) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestDecksAreBounded(t *testing.T) {
	sc := stage(t, plan(30, 0))
	for n := 1; len(sc.state.Decks) < MaxDecks; n++ {
		sc.site(n)
		for range ownDecks {
			sc.does(fmt.Sprint(n), OpenDeck{Title: "x", Pages: 1}, "decked")
		}
	}
	sc.refuses("1", OpenDeck{Title: "x", Pages: 1}, TooMany)
}

// What is shown goes when its presenter does, or when another is called.
func TestWhatIsShownGoes(t *testing.T) {
	for why, do := range map[string]func(sc *scene){
		"called":  func(sc *scene) { sc.does("chair", Call{Invited: 2}, "yielded granted") },
		"removed": func(sc *scene) { sc.does("chair", Remove{sc.id("3")}, "removed") },
		"left":    func(sc *scene) { sc.do(sc.state.Ms, Leave{sc.id("3"), sc.who["3"].Publication}) },
		"hidden":  func(sc *scene) { sc.does("3", Hide{}, "hidden") },
	} {
		sc := everyRole(t)
		do(sc)
		if sc.state.Slide != (Slide{}) {
			t.Errorf("%s: %+v is shown", why, sc.state.Slide)
		}
	}
	sc := everyRole(t)
	sc.loses("3", KeepSeat-1) // comes back: its line was cut
	if sc.state.Slide.Page != 1 {
		t.Error("a lost line takes the page away")
	}
	sc.refuses("2", Hide{}, MayNotPresent)
	sc.does("chair", Hide{}, "hidden")
	sc.does("chair", Hide{}, "")
}

func TestWhoMayPresentInAFreeMeeting(t *testing.T) {
	sc := &scene{room: open(t), who: map[string]Seat{}}
	sc.enter("a", Join{Name: "An"})
	sc.enter("b", Join{Name: "Bình"})
	sc.does("a", OpenDeck{Title: "x", Pages: 1}, "decked")
	sc.does("a", Show{sc.state.Decks[0].ID, 1, hash("a"), ""}, "shown")
	sc.refuses("b", Show{sc.state.Decks[0].ID, 1, hash("a"), ""}, NotYours)
	sc.does("b", Hide{}, "hidden")
	if !sc.state.MayPresent(sc.id("a")) || !sc.state.MayBring(sc.id("a")) || sc.state.MayPresent("00000099") || sc.state.MayBring("00000099") {
		t.Error("who may")
	}
	led := everyRole(t)
	led.does("chair", SetMode{ModeFree}, "yielded mode")
	for who, want := range map[string][2]bool{"chair": {true, true}, "technician": {true, true}, "2": {false, true}, "guest": {}, "observer": {}, "waiting": {}} {
		if got := [2]bool{led.state.MayPresent(led.id(who)), led.state.MayBring(led.id(who))}; got != want {
			t.Errorf("%s: %v", who, got)
		}
	}
}

func TestAdvanceReports(t *testing.T) {
	sc := everyRole(t)
	one, two := sc.state.Reports[0], sc.state.Reports[1]
	sc.does("2", BringReport{"y", 60_000, hash("c"), 1000}, "") // it is there
	for _, a := range []BringReport{
		{"x", 0, hash("d"), 1}, {"x", MaxReportMs + 1, hash("d"), 1}, {"x", 1, hash("d"), 0}, {"x", 1, hash("d"), MaxReportBytes + 1},
	} {
		sc.refuses("2", a, BadNumber)
	}
	sc.refuses("2", BringReport{"", 1, hash("d"), 1}, BadText)
	sc.refuses("2", BringReport{"x", 1, "d", 1}, BadAction)
	sc.refuses("2", Stop{}, NotYours)
	sc.does("chair", Play{one.ID}, "")
	sc.refuses("chair", Play{"99999"}, NoSuchThing)
	sc.do(sc.state.Ms, EndPlay{two.ID}) // another one
	if sc.state.Playing.ID != one.ID || sc.state.Playing.Seat != sc.id("1") {
		t.Errorf("%+v", sc.state.Playing)
	}
	sc.do(sc.state.Ms, EndPlay{one.ID})
	if sc.state.Playing != (Playback{}) {
		t.Errorf("%+v", sc.state.Playing)
	}
	sc.does("chair", Stop{}, "")
	sc.does("chair", Play{two.ID}, "playing")
	sc.does("2", Stop{}, "played")
	sc.does("chair", Play{two.ID}, "playing")
	for n := range ownReports + 2 {
		sc.does("2", BringReport{"x", 1, hash(fmt.Sprint(n)), 1}, "reported")
	}
	if _, ok := sc.state.AdvanceReport(two.ID); !ok || len(sc.state.Reports) != 2+ownReports {
		t.Errorf("%d reports; the one that is played is there: %v", len(sc.state.Reports), ok)
	}
	sc.does("chair", Close{}, "yielded pollclosed played closed")
}

// A site sees what it brought, officers all; the rest is told when it is shown.
func TestWhoSeesDecks(t *testing.T) {
	sc := everyRole(t)
	sc.does("2", OpenDeck{Title: "của xã 2", Pages: 2, List: hash("z")}, "decked")
	for who, want := range map[string][2]int{"chair": {2, 2}, "1": {0, 1}, "2": {1, 1}, "3": {1, 0}, "guest": {}, "waiting": {}} {
		v := sc.state.View(sc.id(who))
		if len(v.Decks) != want[0] || len(v.Reports) != want[1] {
			t.Errorf("%s: %v, %v", who, v.Decks, v.Reports)
		}
		if shown := v.Slide.Page == 1 && v.Playing.ID != ""; shown == (who == "waiting") {
			t.Errorf("%s: %+v", who, v.ViewStage)
		}
	}
	if v := sc.state.ViewAs(RoleSite); len(v.Decks)+len(v.Reports) != 0 || v.Slide.Page != 1 {
		t.Errorf("%+v", v.ViewStage)
	}
}

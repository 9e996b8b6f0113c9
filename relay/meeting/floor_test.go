package meeting

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// floor says who has the floor and who waits, by the names of the scene.
func (sc *scene) floor() string {
	names := map[string]string{"": "-"}
	for who, seat := range sc.who {
		names[seat.ID] = who
	}
	f := sc.state.Floor
	out := []string{names[f.Holder]}
	for _, h := range f.Queue {
		out = append(out, names[h.Seat])
	}
	out = append(out, "|")
	for _, l := range f.Later {
		out = append(out, names[l])
	}
	return strings.Join(out, " ")
}

func (sc *scene) expectFloor(want string) {
	sc.t.Helper()
	if got := sc.floor(); got != want {
		sc.t.Fatalf("floor %q, want %q", got, want)
	}
}

func led(t testing.TB, sites, reports int) *scene {
	sc := stage(t, plan(sites, reports))
	for n := 1; n <= sites; n++ {
		sc.site(n)
	}
	sc.does("chair", Open{}, "opened mode")
	return sc
}

func TestFreeModeHasNoFloor(t *testing.T) {
	sc := led(t, 2, 0)
	sc.does("chair", Call{Invited: 1}, "granted")
	sc.does("chair", SetMode{ModeFree}, "yielded mode")
	sc.does("chair", SetMode{ModeFree}, "")
	for _, a := range []Action{Call{Invited: 1}, Next{}, Recall{}} {
		sc.refuses("chair", a, NotModerated)
	}
	sc.refuses("chair", SetMode{"loud"}, BadMode)
	sc.refuses("1", Yield{}, NoFloor)
	sc.refuses("chair", Extend{1}, NoFloor)
	sc.does("chair", Take{}, "")
	if !sc.state.MaySpeak(sc.id("1")) {
		t.Error("closed in free mode")
	}
}

func TestWhoMaySpeak(t *testing.T) {
	sc := everyRole(t)
	sc.does("chair", Call{Invited: 1}, "yielded granted")
	for _, c := range []struct {
		mode Mode
		may  string
	}{
		{ModeModerated, "chair deputy 1"},
		{ModeRoll, "chair deputy 1"},
		{ModeFree, "chair deputy secretary technician 1 2 plain guest"},
	} {
		if c.mode != ModeModerated {
			sc.ask("chair", SetMode{c.mode})
		}
		for who, seat := range sc.who {
			want := strings.Contains(" "+c.may+" 3 ", " "+who+" ")
			if who == "3" {
				want = c.mode == ModeFree
			}
			if got := sc.state.MaySpeak(seat.ID); got != want {
				t.Errorf("%s: %s may speak: %v", c.mode, who, got)
			}
		}
	}
	if sc.state.MaySpeak("nobody") || sc.state.MayHear("nobody") || sc.state.MayHear(sc.id("waiting")) || !sc.state.MayHear(sc.id("observer")) {
		t.Error("who is not in the meeting speaks or hears, or who is does not")
	}
}

func TestHandsAreCalledInTheirOrder(t *testing.T) {
	sc := led(t, 4, 0)
	for _, who := range []string{"3", "1", "4", "2"} {
		sc.does(who, Raise{who}, "raised")
	}
	sc.does("3", Raise{"3"}, "")
	sc.does("1", Raise{"khác"}, "raised")
	sc.expectFloor("- 3 1 4 2 |")
	sc.does("chair", Next{}, "granted")
	sc.expectFloor("3 1 4 2 |")
	sc.does("3", Raise{}, "")
	sc.loses("1", 0)
	sc.does("secretary", Next{}, "yielded granted")
	sc.expectFloor("4 1 2 |")
	sc.returns("1")
	sc.does("4", Yield{}, "yielded")
	sc.refuses("4", Yield{}, NoFloor)
	sc.does("chair", Next{}, "granted")
	sc.expectFloor("1 2 |")
	sc.refuses("1", Lower{sc.id("2")}, NotYours)
	sc.does("secretary", Lower{sc.id("2")}, "lowered")
	sc.does("secretary", Lower{sc.id("2")}, "")
	sc.refuses("chair", Next{}, NobodyNext)
	sc.does("chair", Take{}, "yielded")
	sc.does("2", Raise{}, "raised")
	sc.do(sc.state.Ms, Leave{sc.id("2"), sc.who["2"].Publication})
	sc.expectFloor("- |")
}

// Two who press next at the same moment call one.
func TestTwoChairsCallOnce(t *testing.T) {
	sc := led(t, 3, 3)
	nobody := ""
	sc.does("chair", Next{From: &nobody}, "granted")
	sc.refuses("secretary", Next{From: &nobody}, FloorTaken)
	sc.refuses("secretary", Call{Invited: 3, From: &nobody}, FloorTaken)
	sc.refuses("secretary", Recall{From: &nobody}, FloorTaken)
	sc.does("secretary", Call{Invited: 1, From: &nobody}, "") // it has the floor: that is what was wanted
	sc.expectFloor("1 |")
	one := sc.id("1")
	sc.does("secretary", Next{From: &one}, "yielded granted")
	sc.expectFloor("2 |")
	c := Command{ID: "again", Ms: sc.state.Ms, By: By{Seat: sc.id("chair")}, Do: Next{}}
	for i, want := range []string{"yielded granted", "", ""} {
		events, err := sc.try(c)
		if err != nil || kinds(events) != want {
			t.Fatalf("time %d: %s, %v", i, kinds(events), err)
		}
	}
	c.By = By{Seat: sc.id("secretary")} // another one, who counts alike
	if _, err := sc.try(c); !errors.Is(err, NobodyNext) {
		t.Fatal(err)
	}
}

func TestAgendaIsCalledInItsOrder(t *testing.T) {
	sc := led(t, 4, 4)
	sc.loses("2", 0)
	sc.does("chair", Next{}, "granted")
	sc.does("4", Raise{}, "raised")
	sc.does("chair", Next{}, "yielded granted") // the hand comes first, to what is on
	if sc.state.Item != 1 || sc.state.Floor.Limit != 0 {
		t.Errorf("item %d, limit %d", sc.state.Item, sc.state.Floor.Limit)
	}
	sc.does("chair", Next{}, "yielded granted")
	sc.expectFloor("3 |")
	if f := sc.state.Floor; f.Item != 3 || f.Limit != 7*60_000 || sc.state.Item != 3 {
		t.Errorf("%+v", f)
	}
	sc.loses("3", 1000)
	sc.does("chair", Next{}, "yielded granted")
	sc.expectFloor("4 | 3")
	sc.refuses("chair", Recall{}, NobodyLater)
	sc.returns("3")
	sc.returns("2")
	sc.does("chair", Next{}, "yielded granted") // who lost the line
	sc.expectFloor("3 |")
	sc.does("chair", Next{}, "yielded granted") // who was not here
	sc.expectFloor("2 |")
	sc.refuses("chair", Next{}, NobodyNext)
	sc.does("chair", Call{Invited: 1, Minutes: 2}, "yielded granted")
	if f := sc.state.Floor; f.Limit != 2*60_000 || f.Item != 2 {
		t.Errorf("%+v", f)
	}
	sc.mark(3 * 60_000)
	sc.does("chair", Extend{2}, "extended")
	if f := sc.state.Floor; f.Limit != 5*60_000 {
		t.Errorf("%+v", f)
	}
	for _, minutes := range []int{-1, 0, maxExtra + 1} {
		sc.refuses("chair", Extend{minutes}, BadNumber)
	}
}

func TestRollModeCallsTheInvitedInOrder(t *testing.T) {
	sc := led(t, 4, 0)
	sc.loses("2", 0)
	sc.does("4", Raise{}, "raised")
	sc.does("chair", SetMode{ModeRoll}, "mode")
	var order []string
	for range 5 {
		if _, err := sc.ask("chair", Next{}); errors.Is(err, NobodyNext) {
			break
		}
		order = append(order, strings.Fields(sc.floor())[0])
	}
	if fmt.Sprint(order) != "[1 3 4]" {
		t.Error(order)
	}
	sc.returns("2")
	sc.does("chair", Next{}, "yielded granted")
	sc.expectFloor("2 |")
}

func TestCallingWhoCannot(t *testing.T) {
	sc := everyRole(t)
	sc.refuses("chair", Call{Seat: "0000ffff"}, NotHere)
	sc.refuses("chair", Call{Invited: 4}, NotHere)
	sc.refuses("chair", Call{Invited: 9}, NoSuchSite)
	sc.refuses("chair", Call{}, NoSuchSite)
	sc.refuses("chair", Call{Seat: sc.id("observer")}, MayNotSpeak)
	sc.refuses("chair", Call{Seat: sc.id("waiting")}, MayNotSpeak)
	sc.refuses("chair", Call{Invited: 1, Item: 9}, NoSuchItem)
	sc.refuses("chair", Call{Invited: 1, Minutes: -1}, BadNumber)
	sc.refuses("chair", SetItem{9}, NoSuchItem)
	sc.loses("1", 0)
	sc.refuses("chair", Call{Seat: sc.id("1")}, NotHere)
}

// Several seats of a site: the first that is here is its voice.
func TestVoiceOfASite(t *testing.T) {
	sc := led(t, 2, 0)
	first := sc.id("1")
	sc.enter("1b", Join{Name: "Máy phụ", Who: Identity{Site: "site-1"}})
	if v, ok := sc.state.Voice(1); !ok || v.ID != first {
		t.Errorf("%+v", v)
	}
	sc.loses("1", 0)
	sc.does("chair", Call{Invited: 1}, "granted")
	sc.expectFloor("1b |")
	if _, ok := sc.state.Voice(0); ok {
		t.Error("nobody is invited as 0")
	}
}

func TestIncidentScript(t *testing.T) {
	p := plan(4, 4)
	p.Script = []Rule{
		{WhenDropped, 5, DoWarn, false}, {WhenDropped, 20, DoNextReturn, true}, {WhenLate, 30, DoNextReturn, false}, {WhenNoVideo, 0, DoVoiceOnly, true},
	}
	sc := stage(t, p)
	for n := 1; n <= 3; n++ {
		sc.site(n)
	}
	sc.does("chair", Open{}, "opened mode")
	sc.due("")
	sc.does("chair", Next{}, "granted")
	sc.due("")
	sc.loses("1", 4999)
	sc.due("")
	sc.mark(1)
	sc.due("incident")
	sc.due("")
	sc.returns("1")
	sc.loses("1", 5000)
	sc.due("incident") // another time
	sc.loses("chair", 20_000)
	sc.due("") // while the chair is away nothing happens by itself
	sc.returns("chair")
	sc.due("incident yielded granted")
	sc.expectFloor("2 | 1")
	sc.mark(7*60_000 + 29_999)
	sc.due("")
	sc.mark(1)
	sc.due("incident")
	sc.due("")
	sc.expectFloor("2 | 1")
	sc.does("2", Yield{}, "yielded")
	sc.does("chair", Call{Invited: 3}, "granted")
	sc.loses("2", 0)
	sc.loses("3", 20_000)
	sc.due("incident")
	sc.due("incident yielded") // there is nobody to call
	sc.due("")
	sc.expectFloor("- | 1 3")
	sc.expect("no video", sc.do(sc.state.Ms, Enact{3, sc.id("2")}), "incident")
	for _, bad := range []Enact{{-1, sc.id("2")}, {4, sc.id("2")}, {0, "x"}} {
		if _, err := sc.try(Command{Do: bad}); !errors.Is(err, ErrCommand) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestOpeningAndClosing(t *testing.T) {
	sc := led(t, 3, 3)
	sc.does("chair", Open{}, "")
	sc.does("chair", Next{}, "granted")
	sc.does("2", Raise{}, "raised")
	sc.does("chair", CallRoll{true}, "roll")
	sc.does("chair", CallRoll{true}, "")
	sc.does("chair", Ask{"?!x", false}, "polled")
	sc.refuses("chair", Finalise{}, StillOpen)
	sc.does("secretary", Close{}, "yielded pollclosed roll closed")
	sc.expectFloor("- |")
	sc.does("secretary", Close{}, "")
	for who, a := range map[string]Action{"1": Raise{}, "chair": Next{}, "2": Yield{}, "secretary": Ring{}} {
		sc.refuses(who, a, MeetingClosed)
	}
	sc.refuses("chair", Finalise{}, NoMinutes)
	sc.does("chair", Open{}, "opened")
	if sc.state.Closed != 0 {
		t.Error("still closed")
	}
}

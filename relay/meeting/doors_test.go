package meeting

import (
	"errors"
	"fmt"
	"testing"
)

func (sc *scene) role(who string) Role {
	seat, _ := sc.state.Seat(sc.id(who))
	return seat.Role
}

func TestWhoGetsWhichRole(t *testing.T) {
	for _, c := range []struct {
		who           Identity
		lobby, locked bool
		want          Role
		invited       int
	}{
		{Identity{}, false, false, RoleNone, 0},
		{Identity{}, true, false, RoleWaiting, 0},
		{Identity{}, false, true, RoleWaiting, 0},
		{Identity{Account: "thu-ky"}, true, true, RoleSecretary, 0},
		{Identity{Account: "thu-ky", Site: "site-2"}, true, true, RoleSecretary, 2},
		{Identity{Account: "ai-do"}, true, false, RoleWaiting, 0},
		{Identity{Site: "site-3"}, true, true, RoleSite, 3},
		{Identity{Site: "site-99"}, true, false, RoleWaiting, 0},
		{Identity{Role: RoleGuest}, true, false, RoleGuest, 0},
		{Identity{Role: RoleObserver}, true, false, RoleObserver, 0},
		{Identity{Role: RoleGuest}, false, true, RoleWaiting, 0},
		{Identity{Role: RoleSecretary}, true, false, RoleWaiting, 0},
		{Identity{Role: RoleAdmin}, true, false, RoleWaiting, 0},
		{Identity{Role: RoleChair}, true, true, RoleChair, 0},
		{Identity{Account: "chu-toa"}, true, true, RoleChair, 1},
	} {
		sc := &scene{room: open(t), who: map[string]Seat{}}
		p := plan(3, 0)
		p.Lobby, p.Officers[0].Site = c.lobby, "site-1"
		sc.by(By{Account: "root", Role: RoleAdmin}, Prepare{p})
		if c.locked {
			sc.by(By{Account: "root", Role: RoleChair}, Lock{true})
		}
		seat := sc.enter("x", Join{Name: "x", Who: c.who})
		if seat.Role != c.want || seat.Invited != c.invited || seat.Account != c.who.Account {
			t.Errorf("%+v, lobby %v, locked %v: %+v", c.who, c.lobby, c.locked, seat)
		}
	}
}

// A second chair is a deputy; one that comes while the other is away is the chair.
func TestOneChair(t *testing.T) {
	sc := stage(t, plan(2, 0))
	sc.enter("second", Join{Name: "x", Who: Identity{Account: "chu-toa"}})
	if sc.role("second") != RoleDeputy || sc.role("chair") != RoleChair {
		t.Fatal(sc.role("second"), sc.role("chair"))
	}
	sc.loses("chair", 0)
	sc.enter("third", Join{Name: "x", Who: Identity{Role: RoleChair}})
	if sc.role("third") != RoleChair || sc.role("chair") != RoleDeputy {
		t.Fatal(sc.role("third"), sc.role("chair"))
	}
	sc.returns("chair")
	if sc.role("chair") != RoleDeputy {
		t.Fatal("two chairs")
	}
}

func TestAKeptSeatKeepsItsRole(t *testing.T) {
	sc := stage(t, plan(3, 0))
	sc.site(1)
	sc.enter("guest", Join{Name: "Khách", Who: Identity{Role: RoleGuest}})
	sc.does("chair", SetRole{sc.id("1"), RoleDeputy}, "role")
	sc.does("chair", Lock{true}, "locked")
	for _, who := range []Identity{{}, {Site: "site-1"}} {
		sc.enter("1", Join{Seat: sc.id("1"), Who: who})
		if s := sc.who["1"]; s.Role != RoleDeputy || s.Invited != 1 || s.Name != commune(1) {
			t.Errorf("%+v: %+v", who, s)
		}
	}
	if sc.enter("guest", Join{Seat: sc.id("guest")}).Role != RoleGuest {
		t.Error("a kept seat waits because the meeting is locked")
	}
	sc.enter("guest", Join{Seat: sc.id("guest"), Who: Identity{Account: "thu-ky"}})
	if s := sc.who["guest"]; s.Role != RoleSecretary || s.Account != "thu-ky" {
		t.Errorf("a pass proved nothing: %+v", s)
	}
}

// A power cut takes the token of a seat away, not the pass of the computer: it sits where it sat, is called again, and is the chair again.
func TestComesBackByPass(t *testing.T) {
	sc := stage(t, plan(3, 3))
	sc.site(1)
	sc.enter("1b", Join{Who: Identity{Site: "site-1"}}) // a second computer of the site
	sc.site(2)
	sc.does("chair", Open{}, "opened mode")
	sc.does("chair", Next{}, "granted")
	first, second, chair := sc.id("1"), sc.id("1b"), sc.id("chair")
	if first == second {
		t.Fatal("two computers on one seat")
	}
	sc.loses("1b", 1)
	sc.loses("1", 1)
	sc.does("chair", Next{}, "yielded granted")
	if sc.site(1).ID != first || sc.enter("1b", Join{Who: Identity{Site: "site-1"}}).ID != second {
		t.Error("a site came back to another seat")
	}
	if sc.site(1).ID == first {
		t.Error("a third computer got the seat of one that is here")
	}
	sc.does("chair", Recall{}, "yielded granted")
	if sc.state.Floor.Holder != first {
		t.Error("whoever was cut off was not called again")
	}
	sc.loses("chair", 0)
	if s := sc.enter("chair", Join{Name: "x", Who: Identity{Account: "chu-toa"}}); s.ID != chair || s.Role != RoleChair {
		t.Errorf("the chair came back as %+v", s)
	}
	sc.loses("2", KeepSeat)
	if before := sc.id("2"); sc.site(2).ID == before {
		t.Error("a seat that was given up")
	}
}

// Who has the floor and comes back with a pass that makes them an observer has it no more.
func TestObserverHasNoFloor(t *testing.T) {
	sc := stage(t, plan(2, 0))
	sc.enter("x", Join{Name: "x", Who: Identity{Role: RoleGuest}})
	sc.does("chair", SetRole{sc.id("x"), RoleNone}, "role")
	sc.does("chair", Open{}, "opened mode")
	sc.does("x", Raise{}, "raised")
	sc.does("chair", Next{}, "granted")
	back := Join{Seat: sc.id("x"), Who: Identity{Role: RoleObserver}}
	sc.expect("as an observer", sc.do(sc.state.Ms, back), "yielded back")
	if sc.state.MaySpeak(sc.id("x")) || sc.state.Floor.Holder != "" {
		t.Error("an observer is heard")
	}
}

func TestLobby(t *testing.T) {
	sc := stage(t, plan(2, 0))
	sc.site(1)
	sc.enter("x", Join{Name: "Khách"})
	sc.enter("y", Join{Name: "Khách"})
	for _, a := range []Action{Raise{}, Say{Text: "x"}, Yield{}, LetIn{sc.id("x")}} {
		sc.refuses("x", a, NotYours)
	}
	sc.refuses("chair", LetIn{"0000ffff"}, NotHere)
	sc.refuses("chair", Deny{"0000ffff"}, NotHere)
	sc.refuses("chair", Deny{sc.id("1")}, NotWaiting)
	sc.does("secretary", LetIn{sc.id("x")}, "admitted")
	sc.does("secretary", LetIn{sc.id("x")}, "")
	if sc.role("x") != RoleGuest {
		t.Error(sc.role("x"))
	}
	was := sc.id("y")
	sc.does("secretary", Deny{was}, "removed")
	if sc.enter("y", Join{Seat: was, Name: "Khách"}); sc.role("y") != RoleWaiting || sc.id("y") == was {
		t.Error("who was denied got in")
	}
}

// Who was removed waits, whatever they bring, until they are admitted again.
func TestRemoved(t *testing.T) {
	p := plan(3, 0)
	p.Lobby = false
	sc := stage(t, p)
	sc.site(1)
	sc.enter("plain", Join{Name: "x"})
	sc.refuses("chair", Remove{sc.id("chair")}, NotYourself)
	sc.refuses("chair", Remove{"0000ffff"}, NotHere)
	sc.expect("outside", sc.by(By{Account: "a", Role: RoleChair}, Remove{sc.id("technician")}), "removed")
	if _, err := sc.tryBy(By{Account: "a", Role: RoleChair}, Remove{sc.id("chair")}); !errors.Is(err, UseHandOver) {
		t.Error(err)
	}
	for who, again := range map[string]Join{
		"1": {Who: Identity{Site: "site-1"}}, "secretary": {Name: "Lê C", Who: Identity{Account: "thu-ky", Site: "site-2"}}, "plain": {Name: "x", Seat: sc.id("plain")},
	} {
		was := sc.role(who)
		sc.does("chair", Remove{sc.id(who)}, "removed")
		if _, ok := sc.state.Seat(sc.id(who)); ok {
			t.Errorf("%s sits", who)
		}
		sc.refuses(who, Say{Text: "x"}, NoSeat)
		if sc.enter(who, again).Role != RoleWaiting {
			t.Errorf("%s came back", who)
		}
		sc.does("chair", LetIn{sc.id(who)}, "admitted")
		if got := sc.role(who); got != was && who != "plain" || got == RoleWaiting {
			t.Errorf("%s was %q, is %q", who, was, got)
		}
		if got := sc.enter(who+"2", Join{Name: "x", Who: again.Who}).Role; got == RoleWaiting {
			t.Errorf("%s still stays out", who)
		}
	}
}

// A crowd in the lobby keeps no site out, and no guest who was invited.
func TestLobbyIsFull(t *testing.T) {
	sc := stage(t, plan(2, 0))
	for n := 0; sc.state.Count() < MaxSeats; n++ {
		sc.enter(fmt.Sprint("x", n), Join{Name: "x"})
	}
	sc.mark(Settle)
	if _, err := sc.try(Command{Ms: sc.state.Ms, Do: Join{Name: "x"}}); !errors.Is(err, ErrFull) {
		t.Error(err)
	}
	sc.enter("guest", Join{Name: "x", Who: Identity{Role: RoleGuest}})
	sc.site(1)
	if sc.role("guest") != RoleGuest || sc.role("1") != RoleSite || sc.state.Count() != MaxSeats {
		t.Error(sc.role("1"), sc.state.Count())
	}
}

// The seats of a building with its own relay are its site's, but for those who bring a pass.
func TestSeatsOfABuildingHaveRoles(t *testing.T) {
	sc := stage(t, plan(2, 0))
	sc.do(0, Admit{"site-2"})
	own, _ := sc.state.Prefix("site-2")
	a, b, c, d := seatOf(own, 1, "An"), seatOf(own, 2, "Bình"), seatOf(own, 3, "Chi"), seatOf(own, 4, "Dũng")
	report := Report{Seats: []Seat{a, b, c, d}, Who: map[string]Identity{b.ID: {Account: "thu-ky"}, c.ID: {Account: "chu-toa"}, d.ID: {Account: "chu-toa"}}}
	sc.loses("chair", 0)
	if _, err := sc.try(Command{Origin: own, Do: report}); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]Role{a.ID: RoleSite, b.ID: RoleSecretary, c.ID: RoleChair, d.ID: RoleDeputy, sc.id("chair"): RoleDeputy} {
		if seat, _ := sc.state.Seat(id); seat.Role != want {
			t.Errorf("%+v, want %q", seat, want)
		}
	}
	a.Publication += 100
	if _, err := sc.try(Command{Origin: own, Do: Report{Seats: []Seat{a, b, c, d}}}); err != nil {
		t.Fatal(err)
	}
	if seat, _ := sc.state.Seat(a.ID); seat.Role != RoleSite || seat.Invited != 2 || seat.Publication != a.Publication {
		t.Errorf("%+v", seat)
	}
}

// A new plan gives accounts their new roles, and takes what is no longer theirs.
func TestPreparedAnew(t *testing.T) {
	sc := stage(t, plan(3, 3))
	sc.site(1)
	sc.site(3)
	sc.does("chair", Open{}, "opened mode")
	sc.does("chair", Call{Invited: 3}, "granted")
	p := plan(2, 2)
	p.Officers[1].Role, p.Officers[2].Role = RoleSecretary, RoleChair // the deputy is secretary; the secretary would be a second chair
	p.Officers = p.Officers[:3]
	admin := By{Account: "root", Role: RoleAdmin}
	sc.expect("prepared", sc.by(admin, Prepare{p}), "planned role role")
	for who, want := range map[string]Role{"chair": RoleChair, "deputy": RoleSecretary, "secretary": RoleSecretary, "technician": RoleGuest, "1": RoleSite, "3": RoleGuest} {
		if got := sc.role(who); got != want {
			t.Errorf("%s is %q, want %q", who, got, want)
		}
	}
	if s, _ := sc.state.Seat(sc.id("3")); s.Invited != 0 || sc.state.Item != 0 {
		t.Errorf("%+v, item %d", s, sc.state.Item)
	}
	sc.expect("the same", sc.by(admin, Prepare{p}), "")
	// The old chair goes, and two could be the next.
	p.Officers = append(p.Officers, Officer{Account: "ky-thuat", Role: RoleChair})
	p.Officers[0].Role = RoleTechnician
	sc.expect("another chair", sc.by(admin, Prepare{p}), "planned role role")
	if sc.role("chair") != RoleTechnician || sc.role("secretary") != RoleSecretary || sc.role("technician") != RoleChair {
		t.Error(sc.role("chair"), sc.role("secretary"), sc.role("technician"))
	}
	p.Invited[0].Site = "site-9"
	if _, err := sc.tryBy(admin, Prepare{p}); !errors.Is(err, BadPlan) {
		t.Errorf("number 1 is another's: %v", err)
	}
}

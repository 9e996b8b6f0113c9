package meeting

import (
	"errors"
	"strings"
	"testing"
)

// rightsTable says who may do what, in words: it is written apart from the code on purpose.
const rightsTable = `
prepare      chair secretary @admin @chair @secretary
open         chair secretary @chair @secretary
close        chair secretary @chair @secretary
mode         chair @chair
raise        chair deputy secretary technician 1 plain guest
lower        chair deputy secretary technician 1 plain guest
call         chair secretary @chair @secretary
next         chair secretary @chair @secretary
return       chair secretary @chair @secretary
yield        chair deputy secretary technician 1 plain guest
take         chair @chair
extend       chair secretary @chair @secretary
silence      chair secretary technician @chair @secretary @technician
lock         chair @chair
remove       chair @chair
admit        chair secretary @chair @secretary
deny         chair secretary @chair @secretary
role         chair @admin @chair
chair        chair @chair
item         chair secretary @chair @secretary
roll         chair secretary @chair @secretary
present      1 #site-1
confirm      chair secretary @chair @secretary
say          chair deputy secretary technician 1 plain guest observer @chair @secretary @technician
notice       chair secretary @chair @secretary
unnotice     chair secretary @chair @secretary
poll         chair secretary @chair @secretary
vote         chair deputy secretary technician 1
end-poll     chair secretary @chair @secretary
note         secretary @secretary
conclude     chair secretary @chair @secretary
acknowledge  1 #site-1
progress     1 #site-1
ring         chair secretary @admin @chair @secretary
answer       1 #site-1
minute       chair secretary @admin @chair @secretary
finalise     chair secretary @admin @chair @secretary
deck         chair deputy secretary technician 1
show         chair deputy secretary technician
hide         chair deputy secretary technician @chair @secretary @technician
report       chair deputy secretary technician 1
play         chair deputy secretary technician @chair @secretary @technician
stop         chair deputy secretary technician 1 @chair @secretary @technician
`

// everyRole is a meeting under way with somebody of every role.
func everyRole(t testing.TB) *scene {
	sc := stage(t, plan(4, 3))
	for n := 1; n <= 3; n++ {
		sc.site(n)
	}
	sc.enter("plain", Join{Name: "x", Who: Identity{Role: RoleGuest}})
	sc.enter("guest", Join{Name: "x", Who: Identity{Role: RoleGuest}})
	sc.enter("observer", Join{Name: "x", Who: Identity{Role: RoleObserver}})
	sc.enter("waiting", Join{Name: "x"})
	sc.does("chair", SetRole{sc.id("plain"), RoleNone}, "role")
	sc.does("chair", Open{}, "opened mode")
	sc.does("chair", Call{Invited: 2}, "granted")
	sc.loses("2", 0)
	sc.does("chair", Next{}, "yielded granted")
	sc.returns("2")
	sc.does("secretary", PutNotice{"x"}, "noticed")
	sc.does("secretary", Ask{"x?", false}, "polled")
	sc.does("secretary", Conclude{Text: "x", Units: []int{1}}, "concluded")
	sc.does("secretary", Minute{"x"}, "minuted")
	sc.does("3", OpenDeck{Title: "x", Pages: 3}, "decked")
	sc.does("3", Show{sc.state.Decks[0].ID, 1, hash("a"), ""}, "shown")
	sc.does("1", BringReport{"x", 60_000, hash("b"), 1000}, "reported")
	sc.does("2", BringReport{"y", 60_000, hash("c"), 1000}, "reported")
	sc.does("chair", Play{sc.state.Reports[0].ID}, "playing")
	return sc
}

// hash is one that a file could have.
func hash(text string) string { return strings.Repeat(text, hashLength) }

// wishes are actions that lead to something in the meeting of everyRole, by act.
func wishes(sc *scene) map[string]Action {
	notice, poll, conclusion := sc.state.Notices[0].ID, sc.state.Polls[0].ID, sc.state.Conclusions[0].ID
	deck, report := sc.state.Decks[0].ID, sc.state.Reports[1].ID
	return map[string]Action{
		"prepare": Prepare{plan(4, 2)}, "open": Open{}, "close": Close{}, "mode": SetMode{ModeRoll}, "raise": Raise{}, "lower": Lower{},
		"call": Call{Invited: 3}, "next": Next{}, "return": Recall{}, "yield": Yield{}, "take": Take{}, "extend": Extend{1}, "silence": Silence{},
		"lock": Lock{true}, "remove": Remove{sc.id("3")}, "admit": LetIn{sc.id("waiting")}, "deny": Deny{sc.id("waiting")},
		"role": SetRole{sc.id("guest"), RoleObserver}, "chair": HandOver{sc.id("deputy")}, "item": SetItem{3}, "roll": CallRoll{true},
		"present": Attend{3, ""}, "confirm": Confirm{1, ""}, "say": Say{Text: "x"}, "notice": PutNotice{"y"}, "unnotice": TakeNotice{notice},
		"poll": Ask{"y?", false}, "vote": CastVote{poll, For, ""}, "end-poll": EndPoll{poll}, "note": TakeNote{"x"}, "conclude": Conclude{Text: "y"},
		"acknowledge": Acknowledge{conclusion}, "progress": Progress{conclusion, "x", false}, "ring": Ring{}, "answer": Answer{},
		"minute": Minute{"y"}, "finalise": Finalise{},
		"deck": OpenDeck{Title: "y", Pages: 3}, "show": Show{deck, 2, hash("a"), ""}, "hide": Hide{},
		"report": BringReport{"y", 1, hash("d"), 1}, "play": Play{report}, "stop": Stop{},
	}
}

// people are all who can command anything.
func people(sc *scene) map[string]By {
	out := map[string]By{"": {}, "#site-1": {Site: "site-1"}, "#site-99": {Site: "site-99"}, "gone": {Seat: "0000ffff"}, "@": {Account: "x"}, "@waiting": {Account: "x", Role: RoleWaiting}}
	for _, who := range strings.Fields("chair deputy secretary technician 1 plain guest observer waiting") {
		out[who] = By{Seat: sc.id(who)}
	}
	for _, role := range []Role{RoleAdmin, RoleChair, RoleSecretary, RoleTechnician} {
		out["@"+string(role)] = By{Account: "x", Role: role}
	}
	return out
}

// denied says whether it is for the lack of a right that something is refused.
func denied(err error) bool {
	for _, r := range []Refusal{NotYours, NoSeat, NotInvited, ChairIsHere, MayNotPresent} {
		if errors.Is(err, r) {
			return true
		}
	}
	return false
}

func TestRights(t *testing.T) {
	sc := everyRole(t)
	actions, seen := wishes(sc), 0
	for line := range strings.Lines(strings.TrimSpace(rightsTable)) {
		words := strings.Fields(line)
		action := actions[words[0]]
		if action == nil {
			t.Fatalf("no %q", words[0])
		}
		seen++
		for who, by := range people(sc) {
			may := false
			for _, w := range words[1:] {
				may = may || w == who
			}
			events, err := Decide(&sc.state, Command{ID: "t", Ms: sc.state.Ms, By: by, Do: action})
			if may == denied(err) || err != nil && events != nil {
				t.Errorf("%s by %q: may %v, got %v, %v", words[0], who, may, kinds(events), err)
			}
			for _, e := range events {
				if e.Actor != by.Actor() {
					t.Errorf("%s by %q: the actor is %q", words[0], who, e.Actor)
				}
			}
		}
	}
	if seen != len(actions) || seen != len(acts) {
		t.Errorf("%d acts in the table, %d in the code", seen, len(acts))
	}
}

// A deputy has the chair's rights while the chair is away for ten seconds or longer, and can take the chair.
func TestDeputyStandsIn(t *testing.T) {
	sc := everyRole(t)
	sc.refuses("deputy", Lock{true}, NotYours)
	sc.refuses("deputy", HandOver{sc.id("deputy")}, ChairIsHere)
	sc.loses("chair", StandIn-1)
	sc.refuses("deputy", Lock{true}, NotYours)
	sc.refuses("deputy", HandOver{sc.id("deputy")}, ChairIsHere)
	if sc.state.StandsIn(sc.id("deputy"), sc.state.Ms) || !sc.state.StandsIn(sc.id("deputy"), sc.state.Ms+1) {
		t.Error("stands in at the wrong time")
	}
	sc.mark(1)
	sc.does("deputy", Lock{true}, "locked")
	sc.returns("chair")
	sc.refuses("deputy", Lock{false}, NotYours)
	sc.loses("chair", StandIn)
	sc.does("deputy", HandOver{sc.id("deputy")}, "role role")
	sc.returns("chair")
	sc.refuses("chair", Lock{false}, NotYours)
	sc.does("deputy", Lock{false}, "locked")
	sc.does("deputy", HandOver{sc.id("chair")}, "role role")
	sc.does("chair", HandOver{sc.id("chair")}, "")
	sc.refuses("chair", HandOver{sc.id("observer")}, BadRole)
	sc.refuses("chair", HandOver{"0000ffff"}, NotHere)
	if !sc.state.chairHere() {
		t.Error("nobody is chair")
	}
}

func TestRoles(t *testing.T) {
	sc := everyRole(t)
	admin := By{Account: "root", Role: RoleAdmin}
	sc.refuses("chair", SetRole{sc.id("chair"), RoleGuest}, UseHandOver)
	sc.refuses("chair", SetRole{sc.id("1"), RoleChair}, UseHandOver)
	sc.refuses("chair", SetRole{sc.id("waiting"), RoleGuest}, BadRole)
	sc.refuses("chair", SetRole{sc.id("guest"), RoleSite}, BadRole)
	sc.refuses("chair", SetRole{sc.id("guest"), RoleWaiting}, BadRole)
	sc.refuses("chair", SetRole{sc.id("guest"), "king"}, BadRole)
	sc.does("chair", SetRole{sc.id("guest"), RoleGuest}, "")
	sc.does("chair", Call{Seat: sc.id("plain")}, "yielded granted")
	sc.does("chair", SetRole{sc.id("plain"), RoleObserver}, "yielded role")
	sc.does("guest", Raise{}, "raised")
	sc.does("chair", SetRole{sc.id("guest"), RoleObserver}, "lowered role")
	sc.expect("the admin makes a chair", sc.by(admin, SetRole{sc.id("1"), RoleChair}), "role role")
	if one, _ := sc.state.Seat(sc.id("1")); one.Role != RoleChair || one.Invited != 1 {
		t.Errorf("%+v", one)
	}
	sc.refuses("chair", Lock{true}, NotYours)
	sc.does("1", HandOver{sc.id("chair")}, "role role")
	sc.does("chair", SetRole{sc.id("1"), RoleSite}, "role")
}

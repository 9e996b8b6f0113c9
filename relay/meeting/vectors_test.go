package meeting

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/views.json")

// vector is a history as one seat sees it. A step has an event and the view after it, or, where the event renews what the seat may see, only the view.
type vector struct {
	Name  string       `json:"name"`
	Seat  string       `json:"seat"`
	Start View         `json:"start"`
	Steps []vectorStep `json:"steps"`
}

type vectorStep struct {
	Event json.RawMessage `json:"event,omitempty"`
	View  View            `json:"view"`
}

// histories are what is shared with the pages.
var histories = []struct {
	name    string
	viewers []string
	play    func(sc *scene)
}{
	{"leading", []string{"chair", "1", "3"}, leading},
	{"words", []string{"secretary", "2", "3"}, inWords},
	{"doors", []string{"chair", "2", "stranger"}, doors},
	{"free", []string{"a"}, free3},
	{"stage", []string{"chair", "1", "2"}, onStage},
}

func leading(sc *scene) {
	sc.does("chair", Open{}, "opened mode")
	sc.mark(1500)
	sc.does("3", Raise{"Cầu treo bị cuốn"}, "raised")
	sc.does("2", Raise{}, "raised")
	sc.does("2", Raise{"Xin bổ sung"}, "raised")
	sc.does("chair", Call{Invited: 1}, "granted")
	sc.mark(60_000)
	sc.does("secretary", Extend{2}, "extended")
	sc.loses("1", 9000)
	sc.does("chair", Next{}, "yielded granted")
	sc.does("3", Yield{}, "yielded")
	sc.returns("1")
	sc.does("chair", Recall{}, "granted")
	sc.does("2", Lower{}, "lowered")
	sc.mark(8 * 60_000)
	sc.due("incident")
	sc.does("chair", Take{}, "yielded")
	sc.does("chair", SetItem{3}, "item")
	sc.does("chair", Call{Seat: sc.id("2"), Minutes: 5}, "granted")
	sc.does("chair", SetMode{ModeRoll}, "mode")
	sc.loses("2", 21_000)
	sc.due("incident yielded granted")
	sc.returns("2")
	sc.do(sc.state.Ms, Leave{sc.id("2"), sc.who["2"].Publication})
	sc.does("chair", Silence{sc.id("3")}, "silenced")
	sc.does("chair", SetMode{ModeFree}, "yielded mode")
	sc.does("chair", Silence{}, "silenced")
	sc.does("chair", SetMode{ModeModerated}, "mode")
	sc.does("1", Raise{}, "raised")
	sc.does("chair", Close{}, "closed")
	sc.does("chair", Open{}, "opened")
}

func inWords(sc *scene) {
	sc.does("secretary", CallRoll{true}, "roll")
	sc.does("2", Attend{4, "Bh'nướch Lăng\nAlăng Mai"}, "present")
	sc.does("3", Attend{Headcount: 0}, "present")
	sc.does("secretary", Confirm{2, "thiếu Phó Chủ tịch"}, "confirmed")
	sc.does("secretary", Confirm{Invited: 3}, "confirmed")
	sc.does("secretary", CallRoll{false}, "roll")
	sc.does("2", Say{Text: "Chào các đồng chí <b>&</b>"}, "said")
	sc.does("chair", Say{ToTable, "Mời xã 3 trước"}, "said")
	sc.does("secretary", PutNotice{"Nghỉ giải lao 10 phút"}, "noticed")
	notice := sc.state.Notices[0].ID
	sc.does("secretary", PutNotice{"Giữ máy"}, "noticed")
	sc.does("chair", TakeNotice{notice}, "unnoticed")
	sc.does("secretary", TakeNote{"Xã 2: 3 nhà tốc mái"}, "noted")
	sc.does("chair", Ask{"Hoãn họp chiều?", false}, "polled")
	open := sc.state.Polls[0].ID
	sc.does("2", CastVote{open, For, ""}, "voted")
	sc.does("2", CastVote{open, Other, "Họp tối"}, "voted")
	sc.does("3", CastVote{open, Against, ""}, "voted")
	sc.does("chair", CastVote{open, For, ""}, "voted")
	sc.does("chair", Ask{"Bầu tổ trưởng", true}, "polled")
	secret := sc.state.Polls[1].ID
	sc.does("3", CastVote{secret, Other, "Không rõ"}, "voted")
	sc.does("2", CastVote{secret, Against, ""}, "voted")
	sc.does("2", CastVote{secret, For, ""}, "voted")
	sc.does("chair", EndPoll{open}, "pollclosed")
	sc.does("chair", Conclude{Text: "Di dời 12 hộ", Units: []int{3, 2}, Due: "2026-10-15"}, "concluded")
	conclusion := sc.state.Conclusions[0].ID
	sc.does("chair", Conclude{ID: conclusion, Text: "Di dời 14 hộ", Units: []int{2, 3}, Due: "2026-10-16"}, "concluded")
	sc.does("3", Acknowledge{conclusion}, "acknowledged")
	sc.does("2", Acknowledge{conclusion}, "acknowledged")
	sc.does("2", Progress{conclusion, "Đã xong 5 hộ", false}, "progressed")
	sc.does("2", Progress{conclusion, "", true}, "progressed")
	sc.does("secretary", Ring{Text: "Họp khẩn"}, "rang")
	sc.by(By{Site: "site-5"}, Answer{})
	sc.does("secretary", Minute{"# Biên bản\n\n…"}, "minuted")
	sc.does("chair", Finalise{}, "finalised")
	sc.by(By{Site: "site-2"}, Acknowledge{conclusion})
	sc.by(By{Site: "site-3"}, Progress{conclusion, "Đang làm", false})
}

func doors(sc *scene) {
	sc.enter("stranger", Join{Name: "Khách", Listen: true})
	sc.enter("other", Join{Name: "Người lạ"})
	sc.do(sc.state.Ms, Mute{sc.id("other"), sc.who["other"].Publication, true})
	sc.does("chair", LetIn{sc.id("stranger")}, "admitted")
	sc.does("chair", Lock{true}, "locked")
	sc.enter("4", Join{Who: Identity{Site: "site-4"}, Muted: true})
	sc.enter("late", Join{Name: "Đến muộn", Who: Identity{Role: RoleObserver}})
	sc.does("secretary", LetIn{sc.id("other")}, "admitted")
	sc.does("secretary", Deny{sc.id("late")}, "removed")
	sc.does("chair", SetRole{sc.id("2"), RoleDeputy}, "role")
	sc.does("chair", SetRole{sc.id("stranger"), RoleObserver}, "role")
	sc.does("chair", HandOver{sc.id("deputy")}, "role role")
	sc.does("deputy", Remove{sc.id("3")}, "removed")
	sc.enter("3", Join{Who: Identity{Site: "site-3"}})
	sc.does("deputy", LetIn{sc.id("3")}, "admitted")
	sc.does("deputy", Lock{false}, "locked")
	sc.loses("3", 5000)
	sc.enter("3", Join{Seat: sc.id("3")})
	p := plan(3, 2)
	p.Agenda[0].Title, p.Documents = "Báo cáo nhanh", []Document{{"Biểu mẫu.pdf", 12345, "abcd"}}
	sc.by(By{Account: "root", Role: RoleAdmin}, Prepare{p})
	sc.loses("2", KeepSeat)
	sc.do(sc.state.Ms, Expire{})
	sc.do(sc.state.Ms, Restart{})
}

func free3(sc *scene) {
	for _, who := range []string{"b", "c"} {
		sc.enter(who, Join{Name: who})
	}
	sc.does("b", Raise{"hỏi"}, "raised")
	sc.does("c", Say{Text: "chào"}, "said")
	sc.do(sc.state.Ms+500, Mute{sc.id("b"), sc.who["b"].Publication, true})
	sc.do(sc.state.Ms+500, Mute{sc.id("b"), sc.who["b"].Publication, false})
	sc.does("b", Lower{}, "lowered")
	sc.do(sc.state.Ms+500, Leave{sc.id("c"), sc.who["c"].Publication})
}

func onStage(sc *scene) {
	sc.does("chair", Open{}, "opened mode")
	sc.does("1", OpenDeck{Title: "Báo cáo mưa lũ", Pages: 3}, "decked")
	first := sc.state.Decks[0].ID
	sc.does("1", OpenDeck{Deck: first, List: hash("k")}, "decked")
	sc.does("2", BringReport{"Xã báo cáo", 95_000, hash("r"), 700_000}, "reported")
	sc.does("chair", Call{Invited: 1}, "granted")
	sc.does("1", Show{first, 1, hash("a"), ""}, "shown")
	sc.does("1", Show{first, 1, hash("a"), hash("A")}, "shown")
	sc.does("1", Show{first, 2, hash("b"), hash("B")}, "shown")
	for n := range ownDecks {
		sc.does("1", OpenDeck{Title: fmt.Sprint("Bản ", n), Pages: 1, List: hash("k")}, "decked")
	}
	sc.does("chair", Next{}, "yielded granted") // another one speaks: the page goes
	sc.does("chair", Show{first, 3, hash("c"), ""}, "shown")
	sc.does("2", Hide{}, "hidden")
	sc.does("chair", Play{sc.state.Reports[0].ID}, "playing")
	for n := range ownReports {
		sc.does("2", BringReport{"Lần sau", 1000, hash(fmt.Sprint(n)), 1}, "reported")
	}
	sc.does("chair", Play{sc.state.Reports[1].ID}, "played playing")
	sc.does("chair", Stop{}, "played")
	sc.does("2", OpenDeck{Title: "Ảnh", Pages: 2}, "decked")
	sc.does("2", Show{sc.state.Decks[len(sc.state.Decks)-1].ID, 1, hash("d"), ""}, "shown")
	sc.do(sc.state.Ms, Leave{sc.id("2"), sc.who["2"].Publication})
}

// due does what the script asks for now.
func (sc *scene) due(want string) {
	sc.t.Helper()
	var events []Event
	for _, a := range sc.state.Due(sc.state.Ms) {
		events = append(events, sc.do(sc.state.Ms, a)...)
	}
	sc.expect("what is due", events, want)
}

// set prepares the meeting of a history.
func set(t *testing.T, name string) *scene {
	if name == "free" {
		sc := &scene{room: open(t), who: map[string]Seat{}}
		sc.enter("a", Join{Name: "An"})
		return sc
	}
	p := plan(5, 3)
	p.Script = []Rule{{WhenDropped, 20, DoNextReturn, true}, {WhenLate, 30, DoWarn, false}}
	sc := stage(t, p)
	for n := 1; n <= 3; n++ {
		sc.site(n)
	}
	return sc
}

// record plays a history and writes down what one of its people sees.
func record(t *testing.T, name, viewer string, play func(*scene)) vector {
	var v vector
	begin := func(sc *scene) {
		v = vector{Name: name + " as " + viewer, Seat: sc.id(viewer), Start: sc.state.View(sc.id(viewer))}
	}
	sc := set(t, name)
	if sc.id(viewer) != "" {
		begin(sc)
	}
	sc.each = func(e Event) {
		if v.Seat == "" && e.Kind() == KindJoined && entryOf(e).Name == "Khách" {
			sc.who[viewer] = Seat{ID: e.Seat}
			begin(sc)
			return
		}
		if v.Seat == "" {
			return
		}
		step := vectorStep{View: sc.state.View(v.Seat)}
		switch {
		case sc.state.Renews(e, v.Seat):
		case sc.state.Visible(e, v.Seat):
			b, err := sc.state.EncodeFor(e, v.Seat)
			if err != nil {
				t.Fatal(err)
			}
			step.Event = b
		default:
			return
		}
		v.Steps = append(v.Steps, step)
	}
	play(sc)
	return v
}

// TestVectors holds what pages are sent, and what they must make of it, to testdata/views.json, which they test against.
func TestVectors(t *testing.T) {
	var out bytes.Buffer
	out.WriteString("[")
	told := map[Kind]bool{}
	for i, h := range histories {
		for j, viewer := range h.viewers {
			v := record(t, h.name, viewer, h.play)
			if i+j > 0 {
				out.WriteString(",")
			}
			fmt.Fprintf(&out, "\n{\"name\":%q,\"seat\":%q,\"start\":%s,\"steps\":[", v.Name, v.Seat, mustJSON(t, v.Start))
			for k, step := range v.Steps {
				if k > 0 {
					out.WriteString(",")
				}
				fmt.Fprintf(&out, "\n%s", mustJSON(t, step))
				var e struct{ Kind Kind }
				_ = json.Unmarshal(step.Event, &e)
				told[e.Kind] = true
			}
			out.WriteString("]}")
		}
	}
	out.WriteString("]\n")
	for kind := range readers {
		if internal := kind == KindCreated || kind == KindWriter || kind == KindSite || kind == KindSkipped; told[kind] == internal {
			t.Errorf("%q is in a history: %v", kind, told[kind])
		}
	}
	const file = "testdata/views.json"
	if *update {
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(stored, out.Bytes()) {
		t.Errorf("%s is not what is sent now: go test ./relay/meeting -run TestVectors -update, then let the page's tests pass", file)
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := plainJSON(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

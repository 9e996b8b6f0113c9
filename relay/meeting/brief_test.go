package meeting

import "testing"

// What others wrote at length is left out of a brief view, one's own is not: a page fills its forms from it.
func TestBrief(t *testing.T) {
	sc := province(t)
	sc.does("7", Attend{Headcount: 3, Names: "An\nBình\nChi"}, "present")
	sc.does("8", Attend{Headcount: 1, Names: "Dũng"}, "present")
	sc.does("8", Raise{"Xin nói"}, "raised")
	for range 2 {
		sc.does("chair", Ask{Question: sc.state.nextID()}, "polled")
	}
	for _, p := range sc.state.Polls {
		sc.does("7", CastVote{p.ID, Other, "Cần thêm kinh phí"}, "voted")
		sc.does("8", CastVote{p.ID, Other, "Cần thêm thời gian"}, "voted")
	}
	sc.does("chair", EndPoll{sc.state.Polls[0].ID}, "pollclosed")
	sc.does("chair", Conclude{Text: "Sửa cầu", Units: []int{7, 8}}, "concluded")
	sc.does("7", Progress{ID: sc.state.Conclusions[0].ID, Text: "Đã khảo sát"}, "progressed")
	sc.does("8", Progress{ID: sc.state.Conclusions[0].ID, Text: "Đã xong", Done: true}, "progressed")
	v := sc.state.Brief(sc.id("7"))
	if len(v.Roll.Present[7]) != 2 || len(v.Roll.Present[8]) != 1 {
		t.Errorf("present: %v", v.Roll.Present)
	}
	if q := v.Floor.Queue; len(q) != 2 || len(q[0]) != 3 || len(q[1]) > 2 {
		t.Errorf("queue: %v", q)
	}
	closed, open := v.Polls[0], v.Polls[1]
	if closed.Counts[2] != 2 || len(closed.Votes) != 1 || len(closed.Votes["#7"]) != 2 {
		t.Errorf("closed poll: %+v", closed)
	}
	if len(open.Votes) != 2 || len(open.Votes["#7"]) != 2 || len(open.Votes["#8"]) != 1 {
		t.Errorf("open poll: %+v", open)
	}
	if p := v.Conclusions[0].Progress; p[7][0] != "Đã khảo sát" || p[8][0] != "" || p[8][1] != true {
		t.Errorf("progress: %v", p)
	}
	if officer := sc.state.BriefAs(RoleSecretary); len(officer.Roll.Present[7]) != 1 {
		t.Errorf("from outside: %v", officer.Roll.Present)
	}
}

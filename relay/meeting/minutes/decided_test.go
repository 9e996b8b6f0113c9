package minutes

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/diemcau/diemcau/relay/meeting"
)

// stage is a meeting that rules decide on, and its fold.
type stage struct {
	t      interface{ Fatalf(string, ...any) }
	fold   Fold
	events []meeting.Event
	ms     int64
}

// do does a command some ms after the last one, and returns its events.
func (s *stage) do(after int64, by meeting.By, action meeting.Action) []meeting.Event {
	events, err := s.try(after, by, action)
	if err != nil {
		s.t.Fatalf("%T: %v", action, err)
	}
	return events
}

func (s *stage) try(after int64, by meeting.By, action meeting.Action) ([]meeting.Event, error) {
	s.ms += after
	events, err := meeting.Decide(s.fold.State(), meeting.Command{Ms: s.ms, By: by, Do: action})
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if err := s.fold.Apply(e); err != nil {
			s.t.Fatalf("%+v: %v", e, err)
		}
		s.events = append(s.events, e)
	}
	return events, nil
}

func (s *stage) join(name string, who meeting.Identity) string {
	events := s.do(10, meeting.By{}, meeting.Join{Name: name, Who: who})
	return events[len(events)-1].Seat
}

// province is the plan of a meeting of n communes, each with a report.
func province(n int) meeting.Plan {
	p := meeting.Plan{
		Body: "UBND tỉnh", Starts: eight, Mode: meeting.ModeRoll, Lobby: true,
		Officers: []meeting.Officer{{Account: "c", Name: "Chủ tọa", Role: meeting.RoleChair}, {Account: "t", Name: "Thư ký", Role: meeting.RoleSecretary}},
	}
	for i := 1; i <= n; i++ {
		p.Invited = append(p.Invited, meeting.Invited{N: i, Site: fmt.Sprint("s", i), Name: fmt.Sprintf("Xã số %d huyện Nam Trà My", i), Unit: fmt.Sprint("u", i), Members: 5})
		if i <= 100 {
			p.Agenda = append(p.Agenda, meeting.Item{ID: i, Title: fmt.Sprintf("Báo cáo phòng chống thiên tai của xã số %d", i), By: i, Minutes: 3})
		}
	}
	return p
}

func open(t interface{ Fatalf(string, ...any) }, plan meeting.Plan) (s *stage, chair meeting.By) {
	s = &stage{t: t}
	s.do(0, meeting.By{}, meeting.Create{Code: "abc-def-ghj", Title: "Giao ban toàn tỉnh", Began: eight})
	s.do(0, meeting.By{Account: "root", Role: meeting.RoleAdmin}, meeting.Prepare{Plan: plan})
	return s, meeting.By{Seat: s.join("Chủ tọa", meeting.Identity{Account: "c"})}
}

// The minutes of a whole province that reports in turn say of each site when it spoke and how long, and can be made final.
func TestProvinceReportsInTurn(t *testing.T) {
	const communes = 145
	s, chair := open(t, province(communes))
	seats := map[string]int{}
	for i := 1; i < communes; i++ { // the last one does not come
		id := s.join("phòng họp", meeting.Identity{Site: fmt.Sprint("s", i)})
		seats[id] = i
		s.do(10, meeting.By{Seat: id}, meeting.Attend{Headcount: 3})
	}
	s.do(1000, chair, meeting.Open{})
	want := map[int]int64{}
	for n := range communes - 1 {
		var call meeting.Action = meeting.Next{}
		if n >= 100 { // who has no report on the agenda is called by name
			call = meeting.Call{Invited: n + 1}
		}
		granted := s.do(500, chair, call)
		seat := granted[len(granted)-1].Seat
		spoke := int64(1000 * (n + 1))
		s.do(spoke, meeting.By{Seat: seat}, meeting.Yield{})
		want[seats[seat]] += spoke
	}
	s.do(1000, chair, meeting.Conclude{Text: "Trực ban 24/24", Units: []int{1, 2, 145}, Due: "2026-03-08"})
	s.do(1000, chair, meeting.Close{})
	m := s.fold.Minutes()
	got := map[int]int64{}
	for _, speech := range m.Speeches {
		got[speech.Invited] += speech.Ms(m.Closed)
		if speech.Item != speech.Invited && speech.Invited <= 100 || speech.End != meeting.WhyBack {
			t.Errorf("a speech: %+v", speech)
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("spoke %v, want %v", got, want)
	}
	for _, site := range m.Sites {
		if absent := site.Invited == communes; site.Absent != absent || !absent && (site.Headcount != 3 || site.Present != m.Closed-m.Opened) {
			t.Errorf("attendance: %+v", site)
		}
	}
	text := m.Generated(Options{})
	s.do(1000, chair, meeting.Minute{Text: text})
	s.do(1000, chair, meeting.Finalise{})
	if m = s.fold.Minutes(); !m.Verify() || m.Final.Text != strings.TrimSpace(text) || !strings.Contains(text, "Có mặt 144/145 điểm cầu, 432 người") {
		t.Errorf("the final text of %d bytes is %.600s", len(text), m.Final.Text)
	}
}

// A meeting that was longer than minutes may be still has some that can be made final.
func TestLongMeetingFits(t *testing.T) {
	s, chair := open(t, province(145))
	secretary := meeting.By{Seat: s.join("Thư ký", meeting.Identity{Account: "t"})}
	s.do(1, chair, meeting.Open{})
	for i := range 400 {
		s.do(60_000, secretary, meeting.TakeNote{Text: fmt.Sprintf(`"%d" | **%s**`, i, strings.Repeat("|", 300))})
	}
	s.do(1, chair, meeting.Close{})
	text := s.fold.Minutes().Generated(Options{})
	s.do(1000, chair, meeting.Minute{Text: text})
	if !strings.Contains(text, "(Xem tệp ghi chép kèm theo.)") || !strings.Contains(text, "Cuộc họp kết thúc") {
		t.Errorf("%d bytes: %.2000s", len(text), text)
	}
	for range 60 {
		s.fold.m.Conclusions = append(s.fold.m.Conclusions, Conclusion{At: 1, Text: strings.Repeat("kết luận ", 100)})
	}
	if text := s.fold.Minutes().Generated(Options{}); !fits(text) || len(text) < meeting.MaxMinutes/2 {
		t.Errorf("%d bytes", len(text))
	}
}

// Whatever is done in a meeting: at most one speech at a time, each within the meeting's time; who is here has a stay that lasts, nobody else has.
func TestMinutesOfAnyMeeting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, chair := open(t, province(4))
		bys := []meeting.By{chair, {Account: "t", Role: meeting.RoleSecretary}}
		for i := range 4 {
			bys = append(bys, meeting.By{Seat: s.join("phòng", meeting.Identity{Site: fmt.Sprint("s", i+1)})})
		}
		s.do(1, chair, meeting.Open{})
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			by := rapid.SampledFrom(bys).Draw(t, "by")
			_, _ = s.try(rapid.Int64Range(0, 20_000).Draw(t, "ms"), s.by(t, by), anything(t, s, by.Seat))
		}
		check(t, s)
	})
}

// by says who commands: the relay, of what happens to sessions.
func (s *stage) by(t *rapid.T, by meeting.By) meeting.By {
	if rapid.IntRange(0, 2).Draw(t, "session") == 0 {
		return meeting.By{}
	}
	return by
}

func anything(t *rapid.T, s *stage, seat string) meeting.Action {
	of, _ := s.fold.State().Seat(seat)
	seats := s.fold.State().Seats()
	other := rapid.SampledFrom(seats).Draw(t, "other").ID
	return rapid.SampledFrom([]meeting.Action{
		meeting.Next{},
		meeting.Recall{},
		meeting.Take{},
		meeting.Yield{},
		meeting.Call{Seat: other},
		meeting.Raise{},
		meeting.Close{},
		meeting.Open{},
		meeting.SetMode{Mode: meeting.ModeModerated},
		meeting.SetMode{Mode: meeting.ModeFree},
		meeting.SetItem{Item: 2},
		meeting.HandOver{Seat: other},
		meeting.SetRole{Seat: other, Role: meeting.RoleDeputy},
		meeting.Remove{Seat: other},
		meeting.Lose{Seat: seat, Publication: of.Publication},
		meeting.Join{Seat: seat, Name: "phòng", Who: meeting.Identity{Site: "s1"}},
		meeting.Expire{},
		meeting.Restart{},
		meeting.Ask{Question: "Có?"},
		meeting.Conclude{Text: "Làm", Units: []int{1}},
	}).Draw(t, "action")
}

func check(t *rapid.T, s *stage) {
	m := s.fold.Minutes()
	var last int64
	speaking := 0
	for _, span := range spoken(m) {
		if span.From < last || span.From < m.Opened || span.To != 0 && span.To < span.From || span.To > m.Last {
			t.Fatalf("speeches overlap or leave the meeting: %+v", m.Speeches)
		}
		if last = span.To; last == 0 {
			last, speaking = m.Last+1, speaking+1
		}
	}
	if holds := s.fold.State().Floor.Holder != ""; holds != (speaking == 1) {
		t.Fatalf("somebody speaks: %v, but %d speeches last", holds, speaking)
	}
	here := map[int]bool{}
	for _, seat := range s.fold.State().Seats() {
		if seat.Here && seat.Role != meeting.RoleWaiting {
			here[seat.Invited] = true
		}
	}
	for _, site := range m.Sites {
		n := len(site.Stays)
		if lasts := n > 0 && site.Stays[n-1].To == 0; lasts != here[site.Invited] {
			t.Fatalf("here %v, but %+v", here, site)
		}
		for i, stay := range site.Stays {
			if i+1 < n && (stay.To == 0 || stay.To > site.Stays[i+1].From) {
				t.Fatalf("stays overlap: %+v", site)
			}
		}
	}
	again := &stage{t: t}
	for _, e := range s.events {
		_ = again.fold.Minutes()
		if err := again.fold.Apply(e); err != nil {
			t.Fatalf("%v", err)
		}
	}
	if !reflect.DeepEqual(again.fold.Minutes(), m) {
		t.Fatalf("another fold says something else")
	}
}

// spoken returns the spans of all speeches in the order of time.
func spoken(m *Minutes) []Span {
	var out []Span
	for _, s := range m.Speeches {
		out = append(out, s.Spans...)
	}
	for i := range out {
		for k := i; k > 0 && out[k].From < out[k-1].From; k-- {
			out[k], out[k-1] = out[k-1], out[k]
		}
	}
	return out
}

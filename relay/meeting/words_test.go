package meeting

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// hostile are texts that nobody may put into a meeting.
var hostile = map[string]error{
	"": BadText, " \n\t ": BadText, "\u200b": BadText, "a\u202eb": BadText, "a\u2066b": BadText, "a\x00b": BadText, "a\x1b[31m": BadText, "a\u0085b": BadText,
	"a\u2028b": BadText, "\xff\xfe": BadText, strings.Repeat("ệ", 50_000): TooLong, strings.Repeat("x", 1<<20): TooLong, strings.Repeat(" ", 1<<20) + "x": TooLong,
}

func TestHostileText(t *testing.T) {
	sc := everyRole(t)
	poll, conclusion := sc.state.Polls[0].ID, sc.state.Conclusions[0].ID
	for text, want := range hostile {
		for _, a := range []Action{Say{Text: text}, PutNotice{text}, Ask{text, false}, Conclude{Text: text}, Minute{text}} {
			sc.refuses("secretary", a, want)
		}
		sc.refuses("secretary", TakeNote{text}, want)
		if text == "" || strings.TrimSpace(text) == "" || text == "\u200b" {
			continue // may be empty below
		}
		for _, a := range []Action{Raise{text}, CastVote{poll, Other, text}, Progress{conclusion, text, false}, Attend{1, text}} {
			sc.refuses("1", a, want)
		}
		sc.refuses("chair", Confirm{1, text}, want)
		sc.refuses("chair", Ring{nil, text}, want)
	}
	sc.does("1", Say{Text: "  <script>alert(1)</script>\r\n=cmd|'/c calc'!A1  "}, "said")
	if got := sc.state.Chat[0].Text; got != "<script>alert(1)</script>\n=cmd|'/c calc'!A1" {
		t.Errorf("%q", got)
	}
}

func TestChatKeepsTheLast(t *testing.T) {
	sc := everyRole(t)
	sc.refuses("1", Say{ToTable, "x"}, NotYours)
	sc.refuses("1", Say{"bob", "x"}, BadAction)
	for n := range MaxChat + 50 {
		sc.does("1", Say{Text: fmt.Sprint(n)}, "said")
		sc.does("secretary", TakeNote{fmt.Sprint(n)}, "noted")
	}
	sc.does("technician", Say{ToTable, "mic của xã 1 rè"}, "said")
	if c := sc.state.Chat; len(c) != MaxChat || c[0].Text != "51" || c[MaxChat-1].Name != "Phạm D" || len(sc.state.Notes) != MaxNotes {
		t.Errorf("%d messages from %+v", len(c), c[0])
	}
	for who, sees := range map[string]bool{"1": false, "observer": false, "chair": true, "deputy": true, "technician": true} {
		b, _ := plainJSON(sc.state.View(sc.id(who)))
		if bytes.Contains(b, []byte("rè")) != sees {
			t.Errorf("%s sees the table: %v", who, !sees)
		}
		if len(b) > 16<<10 {
			t.Errorf("%s gets %d bytes", who, len(b))
		}
	}
}

func TestNotices(t *testing.T) {
	sc := everyRole(t)
	sc.does("chair", PutNotice{"x"}, "") // it is up
	for n := 1; n < MaxNotices; n++ {
		sc.does("chair", PutNotice{fmt.Sprint(n)}, "noticed")
	}
	sc.refuses("chair", PutNotice{"one more"}, TooMany)
	id := sc.state.Notices[3].ID
	sc.does("chair", TakeNotice{id}, "unnoticed")
	sc.does("chair", TakeNotice{id}, "")
	if len(sc.state.Notices) != MaxNotices-1 || sc.state.notice(id) >= 0 {
		t.Errorf("%+v", sc.state.Notices)
	}
}

// A site has one vote, whichever of its seats gives it; the last one counts. Where sites are invited, strangers have none.
func TestVotes(t *testing.T) {
	sc := everyRole(t)
	sc.enter("1b", Join{Name: "Máy phụ", Who: Identity{Site: "site-1"}})
	id := sc.state.Polls[0].ID
	sc.does("1", CastVote{id, For, ""}, "voted")
	sc.does("1", CastVote{id, For, ""}, "")
	sc.does("1b", CastVote{id, Against, ""}, "voted")
	sc.does("2", CastVote{id, For, ""}, "voted")
	sc.refuses("plain", CastVote{id, For, ""}, NotYours) // who has the code only could come as often as votes are wanted
	sc.does("technician", CastVote{id, Other, "Xin hoãn"}, "voted")
	if n := sc.state.Polls[0].Counts(); n != [3]int{1, 1, 1} {
		t.Error(n)
	}
	sc.refuses("1", CastVote{id, "maybe", ""}, BadChoice)
	sc.refuses("1", CastVote{"99999", For, ""}, NoSuchThing)
	sc.refuses("chair", EndPoll{"99999"}, NoSuchThing)
	sc.does("chair", Ask{"x?", true}, "") // it is asked already
	sc.does("chair", EndPoll{id}, "pollclosed")
	sc.does("chair", EndPoll{id}, "")
	sc.refuses("1", CastVote{id, For, ""}, PollOver)
	for n := 1; n < MaxPolls; n++ {
		sc.does("chair", Ask{fmt.Sprint(n), false}, "polled")
	}
	sc.refuses("chair", Ask{"one more", false}, TooMany)
}

// Nothing that a page gets tells who gave a secret vote.
func TestSecretVotes(t *testing.T) {
	sc := everyRole(t)
	sc.does("chair", Ask{"Bầu ai?", true}, "polled")
	id := sc.state.Polls[1].ID
	var last Event
	sc.each = func(e Event) { last = e }
	for i, choice := range []Choice{For, Against} {
		sc.does("1", CastVote{id, choice, "bí mật"}, "voted")
		for who := range people(sc) {
			seat := sc.who[who].ID
			if seat == "" {
				continue
			}
			if visible := sc.state.Visible(last, seat); visible != (who != "waiting") {
				t.Errorf("%s: visible %v", who, visible)
			}
			b, err := sc.state.EncodeFor(last, seat)
			if err != nil {
				t.Fatal(err)
			}
			view, _ := plainJSON(sc.state.View(seat).Polls)
			if told := bytes.Contains(append(view, b...), []byte("#1")) || bytes.Contains(b, []byte(sc.id("1"))) || bytes.Contains(b, []byte("bí mật")); told != (who == "1") {
				t.Errorf("%s, vote %d: told %v: %s, %s", who, i, told, b, view)
			}
		}
	}
	if view, _ := plainJSON(sc.state.ViewAs(RoleAdmin).Polls[1]); !bytes.Contains(view, []byte(`"counts":[0,1,0]}`)) {
		t.Errorf("%s", view)
	}
}

func TestConclusions(t *testing.T) {
	sc := everyRole(t)
	for due, want := range map[string]error{"2026-02-30": BadDate, "30/09/2026": BadDate, "tomorrow": BadDate} {
		sc.refuses("chair", Conclude{Text: "x", Due: due}, want)
	}
	sc.refuses("chair", Conclude{Text: "x", Units: []int{9}}, NoSuchSite)
	sc.refuses("chair", Conclude{ID: "99999", Text: "x"}, NoSuchThing)
	sc.does("chair", Conclude{Text: "Di dời", Units: []int{2, 3, 2}, Due: "2026-10-15"}, "concluded")
	c := &sc.state.Conclusions[1]
	if fmt.Sprint(c.Units) != "[2 3]" || !c.Open() {
		t.Errorf("%+v", c)
	}
	sc.does("chair", Conclude{Text: "Di dời", Units: []int{2, 3}, Due: "2026-10-15"}, "")
	sc.does("chair", Conclude{Text: "Di dời", Units: []int{2, 3}, Due: "2026-10-16"}, "concluded") // another day
	sc.does("chair", Conclude{Text: "Di dời", Units: []int{2}, Due: "2026-10-16"}, "concluded")
	c = &sc.state.Conclusions[1]
	sc.refuses("1", Acknowledge{c.ID}, NotAssigned)
	sc.refuses("chair", Acknowledge{c.ID}, NotInvited)
	sc.refuses("2", Acknowledge{"99999"}, NoSuchThing)
	sc.does("2", Acknowledge{c.ID}, "acknowledged")
	sc.does("2", Acknowledge{c.ID}, "")
	sc.does("2", Progress{c.ID, "xong", true}, "progressed")
	sc.does("2", Progress{c.ID, "xong", true}, "")
	sc.does("chair", Close{}, "yielded pollclosed played closed")
	sc.does("3", Progress{c.ID, "đang làm", false}, "progressed")
	sc.does("chair", Finalise{}, "finalised")
	sc.does("chair", Finalise{}, "")
	if sc.state.Conclusions[1].Open() != true {
		t.Error("not open")
	}
	sc.expect("from its page", sc.by(By{Site: "site-3"}, Progress{c.ID, "xong", true}), "progressed")
	if sc.state.Conclusions[1].Open() {
		t.Error("still open")
	}
	for who, a := range map[string]Action{"chair": Conclude{Text: "x"}, "secretary": Minute{"x"}, "1": Say{Text: "x"}, "technician": Silence{}} {
		sc.refuses(who, a, MeetingFinal)
	}
	sc.site(4) // who comes late still comes
}

func TestPresence(t *testing.T) {
	sc := everyRole(t)
	sc.enter("1b", Join{Name: "Máy phụ", Who: Identity{Site: "site-1"}})
	for _, n := range []int{-1, maxMembers + 1} {
		sc.refuses("1", Attend{n, ""}, BadNumber)
	}
	sc.refuses("plain", Attend{1, ""}, NotYours)
	sc.refuses("chair", Attend{1, ""}, NotInvited)
	sc.does("1", Attend{3, " An\r\nBình "}, "present")
	sc.does("1b", Attend{3, "An\nBình"}, "")
	sc.does("1b", Attend{3, "An\nChi"}, "present")
	sc.does("1b", Attend{4, ""}, "present")
	if p := sc.state.Roll.Present; len(p) != 1 || p[1].Headcount != 4 {
		t.Errorf("%+v", p)
	}
	sc.refuses("chair", Confirm{9, ""}, NoSuchSite)
	sc.does("secretary", Confirm{1, "đủ"}, "confirmed")
	sc.does("secretary", Confirm{1, "đủ"}, "")
}

func TestRing(t *testing.T) {
	sc := everyRole(t)
	sc.refuses("chair", Ring{Invited: []int{9}}, NoSuchSite)
	sc.refuses("chair", Ring{Invited: []int{1, 2}}, NothingToRing)
	sc.does("chair", Ring{Text: "Họp khẩn"}, "rang")
	if r := sc.state.Rings; len(r) != 1 || r[4].Text != "Họp khẩn" || r[4].Answered != 0 {
		t.Errorf("%+v", r)
	}
	sc.mark(500)
	site := By{Site: "site-4"}
	sc.expect("answer", sc.by(site, Answer{}), "answered")
	sc.expect("twice", sc.by(site, Answer{}), "")
	sc.does("1", Answer{}, "")
	if sc.state.Rings[4].Answered != sc.state.Ms {
		t.Errorf("%+v", sc.state.Rings[4])
	}
	sc.does("chair", Ring{}, "rang")
	if sc.state.Rings[4].Answered != 0 {
		t.Error("the answer of before is still there")
	}
}

func TestMinutesAreFinal(t *testing.T) {
	sc := everyRole(t)
	sc.does("chair", Close{}, "yielded pollclosed played closed")
	text := "# Biên bản\n" + strings.Repeat("Ý kiến của xã.\n", 1800)
	sc.refuses("secretary", Minute{strings.Repeat(`"`, MaxMinutes)}, TooLong)
	sc.refuses("secretary", Minute{strings.Repeat("x", MaxMinutes+1)}, TooLong)
	sc.does("secretary", Minute{text}, "minuted")
	sc.does("secretary", Minute{text}, "")
	var last Event
	sc.each = func(e Event) { last = e }
	sc.does("chair", Finalise{}, "finalised")
	sum := sha256.Sum256([]byte(strings.TrimSpace(text)))
	if m := sc.state.Minutes; m.Final != hex.EncodeToString(sum[:]) || HashMinutes(m.Text) != m.Final {
		t.Errorf("%s", m.Final)
	}
	for _, who := range []string{"1", "chair"} {
		if b, err := sc.state.EncodeFor(last, sc.id(who)); err != nil || len(b) > 250 || !bytes.Contains(b, []byte(sc.state.Minutes.Final)) {
			t.Errorf("%d bytes, %v", len(b), err)
		}
	}
	// What a log of another hand says after that does not change them.
	was := sc.state.Minutes
	for _, body := range []Body{Minuted{Text: "khác"}, Finalised{Hash: "x", Text: "khác"}} {
		if err := sc.state.Apply(Event{N: sc.state.N + 1, Ms: sc.state.Ms, Body: body}); err != nil || sc.state.Minutes != was {
			t.Errorf("%v, %+v", err, sc.state.Minutes)
		}
	}
}

func TestBadPlans(t *testing.T) {
	sc := &scene{room: open(t)}
	for name, c := range map[string]struct {
		change func(*Plan)
		want   error
	}{
		"a number twice":       {func(p *Plan) { p.Invited[1].N = 1 }, BadPlan},
		"a site twice":         {func(p *Plan) { p.Invited[1].Site = "site-1" }, BadPlan},
		"number 0":             {func(p *Plan) { p.Invited[0].N = 0 }, BadNumber},
		"members":              {func(p *Plan) { p.Invited[0].Members = -1 }, BadNumber},
		"no name":              {func(p *Plan) { p.Invited[0].Name = " " }, BadText},
		"a name that turns":    {func(p *Plan) { p.Invited[0].Name = "a\u202eb" }, BadText},
		"an item twice":        {func(p *Plan) { p.Agenda[1].ID = 1 }, BadPlan},
		"an item of nobody":    {func(p *Plan) { p.Agenda[1].By = 77 }, BadPlan},
		"an item with no name": {func(p *Plan) { p.Agenda[1].Title = "" }, BadText},
		"a long title":         {func(p *Plan) { p.Agenda[1].Title = strings.Repeat("x", 1<<20) }, TooLong},
		"a long time":          {func(p *Plan) { p.Agenda[1].Minutes = 1e6 }, BadNumber},
		"before time":          {func(p *Plan) { p.Starts = -1 }, BadNumber},
		"an officer twice":     {func(p *Plan) { p.Officers[1].Account = "chu-toa" }, BadPlan},
		"an officer of guests": {func(p *Plan) { p.Officers[1].Role = RoleGuest }, BadRole},
		"no account":           {func(p *Plan) { p.Officers[1].Account = "" }, BadPlan},
		"a rule of tomorrow":   {func(p *Plan) { p.Script = []Rule{{When: "rain", Do: DoWarn}} }, BadPlan},
		"a rule of long ago":   {func(p *Plan) { p.Script = []Rule{{When: WhenLate, Do: DoWarn, After: -1}} }, BadNumber},
		"a mode":               {func(p *Plan) { p.Mode = "loud" }, BadMode},
		"a nameless document":  {func(p *Plan) { p.Documents = []Document{{Name: "x"}} }, BadPlan},
		"a long place":         {func(p *Plan) { p.Place = strings.Repeat("x", 300) }, BadText},
		"201 sites": {func(p *Plan) {
			for n := 3; len(p.Invited) <= MaxSeats; n++ {
				p.Invited = append(p.Invited, Invited{N: n, Name: "x"})
			}
		}, TooMany},
		"more than an event": {func(p *Plan) {
			for n := 3; len(p.Invited) < MaxSeats; n++ {
				p.Invited = append(p.Invited, Invited{N: n, Name: strings.Repeat("ễ", MaxName), Site: fmt.Sprint(n, strings.Repeat("ễ", 59))})
			}
		}, TooLong},
	} {
		p := plan(2, 2)
		c.change(&p)
		if events, err := sc.tryBy(By{Account: "a", Role: RoleAdmin}, Prepare{p}); !errors.Is(err, c.want) || events != nil {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	p := plan(MaxSeats, maxAgenda)
	if _, err := sc.tryBy(By{Account: "a", Role: RoleAdmin}, Prepare{p}); err != nil {
		t.Errorf("the largest plan: %v", err)
	}
}

func TestRefusalsAreSentences(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range everyRefusal {
		if seen[r.Code] || r.Code == "" || !strings.HasSuffix(r.Vi, ".") || !strings.HasSuffix(r.En, ".") || strings.Contains(r.En, "TODO") || len(r.Vi) > 200 || len(r.En) > 200 {
			t.Errorf("%+v", r)
		}
		if !strings.Contains(r.Vi, ":") && !strings.HasPrefix(r.Vi, "Xin ") {
			t.Errorf("says not what to do: %s", r.Vi)
		}
		seen[r.Code] = true
	}
}

var everyRefusal = []Refusal{
	UnknownAct, BadAction, TooLong, BadText, NotYours, NotHere, NoSeat, FloorTaken,
	NoFloor, NotModerated, NobodyNext, NobodyLater, MayNotSpeak, MeetingClosed, MeetingFinal, StillOpen,
	NoSuchItem, NoSuchSite, NoSuchThing, BadMode, BadRole, UseHandOver, NotYourself, ChairIsHere,
	NotWaiting, PollOver, BadChoice, BadNumber, BadDate, NotAssigned, NotInvited, TooMany,
	NoMinutes, BadPlan, NothingToRing,
}

package relay

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
)

// badges are passes that say who one is: "account chair", "site dc1", "guest". Any other is refused.
type badges struct{}

func (badges) Check(shown Shown) (who meeting.Identity, name string, err error) {
	kind, of, _ := strings.Cut(shown.Pass, " ")
	switch kind {
	case "account":
		return meeting.Identity{Account: of}, "", nil
	case "site":
		return meeting.Identity{Site: of}, "Điểm cầu " + of, nil
	case "guest":
		return meeting.Identity{Role: meeting.RoleGuest}, "", nil
	}
	return who, "", Notice{Code: "pass-revoked", Vi: "Thẻ đã thu hồi.", En: "The pass is revoked."}
}

// frail is a log that can be told to take nothing.
type frail struct {
	memory.Log
	full atomic.Bool
}

var errNoRoom = errors.New("no space left on device")

func (f *frail) Append(subject string, after uint64, events ...[]byte) error {
	if f.full.Load() {
		return errNoRoom
	}
	return f.Log.Append(subject, after, events...)
}

// plan is of a meeting with a lobby, two sites and three officers.
var plan = meeting.Plan{
	Lobby:   true,
	Invited: []meeting.Invited{{N: 1, Site: "dc1", Name: "Xã Ga Ry"}, {N: 2, Site: "dc2", Name: "Xã Ch'ơm"}},
	Agenda:  []meeting.Item{{ID: 1, Title: "Báo cáo", By: 1, Minutes: 2}, {ID: 2, Title: "Báo cáo", By: 2, Minutes: 2}},
	Officers: []meeting.Officer{
		{Account: "chair", Role: meeting.RoleChair}, {Account: "secretary", Role: meeting.RoleSecretary}, {Account: "deputy", Role: meeting.RoleDeputy},
	},
}

// hall is a world with a prepared meeting.
type hall struct {
	*world
	log *frail
}

// inHall runs a test in a bubble.
func inHall(t *testing.T, test func(t *testing.T, h *hall)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := &hall{log: &frail{}}
		h.world = newWorld(t, func(c *Config) { c.Passes, c.Log = badges{}, h.log })
		defer h.stop()
		if _, err := h.Do(t.Context(), h.code, meeting.By{Account: "admin", Role: meeting.RoleAdmin}, meeting.Prepare{Plan: plan}); err != nil {
			t.Fatal(err)
		}
		test(t, h)
	})
}

// with lets somebody in who shows a pass; quit must follow.
func (h *hall) with(pass, name string) *guest {
	return h.enter(transport.Hello{Name: name, Pass: pass, Line: transport.NewLineSecret()}, transport.WebTransport)
}

// do has a guest wish something, and returns the answer's code, "" if it was done.
func (g *guest) do(act string, members ...any) (code string) {
	g.t.Helper()
	all := map[string]any{"type": "do", "id": fmt.Sprint(act, time.Now().UnixNano()), "act": act}
	for i := 0; i+1 < len(members); i += 2 {
		all[members[i].(string)] = members[i+1]
	}
	g.say(all)
	m := g.answer(all["id"].(string))
	if m.Type == transport.TypeDone {
		return ""
	}
	var r transport.Refused
	if m.Decode(&r) != nil || r.Vi == "" || r.En == "" {
		g.t.Errorf("a refusal without words: %s", m.JSON)
	}
	return r.Code
}

// answer reads until a command is answered.
func (g *guest) answer(id string) transport.Message {
	g.t.Helper()
	if err := g.session.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		g.t.Fatal(err)
	}
	for {
		m, err := g.read()
		if err != nil {
			g.t.Fatalf("waiting for the answer to %s: %v", id, err)
		}
		var done transport.Done
		if (m.Type == transport.TypeDone || m.Type == transport.TypeRefused) && m.Decode(&done) == nil && done.ID == id {
			return m
		}
	}
}

func (g *guest) want(code, act string, members ...any) {
	g.t.Helper()
	if got := g.do(act, members...); got != code {
		g.t.Errorf("%s %v: %q, want %q", act, members, got, code)
	}
}

// heard returns how much came of a voice within the time that it took g to say n frames.
func heard(by, from *guest, n uint32) int {
	by.sequences()
	from.talk(0, n)
	time.Sleep(300 * time.Millisecond)
	return len(by.sequences())
}

func TestFloorIsEnforced(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		chair := h.with("account chair", "Chủ tọa")
		defer chair.quit()
		site := h.with("site dc1", "")
		defer site.quit()
		if s := site.seat(site.welcome.You); s.Role != "site" || s.Invited != 1 || s.Name != "Điểm cầu dc1" {
			t.Errorf("%+v", s)
		}
		chair.want("", "open")
		if n := heard(chair, site, 50); n < 45 {
			t.Errorf("in free mode %d frames of 50 are heard", n)
		}
		site.want("not-yours", "mode", "mode", "moderated")
		chair.want("", "mode", "mode", "moderated")
		if n := heard(chair, site, 50); n != 0 {
			t.Errorf("%d frames are heard of who was not called", n)
		}
		if n := h.Stats().Dropped["floor"]; n != 50 {
			t.Errorf("%d packets counted", n)
		}
		if n := heard(site, chair, 50); n < 45 {
			t.Errorf("%d frames of the chair are heard", n)
		}
		site.want("", "raise", "reason", "xin báo cáo")
		chair.want("", "next")
		if site.event("granted"); site.seating.Holder != site.welcome.You {
			t.Errorf("%+v", site.seating)
		}
		if n := heard(chair, site, 50); n < 45 {
			t.Errorf("%d frames are heard of who has the floor", n)
		}
		chair.want("", "silence", "seat", site.welcome.You)
		if site.event("silenced"); !site.seat(site.welcome.You).Muted {
			t.Error("who is silenced is not told")
		}
		if n := heard(chair, site, 20); n != 0 {
			t.Errorf("%d frames are heard of who is silenced", n)
		}
		site.say(transport.Mute{Type: transport.TypeMute})
		chair.event("muted")
		if n := heard(chair, site, 20); n < 15 {
			t.Errorf("%d frames are heard of who has opened the microphone again", n)
		}
		chair.want("", "take")
		if n := heard(chair, site, 20); n != 0 {
			t.Errorf("%d frames are heard after the floor was taken back", n)
		}
	})
}

func TestLobby(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		chair := h.with("account chair", "Chủ tọa")
		defer chair.quit()
		w := h.with("", "Người lạ")
		defer w.quit()
		you := w.welcome.You
		if len(w.seats()) != 1 || w.seat(you).Role != "waiting" || strings.Contains(string(w.welcome.View), "Ga Ry") {
			t.Errorf("who waits sees %s", w.welcome.View)
		}
		if n := heard(w, chair, 50); n != 0 {
			t.Errorf("who waits hears %d frames", n)
		}
		if n := heard(chair, w, 50); n != 0 {
			t.Errorf("%d frames are heard of who waits", n)
		}
		w.want("not-yours", "raise")
		chair.want("", "say", "text", "Chào các điểm cầu")
		chair.want("", "admit", "seat", you)
		m := w.next(transport.TypeWelcome)
		if len(w.seats()) != 2 || w.seat(you).Role != "guest" || !strings.Contains(string(m.JSON), "Ga Ry") {
			t.Errorf("who was admitted sees %s", m.JSON)
		}
		if n := heard(w, chair, 50); n < 45 {
			t.Errorf("who was admitted hears %d frames", n)
		}
		if n := heard(chair, w, 50); n < 45 {
			t.Errorf("%d frames are heard of who was admitted", n)
		}
		chair.want("", "remove", "seat", you)
		if b := w.bye(); b.Code != "removed" || b.Again {
			t.Errorf("%+v", b)
		}
		again := h.enter(transport.Hello{Name: "Người lạ", Token: w.welcome.Token}, transport.WebTransport)
		defer again.quit()
		if again.seat(again.welcome.You).Role != "waiting" {
			t.Errorf("who was removed is back as %+v", again.seats())
		}
		if bye := h.refused(transport.Hello{Name: "X", Pass: "stolen"}); bye.Code != "pass-revoked" || bye.Vi == "" {
			t.Errorf("%+v", bye)
		}
	})
}

// What was decided is done once, and nobody is told of what could not be kept.
func TestCommandsTwiceAndOnAFullDisk(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		chair := h.with("account chair", "Chủ tọa")
		defer chair.quit()
		site := h.with("site dc1", "")
		defer site.quit()
		raise := map[string]any{"type": "do", "id": "one", "act": "raise", "reason": "a"}
		var first, second transport.Done
		site.say(raise)
		if m := site.answer("one"); m.Decode(&first) != nil || m.Type != transport.TypeDone || first.N == 0 {
			t.Errorf("%s", m.JSON)
		}
		site.say(raise)
		if m := site.answer("one"); m.Decode(&second) != nil || m.Type != transport.TypeDone || second.N != 0 {
			t.Errorf("%s", m.JSON)
		}
		h.log.full.Store(true)
		site.want("not-stored", "lower")
		chair.want("not-stored", "mode", "mode", "moderated")
		chair.want("unknown-act", "dance")
		site.say(map[string]any{"type": "do", "act": "lower"})
		site.next(transport.TypeError)
		if n := heard(chair, site, 50); n < 45 {
			t.Errorf("%d frames of 50 are heard while the disk is full", n)
		}
		h.log.full.Store(false)
		site.want("", "lower")
		chair.want("", "mode", "mode", "moderated")
		var n uint64
		_ = h.Events(h.code, func(e meeting.Event) error {
			if n++; e.N != n {
				t.Errorf("event %d is number %d", n, e.N)
			}
			return nil
		})
	})
}

// Who comes back with a cursor is told what followed; who needs all of it gets a view.
func TestCursor(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		chair := h.with("account chair", "Chủ tọa")
		defer chair.quit()
		site := h.with("site dc1", "")
		defer site.quit()
		before := site.seating.Cursor()
		chair.want("", "open")
		chair.want("", "mode", "mode", "moderated")
		back := func(cursor string) *guest {
			g := h.enter(transport.Hello{Token: site.welcome.Token, Pass: "site dc1", Cursor: cursor}, transport.WebTransport)
			t.Cleanup(g.quit)
			return g
		}
		g := back(before)
		var kinds []string
		for _, text := range g.welcome.Events {
			var e transport.Event
			if json.Unmarshal(text, &e) != nil {
				t.Fatalf("%s", text)
			}
			kinds = append(kinds, e.Kind)
		}
		if g.welcome.View != nil || !slices.Equal(kinds, []string{"opened", "mode", "back"}) {
			t.Errorf("%s, %q", g.welcome.View, kinds)
		}
		for _, cursor := range []string{"", "x", "9.1", "2.3", "1.99999999", before + "9", "-1.4"} {
			if g := back(cursor); g.welcome.View == nil || g.welcome.Events != nil {
				t.Errorf("with the cursor %q: %s", cursor, g.welcome.Events)
			}
		}
	})
}

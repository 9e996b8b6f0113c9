package relay

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

// idle opens a session of an idle room.
func (h *hall) idle(pass string, line *peer) *peer {
	h.t.Helper()
	line.say(transport.Await{Type: transport.TypeAwait, Protocol: transport.Protocol, Pass: pass, Line: transport.NewLineSecret()})
	return line
}

func (h *hall) awaiting(pass string) *peer {
	h.t.Helper()
	p := h.idle(pass, &peer{t: h.t, session: h.open(h.line(), transport.WebTransport)})
	p.next(transport.TypeAwaiting)
	return p
}

func (p *peer) ring() (r transport.Ring) {
	p.t.Helper()
	if err := p.next(transport.TypeRing).Decode(&r); err != nil {
		p.t.Fatal(err)
	}
	return r
}

func TestIdleRoomIsRung(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		chair := h.with("account chair", "Chủ tọa")
		defer chair.quit()
		first, other := h.awaiting("site dc1"), h.awaiting("site dc3")
		defer first.session.Close("")
		defer other.session.Close("")
		chair.want("", "ring", "invited", []int{1}, "text", "Họp khẩn về bão số 5")
		if r := first.ring(); r.Meeting != h.code || r.Title != "Họp giao ban" || r.Text != "Họp khẩn về bão số 5" {
			t.Errorf("%+v", r)
		}
		again := h.awaiting("site dc1") // it was away, and nobody has answered
		defer again.session.Close("")
		again.ring()
		again.say(transport.Answer{Type: transport.TypeAnswer, Meeting: h.code})
		if e := chair.event("answered"); string(e.Body) != `{"invited":1}` {
			t.Errorf("%s", e.Body)
		}
		late := h.awaiting("site dc1")
		if n := len(late.collect(time.Second)); n != 0 {
			t.Errorf("what was answered rings again: %d messages", n)
		}
		_ = late.session.Close("")
		if n := len(other.collect(time.Second)); n != 0 {
			t.Errorf("another site hears %d messages", n)
		}
	})
}

func TestWhoMayAwait(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		for pass, want := range map[string]string{"account chair": "pass-invalid", "stolen": "pass-revoked", "": "pass-revoked"} {
			p := h.idle(pass, &peer{t: t, session: h.open(h.line(), transport.WebTransport)})
			if b := p.bye(); b.Code != want {
				t.Errorf("%q: %+v", pass, b)
			}
			_ = p.session.Close("")
		}
		var all []*peer
		for range mostBellsSite + 1 {
			p := h.awaiting("site dc1")
			defer p.session.Close("")
			all = append(all, p)
		}
		time.Sleep(time.Second)
		if err := all[0].session.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		if m, err := all[0].session.ReadTold(); err == nil {
			t.Errorf("the oldest of too many hears %s", m.JSON)
		}
		if _, err := h.Do(t.Context(), h.code, meeting.By{Account: "chair", Role: meeting.RoleChair}, meeting.Ring{Invited: []int{1}}); err != nil {
			t.Error(err)
		}
		all[mostBellsSite].ring()
	})
}

// An idle room costs next to nothing.
func TestIdleRoomIsQuiet(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		line := h.line()
		p := h.idle("site dc1", &peer{t: t, session: h.open(line, transport.WebTransport)})
		defer p.session.Close("")
		p.next(transport.TypeAwaiting)
		time.Sleep(10 * time.Second)
		up, down := line.Counters()
		before := up.Bytes + down.Bytes
		time.Sleep(10 * time.Minute)
		up, down = line.Counters()
		if rate := 8 * float64(up.Bytes+down.Bytes-before) / 600; rate > 100 {
			t.Errorf("%.0f bit/s", rate)
		} else {
			t.Logf("%.0f bit/s of IP packets, both ways", rate)
		}
	})
}

package relay

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

// communes are names as they are.
var communes = [...]string{"Ga Ry", "Ch'ơm", "A Xan", "Tr'Hy", "Lăng", "A Tiêng", "Bha Lêê", "A Nông", "Dang", "A Vương", "Thạnh Mỹ", "Tà Bhing", "Tà Pơơ", "Chà Vàl", "Zuôih", "La Dêê", "Đắc Pre", "Đắc Pring", "La Êê", "Chơ Chun"}

// large is a plan with n sites that report in turn.
func large(n int) meeting.Plan {
	p := meeting.Plan{Starts: 1761616800000, Minutes: 180, Place: "Hội trường UBND tỉnh", Body: "UBND tỉnh Quảng Nam", Mode: meeting.ModeRoll}
	for i := range n {
		name := fmt.Sprintf("Xã %s %d", communes[i%len(communes)], i/len(communes)+1)
		p.Invited = append(p.Invited, meeting.Invited{N: i + 3, Site: fmt.Sprintf("k3x%09d", i*7919), Name: name, Unit: fmt.Sprintf("u%011d", i), Room: fmt.Sprintf("r%011d", i), Members: 5 + i%7})
		if i >= 100 {
			continue // an agenda has no more
		}
		p.Agenda = append(p.Agenda, meeting.Item{ID: i + 1, Title: "Báo cáo công tác phòng chống thiên tai", By: i + 3, Minutes: 5})
	}
	p.Officers = []meeting.Officer{{Account: "chair", Role: meeting.RoleChair}, {Account: "secretary", Role: meeting.RoleSecretary}}
	return p
}

// crowd seats n sites that have no sessions here.
func (h *hall) crowd(n int) {
	h.t.Helper()
	if _, err := h.Do(context.Background(), h.code, meeting.By{Account: "admin", Role: meeting.RoleAdmin}, meeting.Prepare{Plan: large(n)}); err != nil {
		h.t.Fatal(err)
	}
	r := h.room(h.code)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, i := range r.state.Plan.Invited {
		if _, err := r.do(meeting.Join{Who: meeting.Identity{Site: i.Site}}, time.Now()); err != nil {
			h.t.Fatal(err)
		}
	}
}

// To join a meeting with 150 sites costs a thin line at most 6 kB of signalling, with all that comes in the first ten seconds.
func TestJoinIsThrifty(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.crowd(150)
		hello := transport.Hello{
			Type: transport.TypeHello, Protocol: 1, Meeting: h.code, Name: "Xã Ga Ry 1", Line: transport.NewLineSecret(), Pass: "site k3x000000000",
		}
		up, err := json.Marshal(hello)
		if err != nil {
			t.Fatal(err)
		}
		p := &peer{t: t, session: h.open(h.line(), transport.WebTransport)}
		defer p.session.Close("")
		p.say(hello)
		total, what := len(up)+2, ""
		for _, m := range p.collect(10 * time.Second) {
			size := m.Wire + 2
			if m.Wire == 0 {
				size = len(m.JSON) + 2
			}
			total += size
			what += fmt.Sprintf(" %s %d (%d)", m.Type, size, len(m.JSON))
		}
		if len(p.seats()) != 151 {
			t.Errorf("%d seats", len(p.seats()))
		}
		t.Logf("%d bytes: hello %d%s", total, len(up)+2, what)
		if total > 6000 {
			t.Errorf("%d bytes", total)
		}
	})
}

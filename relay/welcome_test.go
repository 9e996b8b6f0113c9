package relay

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

// longest is a text of n characters that cannot be packed well.
func longest(seed, n int) string {
	var b strings.Builder
	x := uint32(seed)*2654435761 + 1
	for range n {
		x = x*1664525 + 1013904223
		b.WriteRune(rune(0x1f300 + x>>8%700))
	}
	return b.String()
}

// much has a meeting in which 150 sites have written as much as each of them may.
func (h *hall) much(t *testing.T) {
	t.Helper()
	large := plan
	large.Invited = nil
	for n := 1; n <= 150; n++ {
		large.Invited = append(large.Invited, meeting.Invited{N: n, Site: fmt.Sprint("dc", n), Name: fmt.Sprint("Xã số ", n)})
	}
	by := meeting.By{Account: "admin", Role: meeting.RoleAdmin}
	if _, err := h.Do(t.Context(), h.code, by, meeting.Prepare{Plan: large}); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 150; n++ {
		site := meeting.By{Site: fmt.Sprint("dc", n)}
		if _, err := h.Do(t.Context(), h.code, site, meeting.Attend{Headcount: n, Names: longest(n, 2000)}); err != nil {
			t.Fatal(err)
		}
	}
}

// However much was written, an officer gets in, and still sees what leads the meeting.
func TestWelcomeToAMeetingOfManyWords(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.much(t)
		chair := h.with("account chair", "Chủ tọa")
		defer chair.quit()
		var v meeting.View
		if err := json.Unmarshal(chair.welcome.View, &v); err != nil {
			t.Fatal(err)
		}
		if len(v.Plan.Agenda) != 2 || len(v.Roll.Present) != 150 {
			t.Errorf("%d items, %d present", len(v.Plan.Agenda), len(v.Roll.Present))
		}
		chair.want("", "open")
	})
}

// Who was away while more was written than a message holds comes back, too.
func TestCursorBeforeManyWords(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		chair := h.with("account chair", "Chủ tọa")
		defer chair.quit()
		site := h.with("site dc1", "")
		cursor := site.seating.Cursor()
		site.quit()
		for i := range 120 {
			chair.want("", "say", "text", longest(i, 1000))
			time.Sleep(100 * time.Millisecond)
		}
		again := h.enter(transport.Hello{Token: site.welcome.Token, Pass: "site dc1", Cursor: cursor}, transport.WebTransport)
		defer again.quit()
		if again.welcome.View == nil {
			t.Error("no view")
		}
	})
}

// A plan as long as one can be arrives, whatever is written in it.
func TestPlanOfMarkup(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		site := h.with("site dc1", "")
		defer site.quit()
		large := plan
		for i := range 90 {
			large.Agenda = append(large.Agenda, meeting.Item{ID: 10 + i, Title: strings.Repeat("<&>", 66)})
			large.Documents = append(large.Documents, meeting.Document{Name: strings.Repeat("<&>", 66), Hash: fmt.Sprint(i)})
		}
		by := meeting.By{Account: "admin", Role: meeting.RoleAdmin}
		if _, err := h.Do(t.Context(), h.code, by, meeting.Prepare{Plan: large}); err != nil {
			t.Fatal(err)
		}
		site.event("planned")
		late := h.with("site dc2", "")
		defer late.quit()
		if !strings.Contains(string(late.welcome.View), "<&><&>") {
			t.Error("the view has no plan")
		}
	})
}

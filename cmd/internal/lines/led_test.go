package lines

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// prepare invites the sites of buildings, in the order of their coming, to report.
func (k *town) prepare(sites ...string) {
	k.t.Helper()
	plan := meeting.Plan{Officers: []meeting.Officer{{Account: "chair", Role: meeting.RoleChair}}}
	for i, site := range sites {
		plan.Invited = append(plan.Invited, meeting.Invited{N: i + 1, Site: site, Name: "Xã " + site})
		plan.Agenda = append(plan.Agenda, meeting.Item{ID: i + 1, Title: "Báo cáo", By: i + 1, Minutes: 5})
	}
	if _, err := k.server.Do(context.Background(), k.code, meeting.By{Account: "admin", Role: meeting.RoleAdmin}, meeting.Prepare{Plan: plan}); err != nil {
		k.t.Fatal(err)
	}
}

// chair joins who leads; deck is told how the next site's uplink is.
func (k *town) chair(deck func(transport.Deck)) *villager {
	k.t.Helper()
	k.led = client.Led{Pass: "chair", Deck: deck}
	return k.visit("Chủ tọa", nil)
}

// do wishes something; the result is the code of a refusal.
func (v *villager) do(t *testing.T, act string, members ...any) string {
	t.Helper()
	all := map[string]any{}
	for i := 0; i+1 < len(members); i += 2 {
		all[members[i].(string)] = members[i+1]
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_, err := v.Do(ctx, act, all)
	var refusal *client.Refusal
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	if err != nil {
		t.Errorf("%s: %v", act, err)
	}
	return ""
}

// hears returns how many packets of somebody come in a second.
func (v *villager) hears(of uint32) int {
	begun := time.Now()
	time.Sleep(time.Second)
	return len(v.note.of(of, begun))
}

// Who sits behind a site's relay asks for the floor, is called, and is heard only then; and while the line is cut the building talks freely.
func TestBuildingIsLed(t *testing.T) {
	inTown(t, func(k *town) {
		line := k.line(good)
		b := k.building(line)
		k.prepare(b.name, "elsewhere")
		chair := k.chair(nil)
		an, binh := k.visit("An", b), k.visit("Bình", b)
		k.waitFor(2*time.Second, "An is seen as the site", func() bool {
			s, ok := chair.seatOf(an)
			own, known := binh.seatOf(an)
			return ok && s.Role == "site" && s.Invited == 1 && known && own.Role == "site" && own.Invited == 1
		})
		for _, act := range []string{"open", "mode"} {
			if bad := chair.do(t, act, "mode", "moderated"); bad != "" {
				t.Errorf("%s: %s", act, bad)
			}
		}
		stop := an.talk(t)
		time.Sleep(2 * time.Second)
		if n, m := chair.hears(chair.publication(an)), binh.hears(binh.publication(an)); n != 0 || m != 0 {
			t.Errorf("before the call %d packets are heard above, %d in the building", n, m)
		}
		if bad := an.do(t, "mode", "mode", "free"); bad != "not-yours" {
			t.Errorf("a site may set the mode: %q", bad)
		}
		if bad := an.do(t, "raise", "reason", "xin nói"); bad != "" {
			t.Errorf("raise: %s", bad)
		}
		if bad := chair.do(t, "call", "seat", an.id); bad != "" {
			t.Errorf("call: %s", bad)
		}
		time.Sleep(time.Second)
		if n, m := chair.hears(chair.publication(an)), binh.hears(binh.publication(an)); n < 10 || m < 10 {
			t.Errorf("after the call %d packets are heard above, %d in the building", n, m)
		}
		late := k.visit("Cúc", b) // gets the state as it is now
		if s, ok := late.seatOf(an); !ok || s.Role != "site" || s.Name != "An" {
			t.Errorf("%+v", s)
		}
		chair.do(t, "take")
		time.Sleep(time.Second)
		cutOff(t, line, good, 30*time.Second)
		k.waitFor(20*time.Second, "the building knows that its line is cut", func() bool { return !b.state().Up })
		if n := binh.hears(binh.publication(an)); n < 10 {
			t.Errorf("cut off, %d packets are heard in the building", n)
		}
		if bad := an.do(t, "raise"); bad != "upstream-away" {
			t.Errorf("cut off, a hand is %q", bad)
		}
		k.waitFor(time.Minute, "the line is back", func() bool { return b.state().Up })
		time.Sleep(2 * time.Second)
		if n := binh.hears(binh.publication(an)); n != 0 {
			t.Errorf("led again, %d packets are heard in the building", n)
		}
		if bad := chair.do(t, "silence", "seat", an.id); bad != "" {
			t.Errorf("silence: %s", bad)
		}
		time.Sleep(time.Second)
		if s, _ := binh.seatOf(an); !s.Muted {
			t.Errorf("%+v", s)
		}
		if bad := chair.do(t, "remove", "seat", an.id); bad != "" {
			t.Errorf("remove: %s", bad)
		}
		stop()
		k.waitFor(5*time.Second, "An is gone in the building, too", func() bool { _, ok := binh.seatOf(an); return !ok })
		an.tasks.Wait()
		var refusal *client.Refusal
		if !errors.As(an.err, &refusal) || refusal.Code != "removed" {
			t.Errorf("who was removed is told %v", an.err)
		}
		an.err = nil
	})
}

// A minute before its turn a site's uplink is tried, and who leads is told what it carries. The voice does not suffer.
func TestOnDeck(t *testing.T) {
	for kbps, want := range map[int]transport.Deck{512: {Video: true, Kbps: 250}, 120: {Kbps: 100}, 40: {}} {
		inTown(t, func(k *town) {
			told := make(chan transport.Deck, 100)
			k.prepare("site-1")
			line := transporttest.Impairment{Delay: 100 * time.Millisecond, Jitter: 5 * time.Millisecond, Rate: kbps}
			b := k.building(k.line(line))
			chair := k.chair(func(d transport.Deck) { told <- d })
			an := k.visit("An", b)
			k.waitFor(5*time.Second, "An is seen", func() bool { _, ok := chair.seatOf(an); return ok })
			chair.do(t, "open")
			chair.do(t, "mode", "mode", "roll")
			time.Sleep(12 * time.Second)
			var decks []transport.Deck
			for len(told) > 0 {
				decks = append(decks, <-told)
			}
			i := slices.IndexFunc(decks, func(d transport.Deck) bool { return !d.Busy })
			if i < 0 || decks[i].Seat != an.id || decks[i].Video != want.Video || decks[i].Kbps != want.Kbps {
				text, _ := json.Marshal(decks)
				t.Errorf("%d kbit/s: %s", kbps, text)
			}
			if !b.state().Up {
				t.Errorf("%d kbit/s: the line was lost", kbps)
			}
		})
	}
}

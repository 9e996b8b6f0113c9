package relay

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
)

// restarted is a moment as a clock shows it that is ahead: without the monotonic time, which a restart does not keep.
func restarted(now time.Time, by time.Duration) time.Time { return now.Add(by).Round(0) }

// A clock that was ahead when the log was written, and is set right at a restart, does not stop the meeting's time.
func TestTimeGoesOnBehindTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log memory.Log
		ahead := restarted(time.Now(), 365*24*time.Hour)
		r := newRoom("abc-def-ghj", 1, &log)
		r.mu.Lock()
		defer r.mu.Unlock()
		if err := r.create("Họp", time.Now(), time.Now()); err != nil {
			t.Fatal(err)
		}
		join := meeting.Join{Name: "Xã Ga Ry"}
		if _, err := r.do(join, ahead); err != nil {
			t.Fatal(err)
		}
		wrong := r.state.Ms
		again := newRoom("abc-def-ghj", 1, &log)
		again.mu.Lock()
		defer again.mu.Unlock()
		if err := again.load(time.Now()); err != nil {
			t.Fatal(err)
		}
		first := again.ms(time.Now())
		time.Sleep(11 * time.Minute)
		if now := again.ms(time.Now()); first != wrong || now-first != 11*60_000 {
			t.Errorf("%d ms after the log, then %d", first-wrong, now-first)
		}
		if _, err := again.do(meeting.Restart{}, time.Now()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(11 * time.Minute)
		if err := func() error { again.mu.Unlock(); defer again.mu.Lock(); return again.tick(time.Now()) }(); err != nil {
			t.Fatal(err)
		}
		if n := again.state.Count(); n != 0 {
			t.Errorf("%d seats are kept for ever", n)
		}
	})
}

// A clock that jumps ahead takes no meeting away that was prepared or led; one without a record goes.
func TestRecordsAreKept(t *testing.T) {
	for name, plan := range map[string]meeting.Plan{"a talk": {}, "a meeting": {Officers: []meeting.Officer{{Account: "c", Role: meeting.RoleChair}}}} {
		var log memory.Log
		r := newRoom("abc-def-ghj", 1, &log)
		r.mu.Lock()
		if err := r.create("Họp", time.Now(), time.Now()); err != nil {
			t.Fatal(err)
		}
		o := &order{Command: meeting.Command{Origin: 1, By: meeting.By{Account: "a", Role: meeting.RoleAdmin}, Do: meeting.Prepare{Plan: plan}}}
		r.decide([]*order{o}, time.Now())
		r.mu.Unlock()
		if gone := r.forgotten(time.Now().Add(365 * 24 * time.Hour)); gone != (name == "a talk") || o.err != nil {
			t.Errorf("%s: forgotten %v, %v", name, gone, o.err)
		}
	}
}

// A rehearsal goes when its people have.
func TestRehearsalIsForgotten(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		site := h.with("site dc1", "")
		h.Forget(h.code)
		time.Sleep(5 * time.Second)
		if _, there := h.Lookup(h.code); !there {
			t.Error("it went while somebody was in it")
		}
		site.say(transport.Bye{Type: transport.TypeBye})
		site.quit()
		time.Sleep(keepLine + 5*time.Second)
		if _, there := h.Lookup(h.code); there {
			t.Error("it is there still")
		}
	})
}

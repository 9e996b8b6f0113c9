package relay

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
)

// A meeting that the site does not know: it is asked for, and goes on behind the ids that another computer issued.
func TestMeetingOfTheRelayAbove(t *testing.T) {
	inHouse(t, &memory.Log{}, func(t *testing.T, h *house) {
		found := make(chan string)
		go func() {
			title, err := h.Find(context.Background(), "abc-def-gh0")
			if err != nil {
				t.Error(err)
			}
			found <- title
		}()
		l := h.wire()
		h.welcome(l, meeting.PublicationID(housePrefix, 41), far)
		if title := <-found; title != "Họp tỉnh" {
			t.Error(title)
		}
		h.code = "abc-def-gh0"
		an := h.join("An", transport.WebTransport)
		defer an.quit()
		if an.welcome.Publication != meeting.PublicationID(housePrefix, 42) || !slices.Contains(an.seats(), far) || an.welcome.Meeting.Ms < 5000 {
			t.Errorf("%+v", an.welcome)
		}
		time.Sleep(time.Second)
		reports := l.reports()
		if last := reports[len(reports)-1]; len(last) != 1 || last[0].Publication != an.welcome.Publication || last[0].Name != "An" || !last[0].Here {
			t.Errorf("%+v", reports)
		}
	})
}

func TestMeetingThatIsNotFound(t *testing.T) {
	inHouse(t, &memory.Log{}, func(t *testing.T, h *house) {
		for _, x := range []struct {
			answer func(*wire)
			want   error
		}{
			{func(l *wire) { l.end <- ErrUnknown }, ErrUnknown},
			{func(l *wire) {}, ErrNoUpstream},
			{func(l *wire) { l.above.State(transport.Upstream{Code: "site-revoked", Vi: "v", En: "e"}) }, Notice{"site-revoked", "v", "e"}},
		} {
			begun := time.Now()
			go func() { l := h.wire(); x.answer(l); time.Sleep(10 * time.Second); l.end <- ErrUnknown }()
			if _, err := h.Find(context.Background(), "abc-def-gh0"); !errors.Is(err, x.want) || time.Since(begun) > lookFor {
				t.Errorf("%v after %v, want %v", err, time.Since(begun), x.want)
			}
			time.Sleep(20 * time.Second)
		}
		for range maxTrunks {
			code, _ := meeting.NewCode(rand.Reader)
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			_, _ = h.Find(ctx, code)
			cancel()
		}
		if _, err := h.Find(context.Background(), "abc-def-gh0"); !errors.Is(err, ErrTooManyMeetings) {
			t.Error(err)
		}
		time.Sleep(unknownFor + time.Second) // codes that nobody asks for any more are forgotten
		for len(h.wires) > 0 {
			if l := <-h.wires; !l.over.Load() {
				t.Error("a line for nobody goes on")
			}
		}
		go func() { h.welcome(h.wire(), 0) }()
		if _, err := h.Find(context.Background(), "abc-def-gh0"); err != nil {
			t.Error(err)
		}
	})
}

// Who joins between the first word of the relay above and the rest of it gets no id that was issued.
func TestIDsOfAMeetingThatIsJustFound(t *testing.T) {
	inHouse(t, &memory.Log{}, func(t *testing.T, h *house) {
		h.code = "abc-def-gh0"
		issued := meeting.PublicationID(housePrefix, 41)
		if _, err := h.found(h.code, &transport.Welcome{Site: &transport.SiteWelcome{Prefix: housePrefix, Issued: issued}}, time.Now()); err != nil {
			t.Fatal(err)
		}
		an := h.join("An", transport.WebTransport)
		defer an.quit()
		if an.welcome.Publication != issued+1 {
			t.Errorf("%x", an.welcome.Publication)
		}
	})
}

// What the relay above says of the building's own seats the pages know better.
func TestOwnSeatsAreOurs(t *testing.T) {
	inHouse(t, &memory.Log{}, func(t *testing.T, h *house) {
		an := h.join("An", transport.WebTransport)
		defer an.quit()
		l := h.wire()
		h.welcome(l, 0)
		h.code = l.code
		binh := h.join("Bình", transport.WebTransport) // under the prefix that was given
		defer binh.quit()
		wantHappened(t, &an.peer, time.Second, "joined "+binh.welcome.You)
		for _, kind := range []string{"away", "back", "muted", "joined"} {
			h.told(l, kind, transport.Seat{ID: binh.welcome.You, Name: "Bình", Publication: binh.welcome.Publication})
		}
		h.told(l, "left", transport.Seat{ID: binh.welcome.You}) // all that is known of it
		h.told(l, "joined", far)
		h.told(l, "left", transport.Seat{ID: far.ID})
		h.told(l, "left", transport.Seat{ID: "no id"})
		wantHappened(t, &an.peer, time.Second, "back "+binh.welcome.You, "joined "+binh.welcome.You, "joined "+far.ID, "left "+far.ID, "left no id")
	})
}

// A voice of the relay above comes before the message about its seat; what would be the building's own is not heard a second time.
func TestVoiceBeforeItsSeat(t *testing.T) {
	inHouse(t, &memory.Log{}, func(t *testing.T, h *house) {
		first := h.join("An", transport.WebTransport)
		l := h.wire()
		h.welcome(l, 0)
		first.quit()
		an := h.join("An", transport.WebTransport)
		defer an.quit()
		own := meeting.PublicationID(housePrefix, 77)
		for i := range uint32(20) {
			l.above.Heard(packet(own, i), time.Now())
			l.above.Heard(packet(far.Publication, i), time.Now())
			if i == 10 {
				h.told(l, "joined", far)
			}
			time.Sleep(20 * time.Millisecond)
		}
		if got := an.publications(); got[far.Publication] != 20 || len(got) != 1 {
			t.Errorf("heard %v", got)
		}
	})
}

// Who clicks all day does not fill the line: reports are as far apart as they are long, and the last state is told.
func TestReportsAreFewAndTheLastIsRight(t *testing.T) {
	inHouse(t, &memory.Log{}, func(t *testing.T, h *house) {
		first := h.join("An", transport.WebTransport)
		defer first.quit()
		l := h.wire()
		h.welcome(l, 0)
		an := h.join("An", transport.WebTransport)
		defer an.quit()
		time.Sleep(10 * time.Second)
		l.reports()
		for i := range 201 {
			an.say(transport.Mute{Type: transport.TypeMute, Muted: i%2 == 0})
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(time.Second)
		all := l.reports()
		if n := len(all); n < 20 || n > 80 {
			t.Errorf("%d reports in 20 s", n)
		}
		if last := all[len(all)-1]; len(last) != 1 || !last[0].Muted {
			t.Errorf("at last %+v", last)
		}
		l.cut.Store(true)
		an.say(transport.Mute{Type: transport.TypeMute})
		time.Sleep(3 * time.Second)
		l.cut.Store(false)
		time.Sleep(time.Second)
		if all := l.reports(); len(all) != 1 || all[0][0].Muted {
			t.Errorf("after the line took nothing: %+v", all)
		}
	})
}

// Somebody of the building found no seat above: it is told again when there is room.
func TestReportedAgainWhenThereIsRoom(t *testing.T) {
	inHouse(t, &memory.Log{}, func(t *testing.T, h *house) {
		an := h.join("An", transport.WebTransport)
		defer an.quit()
		l := h.wire()
		var crowd []transport.Seat
		for i := range uint32(meeting.MaxSeats) {
			s := far
			s.Publication += i
			s.ID = (&computer{guest: &guest{peer: peer{welcome: transport.Welcome{Site: &transport.SiteWelcome{Prefix: 7}}}}}).seat(i+1, "").ID
			crowd = append(crowd, s)
		}
		h.welcome(l, 0, crowd...)
		time.Sleep(10 * time.Second)
		l.reports()
		h.told(l, "muted", crowd[3])
		time.Sleep(time.Second)
		if n := len(l.reports()); n != 0 {
			t.Errorf("%d reports for nothing", n)
		}
		h.told(l, "left", transport.Seat{ID: crowd[3].ID})
		time.Sleep(time.Second)
		if n := len(l.reports()); n != 1 {
			t.Errorf("%d reports", n)
		}
	})
}

// The line is given up when nobody of the building is there for ten minutes, and begun again when somebody is about to come.
func TestLineOfAnEmptyBuilding(t *testing.T) {
	inHouse(t, &memory.Log{}, func(t *testing.T, h *house) {
		an := h.join("An", transport.WebTransport)
		l := h.wire()
		h.welcome(l, 0)
		h.code = l.code
		time.Sleep(2 * trunkIdle)
		if l.over.Load() {
			t.Error("the line of somebody who is here was given up")
		}
		an.quit()
		time.Sleep(trunkIdle)
		if l.over.Load() {
			t.Error("too soon")
		}
		time.Sleep(keepLine + 2*time.Second)
		if !l.over.Load() {
			t.Error("the line goes on")
		}
		if _, err := h.Find(context.Background(), l.code); err != nil {
			t.Error(err)
		}
		next := h.wire()
		h.welcome(next, 0)
		time.Sleep(30 * time.Second) // a name is typed
		if next.over.Load() || len(h.wires) > 0 {
			t.Error("the line was given up at once")
		}
		// The relay above does not know the meeting any more, and later it does.
		binh := h.join("Bình", transport.WebTransport)
		defer binh.quit()
		next.end <- ErrUnknown
		last := h.wire()
		h.welcome(last, 0, far)
		if binh.collect(time.Second); !binh.seat(far.ID).Here {
			t.Errorf("%+v", binh.seats())
		}
	})
}

// The relay above says how late it is, whatever this computer's clock says or said.
func TestTimeOfTheMeetingIsThatAbove(t *testing.T) {
	inHouse(t, &memory.Log{}, func(t *testing.T, h *house) {
		an := h.join("An", transport.WebTransport)
		defer an.quit()
		l := h.wire()
		for _, ms := range []int64{24 * 3600 * 1000, 5000} {
			l.above.Told(h.message(transport.Welcome{
				Type: transport.TypeWelcome, Meeting: transport.MeetingInfo{Code: l.code, Ms: ms}, Site: &transport.SiteWelcome{Prefix: housePrefix},
			}))
			h.code = l.code
			b := h.join("B", transport.WebTransport)
			if got := b.welcome.Meeting.Ms - ms; got < 0 || got > 1000 {
				t.Errorf("%d ms into the meeting a page is told %d", ms, b.welcome.Meeting.Ms)
			}
			b.quit()
		}
	})
}

// The state of the line is told on joining, and when it changes.
func TestPagesAreToldOfTheLine(t *testing.T) {
	inHouse(t, &memory.Log{}, func(t *testing.T, h *house) {
		an := h.join("An", transport.WebTransport)
		defer an.quit()
		l := h.wire()
		state := func(p *peer) (u transport.Upstream) {
			if err := p.next(transport.TypeUpstream).Decode(&u); err != nil {
				t.Error(err)
			}
			return u
		}
		if u := state(&an.peer); u.Up {
			t.Errorf("%+v", u)
		}
		up := transport.Upstream{Type: transport.TypeUpstream, Up: true, Site: "Xã Ga Ry"}
		l.above.State(up)
		l.above.State(up)
		if u := state(&an.peer); u != up {
			t.Errorf("%+v", u)
		}
		binh := h.join("Bình", transport.WebTransport)
		defer binh.quit()
		if u := state(&binh.peer); u != up {
			t.Errorf("%+v", u)
		}
		l.end <- errors.New("gone")
		if u := state(&an.peer); u.Up {
			t.Errorf("%+v", u)
		}
	})
}

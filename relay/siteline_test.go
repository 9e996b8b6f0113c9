package relay

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// Two computers with one token do not throw each other out: whoever is there stays, and comes back after an outage, until it was silent for a minute.
func TestTwoComputersWithOneToken(t *testing.T) {
	sited(t, func(t *testing.T, w *world, page *guest, s *computer) {
		an := s.seat(1, "An")
		s.report(an)
		page.event("joined")
		second := greeting(s.token, "another")
		w.wantRefused(second, "site-taken", true)
		wantHappened(t, &s.peer, time.Second)
		_ = s.session.Close("") // the line is cut, and the relay gives it up after 15 s
		for range 5 {
			w.wantRefused(second, "site-taken", true)
			time.Sleep(10 * time.Second)
		}
		again := &computer{w.enter(greeting(s.token, "pc"), transport.WebTransport), s.token}
		if again.welcome.Site.Prefix != s.welcome.Site.Prefix || again.welcome.Site.Issued != an.Publication {
			t.Errorf("%+v", again.welcome.Site)
		}
		w.wantRefused(second, "site-taken", true)
		again.quit()
		time.Sleep(siteKept + keepLine)
		other := w.enter(second, transport.WebTransport)
		defer other.quit()
		if other.welcome.Site.Prefix != s.welcome.Site.Prefix || other.welcome.Site.Issued != an.Publication {
			t.Errorf("%+v", other.welcome.Site)
		}
		w.wantRefused(greeting(s.token, "pc"), "site-taken", true)
	})
}

// A computer is replaced by one with a newer token, or leaves: nobody waits.
func TestComputerIsReplaced(t *testing.T) {
	sited(t, func(t *testing.T, w *world, _ *guest, s *computer) {
		_, newer := enrol(t, w.sites, "Xã Ga Ry")
		next := &computer{w.enter(greeting(newer, "new pc"), transport.WebTransport), newer}
		defer next.quit()
		if next.welcome.Site.Prefix != s.welcome.Site.Prefix {
			t.Errorf("%+v", next.welcome.Site)
		}
		next.say(transport.Bye{Type: transport.TypeBye})
		time.Sleep(time.Second)
		third := w.enter(greeting(newer, "third"), transport.WebTransport)
		third.quit()
	})
}

// The process is killed and starts again while the relay still thinks that it is there: the line takes the older one's place, and nobody is told that somebody left.
func TestComputerTakesItsOwnPlace(t *testing.T) {
	sited(t, func(t *testing.T, w *world, page *guest, s *computer) {
		an, binh := s.seat(1, "An"), s.seat(2, "Bình")
		s.report(an, binh)
		wantHappened(t, &page.peer, time.Second, "joined "+an.ID, "joined "+binh.ID)
		w.blackout(s)
		next := &computer{w.enter(greeting(s.token, "pc"), transport.WebTransport), s.token}
		defer next.quit()
		if w := next.welcome; w.Site.Prefix != s.welcome.Site.Prefix || w.Site.Issued != binh.Publication || !slices.Contains(next.seats(), an) {
			t.Errorf("%+v", w)
		}
		next.utter(0, 5, an.Publication)
		if got := page.publications(); got[an.Publication] != 5 {
			t.Errorf("heard %v", got)
		}
		an.Here, binh.Here = false, false // the pages of the building come back one by one
		next.report(an, binh)
		an.Here, an.Publication = true, next.seat(3, "").Publication
		next.report(an, binh)
		wantHappened(t, &page.peer, time.Minute, "away "+an.ID, "away "+binh.ID, "back "+an.ID)
	})
}

// blackout lets nothing through on a computer's line any more.
func (w *world) blackout(s *computer) {
	w.t.Helper()
	dead := transporttest.Impairment{Outages: []transporttest.Outage{{For: time.Hour}}}
	if err := s.access.Set(dead, dead); err != nil {
		w.t.Fatal(err)
	}
}

// A site is nearer to its microphones: its word on their clocks goes before the relay's own.
func TestClocksOfASite(t *testing.T) {
	sited(t, func(t *testing.T, _ *world, page *guest, s *computer) {
		an, binh := s.seat(1, "An"), s.seat(2, "Bình")
		s.report(an, binh)
		page.event("joined")
		s.utter(0, 5, an.Publication, binh.Publication)
		point := transport.ClockPoint{Publication: an.Publication, Time: 12345, Ms: 678, PPM: 9}
		s.say(transport.Clock{Type: transport.TypeClock, Of: []transport.ClockPoint{point, {Publication: page.welcome.Publication, Ms: 5}, {Publication: 5}}})
		var clock transport.Clock
		if err := page.next(transport.TypeClock).Decode(&clock); err != nil {
			t.Fatal(err)
		}
		if len(clock.Of) != 2 || !slices.Contains(clock.Of, point) {
			t.Errorf("%+v", clock.Of)
		}
	})
}

// Hundreds of the longest names do not keep anybody out.
func TestWelcomeOfAFullMeeting(t *testing.T) {
	alone(t, func(t *testing.T, w *world, _ *guest) {
		var sites []*computer
		for i := range 6 {
			_, token := enrol(t, w.sites, fmt.Sprintf("Xã %d", i))
			s := &computer{w.enter(greeting(token, "pc"), transport.WebTransport), token}
			defer s.quit()
			var seats []transport.Seat
			for n := range uint32(meeting.MaxReport) {
				seats = append(seats, s.seat(n+1, strings.Repeat("<", transport.MaxName)))
			}
			s.report(seats...)
			time.Sleep(time.Second)
			sites = append(sites, s)
		}
		b := w.join("B", transport.WebTransport)
		defer b.quit()
		if n := len(b.seats()); n != 2+6*meeting.MaxReport {
			t.Fatalf("%d seats in the welcome", n)
		}
		for _, s := range b.seats() {
			if n := len(s.Name); s.ID != b.welcome.You && (n < 1 || n > transport.MaxName || n > 1 && !strings.HasPrefix(s.Name, "<<<<<<<")) {
				t.Fatalf("%+v", s)
			}
		}
		p := sites[0].attach(transport.WebTransport, true)
		if len(p.seats()) != 2+6*meeting.MaxReport || p.welcome.Site == nil {
			t.Errorf("the site is told of %d seats", len(p.seats()))
		}
	})
}

// A site has the limits of a page: what is beyond is dropped, and it is told.
func TestFloodOfASite(t *testing.T) {
	sited(t, func(t *testing.T, w *world, page *guest, s *computer) {
		an := s.seat(1, "An")
		s.report(an)
		page.event("joined")
		ticker := time.NewTicker(time.Second / ingressDatagrams / 2)
		defer ticker.Stop()
		for i := range uint32(4 * ingressDatagrams) {
			<-ticker.C
			if err := s.line.Send([]*transport.Packet{packet(an.Publication, i)}, time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		if got := happened(t, s.collect(time.Second)); !slices.Equal(got, []string{"rate"}) {
			t.Errorf("told %q", got)
		}
		if n := w.Stats().Dropped["flooded"]; n < ingressDatagrams/2 {
			t.Errorf("%d datagrams counted as flood", n)
		}
		for range 2 * controlBurst {
			if s.session.WriteControl(transport.Seats{Type: transport.TypeSeats, Of: []transport.Seat{an}}) != nil {
				break
			}
		}
		if bye := s.bye(); bye.Code != "rate" {
			t.Errorf("%+v", bye)
		}
	})
}

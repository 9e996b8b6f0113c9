package relay

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
)

// computer is a site's computer, without manners: it says what the test says.
type computer struct {
	*guest
	token string
}

// greeting is how a computer with a token says hello.
func greeting(token, instance string) transport.Hello {
	return transport.Hello{Site: &transport.SiteHello{Token: token, Instance: instance}}
}

// sited runs a test with one page and the computer of one site in the meeting, in a bubble.
func sited(t *testing.T, test func(t *testing.T, w *world, page *guest, s *computer)) {
	t.Helper()
	alone(t, func(t *testing.T, w *world, page *guest) {
		_, token := enrol(t, w.sites, "Xã Ga Ry")
		s := &computer{w.enter(greeting(token, "pc"), transport.WebTransport), token}
		defer s.quit()
		test(t, w, page, s)
	})
}

// seat is the n-th of the computer's site.
func (c *computer) seat(n uint32, name string) transport.Seat {
	id := meeting.PublicationID(c.welcome.Site.Prefix, n)
	return transport.Seat{ID: fmt.Sprintf("%08x", id), Publication: id, Name: name, Here: true}
}

func (c *computer) report(seats ...transport.Seat) {
	c.t.Helper()
	c.say(transport.Seats{Type: transport.TypeSeats, Of: seats})
}

// packet makes the i-th frame of a publication.
func packet(publication, i uint32) *transport.Packet {
	return transport.NewVoice(publication, codec.LayerHi, i, i*960, codec.MakeLevel(true, -20), []byte{0x48, byte(i), 5, 6, 7})
}

// utter sends frames from to to of publications, one each 20 ms.
func (g *guest) utter(from, to uint32, publications ...uint32) {
	g.t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for i := from; i < to; i++ {
		var packets []*transport.Packet
		for _, p := range publications {
			packets = append(packets, packet(p, i))
		}
		if err := g.line.Send(packets, <-ticker.C); err != nil {
			g.t.Error(err)
		}
	}
}

// publications empties what was heard so far: how many packets of whom.
func (g *guest) publications() map[uint32]int {
	time.Sleep(time.Second)
	of := map[uint32]int{}
	for {
		select {
		case p := <-g.heard:
			of[p.SSRC]++
		default:
			return of
		}
	}
}

// collect reads what comes within a time.
func (p *peer) collect(d time.Duration) (all []transport.Message) {
	p.t.Helper()
	if err := p.session.SetReadDeadline(time.Now().Add(d)); err != nil {
		p.t.Fatal(err)
	}
	for {
		m, err := p.read()
		if err != nil {
			return all
		}
		all = append(all, m)
	}
}

// happened tells the kinds of the events among messages, and the codes of errors and byes.
func happened(t *testing.T, all []transport.Message) (what []string) {
	t.Helper()
	for _, m := range all {
		var e transport.Event
		var bye transport.Bye
		switch {
		case m.Type == transport.TypeEvent && m.Decode(&e) == nil:
			what = append(what, e.Kind+" "+e.Seat)
		case (m.Type == transport.TypeError || m.Type == transport.TypeBye) && m.Decode(&bye) == nil:
			if bye.Vi == "" || bye.En == "" {
				t.Errorf("%s has no sentence", m.JSON)
			}
			what = append(what, bye.Code)
		}
	}
	return what
}

func wantHappened(t *testing.T, p *peer, d time.Duration, want ...string) {
	t.Helper()
	if got := happened(t, p.collect(d)); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// refused returns the relay's answer to a hello that it does not take.
func (w *world) refused(hello transport.Hello) transport.Bye {
	w.t.Helper()
	p := &peer{t: w.t, session: w.open(w.line(), transport.WebTransport)}
	defer p.session.Close("")
	hello.Type, hello.Protocol, hello.Meeting = transport.TypeHello, transport.Protocol, w.code
	p.say(hello)
	return p.bye()
}

func (w *world) wantRefused(hello transport.Hello, code string, again bool) {
	w.t.Helper()
	if bye := w.refused(hello); bye.Code != code || bye.Again != again {
		w.t.Errorf("%+v, want %s, again %v", bye, code, again)
	}
}

func TestSeatsOfASite(t *testing.T) {
	sited(t, func(t *testing.T, w *world, page *guest, s *computer) {
		me := s.welcome
		if me.You != "" || me.Publication != 0 || me.Token != "" || me.Line == "" || me.Site.Name != "Xã Ga Ry" || me.Site.Prefix != meeting.MaxRelay ||
			me.Site.Issued != 0 || time.Since(time.UnixMilli(me.Site.Now)).Abs() > time.Second || len(s.seats()) != 1 {
			t.Errorf("%+v", me)
		}
		an, binh := s.seat(1, "An"), s.seat(2, "Bình")
		s.report(an, binh)
		wantHappened(t, &page.peer, time.Second, "joined "+an.ID, "joined "+binh.ID)
		s.report(an, binh) // nothing new
		an.Muted = true
		s.report(an, binh)
		wantHappened(t, &page.peer, time.Second, "muted "+an.ID)
		binh.Here = false
		s.report(an, binh)
		wantHappened(t, &page.peer, time.Second, "away "+binh.ID)
		binh.Here, binh.Publication = true, s.seat(3, "").Publication
		s.report(binh)
		wantHappened(t, &page.peer, time.Second, "left "+an.ID, "back "+binh.ID)
		c := w.join("C", transport.WebTransport)
		defer c.quit()
		if i := slices.Index(c.seats(), binh); i < 0 || len(c.seats()) != 3 {
			t.Errorf("%+v", c.seats())
		}
		// What the site said itself it is not told.
		if got := happened(t, s.collect(time.Second)); !slices.Equal(got, []string{"joined " + c.welcome.You}) {
			t.Errorf("the site is told %q", got)
		}
	})
}

// The line of a site is lost: its seats are away, and back with it, at once where the line goes on.
func TestSeatsFollowTheLine(t *testing.T) {
	sited(t, func(t *testing.T, _ *world, page *guest, s *computer) {
		an := s.seat(1, "An")
		s.report(an)
		time.Sleep(time.Second)
		page.event("joined")
		_ = s.session.Close("")
		wantHappened(t, &page.peer, 5*time.Second, "away "+an.ID)
		p := s.attach(transport.WebTransport, true)
		if p.welcome.Site == nil || p.welcome.Site.Prefix != s.welcome.Site.Prefix || p.welcome.Site.Issued != an.Publication {
			t.Errorf("%+v", p.welcome)
		}
		wantHappened(t, &page.peer, time.Second, "back "+an.ID)
		p.say(transport.Bye{Type: transport.TypeBye})
		wantHappened(t, &page.peer, time.Second, "left "+an.ID)
	})
}

// A site speaks in the names of those that it reported, and of nobody else.
func TestVoicesOfASite(t *testing.T) {
	sited(t, func(t *testing.T, w *world, page *guest, s *computer) {
		_, token := enrol(t, w.sites, "Xã Ch'ơm")
		other := &computer{w.enter(greeting(token, "other"), transport.WebTransport), token}
		defer other.quit()
		an, chi := s.seat(1, "An"), other.seat(1, "Chi")
		s.report(an)
		other.report(chi)
		time.Sleep(time.Second)
		s.utter(0, 20, an.Publication, chi.Publication, page.welcome.Publication, s.seat(9, "").Publication, 5)
		if got := page.publications(); len(got) != 1 || got[an.Publication] != 20 {
			t.Errorf("the page heard %v", got)
		}
		if got := other.publications(); len(got) != 1 || got[an.Publication] != 20 {
			t.Errorf("the other site heard %v", got)
		}
		if got := s.publications(); len(got) != 0 {
			t.Errorf("the site heard %v of itself", got)
		}
		if n := w.Stats().Dropped["foreign"]; n != 80 {
			t.Errorf("%d foreign packets counted", n)
		}
		an.Muted = true
		s.report(an)
		time.Sleep(time.Second)
		s.utter(20, 25, an.Publication)
		time.Sleep(time.Second)
		s.report()
		time.Sleep(time.Second)
		s.utter(25, 30, an.Publication)
		if got := page.publications(); len(got) != 0 || w.Stats().Dropped["muted"] != 5 {
			t.Errorf("after all the page heard %v, dropped %v", got, w.Stats().Dropped)
		}
		if got := happened(t, s.collect(time.Second)); slices.Contains(got, "refused") {
			t.Errorf("the site is told %q", got)
		}
	})
}

// The voice comes before the message about its seat: nothing is lost, unless that takes too long.
func TestVoiceComesBeforeItsSeat(t *testing.T) {
	sited(t, func(t *testing.T, _ *world, page *guest, s *computer) {
		an, binh := s.seat(1, "An"), s.seat(2, "Bình")
		s.utter(0, 10, an.Publication)
		s.report(an)
		time.Sleep(100 * time.Millisecond)
		s.utter(10, 15, an.Publication)
		if got := page.publications(); got[an.Publication] != 15 {
			t.Errorf("heard %v", got)
		}
		s.utter(0, 10, binh.Publication)
		time.Sleep(earlyAge)
		s.report(an, binh)
		time.Sleep(100 * time.Millisecond)
		s.utter(10, 15, binh.Publication)
		if got := page.publications(); got[binh.Publication] != 5 {
			t.Errorf("after a second: heard %v", got)
		}
	})
}

func TestReportThatIsNotTaken(t *testing.T) {
	sited(t, func(t *testing.T, _ *world, page *guest, s *computer) {
		an := s.seat(1, "An")
		s.report(an)
		page.event("joined")
		var crowd []transport.Seat
		for i := range uint32(meeting.MaxReport + 1) {
			crowd = append(crowd, s.seat(i+1, "x"))
		}
		stranger := page.seats()[0]
		stranger.Muted = true
		twin := s.seat(2, "x")
		twin.Publication = an.Publication
		for name, message := range map[string]any{
			"33 seats":           transport.Seats{Of: crowd},
			"somebody else's":    transport.Seats{Of: []transport.Seat{an, stranger}},
			"a seat twice":       transport.Seats{Of: []transport.Seat{an, an}},
			"a voice of two":     transport.Seats{Of: []transport.Seat{an, twin}},
			"a name too long":    transport.Seats{Of: []transport.Seat{an, s.seat(2, strings.Repeat("x", 60<<10))}},
			"a hostile name":     transport.Seats{Of: []transport.Seat{an, s.seat(2, "a\x1b[2Jb")}},
			"no list":            map[string]any{"of": 5},
			"ids that are none":  map[string]any{"of": []any{map[string]any{"id": 7}}},
			"a number too great": map[string]any{"of": []any{map[string]any{"publication": 1 << 40}}},
			"a site that mutes":  transport.Mute{Type: transport.TypeMute, Muted: true},
		} {
			switch m := message.(type) {
			case transport.Seats:
				m.Type = transport.TypeSeats
				s.say(m)
			case map[string]any:
				m["type"] = "seats"
				s.say(m)
			default:
				s.say(m)
			}
			if got := happened(t, s.collect(time.Second)); !slices.Equal(got, []string{"bad-message"}) {
				t.Errorf("%s: %q", name, got)
			}
		}
		if err := s.session.WriteEncoded([]byte{6, '{', '"', 't', 'y', 'p', '"'}); err != nil {
			t.Fatal(err)
		}
		wantHappened(t, &s.peer, time.Second, "bad-message")
		for _, m := range []any{transport.Seats{Type: transport.TypeSeats}, transport.Clock{Type: transport.TypeClock}} {
			page.say(m) // a page is no site
			wantHappened(t, &page.peer, time.Second, "unknown-type")
		}
		wantHappened(t, &page.peer, time.Second)
		s.say(bytes.Repeat([]byte{1}, 45<<10)) // no object, but JSON
		wantHappened(t, &s.peer, time.Second, "bad-message")
		// A message of 1 MB is not read at all.
		if err := s.session.WriteEncoded(append([]byte{0x80, 0x10, 0, 0}, make([]byte, 1<<10)...)); err != nil {
			t.Fatal(err)
		}
		if bye := s.bye(); bye.Code != "message-too-long" {
			t.Errorf("%+v", bye)
		}
		wantHappened(t, &page.peer, time.Second, "away "+an.ID)
	})
}

func TestTokensOfSites(t *testing.T) {
	sited(t, func(t *testing.T, w *world, page *guest, s *computer) {
		site, token := enrol(t, w.sites, "Xã Ch'ơm")
		_, foreign := enrol(t, openSites(t, &memory.Log{}, seedB), "Xã Ch'ơm")
		damaged := []byte(token)
		damaged[len(damaged)/2] ^= 1
		for _, x := range []struct{ token, instance, code string }{
			{string(damaged), "b", "site-unknown"},
			{"", "b", "site-unknown"},
			{strings.Repeat("x", 1100), "b", "site-unknown"},
			{page.welcome.Token, "b", "site-unknown"},
			{token, "", "site-unknown"},
			{token, strings.Repeat("x", transport.MaxInstance+1), "site-unknown"},
			{foreign, "b", "site-elsewhere"},
		} {
			w.wantRefused(greeting(x.token, x.instance), x.code, false)
		}
		w.wantRefused(transport.Hello{Name: "An", Token: token}, "token-invalid", false)
		if err := w.sites.Revoke(site.ID); err != nil {
			t.Fatal(err)
		}
		w.wantRefused(greeting(token, "b"), "site-revoked", false)
		// In the middle of a meeting.
		an := s.seat(1, "An")
		s.report(an)
		page.event("joined")
		known, err := w.sites.Check(s.token)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.sites.Revoke(known.ID); err != nil {
			t.Fatal(err)
		}
		if bye := s.bye(); bye.Code != "site-revoked" || bye.Again {
			t.Errorf("%+v", bye)
		}
		wantHappened(t, &page.peer, time.Second, "away "+an.ID)
		_ = s.session.WriteControl(transport.Seats{Type: transport.TypeSeats})
		wantHappened(t, &page.peer, 2*time.Second)
	})
}

// A relay without a registry takes no sites.
func TestRelayWithoutSites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.stop()
		_, token := enrol(t, w.sites, "Xã Ga Ry")
		w.config.Sites = nil
		w.wantRefused(greeting(token, "pc"), "site-unknown", false)
	})
}

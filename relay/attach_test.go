package relay

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diemcau/diemcau/transport"
)

func TestAnAttachedSessionCarriesTheLine(t *testing.T) {
	together(t, transport.WebTransport, func(t *testing.T, w *world, a, b *guest) {
		a.talk(0, 50)
		second := a.attach(transport.WebTransport, false)
		a.talk(50, 100)
		third := b.attach(transport.WebSocket, false)
		a.talk(100, 150)
		_ = second.session.Close("")
		_ = third.session.Close("")
		a.talk(150, 200)
		time.Sleep(200 * time.Millisecond)
		heard := b.sequences()
		if !slices.IsSorted(heard) || len(slices.Compact(slices.Clone(heard))) != len(heard) {
			t.Errorf("out of order or twice: %v", heard)
		}
		if len(heard) < 194 { // what was on its way on a path that ended is lost
			t.Errorf("%d of 200 frames heard", len(heard))
		}
		if left := w.room(w.code).all(); len(left) != 2 || left[0].paths.Count() != 1 || left[1].paths.Count() != 1 {
			t.Errorf("%d participants", len(left))
		}
	})
}

func TestControlMoves(t *testing.T) {
	alone(t, func(t *testing.T, w *world, a *guest) {
		second := a.attach(transport.WebTransport, true)
		if n := second.welcome; n.Line != a.welcome.Line || n.Publication != a.welcome.Publication || n.You != a.welcome.You || len(second.seats()) != 1 {
			t.Errorf("welcome %+v after %+v", n, a.welcome)
		}
		b := w.join("B", transport.WebTransport)
		defer b.quit()
		if e := second.event("joined"); second.seat(e.Seat).Name != "B" {
			t.Errorf("%+v", e)
		}
		a.talk(0, 25) // nothing of this moved the voice
		time.Sleep(100 * time.Millisecond)
		if n := len(b.sequences()); n < 24 {
			t.Errorf("%d frames heard", n)
		}
		// The session that had control before takes it back, with all that happened meanwhile.
		_ = second.session.Close("")
		var again transport.Welcome
		if err := a.next(transport.TypeWelcome).Decode(&again); err != nil || len(a.seats()) != 2 {
			t.Errorf("%+v %v", again, err)
		}
		b.say(transport.Bye{Type: transport.TypeBye})
		a.event("left")
	})
}

func TestAwayAndBackOnTheSameLine(t *testing.T) {
	together(t, transport.WebTransport, func(t *testing.T, w *world, a, b *guest) {
		a.talk(0, 50)
		_ = a.session.Close("")
		if e := b.event("away"); e.Seat != a.welcome.You || b.seat(e.Seat).Here {
			t.Errorf("%+v", e)
		}
		time.Sleep(keepLine - time.Second)
		second := a.attach(transport.WebSocket, true)
		if e := b.event("back"); b.seat(e.Seat).Publication != a.welcome.Publication || !b.seat(e.Seat).Here || b.seat(e.Seat).Name != "A" {
			t.Errorf("%+v", e)
		}
		a.talk(50, 100)
		time.Sleep(300 * time.Millisecond)
		if heard := b.sequences(); len(heard) < 97 || !slices.IsSorted(heard) {
			t.Errorf("heard %v", heard)
		}
		_ = second.session.Close("")
	})
}

func TestTheLineIsGivenUpAfterTheGrace(t *testing.T) {
	together(t, transport.WebTransport, func(t *testing.T, w *world, a, b *guest) {
		_ = a.session.Close("")
		b.event("away")
		time.Sleep(keepLine + time.Second)
		if n := len(w.room(w.code).all()); n != 1 {
			t.Errorf("%d participants", n)
		}
		p := &peer{t: t, session: w.open(w.line(), transport.WebTransport)}
		p.say(transport.Attach{Type: transport.TypeAttach, Protocol: transport.Protocol, Line: a.welcome.Line})
		if bye := p.bye(); bye.Code != "line-unknown" || !bye.Again {
			t.Errorf("%+v", bye)
		}
		p = &peer{t: t, session: w.open(w.line(), transport.WebTransport)}
		p.say(transport.Hello{Type: transport.TypeHello, Protocol: transport.Protocol, Meeting: w.code, Name: "x", Token: a.welcome.Token})
		if err := p.next(transport.TypeWelcome).Decode(&p.welcome); err != nil {
			t.Fatal(err)
		}
		if p.welcome.You != a.welcome.You || p.welcome.Publication == a.welcome.Publication || p.welcome.Line == a.welcome.Line {
			t.Errorf("%+v after %+v", p.welcome, a.welcome)
		}
		_ = p.session.Close("")
	})
}

func TestOnlyTheSecretAttaches(t *testing.T) {
	alone(t, func(t *testing.T, w *world, a *guest) {
		if len(a.welcome.Line) != transport.LineSecret {
			t.Errorf("secret %q", a.welcome.Line)
		}
		attach := func(line string, protocol int) transport.Attach {
			return transport.Attach{Type: transport.TypeAttach, Protocol: protocol, Line: line, Control: true}
		}
		other := a.welcome.Line[:21] + string(a.welcome.Line[21]^1)
		for _, c := range []struct {
			first any
			code  string
		}{
			{attach("", 1), "line-unknown"},
			{attach(other, 1), "line-unknown"},
			{attach(a.welcome.Token, 1), "line-unknown"},
			{attach(strings.Repeat("x", 1900), 1), "line-unknown"},
			{attach(strings.Repeat("x", 3000), 1), "message-too-long"},
			{attach(a.welcome.Line, 2), "protocol"},
			{map[string]any{"type": "attach", "protocol": 1, "line": 7}, "bad-hello"},
		} {
			for _, kind := range []transport.Kind{transport.WebTransport, transport.WebSocket} {
				p := &peer{t: t, session: w.open(w.line(), kind)}
				p.say(c.first)
				if bye := p.bye(); bye.Code != c.code {
					t.Errorf("%v on %s: %s", c.first, kind, bye.Code)
				}
				_ = p.session.Close("")
			}
		}
		time.Sleep(time.Second)
		if n := w.room(w.code).all()[0].paths.Count(); n != 1 {
			t.Errorf("%d paths", n)
		}
	})
}

func TestALineHasSoManyPathsAndNoMore(t *testing.T) {
	alone(t, func(t *testing.T, w *world, a *guest) {
		silent := a.attach(transport.WebTransport, true)
		time.Sleep(5 * time.Second)
		a.talk(0, 25)
		for range transport.MaxPaths - 2 {
			a.attach(transport.WebTransport, false)
		}
		p := w.room(w.code).all()[0]
		if n := p.paths.Count(); n != transport.MaxPaths {
			t.Errorf("%d paths", n)
		}
		a.attach(transport.WebTransport, false)
		time.Sleep(time.Second)
		if n, stats := p.paths.Count(), p.paths.Stats(); n != transport.MaxPaths || stats.Evicted != 1 {
			t.Errorf("%d paths, %+v", n, stats)
		}
		if _, err := silent.session.ReadTold(); err == nil {
			if _, err = silent.session.ReadTold(); err == nil {
				t.Error("the silent path is still open")
			}
		}
		// Attempts from one address are counted as they are for hello.
		w.attempts.mu.Lock()
		for _, address := range w.attempts.of {
			address.limiter.SetBurst(0)
		}
		w.attempts.mu.Unlock()
		stranger := &peer{t: t, session: w.open(a.access, transport.WebTransport)}
		stranger.say(transport.Attach{Type: transport.TypeAttach, Protocol: transport.Protocol, Line: strings.Repeat("x", transport.LineSecret)})
		if bye := stranger.bye(); bye.Code != "too-many" || !bye.Again {
			t.Errorf("%+v", bye)
		}
	})
}

func TestABadSessionTakesTheLineWithIt(t *testing.T) {
	together(t, transport.WebSocket, func(t *testing.T, w *world, a, b *guest) {
		second := a.attach(transport.WebSocket, true)
		for range 300 {
			if second.session.WriteControl(map[string]string{"type": "dance"}) != nil {
				break
			}
		}
		if bye := second.bye(); bye.Code != "rate" {
			t.Errorf("%+v", bye)
		}
		b.event("away")
		time.Sleep(time.Second)
		if n := len(w.room(w.code).all()); n != 1 {
			t.Errorf("%d participants", n)
		}
	})
}

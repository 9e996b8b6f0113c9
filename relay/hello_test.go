package relay

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/transport"
)

// The same hello over two sessions seats one; another secret seats another, and a bad one is none.
func TestOneHelloOverTwoSessions(t *testing.T) {
	alone(t, func(t *testing.T, w *world, _ *guest) {
		hello := transport.Hello{
			Type: transport.TypeHello, Protocol: transport.Protocol, Meeting: w.code, Name: "Xã Ga Ry", Line: transport.NewLineSecret(),
		}
		say := func() (p *peer, welcome transport.Welcome) {
			p = &peer{t: t, session: w.open(w.line(), transport.WebTransport)}
			p.say(hello)
			m, err := p.session.ReadTold()
			if err != nil || m.Type != transport.TypeWelcome || m.Decode(&welcome) != nil {
				t.Fatalf("%+v, %v", m, err)
			}
			return p, welcome
		}
		a, first := say()
		b, second := say()
		if first.Line != hello.Line || second.Line != hello.Line || first.You != second.You || first.Publication != second.Publication {
			t.Errorf("%s and %s on lines %s and %s", first.You, second.You, first.Line, second.Line)
		}
		hello.Line = "x"
		c, third := say()
		if third.You == first.You || !transport.ValidLineSecret(third.Line) {
			t.Errorf("%s on line %s", third.You, third.Line)
		}
		for _, p := range []*peer{a, b, c} {
			_ = p.session.Close("")
		}
	})
}

// Of two dials that said hello the client takes the older: events come there, the other session ends, and a third hello is nobody's.
func TestTheSessionThatTheClientTook(t *testing.T) {
	alone(t, func(t *testing.T, w *world, _ *guest) {
		hello := transport.Hello{
			Type: transport.TypeHello, Protocol: transport.Protocol, Meeting: w.code, Name: "Xã Ga Ry", Line: transport.NewLineSecret(),
		}
		say := func() *peer {
			p := &peer{t: t, session: w.open(w.line(), transport.WebTransport)}
			p.say(hello)
			return p
		}
		first := say()
		if err := first.next(transport.TypeWelcome).Decode(&first.welcome); err != nil {
			t.Fatal(err)
		}
		second := say()
		second.next(transport.TypeWelcome)
		line := transport.NewLine(first.session, time.Now())
		if err := line.Send([]*transport.Packet{first.voice(0)}, time.Now()); err != nil {
			t.Fatal(err)
		}
		first.next(transport.TypeWelcome) // what it may have missed
		if _, err := second.session.ReadTold(); err == nil {
			t.Error("the session that the client did not take goes on")
		}
		w.join("B", transport.WebTransport).quit()
		if e := first.event("joined"); first.seat(e.Seat).Name != "B" {
			t.Errorf("%+v", e)
		}
		third := say()
		if _, err := third.session.ReadTold(); err == nil {
			t.Error("a late hello is answered")
		}
		if n := w.lines.find(hello.Line).paths.Count(); n != 1 {
			t.Errorf("%d paths", n)
		}
		_ = first.session.Close("")
	})
}

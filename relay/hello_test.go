package relay

import (
	"testing"

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
			m, err := p.session.ReadControl(transport.MaxControl)
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

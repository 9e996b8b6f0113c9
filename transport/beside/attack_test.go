package beside

import (
	"crypto/rand"
	"net/netip"
	"testing"
	"time"

	"github.com/diemcau/diemcau/transport/transporttest"
)

var clean = transporttest.Impairment{Delay: 75 * ms}

// only returns the packets of a record that went up, or down.
func only(all []transporttest.Seen, up bool) (some []transporttest.Seen) {
	for _, s := range all {
		if s.Up == up {
			some = append(some, s)
		}
	}
	return some
}

// A NAT gives the client another address: what the relay sends follows after one challenge and its answer, and nothing else went there before.
func TestTheClientMoves(t *testing.T) {
	within(t, clean, func(e *ends) {
		e.send(0, 0, 10)
		before := e.where().proven
		seen := e.packets()
		e.line.Rebind()
		if got := e.send(0, 10, 20); len(got) != 20 {
			t.Errorf("%d datagrams arrived after the move", len(got))
		}
		s := e.channel[1].Stats()
		if s.Moved != 1 || s.Challenges == 0 || s.Challenges > 5 {
			t.Errorf("%+v", s)
		}
		if now := e.where().proven; now == before || now.Addr() != before.Addr() {
			t.Errorf("the relay takes the client to be at %v, before %v", now, before)
		}
		if !e.channel[0].Moved() || e.channel[0].Moved() {
			t.Error("the client was not told once that it moved")
		}
		for _, p := range only(seen(), false) {
			if len(p.Payload) != challengeSize {
				t.Errorf("%d bytes went to an address that had not answered", len(p.Payload))
			}
		}
		if got := e.send(1, 0, 20); len(got) != 20 {
			t.Errorf("%d datagrams of the relay found the client", len(got))
		}
	})
}

func TestTheClientMovesAgainAndAgainWhereHalfIsLost(t *testing.T) {
	line := clean
	line.Loss = .5
	within(t, line, func(e *ends) {
		for range 10 {
			e.line.Rebind()
			e.send(0, 0, 200)
			if got := e.send(1, 0, 200); len(got) < 60 {
				t.Errorf("%d of 200 datagrams found the client", len(got))
			}
		}
		if s := e.channel[1].Stats(); s.Moved != 10 || s.Challenges < 10 {
			t.Errorf("%+v", s)
		}
	})
}

// A packet that somebody saw comes again from elsewhere: it changes nothing and is not answered, early or late.
func TestReplayedFromElsewhere(t *testing.T) {
	within(t, clean, func(e *ends) {
		seen := e.packets()
		e.send(0, 0, 50)
		client := e.where().proven
		before, recorded := e.channel[1].Stats(), only(seen(), true)
		for _, from := range []netip.AddrPort{stranger, client} {
			for _, p := range recorded {
				e.network.Inject(from, serverAt, p.Payload)
				time.Sleep(ms) // the library drops what comes too fast
			}
		}
		time.Sleep(time.Second)
		after := e.channel[1].Stats()
		if n := after.Replayed - before.Replayed; n != uint64(2*len(recorded)) || len(recorded) < 50 {
			t.Errorf("of %d packets that came again %d were noticed", 2*len(recorded), n)
		}
		if after.Challenges != before.Challenges || after.Received != before.Received || e.where().other.IsValid() || e.where().proven != client {
			t.Errorf("they changed something: %+v, before %+v", after, before)
		}
	})
}

// Somebody on the way takes packets off and sends them from elsewhere. A fresh one gets a challenge and no more than it gave; one that was held back gets nothing.
func TestTakenOffAndSentFromElsewhere(t *testing.T) {
	within(t, clean, func(e *ends) {
		e.send(0, 0, 10)
		client := e.where().proven
		seen := e.packets()
		e.line.PassQUICOnly(true, false)
		e.send(0, 10, 2)
		taken := only(seen(), true)
		e.network.Inject(stranger, serverAt, taken[1].Payload)
		e.network.Inject(stranger, serverAt, taken[0].Payload)
		time.Sleep(100 * ms)
		if s := e.channel[1].Stats(); s.Challenges != 1 || s.Moved != 0 || e.where().proven != client {
			t.Errorf("%+v", s)
		}
		e.line.PassQUICOnly(false, false)
		if got := e.send(1, 0, 20); len(got) != 20 {
			t.Errorf("the relay's datagrams went elsewhere: %d arrived", len(got))
		}
		e.send(0, 12, 2)
		if e.where().other.IsValid() {
			t.Error("the client is heard where it was, and the stranger's address is still asked")
		}
		e.network.Inject(netip.MustParseAddrPort("10.9.9.9:1000"), serverAt, taken[0].Payload)
		time.Sleep(100 * ms)
		if s := e.channel[1].Stats(); s.Challenges != 1 {
			t.Errorf("an old packet was asked where it came from: %+v", s)
		}
	})
}

// A response counts only from where the challenge went: a stranger who passes the challenge on to the client gains nothing.
func TestAResponseFromElsewhere(t *testing.T) {
	var w whereabouts
	a, b := netip.MustParseAddrPort("10.0.0.1:1"), netip.MustParseAddrPort("10.0.0.2:2")
	w.proven = a
	now := time.Unix(1e9, 0)
	challenge, ask := w.saw(b, 100, true, now)
	if !ask || w.answered(challenge, a) || w.answered(token{}, b) || w.proven != a {
		t.Errorf("%v %+v", ask, w)
	}
	if !w.answered(challenge, b) || w.proven != b || w.answered(challenge, b) {
		t.Errorf("%+v", w)
	}
}

// What goes to an address that has not answered is at most three times what came from it.
func TestAmplification(t *testing.T) {
	var w whereabouts
	w.proven = netip.MustParseAddrPort("10.0.0.1:1")
	now := time.Unix(1e9, 0)
	in, out := 0, 0
	for range 1000 {
		now = now.Add(time.Second)
		in++
		if _, ask := w.saw(stranger, 1, true, now); ask {
			out += challengeSize
		}
	}
	if out == 0 || out > amplification*in {
		t.Errorf("%d bytes for %d", out, in)
	}
	// And never more often than every 50 ms, from however many addresses.
	asked := 0
	for i := range 1000 {
		now = now.Add(ms)
		from := netip.AddrPortFrom(stranger.Addr(), uint16(i+1))
		if _, ask := w.saw(from, 1000, true, now); ask {
			asked++
		}
	}
	if asked != 20 {
		t.Errorf("%d challenges in a second", asked)
	}
}

// Whoever has no key gets no answer, from whatever address, and moves nothing.
func TestForgedPackets(t *testing.T) {
	within(t, clean, func(e *ends) {
		seen := e.packets()
		e.send(0, 0, 20)
		client := e.where().proven
		good := only(seen(), true)
		before, sent := e.channel[1].Stats(), len(only(seen(), false))
		forged := 0
		for _, p := range good {
			for i := range p.Payload {
				bad := append([]byte(nil), p.Payload...)
				bad[i] ^= 1
				for _, from := range []netip.AddrPort{stranger, client} {
					e.network.Inject(from, serverAt, bad)
				}
				forged += 2
			}
			time.Sleep(ms)
		}
		time.Sleep(time.Second)
		after, port := e.channel[1].Stats(), e.port[1].Stats()
		if n := after.Forged + after.Replayed + port.Unknown + port.Malformed - before.Forged - before.Replayed; n == 0 || n > uint64(forged) {
			t.Errorf("of %d forged packets %d were counted", forged, n)
		}
		if after.Received != before.Received || after.Challenges != 0 || after.Malformed != 0 || e.where().proven != client {
			t.Errorf("%+v, before %+v", after, before)
		}
		if n := len(only(seen(), false)); n != sent {
			t.Errorf("%d packets answered", n-sent)
		}
		if got := e.send(0, 20, 20); len(got) != 20 {
			t.Errorf("afterwards %d of 20 arrived", len(got))
		}
	})
}

// A channel whose keys come from another connection, or another number on this one, is deaf.
func TestTheWrongKey(t *testing.T) {
	within(t, clean, func(e *ends) {
		if !e.ready(time.Second) {
			t.Fatal("not ready")
		}
		other := func(label string, context []byte, n int) ([]byte, error) {
			return e.session[0].ExportKeys(label+"?", context, n)
		}
		good := e.channel[0]
		good.Close()
		var err error
		if e.channel[0], err = e.port[0].Join(good.Number(), other, e.session[0].RemoteAddr()); err != nil {
			t.Fatal(err)
		}
		if got := e.send(0, 0, 50); len(got) != 0 || e.channel[0].Ready() {
			t.Errorf("%d datagrams arrived, ready %v", len(got), e.channel[0].Ready())
		}
		if s := e.channel[1].Stats(); s.Forged < 50 {
			t.Errorf("%+v", s)
		}
	})
}

// A flood of what is nobody's, or forged, is dropped unanswered, and what is good gets through when it is over; a channel's memory does not grow.
func TestAFlood(t *testing.T) {
	within(t, clean, func(e *ends) {
		e.send(0, 0, 10)
		seen := e.packets()
		b := make([]byte, 200)
		for i := range 20_000 {
			_, _ = rand.Read(b)
			b[0] &= 0x0f
			if i%2 == 0 {
				h := header{kind: kindDatagram, epoch: uint8(i / 2), id: e.channel[1].id(), sequence: uint16(i)}
				h.put(b)
			}
			e.network.Inject(stranger, serverAt, b)
			if i%20 == 0 {
				time.Sleep(ms)
			}
		}
		time.Sleep(time.Second)
		s, p := e.channel[1].Stats(), e.port[1].Stats()
		if s.Forged < 5000 || p.Unknown+p.Malformed < 5000 || s.Received != 10 {
			t.Errorf("%+v %+v", s, p)
		}
		if n := len(only(seen(), false)); n != 0 {
			t.Errorf("%d packets answered", n)
		}
		if got := e.send(0, 10, 50); len(got) != 50 {
			t.Errorf("afterwards %d of 50 arrived", len(got))
		}
	})
}

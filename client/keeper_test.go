package client

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// cut lets nothing through on a session, in both directions, for a time.
func cut(t *testing.T, c *Client, v *visit, d time.Duration) {
	t.Helper()
	out := transporttest.Impairment{Delay: 20 * time.Millisecond, Outages: []transporttest.Outage{{For: d}}}
	near := c.link.control.Load().session.Datagrams.(*transporttest.End)
	if err := errors.Join(v.end.Impair(out), near.Impair(out)); err != nil {
		t.Error(err)
	}
}

// check ends a test: the frames of one line arrived in order, each once, all but at most missing of n.
func check(t *testing.T, g *guest, stop func() error, n, missing int) {
	t.Helper()
	time.Sleep(200 * time.Millisecond)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	last, got := -1, 0
	for p := range g.packets {
		if int(p.Sequence) <= last || p.SSRC != g.welcome.Publication {
			t.Errorf("packet %d of %d after %d", p.Sequence, p.SSRC, last)
		}
		last = int(p.Sequence)
		got++
	}
	if got < n-missing || got > n {
		t.Errorf("%d of %d frames arrived", got, n)
	}
}

func TestTheLineOutlivesItsSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		c, g, stop := h.join(Config{}, nil)
		first := <-g.attached
		speak(t, c, 0, 50)
		_ = first.session.Close("")
		lost := time.Now()
		second := <-g.attached
		if took := time.Since(lost); took > 100*time.Millisecond {
			t.Errorf("attached after %v", took)
		}
		time.Sleep(time.Millisecond)
		speak(t, c, 50, 50)
		if s := c.Stats(); s.Sessions != 2 || second.kind != transport.WebTransport {
			t.Errorf("%+v", s)
		}
		check(t, g, stop, 100, 2)
		if len(h.guests) > 0 {
			t.Error("it said hello again")
		}
	})
}

func TestASecondSessionBesideASilentOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		c, g, stop := h.join(Config{}, nil)
		first := <-g.attached
		speak(t, c, 0, 50)
		cut(t, c, first, time.Hour)
		dead := time.Now()
		speak(t, c, 50, 200) // 4 s
		second := <-g.attached
		if took := time.Since(dead); took > 4*time.Second {
			t.Errorf("attached after %v", took)
		}
		if s := time.Since(dead); s < deadAfter {
			t.Errorf("attached after %v of silence", s)
		}
		speak(t, c, 250, 150)
		if len(g.attached) > 0 || g.paths.Count() != 1 {
			t.Errorf("%d sessions attached, %d left", len(g.attached), g.paths.Count())
		}
		check(t, g, stop, 400, 175)
		if second.session == first.session || c.Stats().Sessions != 2 {
			t.Errorf("%+v", c.Stats())
		}
	})
}

func TestTheOldSessionMayDeliverFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		c, g, stop := h.join(Config{}, nil)
		first := <-g.attached
		h.set(func() { h.down = true })
		cut(t, c, first, 8*time.Second)
		speak(t, c, 0, 500) // 10 s
		time.Sleep(proven)
		h.set(func() { h.down = false })
		time.Sleep(10 * time.Second)
		if len(g.attached) > 0 || c.Stats().Sessions != 1 {
			t.Errorf("%d further sessions", len(g.attached))
		}
		before := h.dials
		time.Sleep(time.Minute)
		if h.dials != before {
			t.Errorf("%d dials on a line that lives", h.dials-before)
		}
		speak(t, c, 500, 50)
		check(t, g, stop, 550, 450)
	})
}

func TestAForgottenLineIsJoinedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		c, g, stop := h.join(Config{}, nil)
		first := <-g.attached
		h.set(func() { delete(h.lines, g.welcome.Line) })
		_ = first.session.Close("")
		lost := time.Now()
		again := <-h.guests
		if took := time.Since(lost); took > 100*time.Millisecond || again.hello.Token != g.welcome.Token {
			t.Errorf("after %v with %q", took, again.hello.Token)
		}
		time.Sleep(time.Millisecond)
		speak(t, c, 0, 10)
		check(t, again, stop, 10, 0)
		g.drop()
	})
}

func TestAWebSocketWhereUDPIsBlocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		h.closed[transport.WebTransport] = true
		began := time.Now()
		c, g, stop := h.join(Config{}, nil)
		if first := <-g.attached; first.kind != transport.WebSocket || time.Since(began) > 600*time.Millisecond {
			t.Errorf("%s after %v", first.kind, time.Since(began))
		}
		speak(t, c, 0, 1000) // 20 s
		h.set(func() { h.closed = nil })
		opened := time.Now()
		go speak(t, c, 1000, 4000) // 80 s
		second := <-g.attached
		if took := time.Since(opened); second.kind != transport.WebTransport || took > 65*time.Second {
			t.Errorf("%s after %v", second.kind, took)
		}
		time.Sleep(90 * time.Second)
		if g.paths.Count() != 1 || c.Stats().Sessions != 2 {
			t.Errorf("%d sessions, %+v", g.paths.Count(), c.Stats())
		}
		check(t, g, stop, 5000, 0)
	})
}

func TestOneTransportAlone(t *testing.T) {
	for _, kind := range []transport.Kind{transport.WebTransport, transport.WebSocket} {
		synctest.Test(t, func(t *testing.T) {
			h := newHost(t)
			h.down = true
			time.AfterFunc(5*time.Second, func() { h.set(func() { h.down = false }) })
			_, g, stop := h.join(Config{Way: Way{Transport: kind}}, nil)
			if v := <-g.attached; v.kind != kind {
				t.Errorf("%s, asked for %s", v.kind, kind)
			}
			time.Sleep(time.Minute)
			if len(g.attached) > 0 {
				t.Errorf("%d further sessions", len(g.attached))
			}
			check(t, g, stop, 0, 0)
		})
	}
}

func TestTheMicrophoneIsAsItWasSaidLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		c, g, stop := h.join(Config{}, nil)
		first := <-g.attached
		h.set(func() { h.down = true })
		_ = first.session.Close("")
		time.Sleep(time.Second)
		if err := c.Mute(true); !errors.Is(err, ErrAway) {
			t.Errorf("muting while away: %v", err)
		}
		h.set(func() { h.down = false })
		<-g.attached
		var mute transport.Mute
		if m := <-g.said; m.Decode(&mute) != nil || m.Type != transport.TypeMute || !mute.Muted {
			t.Errorf("said %s", m.JSON)
		}
		check(t, g, stop, 0, 0)
	})
}

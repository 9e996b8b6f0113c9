package client

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

var adslAnd4G = []Uplink{{Name: "4g", Cost: 5, LastResort: true}, {Name: "adsl", Cost: 1}}

// kill lets nothing through over an uplink, or all again.
func (h *host) kill(uplink int, dead bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dead[uplink] = dead
	line := h.path
	if dead {
		line.Outages = []transporttest.Outage{{For: 24 * time.Hour}}
	}
	for _, v := range h.visits {
		if v.uplink == uplink {
			if err := errors.Join(v.end.Impair(line), v.near.Impair(line)); err != nil {
				h.t.Error(err)
			}
		}
	}
}

// attach waits for the next session, which has to be over an uplink.
func (g *guest) attach(t *testing.T, uplink int, control bool, within time.Duration) {
	t.Helper()
	begun := time.Now()
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case v := <-g.attached:
		var a transport.Attach
		if v.first.Decode(&a) != nil || a.Type != transport.TypeAttach || a.Uplink != uplink || v.uplink != uplink || a.Control != control {
			t.Errorf("%s over uplink %d", v.first.JSON, v.uplink)
		}
	case <-timer.C:
		t.Errorf("no session over uplink %d in %v", uplink, time.Since(begun))
	}
}

// controls says over which uplink control goes, −1 if over none.
func controls(c *Client) int {
	for i, u := range c.Uplinks() {
		if u.Control {
			return i
		}
	}
	return -1
}

func TestEachUplinkHasASession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		c, g, stop := h.join(Config{Way: Way{Uplinks: adslAnd4G}}, nil)
		if first := <-g.attached; first.uplink != 0 || g.hello.Uplink != 0 {
			t.Errorf("hello over %d, %+v", first.uplink, g.hello)
		}
		g.attach(t, 1, false, time.Second)
		speak(t, c, 0, 600) // 12 s
		all := c.Uplinks()
		if len(all) != 2 || all[0].Name != "adsl" || all[1].Name != "4g" || !all[0].Alive || !all[1].Alive || !all[0].Voice || all[1].Voice || controls(c) != 0 {
			t.Errorf("%+v", all)
		}
		if all[1].RTT < 39*time.Millisecond || all[1].RTT > 80*time.Millisecond {
			t.Errorf("%+v", all[1])
		}
		check(t, g, stop, 600, 0)
	})
}

// The uplink with control dies: not one frame is missing, control moves to the other, and back when the cheaper one has worked for a while.
func TestTheUplinkWithControlDies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		c, g, stop := h.join(Config{Way: Way{Uplinks: adslAnd4G}}, nil)
		<-g.attached
		g.attach(t, 1, false, time.Second)
		speak(t, c, 0, 600)
		h.kill(0, true)
		speak(t, c, 600, 300) // 6 s
		g.attach(t, 1, true, time.Millisecond)
		if controls(c) != 1 || c.Uplinks()[0].Alive {
			t.Errorf("%+v", c.Uplinks())
		}
		if err := c.Mute(true); err != nil {
			t.Error(err)
		}
		h.kill(0, false)
		speak(t, c, 900, 1000) // 20 s
		if controls(c) != 0 {
			t.Errorf("%+v", c.Uplinks())
		}
		g.seq(t, stop, 1900)
	})
}

// seq ends a test: all of n frames arrived, in whatever order.
func (g *guest) seq(t *testing.T, stop func() error, n int) {
	t.Helper()
	time.Sleep(time.Second)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	seen := map[uint32]bool{}
	for p := range g.packets {
		if seen[p.Sequence] {
			t.Errorf("packet %d came twice", p.Sequence)
		}
		seen[p.Sequence] = true
	}
	if len(seen) != n {
		t.Errorf("%d of %d frames arrived", len(seen), n)
	}
}

func TestADeadUplinkDelaysNobody(t *testing.T) {
	for dead := range 2 {
		synctest.Test(t, func(t *testing.T) {
			h := newHost(t)
			h.kill(dead, true)
			begun := time.Now()
			c, g, stop := h.join(Config{Way: Way{Uplinks: adslAnd4G}}, nil)
			if took := time.Since(begun); took > headStart+200*time.Millisecond {
				t.Errorf("joined after %v", took)
			}
			if first := <-g.attached; first.uplink != 1-dead {
				t.Errorf("hello over uplink %d", first.uplink)
			}
			speak(t, c, 0, 500)
			if all := c.Uplinks(); all[dead].Alive || controls(c) != 1-dead {
				t.Errorf("%+v", all)
			}
			h.kill(dead, false)
			g.attach(t, dead, false, branchLast+time.Second)
			time.Sleep(3 * time.Second)
			if all := c.Uplinks(); !all[dead].Alive {
				t.Errorf("%+v", all)
			}
			g.seq(t, stop, 500)
		})
	}
}

// A suspended uplink has no session, and control moves away from it; one of last resort is used when nothing else works, another is not.
func TestSuspend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		c, g, stop := h.join(Config{Way: Way{Uplinks: adslAnd4G}}, nil)
		<-g.attached
		g.attach(t, 1, false, time.Second)
		time.Sleep(5 * time.Second)
		paths := func(uplink int) int { return g.paths.Uplinks(time.Now())[uplink].Paths }
		if err := c.Suspend("4g", true); err != nil || !errors.Is(c.Suspend("5g", true), ErrUplink) {
			t.Error(err)
		}
		speak(t, c, 0, 200)
		if all := c.Uplinks(); !all[1].Suspended || paths(1) != 0 || paths(0) == 0 {
			t.Errorf("%+v", all)
		}
		h.kill(0, true)
		time.Sleep(12 * time.Second)
		speak(t, c, 200, 100)
		if controls(c) != 1 {
			t.Errorf("the last resort is not used: %+v", c.Uplinks())
		}
		h.kill(0, false)
		time.Sleep(40 * time.Second)
		if controls(c) != 0 || paths(1) != 0 {
			t.Errorf("the last resort is still used: %+v, %d paths", c.Uplinks(), paths(1))
		}
		if err := errors.Join(c.Suspend("4g", false), c.Suspend("adsl", true)); err != nil {
			t.Error(err)
		}
		time.Sleep(10 * time.Second)
		if controls(c) != 1 || paths(0) != 0 {
			t.Errorf("%+v, %d paths", c.Uplinks(), paths(0))
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestUplinksOfAConfig(t *testing.T) {
	config := Config{Server: "https://relay.test", Meeting: "abc-def-ghj", Name: "Xã"}
	for _, x := range []struct {
		uplinks []Uplink
		good    bool
	}{
		{nil, true},
		{adslAnd4G, true},
		{[]Uplink{{}}, false},
		{[]Uplink{{Name: "a"}, {Name: "a"}}, false},
		{make([]Uplink, transport.MaxUplinks+1), false},
	} {
		config.Uplinks = x.uplinks
		if err := config.Validate(); (err == nil) != x.good || err != nil && !errors.Is(err, ErrConfig) {
			t.Errorf("%+v: %v", x.uplinks, err)
		}
	}
}

// A lookup goes over an uplink that works.
func TestALookupGoesOverTheUplinks(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"code":"abc-def-ghj","relays":[{"url":"https://relay.test/wt"}]}`))
	}))
	defer server.Close()
	dead := transport.Dialer{DialStream: func(context.Context, string, string) (net.Conn, error) { return nil, errUnreachable }}
	used := 0
	good := transport.Dialer{DialStream: func(ctx context.Context, network, address string) (net.Conn, error) {
		used++
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
	config := Config{Server: server.URL, Meeting: "abc-def-ghj", Name: "Xã", Way: Way{Uplinks: []Uplink{{Name: "a", Sockets: dead}, {Name: "b", Sockets: good}}}}
	if m, err := Lookup(context.Background(), config); err != nil || m.Code != "abc-def-ghj" || used != 1 {
		t.Errorf("%+v %v, %d", m, err, used)
	}
	config.Uplinks = config.Uplinks[:1]
	if _, err := Lookup(context.Background(), config); err == nil {
		t.Error("found over a dead uplink")
	}
}

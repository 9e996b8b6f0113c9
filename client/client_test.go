package client

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
	"github.com/diemcau/diemcau/transport"
)

func TestPublishFollowsThePlan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		c, g, stop := h.join(Config{}, nil)
		both := func(i int) []Frame {
			lo := voice(i)
			lo.Layer = codec.LayerLo
			return []Frame{voice(i), lo}
		}
		for i := range 5 {
			if err := c.Publish(both(i)...); err != nil {
				t.Fatal(err)
			}
		}
		g.tell(t, transport.Plan{Type: transport.TypePlan, Voice: transport.VoicePlan{Lo: 8000, Hi: 24000}})
		synctest.Wait()
		if err := c.Publish(both(5)...); err != nil {
			t.Fatal(err)
		}
		g.tell(t, transport.Plan{Type: transport.TypePlan})
		synctest.Wait()
		if err := c.Publish(both(6)...); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		var hi, lo []uint32
		for p := range g.packets {
			if p.SSRC != g.welcome.Publication || p.Timestamp != uint32(p.Payload[1])*960 || p.Level != codec.MakeLevel(true, -20) {
				t.Errorf("%+v", p)
			}
			if p.Layer == codec.LayerHi {
				hi = append(hi, p.Sequence)
			} else {
				lo = append(lo, p.Sequence)
			}
		}
		if !slices.Equal(hi, []uint32{0, 1, 2, 3, 4, 5}) || !slices.Equal(lo, []uint32{0}) {
			t.Errorf("hi %v lo %v", hi, lo)
		}
	})
}

func TestPublishProtectsAsThePlanSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		h.path.Loss = 0.1
		h.plan.Protection = fec.Protection{Window: 20, Age: 4, Gap: 4, Rate: 64000, Prompt: true}
		c, g, stop := h.join(Config{}, nil)
		speak(t, c, 0, 500)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if _, in := g.line.Stats(); in.Recovered < 20 || in.Lost < 20 {
			t.Errorf("%+v", in)
		}
		if n := len(g.packets); n < 490 {
			t.Errorf("%d of 500 frames arrived", n)
		}
	})
}

func TestHearsAndReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		var heard []uint32
		c, g, stop := h.join(Config{}, func(p *transport.Packet, at time.Time) {
			if time.Since(at) != 0 {
				t.Errorf("heard at %v, now is %v", at, time.Now())
			}
			heard = append(heard, p.Sequence)
		})
		other := transport.Seat{ID: "other", Name: "Xã A Xan", Publication: 77, Here: true}
		g.tell(t, transport.Event{Type: transport.TypeEvent, N: 2, Kind: "joined", Seat: "other", Body: []byte(`{"name":"Xã A Xan","publication":77}`)})
		start := time.Now()
		for i := range uint32(100) {
			p := transport.NewVoice(77, codec.LayerHi, i, i*960, codec.MakeLevel(true, -20), []byte{0x48, 1, 2})
			if err := g.line.Send([]*transport.Packet{p}, time.Now()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(20 * time.Millisecond)
			if rtt := g.line.Sender.Stats().RTT; i > 20 && (rtt < 40*time.Millisecond || rtt > 45*time.Millisecond) {
				t.Fatalf("frame %d: the relay measures an RTT of %v", i, rtt)
			}
		}
		time.Sleep(300 * time.Millisecond)
		if seat, ok := c.Speaker(77); !ok || seat != other {
			t.Errorf("speaker %+v", seat)
		}
		g.tell(t, transport.Event{Type: transport.TypeEvent, N: 3, Kind: "left", Seat: "other"})
		synctest.Wait()
		if seats := c.Seats(); len(seats) != 1 || seats[0].ID != me {
			t.Errorf("seats %+v", seats)
		}
		s := c.Stats()
		if s.Received != 100 || s.Lost != 0 || s.First.Sub(start) != 20*time.Millisecond || s.Sessions != 1 {
			t.Errorf("%+v", s)
		}
		// 100 datagrams of about 14 bytes and the headers below them; feedback every 200 ms upward.
		if s.BytesDown < 100*60 || s.BytesDown > 100*90+1500 || s.BytesUp < 500 || s.BytesUp > 5000 {
			t.Errorf("%d bytes down, %d up", s.BytesDown, s.BytesUp)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if len(heard) != 100 || !slices.IsSorted(heard) {
			t.Errorf("heard %v", heard)
		}
	})
}

func TestLeavesWithABye(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		c, g, stop := h.join(Config{Muted: true, Listen: true}, nil)
		if g.hello.Muted == nil || !*g.hello.Muted || !g.hello.Listen || g.hello.Token != "" {
			t.Errorf("hello %+v", g.hello)
		}
		if err := c.Mute(false); err != nil {
			t.Fatal(err)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		var types []transport.MessageType
		for m := range g.said {
			types = append(types, m.Type)
		}
		if !slices.Equal(types, []transport.MessageType{transport.TypeMute, transport.TypeBye}) {
			t.Errorf("said %v", types)
		}
		if err := c.Publish(voice(0)); !errors.Is(err, ErrAway) {
			t.Errorf("publishing after the end: %v", err)
		}
	})
}

func TestComesBackWithItsSeat(t *testing.T) {
	for name, lose := range map[string]func(*host, *guest){
		"the relay stops": func(h *host, g *guest) {
			g.tell(h.t, transport.Bye{Type: transport.TypeBye, Code: "relay-stopping", Again: true})
			g.drop()
		},
		"the line is forgotten": func(_ *host, g *guest) { g.drop() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHost(t)
				c, g, stop := h.join(Config{Muted: true, Way: Way{Transport: transport.WebTransport}}, nil)
				speak(t, c, 0, 3)
				h.set(func() { h.down = true })
				lose(h, g)
				time.Sleep(5 * time.Second)
				if err := c.Publish(voice(3)); !errors.Is(err, ErrAway) {
					t.Errorf("publishing while away: %v", err)
				}
				h.set(func() { h.down = false })
				back := time.Now()
				again := <-h.guests
				if away := time.Since(back); away > 1500*time.Millisecond {
					t.Errorf("back after %v", away)
				}
				if again.hello.Token != g.welcome.Token || again.hello.Muted != nil {
					t.Errorf("hello %+v", again.hello)
				}
				time.Sleep(time.Millisecond)
				speak(t, c, 4, 3)
				time.Sleep(100 * time.Millisecond)
				if err := stop(); err != nil {
					t.Fatal(err)
				}
				sequence := uint32(0)
				for p := range again.packets {
					if p.SSRC != again.welcome.Publication || p.Sequence != sequence || int(p.Payload[1]) != 4+int(sequence) {
						t.Errorf("%+v", p)
					}
					sequence++
				}
				if s := c.Stats(); sequence != 3 || s.Sessions != 2 || s.Sent != 6 {
					t.Errorf("%d packets, %+v", sequence, s)
				}
			})
		})
	}
}

func TestStaysAwayWhenToldSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		_, g, stop := h.join(Config{}, nil)
		g.tell(t, transport.Bye{Type: transport.TypeBye, Code: "replaced", En: "You joined somewhere else."})
		var refusal *Refusal
		time.Sleep(time.Second)
		if err := stop(); err != nil && (!errors.As(err, &refusal) || refusal.Code != "replaced" || err.Error() != "You joined somewhere else.") {
			t.Errorf("Run returned %v", err)
		}
		if refusal == nil || h.dials != 1 {
			t.Errorf("%d dials, refusal %v", h.dials, refusal)
		}
	})
}

func TestATokenThatIsNotValidAnyMoreCostsTheSeatOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		_, g, stop := h.join(Config{}, nil)
		h.set(func() {
			h.refuse = func(hello transport.Hello) *transport.Bye {
				if hello.Token != "" {
					return &transport.Bye{Code: "token-invalid"}
				}
				return nil
			}
		})
		g.drop()
		if again := <-h.guests; again.hello.Token != "" {
			t.Errorf("hello %+v", again.hello)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestRefusedAtTheDoor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, again := range []bool{false, true} {
			h := newHost(t)
			h.refuse = func(transport.Hello) *transport.Bye { return &transport.Bye{Code: "meeting-full", Again: again} }
			c := newClient(Config{Found: &Meeting{Relays: []Relay{{}}}})
			c.dial = h.dial
			start := time.Now()
			_, err := c.connect(context.Background(), patience)
			c.dials.Wait()
			var refusal *Refusal
			if !errors.As(err, &refusal) || refusal.Code != "meeting-full" {
				t.Errorf("again %v: %v", again, err)
			}
			if tried := time.Since(start); again != (tried > 15*time.Second) || again != (h.dials > 10) {
				t.Errorf("again %v: %d dials in %v", again, h.dials, tried)
			}
		}
	})
}

func TestDialsSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		c := newClient(Config{Found: &Meeting{Relays: []Relay{{}}}})
		c.dial = h.dial
		h.down = true
		time.AfterFunc(600*time.Millisecond, func() { h.set(func() { h.down = false }) })
		start := time.Now()
		l, err := c.connect(context.Background(), patience)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 1100*time.Millisecond {
			t.Errorf("joined after %v", took)
		}
		c.enter(l)
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		h.set(func() { h.down = true })
		start = time.Now()
		if _, err := c.connect(context.Background(), patience); !errors.Is(err, errUnreachable) && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("nobody answers: %v", err)
		}
		if took := time.Since(start); took != patience {
			t.Errorf("gave up after %v", took)
		}
		c.dials.Wait()
	})
}

func TestRefusesFramesThatNoRelayTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		c, _, stop := h.join(Config{}, nil)
		for _, payload := range [][]byte{nil, make([]byte, codec.MaxVoicePayload+1)} {
			if err := c.Publish(Frame{Layer: codec.LayerHi, Payload: payload}); !errors.Is(err, ErrPayload) {
				t.Errorf("%d bytes: %v", len(payload), err)
			}
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

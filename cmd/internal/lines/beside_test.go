package lines

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// talk is one who never pauses and one who listens, both behind lines of the same kind and able to send beside QUIC.
type talk struct {
	t                 *testing.T
	speaker, listener *person
}

// talking runs f while somebody speaks, in the time of a bubble.
func talking(t *testing.T, line transporttest.Impairment, f func(*talk)) {
	t.Helper()
	bubble(t, func(t *testing.T) {
		w, err := newWorld(*seed, true)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := w.close(); err != nil {
				t.Error(err)
			}
		}()
		k := &talk{t: t}
		if k.speaker, err = w.join(context.Background(), "Chủ tọa", nil, w.line(line)); err != nil {
			t.Fatal(err)
		}
		defer k.gone(k.speaker)
		if k.listener, err = w.join(context.Background(), "Xã Ga Ry", NewEar(), w.line(line)); err != nil {
			t.Fatal(err)
		}
		defer k.gone(k.listener)
		k.speaker.speak(&Mouth{Loop: loop(t), Begun: time.Now(), Restless: true})
		time.Sleep(5 * time.Second)
		f(k)
	})
}

func (k *talk) gone(p *person) {
	if err := p.gone(); err != nil {
		k.t.Error(err)
	}
}

// beside fails the test unless media of both goes beside QUIC, or of neither.
func (k *talk) beside(want bool, when string) {
	k.t.Helper()
	if s, l := k.speaker.Stats().Beside, k.listener.Stats().Beside; s != want || l != want {
		k.t.Errorf("%s: beside QUIC %v and %v, want %v", when, s, l, want)
	}
}

// silence returns the longest time within d in which the listener heard nothing new.
func (k *talk) silence(d time.Duration) (longest time.Duration) {
	begun := time.Now()
	last, at := k.listener.Stats().Received, begun
	for time.Since(begun) < d {
		time.Sleep(10 * time.Millisecond)
		if n := k.listener.Stats().Received; n != last {
			last, at = n, time.Now()
		}
		longest = max(longest, time.Since(at))
	}
	return longest
}

func (k *talk) atMost(longest time.Duration, silence time.Duration, when string) {
	k.t.Helper()
	if silence > longest {
		k.t.Errorf("%s: silent for %v, want at most %v", when, silence, longest)
	}
}

var village = impaired(256, rtt150, 0, 0)

// What QUIC sends while media goes beside it is next to nothing.
func TestMediaGoesBesideQUIC(t *testing.T) {
	talking(t, village, func(k *talk) {
		k.beside(true, "after 5 s")
		var quic, aside int
		k.speaker.line.Tap(func(s transporttest.Seen) {
			if s.Payload[0]&0xc0 == 0 {
				aside++
			} else {
				quic++
			}
		})
		k.atMost(200*time.Millisecond, k.silence(20*time.Second), "on a good line")
		k.speaker.line.Tap(nil)
		if aside < 400 || quic > aside/10 {
			t.Errorf("%d packets beside QUIC, %d of QUIC", aside, quic)
		}
	})
}

// A middlebox lets nothing but QUIC through from the start: all goes inside it, and beside it some time after the middlebox is gone.
func TestOnlyQUICPasses(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, err := newWorld(*seed, true)
		if err != nil {
			t.Fatal(err)
		}
		k := &talk{t: t}
		lines := [2]*transporttest.Line{w.line(village), w.line(village)}
		for _, l := range lines {
			l.PassQUICOnly(true, true)
		}
		if k.speaker, err = w.join(context.Background(), "Chủ tọa", nil, lines[0]); err != nil {
			t.Fatal(err)
		}
		if k.listener, err = w.join(context.Background(), "Xã Ga Ry", NewEar(), lines[1]); err != nil {
			t.Fatal(err)
		}
		k.speaker.speak(&Mouth{Loop: loop(t), Begun: time.Now(), Restless: true})
		time.Sleep(2 * time.Second)
		k.atMost(200*time.Millisecond, k.silence(20*time.Second), "inside QUIC")
		k.beside(false, "behind the middlebox")
		for _, l := range lines {
			l.PassQUICOnly(false, false)
		}
		time.Sleep(time.Minute)
		k.beside(true, "without it")
		k.gone(k.listener)
		k.gone(k.speaker)
		if err := w.close(); err != nil {
			t.Error(err)
		}
	})
}

// In the middle of a meeting what is beside QUIC is dropped, both ways or one way: the voice goes on inside it, and goes back when it may.
func TestOnlyQUICPassesFromNowOn(t *testing.T) {
	for _, test := range []struct {
		name     string
		up, down bool
		most     time.Duration // of silence
	}{
		{"both", true, true, 2 * time.Second},
		{"up", true, false, 5 * time.Second},
		{"down", false, true, 5 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, side := range bothSides {
				talking(t, village, func(k *talk) {
					line := k.listener.line
					if side == Speaking {
						line = k.speaker.line
					}
					line.PassQUICOnly(test.up, test.down)
					k.atMost(test.most, k.silence(15*time.Second), "after the middlebox came, before the "+string(side))
					k.atMost(300*time.Millisecond, k.silence(20*time.Second), "later")
					line.PassQUICOnly(false, false)
					time.Sleep(time.Minute)
					k.beside(true, "when it is gone")
					k.atMost(200*time.Millisecond, k.silence(5*time.Second), "at last")
				})
			}
		})
	}
}

// A NAT forgets the address every 30 s; the voice does not stop for it, nor does what QUIC has to say.
func TestTheAddressChanges(t *testing.T) {
	for _, loss := range []float64{0, .3} {
		talking(t, impaired(256, rtt150, loss, 0), func(k *talk) {
			most := 900 * time.Millisecond // a listener reports every 400, and it takes a round trip and a half
			if loss > 0 {
				most = 2500 * time.Millisecond
			}
			for range 5 {
				k.speaker.line.Rebind()
				k.listener.line.Rebind()
				k.atMost(most, k.silence(30*time.Second), "with a new address")
			}
			k.beside(true, "after all")
			if s, l := k.speaker.Stats().Sessions, k.listener.Stats().Sessions; s > 1 || l > 1 {
				t.Errorf("%d and %d sessions", s, l)
			}
			if err := k.speaker.Mute(true); err != nil {
				t.Error(err)
			}
			muted := func() bool {
				return slices.ContainsFunc(k.listener.Seats(), func(s transport.Seat) bool { return s.Name == "Chủ tọa" && s.Muted })
			}
			for range 10 { // QUIC repeats what is lost after half a second, a second, two …
				if time.Sleep(time.Second); muted() {
					return
				}
			}
			t.Error("what is said on the control stream does not arrive any more")
		})
	}
}

// Half of everything is lost: media stays beside QUIC, without further sessions.
func TestHalfIsLostBesideQUIC(t *testing.T) {
	talking(t, impaired(256, rtt150, .5, 0), func(k *talk) {
		time.Sleep(10 * time.Second)
		others := 0
		for range 60 {
			time.Sleep(time.Second)
			if !k.speaker.Stats().Beside || !k.listener.Stats().Beside {
				others++
			}
		}
		if others > 2 {
			t.Errorf("for %d of 60 s media was inside QUIC", others)
		}
		if s, l := k.speaker.Stats().Sessions, k.listener.Stats().Sessions; s > 1 || l > 1 {
			t.Errorf("%d and %d sessions", s, l)
		}
	})
}

// Everything stops for a while; speech is back at once.
func TestOutagesBesideQUIC(t *testing.T) {
	for _, side := range bothSides {
		bubble(t, func(t *testing.T) {
			cuts := []time.Duration{time.Second, 6 * time.Second, 20 * time.Second}
			back, err := Outages{Loop: loop(t), Line: impaired(256, rtt150, .1, 0), Side: side, Cuts: cuts, Seed: *seed, Beside: true}.Run(context.Background())
			if err != nil || len(back) != 3 || back[0] == 0 || back[1] == 0 || back[2] == 0 || max(back[0], back[1], back[2]) > 700*time.Millisecond {
				t.Errorf("outages of a %s: %v, %v", side, back, err)
			}
		})
	}
}

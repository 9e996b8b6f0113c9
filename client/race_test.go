package client

import (
	"context"
	"crypto/tls"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/transport"
)

// dialled notes the dials of a race, in seconds since its start, by transport.
type dialled struct {
	at    map[transport.Kind][]float64
	ended map[transport.Kind][]float64
}

// runRace runs a race for a time in which answers says how a dial goes: it may call heard, and returns when ctx is done or at once.
func runRace(t *testing.T, config Config, rate float64, most time.Duration, answers func(ctx context.Context, to target, n int) error) (d dialled) {
	t.Helper()
	d = dialled{map[transport.Kind][]float64{}, map[transport.Kind][]float64{}}
	synctest.Test(t, func(t *testing.T) {
		config.Found = &Meeting{Relays: []Relay{{}}}
		c := newClient(config)
		begun := time.Now()
		turn := make(chan struct{}, 1) // dials note themselves one after another
		c.dial = func(ctx context.Context, to target) (*transport.Session, error) {
			turn <- struct{}{}
			n := len(d.at[to.kind])
			d.at[to.kind] = append(d.at[to.kind], time.Since(begun).Seconds())
			<-turn
			err := answers(ctx, to, n)
			turn <- struct{}{}
			d.ended[to.kind] = append(d.ended[to.kind], time.Since(begun).Seconds())
			<-turn
			return nil, err
		}
		ctx, cancel := context.WithTimeout(context.Background(), most)
		defer cancel()
		if _, err := (&race{client: c, rate: rate}).run(ctx); err == nil {
			t.Error("the race was won")
		}
		c.dials.Wait()
	})
	return d
}

// nothing comes back.
func nothing(ctx context.Context, _ target, _ int) error {
	<-ctx.Done()
	return errUnreachable
}

func TestDialsFollowTheLine(t *testing.T) {
	for _, c := range []struct {
		name      string
		rate      float64
		quic, tcp int     // dials in 10 s
		lives     float64 // a dial, in s
	}{
		{"a new line", 0, 19, 5, 5},
		{"a thick line", 256e3, 20, 5, 2},
		{"a thin line", 20e3, 7, 5, 5},
	} {
		d := runRace(t, Config{}, c.rate, 9900*time.Millisecond, nothing)
		quic, tcp := d.at[transport.WebTransport], d.at[transport.WebSocket]
		if len(quic) != c.quic || quic[0] != 0 || len(tcp) != c.tcp || tcp[0] != socketLater.Seconds() {
			t.Errorf("%s: dials at %v and %v", c.name, quic, tcp)
		}
		if first := d.ended[transport.WebTransport][0]; first != c.lives {
			t.Errorf("%s: the first dial ended at %v", c.name, first)
		}
	}
}

func TestADialThatIsHeardIsLeftInPeace(t *testing.T) {
	d := runRace(t, Config{}, 0, 6*time.Second, func(ctx context.Context, to target, n int) error {
		if to.kind == transport.WebTransport && n == 0 {
			time.Sleep(700 * time.Millisecond)
			to.heard(0)
			to.heard(20e3)
		}
		<-ctx.Done()
		return errUnreachable
	})
	quic, tcp := d.at[transport.WebTransport], d.at[transport.WebSocket]
	if len(quic) < 2 || quic[1] != 3.2 { // 0.7 s and holdQUIC
		t.Errorf("dials at %v", quic)
	}
	if len(tcp) != 1 || d.ended[transport.WebSocket][0] != 0.7 {
		t.Errorf("WebSockets at %v, ended at %v", tcp, d.ended[transport.WebSocket])
	}
	if last := d.ended[transport.WebTransport]; last[len(last)-1] != 6 || last[0] < 5 {
		t.Errorf("ended at %v", last)
	}
}

// Where two packets in a row show that the line is no thin one, or no two in a row arrive, dials go on soon.
func TestADialThatIsHeardOnAThickLineIsNotWaitedFor(t *testing.T) {
	for rate, second := range map[float64]float64{0: 1.4, 256e3: 1.4, 20e3: 3.2} {
		d := runRace(t, Config{}, 0, 4*time.Second, func(ctx context.Context, to target, n int) error {
			if to.kind == transport.WebTransport && n == 0 {
				time.Sleep(700 * time.Millisecond)
				to.heard(0)
				if rate > 0 {
					to.heard(rate)
				}
			}
			<-ctx.Done()
			return errUnreachable
		})
		if quic := d.at[transport.WebTransport]; len(quic) < 2 || quic[1] != second {
			t.Errorf("%.0f bit/s: dials at %v, the second should be at %v", rate, quic, second)
		}
	}
}

func TestAWrongCertificateEndsAStrictRaceOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(Config{Found: &Meeting{Relays: []Relay{{}}}})
		c.dial = func(context.Context, target) (*transport.Session, error) {
			return nil, &tls.CertificateVerificationError{}
		}
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		begun := time.Now()
		if _, err := (&race{client: c, strict: true}).run(ctx); !badCertificate(err) || time.Since(begun) != 0 {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
		c.dials.Wait()
	})
}

func TestWhereARelayAnswersWebSocket(t *testing.T) {
	for server, want := range map[string]string{
		"https://hop.example":   "wss://10.0.0.1:8443/ws",
		"http://localhost:8080": "ws://10.0.0.1:8443/ws",
	} {
		url, trust, err := Relay{URL: "https://10.0.0.1:8443/wt"}.socket(Config{Server: server, Insecure: true})
		if err != nil || url != want || !trust.InsecureSkipVerify {
			t.Errorf("%s: %s, %v", server, url, err)
		}
	}
	if _, _, err := (Relay{URL: "https://[::1"}).socket(Config{Server: "https://hop.example"}); !errors.Is(err, ErrConfig) {
		t.Errorf("%v", err)
	}
}

func TestFramesAreGatheredAsThePlanSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		h.plan.Interval = 60
		c, g, stop := h.join(Config{}, nil)
		before, _ := c.link.line.Stats()
		speak(t, c, 0, 30) // 600 ms
		after, _ := c.link.line.Stats()
		if n := after.Datagrams - before.Datagrams; n < 10 || n > 14 { // and a report or two
			t.Errorf("%d datagrams", n)
		}
		speak(t, c, 30, 2) // the last of a talkspurt do not wait for a third
		time.Sleep(150 * time.Millisecond)
		if n := len(g.packets); n != 32 {
			t.Errorf("%d of 32 frames arrived", n)
		}
		check(t, g, stop, 32, 0)
	})
}

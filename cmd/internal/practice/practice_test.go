package practice

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"net"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// school is a server with practice rooms.
type school struct {
	*Practice
	relay *relay.Server
	link  client.Relay
}

// Check implements relay.PassChecker.
func (s *school) Check(shown relay.Shown) (who meeting.Identity, name string, err error) {
	who, name, ok := s.Practice.Check(shown.Meeting, shown.Pass)
	if !ok {
		err = relay.Notice{Code: "pass-invalid"}
	}
	return who, name, err
}

func newSchool(t *testing.T, step time.Duration) *school {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	config, err := transporttest.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(config.Certificates[0].Certificate[0])
	hashes := []string{base64.StdEncoding.EncodeToString(sum[:])}
	address := conn.LocalAddr().String()
	s := &school{link: client.Relay{URL: "https://" + address + transport.Path, Hashes: hashes}}
	s.Practice = New(Config{
		Prepare: func(ctx context.Context, title string, plan meeting.Plan, by meeting.By) (string, error) {
			return s.relay.Prepare(ctx, title, plan, by)
		},
		Relay: address, Hashes: func() []string { return hashes }, Step: step, Logger: quiet,
	})
	if s.relay, err = relay.New(relay.Config{
		Conn: conn, TLS: config, Seed: make([]byte, relay.SeedSize), Log: &memory.Log{}, Passes: s, Logger: quiet,
	}); err != nil {
		t.Fatal(err)
	}
	background(t, s.relay.Run)
	background(t, s.Run)
	return s
}

// background runs f until the test ends.
func background(t *testing.T, f func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// pupil comes into a room as the person and does what is asked of it, until it has done all and has heard a commune. It returns what it did.
func pupil(ctx context.Context, s *school, code, pass string) (did []string, heard int64, err error) {
	ear := newEar()
	c, err := client.Dial(ctx, client.Config{
		Server: "https://" + s.link.URL, Meeting: code, Name: "x", Insecure: true,
		Found: &client.Meeting{Code: code, Relays: []client.Relay{s.link}},
		Led:   client.Led{Pass: pass, Event: ear.heard},
	})
	if err != nil {
		return nil, 0, err
	}
	var packets atomic.Int64
	c.Subscribe(func(pkt *transport.Packet, _ time.Time) {
		if seat, ok := c.Speaker(pkt.Publication()); ok && seat.Invited > person+1 {
			packets.Add(1)
		}
	})
	enough := errors.New("enough")
	err = attend(ctx, c, func(ctx context.Context) error {
		own := func() string {
			i := slices.IndexFunc(c.Seats(), func(s transport.Seat) bool { return s.Invited == person+1 })
			return c.Seats()[i].ID
		}()
		for len(did) < 4 || packets.Load() < 5 {
			e, err := ear.next(ctx)
			if err != nil {
				return err
			}
			act, members := "", any(nil)
			switch {
			case e.kind == meeting.KindRoll && e.Open:
				act, members = "present", map[string]int{"headcount": 1}
			case e.kind == meeting.KindGranted && e.seat == own:
				act = "yield"
			case e.kind == meeting.KindYielded && e.seat == own:
				act, members = "raise", map[string]string{"reason": "tập"}
			case e.kind == meeting.KindPolled:
				act, members = "vote", map[string]string{"poll": e.ID, "choice": "for"}
			default:
				continue
			}
			if _, err := c.Do(ctx, act, members); tolerable(err) != nil {
				return err
			}
			if !slices.Contains(did, act) {
				did = append(did, act)
			}
		}
		return enough
	})
	if errors.Is(err, enough) {
		err = nil
	}
	return did, packets.Load(), err
}

// Who practises is asked to do all that a site does, hears a commune through its bad line, and takes the room along when leaving.
func TestPersonPractises(t *testing.T) {
	s := newSchool(t, 500*time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	code, pass, err := s.Open(ctx, false)
	if err != nil {
		t.Fatal(err)
	}
	did, heard, err := pupil(ctx, s, code, pass)
	slices.Sort(did)
	if err != nil || !slices.Equal(did, []string{"present", "raise", "vote", "yield"}) || heard < 5 {
		t.Fatalf("did %v, heard %d packets, %v", did, heard, err)
	}
	if _, _, ok := s.Practice.Check(code, "practice-guess"); ok {
		t.Error("a guessed pass is good")
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for gone := false; !gone; { // the chair waits for the person to come back, for a while
		select {
		case <-ctx.Done():
			t.Fatal("the room is still there")
		case <-tick.C:
			_, _, there := s.Practice.Check(code, pass)
			gone = !there
		}
	}
}

// There are no more rooms than may be, and one that is never entered is given back.
func TestRoomsAreFew(t *testing.T) {
	s := newSchool(t, 50*time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for range MaxRooms {
		if _, _, err := s.Open(ctx, false); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := s.Open(ctx, false); !errors.Is(err, ErrFull) {
		t.Errorf("one more: %v", err)
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, _, err := s.Open(ctx, false); err == nil {
			return
		} else if !errors.Is(err, ErrFull) {
			t.Fatal(err)
		}
		<-tick.C
	}
}

// Who practises as the chair finds sites that want to speak, answer the roll and vote.
func TestPersonChairs(t *testing.T) {
	s := newSchool(t, 500*time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	code, pass, err := s.Open(ctx, true)
	if err != nil {
		t.Fatal(err)
	}
	ear := newEar()
	c, err := client.Dial(ctx, client.Config{
		Server: "https://" + s.link.URL, Meeting: code, Name: "x", Insecure: true,
		Found: &client.Meeting{Code: code, Relays: []client.Relay{s.link}},
		Led:   client.Led{Pass: pass, Event: ear.heard},
	})
	if err != nil {
		t.Fatal(err)
	}
	enough := errors.New("enough")
	err = attend(ctx, c, func(ctx context.Context) error {
		for _, step := range []struct {
			act     string
			members any
			then    meeting.Kind
		}{
			{"open", nil, meeting.KindRaised},
			{"next", nil, meeting.KindYielded},
			{"roll", map[string]bool{"open": true}, meeting.KindPresent},
			{"poll", map[string]string{"question": "Có?"}, meeting.KindVoted},
			{"close", nil, meeting.KindClosed},
		} {
			if _, err := c.Do(ctx, step.act, step.members); err != nil {
				return err
			}
			if ok, err := ear.until(ctx, time.Minute, func(h heard) bool { return h.kind == step.then }); err != nil || !ok {
				return errors.Join(err, errors.New("nobody answers "+step.act))
			}
		}
		return enough
	})
	if !errors.Is(err, enough) {
		t.Fatal(err)
	}
}

package cluster

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/store"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// badges are passes that say who one is: "account chair" or "site dc1".
type badges struct{}

func (badges) Check(shown relay.Shown) (who meeting.Identity, name string, err error) {
	kind, of, _ := strings.Cut(shown.Pass, " ")
	if kind == "account" {
		who.Account = of
	} else {
		who.Site = of
	}
	return who, of, nil
}

// shared is what relays share.
type shared struct {
	log interface {
		store.Log
		store.Follower
	}
	leases   store.Leases
	requests store.Requests
}

// inMemory is shared by relays of one bubble.
func inMemory() *shared {
	return &shared{&memory.Log{}, &memory.Leases{TTL: 3 * time.Second}, &memory.Requests{}}
}

// member is a relay of a cluster.
type member struct {
	*relay.Server
	at   string
	stop func()
}

// way is how relays are reached.
type way struct {
	listen func(at string) (net.PacketConn, error)
	client client.Way
}

// virtual is the way in a bubble.
func virtual(t *testing.T) *way {
	network := transporttest.NewNetwork()
	good := transporttest.Impairment{Delay: 5 * time.Millisecond}
	line := network.Line(good, good, 1)
	return &way{network.ListenPacket, client.Way{NoBeside: true, Transport: transport.WebTransport, Sockets: transport.Dialer{ListenPacket: line.ListenPacket, DialStream: line.DialStream}}}
}

// start runs a relay of the cluster; stop must be called.
func (s *shared) start(t *testing.T, w *way, at string, id uint16, log store.Log) *member {
	t.Helper()
	conn, err := w.listen(at)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := transporttest.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	m := &member{at: "https://" + conn.LocalAddr().String() + transport.Path}
	m.Server, err = relay.New(relay.Config{
		Conn: conn, TLS: certificate, Seed: make([]byte, relay.SeedSize), ID: id, Log: Under{log, Meetings}, Passes: badges{},
		Cluster: &Relays{Name: fmt.Sprint("relay ", id), Events: s.log, Leases: s.leases, Requests: s.requests},
		Logger:  slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	m.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the relay ended with %v", err)
		}
	})
	return m
}

// person is somebody in the meeting, at one of its relays.
type person struct {
	*client.Client
	leave func()
}

func join(t *testing.T, w *way, m *member, code, pass string) *person {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c, err := client.Dial(ctx, client.Config{
		Server: "https://127.0.0.1:1", Meeting: code, Name: pass, Insecure: true, Way: w.client, Listen: true,
		Found: &client.Meeting{Code: code, Relays: []client.Relay{{URL: m.at}}}, Led: client.Led{Pass: pass},
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = c.Run(ctx) }()
	return &person{c, sync.OnceFunc(func() { cancel(); <-done })}
}

// do wishes something; a refusal is no error.
func (p *person) do(t *testing.T, act string, members ...any) (refused string) {
	t.Helper()
	all := map[string]any{}
	for i := 0; i+1 < len(members); i += 2 {
		all[members[i].(string)] = members[i+1]
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	_, err := p.Do(ctx, act, all)
	if refusal, ok := err.(*client.Refusal); ok {
		return refusal.Code
	}
	if err != nil {
		t.Errorf("%s: %v", act, err)
	}
	return ""
}

// open prepares a meeting with two sites.
func (m *member) open(t *testing.T) string {
	t.Helper()
	code, err := m.Prepare(context.Background(), "Họp giao ban", meeting.Plan{
		Invited:  []meeting.Invited{{N: 1, Site: "dc1", Name: "Xã Ga Ry"}, {N: 2, Site: "dc2", Name: "Xã Ch'ơm"}},
		Officers: []meeting.Officer{{Account: "chair", Role: meeting.RoleChair}, {Account: "secretary", Role: meeting.RoleSecretary}},
	}, meeting.By{Account: "admin", Role: meeting.RoleAdmin})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// events are those of the log, which has one floor at a time, without gaps.
func (m *member) events(t *testing.T, code string) (n uint64, epochs int, granted int) {
	t.Helper()
	holder, epoch := "", uint32(0)
	if err := m.Events(code, func(e meeting.Event) error {
		if n++; e.N != n {
			t.Errorf("event %d is number %d", n, e.N)
		}
		if e.Epoch != epoch {
			epochs++
			epoch = e.Epoch
		}
		switch e.Body.(type) {
		case meeting.Granted:
			granted++
			if holder != "" {
				t.Errorf("event %d grants the floor that %s has", n, holder)
			}
			holder = e.Seat
		case meeting.Yielded, meeting.Left, meeting.Removed:
			if holder == e.Seat {
				holder = ""
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n, epochs, granted
}

// folded is the number of the last event that a relay knows, and the digest of what it makes of them.
func (m *member) folded(t *testing.T, code string) (n uint64, what string) {
	t.Helper()
	if err := m.State(code, func(s *meeting.State) { n, what = s.N, fmt.Sprintf("%+v %+v", s.Floor, s.Seats()) }); err != nil {
		t.Fatal(err)
	}
	return n, what
}

// agree waits until both relays know all.
func agree(t *testing.T, a, b *member, code string, within time.Duration) {
	t.Helper()
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		n, one := a.folded(t, code)
		m, other := b.folded(t, code)
		if n == m && one == other {
			return
		}
		if time.Since(begun) > within {
			t.Fatalf("one relay knows %d events, the other %d:\n%s\n%s", n, m, one, other)
		}
	}
}

// quarrel has two who lead at different relays call now one site, now the other.
func quarrel(t *testing.T, rounds int, chair, secretary *person) {
	var group sync.WaitGroup
	for i, p := range []*person{chair, secretary} {
		group.Go(func() {
			for n := range rounds {
				if bad := p.do(t, "call", "invited", 1+(n+i)%2); bad != "" {
					t.Errorf("the call is refused: %s", bad)
				}
				p.do(t, "raise")
				p.do(t, "lower")
			}
		})
	}
	group.Wait()
}

func TestTwoRelaysOneMeeting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := inMemory(), virtual(t)
		a := s.start(t, w, "10.0.0.1:443", 1, s.log)
		defer a.stop()
		b := s.start(t, w, "10.0.0.2:443", 2, s.log)
		defer b.stop()
		code := a.open(t)
		time.Sleep(100 * time.Millisecond)
		chair, one := join(t, w, a, code, "account chair"), join(t, w, a, code, "site dc1")
		secretary, two := join(t, w, b, code, "account secretary"), join(t, w, b, code, "site dc2")
		for _, p := range []*person{chair, one, secretary, two} {
			defer p.leave()
		}
		time.Sleep(time.Second)
		if n := len(one.Seats()); n != 4 || len(two.Seats()) != 4 {
			t.Errorf("%d and %d seats", n, len(two.Seats()))
		}
		chair.do(t, "open")
		secretary.do(t, "mode", "mode", "moderated")
		if code := chair.do(t, "mode", "mode", "moderated"); code != "" {
			t.Errorf("the chair is refused: %s", code)
		}
		quarrel(t, 50, chair, secretary)
		agree(t, a, b, code, 5*time.Second)
		_, epochs, granted := a.events(t, code)
		if epochs != 1 || granted < 50 {
			t.Errorf("%d writers, the floor was granted %d times", epochs, granted)
		}
		if bad := secretary.do(t, "finalise"); bad != "still-open" {
			t.Errorf("a refusal of the other relay is %q", bad)
		}
	})
}

func TestOtherRelayTakesOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := inMemory(), virtual(t)
		a := s.start(t, w, "10.0.0.1:443", 1, s.log)
		b := s.start(t, w, "10.0.0.2:443", 2, s.log)
		defer b.stop()
		code := a.open(t)
		time.Sleep(100 * time.Millisecond)
		chair := join(t, w, b, code, "account chair")
		defer chair.leave()
		chair.do(t, "open")
		a.stop()
		begun := time.Now()
		for chair.do(t, "mode", "mode", "moderated") != "" {
			time.Sleep(200 * time.Millisecond)
		}
		if d := time.Since(begun); d > 8*time.Second {
			t.Errorf("the other relay writes after %v", d)
		}
		if _, epochs, _ := b.events(t, code); epochs != 2 {
			t.Errorf("%d writers", epochs)
		}
		again := s.start(t, w, "10.0.0.3:443", 1, s.log) // it comes back, and follows
		defer again.stop()
		site := join(t, w, again, code, "site dc1")
		defer site.leave()
		if bad := site.do(t, "raise"); bad != "" {
			t.Errorf("refused: %s", bad)
		}
		agree(t, again, b, code, 5*time.Second)
		if _, epochs, _ := b.events(t, code); epochs != 2 {
			t.Errorf("%d writers", epochs)
		}
	})
}

// standing is a log in front of whose next Append a writer stands still, for as long as meanwhile takes.
type standing struct {
	store.Log
	meanwhile func()
}

func (l *standing) Append(subject string, after uint64, events ...[]byte) error {
	if f := l.meanwhile; f != nil {
		l.meanwhile = nil
		f()
	}
	return l.Log.Append(subject, after, events...)
}

// A writer stands still, loses its lease, and goes on: what it had decided is refused, and decided by the other relay.
func TestStaleWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := inMemory(), virtual(t)
		log := &standing{Log: s.log}
		a := s.start(t, w, "10.0.0.1:443", 1, log)
		defer a.stop()
		b := s.start(t, w, "10.0.0.2:443", 2, s.log)
		defer b.stop()
		code := a.open(t)
		one, two := join(t, w, b, code, "site dc1"), join(t, w, b, code, "site dc2")
		defer one.leave()
		defer two.leave()
		chair := meeting.By{Account: "chair", Role: meeting.RoleChair}
		for _, action := range []meeting.Action{meeting.Open{}, meeting.SetMode{Mode: meeting.ModeModerated}} {
			if _, err := a.Do(t.Context(), code, chair, action); err != nil {
				t.Fatal(err)
			}
		}
		log.meanwhile = func() {
			lease, err := s.leases.Holder(t.Context(), Meetings+code)
			if err != nil || lease.Holder != "relay 1" {
				t.Errorf("%+v, %v", lease, err)
			}
			if err := s.leases.Release(t.Context(), lease); err != nil { // its time is over
				t.Error(err)
			}
			if _, err := b.Do(t.Context(), code, chair, meeting.Call{Invited: 2}); err != nil {
				t.Error(err)
			}
		}
		if _, err := a.Do(t.Context(), code, chair, meeting.Call{Invited: 1}); err != nil {
			t.Error(err)
		}
		agree(t, a, b, code, 5*time.Second)
		if _, epochs, granted := a.events(t, code); epochs != 2 || granted != 2 {
			t.Errorf("%d writers, the floor was granted %d times", epochs, granted)
		}
	})
}

// A relay is gone: those who were there are away for the others, until they come back.
func TestSeatsOfARelayThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := inMemory(), virtual(t)
		dead := &broken{Log: s.log}
		a := s.start(t, w, "10.0.0.1:443", 1, dead)
		b := s.start(t, w, "10.0.0.2:443", 2, s.log)
		defer b.stop()
		code := a.open(t)
		chair, one := join(t, w, b, code, "account chair"), join(t, w, a, code, "site dc1")
		defer chair.leave()
		defer one.leave()
		time.Sleep(10 * time.Second)
		here := func() (n int) {
			for _, s := range chair.Seats() {
				if s.Here {
					n++
				}
			}
			return n
		}
		if here() != 2 {
			t.Errorf("%d are here", here())
		}
		dead.power.Store(true)
		a.stop()
		time.Sleep(20 * time.Second)
		if here() != 1 {
			t.Errorf("%d are here though a relay is gone", here())
		}
	})
}

// broken is a log that takes nothing any more after a power cut.
type broken struct {
	store.Log
	power atomic.Bool
}

func (l *broken) Append(subject string, after uint64, events ...[]byte) error {
	if l.power.Load() {
		return store.ErrUnavailable
	}
	return l.Log.Append(subject, after, events...)
}

package script

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/diemcau/diemcau/transport"
)

// seat is somebody in the meeting: a page without a voice. When its session is lost it comes back, as a page does.
type seat struct {
	who   entry
	code  string
	bytes atomic.Int64  // of control messages, both ways, with their lengths
	last  atomic.Uint64 // number of the newest event that came
	left  atomic.Bool   // it does not come back

	mu      sync.Mutex
	now     *attached
	seating transport.Seating // for the cursor
	wishes  map[string]*wish
	told    map[uint64]time.Time // event → when it came
}

// attached is one session of a seat.
type attached struct {
	session *transport.Session
	line    *transport.Line
}

// wish is a command that is not answered.
type wish struct {
	message map[string]any
	answer  chan outcome
}

// outcome is the answer to a command.
type outcome struct {
	n   uint64
	err error
}

// framing is what a control message travels with, in bytes.
const framing = 2

// entry is who comes.
type entry struct {
	name, pass string
	place      *place // nil: a person
	token      string
}

// sit joins a meeting, or comes back to it.
func (s *seat) sit(ctx context.Context, url string) error {
	// The relay runs on loopback and was started for this: there is nobody to be mistaken for.
	session, err := transport.Dial(ctx, url, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		return err
	}
	muted := true
	s.mu.Lock()
	s.seating.N = s.last.Load()
	hello := transport.Hello{
		Type: transport.TypeHello, Protocol: transport.Protocol, Meeting: s.code, Name: s.who.name, Muted: &muted,
		Pass: s.who.pass, Token: s.who.token, Line: transport.NewLineSecret(), Cursor: s.seating.Cursor(),
	}
	s.mu.Unlock()
	if p := s.who.place; p != nil {
		hello.Pass, hello.Proof = p.pass, p.key.sign(s.code+"\n"+hello.Line)
	}
	now := &attached{session: session, line: transport.NewLine(session, time.Now())}
	if err := s.say(now, hello); err != nil {
		return err
	}
	m, err := s.read(now)
	if err != nil {
		return err
	}
	var welcome transport.Welcome
	if m.Type != transport.TypeWelcome || m.Decode(&welcome) != nil {
		return fmt.Errorf("script: the relay answers %s", m.JSON)
	}
	return s.welcome(now, &welcome)
}

// welcome takes what a welcome tells, and says again what was not answered.
func (s *seat) welcome(now *attached, w *transport.Welcome) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.seating.Welcome(w); err != nil {
		return err
	}
	s.now, s.who.token = now, w.Token
	for n := s.last.Load() + 1; n <= s.seating.N; n++ {
		s.told[n] = time.Now()
	}
	s.last.Store(s.seating.N)
	for _, wish := range s.wishes {
		if err := s.say(now, wish.message); err != nil {
			return err
		}
	}
	return nil
}

func (s *seat) say(on *attached, message any) error {
	text, err := transport.AppendMessage(nil, message)
	if err != nil {
		return err
	}
	s.bytes.Add(int64(len(text)))
	return on.session.WriteEncoded(text)
}

func (s *seat) read(on *attached) (transport.Message, error) {
	m, err := on.session.ReadTold()
	n := m.Wire
	if n == 0 {
		n = len(m.JSON)
	}
	s.bytes.Add(int64(n + framing))
	return m, err
}

// run reads until ctx ends. lost is called before it comes back.
func (s *seat) run(ctx context.Context, url string, lost func()) error {
	for {
		err := s.attend(ctx, s.now)
		if ctx.Err() != nil || s.left.Load() {
			return nil
		}
		if errors.As(err, new(dismissed)) {
			return err
		}
		lost()
		for tries := 1; ; tries++ {
			err := s.sit(ctx, url)
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				return nil
			}
			if tries == maxTries {
				return err
			}
			if err := pause(ctx, time.Duration(tries)*100*time.Millisecond); err != nil {
				return nil
			}
		}
	}
}

// maxTries is how often a seat tries to come back.
const maxTries = 20

// dismissed is a bye of the relay, which says why.
type dismissed struct{ error }

// attend reads until ctx ends or the session does.
func (s *seat) attend(ctx context.Context, on *attached) error {
	group, inner := errgroup.WithContext(ctx)
	stop := context.AfterFunc(inner, func() { _ = on.session.Close("") })
	defer stop()
	group.Go(func() error { return s.listen(on) })
	group.Go(func() error {
		for {
			if _, err := on.line.Receive(inner); err != nil {
				return err
			}
		}
	})
	group.Go(func() error { return on.line.Ticks(inner, transport.TickSeldom) })
	return group.Wait()
}

// listen takes what the relay says.
func (s *seat) listen(on *attached) error {
	for {
		m, err := s.read(on)
		if err != nil {
			return err
		}
		switch m.Type {
		case transport.TypeBye:
			return dismissed{fmt.Errorf("script: the relay says %s", m.JSON)}
		case transport.TypeEvent:
			err = s.event(m, time.Now())
		case transport.TypeDone, transport.TypeRefused:
			err = s.answered(m)
		}
		if err != nil {
			return err
		}
	}
}

func (s *seat) event(m transport.Message, now time.Time) error {
	var e struct{ N uint64 }
	if err := m.Decode(&e); err != nil {
		return err
	}
	s.mu.Lock()
	s.told[e.N] = now
	s.mu.Unlock()
	s.last.Store(e.N)
	return nil
}

func (s *seat) answered(m transport.Message) error {
	var a struct {
		ID   string
		N    uint64
		Code string
	}
	if err := m.Decode(&a); err != nil {
		return err
	}
	o := outcome{n: a.N}
	if m.Type == transport.TypeRefused {
		o.err = &refused{Code: a.Code}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if wish := s.wishes[a.ID]; wish != nil {
		wish.answer <- o
		delete(s.wishes, a.ID)
	}
	return nil
}

var ids atomic.Uint64

// do wishes that something happen and waits for the answer; members are those of the act.
func (s *seat) do(ctx context.Context, act string, members map[string]any) (uint64, error) {
	id := strconv.FormatUint(ids.Add(1), 36)
	w := &wish{map[string]any{"type": "do", "act": act, "id": id}, make(chan outcome, 1)}
	for k, v := range members {
		w.message[k] = v
	}
	s.mu.Lock()
	s.wishes[id] = w
	now := s.now
	s.mu.Unlock()
	_ = s.say(now, w.message) // else it is said after the next welcome
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	select {
	case <-ctx.Done():
		return 0, fmt.Errorf("script: %s is not answered: %w", act, ctx.Err())
	case o := <-w.answer:
		if o.err != nil {
			return 0, fmt.Errorf("script: %s: %w", act, o.err)
		}
		return o.n, nil
	}
}

// heard returns when an event came here, and whether it did.
func (s *seat) heard(n uint64) (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.told[n]
	return at, ok
}

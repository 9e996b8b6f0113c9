package script

import (
	"context"
	"crypto/tls"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/diemcau/diemcau/transport"
)

// seat is somebody in the meeting: a page without a voice.
type seat struct {
	id      string
	token   string
	session *transport.Session
	line    *transport.Line
	bytes   atomic.Int64 // of control messages, both ways, with their lengths
	last    atomic.Uint64

	mu     sync.Mutex
	wishes map[string]chan outcome
	told   map[uint64]time.Time // event → when it came
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

// sit joins a meeting.
func sit(ctx context.Context, url, code string, who entry) (*seat, error) {
	// The relay runs on loopback and was started for this: there is nobody to be mistaken for.
	session, err := transport.Dial(ctx, url, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		return nil, err
	}
	muted := true
	hello := transport.Hello{
		Type: transport.TypeHello, Protocol: transport.Protocol, Meeting: code, Name: who.name, Muted: &muted,
		Pass: who.pass, Token: who.token, Line: transport.NewLineSecret(),
	}
	if who.place != nil {
		hello.Pass, hello.Proof = who.place.pass, who.place.key.sign(code+"\n"+hello.Line)
	}
	s := &seat{session: session, wishes: map[string]chan outcome{}, told: map[uint64]time.Time{}}
	if err := s.say(hello); err != nil {
		return nil, err
	}
	m, err := s.read()
	if err != nil {
		return nil, err
	}
	var welcome transport.Welcome
	if m.Type != transport.TypeWelcome || m.Decode(&welcome) != nil {
		return nil, fmt.Errorf("script: the relay answers %s", m.JSON)
	}
	s.id, s.token = welcome.You, welcome.Token
	s.line = transport.NewLine(session, time.Now())
	return s, nil
}

func (s *seat) say(message any) error {
	text, err := transport.AppendMessage(nil, message)
	if err != nil {
		return err
	}
	s.bytes.Add(int64(len(text)))
	return s.session.WriteEncoded(text)
}

func (s *seat) read() (transport.Message, error) {
	m, err := s.session.ReadTold()
	n := m.Wire
	if n == 0 {
		n = len(m.JSON)
	}
	s.bytes.Add(int64(n + framing))
	return m, err
}

// run reads until ctx ends or the session does.
func (s *seat) run(ctx context.Context) error {
	group, inner := errgroup.WithContext(ctx)
	stop := context.AfterFunc(inner, func() { _ = s.session.Close("") })
	defer stop()
	group.Go(func() error { return s.listen() })
	group.Go(func() error {
		for {
			if _, err := s.line.Receive(inner); err != nil {
				return err
			}
		}
	})
	group.Go(func() error { return s.tick(inner) })
	err := group.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (s *seat) tick(ctx context.Context) error {
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case now := <-ticker.C:
			if err := s.line.Tick(now); err != nil {
				return err
			}
		}
	}
}

// listen takes what the relay says.
func (s *seat) listen() error {
	for {
		m, err := s.read()
		if err != nil {
			return err
		}
		now := time.Now()
		switch m.Type {
		case transport.TypeEvent:
			var e struct{ N uint64 }
			if err := m.Decode(&e); err != nil {
				return err
			}
			s.mu.Lock()
			s.told[e.N] = now
			s.mu.Unlock()
			s.last.Store(e.N)
		case transport.TypeDone, transport.TypeRefused:
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
			if wish := s.wishes[a.ID]; wish != nil {
				wish <- o
				delete(s.wishes, a.ID)
			}
			s.mu.Unlock()
		}
	}
}

var wishes atomic.Uint64

// do wishes that something happen and waits for the answer; members are those of the act.
func (s *seat) do(ctx context.Context, act string, members map[string]any) (uint64, error) {
	message := map[string]any{"type": "do", "act": act, "id": strconv.FormatUint(wishes.Add(1), 36)}
	for k, v := range members {
		message[k] = v
	}
	answer := make(chan outcome, 1)
	s.mu.Lock()
	s.wishes[message["id"].(string)] = answer
	s.mu.Unlock()
	if err := s.say(message); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	select {
	case <-ctx.Done():
		return 0, fmt.Errorf("script: %s is not answered: %w", act, ctx.Err())
	case o := <-answer:
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

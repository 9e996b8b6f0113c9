package relay

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

const (
	mostBells     = 10_000 // sessions that wait to be rung
	mostBellsSite = 4      // of one site: a newer one takes the place of the oldest
)

// bell is a session of an idle room.
type bell struct {
	site string
	out  *outbox
	stop context.CancelFunc
}

// bells are the idle rooms that wait to be rung.
type bells struct {
	mu    sync.Mutex
	of    map[string][]*bell // by site
	count int
}

func newBells() *bells { return &bells{of: map[string][]*bell{}} }

// add is false when there are too many.
func (b *bells) add(one *bell) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.count >= mostBells {
		return false
	}
	b.count++
	b.of[one.site] = append(b.of[one.site], one)
	if all := b.of[one.site]; len(all) > mostBellsSite {
		all[0].stop()
	}
	return true
}

func (b *bells) remove(one *bell) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count--
	b.of[one.site] = slices.DeleteFunc(b.of[one.site], func(o *bell) bool { return o == one })
	if len(b.of[one.site]) == 0 {
		delete(b.of, one.site)
	}
}

// ring rings the rooms of a site that are idle here.
func (b *bells) ring(site string, ring transport.Ring) {
	text, err := transport.AppendPacked(nil, ring)
	if err != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, one := range b.of[site] {
		one.out.put(message{bytes: text}) // one that takes nothing is asked again when it comes back
	}
}

// await keeps a session of an idle room until it ends. The error is why.
func (s *Server) await(ctx context.Context, session *transport.Session, first transport.Message) error {
	var asked transport.Await
	if first.Decode(&asked) != nil || !transport.ValidLineSecret(asked.Line) {
		return refusal{badHello, false}
	}
	if asked.Protocol != transport.Protocol {
		return refusal{wrongProtocol, false}
	}
	who, _, err := s.check(Shown{Pass: asked.Pass, Proof: asked.Proof, Line: asked.Line})
	if err != nil {
		return err
	}
	if who.Site == "" {
		return refusal{passInvalid, false}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	one := &bell{site: who.Site, out: newOutbox(), stop: stop}
	if err := session.WriteControl(transport.Awaiting{Type: transport.TypeAwaiting}); err != nil {
		return err
	}
	if !s.bells.add(one) {
		return refusal{tooMany, true}
	}
	defer s.bells.remove(one)
	defer context.AfterFunc(s.life.ctx, stop)()
	defer context.AfterFunc(ctx, func() { _ = session.Close("") })()
	s.unanswered(one)
	var group sync.WaitGroup
	defer group.Wait()
	defer stop()
	group.Go(func() { _ = one.write(ctx, session) })
	return s.answers(one, session)
}

// write sends what waits for an idle room.
func (b *bell) write(ctx context.Context, session *transport.Session) error {
	defer b.stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-b.out.wake:
		}
		for _, m := range b.out.take() {
			if err := session.WriteEncoded(m.bytes); err != nil {
				return err
			}
		}
	}
}

// answers takes what an idle room says, until its session ends.
func (s *Server) answers(b *bell, session *transport.Session) error {
	limiter := newControlLimiter()
	for {
		m, err := session.ReadControl(transport.MaxHello)
		if err != nil || !limiter.Allow() {
			return err
		}
		var answer transport.Answer
		if m.Type != transport.TypeAnswer || m.Decode(&answer) != nil {
			continue
		}
		code, err := meeting.ParseCode(answer.Meeting)
		if err != nil {
			continue
		}
		if _, err := s.Do(context.Background(), code, meeting.By{Site: b.site}, meeting.Answer{}); err != nil {
			s.config.Logger.Warn("the answer of an idle room was not taken", "error", err)
		}
	}
}

// unanswered rings an idle room for the meetings that have rung it before it was here.
func (s *Server) unanswered(b *bell) {
	for _, r := range s.allRooms() {
		r.mu.Lock()
		if invited, ok := r.state.Plan.Of(b.site); ok && r.loaded && r.state.Closed == 0 {
			if rung, was := r.state.Rings[invited.N]; was && rung.Answered == 0 && r.ms(time.Now())-rung.Ms < ringsFor.Milliseconds() {
				b.ring(r.code, r.state.Title, rung.Text)
			}
		}
		r.mu.Unlock()
	}
}

// ringsFor is how long a ring is worth being heard.
const ringsFor = time.Hour

func (b *bell) ring(code, title, text string) {
	encoded, err := transport.AppendPacked(nil, transport.Ring{Type: transport.TypeRing, Meeting: code, Title: title, Text: text})
	if err == nil {
		b.out.put(message{bytes: encoded})
	}
}

// rings has the idle rooms rung that an event names. Room.mu is held.
func (r *Room) rings(e meeting.Event) {
	rang, ok := e.Body.(meeting.Rang)
	if !ok || r.bells == nil {
		return
	}
	for _, n := range rang.Invited {
		if invited, ok := r.state.Plan.Find(n); ok && invited.Site != "" {
			r.bells.ring(invited.Site, transport.Ring{Type: transport.TypeRing, Meeting: r.code, Title: r.state.Title, Text: rang.Text})
		}
	}
}

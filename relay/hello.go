package relay

import (
	"context"
	"errors"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

// refusal ends a session that has no seat yet.
type refusal struct {
	sentence
	again bool // coming back makes sense
}

// Error returns the code.
func (r refusal) Error() string { return "relay: refused: " + r.code }

// serve greets a session and runs it: it begins a line by a hello, or joins one by an attach. The listener closes it afterwards.
func (s *Server) serve(ctx context.Context, session *transport.Session) {
	s.counters.sessions.Add(1)
	defer s.counters.sessions.Add(-1)
	p, a, err := s.admit(ctx, session)
	if err != nil || p == nil {
		s.refuse(ctx, session, err)
		return
	}
	err = s.files.beside(a, p.pace, func() error { return p.serve(a) })
	s.counters.stalled(session.Stalled())
	s.config.Logger.Debug("a session ended", "participant", p.id, "on", session.Kind, "cause", err)
	if err := p.room.detach(p, a); err != nil {
		s.config.Logger.Error("a meeting's event was not stored", "error", err)
	}
}

// live runs a participant until it is over.
func (s *Server) live(p *Participant) {
	err := p.run()
	s.config.Logger.Debug("a participant is gone", "participant", p.id, "cause", err)
	s.lines.remove(p)
	s.counters.collect(p)
	if err := p.room.lost(p); err != nil {
		s.config.Logger.Error("a meeting's event was not stored", "error", err)
	}
}

// admit reads the first message and does what it asks. The error is a refusal, or that of a line which broke before it said anything.
func (s *Server) admit(ctx context.Context, session *transport.Session) (*Participant, *attachment, error) {
	now := time.Now()
	if s.draining.Load() {
		return nil, nil, refusal{stopping, true}
	}
	if !s.attempts.allow(session.Remote, now) {
		return nil, nil, refusal{tooMany, true}
	}
	first, err := readFirst(session, now)
	if err != nil {
		return nil, nil, err
	}
	if first.Type == transport.TypeAwait {
		return nil, nil, s.await(ctx, session, first)
	}
	if first.Type == transport.TypeAttach {
		return s.attach(ctx, session, first)
	}
	return s.join(ctx, session, first, now)
}

// attach makes a session one more path of a line.
func (s *Server) attach(ctx context.Context, session *transport.Session, first transport.Message) (*Participant, *attachment, error) {
	var asked transport.Attach
	if first.Decode(&asked) != nil {
		return nil, nil, refusal{badHello, false}
	}
	if asked.Protocol != transport.Protocol {
		return nil, nil, refusal{wrongProtocol, false}
	}
	p := s.lines.find(asked.Line)
	if p == nil {
		return nil, nil, errLineUnknown
	}
	a := s.newAttachment(ctx, session, asked.Control)
	a.uplink, a.cursor = asked.Uplink, asked.Cursor
	if err := p.room.attach(p, a); err != nil {
		return nil, nil, err
	}
	if !asked.Control {
		if err := session.WriteControl(transport.Attached{Type: transport.TypeAttached}); err != nil {
			a.cancel(err)
		}
	}
	return p, a, nil
}

// join gives a session a seat and a line of its own.
func (s *Server) join(ctx context.Context, session *transport.Session, first transport.Message, now time.Time) (*Participant, *attachment, error) {
	var hello transport.Hello
	if first.Type != transport.TypeHello || first.Decode(&hello) != nil {
		return nil, nil, refusal{badHello, false}
	}
	if hello.Protocol != transport.Protocol {
		return nil, nil, refusal{wrongProtocol, false}
	}
	if transport.ValidLineSecret(hello.Line) {
		s.lines.begins.Lock()
		defer s.lines.begins.Unlock()
		if p := s.lines.find(hello.Line); p != nil { // its first hello is here already, by another session
			if p.room.late(p) {
				return nil, nil, errNotTaken
			}
			a := s.helloed(ctx, session, hello)
			return p, a, p.room.attach(p, a)
		}
	}
	code, err := meeting.ParseCode(hello.Meeting)
	if err != nil {
		return nil, nil, refusal{meetingUnknown, false}
	}
	room := s.room(code)
	if room == nil {
		return nil, nil, refusal{meetingUnknown, false}
	}
	if hello.Site != nil {
		return s.joinSite(ctx, session, room, hello, now)
	}
	room.wakeAbove()
	who, err := s.identify(&hello, code)
	if err != nil {
		return nil, nil, err
	}
	var seat string
	if hello.Token != "" {
		if seat, err = s.tokens.seat(hello.Token, code, now); err != nil {
			return nil, nil, refusal{tokenInvalid, false}
		}
	}
	p := s.newcomer(hello, now)
	p.shown = shownBy(hello, code)
	a := s.helloed(ctx, session, hello)
	return s.seated(p, a, room.join(p, a, hello, seat, who))
}

// helloed makes the attachment of a session that said hello.
func (s *Server) helloed(ctx context.Context, session *transport.Session, hello transport.Hello) *attachment {
	a := s.newAttachment(ctx, session, true)
	a.uplink, a.hello = hello.Uplink, true
	if hello.Token != "" { // else it is another seat's
		a.cursor = hello.Cursor
	}
	return a
}

// newcomer makes the participant of a hello.
func (s *Server) newcomer(hello transport.Hello, now time.Time) *Participant {
	p := newParticipant(s.life.ctx, now)
	if transport.ValidLineSecret(hello.Line) {
		p.secret = hello.Line
	}
	if p.told.quiet = hello.Quiet; hello.Quiet {
		p.line.Quiet()
	}
	return p
}

// seated begins the life of a participant that has joined, or ends it if err says that it has not.
func (s *Server) seated(p *Participant, a *attachment, err error) (*Participant, *attachment, error) {
	if err != nil {
		p.cancel(err)
		return nil, nil, err
	}
	s.lines.add(p)
	s.people.Go(func() { s.live(p) })
	return p, a, nil
}

// readFirst waits for the first message: 3 s and 2 kB are all that a stranger gets.
func readFirst(session *transport.Session, now time.Time) (m transport.Message, err error) {
	if err := session.SetReadDeadline(now.Add(helloTimeout)); err != nil {
		return m, err
	}
	m, err = session.ReadControl(transport.MaxHello)
	switch {
	case errors.Is(err, transport.ErrMessageTooLong):
		return m, refusal{messageTooLong, false}
	case errors.Is(err, transport.ErrNotJSON):
		return m, refusal{badHello, false}
	case err != nil && time.Now().Before(now.Add(helloTimeout)):
		return m, err // gone again
	case err != nil:
		return m, refusal{tooSlow, true}
	}
	return m, session.SetReadDeadline(time.Time{})
}

// refuse says bye in the words of err and leaves the message a moment to arrive.
func (s *Server) refuse(ctx context.Context, session *transport.Session, err error) {
	var r refusal
	var notice Notice
	var word meeting.Refusal
	switch {
	case errors.As(err, &r):
	case errors.As(err, &notice):
		r = refusal{sentence{notice.Code, notice.Vi, notice.En}, false}
	case errors.As(err, &word):
		r = refusal{sentence{word.Code, word.Vi, word.En}, false}
	case errors.Is(err, errLineUnknown):
		r = refusal{lineUnknown, true}
	case errors.Is(err, meeting.ErrName):
		r = refusal{nameInvalid, false}
	case errors.Is(err, meeting.ErrFull):
		r = refusal{meetingFull, false}
	case errors.Is(err, meeting.ErrSeatGone):
		r = refusal{tokenInvalid, false}
	case errors.Is(err, errStore):
		s.config.Logger.Error("a participant could not be seated", "error", err)
		r = refusal{broken, true}
	default:
		return // the line broke
	}
	s.counters.refused(r.code)
	if session.WriteControl(r.bye(r.again)) == nil {
		pause(ctx, linger)
	}
}

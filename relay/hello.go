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

// serve greets a session, gives it a seat and runs it. The listener closes it afterwards.
func (s *Server) serve(ctx context.Context, session *transport.Session) {
	s.counters.sessions.Add(1)
	defer s.counters.sessions.Add(-1)
	p := newParticipant(session, time.Now())
	ctx, p.cancel = context.WithCancelCause(ctx)
	defer p.cancel(nil)
	if err := s.admit(p); err != nil {
		s.refuse(ctx, session, err)
		return
	}
	err := p.run(ctx)
	s.config.Logger.Debug("a session ended", "seat", p.seat, "cause", err)
	s.counters.collect(p)
	if err := p.room.lost(p); err != nil {
		s.config.Logger.Error("a meeting's event was not stored", "error", err)
	}
}

// admit reads the hello and seats p. The error is a refusal, or that of a line which broke before it said anything.
func (s *Server) admit(p *Participant) error {
	now := time.Now()
	if s.draining.Load() {
		return refusal{stopping, true}
	}
	if !s.attempts.allow(p.session.Remote, now) {
		return refusal{tooMany, true}
	}
	hello, err := readHello(p.session, now)
	if err != nil {
		return err
	}
	code, err := meeting.ParseCode(hello.Meeting)
	if err != nil {
		return refusal{meetingUnknown, false}
	}
	room := s.room(code)
	if room == nil {
		return refusal{meetingUnknown, false}
	}
	var seat string
	if hello.Token != "" {
		if seat, err = s.tokens.seat(hello.Token, code, now); err != nil {
			return refusal{tokenInvalid, false}
		}
	}
	token := func(seat string) string { return s.tokens.issue(code, seat, now) }
	return room.join(p, hello, seat, s.config.Build, token)
}

// readHello waits for the first message: 3 s and 2 kB are all that a stranger gets.
func readHello(session *transport.Session, now time.Time) (hello transport.Hello, err error) {
	if err := session.SetReadDeadline(now.Add(helloTimeout)); err != nil {
		return hello, err
	}
	m, err := session.ReadControl(transport.MaxHello)
	switch {
	case errors.Is(err, transport.ErrMessageTooLong):
		return hello, refusal{messageTooLong, false}
	case errors.Is(err, transport.ErrNotJSON):
		return hello, refusal{badHello, false}
	case err != nil && time.Now().Before(now.Add(helloTimeout)):
		return hello, err // gone again
	case err != nil:
		return hello, refusal{tooSlow, true}
	case m.Type != transport.TypeHello || m.Decode(&hello) != nil:
		return hello, refusal{badHello, false}
	case hello.Protocol != transport.Protocol:
		return hello, refusal{wrongProtocol, false}
	}
	return hello, session.SetReadDeadline(time.Time{})
}

// refuse says bye in the words of err and leaves the message a moment to arrive.
func (s *Server) refuse(ctx context.Context, session *transport.Session, err error) {
	var r refusal
	switch {
	case errors.As(err, &r):
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

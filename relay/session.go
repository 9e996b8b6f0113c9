package relay

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/diemcau/diemcau/transport"
)

// serve carries the line's datagrams over one session, and its control messages, until the session ends or p does. It returns when all goroutines
// of the session have.
func (p *Participant) serve(a *attachment) error {
	defer context.AfterFunc(p.ctx, func() { a.cancel(context.Cause(p.ctx)) })()
	// The control stream's Read knows no context: closing the session ends it.
	defer context.AfterFunc(a.ctx, func() { _ = a.session.Close("") })()
	_ = p.line.Revive(time.Now()) // paths never fail
	var group sync.WaitGroup
	defer a.side.close()
	group.Go(func() { a.cancel(p.readControl(a, &group)) })
	if a.out != nil {
		group.Go(func() { a.cancel(p.writeControl(a)) })
	}
	group.Go(func() { p.nudge(a) })
	// Here: a goroutine less for each session.
	a.cancel(a.route.Carry(a.ctx))
	group.Wait()
	return context.Cause(a.ctx)
}

// nudge lets what was just said to a client arrive soon, until the client is heard.
func (p *Participant) nudge(a *attachment) {
	ctx, heard := context.WithCancel(a.ctx)
	defer heard()
	a.route.OnFirst(func() {
		heard()
		p.room.taken(p, a, time.Now())
	})
	a.session.Nudge(ctx)
	if side := a.side.unproved(); side != nil { // the client may not know yet that it has one
		ctx, proved := context.WithCancel(a.ctx)
		defer proved()
		side.OnFirst(proved)
		a.session.Nudge(ctx)
	}
}

// writeControl sends what waits for a session. After the last message of all the participant is over.
func (p *Participant) writeControl(a *attachment) error {
	for {
		select {
		case <-a.ctx.Done():
			return context.Cause(a.ctx)
		case <-a.out.wake:
		}
		// What waits leaves in one piece: in a lively meeting that is a packet instead of ten.
		b, last := joined(a.out.take())
		err := a.session.WriteEncoded(b)
		if last {
			if err == nil {
				pause(a.ctx, linger)
			}
			p.cancel(errDismissed)
			return errDismissed
		}
		if err != nil {
			return err
		}
	}
}

// joined returns messages in one piece, up to the last one of all, and says whether that is among them.
func joined(messages []message) (b []byte, last bool) {
	if len(messages) == 1 {
		return messages[0].bytes, messages[0].last
	}
	for _, m := range messages {
		b = append(b, m.bytes...)
		if m.last {
			return b, true
		}
	}
	return b, false
}

// pause gives the last message of a session time to leave: what closes the session may overtake it.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// readControl handles what the page says on one session. Messages that it does not understand cost one error each, within limits.
// tasks are those of the session.
func (p *Participant) readControl(a *attachment, tasks *sync.WaitGroup) error {
	limiter := newControlLimiter()
	for {
		m, err := a.session.ReadControl(transport.MaxControl)
		switch {
		case errors.Is(err, transport.ErrMessageTooLong):
			p.dismiss(messageTooLong, false)
			return p.over(a) // writeControl ends it
		case errors.Is(err, transport.ErrNotJSON):
			p.complain(badMessage)
		case err != nil:
			return err
		}
		if !limiter.Allow() {
			p.dismiss(tooFast, false)
			return p.over(a)
		}
		switch {
		case err != nil:
		case m.Type == transport.TypeBeside:
			p.beside(a, m, tasks)
		case !p.handle(m):
			p.cancel(errLeft)
			return errLeft
		}
	}
}

func newControlLimiter() *rate.Limiter { return rate.NewLimiter(controlRate, controlBurst) }

// over reads no more of a session whose participant is dismissed, so that the last word can leave.
func (*Participant) over(a *attachment) error {
	<-a.ctx.Done() // p's end ends it
	return context.Cause(a.ctx)
}

// handle does what a message asks; false means that the participant leaves.
func (p *Participant) handle(m transport.Message) bool {
	switch m.Type {
	case transport.TypeSeats, transport.TypeClock:
		p.hear(m)
	case transport.TypeMute:
		var mute transport.Mute
		if m.Decode(&mute) != nil || p.site != nil {
			p.complain(badMessage)
			return true
		}
		p.room.mute(p, mute.Muted)
	case transport.TypeDo:
		p.command(m)
	case transport.TypeOffer:
		p.offered(m)
	case transport.TypePoint:
		p.pointsAt(m)
	case transport.TypeRenew:
		p.room.renewed(p)
	case transport.TypeBye:
		p.left.Store(true)
		return false
	default:
		if !p.picture(m) {
			p.complain(unknownType)
		}
	}
	return true
}

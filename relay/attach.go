package relay

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

const (
	// keepLine is how long a participant without a session keeps line and publication.
	keepLine = 15 * time.Second
	// lossyUplink is the loss from which on QUIC's acknowledgements to a page are sent more than once, if the line to it carries ackRoom bit/s: they
	// take up to 12 kbit/s of it.
	lossyUplink = 0.08
	deafUplink  = 0.35 // where even reports wait for acknowledgements
	ackRoom     = 48e3
)

var (
	errControlStuck = errors.New("relay: the session takes no control messages")
	errNotTaken     = errors.New("relay: the client took another session")
	errPathDead     = errors.New("relay: the path is dead, or one too many")
	errLineUnknown  = errors.New("relay: no such line")
	errGrace        = errors.New("relay: no session came back in time")
)

// attachment is a session as a path of its participant's line.
type attachment struct {
	session *transport.Session
	route   *transport.Route
	out     *outbox // what waits for its control stream; nil: it carries no control
	side    *side   // beside its QUIC
	uplink  int     // of the client's
	cursor  string  // what the client knew of the meeting when it opened the session
	hello   bool    // it came by a hello, one of several dials perhaps
	taken   bool    // the client sent on it: of several dials, it took this one; Room.mu
	life            // until the session is to end
}

// newAttachment makes an attachment that ends with ctx.
func (s *Server) newAttachment(ctx context.Context, session *transport.Session, control bool) *attachment {
	a := &attachment{session: session, side: &side{port: s.port}}
	a.ctx, a.cancel = context.WithCancelCause(ctx)
	if control {
		a.out = newOutbox()
	}
	return a
}

// attach adds a session to p's line. One that carries control gets a fresh welcome: what waited on an older one is in it. The error is errLineUnknown when p
// is over, or that of the store.
func (r *Room) attach(p *Participant, a *attachment) error {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.participants[p.id] != p || p.ctx.Err() != nil {
		return errLineUnknown
	}
	if len(p.attached) == 0 {
		p.grace.Stop()
		if err := r.returns(p, now); err != nil {
			p.grace.Reset(keepLine)
			return err
		}
	}
	p.add(a)
	if a.out != nil {
		r.moveControl(p, a, a.cursor, now)
	}
	return nil
}

// taken notes that p's client sends on a: whatever came after it, control is there. It has closed the other sessions that said hello, which nobody may know where much is lost.
func (r *Room) taken(p *Participant, a *attachment, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a.taken = true
	if c := p.control.Load(); a.out != nil && c != a && c != nil && !c.taken && slices.Contains(p.attached, a) {
		r.moveControl(p, a, "", now)
	}
	for _, o := range p.attached {
		if a.hello && o.hello && !o.taken {
			o.cancel(errNotTaken)
		}
	}
}

// late says whether p's client has taken one of the sessions that said hello: one that says it now is closed at the other end.
func (r *Room) late(p *Participant) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(p.attached, func(a *attachment) bool { return a.hello && a.taken })
}

// add makes a one of p's sessions. Room.mu is held.
func (p *Participant) add(a *attachment) {
	p.attached = append(p.attached, a)
	a.route = p.paths.AddOn(a.uplink, a.session, func() { a.cancel(errPathDead) })
}

// detach ends what attach or join began, once a session is over. Control falls back to the newest other session that can carry it. When none is left
// p is away, and over after keepLine.
func (r *Room) detach(p *Participant, a *attachment) error {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	p.attached = slices.DeleteFunc(p.attached, func(o *attachment) bool { return o == a })
	if p.control.CompareAndSwap(a, nil) {
		if a.out.over() { // its last word cannot be said any more
			p.cancel(errDismissed)
		}
		for _, o := range slices.Backward(p.attached) {
			if o.out != nil {
				r.moveControl(p, o, "", now)
				break
			}
		}
	}
	if len(p.attached) > 0 || r.participants[p.id] != p || p.ctx.Err() != nil {
		return nil
	}
	if p.grace == nil {
		p.grace = time.AfterFunc(keepLine, func() { p.cancel(errGrace) })
	} else {
		p.grace.Reset(keepLine)
	}
	return r.loses(p, now)
}

// returns says that p's seats have a session again. A site's seats that were given up meanwhile come back with its report. The error is errLineUnknown or that of the store.
func (r *Room) returns(p *Participant, now time.Time) error {
	for _, voice := range p.voices.list() {
		_, err := r.do(meeting.Return{Seat: voice.seat, Publication: voice.ID}, now)
		switch {
		case errors.Is(err, meeting.ErrSeatGone) && p.site == nil:
			return errLineUnknown
		case err != nil && !errors.Is(err, meeting.ErrSeatGone):
			return err
		}
	}
	return nil
}

// loses says that p's seats have no session.
func (r *Room) loses(p *Participant, now time.Time) error {
	return r.forEach(p, func(v *Publication) meeting.Action { return meeting.Lose{Seat: v.seat, Publication: v.ID} }, now)
}

// forEach does something with each of p's seats. Room.mu is held.
func (r *Room) forEach(p *Participant, action func(*Publication) meeting.Action, now time.Time) error {
	var errs error
	for _, voice := range p.voices.list() {
		_, err := r.do(action(voice), now)
		errs = errors.Join(errs, err)
	}
	return errs
}

// moveControl makes a the session on which events travel, beginning with a welcome. Room.mu is held.
// cursor is what its client knows of the meeting.
func (r *Room) moveControl(p *Participant, a *attachment, cursor string, now time.Time) {
	b, err := r.encodeWelcome(p, cursor, now)
	if err != nil {
		a.cancel(err) // cannot be: names are cut
		return
	}
	a.out.put(message{bytes: b})
	r.tellUpstream(a)
	p.control.Store(a)
	p.blobs.down.restart()
	p.aside.changed()
}

// repeatAcks asks, for each line whose uplink is bad and carries a voice, that acknowledgements to it be repeated. A listener's reports wait
// for them only on the worst lines, and while a single session carries them. Call it every second.
func (r *Room) repeatAcks(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.participants {
		loss, _ := p.line.Loss(now)
		deaf := loss >= deafUplink && len(p.attached) == 1
		if loss < lossyUplink || p.line.Sender.Stats().Rate < ackRoom || !deaf && !p.voices.spoke(now) {
			continue
		}
		for _, a := range p.attached {
			if !a.side.carries() {
				a.session.RepeatAcks()
			}
		}
	}
}

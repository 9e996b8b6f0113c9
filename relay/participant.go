package relay

import (
	"cmp"
	"context"
	"errors"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"github.com/diemcau/diemcau/fec"
	"github.com/diemcau/diemcau/transport"
)

// Limits of what one participant may send; a page that follows its plan stays far below.
const (
	ingressDatagrams = 250 // a second: two layers of 20 ms frames, feedback, and half as much again
	ingressBytes     = 40 << 10
	controlRate      = 20 // messages a second
	controlBurst     = 200
	controlQueue     = 256 // messages that wait for a slow line; then its session ends and comes back
	linger           = 300 * time.Millisecond
	complaintEvery   = 5 * time.Second
)

var (
	errControlStuck = errors.New("relay: the line does not take control messages")
	errLeft         = errors.New("relay: participant left")
	errDismissed    = errors.New("relay: participant dismissed")
)

// ingress counts what a participant sent that went no further, by reason.
type ingress struct {
	packets, flooded, foreign, muted atomic.Uint64
}

// Participant is one session of a seat: its line, its publication, its subscription.
type Participant struct {
	room         *Room
	seat         string
	session      *transport.Session
	line         *transport.Line
	publication  *Publication
	subscription *Subscription
	out          *outbox
	muted        atomic.Bool
	left         atomic.Bool // said bye itself
	ingress      ingress
	plan         transport.Plan          // Room.mu
	welcomed     bool                    // Room.mu
	complained   time.Time               // of the last complaint about datagrams; datagram loop only
	cancel       context.CancelCauseFunc // makes run return
}

// newParticipant makes a participant without a seat; Room.join gives it one.
func newParticipant(session *transport.Session, now time.Time) *Participant {
	p := &Participant{session: session, out: newOutbox()}
	p.line = transport.NewLine(newLimited(session, p.flooded), now)
	return p
}

// run serves the session until it ends. It returns when all goroutines have.
func (p *Participant) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	// The control stream's Read knows no context: closing the session ends it.
	stop := context.AfterFunc(ctx, func() { _ = p.session.Close("") })
	defer stop()
	group.Go(func() error { return p.writeControl(ctx) })
	group.Go(p.readControl)
	group.Go(func() error { return p.subscription.Run(ctx) })
	err := p.readDatagrams(ctx) // here: a goroutine less for each participant
	p.cancel(err)
	return cmp.Or(group.Wait(), err)
}

// tell queues an encoded control message. It never blocks: a line that cannot even take these starts anew.
func (p *Participant) tell(b []byte) { p.queue(message{bytes: b}) }

// dismiss says bye, after what is queued already, and ends the session; again says that coming back makes sense.
func (p *Participant) dismiss(s sentence, again bool) {
	if b, err := transport.AppendMessage(nil, s.bye(again)); err == nil {
		p.queue(message{bytes: b, last: true})
	}
}

func (p *Participant) queue(m message) {
	if !p.out.put(m) {
		p.cancel(errControlStuck)
	}
}

func (p *Participant) writeControl(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-p.out.wake:
		}
		for _, m := range p.out.take() {
			if err := p.session.WriteEncoded(m.bytes); err != nil {
				return err
			}
			if m.last {
				pause(ctx, linger)
				return errDismissed
			}
		}
	}
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

// readControl handles what the page says. Messages that it does not understand cost one error each, within limits.
func (p *Participant) readControl() error {
	limiter := rate.NewLimiter(controlRate, controlBurst)
	for {
		m, err := p.session.ReadControl(transport.MaxControl)
		switch {
		case errors.Is(err, transport.ErrMessageTooLong):
			p.dismiss(messageTooLong, false)
			return nil // writeControl ends the session
		case errors.Is(err, transport.ErrNotJSON):
			p.complain(badMessage)
		case err != nil:
			return err
		}
		if !limiter.Allow() {
			p.dismiss(tooFast, false)
			return nil
		}
		if err == nil && !p.handle(m) {
			return errLeft
		}
	}
}

// handle does what a message asks; false means that the participant leaves.
func (p *Participant) handle(m transport.Message) bool {
	switch m.Type {
	case transport.TypeMute:
		var mute transport.Mute
		if m.Decode(&mute) != nil {
			p.complain(badMessage)
			return true
		}
		p.room.mute(p, mute.Muted)
	case transport.TypeBye:
		p.left.Store(true)
		return false
	default:
		p.complain(unknownType)
	}
	return true
}

// complain tells this page alone that something it sent was not taken.
func (p *Participant) complain(s sentence) {
	if b, err := transport.AppendMessage(nil, s.error()); err == nil {
		p.tell(b)
	}
}

// readDatagrams is hop 6: what comes up the line goes to the publication.
func (p *Participant) readDatagrams(ctx context.Context) error {
	for {
		packets, err := p.line.Receive(ctx)
		if err != nil {
			return err
		}
		now := time.Now()
		for _, pkt := range packets {
			p.take(pkt, now)
		}
	}
}

// take checks one packet and forwards it if its voice has a place.
func (p *Participant) take(pkt *transport.Packet, now time.Time) {
	p.ingress.packets.Add(1)
	if pkt.SSRC != p.publication.ID {
		p.ingress.foreign.Add(1)
		p.complainSometimes(refused, now)
		return
	}
	if p.muted.Load() {
		p.ingress.muted.Add(1)
		return
	}
	p.publication.saw(pkt.Layer, now)
	p.publication.clock.observe(pkt.Timestamp, float64(now.UnixMicro()-p.room.began)/1000)
	for _, out := range p.room.speakers.Observe(p.publication, pkt, now) {
		p.publication.Forward(out)
	}
}

func (p *Participant) complainSometimes(s sentence, now time.Time) {
	if now.Sub(p.complained) >= complaintEvery {
		p.complained = now
		p.complain(s)
	}
}

// uplinkProtection is what the page should add to its datagrams for this line.
func (p *Participant) uplinkProtection(now time.Time) fec.Protection {
	loss, run := p.line.Loss(now)
	return fec.For(fec.Line{
		Loss: loss, Run: run, Interval: frameInterval, RTT: p.line.Sender.Stats().RTT, Budget: voiceBudget,
	})
}

// flooded notes a datagram beyond the limits.
func (p *Participant) flooded() {
	p.ingress.flooded.Add(1)
	p.complainSometimes(tooFast, time.Now())
}

// limited is a path on which a flood is dropped before anything is made of it.
type limited struct {
	transport.Datagrams
	datagrams, bytes *rate.Limiter
	flooded          func()
}

func newLimited(d transport.Datagrams, flooded func()) *limited {
	return &limited{
		Datagrams: d,
		datagrams: rate.NewLimiter(ingressDatagrams, ingressDatagrams),
		bytes:     rate.NewLimiter(ingressBytes, ingressBytes),
		flooded:   flooded,
	}
}

// ReceiveDatagram waits for the next datagram that is within the limits.
func (l *limited) ReceiveDatagram(ctx context.Context) ([]byte, error) {
	for {
		b, err := l.Datagrams.ReceiveDatagram(ctx)
		if err != nil {
			return nil, err
		}
		now := time.Now()
		if l.datagrams.AllowN(now, 1) && l.bytes.AllowN(now, len(b)) {
			return b, nil
		}
		l.flooded()
	}
}

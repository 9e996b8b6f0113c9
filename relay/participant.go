package relay

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

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
	// What is wished goes to 150 lines, some of 12 kbit/s: who does not lead has so many wishes a second, and each wishBytes of a text count as another.
	wishRate  = 2
	wishBurst = 200 // as of control messages: a page that comes back says all again
	wishBytes = 200
)

var (
	errLeft      = errors.New("relay: participant left")
	errDismissed = errors.New("relay: participant dismissed")
)

// ingress counts what a participant sent that went no further, by reason.
type ingress struct {
	packets, flooded, foreign, muted, floor atomic.Uint64

	complained time.Time // of the last complaint about datagrams; datagram loop only
	wishes     *rate.Limiter
}

// Participant is one line of a seat, or of a site with several: its publications, its subscription, and the sessions that are its paths. It outlives them by keepLine.
type Participant struct {
	room   *Room
	id     string // its seat, or what the site is called among them
	secret string // with it a session attaches
	paths  *transport.Paths
	line   *transport.Line
	voices voices
	ends
	site    *hosted     // nil: it is one participant, no site
	left    atomic.Bool // said bye itself
	ingress ingress
	told    told
	uplink  uplink // Room.mu
	standing
	sessions
	life // until p is over
}

// ends are what the relay has of the line: the end of its voices, and that of all that goes beside them.
type ends struct {
	subscription *Subscription
	aside        *aside
	blobs        *blobLine
	watcher      *watcher
	showing      *showing
	lostWays     *rate.Limiter // requests for key frames
}

// standing is what a participant may do here.
type standing struct {
	hears bool  // others: it does not wait in the lobby; Room.mu
	shown Shown // by which it came in, no pass if that is not needed; never changes
}

// sessions are those of a participant. They change under Room.mu.
type sessions struct {
	attached []*attachment              // in the order of their coming
	control  atomic.Pointer[attachment] // the one on which events travel; nil: none
	grace    *time.Timer                // ends the participant when no session comes back; nil: it never had to
}

// life is the time of a participant or of one of its sessions; cancel ends it.
type life struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
}

// told is what a participant was told of its plan.
type told struct {
	quiet bool // its client knows of quiet lines

	mu       sync.Mutex // guards all below; after Room.mu
	plan     transport.Plan
	welcomed bool
}

// newParticipant makes a participant without a seat; Room.join gives it one. It is over when ctx is.
func newParticipant(ctx context.Context, now time.Time) *Participant {
	p := &Participant{paths: transport.NewPaths(), secret: transport.NewLineSecret()}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	p.ingress.wishes = rate.NewLimiter(wishRate, wishBurst)
	p.line = transport.NewLine(newLimited(p.paths, p.flooded), now)
	p.aside = newAside(besideVoice{p.paths, p.line}, p.feels)
	p.paths.OnAside(func(b []byte) {
		p.line.CameAside(len(b))
		p.aside.take(b)
	})
	p.blobs = newBlobLine(p.aside, p.tellOne)
	p.aside.feed = p.blobs.down.feed
	p.aside.onBulk(p.blobs.up.chunk)
	return p
}

// run serves the line until p is over: nobody came back in time, it left, or it was dismissed. It returns when all its goroutines have; those of the
// sessions have their own.
func (p *Participant) run() error {
	var group errgroup.Group
	group.Go(func() error {
		err := p.subscription.Run(p.ctx)
		p.cancel(err)
		return err
	})
	group.Go(func() error {
		p.runPictures()
		return nil
	})
	err := p.readDatagrams(p.ctx) // here: a goroutine less for each participant
	p.cancel(err)
	_ = group.Wait()
	return context.Cause(p.ctx)
}

// tell queues an encoded control message; without a session it is lost, and the next welcome makes up for it. It never blocks.
func (p *Participant) tell(b []byte) { p.queue(message{bytes: b}) }

// dismiss says bye, after what is queued already, and ends p; again says that coming back makes sense.
func (p *Participant) dismiss(s sentence, again bool) {
	if b, err := transport.AppendMessage(nil, s.bye(again)); err == nil {
		p.queue(message{bytes: b, last: true})
	}
}

func (p *Participant) queue(m message) {
	switch a := p.control.Load(); {
	case a != nil && a.out.put(m):
	case m.last:
		p.cancel(errDismissed)
	case a != nil:
		a.cancel(errControlStuck)
	}
}

// feels is what the voice that goes down the line feels now.
func (p *Participant) feels(now time.Time) feeling {
	s := p.line.Sender.Stats()
	return feeling{max(s.Queue, s.Delay), s.Broken || p.line.Dead(now), s.Loss, s.Run, s.RTT, min(s.Rate, p.subscription.limits().Rate)}
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
		p.see(packets, now)
		for _, pkt := range packets {
			p.take(pkt, now)
		}
	}
}

// see notes which layers come, before any of them is forwarded: those of one moment are in one datagram.
func (p *Participant) see(packets []*transport.Packet, now time.Time) {
	for _, pkt := range packets {
		if voice := p.voices.find(pkt.SSRC); voice != nil {
			voice.saw(pkt.Layer, now)
		}
	}
}

// take checks one packet and forwards it if its voice has a place.
func (p *Participant) take(pkt *transport.Packet, now time.Time) {
	p.ingress.packets.Add(1)
	voice := p.voices.find(pkt.SSRC)
	if voice == nil {
		p.ingress.foreign.Add(1)
		if p.site == nil {
			p.complainSometimes(refused, now)
		} else { // it may just have been given a seat
			p.site.early.keep(pkt, now)
		}
		return
	}
	if p.site != nil && len(p.site.early.packets) > 0 {
		for _, before := range p.site.early.take(pkt.SSRC, now) {
			p.say(voice, before, now)
		}
	}
	p.say(voice, pkt, now)
}

// say forwards a packet of a voice if that has a place.
func (p *Participant) say(voice *Publication, pkt *transport.Packet, now time.Time) {
	switch {
	case voice.closed.Load():
		p.ingress.floor.Add(1)
		return
	case voice.muted.Load():
		p.ingress.muted.Add(1)
		return
	}
	voice.clock.observe(pkt.Timestamp, float64(p.room.micros(now)-p.room.began.Load())/1000)
	for _, out := range p.room.speakers.Observe(voice, pkt, now) {
		voice.Forward(out)
	}
}

func (p *Participant) complainSometimes(s sentence, now time.Time) {
	if now.Sub(p.ingress.complained) >= complaintEvery {
		p.ingress.complained = now
		p.complain(s)
	}
}

// flooded notes a datagram beyond the limits.
func (p *Participant) flooded() {
	p.ingress.flooded.Add(1)
	p.complainSometimes(tooFast, time.Now())
}

// limited is a path on which a flood is dropped before anything is made of it.
type limited struct {
	*transport.Paths
	datagrams, bytes *rate.Limiter
	flooded          func()
}

func newLimited(p *transport.Paths, flooded func()) *limited {
	return &limited{
		Paths:     p,
		datagrams: rate.NewLimiter(ingressDatagrams, ingressDatagrams),
		bytes:     rate.NewLimiter(ingressBytes, ingressBytes),
		flooded:   flooded,
	}
}

// ReceiveDatagram waits for the next datagram that is within the limits.
func (l *limited) ReceiveDatagram(ctx context.Context) ([]byte, error) {
	for {
		b, err := l.Paths.ReceiveDatagram(ctx)
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

package client

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/diemcau/diemcau/transport"
)

const (
	lookInterval = 100 * time.Millisecond
	deadAfter    = 3 * time.Second     // of silence; a relay beats every second
	stillborn    = 3 * time.Second / 2 // of silence from a session's first moment
	proven       = 2 * time.Second     // of life, until a line that was silent needs no other session any more
	farewell     = 300 * time.Millisecond
	overlap      = 2 * time.Second // how long an older session stays beside the one that took over

	upgradeFirst   = 30 * time.Second // between attempts to leave a WebSocket, doubling
	upgradeLast    = 5 * time.Minute
	attemptPatient = 20 * time.Second // of one that is no race
)

var (
	errLeft     = errors.New("client: left")
	errLineLost = errors.New("client: the relay no longer keeps the line")
)

// keeper sees to it that a link has a session that works: beside one that is silent, and after one that ended, it dials others, and the first that delivers takes over. From
// a WebSocket it tries to come away. All its fields are its own goroutine's.
type keeper struct {
	link    *link
	ctx     context.Context // of the link's goroutines
	tasks   sync.WaitGroup
	paths   []*kept
	stop    context.CancelFunc // of the errand under way; nil: none
	errand  errand
	raced   chan opened
	further further
	looked  time.Time // at how many sessions the line needs
	adopted time.Time // when a session last took over
	revived time.Time // when a line that was silent came back
	calm    time.Time // no race before
	upgrade time.Time // next attempt to leave a WebSocket
	pause   time.Duration
	branches
}

// errand is what a keeper dials for.
type errand int

const (
	toLive  errand = iota // a race for a session that delivers
	toLeave               // an attempt to come away from a WebSocket
	toShare               // an attempt at a further session
	toMove                // an attempt at a session with control on a cheaper uplink
)

// kept is a session of a link.
type kept struct {
	*attachment
	retire time.Time // when it is closed; zero: it stays
	begun  time.Time
}

func newKeeper(l *link, ctx context.Context) *keeper {
	return &keeper{link: l, ctx: ctx, raced: make(chan opened), pause: upgradeFirst, adopted: time.Now(), branches: newBranches()}
}

// run keeps the link until it is lost or outer ends, when it says goodbye. No goroutine outlives it.
func (k *keeper) run(outer context.Context) error {
	ctx, cancel := context.WithCancel(k.ctx)
	k.ctx = ctx
	defer k.tasks.Wait()
	defer cancel()
	k.start(k.link.first)
	ticker := time.NewTicker(lookInterval)
	defer ticker.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-outer.Done():
			k.leave()
			return errLeft
		case p := <-k.link.ended:
			err = k.ended(p)
		case o := <-k.raced:
			err = k.took(o)
		case o := <-k.grown:
			k.branched(o, time.Now())
		case now := <-ticker.C:
			k.look(now)
		}
		if err != nil {
			return err
		}
	}
}

// start runs a session.
func (k *keeper) start(p *attachment) {
	k.paths = append(k.paths, &kept{attachment: p, begun: time.Now()})
	k.tasks.Go(func() {
		p.run(k.ctx)
		select {
		case k.link.ended <- p:
		case <-k.ctx.Done():
		}
	})
}

// ended takes a session that is over out. The relay's last word on the one that carries control is the error.
func (k *keeper) ended(p *attachment) error {
	k.paths = slices.DeleteFunc(k.paths, func(o *kept) bool { return o.attachment == p })
	k.of[p.uplink].next = time.Now().Add(branchFirst)
	if !k.link.control.CompareAndSwap(p, nil) {
		return nil
	}
	if refusal, ok := refusedBy(p.err); ok {
		return refusal
	}
	k.link.client.config.logger().Info("the session was lost, coming back", "cause", p.err)
	k.look(time.Now())
	return nil
}

// look does what the state of the line asks for.
func (k *keeper) look(now time.Time) {
	for _, p := range k.paths {
		p.look(now)
		if !p.retire.IsZero() && now.After(p.retire) {
			_ = p.session.Close("")
		}
	}
	k.branch(now)
	control := k.link.control.Load()
	switch {
	case control == nil || k.silent(now) || k.stranded(now):
		k.revived = time.Time{}
		if k.stop != nil && k.errand != toLive {
			k.cancel()
		}
		if k.stop == nil && !now.Before(k.calm) {
			k.race()
		}
	case k.stop != nil && k.errand == toLive:
		// The old session delivers again, or just one last probe before its library waits for long; beside QUIC nothing waits.
		if k.revived.IsZero() {
			k.revived = now
		}
		if now.Sub(k.revived) > proven || k.link.paths.Below().Beside {
			k.cancel()
			k.revived = time.Time{}
		}
	case k.stop == nil && k.cheaper(now) >= 0:
		k.attempt(toMove, k.cheaper(now), true)
	case k.stop == nil && control.session.Kind == transport.WebSocket && k.link.client.config.Transport == "" && !now.Before(k.upgrade):
		k.comeAway(now)
	case control.session.Kind == transport.WebTransport && now.Sub(k.looked) >= shareInterval:
		k.looked = now
		k.share(now)
	}
}

// silent says whether the line needs another session.
func (k *keeper) silent(now time.Time) bool {
	silence, since := k.link.line.Silence(now), now.Sub(k.adopted)
	if silence >= since { // nothing came on this session yet
		if k.link.control.Load().answered() { // but acknowledgements
			return since > deadAfter
		}
		return since > stillborn
	}
	if !k.revived.IsZero() {
		return silence > stillborn
	}
	return silence > deadAfter
}

// cancel ends what is under way.
func (k *keeper) cancel() {
	if k.stop != nil {
		k.stop()
	}
	k.stop = nil
}

// race dials until a session is attached.
func (k *keeper) race() {
	r := &race{
		client: k.link.client, greet: k.attach(true), attaches: true, rate: k.link.line.Sender.Stats().Rate,
		seldom: func() bool { return k.link.paths.Below().Beside },
	}
	k.under(toLive, func(ctx context.Context) opened {
		o, err := r.run(ctx)
		o.err = err
		return o
	})
}

// comeAway tries once whether UDP gets through now.
func (k *keeper) comeAway(now time.Time) {
	k.upgrade = now.Add(k.pause)
	k.pause = min(2*k.pause, upgradeLast)
	k.attempt(toLeave, k.link.control.Load().uplink, true)
}

// attempt dials once, over UDP.
func (k *keeper) attempt(what errand, uplink int, control bool) {
	c := k.link.client
	k.under(what, func(ctx context.Context) opened {
		ctx, cancel := context.WithTimeout(ctx, attemptPatient)
		defer cancel()
		return c.attempt(ctx, target{relay: c.relay(0), kind: transport.WebTransport, uplink: uplink}, k.attach(control))
	})
}

// under runs a race or an attempt and brings what it gave.
func (k *keeper) under(what errand, dial func(context.Context) opened) {
	ctx, stop := context.WithCancel(k.ctx)
	k.stop, k.errand = stop, what
	k.tasks.Go(func() {
		defer stop()
		o := dial(ctx)
		select {
		case k.raced <- o:
		case <-ctx.Done(): // not wanted any more
			if o.err == nil {
				_ = o.session.Close("")
			}
		}
	})
}

// attach makes an open session one of this line; control: the one that carries control.
func (k *keeper) attach(control bool) greeter {
	return func(ctx context.Context, session *transport.Session, uplink int) (*greeting, error) {
		return k.link.client.greet(ctx, session, transport.Attach{
			Type: transport.TypeAttach, Protocol: transport.Protocol, Line: k.link.secret, Control: control, Uplink: uplink,
			Cursor: k.link.client.knows(control),
		})
	}
}

// took takes what a race or an attempt gave. The error ends the link.
func (k *keeper) took(o opened) error {
	k.cancel()
	switch {
	case o.err == nil && k.errand == toShare:
		k.further.next = time.Time{}
		k.add(o)
		return nil
	case o.err == nil:
		k.adopt(o)
		return nil
	}
	refusal, refused := refusedBy(o.err)
	switch {
	case !refused:
		return nil
	case refusal.Code == "line-unknown":
		return errLineLost
	case !refusal.Again:
		return refusal
	}
	k.calm = time.Now().Add(calmDown)
	return nil
}

// add runs a session without control.
func (k *keeper) add(o opened) {
	p := newAttachment(k.link, o)
	k.link.counts.up.Add(o.up)
	k.link.counts.down.Add(o.down)
	k.start(p)
}

// adopt makes a session the one that carries control. The others of its uplink stay for a moment: what is on its way on them still arrives.
func (k *keeper) adopt(o opened) {
	now := time.Now()
	k.adopted, k.revived, k.upgrade = now, time.Time{}, now.Add(k.pause)
	if o.session.Kind == transport.WebTransport {
		k.pause = upgradeFirst
	}
	p := newAttachment(k.link, o)
	for _, older := range k.paths {
		if older.uplink == p.uplink {
			k.retire(older, now)
		}
	}
	k.link.control.Store(p)
	k.link.greeted(p, o.greeting)
	_ = k.link.line.Revive(now) // paths never fail
	k.link.client.again()
	k.start(p)
}

// retire begins to take a session out.
func (k *keeper) retire(p *kept, now time.Time) {
	if !p.retire.IsZero() {
		return
	}
	p.route.Retire()
	p.retire = now.Add(overlap)
}

// leave says goodbye and gives the message a moment to arrive.
func (k *keeper) leave() {
	control := k.link.control.Load()
	if control == nil || control.write(transport.Bye{Type: transport.TypeBye}) != nil {
		return
	}
	timer := time.NewTimer(farewell)
	defer timer.Stop()
	for {
		select {
		case p := <-k.link.ended:
			if p == control { // the relay has closed the session
				return
			}
		case o := <-k.raced:
			if o.err == nil {
				_ = o.session.Close("")
			}
		case <-timer.C:
			return
		}
	}
}

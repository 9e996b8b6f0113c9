package client

import (
	"context"
	"slices"
	"time"

	"github.com/diemcau/diemcau/transport"
)

const (
	branchFirst   = 500 * time.Millisecond // between two dials over an uplink that is not there, growing
	branchLast    = 10 * time.Second
	branchPatient = 8 * time.Second // of one dial
	branchSilent  = 3 * time.Second // of a session, until another one is dialed beside it
	moveLoss      = 0.1             // of an uplink that works well, at most
	moveAfter     = 15 * time.Second
)

// branches are a keeper's sessions over those of several uplinks that do not carry control: one each, dialed again by itself whatever the others do.
type branches struct {
	grown  chan opened
	of     [transport.MaxUplinks]branch
	target int       // where control should be; −1: where it is
	since  time.Time // since when
}

// branch is the dial over one uplink.
type branch struct {
	under bool
	next  time.Time // no dial before
	pause time.Duration
}

func newBranches() branches { return branches{grown: make(chan opened), target: -1} }

// branch sees to it that each uplink has a session that works, and that one which is suspended has none.
func (k *keeper) branch(now time.Time) {
	c := k.link.client
	if !c.several() {
		return
	}
	states := k.link.paths.Uplinks(now)
	alone := k.alone(states, now)
	control := k.link.control.Load()
	for i, u := range c.uplinks {
		if !u.usable(alone) {
			k.close(i, now)
			continue
		}
		if control != nil && control.uplink == i || control == nil && k.stop != nil {
			continue // the race sees to it
		}
		newest := k.newest(i)
		if newest != nil && (states[i].Alive || now.Sub(newest.begun) < branchSilent || k.link.line.Silence(now) > deadAfter) {
			continue
		}
		if b := &k.of[i]; !b.under && !now.Before(b.next) {
			k.grow(i)
		}
	}
	k.wish(states, alone, now)
}

// newest returns the newest session of an uplink that stays, nil if there is none.
func (k *keeper) newest(uplink int) *kept {
	for _, p := range slices.Backward(k.paths) {
		if p.uplink == uplink && p.retire.IsZero() {
			return p
		}
	}
	return nil
}

// close ends the sessions of an uplink, that with control when another has taken it over, or nothing else can.
func (k *keeper) close(uplink int, now time.Time) {
	control := k.link.control.Load()
	for _, p := range k.paths {
		if p.uplink == uplink && (p.attachment != control || len(k.link.client.usable(true)) == 0) {
			k.retire(p, now)
		}
	}
}

// grow dials over an uplink.
func (k *keeper) grow(uplink int) {
	k.of[uplink].under = true
	c := k.link.client
	k.tasks.Go(func() {
		ctx, cancel := context.WithTimeout(k.ctx, branchPatient)
		defer cancel()
		o := c.attempt(ctx, target{relay: c.relay(0), kind: transport.WebTransport, uplink: uplink}, k.attach(false))
		select {
		case k.grown <- o:
		case <-k.ctx.Done():
			if o.err == nil {
				_ = o.session.Close("")
			}
		}
	})
}

// branched takes what a dial over an uplink gave.
func (k *keeper) branched(o opened, now time.Time) {
	b := &k.of[o.uplink]
	b.under = false
	if o.err != nil {
		b.pause = min(max(2*b.pause, branchFirst), branchLast)
		b.next = now.Add(b.pause)
		return
	}
	b.pause = 0
	for _, older := range k.paths {
		if older.uplink == o.uplink && older.attachment != k.link.control.Load() {
			k.retire(older, now)
		}
	}
	k.add(o)
	_ = k.link.line.Revive(now) // paths never fail
}

// alone says whether no uplink works that is not suspended.
func (k *keeper) alone(states [transport.MaxUplinks]transport.UplinkState, now time.Time) bool {
	for i, u := range k.link.client.uplinks {
		if !u.suspended.Load() && states[i].Alive {
			return false
		}
	}
	return len(k.link.client.usable(false)) == 0 || now.Sub(k.adopted) > lastResort
}

// stranded says whether the uplink with control is dead or suspended while another lives.
func (k *keeper) stranded(now time.Time) bool {
	c, control := k.link.client, k.link.control.Load()
	if !c.several() || control == nil {
		return false
	}
	states := k.link.paths.Uplinks(now)
	alone := k.alone(states, now)
	if states[control.uplink].Alive && c.uplinks[control.uplink].usable(alone) {
		return false
	}
	for i, s := range states {
		if i < len(c.uplinks) && i != control.uplink && s.Alive && c.uplinks[i].usable(alone) {
			return true
		}
	}
	return !c.uplinks[control.uplink].usable(alone) && len(c.usable(alone)) > 0
}

// wish notes where control should be: on the cheapest uplink that works well.
func (k *keeper) wish(states [transport.MaxUplinks]transport.UplinkState, alone bool, now time.Time) {
	control, want := k.link.control.Load(), -1
	for i, u := range k.link.client.uplinks {
		if s := states[i]; u.usable(alone) && s.Alive && s.RTT > 0 && s.Loss < moveLoss && s.LossHere < moveLoss {
			want = i
			break
		}
	}
	if control == nil || want < 0 || want == control.uplink {
		k.target = -1
		return
	}
	if k.target != want {
		k.target, k.since = want, now
	}
}

// cheaper returns the uplink to which control is to go now, −1 if it stays.
func (k *keeper) cheaper(now time.Time) int {
	if k.target < 0 || now.Sub(k.since) < moveAfter {
		return -1
	}
	return k.target
}

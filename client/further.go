package client

import (
	"time"

	"github.com/diemcau/diemcau/transport"
)

// What a line may lose until the smallest congestion window of one session, or of two, is less than a voice needs: of datagrams of 150 bytes every 40 ms one session
// leaves 8 % unsent at 30 % loss in bursts of 4 and 67 % at 50 %, two .5 and 5 %, three 0 and 1 %.
const (
	shareLoss  = 0.12
	shareMore  = 0.22
	shareKnown = 50 // datagrams that such a loss is seen over, at least
	shareSeen  = 3  // looks in a row that show shareLoss: a rate that was too high for a moment loses as much

	shareInterval = time.Second
	shareAfter    = 10 * time.Second // between attempts at one session
	shareFor      = time.Minute      // without such a loss until it is closed
)

// further counts how many sessions share a line that loses much.
type further struct {
	lossy, bad time.Time // when the line last lost so much
	seen       int
	next       time.Time // no attempt before
}

// update takes what both ends know of a line. Call it every shareInterval.
func (f *further) update(out transport.SenderStats, loss float64, received uint64, now time.Time) {
	if received < shareKnown {
		loss = 0
	}
	if out.Observed >= shareKnown {
		loss = max(loss, out.Loss)
	}
	if loss < shareLoss {
		f.seen = 0
		return
	}
	f.seen++
	if loss >= shareMore {
		f.bad = now
	}
	if loss >= shareMore || f.seen >= shareSeen {
		f.lossy = now
	}
}

// want returns how many sessions the line needs.
func (f *further) want(now time.Time) int {
	switch {
	case !f.bad.IsZero() && now.Sub(f.bad) < shareFor:
		return 3
	case !f.lossy.IsZero() && now.Sub(f.lossy) < shareFor:
		return 2
	}
	return 1
}

// share sees to it that as many sessions carry the line as it needs.
func (k *keeper) share(now time.Time) {
	if k.link.client.several() {
		return // there are as many as there are uplinks
	}
	out, in := k.link.line.Stats()
	loss, _ := k.link.line.Receiver.Loss(now)
	k.further.update(out, loss, in.Datagrams, now)
	var staying []*kept
	for _, p := range k.paths {
		if p.retire.IsZero() {
			staying = append(staying, p)
		}
	}
	want := k.further.want(now)
	if k.link.paths.Below().Beside {
		want = 1 // no window holds media back
	}
	if len(staying) < want {
		if k.stop == nil && now.After(k.further.next) {
			k.further.next = now.Add(shareAfter)
			k.attempt(toShare, k.link.control.Load().uplink, false)
		}
		return
	}
	control := k.link.control.Load()
	for _, p := range staying {
		if len(staying) > want && p.attachment != control {
			k.retire(p, now)
			return
		}
	}
}

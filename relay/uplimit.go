package relay

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/allocation"
)

const (
	shortFor = 1500 * time.Millisecond // that a layer is wished for and not carried, until nobody is offered it
	spareFor = time.Second             // that there is room for a higher one, until it is offered
	unwished = 6 * time.Second         // that nobody wants as much as is carried, until all is offered again
)

// uplimit is the highest layer of a source that the line up carries. Who watches is offered no higher one: the room that it would take is better spent on other pictures.
type uplimit struct {
	layer  atomic.Uint32 // 0: none is missing
	short  time.Time     // since when more is wished for than is carried; zero: it is not
	spare  time.Time     // since when there is room for the next layer; zero: there is not
	wished time.Time     // when as much as the limit was last wished for
}

// cap returns what a source can be offered in.
func (u *uplimit) cap(spec allocation.Spec) allocation.Spec {
	if l := codec.Layer(u.layer.Load()); l != 0 && (spec.Most == 0 || l < spec.Most) {
		spec.Most = l
	}
	return spec
}

// next returns the highest layer above the limit that spare carries, or the one above the limit, and whether it is carried; nil if there is none.
func (u *uplimit) next(offers []allocation.Offer, spare float64) (o *allocation.Offer, carried bool) {
	limit := codec.Layer(u.layer.Load())
	i := slices.IndexFunc(offers, func(o allocation.Offer) bool { return o.Layer > limit })
	if limit == 0 || i < 0 {
		return nil, false
	}
	for i+1 < len(offers) && offers[i+1].Least < spare {
		i++
	}
	return &offers[i], offers[i].Least < spare
}

// follow takes the highest layers that takers wish for, and that the line carries, and whether it has room for the next one. It says whether others can be offered from now on.
func (u *uplimit) follow(wished, carried codec.Layer, next *allocation.Offer, room bool, now time.Time) (changed bool) {
	was := codec.Layer(u.layer.Load())
	if was == 0 || wished >= was {
		u.wished = now
	}
	limit := was
	switch {
	case lasts(&u.short, wished > carried && carried > 0, shortFor, now):
		limit = carried
	case was == 0:
	case now.Sub(u.wished) >= unwished:
		limit = 0
	case lasts(&u.spare, room, spareFor, now):
		limit, u.spare, u.wished = next.Layer, time.Time{}, now
	}
	u.layer.Store(uint32(limit))
	return limit != was
}

// lasts says whether something has been so since a while; since is when it began.
func lasts(since *time.Time, so bool, while time.Duration, now time.Time) bool {
	switch {
	case !so:
		*since = time.Time{}
	case since.IsZero():
		*since = now
	}
	return so && now.Sub(*since) >= while
}

// highest returns the highest layer of a camera, or a screen, that is wished for.
func highest(wishes []allocation.Choice, screen bool) (l codec.Layer) {
	for _, w := range wishes {
		if w.Layer.Screen() == screen {
			l = max(l, w.Layer)
		}
	}
	return l
}

// carried is the highest layer of a camera, or a screen, in a plan.
func carried(layers []allocation.LayerPlan, screen bool) (l codec.Layer) {
	for _, p := range layers {
		if p.Layer.Screen() == screen {
			l = max(l, p.Layer)
		}
	}
	return l
}

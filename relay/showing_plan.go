package relay

import (
	"slices"
	"time"

	"github.com/diemcau/diemcau/relay/allocation"
	"github.com/diemcau/diemcau/transport"
)

// grouped returns the sources of each publication, those first that come first as the large picture: what is left of a site's line is for the others.
func (o *showing) grouped(sources []*source, now time.Time) (all [][]*source) {
	rest := slices.Clone(sources)
	if o.askSite != nil {
		ranks := o.room.ranked(now).large
		slices.SortStableFunc(rest, func(a, b *source) int { return rankIn(ranks, a) - rankIn(ranks, b) })
	}
	for len(rest) > 0 {
		first := rest[0].publication
		var of, others []*source
		for _, s := range rest {
			if s.publication == first {
				of = append(of, s)
			} else {
				others = append(others, s)
			}
		}
		all, rest = append(all, of), others
	}
	return all
}

// rankIn is the place of a source, behind all others if it has none.
func rankIn(ranks []*source, s *source) int {
	if i := slices.Index(ranks, s); i >= 0 {
		return i
	}
	return len(ranks)
}

// demand is what a publication is to send: what it costs, what would serve its watchers better (0: nothing would), what all would that it can show, and how many watch.
type demand struct {
	needed, want, all float64
	viewers           int
}

// planOf plans what is sent of a publication within room.
func (o *showing) planOf(plan *transport.VideoPlan, sources []*source, room float64, cost allocation.Cost, now time.Time) (d demand) {
	var can allocation.Sender
	var wishes []allocation.Choice
	for _, s := range sources {
		s.considered.Store(now.UnixNano())
		name, offers := o.codec(s), allocation.Offers(s.spec(), cost)
		if wishes = s.wishes(wishes); s.screen {
			plan.Screen, can.Screen = name, offers
		} else {
			plan.Camera, can.Camera = name, offers
		}
		if len(offers) > 0 {
			d.all += offers[len(offers)-1].Most
		}
	}
	publisher := o.publishers[sources[0].publication]
	if publisher == nil {
		publisher = &allocation.Publisher{}
		o.publishers[sources[0].publication] = publisher
	}
	layers, want := publisher.Update(max(room, 0), wishes, can, now)
	for _, l := range layers {
		plan.Layers = append(plan.Layers, transport.LayerPlan(l))
		d.needed += cost.Wire(float64(l.Bitrate), float64(l.Rate10)/10)
	}
	d.want, d.viewers = want, len(wishes)
	for _, s := range sources {
		offers := can.Camera
		if s.screen {
			offers = can.Screen
		}
		above, fits := s.limit.next(offers, publisher.Held()-d.needed)
		if above != nil {
			d.want = max(d.want, d.needed+raiseBy*above.Least)
		}
		if s.limit.follow(highest(wishes, s.screen), carried(layers, s.screen), above, fits, now) {
			s.planned()
		}
	}
	return d
}

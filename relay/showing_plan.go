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

// planOf plans what is sent of a publication within room, and returns what it costs and what would serve its watchers better, 0 if nothing would.
func (o *showing) planOf(plan *transport.VideoPlan, sources []*source, room float64, cost allocation.Cost, now time.Time) (needed, want float64) {
	var can allocation.Sender
	var wishes []allocation.Choice
	next := 0.0
	for _, s := range sources {
		s.considered.Store(now.UnixNano())
		name, offers := o.codec(s), allocation.Offers(s.spec(), cost)
		if wishes = s.wishes(wishes); s.screen {
			plan.Screen, can.Screen = name, offers
		} else {
			plan.Camera, can.Camera = name, offers
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
		needed += cost.Wire(float64(l.Bitrate), float64(l.Rate10)/10)
	}
	for _, s := range sources {
		offers := can.Camera
		if s.screen {
			offers = can.Screen
		}
		above := s.limit.next(offers)
		if above != nil {
			next = max(next, needed+raiseBy*above.Least)
		}
		if s.limit.follow(highest(wishes, s.screen), carried(layers, s.screen), above, above != nil && room-needed > above.Least, now) {
			s.planned()
		}
	}
	return needed, max(want, next)
}

package allocation

import (
	"slices"

	"github.com/diemcau/diemcau/codec"
)

// LayerPlan is a layer that a publisher is to send: bit/s of the codec, tenths of frames a second, temporal layers. It converts to transport.LayerPlan.
type LayerPlan struct {
	Layer    codec.Layer
	Bitrate  int
	Rate10   int
	Temporal int
}

// Sender is what a publisher can send: the layers of its camera and of its screen, by the cost of its line.
type Sender struct {
	Camera, Screen []Offer
}

// sending is a layer on its way into a plan: bitrate is what its weakest taker affords, then what it gets.
type sending struct {
	offer   *Offer
	bitrate float64
	wanted  bool
}

// Publish returns what a publisher is to send for the wishes of all its watchers within room bit/s of its line, rising: no layer that nobody takes; each at the bit
// rate that its weakest taker affords. If the room lacks, layers lose first what is above their least, the top ones first, and then the top layers go, the
// camera's before the screen's; who took one gets the next lower one (Given).
func Publish(room float64, wishes []Choice, can Sender) []LayerPlan {
	var camera, screen [grades]sending
	all := [...][]sending{gather(screen[:0], can.Screen, wishes), gather(camera[:0], can.Camera, wishes)}
	fill(room-fit(room, all[1], all[0]), all[:])
	var plan []LayerPlan
	for _, layers := range slices.Backward(all[:]) {
		for i := range layers {
			s := &layers[i]
			if !s.wanted {
				continue
			}
			k := kindOf(s.offer.Layer)
			plan = append(plan, LayerPlan{Layer: s.offer.Layer, Bitrate: int(s.bitrate), Rate10: k.rate10(s.bitrate, s.offer.Rate), Temporal: s.offer.full() + 1})
		}
	}
	return plan
}

// gather returns the layers of a source with what the weakest of those that want them affords. Who wants more than there is wants the highest that there is.
func gather(to []sending, offers []Offer, wishes []Choice) []sending {
	for i := range offers {
		if kindOf(offers[i].Layer) != nil && len(to) < cap(to) {
			to = append(to, sending{offer: &offers[i]})
		}
	}
	if len(to) == 0 {
		return to
	}
	for i := range wishes {
		w := &wishes[i]
		if !w.Layer.Picture() || w.Layer.Screen() != to[0].offer.Layer.Screen() {
			continue
		}
		for at := range slices.Backward(to) {
			if to[at].offer.Layer <= w.Layer {
				to[at].want(w.Bitrate)
				break
			}
		}
	}
	return to
}

// want adds a taker that affords a bit rate.
func (s *sending) want(bitrate float64) {
	o := s.offer
	bitrate = min(max(bitrate, o.Cost.Bitrate(o.Least, o.Rate)), o.Cost.Bitrate(o.Most, o.Rate))
	if !s.wanted || bitrate < s.bitrate {
		s.wanted, s.bitrate = true, bitrate
	}
}

// fit drops layers, from the top of the first source on, until the least of all costs no more than room, and returns what it costs.
func fit(room float64, sources ...[]sending) (cost float64) {
	for _, layers := range sources {
		for i := range layers {
			if layers[i].wanted {
				cost += layers[i].offer.Least
			}
		}
	}
	for _, layers := range sources {
		for i := range slices.Backward(layers) {
			s := &layers[i]
			if cost <= room || !s.wanted {
				continue
			}
			s.wanted = false
			cost -= s.offer.Least
			if i == 0 {
				continue
			}
			below := &layers[i-1]
			if !below.wanted {
				cost += below.offer.Least
			}
			below.want(s.bitrate)
		}
	}
	return cost
}

// fill gives the layers what there is beyond the least of all, the lower ones first.
func fill(left float64, sources [][]sending) {
	for _, layers := range sources {
		for i := range layers {
			if s := &layers[i]; s.wanted {
				o := s.offer
				spare := min(max(o.Cost.Wire(s.bitrate, o.Rate)-o.Least, 0), max(left, 0))
				s.bitrate = o.Cost.Bitrate(o.Least+spare, o.Rate)
				left -= spare
			}
		}
	}
}

// Given returns what of a plan a watcher gets for a choice: the layer itself, or the next lower one of the same source; false if there is none.
func Given(c Choice, plan []LayerPlan) (LayerPlan, bool) {
	for _, l := range slices.Backward(plan) {
		if l.Layer.Screen() == c.Layer.Screen() && l.Layer <= c.Layer {
			return l, true
		}
	}
	return LayerPlan{}, false
}

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

// wire returns what the layer costs on the publisher's line.
func (s *sending) wire() float64 { return s.offer.Cost.Wire(s.bitrate, s.offer.Rate) }

// Publish returns what a publisher is to send for the wishes of all its watchers within room bit/s of its line, rising: no layer that nobody takes; each at the bit
// rate that its weakest taker affords. If the room lacks, layers lose first what is above their least, the top ones first, and then the top layers go, the
// camera's before the screen's; who took one gets the next lower one (Given).
func Publish(room float64, wishes []Choice, can Sender) []LayerPlan {
	plan, _ := publish(nil, room, wishes, can)
	return plan
}

// publish appends what Publish returns, and says what it would cost with all the room that there is use for.
func publish(to []LayerPlan, room float64, wishes []Choice, can Sender) (plan []LayerPlan, all float64) {
	var camera, screen [grades]sending
	sources := [...][]sending{gather(screen[:0], can.Screen, wishes), gather(camera[:0], can.Camera, wishes)}
	for _, layers := range sources {
		for i := range layers {
			if layers[i].wanted {
				all += layers[i].wire()
			}
		}
	}
	fill(room-fit(room, sources[1], sources[0]), sources[:])
	for _, layers := range slices.Backward(sources[:]) {
		for i := range layers {
			s := &layers[i]
			if !s.wanted {
				continue
			}
			k := kindOf(s.offer.Layer)
			to = append(to, LayerPlan{Layer: s.offer.Layer, Bitrate: int(s.bitrate), Rate10: k.rate10(s.bitrate, s.offer.Rate), Temporal: s.offer.full() + 1})
		}
	}
	return to, all
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

// fit drops layers, from the top of the first source on, until the least of all costs no more than room, and returns what it costs. The lowest layers of all go last.
func fit(room float64, sources ...[]sending) (cost float64) {
	for _, layers := range sources {
		for i := range layers {
			if layers[i].wanted {
				cost += layers[i].offer.Least
			}
		}
	}
	for _, lowest := range []int{1, 0} {
		for _, layers := range sources {
			for i := len(layers) - 1; i >= lowest && cost > room; i-- {
				if layers[i].wanted {
					cost += drop(layers, i)
				}
			}
		}
	}
	return cost
}

// drop gives those that take a layer the next lower one, and returns what this adds to the least of all.
func drop(layers []sending, i int) (cost float64) {
	s := &layers[i]
	s.wanted = false
	cost = -s.offer.Least
	if i == 0 {
		return cost
	}
	below := &layers[i-1]
	if !below.wanted {
		cost += below.offer.Least
	}
	below.want(s.bitrate)
	return cost
}

// fill gives the layers what there is beyond the least of all, the lower ones first.
func fill(left float64, sources [][]sending) {
	for _, layers := range sources {
		for i := range layers {
			if s := &layers[i]; s.wanted {
				o := s.offer
				spare := min(max(s.wire()-o.Least, 0), max(left, 0))
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

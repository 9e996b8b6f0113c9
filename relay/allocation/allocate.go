package allocation

import (
	"slices"

	"github.com/diemcau/diemcau/codec"
)

// Source is a picture that a watcher may get. Rank 0 is the large one, of which there is at most one; 1 and above are small, the lower first.
type Source struct {
	Publication uint32
	Screen      bool
	Rank        int
	Offers      []Offer // rising
}

// Choice is what a watcher gets of a source: a layer up to a temporal layer, at most at Rate bit/s of its line. Bitrate is what this is for the codec of the
// whole layer, with all its temporal layers.
type Choice struct {
	Publication uint32
	Layer       codec.Layer
	Temporal    int
	Rate        float64
	Bitrate     float64
}

// Allocate returns the best that fits into room, in the order of the sources, without those that get nothing. Never more than room in all. The more room, the
// more has the large picture; the small ones have what it leaves.
func Allocate(room float64, sources []Source) []Choice {
	var l ladder
	l.climb(room, sources)
	return l.choices(nil)
}

// A stage is how much of a layer's range a picture is given, before others have their turn.
const (
	least = iota
	good
	better
	most
	stages
)

// The ranges of the stages, in times of Least.
const (
	goodRange   = 2
	betterRange = 3
)

// upTo returns the rate of an offer in a stage.
func (o *Offer) upTo(stage int) float64 {
	switch stage {
	case least:
		return o.Least
	case good:
		return min(goodRange*o.Least, (o.Least+o.Most)/2)
	case better:
		return min(betterRange*o.Least, o.Most)
	}
	return o.Most
}

// grades order the layers of cameras and screens by what a watcher has of them.
const (
	still = iota
	tiny
	small
	medium
	large
	grades
)

func grade(layer codec.Layer) int {
	switch layer {
	case codec.LayerTiny:
		return tiny
	case codec.LayerSmall, codec.LayerScreen:
		return small
	case codec.LayerMedium:
		return medium
	case codec.LayerLarge:
		return large
	}
	return still
}

// rung is a step of the fixed order in which pictures grow: the large one or all small ones, by rank.
type rung struct {
	large        bool
	grade, stage int
}

// order says who gets more when: mostly the large picture, then the small ones something of what is not much beside it.
var order = func() (all []rung) {
	for g := still; g < grades; g++ {
		for s := least; s < stages; s++ {
			all = append(all, rung{true, g, s})
			switch {
			case g == small && s == good:
				all = append(all, rung{false, still, least})
			case g == small && s == better:
				all = append(all, rung{false, tiny, least})
			case g == large && s == least:
				all = append(all, rung{false, small, least})
			}
		}
	}
	return append(all, rung{false, still, most}, rung{false, tiny, most}, rung{false, small, most})
}()

// place is how far a source has come: the offer and the temporal layer that it has, and at which rate.
type place struct {
	offer    int // -1: none
	temporal int
	rate     float64
}

// tolerance is a rate that is nothing, in bit/s: sums of rates are not exact.
const tolerance = 1e-6

// maxSources is how many sources are looked at; a watcher gets six.
const maxSources = 16

// ladder divides a room. The large picture climbs only while all before it in the order is paid for, so more room never takes from it, whatever the small ones
// cost. These share what it leaves.
type ladder struct {
	sources []Source
	byRank  [maxSources]int // indices of the small ones
	small   int             // how many
	large   int             // index, -1: none
	places  [maxSources]place
	next    float64 // the least room that gives more than this; 0: there is no more
}

// climb divides room.
func (l *ladder) climb(room float64, sources []Source) {
	l.sources, l.large, l.small, l.next = sources[:min(len(sources), maxSources)], -1, 0, 0
	for i := range l.sources {
		l.places[i] = place{offer: -1}
		if l.sources[i].Rank == 0 && l.large < 0 {
			l.large = i
			continue
		}
		at := l.small
		for ; at > 0 && l.sources[l.byRank[at-1]].Rank > l.sources[i].Rank; at-- {
			l.byRank[at] = l.byRank[at-1]
		}
		l.byRank[at] = i
		l.small++
	}
	filling, left := false, room
	if l.large >= 0 {
		filling = l.climbLarge(room)
		left -= l.places[l.large].rate
	}
	if next := l.climbSmall(left); next > 0 && !filling {
		if next += room; l.next == 0 || next < l.next {
			l.next = next
		}
	}
}

// climbLarge finds the place of the large picture, and says whether it is within a range, so that it takes all that there is more.
func (l *ladder) climbLarge(room float64) (filling bool) {
	var would [maxSources]float64
	var cost float64 // of all rungs up to here
	ideal, offers, own := place{offer: -1}, l.sources[l.large].Offers, &l.places[l.large]
	for _, r := range order {
		if !r.large {
			for _, i := range l.byRank[:l.small] {
				if o := find(l.sources[i].Offers, r.grade); o >= 0 {
					rate := max(l.sources[i].Offers[o].upTo(r.stage), would[i])
					cost, would[i] = cost+rate-would[i], rate
				}
			}
			continue
		}
		at := find(offers, r.grade)
		if at < 0 {
			continue
		}
		for p := enter(offers, ideal, at, r.stage); p.offer >= 0; p = enter(offers, p, at, r.stage) {
			delta := p.rate - ideal.rate
			if cost+delta > room {
				l.next = cost + delta
				if filling = p.offer == ideal.offer && p.temporal == ideal.temporal; filling {
					own.rate += max(room-cost, 0)
				}
				return filling
			}
			cost, ideal, *own = cost+delta, p, p
		}
	}
	return false
}

// none is no place.
var none = place{offer: -1}

// enter returns the next place after from in a stage of an offer of the large picture, none if from has it. What moves is entered by its lower temporal layers,
// unless the picture moves well already; no layer is filled beyond what the next one begins with.
func enter(offers []Offer, from place, at, stage int) place {
	o := &offers[at]
	if stage > least {
		rate := o.upTo(stage)
		if at+1 < len(offers) {
			begins := offers[at+1].Least
			if grade(o.Layer) < small {
				begins *= offers[at+1].share(0)
			}
			rate = min(rate, begins)
		}
		if from.offer != at || rate <= from.rate {
			return none
		}
		return place{at, o.full(), rate}
	}
	if from.offer == at && from.temporal == o.full() {
		return none
	}
	if from.offer < 0 || from.offer == at || grade(offers[from.offer].Layer) < small {
		first := 0
		if from.offer == at {
			first = from.temporal + 1
		}
		for t := first; t < o.full(); t++ {
			if rate := o.Least * o.share(t); rate >= from.rate {
				return place{at, t, rate}
			}
		}
	}
	return place{at, o.full(), max(o.Least, from.rate)}
}

// climbSmall divides among the small pictures what is left, and returns how much more would give one of them more, 0: nothing would.
func (l *ladder) climbSmall(left float64) (next float64) {
	dark := l.large >= 0 && len(l.sources[l.large].Offers) > 0 && l.places[l.large].offer < 0
	for _, r := range order {
		if r.large || dark && r.grade > still {
			continue
		}
		for _, i := range l.byRank[:l.small] {
			at, own := find(l.sources[i].Offers, r.grade), &l.places[i]
			if at < 0 || r.stage > least && own.offer != at {
				continue
			}
			o := &l.sources[i].Offers[at]
			delta := o.upTo(r.stage) - own.rate
			switch {
			case delta <= left+tolerance:
				*own = place{at, o.full(), own.rate + max(delta, 0)}
				left = max(left-max(delta, 0), 0)
				continue
			case r.stage > least:
				own.rate += left
				left = 0
			}
			if short := delta - left; next == 0 || short < next {
				next = short
			}
		}
	}
	return next
}

// find returns the index of the offer of a grade, -1 if there is none.
func find(offers []Offer, of int) int {
	for i := range offers {
		if grade(offers[i].Layer) == of {
			return i
		}
	}
	return -1
}

// top returns the room that gives everything.
func (l *ladder) top() (sum float64) {
	for i := range l.sources {
		offers := l.sources[i].Offers
		for o := range slices.Backward(offers) {
			if i == l.large || grade(offers[o].Layer) <= small {
				sum += offers[o].Most
				break
			}
		}
	}
	return sum
}

// need returns what the layers cost at their least: in less room there have to be others.
func (l *ladder) need() (sum float64) {
	for i := range l.sources {
		if p := l.places[i]; p.offer >= 0 {
			sum += l.least(i)
		}
	}
	return sum
}

// least returns the least rate of what a source has.
func (l *ladder) least(i int) float64 {
	p := l.places[i]
	o := &l.sources[i].Offers[p.offer]
	return o.Least * o.share(p.temporal)
}

// trim takes what is beyond room from what is beyond the least, from the small pictures first. It is for a room of at least need.
func (l *ladder) trim(room float64) {
	over := -room
	for i := range l.sources {
		if l.places[i].offer >= 0 {
			over += l.places[i].rate
		}
	}
	for _, i := range slices.Backward(l.byRank[:l.small]) {
		over -= l.cut(i, over)
	}
	if l.large >= 0 {
		l.cut(l.large, over)
	}
}

// cut takes at most over from what a source has beyond its least, and returns how much.
func (l *ladder) cut(i int, over float64) float64 {
	p := &l.places[i]
	if p.offer < 0 || over <= 0 {
		return 0
	}
	spare := min(max(p.rate-l.least(i), 0), over)
	p.rate -= spare
	return spare
}

// choices appends what every source has come to.
func (l *ladder) choices(to []Choice) []Choice {
	for i := range l.sources {
		p := l.places[i]
		if p.offer < 0 {
			continue
		}
		s := &l.sources[i]
		o := &s.Offers[p.offer]
		to = append(to, Choice{Publication: s.Publication, Layer: o.Layer, Temporal: p.temporal, Rate: p.rate, Bitrate: o.bitrate(p.rate, p.temporal)})
	}
	return to
}

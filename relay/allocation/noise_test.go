package allocation

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// restless is a room that wanders about a mean, by 30 % of it at most: each value resembles those of the seconds before.
type restless struct {
	random *rand.Rand
	mean   float64
	memory float64 // of a step
	at     float64
}

func newRestless(t *rapid.T, every time.Duration) *restless {
	r := &restless{random: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))}
	seconds := rapid.Float64Range(.1, 20).Draw(t, "seconds")
	r.mean = 10e3 * math.Exp(rapid.Float64Range(0, 5.7).Draw(t, "mean"))
	r.memory = math.Exp(-every.Seconds() / seconds)
	return r
}

// room returns the next one.
func (r *restless) room() float64 {
	r.at = r.memory*r.at + math.Sqrt(1-r.memory*r.memory)*r.random.NormFloat64()
	return r.mean * (1 + .3*max(min(r.at/1.5, 1), -1))
}

// forced says whether what was chosen does not fit into a room, even at its least.
func forced(was []Choice, sources []Source, room float64) bool {
	need := 0.0
	for _, c := range was {
		for _, s := range sources {
			if i := slices.IndexFunc(s.Offers, func(o Offer) bool { return o.Layer == c.Layer }); s.Publication == c.Publication && i >= 0 {
				need += s.Offers[i].Least * s.Offers[i].share(c.Temporal)
			}
		}
	}
	return need > room
}

// TestOneSwitchIn5sHoweverTheRoomWanders: a second one comes only if the room does not carry what was chosen, and then at once.
func TestOneSwitchIn5sHoweverTheRoomWanders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every := time.Duration(rapid.IntRange(50, 1000).Draw(t, "every")) * time.Millisecond
		line, sources := newRestless(t, every), hall()
		var c Chooser
		var was []Choice
		last := -time.Minute
		for at := time.Duration(0); at < 2*time.Minute; at += every {
			room := line.room()
			got, _ := c.Update(room, sources, midnight.Add(at))
			if at > 0 && !sameLayers(got, was) {
				if at-last < 5*time.Second && !forced(was, sources, room) {
					t.Fatalf("layers changed at %s and %s, in %.0f bit/s: %+v, then %+v", last, at, room, was, got)
				}
				last = at
			}
			if forced(got, sources, room) {
				t.Fatalf("%+v in %f", got, room)
			}
			was = slices.Clone(got)
		}
	})
}

// TestAPublisherSwitchesOnceIn5s is the same of the line of one who shows.
func TestAPublisherSwitchesOnceIn5s(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every := time.Duration(rapid.IntRange(50, 1000).Draw(t, "every")) * time.Millisecond
		line, can := newRestless(t, every), Sender{Camera: camera(1, 0).Offers}
		wishes := Allocate(5e6, []Source{camera(1, 0)})
		wishes = append(wishes, Allocate(line.mean, []Source{camera(1, 0)})...)
		var p Publisher
		var was []LayerPlan
		last := -time.Minute
		for at := time.Duration(0); at < 2*time.Minute; at += every {
			room := line.room()
			got, _ := p.Update(room, wishes, can, midnight.Add(at))
			if at > 0 && !alikeLayers(got, was) {
				if at-last < 5*time.Second && can.least(was) <= room {
					t.Fatalf("layers changed at %s and %s, in %.0f bit/s: %+v, then %+v", last, at, room, was, got)
				}
				last = at
			}
			was = slices.Clone(got)
		}
	})
}

// least is what the layers of a plan cost at their least.
func (s Sender) least(plan []LayerPlan) (sum float64) {
	for _, l := range plan {
		sum += s.Camera[slices.IndexFunc(s.Camera, func(o Offer) bool { return o.Layer == l.Layer })].Least
	}
	return sum
}

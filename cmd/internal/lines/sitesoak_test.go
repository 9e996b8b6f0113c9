package lines

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/diemcau/diemcau/transport"
)

var restless = flag.Duration("lines.site-soak", time.Minute, "length of a soak of sites, virtual; `make soak-site` runs a long one with the race detector")

// restlessTown is a relay and two sites with five people each, in which something happens all the time.
type restlessTown struct {
	*town
	chance *rand.Rand
	here   map[*villager]*building // who is in the meeting, and where
	silent map[*villager]func()    // ends the speech of those who speak
	names  int
}

// TestSoakOfSites lets people join, leave, speak and mute while lines and power are cut and the relay starts again. When it is calm, everybody sees and hears everybody.
func TestSoakOfSites(t *testing.T) {
	inTown(t, func(k *town) {
		s := &restlessTown{k, rand.New(rand.NewPCG(*seed, 5)), map[*villager]*building{}, map[*villager]func(){}, 0}
		for range 2 {
			k.building(k.line(good))
		}
		for _, b := range k.buildings {
			for range 5 {
				s.comes(b)
			}
		}
		s.comes(nil)
		done := map[string]int{}
		for begun := time.Now(); time.Since(begun) < *restless; {
			time.Sleep(time.Duration(s.chance.IntN(3000)) * time.Millisecond)
			done[s.happen()]++
		}
		t.Logf("%v: %v", *restless, done)
		s.calm()
	})
}

func (s *restlessTown) comes(b *building) {
	s.names++
	s.here[s.visit(fmt.Sprintf("Người %d", s.names), b)] = b
}

// anybody is one of those who are there, the same for the same seed.
func (s *restlessTown) anybody() *villager {
	all := slices.SortedFunc(maps.Keys(s.here), func(a, b *villager) int { return int(a.begun.Sub(b.begun)) })
	return all[s.chance.IntN(len(all))]
}

// happen does one thing and says which.
func (s *restlessTown) happen() string {
	v, b := s.anybody(), s.buildings[s.chance.IntN(2)]
	switch n := s.chance.IntN(40); {
	case n < 10:
		if stop := s.silent[v]; stop != nil {
			stop()
			delete(s.silent, v)
			return "is silent"
		}
		s.silent[v] = v.talk(s.t)
		return "speaks"
	case n < 25:
		_ = v.Mute(s.chance.IntN(2) == 0) // who is away tells it later
		return "mutes"
	case n < 32:
		if stop := s.silent[v]; stop != nil {
			stop()
			delete(s.silent, v)
		}
		v.leave()
		where := s.here[v]
		delete(s.here, v)
		s.comes(where)
		return "leaves, and another comes"
	case n < 37:
		cutOff(s.t, b.line, good, time.Duration(s.chance.IntN(20000))*time.Millisecond)
		return "line"
	case n < 39:
		s.powerCut(b)
		time.Sleep(time.Duration(s.chance.IntN(5000)) * time.Millisecond)
		s.powerBack(b)
		time.Sleep(2 * time.Second)
		return "power"
	}
	s.restart(time.Duration(s.chance.IntN(5000)) * time.Millisecond)
	time.Sleep(2 * time.Second)
	return "relay"
}

// calm holds that all is well once nothing happens any more.
func (s *restlessTown) calm() {
	s.t.Helper()
	for _, stop := range s.silent {
		stop()
	}
	time.Sleep(40 * time.Second)
	for v := range s.here {
		if err := v.Mute(false); err != nil {
			s.t.Errorf("%s: %v", v.name, err)
		}
	}
	time.Sleep(5 * time.Second)
	for v := range s.here {
		seen := map[string]transport.Seat{}
		for _, seat := range v.Seats() {
			if seat.Here {
				seen[seat.Name] = seat
			}
		}
		for o := range s.here {
			if seat := seen[o.name]; !seat.Here || seat.Muted || seat.Publication != o.publication(o) {
				s.t.Errorf("%s sees %s as %+v", v.name, o.name, seat)
			}
		}
		if len(seen) != len(s.here) {
			s.t.Errorf("%s sees %d of %d", v.name, len(seen), len(s.here))
		}
	}
	for speaker := range s.here {
		from := time.Now()
		stop := speaker.talk(s.t)
		time.Sleep(3 * time.Second)
		stop()
		time.Sleep(2 * time.Second) // the floor is free again
		for v := range s.here {
			seat, _ := v.seatOf(speaker)
			if n := len(v.note.of(seat.Publication, from)); v != speaker && n < 50 || v == speaker && n > 0 {
				s.t.Errorf("%s in %v heard %d frames of %s in %v as %+v of %v", v.name, s.here[v], n, speaker.name, s.here[speaker], seat, v.note.voices(from))
			}
		}
	}
	for _, b := range s.buildings {
		if state := b.state(); !state.Up || state.Code != "" {
			s.t.Errorf("%s: %+v", b.name, state)
		}
	}
}

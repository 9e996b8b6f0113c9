package lines

import (
	"context"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// speaking is a building with two in it and a chair elsewhere, while one of the two speaks.
type speaking struct {
	*town
	house           *building
	an, binh, chair *villager
	issued          map[uint32]bool // publications so far
}

func whileSpeaking(t *testing.T, f func(*speaking)) {
	t.Helper()
	inTown(t, func(k *town) {
		s := &speaking{town: k, house: k.building(k.line(good)), issued: map[uint32]bool{}}
		s.an, s.binh, s.chair = k.visit("An", s.house), k.visit("Bình", s.house), k.visit("Chủ tọa", nil)
		defer s.an.talk(t)()
		time.Sleep(10 * time.Second)
		s.issue(s.an, s.binh)
		f(s)
	})
}

// issue holds that these speak under ids of the site that nobody had.
func (s *speaking) issue(all ...*villager) {
	s.t.Helper()
	for _, v := range all {
		p := s.chair.publication(v)
		if meeting.PublicationRelay(p) != meeting.MaxRelay || s.issued[p] {
			s.t.Errorf("%s has publication %x of %v", v.name, p, s.issued)
		}
		s.issued[p] = true
	}
}

// back waits until all see and hear each other.
func (s *speaking) back(within time.Duration, when string) {
	s.t.Helper()
	for _, pair := range [][2]*villager{{s.chair, s.an}, {s.chair, s.binh}, {s.an, s.chair}, {s.binh, s.chair}, {s.binh, s.an}} {
		s.waitFor(within, when+": "+pair[0].name+" sees "+pair[1].name, func() bool { seat, ok := pair[0].seatOf(pair[1]); return ok && seat.Here })
	}
	s.hears(s.chair, s.an, within, when)
	s.hears(s.binh, s.an, within, when)
	stop := s.chair.talk(s.t)
	defer stop()
	s.hears(s.binh, s.chair, within, when)
	if n := len(s.chair.Seats()); n != 3 {
		s.t.Errorf("%s: seats above: %+v", when, s.chair.Seats())
	}
}

// The power of a site is cut in the middle of a meeting: all is as before, and nobody had to do anything.
func TestPowerOfASiteIsCut(t *testing.T) {
	whileSpeaking(t, func(s *speaking) {
		for _, off := range []time.Duration{5 * time.Second, 5 * time.Minute} {
			s.powerCut(s.house)
			time.Sleep(off)
			for _, v := range []*villager{s.an, s.binh} {
				if seat, ok := s.chair.seatOf(v); !ok {
					t.Errorf("off for %v: %s lost the seat: %+v", off, v.name, seat)
				}
			}
			s.powerBack(s.house)
			begun := time.Now()
			s.back(15*time.Second, "power")
			t.Logf("off for %v: all back after %v", off, time.Since(begun))
			s.issue(s.an, s.binh)
		}
	})
}

// The clock of the site was a day ahead before the power was cut, or behind: it does not matter.
func TestClockOfASiteIsWrong(t *testing.T) {
	for _, wrong := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		whileSpeaking(t, func(s *speaking) {
			s.powerCut(s.house)
			s.house.log = shifted(t, s.house.log, s.code, wrong)
			time.Sleep(time.Second)
			s.powerBack(s.house)
			s.back(15*time.Second, "the clock")
			s.issue(s.an, s.binh)
		})
	}
}

// shifted is the log of a meeting as a computer with another clock writes it.
func shifted(t *testing.T, log interface {
	Read(string, uint64, func([]byte) error) error
}, code string, by time.Duration,
) *memory.Log {
	t.Helper()
	out, n := &memory.Log{}, uint64(0)
	err := log.Read(code, 0, func(line []byte) error {
		e, err := meeting.Decode(line)
		if err != nil {
			return err
		}
		if created, ok := e.Body.(meeting.Created); ok {
			created.Began += by.Milliseconds()
			e.Body = created
		}
		if line, err = meeting.Encode(e); err != nil {
			return err
		}
		n++
		return out.Append(code, n-1, line)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The disk of the site is new: it goes on behind the ids that the old one issued.
func TestDiskOfASiteIsNew(t *testing.T) {
	inTown(t, func(k *town) {
		b := k.building(k.line(good))
		chair := k.visit("Chủ tọa", nil)
		an := k.visit("An", b)
		k.waitFor(time.Second, "An is seen", func() bool { _, ok := chair.seatOf(an); return ok })
		was := chair.publication(an)
		an.leave()
		time.Sleep(time.Second)
		an = k.visit("An", b)
		k.waitFor(time.Second, "An is seen again", func() bool { return chair.publication(an) > was })
		was = chair.publication(an)
		k.powerCut(b)
		an.leave()
		b.log = &memory.Log{}
		k.powerBack(b)
		if _, err := b.server.Find(context.Background(), k.code); err != nil {
			t.Fatal(err)
		}
		binh := k.visit("Bình", b)
		defer binh.talk(t)()
		k.hears(chair, binh, 3*time.Second, "with a new disk")
		if p := chair.publication(binh); p <= was || meeting.PublicationRelay(p) != meeting.PublicationRelay(was) {
			t.Errorf("%x after %x", p, was)
		}
		if seats := chair.Seats(); len(seats) != 2 {
			t.Errorf("%+v", seats)
		}
	})
}

// The relay above stops and starts again: in the building nothing is missing, and all is as before soon.
func TestRelayAboveStartsAgain(t *testing.T) {
	for _, off := range []time.Duration{100 * time.Millisecond, 10 * time.Second} {
		whileSpeaking(t, func(s *speaking) {
			from := time.Now()
			s.restart(off)
			begun := time.Now()
			s.back(15*time.Second, "relay")
			t.Logf("off for %v: all back after %v", off, time.Since(begun))
			time.Sleep(time.Second)
			heard := s.binh.note.of(s.binh.publication(s.an), from)
			if missing, longest := gaps(heard), silence(heard); missing > 0 || longest > 200*time.Millisecond {
				t.Errorf("inside: %v missing, silent for %v", missing, longest)
			}
			if state := s.house.state(); !state.Up || state.Code != "" {
				t.Errorf("%+v", state)
			}
			if p := s.chair.publication(s.an); !s.issued[p] {
				t.Errorf("the building's session went on, but An has another publication: %x", p)
			}
		})
	}
}

// UDP does not get through at the uplink, from the start or from now on: the meeting goes on over TCP, and it is told why it is worse.
func TestUDPIsBlockedAtTheUplink(t *testing.T) {
	for _, atFirst := range []bool{true, false} {
		inTown(t, func(k *town) {
			line := k.line(good)
			line.BlockUDP(atFirst)
			b := k.building(line)
			an, chair := k.visit("An", b), k.visit("Chủ tọa", nil)
			stop := an.talk(t)
			k.hears(chair, an, 5*time.Second, "at first")
			line.BlockUDP(true)
			k.waitFor(20*time.Second, "udp-blocked is told", func() bool { s := b.state(); return s.Up && s.Code == "udp-blocked" && s.Vi != "" })
			k.hears(chair, an, 5*time.Second, "without UDP")
			stop()
			stop = chair.talk(t)
			k.hears(an, chair, 5*time.Second, "without UDP")
			stop()
			line.BlockUDP(false)
			k.waitFor(6*time.Minute, "it comes away", func() bool { s := b.state(); return s.Up && s.Code == "" })
		})
	}
}

// Who speaks on joining is heard behind a line that loses a third, though the message about the seat may be late.
func TestNewcomerIsHeardAtOnce(t *testing.T) {
	inTown(t, func(k *town) {
		b := k.building(k.line(impaired(256, rtt150, .3, 0)))
		an := k.visit("An", b)
		time.Sleep(20 * time.Second)
		var worst time.Duration
		for range 10 {
			v := k.visit("Mới", nil)
			from := time.Now()
			stop := v.talk(t)
			p := transport.Seat{}
			for _, s := range v.Seats() {
				if s.ID == v.id {
					p = s
				}
			}
			worst = max(worst, k.waitFor(5*time.Second, "heard", func() bool { return len(an.note.of(p.Publication, from)) > 0 }))
			stop()
			v.leave()
			time.Sleep(3 * time.Second)
		}
		t.Logf("heard after %v at worst", worst)
		if worst > 1500*time.Millisecond {
			t.Errorf("heard after %v at worst", worst)
		}
	})
}

// Only the way up is dead: what is heard proves nothing of it, and people are told that nobody above hears them.
func TestOnlyTheWayUpIsDead(t *testing.T) {
	inTown(t, func(k *town) {
		b := k.building(k.line(good))
		an := k.visit("An", b)
		chair := k.visit("Chủ tọa", nil)
		defer chair.talk(t)()
		k.hears(an, chair, 3*time.Second, "before")
		time.Sleep(5 * time.Second)
		if !b.state().Up {
			t.Fatal("a listener's line is not up")
		}
		dead := good
		dead.Outages = []transporttest.Outage{{For: 25 * time.Second}}
		if err := b.line.Set(dead, good); err != nil {
			t.Fatal(err)
		}
		k.waitFor(15*time.Second, "the state is told", func() bool { return !b.state().Up })
		k.waitFor(30*time.Second, "the line is back", func() bool { return b.state().Up })
		time.Sleep(10 * time.Second)
		if !b.state().Up {
			t.Error("it does not stay")
		}
	})
}

package relay

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/transport"
)

// MaxVoices is how many voices a room forwards at once, and so the most that a line is sent.
const MaxVoices = 3

const (
	hangover   = 400 * time.Millisecond // frames without voice that still belong to a talkspurt
	release    = 800 * time.Millisecond // silence after which a speaker gives its place to who comes
	takeover   = 600 * time.Millisecond // how long a louder voice must last to take a place that is in use
	louderBy   = 6                      // dB
	prerollMax = 16                     // packets kept from before a voice gets its place: no first syllable is lost
	prerollAge = 200 * time.Millisecond
)

// voice is what the ranking knows of one publication that spoke.
type voice struct {
	publication *Publication
	last        time.Time // of the last frame with voice
	began       time.Time // of the talkspurt
	level       float64   // smoothed dBov
	preroll     []held
	out         []*transport.Packet // what Observe returns
}

// held is a packet that waits for its voice to get a place.
type held struct {
	pkt *transport.Packet
	at  time.Time
}

// Speakers ranks the voices of a room: at most MaxVoices have a place; the first place goes to the narrowest lines. Places change
// hands slowly, so that a cough does not cut a speaker off.
type Speakers struct {
	mu     sync.Mutex
	voices map[uint32]*voice
	places []*voice
	first  uint32                         // publication of who has the floor, 0: nobody
	ranked atomic.Pointer[[]*Publication] // places, for readers without the lock
}

// NewSpeakers makes an empty ranking.
func NewSpeakers() *Speakers {
	s := &Speakers{voices: map[uint32]*voice{}}
	s.ranked.Store(new([]*Publication))
	return s
}

// Observe takes a packet of p and returns what is to be forwarded now: nothing while p is silent or has no place, the packet itself,
// or, when p gets a place, also what it said just before. The slice is valid until the next call for p.
func (s *Speakers) Observe(p *Publication, pkt *transport.Packet, now time.Time) []*transport.Packet {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.voices[p.ID]
	if v == nil {
		v = &voice{publication: p, level: -127}
		s.voices[p.ID] = v
	}
	v.observe(pkt, now)
	v.hold(pkt, now)
	s.vacate(now)
	if now.Sub(v.last) > hangover || !slices.Contains(s.places, v) && !s.place(v, now) {
		return nil
	}
	return v.flush()
}

func (v *voice) observe(pkt *transport.Packet, now time.Time) {
	if !pkt.Level.Voice() {
		return
	}
	if now.Sub(v.last) > hangover {
		v.began, v.level = now, float64(pkt.Level.DBov())
	}
	v.last = now
	v.level += (float64(pkt.Level.DBov()) - v.level) / 16
}

// hold keeps the packet with those of the last prerollAge.
func (v *voice) hold(pkt *transport.Packet, now time.Time) {
	old := 0
	for old < len(v.preroll) && (now.Sub(v.preroll[old].at) > prerollAge || len(v.preroll)-old >= prerollMax) {
		old++
	}
	v.preroll = append(slices.Delete(v.preroll, 0, old), held{pkt, now})
}

func (v *voice) flush() []*transport.Packet {
	v.out = v.out[:0]
	for _, h := range v.preroll {
		v.out = append(v.out, h.pkt)
	}
	v.preroll = v.preroll[:0]
	return v.out
}

// vacate takes the places of those who have fallen silent: a line of one voice would wait for them while another speaks.
func (s *Speakers) vacate(now time.Time) {
	silent := func(o *voice) bool { return now.Sub(o.last) > release }
	if slices.ContainsFunc(s.places, silent) {
		s.places = slices.DeleteFunc(s.places, silent)
		s.publish()
	}
}

// place finds v a place: a free one, or that of a much weaker voice.
func (s *Speakers) place(v *voice, now time.Time) bool {
	if len(s.places) < MaxVoices {
		s.places = append(s.places, v)
		s.publish()
		return true
	}
	weakest := -1
	for i, o := range s.places {
		if o.publication.ID != s.first && (weakest < 0 || o.level < s.places[weakest].level) {
			weakest = i
		}
	}
	if v.publication.ID != s.first && (now.Sub(v.began) < takeover || v.level < s.places[weakest].level+louderBy) {
		return false
	}
	s.places[weakest] = v
	s.publish()
	return true
}

// Remove forgets a publication that is gone.
func (s *Speakers) Remove(p *Publication) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.voices, p.ID)
	s.places = slices.DeleteFunc(s.places, func(o *voice) bool { return o.publication == p })
	s.publish()
}

// publish tells the readers without the lock; who has the floor comes first.
func (s *Speakers) publish() {
	ranked := make([]*Publication, 0, len(s.places))
	for _, v := range s.places {
		if v.publication.ID == s.first {
			ranked = slices.Insert(ranked, 0, v.publication)
			continue
		}
		ranked = append(ranked, v.publication)
	}
	s.ranked.Store(&ranked)
}

// Prefer gives the publication of who has the floor, 0: of nobody, the first place whenever it speaks.
func (s *Speakers) Prefer(publication uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first != publication {
		s.first = publication
		s.publish()
	}
}

// Rank returns the place of publication id as the participant who publishes own counts it, from 0, its publication, and
// how many others have a place; found is false if id has none.
func (s *Speakers) Rank(id uint32, own IDs) (rank int, p *Publication, others int, found bool) {
	for _, o := range *s.ranked.Load() {
		if own.has(o.ID) {
			continue
		}
		if o.ID == id {
			rank, p, found = others, o, true
		}
		others++
	}
	return rank, p, others, found
}

// First returns the first publication of a range that has a place, nil if none has. When a packet is forwarded, those who have fallen silent have lost theirs.
func (s *Speakers) First(of IDs) *Publication {
	for _, o := range *s.ranked.Load() {
		if of.has(o.ID) {
			return o
		}
	}
	return nil
}

// Main returns the publication that has the first place, 0 if none has.
func (s *Speakers) Main() uint32 {
	if ranked := *s.ranked.Load(); len(ranked) > 0 {
		return ranked[0].ID
	}
	return 0
}

// above says whether one that comes from the relay above has a place.
func (s *Speakers) above() bool {
	return slices.ContainsFunc(*s.ranked.Load(), func(o *Publication) bool { return o.above })
}

// talkingFor is how long those who spoke in turn count as talking with each other.
const talkingFor = 15 * time.Second

// Talking says whether several have spoken lately.
func (s *Speakers) Talking(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, v := range s.voices {
		if now.Sub(v.last) < talkingFor && v.last.Sub(v.began) > takeover {
			n++
		}
	}
	return n > 1
}

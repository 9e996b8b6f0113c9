package bot

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/diemcau/diemcau/transport"
)

// Speaker is what a bot heard of one participant.
type Speaker struct {
	Name    string `json:"name"`
	Packets uint64 `json:"packets"` // that arrived, those that repair brought back too
	Missing uint64 `json:"missing"` // that were not there when they should have been written; without --record always 0
	Late    uint64 `json:"late"`    // that came after that, or twice
}

// ear counts what is heard, and hands it to the recorder if there is one. heard is called by the client's goroutine.
type ear struct {
	speaker  func(publication uint32) (transport.Seat, bool)
	recorder *recorder // nil: none

	mu       sync.Mutex
	speakers map[uint32]*heard // by publication
}

// heard is what came of one publication, and whose it is: empty until that is known.
type heard struct {
	packets uint64
	seat    transport.Seat
}

func newEar(speaker func(uint32) (transport.Seat, bool), r *recorder) *ear {
	return &ear{speaker: speaker, recorder: r, speakers: map[uint32]*heard{}}
}

func (e *ear) heard(pkt *transport.Packet, at time.Time) {
	e.mu.Lock()
	h := e.speakers[pkt.SSRC]
	if h == nil {
		h = &heard{}
		e.speakers[pkt.SSRC] = h
	}
	h.packets++
	if h.seat.ID == "" {
		h.seat, _ = e.speaker(pkt.SSRC)
	}
	e.mu.Unlock()
	if e.recorder != nil {
		e.recorder.push(pkt, at)
	}
}

// figures returns the speakers by name; one who came back is one speaker.
func (e *ear) figures() []Speaker {
	e.mu.Lock()
	defer e.mu.Unlock()
	seats := map[string]*Speaker{}
	for publication, h := range e.speakers {
		f := seats[h.seat.ID]
		if f == nil {
			f = &Speaker{Name: h.seat.Name}
			seats[h.seat.ID] = f
		}
		f.Packets += h.packets
		if e.recorder != nil {
			missing, late := e.recorder.stats(publication)
			f.Missing += missing
			f.Late += late
		}
	}
	out := make([]Speaker, 0, len(seats))
	for _, f := range seats {
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b Speaker) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(b.Packets, a.Packets)) })
	return out
}

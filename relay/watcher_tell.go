package relay

import (
	"math"
	"slices"
	"time"

	"github.com/diemcau/diemcau/transport"
)

// tell says what there is and what of it is sent, if that has changed.
func (w *watcher) tell(all ranking, cast []*source, room float64, now time.Time) {
	m := w.describe(all, cast, room)
	since := now.Sub(w.toldAt)
	switch {
	case w.toldAt.IsZero():
	case w.differsHere(&m):
		if since < tellSoonest {
			return
		}
	case slices.Equal(m.Of, w.told.Of) && alikeRooms(m.Room, w.told.Room) || since < tellOthers:
		return
	}
	w.told, w.toldAt = m, now
	w.say(m)
}

// alikeRooms says whether another room is not worth a message.
func alikeRooms(a, b int) bool { return max(a, b) <= 2*min(a, b) || max(a, b) < 8 }

// differsHere says whether something else is sent than was told.
func (w *watcher) differsHere(m *transport.Pictures) bool {
	sent := func(of []transport.Shown) []transport.Shown {
		return slices.DeleteFunc(slices.Clone(of), func(s transport.Shown) bool { return s.Layer == 0 })
	}
	if (m.Large == nil) != (w.told.Large == nil) || m.Large != nil && *m.Large != *w.told.Large {
		return true
	}
	return !slices.Equal(sent(m.Of), sent(w.told.Of))
}

// describe says what there is, and what of it is sent.
func (w *watcher) describe(all ranking, cast []*source, room float64) transport.Pictures {
	m := transport.Pictures{Type: transport.TypePictures, Of: []transport.Shown{}, Room: int(math.Round(room / 1000))}
	for _, s := range all.large {
		if !w.wants(s) {
			continue
		}
		shown := w.sent(s)
		m.Of = append(m.Of, shown)
		if len(cast) > 0 && cast[0] == s {
			m.Large = &shown
		}
	}
	slices.SortFunc(m.Of, byPublication) // or a cough would be a message
	return m
}

func byPublication(a, b transport.Shown) int {
	if a.Publication != b.Publication {
		return int(int64(a.Publication) - int64(b.Publication))
	}
	return a.Source - b.Source
}

// sent is a source as its client is told of it.
func (w *watcher) sent(s *source) transport.Shown {
	shown := transport.Shown{Publication: s.publication, Source: s.wire()}
	if p := w.shown[s.sourceID]; p != nil {
		w.aside.down.mu.Lock()
		if shown.Layer = p.layer; shown.Layer == 0 {
			shown.Layer = p.want
		}
		w.aside.down.mu.Unlock()
	}
	return shown
}

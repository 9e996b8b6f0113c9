package relay

import (
	"context"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/slides"
)

// elsewhere is a cluster in which another relay writes all meetings.
type elsewhere struct{ Cluster }

func (elsewhere) Lease(context.Context, string, uint32) (uint32, string, error) { return 0, "9", nil }

func (elsewhere) Ask(context.Context, string, []byte) ([]byte, error) { return nil, errMoving }

// TestReportIsPlayedOnce: a relay that writes no more plays no more, or everybody would hear two.
func TestReportIsPlayedOnce(t *testing.T) {
	presented(t, func(t *testing.T, w *world, a *reader) {
		id := brought(a, spoken(a.guest, 1000, slides.Turn{Deck: "none", Page: 1, Lo: slides.Hash(nil)}), 20_000)
		w.plays(t, meeting.Play{Report: id})
		time.Sleep(3 * time.Second)
		room := w.room(w.code)
		room.mu.Lock()
		was := room.playback
		room.cluster, room.led = elsewhere{}, leadership{}
		room.mu.Unlock()
		time.Sleep(5 * time.Second)
		room.mu.Lock()
		if was == nil || room.playback != nil || room.state.Playing.ID != id {
			t.Errorf("%v was played, %v still is", was, room.playback)
		}
		room.cluster = nil
		room.mu.Unlock()
	})
}

// TestReportThatNeverCame: what was announced and is not here is over soon, so that the chair need not wonder.
func TestReportThatNeverCame(t *testing.T) {
	presented(t, func(t *testing.T, w *world, a *reader) {
		id := brought(a, spoken(a.guest, 50, slides.Turn{Deck: "none", Page: 1, Lo: slides.Hash(nil)}), 1000)
		lost := w.room(w.code).blobs
		lost.mu.Lock()
		clear(lost.files) // another relay kept it, which is gone
		lost.mu.Unlock()
		w.plays(t, meeting.Play{Report: id})
		time.Sleep(10 * time.Second)
		room := w.room(w.code)
		room.mu.Lock()
		if room.state.Playing.ID != id {
			t.Error("it is over already")
		}
		room.mu.Unlock()
		time.Sleep(playbackWait)
		awaited[meeting.Played](a, meeting.KindPlayed)
	})
}

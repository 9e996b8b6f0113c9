package relay

import (
	"encoding/binary"
	"encoding/json"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/slides"
	"github.com/diemcau/diemcau/transport"
)

// record appends a record of a report.
func record(b []byte, kind slides.RecordKind, ms int, body ...byte) []byte {
	b = append(b, byte(kind))
	b = binary.BigEndian.AppendUint32(b, uint32(ms))
	b = binary.BigEndian.AppendUint16(b, uint16(len(body)))
	return append(b, body...)
}

// spoken makes a report of so many frames of 20 ms, that turns to a page at its middle and has a still at its begin.
func spoken(g *guest, frames int, page slides.Turn) []byte {
	b := []byte("DCR1")
	b = record(b, slides.RecordStill, 0, append([]byte{byte(codec.AV1)}, make([]byte, 900)...)...)
	for i := range frames {
		if i == frames/2 {
			text, _ := json.Marshal(page)
			b = record(b, slides.RecordPage, 20*i, text...)
		}
		b = record(b, slides.RecordVoice, 20*i, append([]byte{byte(codec.MakeLevel(true, -20))}, g.voice(uint32(i)).Payload...)...)
	}
	return b
}

// brought has a report stored and announced, and returns its id.
func brought(a *reader, content []byte, ms int) string {
	hash := a.offers(slides.Report, content)
	a.waits(transport.TypeStored, len(a.messages(transport.TypeStored))+1)
	a.does("report", map[string]any{"title": "Báo cáo tháng", "ms": ms, "size": len(content), "hash": hash})
	return awaited[meeting.Reported](a, meeting.KindReported).ID
}

// awaited waits for an event of a kind.
func awaited[T any](r *reader, kind meeting.Kind) (body T) {
	r.t.Helper()
	for range 400 {
		for _, m := range r.messages(transport.TypeEvent) {
			var e transport.Event
			if m.Decode(&e) == nil && e.Kind == string(kind) {
				if err := json.Unmarshal(e.Body, &body); err != nil {
					r.t.Fatal(err)
				}
				return body
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	r.t.Fatalf("no event %s", kind)
	return body
}

// plays has the relay play a report, as an officer would.
func (w *world) plays(t *testing.T, action meeting.Action) {
	t.Helper()
	room := w.room(w.code)
	room.mu.Lock()
	defer room.mu.Unlock()
	o := &order{Command: meeting.Command{Origin: room.origin, By: meeting.By{Account: "chair", Role: meeting.RoleChair}, Do: action}}
	if room.decide([]*order{o}, time.Now()); o.err != nil {
		t.Fatal(o.err)
	}
}

func TestReportIsPlayedAsIfSaidNow(t *testing.T) {
	presented(t, func(t *testing.T, w *world, a *reader) {
		b := w.join("B", transport.WebTransport).readSlides()
		defer b.quit()
		b.watches(transport.WatchAll)
		d := newDocument(2, 9_000, 20_000)
		deck := d.bring(a)
		page := slides.Turn{Deck: deck, Page: 2, Lo: d.pages[1].Lo.Hash, Hi: d.pages[1].Hi.Hash}
		id := brought(a, spoken(a.guest, 500, page), 10_000)
		w.plays(t, meeting.Play{Report: id})
		if got := awaited[meeting.Playing](b, meeting.KindPlaying); got.ID != id {
			t.Errorf("%+v is played", got)
		}
		time.Sleep(5 * time.Second)
		late := w.join("late", transport.WebTransport)
		defer late.quit()
		time.Sleep(10 * time.Second)
		awaited[meeting.Played](b, meeting.KindPlayed)
		if got := awaited[meeting.Shown](b, meeting.KindShown); got.Page != 2 || got.Deck != deck {
			t.Errorf("%+v was shown", got)
		}
		heard := b.sequences()
		if len(heard) < 495 || heard[0] > 1 || heard[len(heard)-1] != 499 {
			t.Errorf("%d frames were heard, from %d to %d", len(heard), heard[0], heard[len(heard)-1])
		}
		if n := len(late.sequences()); n < 150 || n > 260 {
			t.Errorf("who came at the middle heard %d frames", n)
		}
		if room := w.room(w.code); room.state.Playing.ID != "" || room.playback != nil || !room.pictures.idle() {
			t.Error("it is over, and still there")
		}
	})
}

func TestReportIsStopped(t *testing.T) {
	presented(t, func(t *testing.T, w *world, a *reader) {
		b := w.join("B", transport.WebTransport).readSlides()
		defer b.quit()
		id := brought(a, spoken(a.guest, 1000, slides.Turn{Deck: "none", Page: 1, Lo: slides.Hash(nil)}), 20_000)
		w.plays(t, meeting.Play{Report: id})
		time.Sleep(4 * time.Second)
		w.plays(t, meeting.EndPlay{Report: id})
		time.Sleep(8 * time.Second)
		if n := len(b.sequences()); n < 150 || n > 210 {
			t.Errorf("%d frames were heard of 4 s", n)
		}
		w.plays(t, meeting.Play{Report: id})
		time.Sleep(2 * time.Second)
		if n := len(b.sequences()); n < 60 {
			t.Errorf("%d frames were heard when it was played again", n)
		}
	})
}

func TestReportsThatAreNone(t *testing.T) {
	presented(t, func(t *testing.T, _ *world, a *reader) {
		whole := spoken(a.guest, 3, slides.Turn{Deck: "d", Page: 1, Lo: slides.Hash(nil)})
		for _, content := range [][]byte{
			whole[:len(whole)-1], []byte("DCR1"), []byte("DCR2" + string(whole[4:])), record(whole, 9, 100, 1, 2), record(whole, slides.RecordVoice, 0, 1, 2),
			record(whole, slides.RecordVoice, 101, 1, 2), record(whole, slides.RecordVoice, 1<<30, 1, 2), record(whole, slides.RecordStill, 100, 77, 2),
			record(whole, slides.RecordPage, 100, []byte("{}")...), record(whole, slides.RecordVoice, 100),
		} {
			if _, err := slides.ParseReport(content); err == nil {
				t.Errorf("%q is a report", content)
			}
			n := len(a.messages(transport.TypeAccept))
			a.offers(slides.Report, content)
			a.waits(transport.TypeAccept, n+2) // accepted, and when all is there, refused
		}
		if n := len(a.messages(transport.TypeStored)); n != 0 {
			t.Errorf("%d were stored", n)
		}
	})
}

// TestReportIsAsLongAsItsFile: what its client says of it is not believed.
func TestReportIsAsLongAsItsFile(t *testing.T) {
	presented(t, func(t *testing.T, w *world, a *reader) {
		a.does("report", map[string]any{"title": "Báo cáo", "ms": 1, "size": 1, "hash": slides.Hash([]byte("x"))})
		page := webp(2000, 1)
		a.offers(slides.Slide, page)
		a.waits(transport.TypeStored, 1)
		a.does("report", map[string]any{"title": "Báo cáo", "ms": 1, "size": 1, "hash": slides.Hash(page)})
		a.waits(transport.TypeRefused, 2)
		for i, want := range []string{reportAway.code, badFile.code} {
			var no transport.Refused
			if a.messages(transport.TypeRefused)[i].Decode(&no) != nil || no.Code != want || no.Vi == "" {
				t.Errorf("%+v, want %s", no, want)
			}
		}
		content := spoken(a.guest, 500, slides.Turn{Deck: "d", Page: 1, Lo: slides.Hash(nil)})
		brought(a, content, meeting.MaxReportMs)
		room := w.room(w.code)
		room.mu.Lock()
		defer room.mu.Unlock()
		if got := room.state.Reports[0]; got.Ms != 10_000 || got.Size != int64(len(content)) {
			t.Errorf("%d ms, %d bytes of %d", got.Ms, got.Size, len(content))
		}
	})
}

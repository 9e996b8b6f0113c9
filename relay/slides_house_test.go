package relay

import (
	"context"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/slides"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

// housed is a house whose line is up, with somebody in it.
func (h *house) housed() (*wire, *reader) {
	h.t.Helper()
	go func() { _, _ = h.Find(context.Background(), "abc-def-gh0") }()
	l := h.wire()
	h.welcome(l, 0, far)
	l.above.State(transport.Upstream{Up: true, Site: "Xã Ga Ry"})
	h.code = "abc-def-gh0"
	return l, h.join("An", transport.WebTransport).readSlides()
}

// falls sends a file down as the relay above does.
func (h *house) falls(l *wire, id uint32, content []byte, announced bool, chunks ...int) {
	if announced {
		l.above.Told(h.message(transport.Blob{Type: transport.TypeBlob, ID: id, Hash: slides.Hash(content), Size: len(content), Kind: "slide"}))
	}
	for _, i := range chunks {
		f := &frames.Frame{Publication: id, Layer: codec.LayerBulk, Sequence: uint32(i), Time: uint32(len(content)), Payload: slides.Part(content, i)}
		l.above.Seen(f, time.Now())
	}
}

// What the relay above shows and sends ahead is at the building's pages, once over the line, whatever was lost of the words about it.
func TestSlidesOfTheRelayAbove(t *testing.T) {
	inHouse(t, &memory.Log{}, func(t *testing.T, h *house) {
		l, an := h.housed()
		defer an.quit()
		an.watches(transport.WatchSlides)
		d := newDocument(2, 18_000, 45_000)
		h.falls(l, 1, d.files[2], false, 0, 1, 2) // page 2 ahead, and nobody said what it is
		h.falls(l, 2, d.files[0], true, 1)        // page 1 in two transfers
		h.happens(l, "shown", far.ID, map[string]any{"deck": "9", "page": 1, "lo": d.pages[0].Lo.Hash, "hi": d.pages[0].Hi.Hash, "title": "x", "pages": 2})
		h.falls(l, 3, d.files[0], true, 2, 0)
		h.falls(l, 4, d.files[1], true, 0, 1, 2, 3, 4, 5)
		h.falls(l, 5, make([]byte, 9000), true, 0, 1) // no picture
		time.Sleep(10 * time.Second)
		if got := an.came(d.names); got != "lo1 hi1 lo2" {
			t.Errorf("came: %s", got)
		}
		if got := h.room(h.code).blobs.have(10); len(got) != 3 {
			t.Errorf("kept: %v", got)
		}
		bo := h.join("Bo", transport.WebTransport).readSlides()
		defer bo.quit()
		bo.watches(transport.WatchAll)
		time.Sleep(10 * time.Second)
		if got := bo.came(d.names); got != "lo1 hi1 lo2" {
			t.Errorf("who came later: %s", got)
		}
		x := 5000
		l.above.Told(h.message(transport.Pointer{Type: transport.TypePointer, Seat: far.ID, X: &x, Y: &x}))
		time.Sleep(time.Second)
		if len(bo.messages(transport.TypePointer)) != 1 {
			t.Error("no pointer")
		}
	})
}

// What the building brings is at its own pages at once, rises, and is stored when the relay above says so.
func TestSlidesOfTheBuilding(t *testing.T) {
	inHouse(t, &memory.Log{}, func(t *testing.T, h *house) {
		l, an := h.housed()
		defer an.quit()
		content := webp(30_000, 1)
		hash := an.offers(slides.Slide, content)
		asked := func() (offers []transport.Offer) {
			time.Sleep(3 * time.Second)
			for {
				select {
				case m := <-l.said:
					if o, ok := m.(transport.Offer); ok {
						offers = append(offers, o)
					}
				default:
					return offers
				}
			}
		}
		if got := asked(); len(got) != 1 || got[0].Hash != hash || got[0].Size != len(content) || got[0].Kind != "slide" {
			t.Fatalf("%+v", got)
		}
		if len(an.messages(transport.TypeStored)) != 0 {
			t.Error("stored before it is above")
		}
		l.above.Told(h.message(transport.Accept{Type: transport.TypeAccept, Hash: hash, ID: 7, Missing: [][2]int{{1, 4}}}))
		time.Sleep(time.Second)
		l.mu.Lock()
		for i, f := range l.loaded {
			if f.Publication != 7 || f.Sequence != uint32(i+1) || f.Time != uint32(len(content)) || string(f.Payload) != string(slides.Part(content, i+1)) {
				t.Errorf("%+v", f)
			}
		}
		if len(l.loaded) != 3 {
			t.Errorf("%d chunks", len(l.loaded))
		}
		l.mu.Unlock()
		h.welcome(l, 0, far) // a new session: everything is asked again
		if got := asked(); len(got) != 1 {
			t.Errorf("%+v", got)
		}
		l.above.Told(h.message(transport.Stored{Type: transport.TypeStored, Hash: hash}))
		time.Sleep(time.Second)
		if len(an.messages(transport.TypeStored)) != 1 {
			t.Error("not stored")
		}
		bad := an.offers(slides.Slide, webp(2000, 2))
		asked()
		l.above.Told(h.message(transport.Accept{Type: transport.TypeAccept, Hash: bad, Code: "may-not-present", Vi: "v", En: "e"}))
		time.Sleep(time.Second)
		var last transport.Accept
		if all := an.messages(transport.TypeAccept); all[len(all)-1].Decode(&last) != nil || last.Code != "may-not-present" || last.Hash != bad {
			t.Errorf("%+v", last)
		}
		l.above.State(transport.Upstream{Site: "Xã Ga Ry"})
		an.offers(slides.Slide, webp(2000, 3))
		time.Sleep(time.Second)
		if len(an.messages(transport.TypeStored)) != 2 {
			t.Error("alone, the building does not keep what it shows")
		}
	})
}

package relay

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/slides"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
)

// TestWhatWaitsForTheLineIsBounded: a building whose line is away keeps no more for it than fits, says so, and takes the rest when there is room again.
func TestWhatWaitsForTheLineIsBounded(t *testing.T) {
	inHouse(t, &memory.Log{}, func(t *testing.T, h *house) {
		l, an := h.housed()
		defer an.quit()
		l.above.State(transport.Upstream{Site: "Xã Ga Ry"})
		files := h.room(h.code).above.files
		for i := range liftsMost / slides.MaxReport {
			o := transport.Offer{Type: transport.TypeOffer, Hash: slides.Hash([]byte{byte(i)}), Size: slides.MaxReport, Kind: "report"}
			if !files.lift(o, make([]byte, slides.MaxReport), nil) {
				t.Fatalf("%d files are too many", i+1)
			}
		}
		content := webp(2000, 3)
		hash := an.offers(slides.Slide, content)
		time.Sleep(2 * time.Second)
		var last transport.Accept
		if all := an.messages(transport.TypeAccept); len(all) != 2 || all[1].Decode(&last) != nil || last.Code != liftsFull.code || last.Hash != hash || last.Vi == "" {
			t.Errorf("beyond the bound: %+v", last)
		}
		if len(an.messages(transport.TypeStored)) != 0 {
			t.Error("it is said to be stored")
		}
		l.above.State(transport.Upstream{Up: true, Site: "Xã Ga Ry"})
		l.above.Told(h.message(transport.Stored{Type: transport.TypeStored, Hash: slides.Hash([]byte{0})}))
		an.offers(slides.Slide, content)
		time.Sleep(2 * time.Second)
		files.mu.Lock()
		waits, known := files.waits, files.lifts[hash] != nil
		files.mu.Unlock()
		if !known || waits != liftsMost-slides.MaxReport+len(content) {
			t.Errorf("when there is room %d bytes wait", waits)
		}
		l.above.Told(h.message(transport.Stored{Type: transport.TypeStored, Hash: hash}))
		time.Sleep(time.Second)
		if len(an.messages(transport.TypeStored)) != 1 {
			t.Error("it is not stored when it has risen")
		}
	})
}

package relay

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/slides"
	"github.com/diemcau/diemcau/transport"
)

// TestUploadThatAnotherEnded: a file that came by another line takes no place among the transfers of the first one.
func TestUploadThatAnotherEnded(t *testing.T) {
	presented(t, func(t *testing.T, w *world, a *reader) {
		b := w.join("B", transport.WebTransport).readSlides()
		defer b.quit()
		content := webp(30_000, 3)
		a.lazy = 1
		a.offers(slides.Slide, content)
		time.Sleep(5 * time.Second)
		b.offers(slides.Slide, content)
		time.Sleep(5 * time.Second)
		a.offers(slides.Slide, content)
		time.Sleep(5 * time.Second)
		if len(a.messages(transport.TypeStored)) != 1 || len(b.messages(transport.TypeStored)) != 1 {
			t.Error("not stored")
		}
		room := w.room(w.code)
		room.mu.Lock()
		p := room.participants[a.welcome.You]
		room.mu.Unlock()
		p.blobs.up.mu.Lock()
		defer p.blobs.up.mu.Unlock()
		if n := len(p.blobs.up.transfers); n > 0 || p.aside.up.loads() {
			t.Errorf("%d transfers stay open", n)
		}
	})
}

// TestOneBringsNoMoreThanItsPart: what somebody has only announced counts, so that nobody can take the room of all.
func TestOneBringsNoMoreThanItsPart(t *testing.T) {
	b := newBlobs("x", newPorter(nil), func() {})
	now := time.Now()
	offered := func(by string, seed byte) error {
		_, _, err := b.begin(slides.Hash([]byte{seed}), slides.Report, slides.MaxReport, by, now)
		return err
	}
	for i := range byte(blobsOfOne / slides.MaxReport) {
		if err := offered("hostile", i); err != nil {
			t.Fatal(err)
		}
	}
	if err := offered("hostile", 100); err != errPorters {
		t.Errorf("beyond its part: %v", err)
	}
	if err := offered("other", 101); err != nil {
		t.Errorf("another one: %v", err)
	}
}

// TestUploadCostsWhatCame: an offer alone takes no memory.
func TestUploadCostsWhatCame(t *testing.T) {
	made := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := slides.NewUpload(slides.Hash(nil), slides.Report, slides.MaxReport); err != nil {
				b.Fatal(err)
			}
		}
	})
	if n := made.AllocedBytesPerOp(); n > 64<<10 {
		t.Errorf("an offer of 8 MiB takes %d bytes", n)
	}
}

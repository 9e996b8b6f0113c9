package relay

import (
	"bytes"
	"context"
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"
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

// shelf is a store of pages that answers when it may.
type shelf struct {
	may   chan struct{}
	asked atomic.Int64
	pages map[string][]byte
}

func (s *shelf) Put(context.Context, string, io.Reader, int64) error { return nil }

func (s *shelf) Get(ctx context.Context, name string) (io.ReadCloser, error) {
	s.asked.Add(1)
	select {
	case <-s.may:
	case <-ctx.Done():
	}
	if content := s.pages[name]; content != nil {
		return io.NopCloser(bytes.NewReader(content)), nil
	}
	return nil, io.ErrUnexpectedEOF
}

// TestUnknownPagesAreNobodysTrouble: a list that names what is nowhere has the store asked little, and others are served.
func TestUnknownPagesAreNobodysTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		page := webp(1000, 1)
		s := &shelf{may: make(chan struct{}), pages: map[string][]byte{"slide.good." + slides.Hash(page): page}}
		porter := newPorter(s)
		ctx, leave := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { porter.run(ctx); close(ended) }()
		hostile, good := newBlobs("hostile", porter, func() {}), newBlobs("good", porter, func() {})
		ask := func() {
			for i := range 400 {
				hostile.content(slides.Hash([]byte{byte(i), byte(i >> 8)}), time.Now())
			}
		}
		ask()
		synctest.Wait()
		if n := len(porter.jobs) + int(s.asked.Load()); n != blobsLoading {
			t.Errorf("%d are looked for", n)
		}
		good.page(slides.Hash(page), time.Now())
		close(s.may)
		synctest.Wait()
		if good.page(slides.Hash(page), time.Now()) == nil {
			t.Error("another meeting is not served")
		}
		for range 60 {
			ask()
			time.Sleep(time.Second)
		}
		if n := s.asked.Load(); n > 6*400 { // after 2, 4, 8 and then every 16 s
			t.Errorf("the store was asked %d times", n)
		}
		time.Sleep(absentKept + time.Second)
		hostile.rest(false, time.Now())
		if n := len(hostile.files); n > 0 {
			t.Errorf("%d are remembered", n)
		}
		leave()
		<-ended
	})
}

// TestOnlyPagesAreShown: a list, a report or what the store has of something else is not sent to all as a page; what the store has of pages is.
func TestOnlyPagesAreShown(t *testing.T) {
	presented(t, func(t *testing.T, w *world, a *reader) {
		b := w.join("B", transport.WebTransport).readSlides()
		defer b.quit()
		b.watches(transport.WatchSlides)
		d := newDocument(1, 3000, 4000)
		deck := d.bring(a)
		a.does("show", map[string]any{"deck": deck, "page": 1, "lo": d.list, "hi": d.pages[0].Hi.Hash})
		time.Sleep(10 * time.Second)
		if got := b.came(map[string]string{d.list: "list", d.pages[0].Lo.Hash: "lo", d.pages[0].Hi.Hash: "hi"}); got != "hi lo" {
			t.Errorf("came: %s", got)
		}
	})
	files := newBlobs("x", newPorter(nil), func() {})
	for _, c := range []struct {
		content []byte
		page    bool
	}{{webp(2000, 1), true}, {[]byte(`{"pages":[]}`), false}} {
		f := new(blob)
		files.files[slides.Hash(c.content)] = f
		files.recall(f, c.content)
		if there := files.page(slides.Hash(c.content), time.Now()) != nil; there != c.page {
			t.Errorf("%.20q is a page: %v", c.content, there)
		}
	}
}

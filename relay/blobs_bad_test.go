package relay

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/relay/slides"
	"github.com/diemcau/diemcau/relay/store/memory"
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

// TestWholeFileWaitsForTheStore: a file that came up a thin line is not thrown away because others are being stored.
func TestWholeFileWaitsForTheStore(t *testing.T) {
	store := newPorter(nil)
	b := newBlobs("x", store, func() {})
	for range porterQueue {
		store.do(func(context.Context) {})
	}
	content, now := webp(slides.Chunk+100, 1), time.Now()
	hash := slides.Hash(content)
	if _, _, err := b.begin(hash, slides.Slide, len(content), "a", now); err != nil {
		t.Fatal(err)
	}
	stored := 0
	for i := range slides.Chunks(len(content)) {
		b.put(hash, i, slides.Part(content, i), now, func(err error) {
			if stored++; err != nil {
				t.Error(err)
			}
		})
	}
	for range 3 { // twice nobody has time
		now = now.Add(keepComing)
		b.rest(false, now)
		if up, _, err := b.begin(hash, slides.Slide, len(content), "a", now); err != nil || len(up.Missing()) > 0 || up.Missing() == nil || stored > 0 {
			t.Fatalf("what waits is to come again: %v", err)
		}
	}
	<-store.jobs
	b.rest(false, now)
	b.rest(false, now)
	for range porterQueue {
		(<-store.jobs)(t.Context())
	}
	if got, _ := b.held(hash); stored != 1 || len(got) != len(content) || len(b.coming) > 0 || len(store.jobs) > 0 {
		t.Errorf("stored %d times, %d bytes", stored, len(got))
	}
}

// TestOfferOfAnotherSizeTakesNothingAway: who offers a file with a size that it has not cannot have thrown away what came of it.
func TestOfferOfAnotherSizeTakesNothingAway(t *testing.T) {
	b := newBlobs("x", newPorter(nil), func() {})
	content, now := webp(3*slides.Chunk, 1), time.Now()
	hash := slides.Hash(content)
	first, _, err := b.begin(hash, slides.Slide, len(content), "a", now)
	if err != nil {
		t.Fatal(err)
	}
	b.put(hash, 0, slides.Part(content, 0), now, nil)
	for _, other := range []struct {
		kind slides.Kind
		size int
	}{{slides.Slide, len(content) - 1}, {slides.Report, len(content)}} {
		if _, _, err := b.begin(hash, other.kind, other.size, "hostile", now); whyNotStored(err) != filesBusy {
			t.Errorf("%v of %d bytes: %v", other.kind, other.size, err)
		}
	}
	if again, _, err := b.begin(hash, slides.Slide, len(content), "a", now); err != nil || again != first || len(again.Missing()) != 1 {
		t.Errorf("what came is lost: %v", err)
	}
}

// full is a store of a meeting that has all that it may, but for some bytes.
type full struct {
	memory.Files
	fails error
	asked int
}

func (f *full) Sum(context.Context, string) (int64, error) {
	f.asked++
	return blobsInMeeting - 5000, f.fails
}

// TestRelayThatStartsAnewCountsWhatIsStored: else a meeting could store its most once more after each restart.
func TestRelayThatStartsAnewCountsWhatIsStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &full{fails: errors.New("away")}
		w := newWorld(t, func(c *Config) { c.Blobs = store })
		defer w.stop()
		a := w.join("A", transport.WebTransport).readSlides()
		defer a.quit()
		answer := func(content []byte) string {
			a.offers(slides.Slide, content)
			time.Sleep(3 * time.Second)
			all := a.messages(transport.TypeAccept)
			var last transport.Accept
			if err := all[len(all)-1].Decode(&last); err != nil {
				t.Fatal(err)
			}
			return last.Code
		}
		if got := answer(webp(1000, 1)); got != filesBusy.code {
			t.Errorf("while nothing is known: %q", got)
		}
		store.fails = nil
		for seed, want := range []string{"", "", filesFull.code} {
			if got := answer(webp(2000, uint64(seed))); got != want {
				t.Errorf("file %d: %q, want %q", seed+1, got, want)
			}
		}
		if n := len(a.messages(transport.TypeStored)); n != 2 || store.asked != 2 {
			t.Errorf("%d were stored, the store was asked %d times", n, store.asked)
		}
	})
}

// shelf is a store of pages that answers when it may.
type shelf struct {
	may   chan struct{}
	asked atomic.Int64
	pages map[string][]byte
}

func (s *shelf) Put(context.Context, string, io.Reader, int64) error { return nil }

func (s *shelf) Sum(context.Context, string) (int64, error) { return 0, nil }

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

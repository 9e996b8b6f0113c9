package relay

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/relay/slides"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// presented runs a test with somebody who presents and others, in a bubble.
func presented(t *testing.T, test func(t *testing.T, w *world, a *reader)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.stop()
		a := w.join("A", transport.WebTransport).readSlides()
		defer a.quit()
		test(t, w, a)
	})
}

func TestSlidesReachWhoWatches(t *testing.T) {
	presented(t, func(t *testing.T, w *world, a *reader) {
		b, c := w.join("B", transport.WebTransport).readSlides(), w.join("C", transport.WebTransport).readSlides()
		defer b.quit()
		defer c.quit()
		b.watches(transport.WatchSlides)
		c.watches(transport.WatchVoice)
		d := newDocument(3, 18_000, 45_000)
		deck := d.bring(a)
		d.show(a, deck, 2)
		time.Sleep(20 * time.Second)
		// Page 1 was under way, because it was announced, when page 2 was shown.
		if got := b.came(d.names); !strings.HasPrefix(strings.TrimPrefix(got, "lo1 "), "lo2 hi2 ") || len(strings.Fields(got)) != 6 {
			t.Errorf("came: %s", got)
		}
		if got := c.came(d.names); got != "" {
			t.Errorf("who wants the voice alone got %s", got)
		}
		if n := len(a.messages(transport.TypeStored)); n != 7 {
			t.Errorf("%d were stored", n)
		}
		if n := len(b.messages(transport.TypeBlob)); n < 6 || n > 8 {
			t.Errorf("%d were announced", n)
		}
		late := w.join("late", transport.WebTransport).readSlides()
		defer late.quit()
		late.watches(transport.WatchAll, d.pages[2].Lo.Hash[:slides.Prefix])
		time.Sleep(20 * time.Second)
		if got := late.came(d.names); got != "lo2 hi2 lo1 hi3 hi1" {
			t.Errorf("who came late got %s", got)
		}
		c.watches(transport.WatchSlides)
		time.Sleep(20 * time.Second)
		if got := c.came(d.names); got != "lo2 hi2 lo3 lo1 hi3 hi1" {
			t.Errorf("who thought better of it got %s", got)
		}
	})
}

func TestPagesThatAreNoPages(t *testing.T) {
	presented(t, func(t *testing.T, w *world, a *reader) {
		refused := func(n int) {
			t.Helper()
			time.Sleep(3 * time.Second)
			all := a.messages(transport.TypeAccept)
			var last transport.Accept
			count := 0
			for _, m := range all {
				var one transport.Accept
				if m.Decode(&one) == nil && one.Code != "" {
					last = one
					count++
				}
			}
			if count != n || last.Code != badFile.code || last.Vi == "" || last.En == "" {
				t.Errorf("%d refusals, the last %+v, want %d", count, last, n)
			}
		}
		a.offers("film", webp(1000, 1))
		refused(1)
		a.offers(slides.Slide, webp(slides.MaxSlide+2, 1))
		refused(2)
		a.offers(slides.Slide, []byte("<svg onload=alert(1)>............."))
		refused(3)
		a.offers(slides.Deck, webp(1000, 1))
		refused(4)
		a.say(transport.Offer{Type: transport.TypeOffer, Hash: "../../etc/passwd", Size: 1000, Kind: "slide"})
		refused(5)
		content := webp(1000, 2)
		a.mu.Lock()
		a.bring[slides.Hash([]byte("x"))] = content // another one than was announced
		a.mu.Unlock()
		a.say(transport.Offer{Type: transport.TypeOffer, Hash: slides.Hash([]byte("x")), Size: 1000, Kind: "slide"})
		refused(6)
		if n := len(a.messages(transport.TypeStored)); n != 0 {
			t.Errorf("%d were stored", n)
		}
		a.offers(slides.Slide, content)
		a.offers(slides.Slide, content) // twice
		time.Sleep(3 * time.Second)
		if n := len(a.messages(transport.TypeStored)); n != 1 && n != 2 {
			t.Errorf("%d were stored", n)
		}
	})
}

// What came before a line was lost need not come again, whoever of the seat goes on.
func TestUploadGoesOn(t *testing.T) {
	presented(t, func(t *testing.T, w *world, a *reader) {
		content := webp(60_000, 9) // 8 chunks
		a.lazy = 5
		hash := a.offers(slides.Slide, content)
		time.Sleep(10 * time.Second)
		a.quit()
		time.Sleep(10 * time.Minute)
		b := w.enter(transport.Hello{Name: "A", Token: a.welcome.Token}, transport.WebTransport).readSlides()
		defer b.quit()
		b.offers(slides.Slide, content)
		time.Sleep(10 * time.Second)
		var accept transport.Accept
		all := b.messages(transport.TypeAccept)
		if len(all) != 1 || all[0].Decode(&accept) != nil || len(accept.Missing) != 1 || accept.Missing[0] != [2]int{5, 8} || accept.Hash != hash {
			t.Errorf("%d answers, %+v", len(all), accept)
		}
		if len(b.messages(transport.TypeStored)) != 1 {
			t.Error("not stored")
		}
		time.Sleep(keepComing + time.Minute)
		room := w.room(w.code)
		if n := len(room.blobs.coming); n != 0 {
			t.Errorf("%d are kept", n)
		}
	})
}

func TestPointer(t *testing.T) {
	presented(t, func(t *testing.T, w *world, a *reader) {
		b := w.join("B", transport.WebTransport).readSlides()
		defer b.quit()
		b.watches(transport.WatchSlides)
		d := newDocument(1, 2000, 3000)
		deck := d.bring(a)
		at := func(r *reader, x, y int) {
			r.say(transport.Point{Type: transport.TypePoint, X: &x, Y: &y})
		}
		at(a, 1, 1) // nothing is shown
		d.show(a, deck, 1)
		time.Sleep(time.Second)
		for i := range 10 {
			at(a, 5000, i)
			time.Sleep(100 * time.Millisecond)
		}
		at(b, 7, 7) // does not present
		at(a, 10_001, 0)
		for range 20 {
			a.say(transport.Point{Type: transport.TypePoint})
		}
		time.Sleep(time.Second)
		all := b.messages(transport.TypePointer)
		if len(all) < 3 || len(all) > 11 || string(all[0].JSON) != `{"type":"pointer","seat":"`+a.welcome.You+`","x":5000,"y":0}` {
			t.Errorf("%d: %s", len(all), all[0].JSON)
		}
		if last := all[len(all)-1].JSON; string(last) != `{"type":"pointer","seat":"`+a.welcome.You+`"}` {
			t.Errorf("%s", last)
		}
		if len(a.messages(transport.TypePointer)) != 0 || len(a.messages(transport.TypeError)) != 1 {
			t.Error("who points is told")
		}
	})
}

// thin is the down line of the figures: 64 kbit/s, 5 % loss, 300 ms.
var thin = transporttest.Impairment{Rate: 64, Loss: .05, Delay: 150 * time.Millisecond}

// A line that became thin while nothing but the voice went carries a page as soon as any, and the voice beside it.
func TestSlideAfterALineBecameThin(t *testing.T) {
	presented(t, func(t *testing.T, w *world, a *reader) {
		b := w.join("B", transport.WebTransport)
		r := b.readSlides()
		defer r.quit()
		ear := listens(a.guest, b)
		defer ear.stop()
		r.watches(transport.WatchSlides)
		time.Sleep(10 * time.Second)
		slow := transporttest.Impairment{Rate: 64, Delay: 150 * time.Millisecond}
		b.access.Set(slow, slow)
		time.Sleep(15 * time.Second)
		ear.heard()
		d := newDocument(1, 14_000, 28_000)
		deck := d.bring(a)
		shown := time.Now()
		d.show(a, deck, 1)
		time.Sleep(30 * time.Second)
		heard, late := ear.heard()
		lo, ok := r.when(d.pages[0].Lo.Hash)
		hi, whole := r.when(d.pages[0].Hi.Hash)
		t.Logf("readable after %v, whole after %v; voice frames in 30 s: %d, %v late (p95)", lo.Sub(shown), hi.Sub(shown), heard, late)
		if !ok || lo.Sub(shown) > 10*time.Second || !whole || hi.Sub(shown) > 26*time.Second {
			t.Error("too late")
		}
		if heard < 1500*97/100 {
			t.Errorf("%d voice frames", heard)
		}
	})
}

// On a thin line a page that was not sent ahead can be read within some 8 s and is whole within 22, a page that was is there with the event; and the voice loses nothing to it.
func TestSlidesOnAThinLine(t *testing.T) {
	presented(t, func(t *testing.T, w *world, a *reader) {
		b := w.join("B", transport.WebTransport)
		b.access.Set(transporttest.Impairment{Rate: 64, Loss: .05, Delay: 150 * time.Millisecond}, thin)
		r := b.readSlides()
		defer r.quit()
		ear := listens(a.guest, b)
		defer ear.stop()
		time.Sleep(20 * time.Second)
		ear.heard()
		time.Sleep(30 * time.Second)
		before, late := ear.heard()
		r.watches(transport.WatchSlides)
		d := newDocument(3, 13_000, 30_000)
		deck := d.bring(a)
		time.Sleep(time.Second)
		ear.heard()
		shown := time.Now()
		d.show(a, deck, 3)
		time.Sleep(30 * time.Second)
		heard, later := ear.heard()
		lo, ok := r.when(d.pages[2].Lo.Hash)
		hi, whole := r.when(d.pages[2].Hi.Hash)
		t.Logf("readable after %v, whole after %v; voice frames in 30 s: %d before, %v late (p95); %d meanwhile, %v", lo.Sub(shown), hi.Sub(shown), before, late, heard, later)
		if !ok || lo.Sub(shown) > 10*time.Second || !whole || hi.Sub(shown) > 26*time.Second {
			t.Error("too late")
		}
		if heard < before*97/100 {
			t.Errorf("%d voice frames of %d", heard, before)
		}
		if later > late+200*time.Millisecond {
			t.Errorf("the voice is %v late, was %v", later, late)
		}
		time.Sleep(90 * time.Second)
		for i, page := range d.pages {
			if _, ok := r.when(page.Hi.Hash); !ok {
				t.Errorf("page %d was not sent ahead", i+1)
			}
		}
		n := len(r.messages(transport.TypeEvent))
		d.show(a, deck, 1)
		time.Sleep(time.Second)
		if len(r.messages(transport.TypeEvent)) != n+1 {
			t.Error("the event takes over a second")
		}
	})
}

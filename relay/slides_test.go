package relay

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/relay/slides"
	"github.com/diemcau/diemcau/transport"
)

// rooms runs a test with somebody who presents and others, in a bubble.
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
		// What was announced was under way when page 2 was shown: that goes first, whatever came before.
		if got := b.came(d.names); got != "lo1 lo2 hi2 lo3 hi1 hi3" && got != "lo2 hi2 lo3 hi3 lo1 hi1" && got != "lo1 lo2 lo3 hi1 hi2 hi3" {
			t.Errorf("came: %s", got)
		}
		if got := c.came(d.names); got != "" {
			t.Errorf("who wants the voice alone got %s", got)
		}
		if n := len(a.messages(transport.TypeStored)); n != 7 {
			t.Errorf("%d were stored", n)
		}
		if n := len(b.messages(transport.TypeBlob)); n != 6 {
			t.Errorf("%d were announced", n)
		}
		late := w.join("late", transport.WebTransport).readSlides()
		defer late.quit()
		late.watches(transport.WatchAll, d.pages[2].Lo.Hash[:slides.Prefix])
		time.Sleep(20 * time.Second)
		if got := late.came(d.names); got != "lo2 hi2 hi3 lo1 hi1" {
			t.Errorf("who came late got %s", got)
		}
		c.watches(transport.WatchSlides)
		time.Sleep(20 * time.Second)
		if got := c.came(d.names); got != "lo2 hi2 lo3 hi3 lo1 hi1" && got != "lo2 hi2 lo3 lo1 hi3 hi1" {
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
				if m.Decode(&last) == nil && last.Code != "" {
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
		content := make([]byte, 10*slides.Chunk)
		a.lazy = 6
		hash := a.offers(slides.Report, content)
		time.Sleep(10 * time.Second)
		a.quit()
		time.Sleep(10 * time.Minute)
		b := w.enter(transport.Hello{Name: "A", Token: a.welcome.Token}, transport.WebTransport).readSlides()
		defer b.quit()
		b.offers(slides.Report, content)
		time.Sleep(10 * time.Second)
		var accept transport.Accept
		all := b.messages(transport.TypeAccept)
		if len(all) != 1 || all[0].Decode(&accept) != nil || len(accept.Missing) != 1 || accept.Missing[0] != [2]int{6, 10} || accept.Hash != hash {
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
		a.say(transport.Point{Type: transport.TypePoint})
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

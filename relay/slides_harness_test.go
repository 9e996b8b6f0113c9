package relay

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/slides"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

// reader is the client's end of what travels in files: it brings some, and collects what comes.
type reader struct {
	*guest
	mu       sync.Mutex // guards all below
	sender   *frames.Sender
	receiver *frames.Receiver
	bring    map[string][]byte    // to be stored, by hash
	parts    map[uint32][][]byte  // by transfer
	files    map[string]time.Time // that are whole, and when they were
	order    []string             // of files
	bytes    int                  // of chunks that came
	lazy     int                  // chunks of each file that are brought, 0: all
	told     []transport.Message
	ids      int
}

// read has a guest take and bring files.
func (g *guest) readSlides() *reader {
	now := time.Now()
	r := &reader{
		guest: g, receiver: frames.NewReceiver(now), bring: map[string][]byte{}, parts: map[uint32][][]byte{}, files: map[string]time.Time{},
	}
	r.sender = frames.NewSender(g.paths.SendAside, now)
	g.paths.OnAside(r.take)
	if err := g.session.SetReadDeadline(time.Time{}); err != nil {
		g.t.Fatal(err)
	}
	go r.live()
	go r.listen()
	return r
}

func (r *reader) take(b []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if frames.IsReport(b) {
		_, _ = r.sender.Report(b, now)
		return
	}
	if f, err := r.receiver.Receive(b, now); err == nil && f != nil && f.Layer == codec.LayerBulk {
		r.chunk(f, now)
	}
	r.report(now)
}

// chunk collects. mu is held.
func (r *reader) chunk(f *frames.Frame, now time.Time) {
	r.bytes += len(f.Payload)
	if r.parts[f.Publication] == nil {
		r.parts[f.Publication] = make([][]byte, slides.Chunks(int(f.Time)))
	}
	parts := r.parts[f.Publication]
	parts[f.Sequence] = f.Payload
	var whole []byte
	for _, p := range parts {
		if p == nil {
			return
		}
		whole = append(whole, p...)
	}
	hash := slides.Hash(whole)
	if _, twice := r.files[hash]; twice {
		r.t.Errorf("a file came twice")
	}
	r.files[hash] = now
	r.order = append(r.order, hash)
}

func (r *reader) report(now time.Time) {
	if b, due := r.receiver.Report(nil, now); due {
		r.paths.SendAside(b)
	}
}

func (r *reader) live() {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-r.ctx.Done():
			return
		case now := <-ticker.C:
			r.mu.Lock()
			r.sender.Tick(now)
			r.report(now)
			r.mu.Unlock()
		}
	}
}

func (r *reader) listen() {
	for {
		m, err := r.session.ReadTold()
		if err != nil {
			return
		}
		r.mu.Lock()
		r.told = append(r.told, m)
		var accept transport.Accept
		var plan transport.Plan
		if m.Type == transport.TypePlan && m.Decode(&plan) == nil && plan.Video != nil {
			r.sender.SetRate(float64(plan.Video.Rate))
			r.sender.SetFill(float64(plan.Video.Fill))
		}
		if m.Type == transport.TypeAccept && m.Decode(&accept) == nil && accept.ID != 0 {
			r.upload(&accept)
		}
		r.mu.Unlock()
	}
}

// upload sends the chunks that the relay wants. mu is held.
func (r *reader) upload(a *transport.Accept) {
	content := r.bring[a.Hash]
	ranges := a.Missing
	if ranges == nil {
		ranges = [][2]int{{0, slides.Chunks(len(content))}}
	}
	sent := 0
	for _, span := range ranges {
		for i := span[0]; i < span[1] && (r.lazy == 0 || sent < r.lazy); i++ {
			sent++
			f := &frames.Frame{Publication: a.ID, Layer: codec.LayerBulk, Sequence: uint32(i), Time: uint32(len(content)), Payload: slides.Part(content, i)}
			if err := r.sender.Push(frames.Out{Frame: f, Class: frames.Ahead}, time.Now()); err != nil {
				r.t.Error(err)
			}
		}
	}
}

// offers brings a file.
func (r *reader) offers(kind slides.Kind, content []byte) (hash string) {
	hash = slides.Hash(content)
	r.mu.Lock()
	r.bring[hash] = content
	r.mu.Unlock()
	r.say(transport.Offer{Type: transport.TypeOffer, Hash: hash, Size: len(content), Kind: string(kind)})
	return hash
}

// does gives a command.
func (r *reader) does(act string, members map[string]any) {
	r.ids++
	do := map[string]any{"type": "do", "id": fmt.Sprint("c", r.ids), "act": act}
	for k, v := range members {
		do[k] = v
	}
	r.say(do)
}

// watches says what is wanted.
func (r *reader) watches(mode string, have ...string) {
	r.say(transport.Watch{Type: transport.TypeWatch, Mode: mode, Decodes: []string{}, Have: have})
}

// when returns when a file was whole, or false.
func (r *reader) when(hash string) (time.Time, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.files[hash]
	return at, ok
}

// came returns the names of the files that are whole, in their order, as those are called in a table.
func (r *reader) came(names map[string]string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, hash := range r.order {
		out = append(out, names[hash])
	}
	return strings.Join(out, " ")
}

// heard returns the messages of a type so far, each followed by a blank.
func (r *reader) messages(of transport.MessageType) (out []transport.Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.told {
		if m.Type == of {
			out = append(out, m)
		}
	}
	return out
}

// webp makes what could be a page of n bytes.
func webp(n int, seed uint64) []byte {
	body := make([]byte, n-20)
	random := rand.New(rand.NewPCG(seed, 1))
	for i := range body {
		body[i] = byte(random.Uint32())
	}
	copy(body, []byte{0x50, 0, 0, 0x9d, 1, 0x2a, 0, 5, 0xd0, 2})
	b := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(n-8))
	b = append(b, "WEBPVP8 "...)
	return append(binary.LittleEndian.AppendUint32(b, uint32(n-20)), body...)
}

// document is a deck whose pages are stored.
type document struct {
	pages []slides.Page
	list  string
	names map[string]string // of hashes: lo1, hi1, lo2 …
	files [][]byte
}

func newDocument(pages, lo, hi int) *document {
	d := &document{names: map[string]string{}}
	for i := range pages {
		a, b := webp(lo, uint64(2*i)), webp(hi, uint64(2*i+1))
		d.files = append(d.files, a, b)
		page := slides.Page{Lo: slides.File{Hash: slides.Hash(a), Size: lo}, Hi: slides.File{Hash: slides.Hash(b), Size: hi}, Width: 1280, Height: 720}
		d.pages = append(d.pages, page)
		d.names[page.Lo.Hash], d.names[page.Hi.Hash] = fmt.Sprint("lo", i+1), fmt.Sprint("hi", i+1)
	}
	return d
}

// bring stores a document and announces it; it returns the id of the deck.
func (d *document) bring(r *reader) string {
	for i := 0; i < len(d.files); i += 4 {
		for _, content := range d.files[i:min(i+4, len(d.files))] {
			r.offers(slides.Slide, content)
		}
		r.waits(transport.TypeStored, min(i+4, len(d.files)))
	}
	list, err := slides.FormatList(d.pages)
	if err != nil {
		r.t.Fatal(err)
	}
	d.list = r.offers(slides.Deck, list)
	r.waits(transport.TypeStored, len(d.files)+1)
	r.does("deck", map[string]any{"title": "Báo cáo", "pages": len(d.pages), "list": d.list})
	for range 100 {
		for _, m := range r.messages(transport.TypeEvent) {
			var e transport.Event
			if m.Decode(&e) == nil && e.Kind == "decked" {
				return strings.Split(strings.Split(string(e.Body), `"id":"`)[1], `"`)[0]
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	r.t.Fatal("the deck was not announced")
	return ""
}

// waits until so many messages of a type came.
func (r *reader) waits(of transport.MessageType, n int) {
	r.t.Helper()
	for range 1200 {
		if len(r.messages(of)) >= n {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	r.t.Fatalf("%d of %s, want %d", len(r.messages(of)), of, n)
}

// show turns to a page.
func (d *document) show(r *reader, deck string, page int) {
	p := d.pages[page-1]
	r.does("show", map[string]any{"deck": deck, "page": page, "lo": p.Lo.Hash, "hi": p.Hi.Hash})
}

// ear counts what one hears of another, who talks all the time.
type ear struct {
	mu    sync.Mutex
	late  []time.Duration // of each frame
	leave context.CancelFunc
	group sync.WaitGroup
}

func listens(from, to *guest) *ear {
	e := &ear{}
	ctx, leave := context.WithCancel(from.ctx)
	e.leave = leave
	began := time.Now()
	e.group.Go(func() {
		ticker := time.NewTicker(20 * time.Millisecond)
		defer ticker.Stop()
		for i := uint32(1); ctx.Err() == nil; i++ {
			now := <-ticker.C
			if err := from.line.Send([]*transport.Packet{from.voice(i)}, now); err != nil {
				from.t.Error(err)
			}
		}
	})
	e.group.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case p := <-to.heard:
				e.mu.Lock()
				e.late = append(e.late, time.Since(began.Add(time.Duration(p.Sequence)*20*time.Millisecond)))
				e.mu.Unlock()
			}
		}
	})
	return e
}

// heard returns how many frames came since the last call, and within which time 95 % of them did.
func (e *ear) heard() (n int, late time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if n = len(e.late); n > 0 {
		slices.Sort(e.late)
		late = e.late[n*95/100]
	}
	e.late = nil
	return n, late
}

func (e *ear) stop() {
	e.leave()
	e.group.Wait()
}

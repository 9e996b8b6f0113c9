package relay

import (
	"encoding/json"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/slides"
	"github.com/diemcau/diemcau/transport"
)

const (
	soonPages = 3  // that are likely to be turned to next: in few bytes they go before the quality of any
	pointRate = 12 // a second, of who points; pages say 10
	thinLine  = 100e3
	thinPoint = 500 * time.Millisecond // between two moves of the pointer that such a line is told
	fullPoint = 90 * time.Millisecond
)

// blobLine is what goes of files up and down one line, and where its participant points.
type blobLine struct {
	up      blobsUp
	down    blobsDown
	points  *rate.Limiter
	pointed time.Time // when the pointer was told last, zero: it is away; Room.mu
}

func newBlobLine(a *aside, say func(any)) *blobLine {
	return &blobLine{
		up: blobsUp{line: a, say: say}, down: blobsDown{bulk: a, say: say}, points: rate.NewLimiter(pointRate, pointRate),
	}
}

// of says whose files they are. It is called once, before anything comes.
func (l *blobLine) of(files *blobs) { l.up.files, l.down.files = files, files }

// wishes are the files that everybody shall have, soonest first. Room.mu is held.
func (r *Room) wishes(now time.Time) []slides.Wish {
	w := wishList{known: map[string]bool{}}
	if r.above != nil {
		w.page(r.above.slide.Lo, r.above.slide.Hi)
		for _, wish := range r.blobs.arrived() {
			w.add(wish.File)
		}
		return w.all
	}
	slide := &r.state.Slide
	w.page(slide.Lo, slide.Hi)
	for _, deck := range r.state.Coming() {
		pages := r.blobs.pages(deck.List, now)
		if deck.ID == slide.Deck && slide.Page <= len(pages) {
			pages = slices.Concat(pages[slide.Page:], pages[:slide.Page])
		}
		w.deck(pages)
	}
	return w.all
}

type wishList struct {
	all   []slides.Wish
	known map[string]bool
}

// page adds what is shown.
func (w *wishList) page(hashes ...string) {
	for _, hash := range hashes {
		if hash != "" && !w.known[hash] {
			w.known[hash] = true
			w.all = append(w.all, slides.Wish{File: slides.File{Hash: hash}, Kind: slides.Slide, Now: true})
		}
	}
}

func (w *wishList) add(f slides.File) {
	if f.Hash != "" && !w.known[f.Hash] {
		w.known[f.Hash] = true
		w.all = append(w.all, slides.Wish{File: f, Kind: slides.Slide})
	}
}

// deck adds pages, those that come soon first: something of each before all of any.
func (w *wishList) deck(pages []slides.Page) {
	soon := pages[:min(soonPages, len(pages))]
	for _, p := range soon {
		w.add(p.Lo)
	}
	for _, p := range soon[:min(1, len(soon))] {
		w.add(p.Hi)
	}
	for _, p := range pages {
		w.add(p.Lo)
	}
	for _, p := range pages {
		w.add(p.Hi)
	}
}

// slidesAfter says what everybody shall have after an event. Room.mu is held.
func (r *Room) slidesAfter(e meeting.Event) {
	switch e.Body.(type) {
	case meeting.Said, meeting.Noted, meeting.Voted, meeting.Muted, meeting.Joined, meeting.Away, meeting.Back:
		return // nothing to do with it, and often
	}
	r.rewish(time.Now())
}

// rewish says anew what everybody shall have. Room.mu is held.
func (r *Room) rewish(now time.Time) {
	wishes := r.wishes(now)
	if slices.Equal(wishes, r.wished) {
		return
	}
	r.wished = wishes
	for _, p := range r.participants {
		if p.hears {
			p.blobs.down.want(wishes)
			p.aside.changed()
		}
	}
}

// tendBlobs looks again for what was not there, and lets go what nobody needs. Call it every second. Room.mu is held.
func (r *Room) tendBlobs(now time.Time) {
	r.blobs.rest(len(r.participants) == 0, now)
	if r.above != nil && r.above.state.Up {
		r.above.files.tend(now)
	}
	for _, p := range r.participants {
		if p.blobs.down.hungry() {
			p.aside.changed()
		}
	}
}

// blobLoaded is called when a file is there that was not, without locks.
func (r *Room) blobLoaded() {
	r.mu.Lock()
	r.rewish(time.Now())
	all := make([]*Participant, 0, len(r.participants))
	for _, p := range r.participants {
		all = append(all, p)
	}
	r.mu.Unlock()
	for _, p := range all {
		p.aside.changed()
	}
}

// watchesSlides notes what a client wants to have of files.
func (p *Participant) watchesSlides(mode string, have []string) {
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	p.blobs.down.watch(mode == transport.WatchAll || mode == transport.WatchSlides, have)
	if p.hears {
		p.room.rewish(time.Now())
		p.blobs.down.want(p.room.wished)
		p.aside.changed()
	}
}

// offered takes an offer to store a file.
func (p *Participant) offered(m transport.Message) {
	var o transport.Offer
	if m.Decode(&o) != nil {
		p.complain(badMessage)
		return
	}
	by, ok := p.room.bringer(p)
	if !ok {
		p.blobs.up.refuse(o.Hash, mayNotBring)
		return
	}
	p.blobs.up.offer(o, by)
}

// bringer returns for whom a line may bring files, and whether it may. What a building brings is the business of the relay above.
func (r *Room) bringer(p *Participant) (by string, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.above != nil {
		return p.id, true
	}
	for _, voice := range p.voices.list() {
		if seat, there := r.state.Seat(voice.seat); there && r.state.MayBring(seat.ID) {
			return seat.Voter(), true
		}
	}
	return "", false
}

// points tells everybody where the presenter points.
func (p *Participant) pointsAt(m transport.Message) {
	var at transport.Point
	if m.Decode(&at) != nil || !onSlide(at.X) || !onSlide(at.Y) || (at.X == nil) != (at.Y == nil) {
		p.complain(badMessage)
		return
	}
	if at.X != nil && !p.blobs.points.Allow() {
		return
	}
	seat := p.id
	if p.site != nil {
		if seat = at.By; !p.hosts(seat) {
			return
		}
	}
	r := p.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.above != nil {
		if at.By = seat; r.above.slide.Seat == seat {
			r.ascend(at)
			r.point(p, transport.Pointer{Type: transport.TypePointer, Seat: seat, X: at.X, Y: at.Y})
		}
		return
	}
	if r.state.Slide.Seat == seat {
		r.point(p, transport.Pointer{Type: transport.TypePointer, Seat: seat, X: at.X, Y: at.Y})
	}
}

func onSlide(x *int) bool { return x == nil || *x >= 0 && *x <= transport.PointerScale }

// point tells all who watch, but for the line that it came by; a thin line not of every move. Room.mu is held.
func (r *Room) point(from *Participant, at transport.Pointer) {
	b, err := transport.AppendMessage(nil, at)
	if err != nil {
		return
	}
	now := time.Now()
	for _, p := range r.participants {
		if p == from || !p.hears || !p.blobs.down.watching() {
			continue
		}
		pause := fullPoint
		if p.line.Sender.Stats().Rate < thinLine {
			pause = thinPoint
		}
		if at.X != nil && now.Sub(p.blobs.pointed) < pause || at.X == nil && p.blobs.pointed.IsZero() {
			continue
		}
		if p.blobs.pointed = now; at.X == nil {
			p.blobs.pointed = time.Time{}
		}
		p.tell(b)
	}
}

// slideOf returns the page that is shown in a view, none if it cannot be read.
func slideOf(view json.RawMessage) meeting.ViewSlide {
	var v struct {
		Slide meeting.ViewSlide `json:"slide"`
	}
	_ = json.Unmarshal(view, &v)
	return v.Slide
}

// turns notes the page that an event of the relay above shows.
func (k *known) turns(event json.RawMessage) {
	var e transport.Event
	if json.Unmarshal(event, &e) != nil {
		return
	}
	switch meeting.Kind(e.Kind) {
	case meeting.KindShown:
		var s meeting.ViewSlide
		if json.Unmarshal(e.Body, &s) == nil {
			s.Seat, k.slide = e.Seat, s
		}
	case meeting.KindHidden:
		k.slide = meeting.ViewSlide{}
	}
}

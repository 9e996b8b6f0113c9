package relay

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/slides"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

const (
	fallsAtOnce = 64               // files that come from above at once; more are given up
	liftsAtOnce = 4                // files that rise at once
	liftsMost   = 64 << 20         // bytes of files that wait for the line or rise: memory holds them
	liftWindow  = 6                // chunks of a file that are under way
	liftStuck   = 15 * time.Second // without anything: then it is offered again
	saysMost    = 64               // that wait for one file: who offers it ever again waits as one of them
	haveBelow   = 300              // files of which the relay above is told that they are kept
	urgentFile  = 24_000           // bytes: a page in few bytes, which others wait for
)

// below are the files that a building takes from the relay above, and brings to it. mu is taken after Room.mu.
type below struct {
	files *blobs
	offer func(transport.Offer)                                              // says it to the relay above
	load  func(f *frames.Frame, urgent bool, done func(delivered bool)) bool // sends a chunk; done may be called with locks, and is not if it cannot be sent

	mu      sync.Mutex // guards all below
	falling map[uint32]*falling
	lifts   map[string]*lift
	order   []string // of lifts
	waits   int      // bytes of lifts
}

// falling is a file that comes from above.
type falling struct {
	*slides.Upload
	hash string // as announced; empty: not yet
	kind slides.Kind
}

// lift is a file that rises.
type lift struct {
	offer   transport.Offer
	content []byte
	id      uint32 // of its transfer, 0: not accepted
	offered bool
	moved   time.Time
	left    []int // chunks to be sent
	under   int   // chunks under way of this id
	say     []func(any)
}

func newBelow(files *blobs) *below {
	return &below{files: files, falling: map[uint32]*falling{}, lifts: map[string]*lift{}}
}

// announced takes the word of what comes.
func (d *below) announced(b *transport.Blob) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.falling[b.ID]
	for _, other := range d.falling { // another transfer goes on with what was begun
		if f == nil && other.hash == b.Hash && other.Size() == b.Size {
			f = other
		}
	}
	if f == nil {
		f = d.expect(b.Size)
	}
	if f != nil {
		f.hash, f.kind = b.Hash, slides.Kind(b.Kind)
		d.falling[b.ID] = f
	}
}

// expect begins a file. mu is held.
func (d *below) expect(size int) *falling {
	u, err := slides.Collect(size)
	if err != nil {
		return nil
	}
	if len(d.falling) >= fallsAtOnce {
		clear(d.falling)
	}
	return &falling{Upload: u, kind: slides.Slide}
}

// fell takes a chunk from above.
func (d *below) fell(f *frames.Frame) {
	d.mu.Lock()
	to := d.falling[f.Publication]
	if to == nil {
		if to = d.expect(int(f.Time)); to == nil {
			d.mu.Unlock()
			return
		}
		d.falling[f.Publication] = to
	}
	whole := to.Put(int(f.Sequence), f.Payload)
	if whole {
		for id, other := range d.falling {
			if other == to {
				delete(d.falling, id)
			}
		}
	}
	kind := to.kind
	d.mu.Unlock()
	if !whole {
		return
	}
	keep := func(context.Context) {
		content := to.Whole()
		if hash := slides.Hash(content); kind.Check(hash, content) == nil {
			d.files.keep(hash, kind, content, "")
		}
	}
	if !d.files.porter.do(keep) { // not here, if possible: who brings it brings the voice, too, and keep waits for the room
		keep(context.Background())
	}
}

// lift brings a file of the building to the relay above, and says what becomes of it; say may be nil. False: as much waits as may.
func (d *below) lift(o transport.Offer, content []byte, say func(any)) bool {
	d.mu.Lock()
	l := d.lifts[o.Hash]
	if l == nil {
		if d.waits+len(content) > liftsMost {
			d.mu.Unlock()
			return false
		}
		l = &lift{offer: o, content: content}
		d.lifts[o.Hash], d.order = l, append(d.order, o.Hash)
		d.waits += len(content)
	}
	if say != nil && len(l.say) < saysMost {
		l.say = append(l.say, say)
	}
	d.mu.Unlock()
	d.tend(time.Now())
	return true
}

// again offers everything anew: there is a new session.
func (d *below) again(now time.Time) {
	d.mu.Lock()
	for _, l := range d.lifts {
		l.offered, l.id, l.under = false, 0, 0
	}
	d.mu.Unlock()
	d.tend(now)
}

// tend offers what can rise. Call it every second.
func (d *below) tend(now time.Time) {
	d.mu.Lock()
	var offers []transport.Offer
	for _, hash := range d.order[:min(liftsAtOnce, len(d.order))] {
		if l := d.lifts[hash]; !l.offered || now.Sub(l.moved) > liftStuck {
			l.offered, l.moved, l.id, l.under = true, now, 0, 0
			offers = append(offers, l.offer)
		}
	}
	d.mu.Unlock()
	for _, o := range offers {
		d.offer(o)
	}
}

// answered takes the answer to an offer.
func (d *below) answered(a *transport.Accept, now time.Time) {
	d.mu.Lock()
	l := d.lifts[a.Hash]
	switch {
	case l == nil:
		d.mu.Unlock()
		return
	case a.Code == filesBusy.code:
		l.moved = now // tend offers it again
		d.mu.Unlock()
		return
	case a.Code != "":
		d.over(a.Hash, *a)
		return
	}
	l.id, l.moved, l.under, l.left = a.ID, now, 0, nil
	spans := a.Missing
	if spans == nil {
		spans = [][2]int{{0, slides.Chunks(len(l.content))}}
	}
	for _, span := range spans {
		for i := max(span[0], 0); i < min(span[1], slides.Chunks(len(l.content))); i++ {
			l.left = append(l.left, i)
		}
	}
	d.mu.Unlock()
	d.push(a.Hash)
}

// stored takes that the relay above keeps a file.
func (d *below) stored(hash string, now time.Time) {
	d.mu.Lock()
	d.over(hash, transport.Stored{Type: transport.TypeStored, Hash: hash})
	d.tend(now)
}

// over ends a lift with a last word. mu is held, and then not.
func (d *below) over(hash string, word any) {
	l := d.lifts[hash]
	if l != nil {
		d.waits -= len(l.content)
	}
	delete(d.lifts, hash)
	d.order = slices.DeleteFunc(d.order, func(o string) bool { return o == hash })
	d.mu.Unlock()
	if l != nil {
		for _, say := range l.say {
			say(word)
		}
	}
}

// push sends chunks as far as the window goes.
func (d *below) push(hash string) {
	for {
		d.mu.Lock()
		l := d.lifts[hash]
		if l == nil || l.id == 0 || len(l.left) == 0 || l.under >= liftWindow {
			d.mu.Unlock()
			return
		}
		chunk, id := l.left[0], l.id
		l.left = l.left[1:]
		l.under++
		d.mu.Unlock()
		f := &frames.Frame{
			Publication: id, Layer: codec.LayerBulk, Sequence: uint32(chunk), Time: uint32(len(l.content)), Payload: slides.Part(l.content, chunk),
		}
		urgent := l.offer.Kind == string(slides.Slide) && len(l.content) <= urgentFile
		if !d.load(f, urgent, func(delivered bool) { d.risen(hash, id, chunk, delivered) }) {
			d.risen(hash, id, chunk, false)
			return // until it is offered again
		}
	}
}

// risen notes what became of a chunk.
func (d *below) risen(hash string, id uint32, chunk int, delivered bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.lifts[hash]
	if l == nil || l.id != id {
		return
	}
	l.under--
	if !delivered {
		l.left = append(l.left, chunk)
		return
	}
	l.moved = time.Now()
}

// goOn sends what waits, when something arrived: those who say so may not send.
func (d *below) goOn() {
	d.mu.Lock()
	var hashes []string
	for hash, l := range d.lifts {
		if l.id != 0 && len(l.left) > 0 && l.under < liftWindow {
			hashes = append(hashes, hash)
		}
	}
	d.mu.Unlock()
	for _, hash := range hashes {
		d.push(hash)
	}
}

// risesFiles connects the files of a building with the line of the moment.
func (r *Room) risesFiles() {
	d := newBelow(r.blobs)
	d.offer = func(o transport.Offer) { r.ascend(o) }
	d.load = func(f *frames.Frame, urgent bool, done func(bool)) bool {
		line := r.above.line.Load()
		return line != nil && line.trunk.Load(f, urgent, func(delivered bool) {
			done(delivered)
			line.looked()
		}) == nil
	}
	r.above.files = d
}

// lift brings a stored file to the relay above, which says what becomes of it if it is there: true. Else the building sees it at once, the others when the line is back. If too much
// waits for that, say is told, and who brings it does so again later.
func (r *Room) lift(hash string, say func(any)) bool {
	r.mu.Lock()
	up := r.above.state.Up
	r.mu.Unlock()
	content, kind := r.blobs.held(hash)
	if content == nil {
		return false
	}
	word := say
	if !up {
		word = nil
	}
	if !r.above.files.lift(transport.Offer{Type: transport.TypeOffer, Hash: hash, Size: len(content), Kind: string(kind)}, content, word) {
		say(refusedFile(hash, liftsFull))
		return true
	}
	return up
}

// filesAbove takes what the relay above says of files, and of where somebody points. Room.mu is held.
func (r *Room) filesAbove(m transport.Message, now time.Time) {
	var (
		blob    transport.Blob
		accept  transport.Accept
		stored  transport.Stored
		pointer transport.Pointer
	)
	switch {
	case m.Type == transport.TypeBlob && m.Decode(&blob) == nil:
		r.above.files.announced(&blob)
	case m.Type == transport.TypeAccept && m.Decode(&accept) == nil:
		r.above.files.answered(&accept, now)
	case m.Type == transport.TypeStored && m.Decode(&stored) == nil:
		r.above.files.stored(stored.Hash, now)
	case m.Type == transport.TypePointer && m.Decode(&pointer) == nil:
		r.point(nil, pointer)
	}
}

package relay

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/diemcau/diemcau/relay/slides"
)

// Limits of the files of one meeting.
const (
	blobsInMeeting = 512 << 20       // bytes that may be stored
	blobsOfOne     = 64 << 20        // by one site, or one who is none
	blobsCached    = 16 << 20        // kept in memory, if there is a store
	blobsHeld      = 64 << 20        // if there is none: the oldest are forgotten
	blobsComing    = 128 << 20       // of files that are not whole yet
	keepComing     = time.Hour       // after the last chunk of one
	absentFor      = 2 * time.Second // until a file that was not in the store is looked for again, twice as long each time,
	absentMost     = 3               // so often
	absentKept     = time.Minute     // it is remembered
	blobsLoading   = 16              // at a time: lists name what they like, and the store is everybody's
)

// blobs are the files of a meeting: pages of slides, their lists, reports. mu is taken after Room.mu and that of a blobLine.
type blobs struct {
	code   string
	porter *porter
	loaded func() // a file came from the store, or is whole: called without locks

	mu      sync.Mutex // guards all below
	files   map[string]*blob
	coming  map[string]*incoming
	clock   uint64           // counts uses
	order   int              // counts files
	cached  int              // bytes
	counted bool             // stored is known
	stored  int64            // bytes
	brought map[string]int64 // by who brought them, since this relay knows the meeting
	loading int              // files that the store is asked for
}

// blob is a file.
type blob struct {
	kind    slides.Kind
	content []byte        // nil: in the store, if anywhere
	pages   []slides.Page // of a list
	used    uint64
	asked   time.Time // when the store was asked for it last
	missed  int       // times that it was not there
	loading bool
	order   int // in which it came
}

// incoming is a file that is not whole.
type incoming struct {
	*slides.Upload
	kind slides.Kind
	by   string
	last time.Time   // when a chunk came
	done func(error) // it is whole, and waits for a porter
}

func newBlobs(code string, porter *porter, loaded func()) *blobs {
	return &blobs{
		code: code, porter: porter, loaded: loaded,
		files: map[string]*blob{}, coming: map[string]*incoming{}, brought: map[string]int64{},
	}
}

// name is under which name the store keeps a file: that of one meeting is nobody's in another.
func (b *blobs) name(hash string) string { return b.group() + "." + hash }

func (b *blobs) group() string { return "slide." + b.code }

// count finds out what the store has of this meeting, once: a relay that starts anew takes no more than another.
func (b *blobs) count(ctx context.Context) error {
	b.mu.Lock()
	counted := b.counted || b.porter.store == nil
	b.mu.Unlock()
	if counted {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, porterTime)
	defer cancel()
	sum, err := b.porter.store.Sum(ctx, b.group())
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil && !b.counted { // nothing is brought before
		b.counted, b.stored = true, sum
	}
	return err
}

// content returns a file if it is in memory; else it is asked for, and loaded is called when it is there. now is for those that were not there.
func (b *blobs) content(hash string, now time.Time) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := b.find(hash, now)
	return f.content
}

// page returns a file that is a page, as content does: nothing else is sent as one, whatever is said to be shown.
func (b *blobs) page(hash string, now time.Time) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	if f := b.find(hash, now); f.kind == slides.Slide {
		return f.content
	}
	return nil
}

// pages returns the pages of a deck by its list, nil if that is not there (yet).
func (b *blobs) pages(list string, now time.Time) []slides.Page {
	if list == "" {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	f := b.find(list, now)
	if f.pages == nil && f.content != nil {
		f.pages, _ = slides.ParseList(f.content)
	}
	return f.pages
}

// find returns a file, which it has loaded if need be. mu is held.
func (b *blobs) find(hash string, now time.Time) *blob {
	f := b.files[hash]
	if f == nil {
		if f = new(blob); b.porter.store == nil || !slides.IsHash(hash) {
			return f
		}
		b.files[hash] = f
	}
	b.clock++
	f.used = b.clock
	if f.content == nil && !f.loading && now.Sub(f.asked) >= absentFor<<min(f.missed, absentMost) && b.loading < blobsLoading && b.porter.store != nil {
		if f.loading, f.asked = b.porter.look(func(ctx context.Context) { b.load(ctx, hash) }), now; f.loading {
			b.loading++
		}
	}
	return f
}

// load reads a file from the store.
func (b *blobs) load(ctx context.Context, hash string) {
	content, err := b.porter.get(ctx, b.name(hash), hash)
	b.mu.Lock()
	b.loading--
	if f := b.files[hash]; f != nil {
		f.loading = false
		if f.missed++; err == nil {
			b.recall(f, content)
		}
	}
	b.mu.Unlock()
	if err == nil {
		b.loaded()
	}
}

// fetch says whether a file is there, if need be by the store.
func (b *blobs) fetch(ctx context.Context, hash string) bool {
	b.mu.Lock()
	f := b.files[hash]
	there := f != nil && f.content != nil
	b.mu.Unlock()
	if there {
		return true
	}
	content, err := b.porter.get(ctx, b.name(hash), hash)
	if err != nil {
		return false
	}
	b.mu.Lock()
	if f = b.files[hash]; f == nil {
		f = new(blob)
		b.files[hash] = f
	}
	b.recall(f, content)
	b.mu.Unlock()
	b.loaded()
	return true
}

// recall takes what the store had; it does not know what a file is. mu is held.
func (b *blobs) recall(f *blob, content []byte) {
	if f.kind == "" && slides.Slide.Fits(len(content)) == nil && slides.CheckWebP(content) == nil {
		b.order++
		f.kind, f.order = slides.Slide, b.order
	}
	f.missed = 0
	b.hold(f, content)
}

// hold keeps a file in memory, and lets those go that were used longest ago. mu is held.
func (b *blobs) hold(f *blob, content []byte) {
	b.cached += len(content) - len(f.content)
	b.clock++
	f.content, f.used = content, b.clock
	most := blobsCached
	if b.porter.store == nil {
		most = blobsHeld
	}
	for b.cached > most {
		var oldest *blob
		name := ""
		for hash, o := range b.files {
			if o != f && o.content != nil && (oldest == nil || o.used < oldest.used) {
				oldest, name = o, hash
			}
		}
		if oldest == nil {
			return
		}
		b.cached -= len(oldest.content)
		oldest.content, oldest.asked = nil, time.Time{}
		if b.porter.store == nil {
			delete(b.files, name)
		}
	}
}

// rest forgets what need not be in memory while nobody is here, and uploads that nobody goes on with; it has stored what waits for that. Call it every second.
func (b *blobs) rest(deserted bool, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for hash, u := range b.coming {
		if u.done != nil {
			b.settle(hash, u)
		} else if now.Sub(u.last) > keepComing {
			delete(b.coming, hash)
		}
	}
	for hash, f := range b.files {
		if f.kind == "" && f.content == nil && !f.loading && now.Sub(f.asked) > absentKept {
			delete(b.files, hash)
		}
	}
	if !deserted || b.porter.store == nil {
		return
	}
	for hash, f := range b.files {
		if !f.loading {
			b.cached -= len(f.content)
			delete(b.files, hash)
		}
	}
}

// arrived returns the pages in the order in which they came.
func (b *blobs) arrived() []slides.Wish {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []*blob
	hashes := map[*blob]string{}
	for hash, f := range b.files {
		if f.kind == slides.Slide && f.content != nil {
			all, hashes[f] = append(all, f), hash
		}
	}
	slices.SortFunc(all, func(a, b *blob) int { return cmp.Compare(a.order, b.order) })
	var out []slides.Wish
	for _, f := range all {
		out = append(out, slides.Wish{File: slides.File{Hash: hashes[f], Size: len(f.content)}, Kind: f.kind})
	}
	return out
}

// held returns a file that is in memory, nil if it is not.
func (b *blobs) held(hash string) ([]byte, slides.Kind) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if f := b.files[hash]; f != nil {
		return f.content, f.kind
	}
	return nil, ""
}

// have returns the beginnings of the hashes of the pages that are in memory, at most so many, the newest.
func (b *blobs) have(most int) (out []string) {
	all := b.arrived()
	for _, w := range all[max(len(all)-most, 0):] {
		out = append(out, w.Hash[:slides.Prefix])
	}
	return out
}

// begin begins or goes on to collect a file. The result is nil with whether the file is there already; with neither it may not come.
func (b *blobs) begin(hash string, kind slides.Kind, size int, by string, now time.Time) (up *incoming, there bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if f := b.files[hash]; f != nil && f.content != nil {
		return nil, true, nil
	}
	if up = b.coming[hash]; up != nil {
		if up.Size() != size || up.kind != kind {
			return nil, false, errPorters // who came first is believed until the file is whole, or given up
		}
		up.last = now
		return up, false, nil
	}
	under, own := size, size // of all, and of who brings it
	for _, u := range b.coming {
		if under += u.Size(); u.by == by {
			own += u.Size()
		}
	}
	switch {
	case b.stored+int64(size) > blobsInMeeting, b.brought[by]+int64(size) > blobsOfOne:
		return nil, false, errBlobsFull
	case under > blobsComing, b.brought[by]+int64(own) > blobsOfOne:
		return nil, false, errPorters
	}
	u, err := slides.NewUpload(hash, kind, size)
	if err != nil {
		return nil, false, err
	}
	up = &incoming{Upload: u, kind: kind, by: by, last: now}
	b.coming[hash] = up
	return up, false, nil
}

// missing returns the chunks of an upload that have not come.
func (b *blobs) missing(up *incoming) [][2]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return up.Missing()
}

// put takes a chunk. When the file is whole it is checked and stored, then done is called, without locks.
func (b *blobs) put(hash string, chunk int, content []byte, now time.Time, done func(error)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	up := b.coming[hash]
	if up == nil {
		return
	}
	up.last = now
	if up.Put(chunk, content) {
		up.done = done
		b.settle(hash, up)
	}
}

// settle has a whole file stored. If the porters have too much to do it waits, and rest tries again: it came up a thin line. mu is held.
func (b *blobs) settle(hash string, up *incoming) {
	done := up.done
	if b.porter.do(func(ctx context.Context) { done(b.finish(ctx, hash, up)) }) {
		delete(b.coming, hash)
	}
}

// finish checks a whole file and stores it.
func (b *blobs) finish(ctx context.Context, hash string, up *incoming) error {
	content, err := up.Content()
	if err != nil {
		return err
	}
	if err := b.porter.put(ctx, b.name(hash), content); err != nil {
		return err
	}
	b.keep(hash, up.kind, content, up.by)
	return nil
}

// keep takes a file that is stored, or that came from above: then by is empty, and it is no part of what may be brought.
func (b *blobs) keep(hash string, kind slides.Kind, content []byte, by string) {
	b.mu.Lock()
	f := b.files[hash]
	if f == nil {
		f = new(blob)
		b.files[hash] = f
	}
	if f.kind == "" {
		b.order++
		f.kind, f.order = kind, b.order
	}
	b.hold(f, content)
	if by != "" {
		b.stored += int64(len(content))
		b.brought[by] += int64(len(content))
	}
	b.mu.Unlock()
	b.loaded()
}

package relay

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/diemcau/diemcau/relay/slides"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

// uploadsAtOnce is how many files may be under way up one line.
const uploadsAtOnce = 8

var errBlobsFull = errors.New("relay: a meeting's files have their most")

// admitter lets chunks of a transfer come up a line, or no more; *aside is one.
type admitter interface {
	admit(transfer uint32, may bool)
}

// blobsUp is what one line brings. mu is taken after Room.mu.
type blobsUp struct {
	line  admitter
	say   func(message any)
	files *blobs
	lift  func(hash string, say func(any)) bool // brings a file to the relay above, which has the last word then; nil: there is none

	mu        sync.Mutex // guards all below
	last      uint32     // id of the last transfer
	transfers map[uint32]*bringing
}

// bringing is a file that is under way.
type bringing struct {
	hash string
	size int
}

// offer answers an offer of somebody who may bring files: the store is asked first, since a thin line should not bring twice what is there.
func (u *blobsUp) offer(o transport.Offer, by string) {
	kind := slides.Kind(o.Kind)
	if err := kind.Fits(o.Size); err != nil || !slides.IsHash(o.Hash) {
		u.refuse(o.Hash, badFile)
		return
	}
	asked := u.files.porter.do(func(ctx context.Context) {
		if u.files.fetch(ctx, o.Hash) {
			u.kept(o.Hash)
			return
		}
		if err := u.files.count(ctx); err != nil {
			u.refuse(o.Hash, whyNotStored(err))
			return
		}
		u.begin(o, kind, by, time.Now())
	})
	if !asked {
		u.refuse(o.Hash, filesBusy)
	}
}

// begin lets the chunks of a file come.
func (u *blobsUp) begin(o transport.Offer, kind slides.Kind, by string, now time.Time) {
	up, there, err := u.files.begin(o.Hash, kind, o.Size, by, now)
	switch {
	case there:
		u.kept(o.Hash)
		return
	case err != nil:
		u.refuse(o.Hash, whyNotStored(err))
		return
	}
	id, ok := u.transfer(o)
	if !ok {
		u.refuse(o.Hash, filesBusy)
		return
	}
	u.line.admit(id, true)
	u.say(transport.Accept{Type: transport.TypeAccept, Hash: o.Hash, ID: id, Missing: u.files.missing(up)})
}

// transfer names a transfer, anew if the file was offered before: its client may have lost count.
func (u *blobsUp) transfer(o transport.Offer) (id uint32, ok bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for id, t := range u.transfers {
		if t.hash == o.Hash {
			return id, true
		}
	}
	if len(u.transfers) >= uploadsAtOnce {
		return 0, false
	}
	if u.transfers == nil {
		u.transfers = map[uint32]*bringing{}
	}
	u.last++
	u.transfers[u.last] = &bringing{o.Hash, o.Size}
	return u.last, true
}

// chunk takes what came up the line. It does not block.
func (u *blobsUp) chunk(f *frames.Frame) {
	u.mu.Lock()
	t := u.transfers[f.Publication]
	u.mu.Unlock()
	if t == nil || f.Time != uint32(t.size) || f.Sequence > slides.MaxReport/slides.Chunk {
		return
	}
	u.files.put(t.hash, int(f.Sequence), f.Payload, time.Now(), func(err error) { u.finished(f.Publication, t.hash, err) })
}

// finished says what became of a file. That it is there others know from blobs.loaded.
func (u *blobsUp) finished(id uint32, hash string, err error) {
	u.mu.Lock()
	delete(u.transfers, id)
	u.mu.Unlock()
	u.line.admit(id, false)
	if err != nil {
		u.refuse(hash, whyNotStored(err))
		return
	}
	u.kept(hash)
}

// ends takes a transfer away of a file that came by another line.
func (u *blobsUp) ends(hash string) {
	u.mu.Lock()
	var over []uint32
	for id, t := range u.transfers {
		if t.hash == hash {
			over = append(over, id)
			delete(u.transfers, id)
		}
	}
	u.mu.Unlock()
	for _, id := range over {
		u.line.admit(id, false)
	}
}

// kept says that a file is kept: where there is a relay above, once it is kept there.
func (u *blobsUp) kept(hash string) {
	u.ends(hash)
	if u.lift == nil || !u.lift(hash, u.say) {
		u.say(transport.Stored{Type: transport.TypeStored, Hash: hash})
	}
}

func (u *blobsUp) refuse(hash string, s sentence) { u.say(refusedFile(hash, s)) }

func refusedFile(hash string, s sentence) transport.Accept {
	return transport.Accept{Type: transport.TypeAccept, Hash: hash, Code: s.code, Vi: s.vi, En: s.en}
}

func whyNotStored(err error) sentence {
	switch {
	case errors.Is(err, errBlobsFull):
		return filesFull
	case errors.Is(err, slides.ErrKind), errors.Is(err, slides.ErrSize), errors.Is(err, slides.ErrHash), errors.Is(err, slides.ErrImage), errors.Is(err, slides.ErrList), errors.Is(err, slides.ErrReport):
		return badFile
	}
	return filesBusy
}

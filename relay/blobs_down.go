package relay

import (
	"sync"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/slides"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

// How much of files may wait in a line. Of what is shown everything: it goes first, and what is turned away is taken back. Of what will be what the line took in the last
// aheadWithin, within bounds: an order that changes is then followed soon, and the line is tried for as much again.
const (
	nowWaits    = 2 * slides.MaxSlide
	aheadLeast  = 6 * slides.Chunk
	aheadMost   = 64 * slides.Chunk
	aheadWithin = 10 * time.Second
)

// bulk carries chunks of files beside the voice of one line; *aside is one.
type bulk interface {
	// push queues a chunk. Done is called without locks.
	push(o frames.Out) error
	// drop forgets what waits of a transfer.
	drop(transfer uint32)
	// urge has what waits of a transfer go first.
	urge(transfer uint32)
	// backlog is how many bytes of a class wait to leave.
	backlog(c frames.Class) int
}

// blobsDown is what one watcher is sent of a meeting's files. mu is taken after Room.mu.
type blobsDown struct {
	bulk  bulk
	say   func(message any)
	files *blobs

	mu      sync.Mutex // guards all below
	watches bool
	sending slides.Sending
	took    taken
	starved bool // something that is wanted was not there
	feeding bool // a goroutine is at it,
	again   bool // and is to look once more
}

// watch notes whether slides are wanted, and what is kept from earlier.
func (d *blobsDown) watch(wanted bool, have []string) {
	d.mu.Lock()
	d.watches = wanted
	d.sending.Have(have)
	if wanted {
		d.mu.Unlock()
		return
	}
	back, _ := d.sending.Want(nil)
	d.mu.Unlock()
	for _, id := range back {
		d.bulk.drop(id)
	}
}

// restart sends anew what was not whole: with a session, messages may be lost that said what was coming.
func (d *blobsDown) restart() {
	d.mu.Lock()
	back := d.sending.Restart()
	d.mu.Unlock()
	for _, id := range back {
		d.bulk.drop(id)
	}
}

// watching says whether slides are wanted.
func (d *blobsDown) watching() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.watches
}

// want says what the watcher shall have next. What is under way and not wanted so any more is taken back. Call feed then.
func (d *blobsDown) want(wishes []slides.Wish) {
	d.mu.Lock()
	if !d.watches {
		d.mu.Unlock()
		return
	}
	back, urgent := d.sending.Want(wishes)
	d.mu.Unlock()
	for _, id := range back {
		d.bulk.drop(id)
	}
	if urgent != 0 {
		d.bulk.urge(urgent)
	}
}

// hungry says whether something that is wanted was not there when it was looked for.
func (d *blobsDown) hungry() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.starved
}

// feed puts into the line what it has room for. It is called whenever that may have changed, never with locks.
func (d *blobsDown) feed() {
	d.mu.Lock()
	if d.again, d.starved = true, false; d.feeding {
		d.mu.Unlock()
		return
	}
	d.feeding = true
	for d.again {
		d.again = false
		d.mu.Unlock()
		for d.one(frames.Now, nowWaits) {
		}
		for d.bulk.backlog(frames.Now) == 0 && d.one(frames.Ahead, d.ahead()) {
		}
		d.mu.Lock()
	}
	d.feeding = false
	d.mu.Unlock()
}

// ahead is how much may wait of what will be shown.
func (d *blobsDown) ahead() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return min(max(d.took.bytes, aheadLeast), aheadMost)
}

// taken counts what a line took in a while.
type taken struct {
	bytes   int // in the last whole while,
	current int // and in the one since
	since   time.Time
}

func (t *taken) add(n int, now time.Time) {
	if over := now.Sub(t.since); over >= aheadWithin {
		t.bytes, t.current, t.since = t.current, 0, now
		if over >= 2*aheadWithin {
			t.bytes = 0
		}
	}
	t.current += n
}

// one queues the next chunk of a class if there is one and no more than most bytes wait.
func (d *blobsDown) one(class frames.Class, most int) bool {
	if d.bulk.backlog(class) >= most {
		return false
	}
	now := time.Now()
	d.mu.Lock()
	send, ok := d.sending.Next(class == frames.Now, func(hash string) int { return d.size(hash, now) })
	d.mu.Unlock()
	if !ok {
		return false
	}
	part := slides.Part(d.files.page(send.Hash, now), send.Chunk)
	if part == nil { // it was forgotten just now
		d.done(send, false)
		return false
	}
	if send.Begin {
		d.say(transport.Blob{Type: transport.TypeBlob, ID: send.ID, Hash: send.Hash, Size: send.Size, Kind: string(send.Kind)})
	}
	frame := &frames.Frame{
		Publication: send.ID, Layer: codec.LayerBulk, Sequence: uint32(send.Chunk), Time: uint32(send.Size), Payload: part,
	}
	out := frames.Out{Frame: frame, Class: class, Done: func(delivered bool) {
		d.done(send, delivered)
		if delivered {
			d.mu.Lock()
			d.took.add(len(part), time.Now())
			d.mu.Unlock()
			d.feed()
		}
	}}
	if d.bulk.push(out) != nil {
		d.done(send, false)
		return false
	}
	return true
}

// size is how long a page is that can be sent, 0 if it is not there, or no page: whoever shows something names any file.
func (d *blobsDown) size(hash string, now time.Time) int {
	n := len(d.files.page(hash, now))
	d.starved = d.starved || n == 0
	return n
}

func (d *blobsDown) done(send slides.Send, delivered bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sending.Done(send, delivered)
}

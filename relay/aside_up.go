package relay

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport/frames"
)

// Limits of the pieces that come up a line.
const (
	piecesOver   = 1.5             // times the rate of the plan
	piecesBurst  = 96 << 10        // bytes: a key frame with its repair, and what was under way when the rate fell
	askedFor     = 3 * time.Second // after a layer is asked for no more, what still comes is nobody's fault
	forAsLong    = 10 * 365 * 24 * time.Hour
	maxTransfers = 64 // that may be under way up a line
)

// dropped is why a piece, or a frame, went no further.
type dropped int

const (
	dropMalformed dropped = iota
	dropFlooded           // more than the plan allows
	dropForeign           // not of a source, or a transfer, of this line
	dropUnasked           // a layer that nobody asked for
	dropCodec             // none that was asked for
	dropRights            // who may not show anything
	drops
)

// dropNames are the reasons as metrics tell them.
var dropNames = [drops]string{"picture-malformed", "picture-flooded", "picture-foreign", "picture-unasked", "picture-codec", "picture-rights"}

// dropCounts counts by reason.
type dropCounts [drops]atomic.Uint64

func (c *dropCounts) add(why dropped) { c[why].Add(1) }

// askedLayers are the layers that may come of a publication, and until when: a bit each layer.
type askedLayers map[uint32]layerTimes

type layerTimes [16]time.Time // zero: not at all

// receiving is the end of an aside to which frames come up the line. mu may be held while that of another line's sending is taken, never the other way round.
type receiving struct {
	drops  dropCounts
	frames atomic.Uint64 // that came whole
	bulk   atomic.Pointer[func(*frames.Frame)]
	asked  atomic.Pointer[askedLayers] // changed by one goroutine
	less   atomic.Bool                 // the line carries much less than was relied upon
	keys   atomic.Uint32               // layers of which a key frame is wanted and not asked for yet, a bit each

	mu        sync.Mutex // guards all below
	receiver  *frames.Receiver
	rate      *frames.Estimator
	limit     *rate.Limiter                  // bytes of pieces
	picture   func(*frames.Frame, time.Time) // takes frames that are no bulk, while mu is held, in the order of their completion; nil: nobody
	transfers map[uint32]struct{}
	relied    float64   // bit/s
	assumed   float64   // as of sending
	until     time.Time // something may have to be reported
}

// begin makes the receiver when it is needed. mu is held.
func (u *receiving) begin(now time.Time) {
	if u.receiver != nil {
		return
	}
	u.receiver, u.rate = frames.NewReceiver(now), frames.NewEstimator(now)
	u.receiver.Observe(u.rate)
	u.limit = rate.NewLimiter(0, piecesBurst)
}

// take makes frames of pieces. It returns a chunk that is complete, a report that is due, and whether run has to see to the next one.
func (u *receiving) take(b []byte, now time.Time) (bulk *frames.Frame, report []byte, wake bool) {
	p, err := frames.ParsePiece(b)
	if err != nil {
		u.drops.add(dropMalformed)
		return nil, nil, false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	why, admitted := u.admits(&p, now)
	if !admitted {
		u.drops.add(why)
		if u.receiver == nil {
			return nil, nil, false
		}
	}
	u.begin(now)
	if !u.limit.AllowN(now, len(b)) {
		u.drops.add(dropFlooded)
		return nil, nil, false
	}
	wake = now.After(u.until)
	u.until = now.Add(reportsFor)
	var f *frames.Frame
	if admitted {
		f, err = u.receiver.Receive(b, now)
	} else { // its sender waits for word of it
		err = u.receiver.Count(b, now)
	}
	if u.rate.Room() < lowerBy*u.relied {
		u.less.Store(true)
	}
	if err != nil {
		return nil, nil, wake
	}
	if f != nil {
		u.frames.Add(1)
		if f.Layer == codec.LayerBulk {
			bulk = f
		} else if u.picture != nil {
			u.picture(f, now)
		}
	}
	if b, due := u.receiver.Report(nil, now); due {
		report = b
	}
	return bulk, report, wake
}

// admits says whether a piece is one that may come, before anything is kept of it. mu is held.
func (u *receiving) admits(p *frames.Piece, now time.Time) (dropped, bool) {
	if p.Layer == codec.LayerBulk {
		_, ok := u.transfers[p.Publication]
		return dropForeign, ok
	}
	layers, ok := (*u.asked.Load())[p.Publication]
	if !ok {
		return dropForeign, false
	}
	return dropUnasked, now.Before(layers[p.Layer])
}

const (
	reportsFor = time.Second     // after the last piece something may have to be reported
	keysFor    = 3 * time.Second // that reports ask for a key frame, unless they are asked again
	reportTick = 30 * time.Millisecond
)

// due returns the report that is due, and when to look again.
func (u *receiving) due(now time.Time) (report []byte, next time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if keys := u.keys.Swap(0); keys != 0 {
		u.begin(now)
		u.until = now.Add(keysFor)
		for l := codec.LayerStill; l < codec.LayerBulk; l++ {
			if keys>>l&1 != 0 {
				u.receiver.Key(l, true)
			}
		}
	}
	if u.receiver == nil {
		return nil, turnSeldom
	}
	if b, due := u.receiver.Report(nil, now); due {
		report = b
	}
	if now.After(u.until) {
		return report, turnSeldom
	}
	return report, reportTick
}

// admit lets chunks of a transfer come, or no more.
func (u *receiving) admit(transfer uint32, may bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !may {
		delete(u.transfers, transfer)
		return
	}
	if u.transfers == nil {
		u.transfers = map[uint32]struct{}{}
	}
	if len(u.transfers) < maxTransfers {
		u.transfers[transfer] = struct{}{}
	}
}

// loads says whether a transfer may be under way.
func (u *receiving) loads() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.transfers) > 0
}

// ask says which layers may come of a publication from now on; what is asked for no more may for a while. It is for one goroutine.
func (u *receiving) ask(publication uint32, layers []codec.Layer, now time.Time) {
	all := maps.Clone(*u.asked.Load())
	next := all[publication]
	for l := range next {
		if until := now.Add(askedFor); next[l].After(until) {
			next[l] = until
		}
	}
	for _, l := range layers {
		next[l] = now.Add(forAsLong)
	}
	all[publication] = next
	u.asked.Store(&all)
	u.mu.Lock()
	defer u.mu.Unlock()
	for l := codec.LayerStill; l < codec.LayerBulk && u.receiver != nil; l++ {
		if l.Picture() && !slices.Contains(layers, l) {
			u.receiver.Key(l, false)
		}
	}
}

// forget lets nothing more come of publications that are over. It is for one goroutine.
func (u *receiving) forget(over func(publication uint32) bool) {
	all := *u.asked.Load()
	for publication := range all {
		if over(publication) {
			all = maps.Clone(all)
			maps.DeleteFunc(all, func(publication uint32, _ layerTimes) bool { return over(publication) })
			u.asked.Store(&all)
			return
		}
	}
}

// forgets has nothing come any more but bulk. It is for one goroutine.
func (u *receiving) forgets() { u.asked.Store(&askedLayers{}) }

// allow says how many bit/s of pieces may come.
func (u *receiving) allow(bits float64, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.begin(now)
	u.limit.SetLimitAt(now, rate.Limit(piecesOver*bits/8))
}

// key has a key frame of a layer asked for until one comes, from the next due on. It takes no lock: who needs one may stand behind a frame that comes.
func (u *receiving) key(l codec.Layer) { u.keys.Or(1 << l) }

// want says how many bit/s could be used.
func (u *receiving) want(bits float64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.rate != nil {
		u.rate.Want(bits)
	}
}

package frames

import (
	"errors"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

// What a Receiver keeps at most, whatever comes.
const (
	maxAssemblies = 64
	maxAssembled  = 2 << 20 // bytes, with what each piece costs beside its own
	pieceCost     = 48
	maxFinished   = 512 // frames that are known to have come out
)

// Errors of a piece that is dropped. None of them ends anything.
var (
	ErrDuplicate = errors.New("frames: a piece that came already, or far too late")
	ErrMismatch  = errors.New("frames: a piece that does not belong to the others of its frame")
)

// ReceiverStats counts what came, by what became of it.
type ReceiverStats struct {
	Pieces    uint64
	Bytes     uint64 // of pieces, without what is below them
	Lost      uint64 // pieces that did not come, so far
	Malformed uint64
	Duplicate uint64
	Needless  uint64 // pieces of frames that were complete
	Mismatch  uint64
	Frames    uint64 // that came out
	Bad       uint64 // frames whose pieces gave none
	Given     uint64 // frames given up because too many were incomplete
}

// frameID names a frame of a line.
type frameID struct {
	publication uint32
	layer       codec.Layer
	sequence    uint32
}

// assembly is a frame of which not enough came yet.
type assembly struct {
	head   Piece // of the first piece, without its shard
	shards []fec.Shard
	seen   [4]uint64 // a bit each index
}

func (a *assembly) has(index int) bool { return a.seen[index/64]>>(index%64)&1 != 0 }

// Receiver takes one direction of a line: it makes frames of pieces and reports of what came.
type Receiver struct {
	epoch    time.Time
	observer Observer
	clock    unwrapper // of the sender
	newest   Sample    // of the highest piece
	arrived  numbers
	reports  reporter
	open     map[frameID]*assembly
	order    []frameID // of open, by their first piece
	held     int       // bytes
	finished map[frameID]struct{}
	ring     [maxFinished]frameID // of finished
	next     int
	stats    ReceiverStats
}

// NewReceiver makes a Receiver that begins at now.
func NewReceiver(now time.Time) *Receiver {
	return &Receiver{epoch: now, open: map[frameID]*assembly{}, finished: map[frameID]struct{}{}, arrived: newNumbers(), reports: newReporter()}
}

// Observe has o told of each piece that comes, with how many were lost before it; nil: nobody.
func (r *Receiver) Observe(o Observer) { r.observer = o }

// Stats returns the counts so far.
func (r *Receiver) Stats() ReceiverStats { return r.stats }

// Receive takes a datagram that IsPiece, and keeps it. It returns the frame that is complete with it, if there is one: each comes out once, in any order. The error is ErrMalformed,
// ErrDuplicate or ErrMismatch, and nothing happened then but that it was counted.
func (r *Receiver) Receive(b []byte, now time.Time) (*Frame, error) {
	p, err := r.count(b, now)
	if err != nil {
		return nil, err
	}
	return r.assemble(&p)
}

// Count takes a piece that nobody wants: reports tell that it came, so that its sender does not wait for word of it, but nothing is kept. The error is ErrMalformed or ErrDuplicate.
func (r *Receiver) Count(b []byte, now time.Time) error {
	_, err := r.count(b, now)
	return err
}

// count notes that a piece came.
func (r *Receiver) count(b []byte, now time.Time) (Piece, error) {
	p, err := ParsePiece(b)
	if err != nil {
		r.stats.Malformed++
		return p, err
	}
	jump, fresh := r.arrived.take(p.Number)
	if !fresh {
		r.stats.Duplicate++
		return p, ErrDuplicate
	}
	r.stats.Pieces++
	r.stats.Bytes += uint64(len(b))
	r.stats.Lost = uint64(int64(r.stats.Lost) + int64(jump))
	r.reports.took(jump, now, now.Sub(r.epoch))
	if jump >= 0 {
		r.newest = Sample{Sent: r.clock.at(p.Sent, now.Sub(r.epoch)), Arrival: now.Sub(r.epoch), Pieces: 1}
	}
	if r.observer != nil {
		s := r.newest
		s.Bytes, s.Lost, s.Runs = len(b)+fec.Below, jump, min(max(jump, 0), 1)
		r.observer.Sample(s, now)
	}
	return p, nil
}

// assemble adds a piece to its frame.
func (r *Receiver) assemble(p *Piece) (*Frame, error) {
	id := frameID{p.Publication, p.Layer, p.Sequence}
	if _, ok := r.finished[id]; ok {
		r.stats.Needless++
		return nil, nil
	}
	a := r.open[id]
	if a == nil {
		if p.K == 1 {
			return r.finish(id, p, []fec.Shard{{Index: p.Index, Data: p.Shard}}), nil
		}
		a = r.begin(id, p)
	}
	if !a.head.matches(p) || len(a.shards) > 0 && len(a.shards[0].Data) != len(p.Shard) {
		r.stats.Mismatch++
		return nil, ErrMismatch
	}
	if a.has(p.Index) {
		r.stats.Needless++
		return nil, nil
	}
	a.seen[p.Index/64] |= 1 << (p.Index % 64)
	a.shards = append(a.shards, fec.Shard{Index: p.Index, Data: p.Shard})
	r.held += cost(p.Shard)
	if len(a.shards) < p.K {
		r.bound(id)
		return nil, nil
	}
	r.forget(id)
	return r.finish(id, p, a.shards), nil
}

func cost(shard []byte) int { return PieceHead + len(shard) + pieceCost }

// matches says whether two pieces can be of one frame.
func (p *Piece) matches(o *Piece) bool {
	return p.K == o.K && p.Time == o.Time && p.Key == o.Key && p.Temporal == o.Temporal && p.Codec == o.Codec && p.Back == o.Back
}

// begin makes room for one more frame.
func (r *Receiver) begin(id frameID, p *Piece) *assembly {
	a := &assembly{head: *p}
	a.head.Shard = nil
	r.open[id] = a
	r.order = append(r.order, id)
	return a
}

// bound gives frames up, the oldest first and chunks of files last, until what is kept is within its limits. keep is not given up.
func (r *Receiver) bound(keep frameID) {
	for len(r.order) > maxAssemblies || r.held > maxAssembled {
		at := -1
		for i, id := range r.order {
			if id != keep && (at < 0 || id.layer != codec.LayerBulk) {
				at = i
				if id.layer != codec.LayerBulk {
					break
				}
			}
		}
		if at < 0 {
			return
		}
		r.stats.Given++
		r.forget(r.order[at])
	}
}

// forget takes a frame from those that are incomplete.
func (r *Receiver) forget(id frameID) {
	for _, s := range r.open[id].shards {
		r.held -= cost(s.Data)
	}
	delete(r.open, id)
	for i := range r.order {
		if r.order[i] == id {
			r.order = append(r.order[:i], r.order[i+1:]...)
			return
		}
	}
}

// finish makes the frame of its shards; nil if they give none.
func (r *Receiver) finish(id frameID, p *Piece, shards []fec.Shard) *Frame {
	delete(r.finished, r.ring[r.next])
	r.finished[id] = struct{}{}
	r.ring[r.next] = id
	r.next = (r.next + 1) % maxFinished
	payload, err := fec.JoinShards(p.K, shards)
	if err != nil {
		r.stats.Bad++
		return nil
	}
	r.stats.Frames++
	if p.Key {
		r.reports.keys &^= keyBit(p.Layer)
	}
	return &Frame{
		Publication: p.Publication, Layer: p.Layer, Sequence: p.Sequence, Time: p.Time,
		Key: p.Key, Temporal: p.Temporal, Codec: p.Codec, Back: p.Back, Payload: payload,
	}
}

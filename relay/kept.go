package relay

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/opus"
	"github.com/diemcau/diemcau/transport"
)

const (
	keptFor    = 10 * time.Minute
	keptMost   = 4 << 20  // bytes of memory, with all that is needed to find them
	slabSize   = 16 << 10 // bytes
	frameSize  = 24       // bytes of a keptFrame
	voiceSize  = 1 << 10  // bytes of a keptVoice, about
	maxPending = 64       // frames of the lesser layer that may turn out to be needed
)

// Kept is a Sink that keeps the voices of a room, encoded, for 10 minutes from their arrival and in at most 4 MB of memory: then the oldest go. Of a publication it keeps one layer at a time: hi while that
// comes, as it does until 400 ms after its last frame, else lo. It starts no goroutine; its methods may be called from any.
type Kept struct {
	clock func() time.Duration // since it was made

	mu     sync.Mutex // guards all below
	voices map[uint32]*keptVoice
	frames int // of all voices
	// What arrived: level and payload of each frame, in the order of arrival, so that the oldest go together. Bytes that were written do not change: packets that were given out refer to them.
	slabs []slab
	first uint32 // number of slabs[0]
}

// slab is a piece of the memory.
type slab struct {
	bytes  []byte
	newest time.Duration // arrival of its last frame
}

// keptVoice is one publication.
type keptVoice struct {
	frames  []keptFrame // by capture time, all different
	newest  int64       // capture time, unwrapped
	hi      time.Duration
	hiCame  bool                // at hi
	pending []*transport.Packet // lo while hi comes: none is needed unless that ends
}

// keptFrame says where a frame lies.
type keptFrame struct {
	at       int64 // capture time, unwrapped
	sequence uint32
	arrived  uint32 // ms of Kept.clock
	slab     uint32
	offset   uint16
	layered  uint16 // size of the payload, and the layer in bit 15
}

const (
	layerShift = 15
	sizeMask   = 1<<layerShift - 1
)

func (f keptFrame) layer() codec.Layer { return codec.Layer(f.layered >> layerShift) }
func (f keptFrame) size() int          { return int(f.layered & sizeMask) }

// NewKept makes an empty one.
func NewKept() *Kept {
	began := time.Now()
	return &Kept{clock: func() time.Duration { return time.Since(began) }, voices: map[uint32]*keptVoice{}}
}

// Deliver implements Sink. It copies what it keeps.
func (k *Kept) Deliver(p *transport.Packet) {
	if !p.Layer.Voice() || len(p.Payload) == 0 || len(p.Payload) > codec.MaxVoicePayload {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.clock()
	v := k.voices[p.SSRC]
	if v == nil {
		v = &keptVoice{newest: int64(p.Timestamp)}
		k.voices[p.SSRC] = v
	}
	k.settle(v, now)
	switch {
	case p.Layer == codec.LayerHi:
		v.hi, v.hiCame = now, true
		clear(v.pending)
		v.pending = v.pending[:0]
		k.put(v, p, now)
	case v.hiCame:
		if len(v.pending) == maxPending {
			v.pending = slices.Delete(v.pending, 0, 1)
		}
		v.pending = append(v.pending, p)
	default:
		k.put(v, p, now)
	}
	k.expire(now)
}

// settle notes that hi has ended, if it has: then what came of lo meanwhile is kept. mu is held.
func (k *Kept) settle(v *keptVoice, now time.Duration) {
	if !v.hiCame || now-v.hi < layerFresh {
		return
	}
	v.hiCame = false
	for _, p := range v.pending {
		k.put(v, p, v.hi+layerFresh)
	}
	clear(v.pending)
	v.pending = v.pending[:0]
}

// put keeps a frame unless it is there, in this layer or a better one. mu is held.
func (k *Kept) put(v *keptVoice, p *transport.Packet, now time.Duration) {
	at := v.newest + int64(int32(p.Timestamp-uint32(v.newest)))
	i, found := len(v.frames), false
	if i > 0 && v.frames[i-1].at >= at {
		i, found = slices.BinarySearchFunc(v.frames, at, func(f keptFrame, at int64) int { return cmp.Compare(f.at, at) })
	}
	if found && v.frames[i].layer() >= p.Layer {
		return
	}
	v.newest = max(v.newest, at)
	f := keptFrame{
		at: at, sequence: p.Sequence, arrived: uint32(now / time.Millisecond),
		layered: uint16(len(p.Payload)) | uint16(p.Layer)<<layerShift,
	}
	f.slab, f.offset = k.store(p, now)
	if found {
		v.frames[i] = f
		return
	}
	v.frames = slices.Insert(v.frames, i, f)
	k.frames++
}

// store copies what a frame says and returns where it lies. mu is held.
func (k *Kept) store(p *transport.Packet, now time.Duration) (number uint32, offset uint16) {
	n := len(k.slabs)
	if n == 0 || len(k.slabs[n-1].bytes)+1+len(p.Payload) > slabSize {
		k.slabs = append(k.slabs, slab{bytes: make([]byte, 0, slabSize)})
		n++
	}
	s := &k.slabs[n-1]
	offset = uint16(len(s.bytes))
	s.bytes = append(append(s.bytes, byte(p.Level)), p.Payload...)
	s.newest = max(s.newest, now)
	return k.first + uint32(n-1), offset
}

// expire forgets the oldest slabs, those that are too old and those that are too many. mu is held.
func (k *Kept) expire(now time.Duration) {
	for len(k.slabs) > 0 && (now-k.slabs[0].newest > keptFor || k.size() > keptMost) {
		for len(k.slabs) > 0 && now-k.slabs[0].newest > keptFor {
			k.drop()
		}
		if k.size() > keptMost {
			k.drop()
		}
		k.purge(now)
	}
}

func (k *Kept) drop() {
	k.slabs = slices.Delete(k.slabs, 0, 1)
	k.first++
}

// purge forgets the frames whose slabs are gone, and the publications that have none. mu is held.
func (k *Kept) purge(now time.Duration) {
	k.frames = 0
	for id, v := range k.voices {
		v.frames = slices.DeleteFunc(v.frames, func(f keptFrame) bool { return int32(f.slab-k.first) < 0 })
		if spare := cap(v.frames) - len(v.frames); spare > 64 && spare > len(v.frames) {
			v.frames = slices.Clone(v.frames)
		}
		if now-v.hi > keptFor {
			v.pending = nil
		}
		if len(v.frames) == 0 && len(v.pending) == 0 {
			delete(k.voices, id)
		}
		k.frames += len(v.frames)
	}
}

// size is the memory in use: what append may have over, a quarter, is counted. mu is held.
func (k *Kept) size() int {
	return len(k.slabs)*slabSize + k.frames*frameSize*5/4 + len(k.voices)*voiceSize
}

// Range returns the frames of a publication with capture times in [from, to), wrap-aware, in the order of capture. The packets are the caller's, their payloads shared.
func (k *Kept) Range(publication, from, to uint32) (packets []*transport.Packet) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, f := range k.fresh(publication) {
		if at := uint32(f.at); at-from < to-from {
			b := k.at(f)
			packets = append(packets, transport.NewVoice(publication, f.layer(), f.sequence, at, codec.Level(b[0]), b[1:]))
		}
	}
	return packets
}

// Span returns the capture time of the first frame of a publication, and where the last one ends: the range of all that is kept of it. ok is false if that is nothing.
func (k *Kept) Span(publication uint32) (from, to uint32, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	frames := k.fresh(publication)
	if len(frames) == 0 {
		return 0, 0, false
	}
	last := frames[len(frames)-1]
	samples, _ := opus.Duration(k.at(last)[1:])
	return uint32(frames[0].at), uint32(last.at) + uint32(max(samples, 1)), true
}

// Publications returns those of which something is kept, in ascending order.
func (k *Kept) Publications() (ids []uint32) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(k.voices)) {
		if len(k.fresh(id)) > 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

// fresh returns the frames of a publication that are not too old, in the order of capture. mu is held.
func (k *Kept) fresh(publication uint32) []keptFrame {
	now := k.clock()
	v := k.voices[publication]
	if v == nil {
		return nil
	}
	k.settle(v, now)
	k.expire(now)
	old := func(f keptFrame) bool {
		return uint32(now/time.Millisecond)-f.arrived > uint32(keptFor/time.Millisecond)
	}
	if !slices.ContainsFunc(v.frames, old) {
		return v.frames
	}
	return slices.DeleteFunc(slices.Clone(v.frames), old)
}

// at returns the level and the payload of a frame. mu is held.
func (k *Kept) at(f keptFrame) []byte {
	b := k.slabs[f.slab-k.first].bytes
	end := int(f.offset) + 1 + f.size()
	return b[f.offset:end:end]
}

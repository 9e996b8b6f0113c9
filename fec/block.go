package fec

import (
	"encoding/binary"
	"errors"
	"sync"

	"github.com/klauspost/reedsolomon"
)

// Limits of a Block, PROTOCOL.md section 5.
const (
	MaxShards = 255
	MaxFrame  = 65535 // bytes

	frameLength = 2 // bytes before the frame
)

// Errors of a Block.
var (
	ErrBlock  = errors.New("fec: not a block: bad numbers of shards, a frame that is empty or too long, or shards that do not belong together")
	ErrShards = errors.New("fec: too few shards of a block")
)

// A Block is the code RS(k, m) for frames larger than a datagram: a frame is cut into k shards of equal length, m more are made of these, and any k
// of them give it back. Not safe for concurrent use. In steady state Split allocates nothing of its own, nor does Join when all data shards are there.
type Block struct {
	k, m   int
	code   reedsolomon.Encoder
	memory []byte   // of padded, k + m padded shards behind each other
	padded [][]byte // in memory, as the kernels like them
	shards [][]byte // what is handed out
	frame  []byte
}

// NewBlock makes a Block of k data and m parity shards; k at least 1, m at least 0, together at most MaxShards. The error is ErrBlock.
func NewBlock(k, m int) (*Block, error) {
	if k < 1 || m < 0 || k+m > MaxShards {
		return nil, ErrBlock
	}
	code, err := codes.of(k, m)
	if err != nil {
		return nil, errors.Join(ErrBlock, err)
	}
	return &Block{k: k, m: m, code: code, padded: make([][]byte, k+m), shards: make([][]byte, k+m)}, nil
}

// ShardSize returns the length of the shards of a frame of n bytes.
func (b *Block) ShardSize(n int) int { return (frameLength + n + b.k - 1) / b.k }

// Split returns the shards of a frame of 1 to MaxFrame bytes: k of data, m of parity. They are the Block's and valid until its next call. The error is
// ErrBlock.
func (b *Block) Split(frame []byte) ([][]byte, error) {
	if len(frame) == 0 || len(frame) > MaxFrame {
		return nil, ErrBlock
	}
	size := b.ShardSize(len(frame))
	b.grow(size)
	var head [frameLength]byte
	binary.BigEndian.PutUint16(head[:], uint16(len(frame)))
	rest := b.padded[0]
	n := copy(rest[:size], head[:])
	for i, shard := range b.padded[:b.k] {
		at := 0
		if i == 0 {
			at = n
		} else if n < frameLength { // shards of one byte
			at = copy(shard[:size], head[n:])
			n += at
		}
		used := copy(shard[at:size], frame)
		frame = frame[used:]
		clear(shard[at+used:])
	}
	if b.m > 0 {
		if err := b.code.Encode(b.padded); err != nil {
			return nil, errors.Join(ErrBlock, err)
		}
	}
	for i := range b.shards {
		b.shards[i] = b.padded[i][:size:size]
	}
	return b.shards, nil
}

// Join returns the frame of k + m shards, those that are missing nil. It reads shards only; the frame is the Block's and valid until its next call. The
// error is ErrShards if less than k are there, else ErrBlock. Shards that were changed on the way mostly give another frame: nothing in them tells.
func (b *Block) Join(shards [][]byte) ([]byte, error) {
	size, err := b.size(shards)
	if err != nil {
		return nil, err
	}
	b.grow(size)
	whole := true
	for i, shard := range shards {
		clear(b.padded[i][copy(b.padded[i], shard):])
		if len(shard) == 0 {
			b.padded[i] = b.padded[i][:0]
			whole = whole && i >= b.k
		}
	}
	if !whole {
		if err := b.code.ReconstructData(b.padded); err != nil {
			return nil, errors.Join(ErrBlock, err)
		}
	}
	b.frame = b.frame[:0]
	for _, shard := range b.padded[:b.k] {
		b.frame = append(b.frame, shard[:size]...)
	}
	n := int(binary.BigEndian.Uint16(b.frame))
	if n == 0 || b.ShardSize(n) != size || !zero(b.frame[frameLength+n:]) {
		return nil, ErrBlock
	}
	return b.frame[frameLength : frameLength+n : frameLength+n], nil
}

// size checks shards and returns their length.
func (b *Block) size(shards [][]byte) (size int, err error) {
	if len(shards) != b.k+b.m {
		return 0, ErrBlock
	}
	there := 0
	for _, shard := range shards {
		if len(shard) == 0 {
			continue
		}
		if there++; there > 1 && len(shard) != size || len(shard) > b.ShardSize(MaxFrame) {
			return 0, ErrBlock
		}
		size = len(shard)
	}
	switch {
	case there < b.k:
		return 0, ErrShards
	case size < b.ShardSize(1):
		return 0, ErrBlock
	}
	return size, nil
}

// grow lays out padded for shards of size bytes.
func (b *Block) grow(size int) {
	stride := pad(size)
	if total := stride * len(b.padded); total > cap(b.memory) {
		b.memory = make([]byte, total)
	}
	for i := range b.padded {
		b.padded[i] = b.memory[i*stride : (i+1)*stride : (i+1)*stride]
	}
}

func zero(b []byte) bool {
	for _, v := range b {
		if v != 0 {
			return false
		}
	}
	return true
}

// codes are the matrices of all Blocks. There are few kinds of frames, so few are kept; should a peer make us use many, they are made again.
var codes codeCache

const keptCodes = 64

type codeCache struct {
	mu    sync.Mutex
	codes map[[2]int]reedsolomon.Encoder // mu
}

// of returns the code of k data and m parity shards, nil where there is no parity. It is safe for concurrent use.
func (c *codeCache) of(k, m int) (reedsolomon.Encoder, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if code, ok := c.codes[[2]int{k, m}]; ok || m == 0 {
		return code, nil
	}
	// Its cache of inverted matrices never forgets; it has no need of goroutines for 64 kB.
	code, err := reedsolomon.New(k, m, reedsolomon.WithCauchyMatrix(), reedsolomon.WithInversionCache(false), reedsolomon.WithMaxGoroutines(1))
	if err != nil {
		return nil, err
	}
	if c.codes == nil || len(c.codes) >= keptCodes {
		c.codes = make(map[[2]int]reedsolomon.Encoder, keptCodes)
	}
	c.codes[[2]int{k, m}] = code
	return code, nil
}

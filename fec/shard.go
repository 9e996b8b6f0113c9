package fec

import (
	"fmt"

	"github.com/klauspost/reedsolomon"
)

// ShardSize returns the length of each of the shards of a frame of n bytes with k data shards; k at least 1.
func ShardSize(n, k int) int { return (frameLength + n + k - 1) / k }

// AppendShard appends one shard of a frame with k data shards, data below k and parity from there on: those that a Block of any m makes. It is for who sends
// few of them, or does not know yet how many. The error is ErrBlock.
func AppendShard(b, frame []byte, k, index int) ([]byte, error) {
	if len(frame) == 0 || len(frame) > MaxFrame || k < 1 || k > MaxShards || index < 0 || index >= MaxShards {
		return b, fmt.Errorf("%w: shard %d of %d for %d bytes", ErrBlock, index, k, len(frame))
	}
	size, at := ShardSize(len(frame), k), len(b)
	b = append(b, make([]byte, size)...)
	to := b[at:]
	if index < k {
		from := index * size
		for i := 0; i < size && from+i < frameLength; i++ {
			to[i] = byte(len(frame) >> (8 * (frameLength - 1 - from - i)))
		}
		skip := min(max(frameLength-from, 0), size)
		copy(to[skip:], frame[min(max(from-frameLength, 0), len(frame)):])
		return b, nil
	}
	// The length is added by hand, and zeros at the end add nothing: so shards need not be laid out.
	var head [frameLength]byte
	head[0], head[1] = byte(len(frame)>>8), byte(len(frame))
	for c := range k {
		factor := reedsolomon.Inv(byte(index) ^ byte(c))
		add(to, factor, head[:], c*size)
		add(to, factor, frame, c*size-frameLength)
	}
	return b, nil
}

// add adds factor times what lies from a place on, as far as it lies in it, where it lies in to.
func add(to []byte, factor byte, what []byte, from int) {
	if from < 0 {
		to, from = to[min(-from, len(to)):], 0
	}
	if from >= len(what) || len(to) == 0 {
		return
	}
	what = what[from:]
	n := min(len(what), len(to))
	kernels.GalMulSliceXor(factor, what[:n], to[:n])
}

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

// Shard is one shard of a frame.
type Shard struct {
	Index int
	Data  []byte
}

// JoinShards returns the frame of k data shards from at least k different shards, in memory of its own. It reads them only, and takes time with the number of those that have to be solved.
// The error is ErrShards if there are fewer than k, else ErrBlock. Like Join it cannot tell shards that were changed on the way.
func JoinShards(k int, shards []Shard) ([]byte, error) {
	if k < 1 || k > MaxShards || len(shards) == 0 || len(shards[0].Data) > ShardSize(MaxFrame, k) || len(shards[0].Data) < ShardSize(1, k) {
		return nil, ErrBlock
	}
	size := len(shards[0].Data)
	frame := make([]byte, k*size)
	var here [MaxShards]bool
	var repair []Shard
	there := 0
	for _, s := range shards {
		if s.Index < 0 || s.Index >= MaxShards || len(s.Data) != size || here[s.Index] {
			return nil, ErrBlock
		}
		here[s.Index] = true
		there++
		if s.Index < k {
			copy(frame[s.Index*size:], s.Data)
		} else {
			repair = append(repair, s)
		}
	}
	if there < k {
		return nil, ErrShards
	}
	solveShards(frame, size, here[:k], repair)
	n := int(frame[0])<<8 | int(frame[1])
	if n == 0 || len(frame) < frameLength+n || ShardSize(n, k) != size || !zero(frame[frameLength+n:]) {
		return nil, ErrBlock
	}
	return frame[frameLength : frameLength+n : frameLength+n], nil
}

// solveShards fills in the data shards that are not here from as many of repair.
func solveShards(frame []byte, size int, here []bool, repair []Shard) {
	var missing []int
	for c, ok := range here {
		if !ok {
			missing = append(missing, c)
		}
	}
	row := func(c int) []byte { return frame[c*size : (c+1)*size] }
	rows := make([][]byte, len(missing)) // of coefficients of the missing
	for i, at := range missing {
		r := repair[i]
		rows[i] = make([]byte, len(missing))
		for j, c := range missing {
			rows[i][j] = reedsolomon.Inv(byte(r.Index) ^ byte(c))
		}
		copy(row(at), r.Data)
		for c, ok := range here {
			if ok {
				kernels.GalMulSliceXor(reedsolomon.Inv(byte(r.Index)^byte(c)), row(c), row(at))
			}
		}
	}
	// Every square part of a Cauchy matrix can be solved, and after each step what is left is one still: no pivot is 0.
	for i, at := range missing {
		scale := reedsolomon.Inv(rows[i][i])
		multiply(scale, rows[i])
		multiply(scale, row(at))
		for j, other := range missing {
			if factor := rows[j][i]; j != i && factor != 0 {
				kernels.GalMulSliceXor(factor, rows[i], rows[j])
				kernels.GalMulSliceXor(factor, row(at), row(other))
			}
		}
	}
}

// multiply multiplies b in its place.
func multiply(factor byte, b []byte) {
	if factor != 1 {
		kernels.GalMulSlice(factor, b, b)
	}
}

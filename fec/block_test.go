package fec_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/diemcau/diemcau/fec"
)

func newBlock(t rapid.TB, k, m int) *fec.Block {
	t.Helper()
	b, err := fec.NewBlock(k, m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// split returns shards in memory of their own.
func split(t rapid.TB, b *fec.Block, frame []byte) [][]byte {
	t.Helper()
	shards, err := b.Split(frame)
	if err != nil {
		t.Fatal(err)
	}
	out := make([][]byte, len(shards))
	for i, shard := range shards {
		out[i] = bytes.Clone(shard)
	}
	return out
}

// parity makes parity shard i by the formula of PROTOCOL.md.
func parity(data [][]byte, i int) []byte {
	out := make([]byte, len(data[0]))
	for c, shard := range data {
		factor := inverses[(len(data)+i)^c]
		for j, v := range shard {
			out[j] ^= products[factor][v]
		}
	}
	return out
}

// TestEveryErasurePatternOfBlocks loses every subset of the shards of small blocks: any k give the frame back, fewer do not.
func TestEveryErasurePatternOfBlocks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for k := 1; k <= 5; k++ {
		for m := 0; m <= 4; m++ {
			b := newBlock(t, k, m)
			for _, n := range []int{1, 2, k, 7, 64*k - 2, 64*k - 1, 100 * k} {
				frame := make([]byte, n)
				for i := range frame {
					frame[i] = byte(r.Uint32())
				}
				everyLoss(t, b, k, frame)
			}
		}
	}
}

func everyLoss(t *testing.T, b *fec.Block, k int, frame []byte) {
	t.Helper()
	shards := split(t, b, frame)
	for i := range len(shards) - k {
		if !bytes.Equal(shards[k+i], parity(shards[:k], i)) {
			t.Fatalf("k %d: parity %d of %d bytes is not what the formula says", k, i, len(frame))
		}
	}
	for pattern := range 1 << len(shards) {
		left, there := make([][]byte, len(shards)), 0
		for i := range shards {
			if pattern>>i&1 == 0 {
				left[i] = shards[i]
				there++
			}
		}
		got, err := b.Join(left)
		if there < k {
			if !errors.Is(err, fec.ErrShards) {
				t.Fatalf("k %d, pattern %b: %v", k, pattern, err)
			}
		} else if err != nil || !bytes.Equal(got, frame) {
			t.Fatalf("k %d, pattern %b, %d bytes: %v", k, pattern, len(frame), err)
		}
	}
}

// TestBlocks: any frame, any code, any k shards.
func TestBlocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 80).Draw(t, "k")
		m := rapid.IntRange(0, fec.MaxShards-k).Draw(t, "m")
		frame := rapid.SliceOfN(rapid.Byte(), 1, 3000).Draw(t, "frame")
		if rapid.Bool().Draw(t, "large") {
			frame = bytes.Repeat(frame, fec.MaxFrame/len(frame))
		}
		b := newBlock(t, k, m)
		shards := split(t, b, frame)
		for i := range shards {
			if len(shards[i]) != b.ShardSize(len(frame)) {
				t.Fatalf("shard of %d bytes", len(shards[i]))
			}
		}
		lost := rapid.Permutation(indices(k+m)).Draw(t, "lost")
		for _, i := range lost[:rapid.IntRange(0, m).Draw(t, "n")] {
			shards[i] = nil
		}
		if got, err := b.Join(shards); err != nil || !bytes.Equal(got, frame) {
			t.Fatalf("%d bytes of %d, %v", len(got), len(frame), err)
		}
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestBlockLimits(t *testing.T) {
	for _, c := range [][2]int{{0, 1}, {-1, 3}, {1, -1}, {1, 255}, {255, 1}, {1 << 40, 1 << 40}} {
		if _, err := fec.NewBlock(c[0], c[1]); !errors.Is(err, fec.ErrBlock) {
			t.Errorf("%v: %v", c, err)
		}
	}
	b := newBlock(t, 3, 2)
	for _, n := range []int{0, fec.MaxFrame + 1} {
		if _, err := b.Split(make([]byte, n)); !errors.Is(err, fec.ErrBlock) {
			t.Errorf("a frame of %d bytes: %v", n, err)
		}
	}
	good := split(t, b, []byte("0123456789"))
	for name, shards := range map[string][][]byte{
		"too few in the list": good[:4],
		"unequal":             {good[0], good[1][:3], good[2], nil, nil},
		"too long":            {make([]byte, 30000), make([]byte, 30000), make([]byte, 30000), nil, nil},
		"empty frame":         {make([]byte, 4), make([]byte, 4), make([]byte, 4), nil, nil},
		"longer than shards":  {{0, 11, 1, 1}, good[1], good[2], nil, nil},
		"not the shortest":    {{0, 6, 1, 1}, {1, 1, 1, 1}, {0, 0, 0, 0}, nil, nil},
		"something behind":    {{0, 9, 1, 1}, {1, 1, 1, 1}, {1, 1, 1, 1}, nil, nil},
	} {
		if frame, err := b.Join(shards); !errors.Is(err, fec.ErrBlock) {
			t.Errorf("%s: %x, %v", name, frame, err)
		}
	}
	if frame, err := b.Join(good); err != nil || string(frame) != "0123456789" {
		t.Errorf("%q, %v", frame, err)
	}
}

// TestBlocksShareCodes: many kinds of blocks at once, from several goroutines.
func TestBlocksShareCodes(t *testing.T) {
	var wait sync.WaitGroup
	for g := range 4 {
		wait.Go(func() {
			for i := range 150 {
				k, m := 1+(i+g)%12, 1+i%9
				b, err := fec.NewBlock(k, m)
				if err != nil {
					t.Error(err)
					return
				}
				frame := bytes.Repeat([]byte{byte(i)}, 50+i)
				shards, err := b.Split(frame)
				if err != nil {
					t.Error(err)
					return
				}
				left := make([][]byte, k+m)
				for j := m; j < k+m; j++ {
					left[j] = bytes.Clone(shards[j])
				}
				if got, err := b.Join(left); err != nil || !bytes.Equal(got, frame) {
					t.Errorf("k %d m %d: %v", k, m, err)
				}
			}
		})
	}
	wait.Wait()
}

// TestBlockAllocations: Split costs at most the one box that the library's pool of tables needs, Join of a complete block nothing.
func TestBlockAllocations(t *testing.T) {
	b := newBlock(t, 10, 4)
	frame := make([]byte, 9000)
	shards := split(t, b, frame)
	if n := testing.AllocsPerRun(100, func() { _, _ = b.Split(frame) }); n > 1 {
		t.Errorf("Split: %v allocations", n)
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = b.Join(shards) }); n != 0 {
		t.Errorf("Join of all: %v allocations", n)
	}
	shards[3] = nil
	if n := testing.AllocsPerRun(100, func() { _, _ = b.Join(shards) }); n > 60 { // an inverted matrix and lists, however long the frame is
		t.Errorf("Join: %v allocations", n)
	}
}

func BenchmarkBlock(b *testing.B) {
	code := newBlock(b, 10, 4)
	shards := split(b, code, make([]byte, 9000))
	shards[3], shards[7] = nil, nil
	b.ReportAllocs()
	b.SetBytes(9000)
	for b.Loop() {
		_, _ = code.Join(shards)
	}
}

// FuzzBlock joins made-up shards: no more than ErrBlock and ErrShards can come of it, and what comes out has shards of that length.
func FuzzBlock(f *testing.F) {
	b := newBlock(f, 3, 2)
	for _, frame := range []string{"x", "0123456789", "Điểm Cầu"} {
		f.Add(uint8(3), uint8(2), uint16(0b00110), bytes.Join(split(f, b, []byte(frame)), nil))
	}
	f.Fuzz(func(t *testing.T, k, m uint8, lost uint16, all []byte) {
		b, err := fec.NewBlock(int(k), int(m))
		if err != nil {
			return
		}
		shards := make([][]byte, int(k)+int(m))
		size := len(all) / len(shards)
		for i := range shards {
			if lost>>(i%16)&1 == 0 {
				shards[i] = all[i*size : (i+1)*size]
			}
		}
		frame, err := b.Join(shards)
		if err != nil {
			if !errors.Is(err, fec.ErrBlock) && !errors.Is(err, fec.ErrShards) {
				t.Fatal(err)
			}
			return
		}
		if b.ShardSize(len(frame)) != size {
			t.Fatalf("%d bytes from shards of %d", len(frame), size)
		}
		frame = bytes.Clone(frame)
		for i, shard := range split(t, b, frame)[:k] {
			if shards[i] != nil && !bytes.Equal(shard, shards[i]) {
				t.Fatalf("shard %d was %x, is %x", i, shards[i], shard)
			}
		}
	})
}

type blockVector struct {
	K      int      `json:"k"`
	M      int      `json:"m"`
	Frame  string   `json:"frame"`
	Shards []string `json:"shards"`
}

// TestBlockVectors holds the block code against testdata/block.json; with -update it writes that file.
func TestBlockVectors(t *testing.T) {
	r := rand.New(rand.NewPCG(2026, 2))
	var list []blockVector
	for _, c := range [][3]int{{1, 0, 1}, {1, 3, 5}, {2, 1, 1}, {3, 2, 10}, {4, 4, 64}, {5, 3, 200}, {10, 4, 300}, {3, 20, 30}, {200, 55, 198}} {
		frame := make([]byte, c[2])
		for i := range frame {
			frame[i] = byte(r.Uint32())
		}
		v := blockVector{K: c[0], M: c[1], Frame: hex.EncodeToString(frame)}
		for _, shard := range split(t, newBlock(t, c[0], c[1]), frame) {
			v.Shards = append(v.Shards, hex.EncodeToString(shard))
		}
		list = append(list, v)
	}
	golden(t, "block.json", list)
}

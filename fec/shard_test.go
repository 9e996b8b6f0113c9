package fec_test

import (
	"bytes"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/diemcau/diemcau/fec"
)

// TestSingleShards: each shard made by itself is that of a Block.
func TestSingleShards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 90).Draw(t, "k")
		m := rapid.IntRange(0, min(fec.MaxShards-k, 20)).Draw(t, "m")
		frame := rapid.SliceOfN(rapid.Byte(), 1, 3000).Draw(t, "frame")
		prefix := []byte("before")
		for i, shard := range split(t, newBlock(t, k, m), frame) {
			got, err := fec.AppendShard(bytes.Clone(prefix), frame, k, i)
			if err != nil || !bytes.Equal(got, append(bytes.Clone(prefix), shard...)) {
				t.Fatalf("shard %d of (%d, %d) of %d bytes: %x, %v; want %x", i, k, m, len(frame), got, err, shard)
			}
		}
	})
}

func TestSingleShardsHaveLimits(t *testing.T) {
	for _, c := range []struct{ n, k, index int }{{0, 1, 0}, {fec.MaxFrame + 1, 1, 0}, {5, 0, 0}, {5, 256, 0}, {5, 1, -1}, {5, 1, 255}} {
		if b, err := fec.AppendShard(nil, make([]byte, c.n), c.k, c.index); !errors.Is(err, fec.ErrBlock) || len(b) != 0 {
			t.Errorf("%+v: %x, %v", c, b, err)
		}
	}
}

func BenchmarkParityShard(b *testing.B) {
	frame := bytes.Repeat([]byte("abcd"), 2500)
	buffer := make([]byte, 0, 2000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := fec.AppendShard(buffer, frame, 10, 12); err != nil {
			b.Fatal(err)
		}
	}
}

// TestJoinShards: any k shards of any frame give it back, whatever the number of parity shards was.
func TestJoinShards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 90).Draw(t, "k")
		frame := rapid.SliceOfN(rapid.Byte(), 1, 3000).Draw(t, "frame")
		indices := rapid.Permutation(indices(fec.MaxShards)).Draw(t, "indices")[:k+rapid.IntRange(-1, 2).Draw(t, "more")]
		shards := make([]fec.Shard, len(indices))
		for i, index := range indices {
			data, err := fec.AppendShard(nil, frame, k, index)
			if err != nil {
				t.Fatal(err)
			}
			shards[i] = fec.Shard{Index: index, Data: data}
		}
		got, err := fec.JoinShards(k, shards)
		switch {
		case len(shards) == 0:
		case len(shards) < k:
			if !errors.Is(err, fec.ErrShards) {
				t.Fatalf("%d of %d shards: %v", len(shards), k, err)
			}
		case err != nil || !bytes.Equal(got, frame):
			t.Fatalf("%d shards of %d, %d bytes: %v", len(shards), k, len(frame), err)
		}
	})
}

// TestJoinShardsRefuses what does not belong together.
func TestJoinShardsRefuses(t *testing.T) {
	a := fec.Shard{Index: 0, Data: []byte{0, 2, 5}}
	for name, shards := range map[string][]fec.Shard{
		"nothing":      nil,
		"twice":        {a, a},
		"lengths":      {a, {Index: 1, Data: []byte{1}}},
		"index":        {a, {Index: fec.MaxShards, Data: a.Data}},
		"not zero":     {{Index: 0, Data: []byte{0, 3, 5}}, {Index: 1, Data: []byte{6, 7, 8}}},
		"no length":    {{Index: 0, Data: []byte{0, 0, 5}}, {Index: 1, Data: []byte{6, 7, 0}}},
		"longer":       {{Index: 0, Data: []byte{1, 0, 5}}, {Index: 1, Data: []byte{6, 7, 8}}},
		"below a byte": {{Index: 0, Data: []byte{0}}, {Index: 1, Data: []byte{1}}},
	} {
		if got, err := fec.JoinShards(2, shards); !errors.Is(err, fec.ErrBlock) {
			t.Errorf("%s: %x, %v", name, got, err)
		}
	}
}

func BenchmarkJoinShards(b *testing.B) {
	frame := bytes.Repeat([]byte("abcd"), 2500)
	var shards []fec.Shard
	for i := 3; i < 13; i++ {
		data, err := fec.AppendShard(nil, frame, 10, i)
		if err != nil {
			b.Fatal(err)
		}
		shards = append(shards, fec.Shard{Index: i, Data: data})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := fec.JoinShards(10, shards); err != nil {
			b.Fatal(err)
		}
	}
}

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

package relay

import (
	"bytes"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
)

// arrived is a packet as a Kept got it.
type arrived struct {
	*transport.Packet
	at time.Time
}

// said makes a frame whose payload tells it from others.
func said(publication uint32, layer codec.Layer, time uint32, size int) *transport.Packet {
	payload := bytes.Repeat([]byte{byte(time / 960), byte(time >> 16), byte(layer)}, size/3+1)[:size]
	payload[0] = 0x48
	return transport.NewVoice(publication, layer, time/960, time, codec.Level(time), payload)
}

// model says what should be kept of a publication: a frame of lo is needed if hi did not come in the 400 ms before, or came no more within 400 ms of its last.
func model(all []arrived, now time.Time) map[uint32]*transport.Packet {
	kept := map[uint32]*transport.Packet{}
	for i, a := range all {
		needed := true
		if a.Layer == codec.LayerLo {
			var last, next time.Time
			for j, b := range all {
				if b.Layer == codec.LayerHi && j < i {
					last = b.at
				}
				if b.Layer == codec.LayerHi && j > i && next.IsZero() {
					next = b.at
				}
			}
			end := last.Add(layerFresh)
			needed = last.IsZero() || !a.at.Before(end) || !now.Before(end) && (next.IsZero() || !next.Before(end))
		}
		if old := kept[a.Timestamp]; needed && (old == nil || old.Layer < a.Layer) {
			kept[a.Timestamp] = a.Packet
		}
	}
	return kept
}

// TestKeptIsWhatCame holds what is kept, and the ranges of it, to the model, with times that wrap, jump and come again.
func TestKeptIsWhatCame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, now := NewKept(), time.Duration(0)
		k.clock = func() time.Duration { return now }
		all := map[uint32][]arrived{}
		at := rapid.Uint32().Draw(t, "begin")
		for range rapid.IntRange(1, 60).Draw(t, "frames") {
			now += time.Duration(rapid.SampledFrom([]int{0, 1, 20, 40, 399, 400, 5000}).Draw(t, "pause")) * time.Millisecond
			at += uint32(rapid.SampledFrom([]int32{0, 960, 960, 1920, -960, -9600, 1 << 25}).Draw(t, "step"))
			p := said(uint32(rapid.IntRange(1, 2).Draw(t, "publication")), codec.Layer(rapid.IntRange(0, 1).Draw(t, "layer")), at, rapid.IntRange(1, 400).Draw(t, "size"))
			k.Deliver(p)
			all[p.SSRC] = append(all[p.SSRC], arrived{p, time.Unix(1e9, 0).Add(now)})
		}
		for publication, arrivals := range all {
			want := model(arrivals, time.Unix(1e9, 0).Add(now))
			from, to, ok := k.Span(publication)
			if ok != (len(want) > 0) || ok != slices.Contains(k.Publications(), publication) {
				t.Fatalf("%d are kept; span %v", len(want), ok)
			}
			whole := k.Range(publication, from, to)
			if len(whole) != len(want) {
				t.Fatalf("%d frames, want %d", len(whole), len(want))
			}
			for i, p := range whole {
				w := want[p.Timestamp]
				if i > 0 && int32(p.Timestamp-whole[i-1].Timestamp) <= 0 || w == nil || p.Layer != w.Layer || p.Sequence != w.Sequence || p.Level != w.Level || !bytes.Equal(p.Payload, w.Payload) {
					t.Fatalf("%+v, want %+v", p, w)
				}
			}
			if len(whole) > 2 { // half-open
				a, b := whole[1].Timestamp, whole[len(whole)-1].Timestamp
				if part := k.Range(publication, a, b); len(part) != len(whole)-2 || part[0].Timestamp != a {
					t.Fatalf("%d of %d frames", len(part), len(whole))
				}
			}
			if n := len(k.Range(publication, from, from)); n > 0 {
				t.Fatalf("%d frames of nothing", n)
			}
		}
		if k.Range(9, 0, 1<<31) != nil {
			t.Fatal("frames of nobody")
		}
	})
}

func TestKeptForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKept()
		for i := range uint32(25 * 60 * 11) {
			k.Deliver(said(7, codec.LayerHi, i*1920, 80))
			time.Sleep(40 * time.Millisecond)
		}
		from, to, _ := k.Span(7)
		if span := time.Duration(to-from) * time.Second / codec.ClockRate; span < keptFor-time.Second || span > keptFor+time.Second {
			t.Errorf("%v are kept", span)
		}
		if k.size() > 17<<20/10 {
			t.Errorf("in %d bytes", k.size())
		}
		time.Sleep(5 * time.Minute)
		again, end, _ := k.Span(7)
		if end != to || time.Duration(again-from)*time.Second/codec.ClockRate < 5*time.Minute-time.Second {
			t.Errorf("in silence %d to %d became %d to %d", from, to, again, end)
		}
		time.Sleep(5*time.Minute + time.Second)
		if _, _, ok := k.Span(7); ok || len(k.Publications()) > 0 {
			t.Error("something is kept for more than 10 minutes")
		}
		k.Deliver(said(8, codec.LayerHi, 0, 80))
		if len(k.voices) != 1 || len(k.slabs) > 2 {
			t.Errorf("%d publications, %d slabs", len(k.voices), len(k.slabs))
		}
	})
}

// Whatever comes, memory is bounded; the newest is there.
func TestKeptIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, size := range []int{1, 80, 400} {
			k := NewKept()
			for i := range uint32(300_000) {
				k.Deliver(said(i%700, codec.LayerHi, i*960, size))
				if i%1000 == 0 && k.size() > keptMost {
					t.Fatalf("%d bytes", k.size())
				}
			}
			if from, _, ok := k.Span(299_999 % 700); !ok || len(k.Range(299_999%700, 299_999*960, 299_999*960+1)) != 1 {
				t.Errorf("the newest is gone, %d, %v", from, ok)
			}
			for i := range uint32(20_000) { // a publication each
				k.Deliver(said(1000+i, codec.LayerLo, 0, size))
			}
			if k.size() > keptMost {
				t.Errorf("%d publications in %d bytes", len(k.voices), k.size())
			}
		}
		k := NewKept()
		k.Deliver(said(1, codec.LayerHi, 0, 401))
		k.Deliver(said(1, 2, 0, 40))
		if len(k.Publications()) > 0 {
			t.Error("what is no voice is kept")
		}
	})
}

func TestKeptTakesFromMany(t *testing.T) {
	k := NewKept()
	var wg sync.WaitGroup
	for publication := range uint32(4) {
		wg.Go(func() {
			for i := range uint32(500) {
				k.Deliver(said(publication, codec.LayerHi, i*960, 80))
				_ = k.Range(publication, 0, 1<<31)
			}
		})
	}
	wg.Wait()
	for publication := range uint32(4) {
		if n := len(k.Range(publication, 0, 1<<31)); n != 500 {
			t.Errorf("%d frames", n)
		}
	}
}

// BenchmarkKept: 10 minutes of 16 kbit/s in frames of 40 ms; what they take of the heap.
func BenchmarkKept(b *testing.B) {
	var packets []*transport.Packet
	for i := range uint32(15_000) {
		packets = append(packets, said(7, codec.LayerHi, i*1920, 80))
	}
	b.ReportAllocs()
	var heap uint64
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		k := NewKept()
		for _, p := range packets {
			k.Deliver(p)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		heap = after.HeapAlloc - before.HeapAlloc
		runtime.KeepAlive(k)
	}
	b.ReportMetric(float64(heap), "heap-B")
}

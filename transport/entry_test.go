package transport

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

// TestEntryRoundTrip: one to six frames, of one length or not, in both forms, last in the block or not.
func TestEntryRoundTrip(t *testing.T) {
	for n := range uint32(maxEntryFrames) {
		var mixed, same []*Packet
		for i := range n + 1 {
			mixed = append(mixed, frame(9, codec.LayerHi, 100+i, 50+i))
			same = append(same, even(9, 100+i, 50+i))
		}
		for _, form := range []struct{ full, last bool }{{true, true}, {true, false}, {false, true}, {false, false}} {
			roundTrip(t, mixed, form.full, form.last)
			roundTrip(t, same, form.full, form.last)
		}
	}
}

func roundTrip(t *testing.T, packets []*Packet, full, last bool) {
	t.Helper()
	b := appendEntry(nil, 15, full, last, packets)
	whole := len(b)
	if !last {
		b = appendEntry(b, 0, true, true, packets[:1])
	}
	e, rest, err := parseEntry(b)
	if err != nil || len(rest) != len(b)-whole || e.frames != len(packets) || e.full != full || e.alias != 15 {
		t.Fatalf("%d frames, full %v, last %v: %+v, %d left, %v", len(packets), full, last, e, len(rest), err)
	}
	for i, p := range packets {
		if e.levels[i] != p.Level || !bytes.Equal(e.payloads[i], p.Payload) {
			t.Errorf("%d frames, full %v, last %v: frame %d differs", len(packets), full, last, i)
		}
	}
}

// TestBlockCut cuts a block at every byte and adds a byte to it: it is whole, or shorter by bytes of the last payload, or malformed.
func TestBlockCut(t *testing.T) {
	payload := len(frame(7, 1, 4, 4).Payload)
	block := appendEntry(nil, 1, true, false, []*Packet{frame(9, codec.LayerHi, 1, 1), frame(9, codec.LayerHi, 2, 2)})
	block = appendEntry(block, 2, false, true, []*Packet{frame(7, codec.LayerLo, 4, 4)})
	for n := 1; n <= len(block); n++ {
		if got, want := wellFormed(block[:n]), len(block)-n < payload; got != want {
			t.Errorf("%d of %d bytes: %v", n, len(block), got)
		}
	}
	first := appendEntry(nil, 1, true, false, []*Packet{frame(9, codec.LayerHi, 1, 1)})
	if wellFormed(first) {
		t.Error("a block that ends with an entry that is not its last")
	}
	if _, rest, err := parseEntry(first); !errors.Is(err, ErrMalformed) {
		t.Errorf("%d left, %v", len(rest), err)
	}
	bad := func(change func(b []byte)) bool {
		b := bytes.Clone(block)
		change(b)
		return !wellFormed(b)
	}
	if !bad(func(b []byte) { b[5] = 2 }) || !bad(func(b []byte) { b[15] = 0 }) {
		t.Error("a layer that does not exist, or an empty payload, was taken")
	}
}

// TestSizes holds what package fec reckons with when it chooses plans against what a datagram is.
func TestSizes(t *testing.T) {
	p := frame(1, codec.LayerHi, 7, 7)
	block := appendEntry(nil, 0, false, true, []*Packet{p})
	if got := len(block) - len(p.Payload); got != fec.Entry {
		t.Errorf("an entry has %d bytes, fec thinks %d", got, fec.Entry)
	}
	c := fec.Chunk{Offset: 1, Span: 4, Data: []byte{1}}
	if got := len(appendDatagram(nil, 0, false, nil, block, []fec.Chunk{c})) - len(block) - c.Len(true); got != fec.Header {
		t.Errorf("a datagram has %d bytes of header, fec thinks %d", got, fec.Header)
	}
	if fec.Below != Overhead {
		t.Errorf("below a datagram are %d bytes, fec thinks %d", Overhead, fec.Below)
	}
}

// TestAnyVoices: whatever voices there are, they come out as they went in, in the datagrams that they need.
func TestAnyVoices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(1e9, 0)
		s, r := NewSender(), NewReceiver(now)
		s.Protect(fec.Protection{Window: rapid.IntRange(0, 12).Draw(t, "window"), Age: 2, Gap: 2, Rate: rapid.IntRange(0, 512e3).Draw(t, "rate")})
		for tick := range uint32(20) {
			at := now.Add(time.Duration(tick) * 20 * time.Millisecond)
			packets := anyTick(t, tick)
			want := map[string]bool{}
			for _, p := range packets {
				want[nameOf(p)] = true
			}
			for len(packets) > 0 {
				b, taken := s.Datagram(nil, packets, r.Report(at, true), at)
				got, err := r.Receive(b, at)
				if err != nil || taken == 0 || len(b) > MaxDatagram {
					t.Fatalf("%d bytes, took %d, %v", len(b), taken, err)
				}
				for _, p := range got.Packets {
					delete(want, nameOf(p))
				}
				packets = packets[taken:]
				s.Feedback(r.Beat(at), at)
			}
			if len(want) > 0 {
				t.Fatalf("tick %d: %d packets are missing", tick, len(want))
			}
		}
		if out, in := s.Stats(), r.Stats(); out.Unsent > 0 || in.Unresolved > 0 || in.Malformed > 0 || in.Lost > 0 {
			t.Fatalf("%+v %+v", out, in)
		}
	})
}

func nameOf(p *Packet) string {
	return fmt.Sprintf("%d/%d %d %d %d %x", p.SSRC, p.Layer, p.Sequence, p.Timestamp, p.Level, p.Payload)
}

// anyTick makes the frames of one tick: up to 16 voices with up to four frames of up to 400 bytes each.
func anyTick(t *rapid.T, tick uint32) (packets []*Packet) {
	for voice := range uint32(rapid.IntRange(0, maxAliases).Draw(t, "voices")) {
		for i := range uint32(rapid.IntRange(1, maxEntryFrames).Draw(t, "frames")) {
			sequence := 4*tick + i
			payload := bytes.Repeat([]byte{byte(voice)}, rapid.IntRange(1, codec.MaxVoicePayload).Draw(t, "size"))
			payload[0] = 0x48
			packets = append(packets, NewVoice(1+voice, codec.LayerHi, sequence, sequence*960, codec.Level(voice), payload))
		}
	}
	return packets
}

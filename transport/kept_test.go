package transport

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/diemcau/diemcau/codec"
)

// readKept reads a whole run.
func readKept(r io.Reader, limit int) (publication uint32, packets []*Packet, err error) {
	k := NewKeptReader(r, limit)
	publication, count, err := k.Head()
	if err != nil {
		return 0, nil, err
	}
	for {
		p, err := k.Next()
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			if len(packets) != count {
				err = errors.New("another count")
			} else {
				err = nil
			}
			return publication, packets, err
		}
		if err != nil {
			return publication, packets, err
		}
		packets = append(packets, p)
	}
}

func same(a, b *Packet) bool {
	return a.SSRC == b.SSRC && a.Timestamp == b.Timestamp && a.Sequence == b.Sequence && a.SequenceNumber == b.SequenceNumber &&
		a.PayloadType == b.PayloadType && a.Layer == b.Layer && a.Level == b.Level && bytes.Equal(a.Payload, b.Payload)
}

// spoken is a run with a pause, a loss, both layers, a payload whose duration cannot be told, long ones, and a time that wraps.
func spoken() (packets []*Packet) {
	const id = 0x00100001
	at := uint32(math.MaxUint32 - 5*960 + 1)
	add := func(layer codec.Layer, sequence, time uint32, payload []byte) {
		packets = append(packets, NewVoice(id, layer, sequence, time, codec.MakeLevel(true, -float64(len(packets))), payload))
	}
	for i := range uint32(8) {
		add(codec.LayerHi, 1000+i, at+i*960, append([]byte{0x48}, byte(i), 2, 3))
	}
	add(codec.LayerHi, 1010, at+10*960, []byte{0x48})                               // two were lost
	add(codec.LayerHi, 1011, at+100*960, append([]byte{0x48}, 1, 2, 3))             // a pause
	add(codec.LayerLo, math.MaxUint32, at+101*960, bytes.Repeat([]byte{0x50}, 400)) // another layer, whose sequence wraps
	add(codec.LayerLo, 0, at+103*960, bytes.Repeat([]byte{0x50}, 191))
	add(codec.LayerHi, 1013, at+105*960, []byte{0x4b}) // three frames, or so it says
	add(codec.LayerHi, 1014, at+105*960+7, []byte{0x48})
	return packets
}

func TestKeptVector(t *testing.T) {
	packets := spoken()
	b, taken := AppendKept(nil, packets[0].SSRC, packets, MaxKept)
	if taken != len(packets) {
		t.Errorf("%d of %d", taken, len(packets))
	}
	_, read, err := readKept(bytes.NewReader(b), MaxKept)
	if err != nil {
		t.Fatal(err)
	}
	type vector struct {
		Bytes  string
		Frames []vectorPacket
		Bad    map[string]string // none of them is taken
	}
	bad := map[string]string{
		"reserved bits of the head": "0010000101" + "1000" + "0148",
		"reserved layer":            "0010000101" + "0200" + "0148",
		"an empty payload":          "0010000101" + "0000" + "00",
		"a payload of 401 bytes":    "0010000101" + "0000" + "c191" + hex.EncodeToString(make([]byte, 401)),
		"a length that is too long": "0010000101" + "0000" + "c001" + "48",
		"a delta of 33 bits":        "0010000101" + "0800" + "c000000100000000" + "0148",
		"a frame before another":    "0010000102" + "0000" + "0148" + "0800" + "c0000000fffffc3f" + "0148",
		"two frames at once":        "0010000102" + "0000" + "0148" + "0800" + "c0000000fffffc40" + "0148",
		"too many frames":           "00100001" + "80010001",
		"nothing":                   "",
	}
	for name, b := range bad {
		if _, _, err := readKept(bytes.NewReader(unhex(t, b)), MaxKept); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	golden(t, "kept.json", vector{hex.EncodeToString(b), describePackets(read), bad})
}

// Whatever is written is read again, however the bytes come; what is not there in whole is noticed.
func TestKeptFramesAreReadAgain(t *testing.T) {
	packets := spoken()
	b, _ := AppendKept(nil, packets[0].SSRC, packets, MaxKept)
	for _, r := range []io.Reader{bytes.NewReader(b), iotest.OneByteReader(bytes.NewReader(b)), io.MultiReader(bytes.NewReader(b), bytes.NewReader([]byte("what follows")))} {
		_, read, err := readKept(r, len(b))
		if err != nil || len(read) != len(packets) {
			t.Fatalf("%d frames of %d, %v", len(read), len(packets), err)
		}
		for i := range read {
			if !same(read[i], packets[i]) {
				t.Errorf("frame %d became %+v", i, read[i])
			}
		}
	}
	for n := range b {
		if _, read, err := readKept(bytes.NewReader(b[:n]), MaxKept); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut at %d: %d frames, %v", n, len(read), err)
		}
		if _, read, err := readKept(bytes.NewReader(b), n); !errors.Is(err, ErrKeptTooLong) {
			t.Errorf("at most %d bytes: %d frames, %v", n, len(read), err)
		}
	}
	broken := errors.New("the line broke")
	if _, _, err := readKept(io.MultiReader(bytes.NewReader(b[:30]), iotest.ErrReader(broken)), MaxKept); !errors.Is(err, broken) {
		t.Errorf("a broken line: %v", err)
	}
}

func TestAnyKeptFramesAreReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var packets []*Packet
		at := rapid.Uint32().Draw(t, "begin")
		for range rapid.IntRange(0, 40).Draw(t, "frames") {
			payload := rapid.SliceOfN(rapid.Byte(), 1, codec.MaxVoicePayload).Draw(t, "payload")
			layer := codec.Layer(rapid.IntRange(0, 1).Draw(t, "layer"))
			packets = append(packets, NewVoice(7, layer, rapid.Uint32().Draw(t, "sequence"), at, codec.Level(rapid.Byte().Draw(t, "level")), payload))
			at += uint32(rapid.OneOf(rapid.Just(960), rapid.IntRange(1, math.MaxInt32)).Draw(t, "step"))
		}
		limit := rapid.IntRange(0, 20_000).Draw(t, "limit")
		b, taken := AppendKept(nil, 7, packets, limit)
		if taken > 0 && len(b) > limit {
			t.Fatalf("%d bytes, at most %d", len(b), limit)
		}
		_, read, err := readKept(bytes.NewReader(b), MaxKept)
		if err != nil || len(read) != taken {
			t.Fatalf("%d frames of %d, %v", len(read), taken, err)
		}
		for i := range read {
			if !same(read[i], packets[i]) {
				t.Fatalf("%+v became %+v", packets[i], read[i])
			}
		}
	})
}

// What is no voice of the publication, and what is out of order, is left out.
func TestKeptFramesThatCannotBeSaid(t *testing.T) {
	good := NewVoice(7, codec.LayerHi, 0, 1000, 0, []byte{0x48})
	_, read, err := readKept(bytes.NewReader(first(AppendKept(nil, 7, []*Packet{
		NewVoice(8, codec.LayerHi, 0, 0, 0, []byte{0x48}), good, good, NewVoice(7, codec.LayerHi, 0, 999, 0, []byte{0x48}), NewVoice(7, 2, 0, 2000, 0, []byte{0x48}),
		NewVoice(7, codec.LayerHi, 0, 3000, 0, nil), NewVoice(7, codec.LayerHi, 0, 3000, 0, make([]byte, 401)),
	}, MaxKept))), MaxKept)
	if err != nil || len(read) != 1 || !same(read[0], good) {
		t.Errorf("%v, %v", read, err)
	}
}

func first(b []byte, _ int) []byte { return b }

// A voice without losses costs three bytes a frame beside its payload.
func TestKeptFramesAreShort(t *testing.T) {
	var packets []*Packet
	payload := bytes.Repeat([]byte{0x50}, 80)
	for i := range uint32(1500) {
		packets = append(packets, NewVoice(7, codec.LayerHi, 500+i, 960+i*1920, codec.Level(i), payload))
	}
	b, _ := AppendKept(nil, 7, packets, MaxKept)
	if over := float64(len(b)-1500*80) / 1500; over > 3.01 {
		t.Errorf("%.3f bytes a frame", over)
	}
}

// FuzzKept: what is read from a run says the same when written again.
func FuzzKept(f *testing.F) {
	packets := spoken()
	b, _ := AppendKept(nil, packets[0].SSRC, packets, MaxKept)
	f.Add(b)
	f.Add(b[:40])
	f.Add([]byte{0, 0, 0, 1, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		publication, packets, err := readKept(bytes.NewReader(b), 1<<16)
		for _, p := range packets {
			if !p.Layer.Voice() || len(p.Payload) == 0 || len(p.Payload) > codec.MaxVoicePayload {
				t.Fatalf("%+v", p)
			}
		}
		if err != nil {
			return
		}
		again, taken := AppendKept(nil, publication, packets, MaxKept)
		if taken != len(packets) || len(again) > len(b) {
			t.Fatalf("%x became %x", b, again)
		}
		_, same, err := readKept(bytes.NewReader(again), MaxKept)
		if err != nil || len(same) != len(packets) {
			t.Fatalf("%x: %v", again, err)
		}
	})
}

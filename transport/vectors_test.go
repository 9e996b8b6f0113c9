package transport

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

var update = flag.Bool("update", false, "write the golden vectors anew")

// The golden vectors are what Go and TypeScript share. Bytes are hexadecimal, times are ms since the start.
type (
	vectorFeedback struct {
		Highest, Arrival uint16
		Hold, Lost, Runs uint8
		Bitmap           string
	}
	vectorChunk struct {
		Offset, Span, Index int
		Data                string
	}
	vectorDatagram struct {
		Name     string
		Bytes    string
		Error    bool            `json:",omitempty"`
		Hop      uint16          `json:",omitempty"`
		Feedback *vectorFeedback `json:",omitempty"`
		Source   string          `json:",omitempty"`
		Chunks   []vectorChunk   `json:",omitempty"`
	}
	vectorPacket struct {
		Publication, Sequence, Time uint32
		Layer, Level                uint8
		Payload                     string
	}
	// vectorStep is a datagram of a stream: what the sender is given, what it sends, and what the receiver makes of it.
	vectorStep struct {
		Ms       int64
		Protect  *fec.Protection `json:",omitempty"` // before this datagram
		Packets  []vectorPacket  `json:",omitempty"`
		Datagram string
		Lost     bool            `json:",omitempty"` // the receiver never gets it
		Received []vectorPacket  `json:",omitempty"`
		Report   *vectorFeedback `json:",omitempty"` // the receiver's report after it, given to the sender before the next step
	}
)

// golden compares v with the file of that name, or writes it with -update.
func golden(t *testing.T, name string, v any) {
	t.Helper()
	path := filepath.Join("transporttest", "vectors", name)
	got, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s differs from what the code makes; a wire change needs PROTOCOL.md, the vectors (-update) and TypeScript", path)
	}
}

func describeFeedback(f *Feedback) *vectorFeedback {
	if f == nil {
		return nil
	}
	return &vectorFeedback{f.Highest, f.Arrival, f.Hold, f.Lost, f.Runs, hex.EncodeToString(f.Bitmap)}
}

func describePackets(packets []*Packet) (out []vectorPacket) {
	for _, p := range packets {
		out = append(out, vectorPacket{p.SSRC, p.Sequence, p.Timestamp, uint8(p.Layer), uint8(p.Level), hex.EncodeToString(p.Payload)})
	}
	return out
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDatagramVectors(t *testing.T) {
	fb := &Feedback{Highest: 0x1234, Arrival: 0xfff0, Hold: 7, Lost: 200, Runs: 3, Bitmap: []byte{0xff, 0x7f, 0, 1}}
	block := appendEntry(nil, 5, true, []*Packet{frame(7, 1, 0, 0)})
	cases := []struct {
		name   string
		fb     *Feedback
		source []byte
		chunks []fec.Chunk
		hop    uint16
	}{
		{name: "empty", hop: 0},
		{name: "feedback only", hop: 65535, fb: fb},
		{name: "voice", hop: 1, source: block},
		{name: "voice and feedback", hop: 300, fb: fb, source: block},
		{name: "one window chunk", hop: 17, source: block, chunks: []fec.Chunk{{Offset: 1, Span: 12, Data: []byte{1, 2, 3, 4, 5}}}},
		{name: "copy and two windows", hop: 17, fb: fb, source: block, chunks: []fec.Chunk{
			{Offset: 9, Span: 1, Data: block}, {Offset: 1, Span: 64, Data: make([]byte, 70)}, {Offset: 256, Span: 2, Index: 1, Data: []byte{9, 9}},
		}},
	}
	var vectors []vectorDatagram
	for _, c := range cases {
		b := appendDatagram(nil, c.hop, c.fb, c.source, c.chunks)
		vectors = append(vectors, describeDatagram(t, c.name, b))
	}
	for _, bad := range []struct{ name, bytes string }{
		{"nothing", ""},
		{"two bytes", "0000"},
		{"reserved flag", "080000"},
		{"feedback cut", "010000123456"},
		{"bitmap too long", "01000012340000000000" + "11" + "0000000000000000000000000000000000"},
		{"source longer than the datagram", "02000040ff"},
		{"chunk cut", "0200000000"},
	} {
		vectors = append(vectors, describeDatagram(t, bad.name, unhex(t, bad.bytes)))
		if !vectors[len(vectors)-1].Error {
			t.Errorf("%s was accepted", bad.name)
		}
	}
	golden(t, "datagrams.json", vectors)
}

func describeDatagram(t *testing.T, name string, b []byte) vectorDatagram {
	t.Helper()
	v := vectorDatagram{Name: name, Bytes: hex.EncodeToString(b)}
	d, err := parseDatagram(b)
	if err != nil {
		v.Error = true
		return v
	}
	v.Hop, v.Source = d.hop, hex.EncodeToString(d.source)
	if d.hasFeedback {
		v.Feedback = describeFeedback(&d.feedback)
	}
	for _, c := range d.chunks[:d.chunkCount] {
		v.Chunks = append(v.Chunks, vectorChunk{c.Offset, c.Span, c.Index, hex.EncodeToString(c.Data)})
	}
	return v
}

// frame makes a 20 ms frame whose payload tells it from all others. 0x48: SILK wideband, 20 ms, one frame.
func frame(publication uint32, layer codec.Layer, sequence, tick uint32) *Packet {
	payload := make([]byte, 12+sequence%5)
	payload[0] = 0x48
	for i := 1; i < len(payload); i++ {
		payload[i] = byte(sequence*31 + uint32(i) + publication)
	}
	return NewVoice(publication, layer, sequence, tick*960, codec.MakeLevel(true, -20-float64(sequence%30)), payload)
}

// TestStreamVectors runs a sender and a receiver through losses, repair, several voices, silence and feedback, and holds every byte.
func TestStreamVectors(t *testing.T) {
	start := time.Unix(0, 0)
	sender, receiver := NewSender(), NewReceiver(start)
	sender.next = 65500 // wraps on the way
	var steps []vectorStep
	lost := map[int]bool{3: true, 4: true, 20: true, 21: true, 23: true, 40: true, 41: true, 42: true, 60: true, 77: true}
	for i := range 100 {
		at := start.Add(time.Duration(i) * 20 * time.Millisecond)
		step := vectorStep{Ms: at.Sub(start).Milliseconds(), Lost: lost[i]}
		switch i {
		case 10:
			step.Protect = &fec.Protection{Window: 8, Repairs: 16}
		case 35:
			step.Protect = &fec.Protection{Window: 6, Repairs: 8, Offset: 5}
		}
		if step.Protect != nil {
			sender.Protect(*step.Protect)
		}
		packets := script(uint32(i))
		step.Packets = describePackets(packets)
		b, taken := sender.Datagram(nil, packets, nil, at)
		if taken != len(packets) {
			t.Fatalf("step %d: took %d of %d", i, taken, len(packets))
		}
		step.Datagram = hex.EncodeToString(b)
		if !step.Lost {
			deliver(t, &step, sender, receiver, b, at)
		}
		steps = append(steps, step)
	}
	if r := receiver.Stats().Recovered; r < 5 {
		t.Errorf("recovered %d", r)
	}
	golden(t, "stream.json", steps)
}

func deliver(t *testing.T, step *vectorStep, sender *Sender, receiver *Receiver, b []byte, at time.Time) {
	t.Helper()
	received, err := receiver.Receive(b, at.Add(30*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	step.Received = describePackets(received.Packets)
	if fb := receiver.Report(at.Add(35*time.Millisecond), true); fb != nil {
		step.Report = describeFeedback(fb)
		sender.Feedback(fb, at.Add(60*time.Millisecond)) // before the step 80 ms later: order is that of the vectors
	}
}

// script: one voice, then two, one of them twice a datagram, a silence, then a new voice in both layers.
func script(i uint32) []*Packet {
	switch {
	case i < 30:
		return []*Packet{frame(0x00100001, codec.LayerHi, i, i)}
	case i < 50:
		return []*Packet{
			frame(0x00100001, codec.LayerHi, i, i),
			frame(0x00100002, codec.LayerLo, 2*(i-30), 2*i), frame(0x00100002, codec.LayerLo, 2*(i-30)+1, 2*i+1),
		}
	case i < 55:
		return nil
	}
	return []*Packet{frame(0x00100003, codec.LayerHi, i-55, i+100), frame(0x00100003, codec.LayerLo, i-55, i+100)}
}

func TestEntryRoundTrip(t *testing.T) {
	packets := []*Packet{frame(9, codec.LayerHi, 100, 50), frame(9, codec.LayerHi, 101, 51), frame(9, codec.LayerHi, 102, 52)}
	for _, full := range []bool{true, false} {
		b := appendEntry(nil, 31, full, packets)
		e, rest, err := parseEntry(b)
		if err != nil || len(rest) != 0 || e.frames != 3 || e.full != full || e.alias != 31 {
			t.Fatalf("full %v: %+v, %d left, %v", full, e, len(rest), err)
		}
		for i, p := range packets {
			if e.levels[i] != p.Level || !reflect.DeepEqual(e.payloads[i], p.Payload) {
				t.Errorf("frame %d differs", i)
			}
		}
		for cut := range b {
			if _, rest, err := parseEntry(b[:cut]); err == nil && len(rest) == 0 {
				t.Errorf("full %v: a cut at %d was accepted", full, cut)
			}
		}
	}
}

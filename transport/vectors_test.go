package transport

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
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
		Prompt   bool            `json:",omitempty"`
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
		Owes     bool            `json:",omitempty"` // the sender, afterwards
		Lost     bool            `json:",omitempty"` // the receiver never gets it
		Received []vectorPacket  `json:",omitempty"`
		Report   *vectorFeedback `json:",omitempty"` // the receiver's report after it, given to the sender before the next step,
		Unheard  bool            `json:",omitempty"` // or not
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
	block := appendEntry(nil, 5, true, true, []*Packet{frame(7, 1, 0, 0)})
	long := make([]byte, 300)
	cases := []struct {
		name   string
		prompt bool
		fb     *Feedback
		source []byte
		chunks []fec.Chunk
		hop    uint16
	}{
		{name: "empty", hop: 0},
		{name: "feedback only", hop: 65535, fb: fb},
		{name: "voice", hop: 1, source: block},
		{name: "voice and feedback", hop: 300, fb: fb, source: block},
		{name: "prompt", prompt: true, hop: 2, source: block},
		{name: "one window chunk", hop: 17, source: block, chunks: []fec.Chunk{{Offset: 1, Span: 12, Data: []byte{1, 2, 3, 4, 5}}}},
		{name: "repair only", hop: 18, chunks: []fec.Chunk{{Offset: 3, Span: 1, Data: block}}},
		{name: "copy and two windows", prompt: true, hop: 17, fb: fb, source: block, chunks: []fec.Chunk{
			{Offset: 9, Span: 1, Data: block}, {Offset: 1, Span: 64, Index: 1, Data: long[:70]}, {Offset: 256, Span: 2, Index: 2, Data: []byte{9, 9}},
		}},
		{name: "seven chunks and long lengths", hop: 19, source: long, chunks: []fec.Chunk{
			{Offset: 1, Span: 1, Data: long},
			{Offset: 1, Span: 2, Index: 1, Data: long[:193]},
			{Offset: 2, Span: 3, Index: 2, Data: long[:1]},
			{Offset: 128, Span: 1, Index: 3, Data: nil},
			{Offset: 1, Span: 9, Index: 4, Data: long[:5]},
			{Offset: 1, Span: 9, Index: 5, Data: long[:5]},
			{Offset: 1, Span: 9, Index: 6, Data: long[:5]},
		}},
	}
	var vectors []vectorDatagram
	for _, c := range cases {
		b := appendDatagram(nil, c.hop, c.prompt, c.fb, c.source, c.chunks)
		vectors = append(vectors, describeDatagram(t, c.name, b))
	}
	for _, bad := range []struct{ name, bytes string }{
		{"nothing", ""},
		{"two bytes", "0000"},
		{"reserved flag", "200000"},
		{"feedback cut", "010000123456"},
		{"bitmap too long", "01000012340000000000" + "11" + "0000000000000000000000000000000000"},
		{"source longer than the datagram", "020000c0ff"},
		{"source of a length that could be shorter", "020000c00a" + "00000000000000000000" + "80"},
		{"chunk missing", "02000000"},
		{"chunk cut", "0400000081"},
		{"window of one", "02000000" + "00aa"},
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
	v.Hop, v.Prompt, v.Source = d.hop, d.prompt, hex.EncodeToString(d.source)
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

// even makes a 20 ms frame as long as any other.
func even(publication uint32, sequence, tick uint32) *Packet {
	p := frame(publication, codec.LayerHi, sequence, tick)
	p.Payload = append(p.Payload, make([]byte, 20-len(p.Payload))...)
	return p
}

// Times of the stream, after the datagram has left: ms. TypeScript has the same.
const (
	arrives  = 5
	reported = 8
	heard    = 15
)

// TestStreamVectors runs a sender and a receiver through losses, repair, several voices, silence and feedback, and holds every byte.
func TestStreamVectors(t *testing.T) {
	start := time.Unix(0, 0)
	sender, receiver := NewSender(), NewReceiver(start)
	sender.next = 65500 // wraps on the way
	sender.Want(0)      // no probes: a page's sender has none
	plans := map[int]fec.Protection{
		10: {Window: 8, Age: 4, Gap: 2, Rate: 64000},
		35: {Window: 12, Age: 3, Gap: 3, Rate: 60000, Prompt: true},
		80: {},
		84: {Window: 6, Gap: 1, Rate: 100000},
	}
	lost := map[int]bool{3: true, 4: true, 20: true, 21: true, 23: true, 40: true, 41: true, 42: true, 60: true, 77: true, 90: true, 91: true}
	var steps []vectorStep
	ms := 0
	for i := range 100 {
		ms += 20
		if i > 65 {
			ms += 20
		}
		step := vectorStep{Ms: int64(ms), Lost: lost[i], Unheard: i == 43 || i == 44}
		if p, ok := plans[i]; ok {
			step.Protect = &p
			sender.Protect(p)
		}
		at := start.Add(time.Duration(ms) * time.Millisecond)
		packets := script(uint32(i))
		step.Packets = describePackets(packets)
		b, taken := sender.Datagram(nil, packets, nil, at)
		if taken != len(packets) {
			t.Fatalf("step %d: took %d of %d", i, taken, len(packets))
		}
		step.Datagram, step.Owes = hex.EncodeToString(b), sender.Owes()
		if !step.Lost {
			deliver(t, &step, sender, receiver, b, at)
		}
		steps = append(steps, step)
	}
	if r := receiver.Stats().Recovered; r < 9 {
		t.Errorf("recovered %d", r)
	}
	golden(t, "stream.json", steps)
}

func deliver(t *testing.T, step *vectorStep, sender *Sender, receiver *Receiver, b []byte, at time.Time) {
	t.Helper()
	received, err := receiver.Receive(b, at.Add(arrives*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	step.Received = describePackets(received.Packets)
	fb := receiver.Report(at.Add(reported*time.Millisecond), true)
	step.Report = describeFeedback(fb)
	if fb != nil && !step.Unheard {
		sender.Feedback(fb, at.Add(heard*time.Millisecond))
	}
}

// script: one voice, then two, one of them twice a datagram, a silence, a new voice in both layers, then one with frames of one length and one with many.
func script(i uint32) (packets []*Packet) {
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
	case i < 70:
		return []*Packet{frame(0x00100003, codec.LayerHi, i-55, i+100), frame(0x00100003, codec.LayerLo, i-55, i+100)}
	case i < 80:
		for n := 3 * (i - 70); n < 3*(i-69); n++ {
			packets = append(packets, even(0x00100004, n, n+200))
		}
		return append(packets, even(0x00100005, 2*(i-70), 2*i+300), even(0x00100005, 2*(i-70)+1, 2*i+301))
	}
	for n := 6 * (i - 80); n < 6*(i-79); n++ {
		packets = append(packets, frame(0x00100006, codec.LayerLo, n, n+400))
	}
	return packets
}

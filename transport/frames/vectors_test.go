package frames

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

var update = flag.Bool("update", false, "write the files in testdata anew")

// The vectors are what the Go and the TypeScript code agree on. Bytes are in hexadecimal.
type pieceVector struct {
	Wire        string `json:"wire"`
	Number      uint16 `json:"number"`
	Sent        uint16 `json:"sent"`
	Publication uint32 `json:"publication"`
	Layer       int    `json:"layer"`
	Sequence    uint32 `json:"sequence"`
	Time        uint32 `json:"time"`
	Key         bool   `json:"key"`
	Temporal    int    `json:"temporal"`
	Codec       int    `json:"codec"`
	Back        int    `json:"back"`
	K           int    `json:"k"`
	Index       int    `json:"index"`
	Shard       string `json:"shard"`
}

type piecesVector struct {
	Pieces    []pieceVector `json:"pieces"`
	Malformed []badVector   `json:"malformed"`
}

type badVector struct {
	Why  string `json:"why"`
	Wire string `json:"wire"`
}

type reportVector struct {
	Wire    string `json:"wire"`
	Highest uint16 `json:"highest"`
	Arrival uint16 `json:"arrival"`
	Hold    uint8  `json:"hold"`
	Count   uint16 `json:"count"`
	Keys    uint8  `json:"keys"`
	Bitmap  string `json:"bitmap"`
}

type reportsVector struct {
	Reports   []reportVector `json:"reports"`
	Malformed []badVector    `json:"malformed"`
}

// frameVector is a frame and the pieces that it is cut into: data, then parity. Number and Sent are those of the first, the others count on, at the same time.
type frameVector struct {
	Size        int      `json:"size"` // of a piece, at most
	Parity      int      `json:"parity"`
	Number      uint16   `json:"number"`
	Sent        uint16   `json:"sent"`
	Publication uint32   `json:"publication"`
	Layer       int      `json:"layer"`
	Sequence    uint32   `json:"sequence"`
	Time        uint32   `json:"time"`
	Key         bool     `json:"key"`
	Temporal    int      `json:"temporal"`
	Codec       int      `json:"codec"`
	Back        int      `json:"back"`
	Payload     string   `json:"payload"`
	Pieces      []string `json:"pieces"`
}

// hold compares what the code makes with a file of testdata; with -update it writes it.
func hold(t *testing.T, name string, v any) {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, '\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b, want) {
		t.Errorf("%s is not what the code makes: if the protocol changed, run the tests with -update", name)
	}
}

func samplePieces() []Piece {
	long := bytes.Repeat([]byte{0xa5, 0x5a}, (MaxPiece-PieceHead)/2)
	return []Piece{
		{Publication: 0x00100001, Layer: codec.LayerSmall, Sequence: 0, Time: 960, Key: true, K: 1, Shard: []byte{0, 1, 7}},
		{Number: 1, Sent: 4, Publication: 0x00100001, Layer: codec.LayerSmall, Sequence: 1, Time: 4160, Codec: codec.VP9, Back: 1, K: 1, Shard: []byte{0, 2, 8, 9, 0}},
		{Number: 0xffff, Sent: 0xfffe, Publication: 0xfffffffe, Layer: codec.LayerLarge, Sequence: 0xfffffff0, Time: 0xffffff00, Temporal: 2, Codec: codec.H264, Back: 255, K: 60, Index: 254, Shard: long},
		{Number: 0x1234, Sent: 0x5678, Publication: 0x01020304, Layer: codec.LayerScreen, Sequence: 0x05060708, Time: 0x090a0b0c, Temporal: 1, Codec: codec.AV1, Back: 3, K: 9, Index: 9, Shard: long[:128]},
		{Number: 2, Sent: 9, Publication: 5, Layer: codec.LayerStill, Sequence: 17, Time: 1, Key: true, Codec: codec.VP8, K: 255, Index: 0, Shard: long[:258]},
		{Number: 3, Sent: 10, Publication: 0x80000001, Layer: codec.LayerBulk, Sequence: 3, Time: 30000, K: 8, Index: 8, Shard: long[:1025]},
	}
}

func TestPieceVectors(t *testing.T) {
	var v piecesVector
	for _, p := range samplePieces() {
		wire := p.Append(nil)
		got, err := ParsePiece(wire)
		if err != nil || !bytes.Equal(got.Append(nil), wire) {
			t.Fatalf("%x: %+v, %v", wire, got, err)
		}
		v.Pieces = append(v.Pieces, pieceVector{
			hex.EncodeToString(wire), got.Number, got.Sent, got.Publication, int(got.Layer), got.Sequence, got.Time, got.Key,
			int(got.Temporal), int(got.Codec), int(got.Back), got.K, got.Index, hex.EncodeToString(got.Shard),
		})
	}
	v.Malformed = malformedPieces()
	for _, b := range v.Malformed {
		wire, _ := hex.DecodeString(b.Wire)
		if p, err := ParsePiece(wire); err == nil {
			t.Errorf("%s: parsed as %+v", b.Why, p)
		}
	}
	hold(t, "pieces.json", v)
}

// malformedPieces are good pieces, each spoiled in one way.
func malformedPieces() (bad []badVector) {
	add := func(why string, wire []byte) { bad = append(bad, badVector{why, hex.EncodeToString(wire)}) }
	spoil := func(why string, of int, change func(*Piece)) {
		p := samplePieces()[of]
		change(&p)
		add(why, p.Append(nil))
	}
	good := samplePieces()[0].Append(nil)
	add("empty", nil)
	add("no shard", good[:PieceHead])
	add("another first byte", append([]byte{0xf9}, good[1:]...))
	spoil("too long", 2, func(p *Piece) { p.Shard = append(bytes.Clone(p.Shard), 0) })
	reserved := bytes.Clone(good)
	reserved[18] |= markReserved
	add("reserved mark", reserved)
	spoil("256 data shards", 4, func(p *Piece) { p.K = 256 })
	spoil("index 255", 4, func(p *Piece) { p.Index = 255 })
	spoil("a shard too short for any frame", 0, func(p *Piece) { p.Shard = p.Shard[:2] })
	spoil("a short shard of several", 3, func(p *Piece) { p.Shard = p.Shard[:127] })
	spoil("shards too long for any frame", 4, func(p *Piece) { p.Shard = bytes.Repeat([]byte{1}, 259) })
	spoil("layer of a voice", 0, func(p *Piece) { p.Layer = codec.LayerHi })
	spoil("reserved layer", 0, func(p *Piece) { p.Layer = 7 })
	spoil("layer 16", 0, func(p *Piece) { p.Layer = 16 })
	spoil("unknown codec", 0, func(p *Piece) { p.Codec = 4 })
	spoil("a key frame that refers", 0, func(p *Piece) { p.Back = 1 })
	spoil("a key frame of an upper temporal layer", 0, func(p *Piece) { p.Temporal = 1 })
	spoil("no key frame that refers to none", 1, func(p *Piece) { p.Back = 0 })
	spoil("temporal layer 3", 1, func(p *Piece) { p.Temporal = 3 })
	spoil("a still that refers", 4, func(p *Piece) { p.Key, p.Back = false, 1 })
	spoil("bulk that is key", 5, func(p *Piece) { p.Key = true })
	spoil("bulk that refers", 5, func(p *Piece) { p.Back = 1 })
	spoil("bulk with a codec", 5, func(p *Piece) { p.Codec = codec.VP9 })
	return bad
}

func TestReportVectors(t *testing.T) {
	full := Report{Highest: 3, Arrival: 0xffff, Hold: holdMore, Count: 0xfffe, Keys: 0xff, Bytes: MaxBitmap}
	for i := range full.Bitmap {
		full.Bitmap[i] = byte(3*i + 1)
	}
	short := Report{Highest: 0x1234, Arrival: 0x5678, Hold: 12, Count: 9, Keys: 1 << codec.LayerSmall, Bytes: 2, Bitmap: [MaxBitmap]byte{0xef, 0x01}}
	var v reportsVector
	for _, r := range []Report{{}, short, full} {
		wire := r.Append(nil)
		got, err := ParseReport(wire)
		if err != nil || got != r {
			t.Fatalf("%x: %+v, %v", wire, got, err)
		}
		v.Reports = append(v.Reports, reportVector{hex.EncodeToString(wire), r.Highest, r.Arrival, r.Hold, r.Count, r.Keys, hex.EncodeToString(r.Bitmap[:r.Bytes])})
	}
	good := short.Append(nil)
	more := bytes.Clone(good)
	more[9] = 33
	for _, b := range []struct {
		why  string
		wire []byte
	}{
		{"empty", nil},
		{"truncated head", good[:reportHead-1]},
		{"truncated bitmap", good[:len(good)-1]},
		{"trailing bytes", append(bytes.Clone(good), 0)},
		{"another first byte", append([]byte{0xf8}, good[1:]...)},
		{"a bitmap of 33 bytes", append(more, make([]byte, 31)...)},
	} {
		if _, err := ParseReport(b.wire); err == nil {
			t.Errorf("%s was parsed", b.why)
		}
		v.Malformed = append(v.Malformed, badVector{b.why, hex.EncodeToString(b.wire)})
	}
	hold(t, "reports.json", v)
}

func TestFrameVectors(t *testing.T) {
	payload := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(i*i + i/7)
		}
		return b
	}
	var v []frameVector
	for i, c := range []struct {
		Frame
		size, parity int
		number       uint16
	}{
		{Frame{Publication: 1<<20 | 5, Layer: codec.LayerTiny, Time: 3200, Key: true, Payload: payload(1)}, 1100, 0, 0},
		{Frame{Publication: 1<<20 | 5, Layer: codec.LayerTiny, Sequence: 1, Time: 12800, Codec: codec.VP9, Back: 1, Payload: payload(276)}, 300, 2, 1},
		{Frame{Publication: 1<<20 | 5, Layer: codec.LayerMedium, Sequence: 7, Time: 99, Codec: codec.AV1, Temporal: 1, Back: 1, Payload: payload(277)}, 300, 1, 65534},
		{Frame{Publication: 1<<20 | 9, Layer: codec.LayerScreenStill, Sequence: 2, Time: 5, Codec: codec.H264, Key: true, Payload: payload(3000)}, 700, 3, 9},
		{Frame{Publication: 0x80000002, Layer: codec.LayerBulk, Sequence: 1, Time: 9000, Payload: payload(808)}, 500, 2, 300},
	} {
		f := frameVector{c.size, c.parity, c.number, uint16(1000 + i), c.Publication, int(c.Layer), c.Sequence, c.Time, c.Key, int(c.Temporal), int(c.Codec), int(c.Back), hex.EncodeToString(c.Payload), nil}
		k := Shards(len(c.Payload), c.size)
		block, err := fec.NewBlock(k, c.parity)
		if err != nil {
			t.Fatal(err)
		}
		shards, err := block.Split(c.Payload)
		if err != nil {
			t.Fatal(err)
		}
		for index, shard := range shards {
			wire := c.append(nil, k, index, c.number+uint16(index), f.Sent)
			if !bytes.Equal(wire[PieceHead:], shard) || len(wire) > c.size {
				t.Fatalf("frame %d, shard %d of %d bytes", i, index, len(shard))
			}
			if _, err := ParsePiece(wire); err != nil {
				t.Fatalf("frame %d, shard %d: %v", i, index, err)
			}
			f.Pieces = append(f.Pieces, hex.EncodeToString(wire))
		}
		v = append(v, f)
	}
	hold(t, "frames.json", v)
}

package fec_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/diemcau/diemcau/fec"
)

var update = flag.Bool("update", false, "write the files in testdata anew")

// The vectors are what the Go and the TypeScript code agree on. Bytes are in hexadecimal.
type vectors struct {
	Coefficients [][4]int     `json:"coefficients"` // s, index, t, c
	Lengths      []wireLength `json:"lengths"`
	Chunks       []wireChunk  `json:"chunks"`
	Malformed    []wireChunk  `json:"malformed"`
	Datagrams    []sending    `json:"datagrams"` // one stream, in order of sending
	Arrivals     []arrival    `json:"arrivals"`  // what of it arrives, and what that brings back
	Stats        decoderStats `json:"stats"`     // of the decoder at the end
}

type wireLength struct {
	Wire   string `json:"wire"`
	Length int    `json:"length"` // -1: none
}

type wireChunk struct {
	Wire   string `json:"wire"`
	Last   bool   `json:"last"`
	Offset int    `json:"offset,omitempty"`
	Span   int    `json:"span,omitempty"`
	Index  int    `json:"index,omitempty"`
	Data   string `json:"data,omitempty"`
}

type sending struct {
	Protect *fec.Protection `json:"protect,omitempty"` // from this datagram on
	Reports []told          `json:"reports,omitempty"` // before this datagram
	Seq     uint16          `json:"seq"`
	Block   string          `json:"block"`
	Room    int             `json:"room"`
	Chunks  []string        `json:"chunks"` // wire forms, none as the last
	Owes    bool            `json:"owes"`   // afterwards
}

type told struct {
	Highest uint16 `json:"highest"`
	Bitmap  string `json:"bitmap"`
}

type arrival struct {
	Datagram  int     `json:"datagram"`
	New       bool    `json:"new"` // the answer of Source
	Recovered []block `json:"recovered"`
}

type block struct {
	Seq   uint16 `json:"seq"`
	Block string `json:"block"`
}

type decoderStats struct {
	Recovered uint64 `json:"recovered"`
	Useless   uint64 `json:"useless"`
	Old       uint64 `json:"old"`
	Bad       uint64 `json:"bad"`
}

// TestVectors holds the code against testdata/vectors.json; with -update it writes that file.
func TestVectors(t *testing.T) {
	r := rand.New(rand.NewPCG(2026, 1))
	v := vectors{Coefficients: coefficientVectors(t), Lengths: lengthVectors(t)}
	v.Chunks, v.Malformed = chunkVectors(t)
	v.Datagrams = sendVectors(t, r)
	v.Arrivals, v.Stats = receiveVectors(t, r, v.Datagrams)
	golden(t, "vectors.json", v)
}

// golden compares v with a file in testdata, or writes it with -update.
func golden(t *testing.T, name string, v any) {
	t.Helper()
	got, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the code does; a wire change is PROTOCOL.md, vectors, Go and TypeScript in one commit", path)
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// coefficientVectors reads c(s, index, t) off a chunk over a block of one byte, 1, and an empty one.
func coefficientVectors(t *testing.T) (list [][4]int) {
	for _, s := range []uint16{2, 3, 31, 32, 63, 64, 127, 128, 200, 1000, 32767, 32768, 65535, 0, 1} {
		for index := range fec.MaxChunks {
			e := fec.NewEncoder()
			e.Source(s-2, []byte{1})
			e.Source(s-1, nil)
			e.Source(s, nil)
			c, ok := e.Window(1, 2, index)
			if !ok {
				t.Fatal("no chunk")
			}
			list = append(list, [4]int{int(s), index, int(s - 2), int(c.Data[1])})
		}
	}
	return list
}

func lengthVectors(t *testing.T) (list []wireLength) {
	for _, n := range []int{0, 1, 0xbf, 0xc0, 0xff, 0x100, 1102, 16383} {
		list = append(list, wireLength{hex.EncodeToString(fec.AppendLength(nil, n)), n})
	}
	for _, wire := range []string{"", "c0", "ff", "c000", "c0bf"} {
		if n, size := fec.ParseLength(unhex(t, wire)); size != 0 {
			t.Errorf("%q is read as %d", wire, n)
		}
		list = append(list, wireLength{wire, -1})
	}
	return list
}

func chunkVectors(t *testing.T) (good, bad []wireChunk) {
	long := bytes.Repeat([]byte{0xa5}, 200)
	for _, c := range []fec.Chunk{
		{Offset: 1, Span: 1, Data: []byte{7}},
		{Offset: 128, Span: 1, Index: 6, Data: long},
		{Offset: 256, Span: 64, Index: 3, Data: []byte{0, 1, 2}},
		{Offset: 2, Span: 2, Index: 1, Data: long},
		{Offset: 1, Span: 64, Index: 2, Data: []byte{1}},
		{Offset: 20, Span: 1, Data: []byte{}},
	} {
		for _, last := range []bool{false, true} {
			wire := hex.EncodeToString(c.Append(nil, last))
			good = append(good, wireChunk{wire, last, c.Offset, c.Span, c.Index, hex.EncodeToString(c.Data)})
		}
	}
	for _, c := range []wireChunk{
		{Wire: ""},
		{Wire: "00"},
		{Wire: "80"},
		{Wire: "8003aabb"},
		{Wire: "80c003"},
		{Wire: "0003aabbcc"},
		{Wire: "4003aabbcc"},
		{Wire: "43"},
		{Wire: "430003aabbcc"},
		{Wire: "0300"},
		{Wire: "03", Last: true},
		{Wire: "00aabb", Last: true},
		{Wire: "4301", Last: true},
		{Wire: "4300aabb", Last: true},
		{Wire: hex.EncodeToString(append([]byte{0x80}, make([]byte, 1101)...)), Last: true},
		{Wire: hex.EncodeToString(append([]byte{0x01}, make([]byte, 1103)...)), Last: true},
		{Wire: "8000", Index: 7},
	} {
		if _, _, err := fec.ParseChunk(unhex(t, c.Wire), c.Index, c.Last); err == nil {
			t.Errorf("%q, last %v, was parsed", c.Wire, c.Last)
		}
		bad = append(bad, c)
	}
	return good, bad
}

// sendVectors makes a stream through the wrap-around of the sequence, with the protection changing on the way and reports, some of them old or made up.
func sendVectors(t *testing.T, r *rand.Rand) (list []sending) {
	plans := map[int]fec.Protection{
		0:   {},
		10:  {Window: 9},
		40:  {Window: 12, Age: 6, Gap: 4},
		65:  {Window: 7, Age: 2, Gap: 64},
		90:  {Window: 20, Age: 3, Gap: 2},
		120: {},
		125: {Window: 64, Age: 60, Gap: 64},
		160: {Window: 4, Age: 1, Gap: 1},
		180: {Window: 1},
	}
	e, rec := fec.NewEncoder(), newReceiver(t, nil)
	var reports []report
	for i := range 200 {
		s := sending{Seq: uint16(65536 - 100 + i), Room: r.IntN(160), Chunks: []string{}}
		if p, ok := plans[i]; ok {
			s.Protect = &p
			e.Protect(p)
		}
		b := randomBlock(r, 40)
		switch i % 25 {
		case 5:
			b = nil
		case 6, 7, 8:
			s.Reports = append(s.Reports, told{uint16(r.Uint32()), "0055ff"}, told{s.Seq - uint16(r.IntN(20)), hex.EncodeToString(randomBlock(r, 16))})
		case 15:
			b = bytes.Repeat(b, 5)
		}
		if i%2 == 0 && i > 10 {
			late := reports[i-1-r.IntN(6)]
			s.Reports = append(s.Reports, told{late.highest, hex.EncodeToString(late.bitmap[:])})
		}
		for _, told := range s.Reports {
			e.Report(told.Highest, unhex(t, told.Bitmap))
		}
		d := send(e, s.Seq, b, s.Room)
		s.Block, s.Owes = hex.EncodeToString(b), e.Owes()
		for _, c := range d.chunks {
			s.Chunks = append(s.Chunks, hex.EncodeToString(c.Append(nil, false)))
		}
		rec.sent[s.Seq] = b
		bad := i >= 60 && i < 90 && r.IntN(2) == 0
		if !bad && r.IntN(4) > 0 {
			rec.receive(d)
		}
		reports = append(reports, rec.report())
		list = append(list, s)
	}
	return list
}

// receiveVectors loses a third, delays some, repeats some, and writes down what the decoder answers.
func receiveVectors(t *testing.T, r *rand.Rand, sent []sending) (list []arrival, stats decoderStats) {
	var order []int
	for i := range sent {
		switch r.IntN(8) {
		case 0, 1, 2:
		case 3:
			order = append(order, max(i-r.IntN(6), 0), i)
		default:
			order = append(order, i)
		}
	}
	var now arrival
	d := fec.NewDecoder(func(seq uint16, b []byte) {
		now.Recovered = append(now.Recovered, block{seq, hex.EncodeToString(b)})
		if want := sent[seq-sent[0].Seq].Block; want != hex.EncodeToString(b) {
			t.Errorf("recovered %d as %x, sent %s", seq, b, want)
		}
	})
	for _, i := range order {
		s := sent[i]
		now = arrival{Datagram: i, Recovered: []block{}}
		now.New = d.Source(s.Seq, unhex(t, s.Block))
		for index, wire := range s.Chunks {
			c, _, err := fec.ParseChunk(unhex(t, wire), index, false)
			if err != nil {
				t.Fatal(err)
			}
			d.Repair(s.Seq, c)
		}
		list = append(list, now)
	}
	if d.Stats().Recovered < 25 {
		t.Errorf("the script recovers only %d", d.Stats().Recovered)
	}
	return list, decoderStats(d.Stats())
}

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

var update = flag.Bool("update", false, "write testdata/vectors.json anew")

// The vectors are what the Go and the TypeScript code agree on. Bytes are in hexadecimal.
type vectors struct {
	Coefficients [][4]int     `json:"coefficients"` // s, index, t, c
	Chunks       []wireChunk  `json:"chunks"`
	Malformed    []wireChunk  `json:"malformed"`
	Datagrams    []sending    `json:"datagrams"` // one stream, in order of sending
	Arrivals     []arrival    `json:"arrivals"`  // what of it arrives, and what that brings back
	Stats        decoderStats `json:"stats"`     // of the decoder at the end
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
	Seq     uint16          `json:"seq"`
	Block   string          `json:"block"`
	Room    int             `json:"room"`
	Chunks  []string        `json:"chunks"` // wire forms, none as the last
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
	v := vectors{Coefficients: coefficientVectors(t)}
	v.Chunks, v.Malformed = chunkVectors(t)
	v.Datagrams = sendVectors(r)
	v.Arrivals, v.Stats = receiveVectors(t, r, v.Datagrams)
	got, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	path := filepath.Join("testdata", "vectors.json")
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

// coefficientVectors reads c(s, index, t) off a chunk over a block of one byte, 1, and an empty one.
func coefficientVectors(t *testing.T) (list [][4]int) {
	for _, s := range []uint16{2, 3, 63, 64, 127, 128, 200, 1000, 32767, 32768, 65535, 0, 1} {
		for index := range 3 {
			e := fec.NewEncoder()
			e.Source(s-2, []byte{1})
			e.Source(s-1, nil)
			e.Source(s, nil)
			c, ok := e.Window(1, 2, index)
			if !ok {
				t.Fatal("no chunk")
			}
			list = append(list, [4]int{int(s), index, int(s - 2), int(c.Data[2])})
		}
	}
	return list
}

func chunkVectors(t *testing.T) (good, bad []wireChunk) {
	long := bytes.Repeat([]byte{0xa5}, 70)
	for _, c := range []fec.Chunk{
		{Offset: 1, Span: 1, Data: []byte{7}},
		{Offset: 256, Span: 64, Index: 3, Data: []byte{0, 1, 2}},
		{Offset: 9, Span: 2, Index: 1, Data: long},
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
		{Wire: "0000"},
		{Wire: "000003aabb"},
		{Wire: "000101aa"},
		{Wire: "000140"},
		{Wire: "00", Last: true},
		{Wire: "0001aa", Last: true},
		{Wire: "0000c0000000000000", Last: false},
		{Wire: hex.EncodeToString(make([]byte, 2+1101)), Last: true},
	} {
		b, err := hex.DecodeString(c.Wire)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := fec.ParseChunk(b, c.Last); err == nil {
			t.Errorf("%q, last %v, was parsed", c.Wire, c.Last)
		}
		bad = append(bad, c)
	}
	return good, bad
}

// sendVectors makes a stream through the wrap-around of the sequence, with the protection changing on the way.
func sendVectors(r *rand.Rand) (list []sending) {
	plans := map[int]fec.Protection{
		0:   {},
		10:  {Window: 9, Repairs: 12},
		50:  {Window: 6, Repairs: 8, Offset: 7},
		90:  {Window: 20, Repairs: 32, Offset: 10},
		130: {Window: 64, Repairs: 48},
		160: {Offset: 3},
		180: {Window: 1, Repairs: 16, Offset: 1},
	}
	e := fec.NewEncoder()
	for i := range 200 {
		s := sending{Seq: uint16(65536 - 100 + i), Room: 1000}
		if p, ok := plans[i]; ok {
			s.Protect = &p
			e.Protect(p)
		}
		b := make([]byte, r.IntN(40))
		for j := range b {
			b[j] = byte(r.Uint32())
		}
		if i%13 == 5 {
			s.Room = 30
		}
		s.Block = hex.EncodeToString(b)
		e.Source(s.Seq, b)
		s.Chunks = []string{}
		for _, c := range e.Repairs(nil, s.Room) {
			s.Chunks = append(s.Chunks, hex.EncodeToString(c.Append(nil, false)))
		}
		list = append(list, s)
	}
	return list
}

// receiveVectors loses a quarter, delays some, repeats some, and writes down what the decoder answers.
func receiveVectors(t *testing.T, r *rand.Rand, sent []sending) (list []arrival, stats decoderStats) {
	var order []int
	for i := range sent {
		switch r.IntN(8) {
		case 0, 1:
		case 2:
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
		b, err := hex.DecodeString(s.Block)
		if err != nil {
			t.Fatal(err)
		}
		now.New = d.Source(s.Seq, b)
		for _, wire := range s.Chunks {
			b, err := hex.DecodeString(wire)
			if err != nil {
				t.Fatal(err)
			}
			c, _, err := fec.ParseChunk(b, false)
			if err != nil {
				t.Fatal(err)
			}
			d.Repair(s.Seq, c)
		}
		list = append(list, now)
	}
	if d.Stats().Recovered < 15 {
		t.Errorf("the script recovers only %d", d.Stats().Recovered)
	}
	return list, decoderStats(d.Stats())
}

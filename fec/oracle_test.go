package fec_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/diemcau/diemcau/fec"
)

// A datagram is what the tests send: a source block and the chunks beside it.
type datagram struct {
	seq    uint16
	block  []byte
	chunks []fec.Chunk
}

// stream makes n datagrams from first on, with blocks of up to size bytes, some of them empty.
func stream(r *rand.Rand, p fec.Protection, first uint16, n, size int) []datagram {
	e := fec.NewEncoder()
	e.Protect(p)
	sent := make([]datagram, n)
	for i := range sent {
		block := make([]byte, r.IntN(size+1))
		for j := range block {
			block[j] = byte(r.Uint32())
		}
		seq := first + uint16(i)
		e.Source(seq, block)
		d := datagram{seq: seq, block: block}
		for _, c := range e.Repairs(nil, 1100) {
			c.Data = bytes.Clone(c.Data)
			d.chunks = append(d.chunks, c)
		}
		sent[i] = d
	}
	return sent
}

// A receiver checks everything that a Decoder hands out against what was sent.
type receiver struct {
	t       rapid.TB
	sent    map[uint16][]byte
	have    map[uint16]bool
	decoder *fec.Decoder
}

func newReceiver(t rapid.TB, sent []datagram) *receiver {
	r := &receiver{t: t, sent: map[uint16][]byte{}, have: map[uint16]bool{}}
	for _, d := range sent {
		r.sent[d.seq] = d.block
	}
	r.decoder = fec.NewDecoder(func(seq uint16, block []byte) {
		want, ok := r.sent[seq]
		if !ok || !bytes.Equal(want, block) {
			t.Fatalf("recovered %d as %x, sent %x", seq, block, want)
		}
		if r.have[seq] {
			t.Fatalf("recovered %d, which was there", seq)
		}
		r.have[seq] = true
	})
	return r
}

func (r *receiver) receive(d datagram) {
	if r.decoder.Source(d.seq, d.block) {
		if r.have[d.seq] {
			r.t.Fatalf("%d was there", d.seq)
		}
		r.have[d.seq] = true
	}
	for _, c := range d.chunks {
		r.decoder.Repair(d.seq, c)
	}
}

// multiply is GF(2^8) with 0x11D as a schoolbook does it.
func multiply(a, b byte) byte {
	var product byte
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			product ^= a
		}
		carry := a&0x80 != 0
		a <<= 1
		if carry {
			a ^= 0x1d
		}
	}
	return product
}

func inverse(a byte) byte {
	for b := range 256 {
		if multiply(a, byte(b)) == 1 {
			return byte(b)
		}
	}
	return 0
}

// inverses is a table because the oracle is asked often.
var inverses = func() (table [256]byte) {
	for a := range table {
		table[a] = inverse(byte(a))
	}
	return table
}()

var products = func() (table [256][256]byte) {
	for a := range table {
		for b := range table {
			table[a][b] = multiply(byte(a), byte(b))
		}
	}
	return table
}()

// determined returns which of the n symbols from first on linear algebra can tell from the datagrams, by full elimination
// from scratch.
func determined(first uint16, n int, arrived []datagram) []bool {
	var rows [][]byte
	for _, d := range arrived {
		row := make([]byte, n)
		row[d.seq-first] = 1
		rows = append(rows, row)
		for _, c := range d.chunks {
			row := make([]byte, n)
			for i := range c.Span {
				t := d.seq - uint16(c.Offset+i)
				x, y := byte((2*int(d.seq)+c.Index)%128), byte(128+int(t)%128)
				row[t-first] = inverses[x^y]
			}
			rows = append(rows, row)
		}
	}
	return reduce(rows, n)
}

// reduce brings rows to reduced row-echelon form and returns the columns that stand alone in a row.
func reduce(rows [][]byte, n int) []bool {
	rank := 0
	for column := 0; column < n; column++ {
		pivot := rank
		for pivot < len(rows) && rows[pivot][column] == 0 {
			pivot++
		}
		if pivot == len(rows) {
			continue
		}
		rows[rank], rows[pivot] = rows[pivot], rows[rank]
		factor := inverses[rows[rank][column]]
		for j := range rows[rank] {
			rows[rank][j] = products[factor][rows[rank][j]]
		}
		for i := range rows {
			if factor := rows[i][column]; i != rank && factor != 0 {
				for j := range rows[i] {
					rows[i][j] ^= products[factor][rows[rank][j]]
				}
			}
		}
		rank++
	}
	alone := make([]bool, n)
	for _, row := range rows[:rank] {
		count, at := 0, 0
		for j, v := range row {
			if v != 0 {
				count, at = count+1, j
			}
		}
		alone[at] = alone[at] || count == 1
	}
	return alone
}

// TestEveryErasurePattern loses every subset of a short stream's datagrams: what linear algebra allows is decoded at once, and nothing
// else, in order of sending and in reverse.
func TestEveryErasurePattern(t *testing.T) {
	const n = 12
	protections := []fec.Protection{
		{Window: 3, Repairs: 16},
		{Window: 4, Repairs: 16},
		{Window: 4, Repairs: 10},
		{Window: 3, Repairs: 32},
		{Window: 4, Repairs: 48},
		{Window: 4, Repairs: 8, Offset: 5},
		{Window: 1, Repairs: 16, Offset: 2},
		{Offset: 3},
	}
	for _, p := range protections {
		t.Run(fmt.Sprintf("%+v", p), func(t *testing.T) {
			t.Parallel()
			first := uint16(65536 - n/2)
			sent := stream(rand.New(rand.NewPCG(1, 2)), p, first, n, 5)
			for pattern := range 1 << n {
				everyStep(t, sent, pattern, pattern%8 == 0)
				reversed(t, sent, pattern)
			}
		})
	}
}

func everyStep(t *testing.T, sent []datagram, pattern int, steps bool) {
	r := newReceiver(t, sent)
	var arrived []datagram
	for i, d := range sent {
		if pattern>>i&1 == 1 {
			continue
		}
		r.receive(d)
		arrived = append(arrived, d)
		if steps || i == len(sent)-1 {
			compare(t, r, sent, arrived)
		}
	}
	compare(t, r, sent, arrived)
}

func reversed(t *testing.T, sent []datagram, pattern int) {
	r := newReceiver(t, sent)
	var arrived []datagram
	for i := len(sent) - 1; i >= 0; i-- {
		if pattern>>i&1 == 0 {
			r.receive(sent[i])
			arrived = append(arrived, sent[i])
		}
	}
	compare(t, r, sent, arrived)
}

func compare(t rapid.TB, r *receiver, sent, arrived []datagram) {
	t.Helper()
	for i, can := range determined(sent[0].seq, len(sent), arrived) {
		seq := sent[i].seq
		if r.have[seq] != can || r.decoder.Here(seq) != can {
			t.Fatalf("symbol %d: have %v, here %v, linear algebra says %v", i, r.have[seq], r.decoder.Here(seq), can)
		}
	}
}

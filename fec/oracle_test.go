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

// stream makes n datagrams from first on, with blocks of up to size bytes, some of them empty, and room bytes for repair.
func stream(r *rand.Rand, p fec.Protection, first uint16, n, size, room int) []datagram {
	e := fec.NewEncoder()
	e.Protect(p)
	sent := make([]datagram, n)
	for i := range sent {
		sent[i] = send(e, first+uint16(i), randomBlock(r, size), room)
	}
	return sent
}

func randomBlock(r *rand.Rand, size int) []byte {
	block := make([]byte, r.IntN(size+1))
	for j := range block {
		block[j] = byte(r.Uint32())
	}
	return block
}

func send(e *fec.Encoder, seq uint16, block []byte, room int) datagram {
	e.Source(seq, block)
	d := datagram{seq: seq, block: block}
	for _, c := range e.Repairs(nil, room) {
		c.Data = bytes.Clone(c.Data)
		d.chunks = append(d.chunks, c)
	}
	return d
}

// A receiver checks everything that a Decoder hands out against what was sent.
type receiver struct {
	t       rapid.TB
	sent    map[uint16][]byte
	have    map[uint16]bool
	decoder *fec.Decoder
	begun   bool
	highest uint16
}

// A report is what a receiver tells an encoder.
type report struct {
	any     bool
	highest uint16
	bitmap  [8]byte
}

func (r report) give(e *fec.Encoder) {
	if r.any {
		e.Report(r.highest, r.bitmap[:])
	}
}

func (r *receiver) report() report {
	out := report{any: r.begun, highest: r.highest}
	for i := range 8 * len(out.bitmap) {
		if r.decoder.Here(r.highest - 1 - uint16(i)) {
			out.bitmap[i/8] |= 1 << (i % 8)
		}
	}
	return out
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
	if !r.begun || int16(d.seq-r.highest) > 0 {
		r.begun, r.highest = true, d.seq
	}
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
				x, y := byte((6*int(d.seq)+c.Index)%192), byte(192+int(t)%64)
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
	for _, test := range []struct {
		protection fec.Protection
		room       int
	}{
		{fec.Protection{Window: 3}, 9},
		{fec.Protection{Window: 4}, 18},
		{fec.Protection{Window: 1}, 20},
		{fec.Protection{Window: 8}, 1000},
		{fec.Protection{Window: 3, Age: 2, Gap: 1}, 30},
		{fec.Protection{Window: 5, Age: 4, Gap: 2}, 12},
		{fec.Protection{Window: 6, Age: 1, Gap: 3}, 20},
		{fec.Protection{Window: 11, Age: 6, Gap: 9}, 24},
	} {
		t.Run(fmt.Sprintf("%+v room %d", test.protection, test.room), func(t *testing.T) {
			t.Parallel()
			first := uint16(65536 - n/2)
			sent := stream(rand.New(rand.NewPCG(1, 2)), test.protection, first, n, 5, test.room)
			for pattern := range 1 << n {
				everyStep(t, sent, pattern, pattern%8 == 0)
				reversed(t, sent, pattern)
			}
		})
	}
}

// TestEveryErasurePatternWithReports does the same with a report after every datagram, which itself is lost with every other pattern
// and arrives at once or some datagrams later.
func TestEveryErasurePatternWithReports(t *testing.T) {
	const n = 10
	for _, delay := range []int{0, 1, 3} {
		t.Run(fmt.Sprintf("delay %d", delay), func(t *testing.T) {
			t.Parallel()
			for pattern := range 1 << n {
				reported(t, pattern, pattern*0x9e37>>3, n, delay)
			}
		})
	}
}

func reported(t *testing.T, lost, reportsLost, n, delay int) {
	r := rand.New(rand.NewPCG(3, 4))
	e := fec.NewEncoder()
	e.Protect(fec.Protection{Window: 6, Age: delay + 2, Gap: 2})
	rec := newReceiver(t, nil)
	first := uint16(65536 - n/2)
	var sent, arrived []datagram
	var reports []report
	for i := range n {
		if i >= delay && reportsLost>>i&1 == 0 && i-delay < len(reports) {
			reports[i-delay].give(e)
		}
		d := send(e, first+uint16(i), randomBlock(r, 5), 25)
		sent = append(sent, d)
		rec.sent[d.seq] = d.block
		if lost>>i&1 == 0 {
			rec.receive(d)
			arrived = append(arrived, d)
		}
		reports = append(reports, rec.report())
	}
	compare(t, rec, sent, arrived)
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

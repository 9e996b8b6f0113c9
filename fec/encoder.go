package fec

// History is the number of symbols that an Encoder remembers: what older ones could repair is too late for a voice.
const History = 128

// MaxChunks is the number of repair chunks that a datagram can carry.
const MaxChunks = 3

// perCredit is the denominator of Protection.Repairs.
const perCredit = 16

// An Encoder makes the repair chunks of one direction of one session. Its memory grows with the blocks' size and then stays.
type Encoder struct {
	protection Protection
	symbols    [History]symbol // by sequence mod History
	last       uint16          // newest sequence
	known      int             // how many symbols up to last are remembered
	credit     int             // of window chunks, in 1/16
	sums       [MaxChunks]symbol
}

// NewEncoder returns an Encoder without protection.
func NewEncoder() *Encoder { return &Encoder{} }

// Protect sets how much repair Repairs makes from now on. Values outside their range are taken to its nearest end.
func (e *Encoder) Protect(p Protection) {
	e.protection = p.clamped()
	if e.protection.Window == 0 {
		e.credit = 0
	}
}

// Source records the source block of the datagram seq; it copies the block, which has at most MaxBlock bytes. Every datagram
// has one, also an empty one. A seq that is not the successor of the one before starts afresh.
func (e *Encoder) Source(seq uint16, block []byte) {
	if seq != e.last+1 {
		e.known = 0
	}
	e.last = seq
	e.known = min(e.known+1, History)
	slot := e.at(seq)
	*slot = slot.set(block[:min(len(block), MaxBlock)])
	if len(block) > 0 && e.protection.Window > 0 {
		e.credit = min(e.credit+e.protection.Repairs, MaxChunks*perCredit)
	}
}

// Repairs appends to dst the chunks that the protection puts into the datagram of the last Source: at most MaxChunks,
// together at most room bytes on the wire. A window chunk that does not fit waits for the next datagram. The chunks' data
// belongs to the Encoder and is valid until its next call.
func (e *Encoder) Repairs(dst []Chunk, room int) []Chunk {
	p := e.protection
	chunks := 0
	if c, ok := e.Copy(e.last - uint16(p.Offset)); ok && c.Len(false) <= room {
		dst = append(dst, c)
		room -= c.Len(false)
		chunks++
	}
	span := min(p.Window, e.known-1)
	for index := 0; chunks < MaxChunks && e.credit >= perCredit; index++ {
		c, ok := e.Window(1, span, index)
		if !ok || c.Len(false) > room || (span == 1 && (index > 0 || p.Offset == 1)) {
			break
		}
		dst = append(dst, c)
		room -= c.Len(false)
		chunks++
		e.credit -= perCredit
	}
	return dst
}

// Copy makes a copy of the block of the sequence of, to travel in the datagram of the last Source: the repair of one given
// sequence. It is false if that block is not before this one, empty or forgotten.
func (e *Encoder) Copy(of uint16) (Chunk, bool) {
	offset := int(e.last - of)
	if offset < 1 || offset >= e.known || len(*e.at(of)) == 0 {
		return Chunk{}, false
	}
	return Chunk{Offset: offset, Span: 1, Data: e.at(of).block()}, true
}

// Window makes a chunk over span symbols, the newest of them offset before the datagram of the last Source; index, 0 to 2,
// tells apart those of one datagram. It is false if one of the symbols is forgotten or all are empty.
func (e *Encoder) Window(offset, span, index int) (Chunk, bool) {
	if offset < 1 || span < 1 || span > MaxWindow || offset+span > e.known || index < 0 || index >= MaxChunks {
		return Chunk{}, false
	}
	newest := e.last - uint16(offset)
	if span == 1 {
		return e.Copy(newest)
	}
	sum, size := e.sums[index][:0], 0
	for i := range span {
		t := newest - uint16(i)
		s := *e.at(t)
		if len(s) > 0 {
			sum = sum.add(coefficient(e.last, index, t), s)
			size = max(size, s.size())
		}
	}
	e.sums[index] = sum
	return Chunk{Offset: offset, Span: span, Index: index, Data: sum[:size]}, size > 0
}

// at returns the place of a sequence's symbol.
func (e *Encoder) at(seq uint16) *symbol { return &e.symbols[seq%History] }

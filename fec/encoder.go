package fec

// History is the number of symbols that an Encoder remembers: what older ones could repair is too late for a voice.
const History = 128

// MaxChunks is the number of repair chunks that a datagram can carry.
const MaxChunks = 7

// State of a symbol, as the reports of the other end tell it.
const (
	unconfirmed = iota
	here        // arrived or recovered
	missing     // reported as not here, and no copy of it has left since what the report knows of
	repeated    // a copy has left; not yet reported on
)

// A kept is a symbol that may still have to be repaired.
type kept struct {
	symbol symbol
	state  uint8
	copied uint16 // datagram of the newest copy, if repeated
}

// An Encoder makes the repair chunks of one direction of one session. Its memory grows with the blocks' size and then stays.
type Encoder struct {
	protection Protection
	history    [History]kept // by sequence mod History
	last       uint16        // newest sequence
	known      int           // how many symbols up to last are remembered
	sums       [MaxChunks]symbol
}

// NewEncoder returns an Encoder without protection.
func NewEncoder() *Encoder { return &Encoder{} }

// Protect sets what Repairs makes from now on. Values outside their range are taken to its nearest end. Without a window everything is forgotten: the
// sequence may go on, and come round, without the Encoder.
func (e *Encoder) Protect(p Protection) {
	e.protection = p.clamped()
	if e.protection.Window == 0 {
		e.known = 0
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
	k := e.at(seq)
	k.symbol = k.symbol.set(block[:min(len(block), MaxBlock)])
	k.state = unconfirmed
	if len(block) == 0 {
		k.state = here // there is nothing to repair
	}
}

// Report takes what the other end says: highest is the newest datagram that arrived, bit i of bitmap (LSB first) whether highest − 1 − i
// is there, arrived or recovered. A report on what was never sent or is forgotten says nothing.
func (e *Encoder) Report(highest uint16, bitmap []byte) {
	if e.age(highest) >= e.known {
		return
	}
	e.at(highest).state = here
	for i := range 8 * len(bitmap) {
		seq := highest - 1 - uint16(i)
		if e.age(seq) >= e.known {
			return
		}
		k := e.at(seq)
		switch {
		case bitmap[i/8]&(1<<(i%8)) != 0:
			k.state = here
		case k.state == unconfirmed, k.state == repeated && int16(highest-k.copied) > 0:
			k.state = missing
		}
	}
}

// Repairs appends to dst the chunks that the datagram of the last Source should carry, at most MaxChunks and together at most room bytes on the
// wire: copies of what is reported missing, the oldest first; then copies of what should be confirmed by now and is not; then sums over all that is not
// confirmed. The chunks' data belongs to the Encoder and is valid until its next call.
func (e *Encoder) Repairs(dst []Chunk, room int) []Chunk {
	from := len(dst)
	dst, room = e.copies(dst, from, room, missing)
	if e.protection.Age > 0 {
		dst, room = e.copies(dst, from, room, unconfirmed)
	}
	span := e.span()
	for len(dst)-from < MaxChunks && span > 0 && (span > 1 || len(dst) == from) {
		c, ok := e.Window(1, span, len(dst)-from)
		if !ok || c.Len(false) > room {
			break
		}
		dst = append(dst, c)
		room -= c.Len(false)
	}
	return dst
}

// copies appends copies of the symbols in the window that are missing, or overdue: the oldest first.
func (e *Encoder) copies(dst []Chunk, from, room int, state uint8) ([]Chunk, int) {
	for back := min(e.protection.Window, e.known-1); back > 0; back-- {
		k := e.at(e.last - uint16(back))
		if !e.wants(k, back, state) {
			continue
		}
		c, _ := e.Copy(e.last - uint16(back))
		c.Index = len(dst) - from
		if c.Index >= MaxChunks || c.Len(false) > room {
			return dst, room
		}
		dst = append(dst, c)
		room -= c.Len(false)
		k.state, k.copied = repeated, e.last
	}
	return dst, room
}

// wants says whether a symbol, so many datagrams back, is to be copied now for being missing, or for not being confirmed.
func (e *Encoder) wants(k *kept, back int, why uint8) bool {
	switch k.state {
	case missing:
		return why == missing
	case repeated:
		// What is lost again may have one more chance: the last datagram that is in time.
		return why == missing && (int(e.last-k.copied) >= e.protection.Gap || back == e.protection.Window)
	case unconfirmed:
		return why == unconfirmed && back >= e.protection.Age
	}
	return false
}

// span returns how many symbols before the last a window chunk has to cover: from the oldest that is not confirmed and not too old.
func (e *Encoder) span() int {
	for span := min(e.protection.Window, e.known-1, MaxWindow); span > 0; span-- {
		if e.at(e.last-uint16(span)).state != here {
			return span
		}
	}
	return 0
}

// Owes says whether something up to the last datagram may still be missing at the other end and of use there.
func (e *Encoder) Owes() bool {
	return e.protection.Window > 0 && e.known > 0 && (e.at(e.last).state != here || e.span() > 0)
}

// Copy makes a copy of the block of the sequence of, to travel in the datagram of the last Source. It is false if that block
// is not before this one, empty or forgotten.
func (e *Encoder) Copy(of uint16) (Chunk, bool) {
	offset := e.age(of)
	if offset < 1 || offset >= e.known || len(e.at(of).symbol) == 0 {
		return Chunk{}, false
	}
	return Chunk{Offset: offset, Span: 1, Data: e.at(of).symbol.block()}, true
}

// Window makes a chunk over span symbols, the newest of them offset before the datagram of the last Source; index is its place in the datagram.
// It is false if one of the symbols is forgotten or all are empty.
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
		s := e.at(t).symbol
		if len(s) > 0 {
			sum = sum.add(coefficient(e.last, index, t), s)
			size = max(size, s.size())
		}
	}
	e.sums[index] = sum
	return Chunk{Offset: offset, Span: span, Index: index, Data: sum[:size]}, size > 0
}

// age returns how many datagrams before the last seq is.
func (e *Encoder) age(seq uint16) int { return int(e.last - seq) }

// at returns the place of a sequence's symbol.
func (e *Encoder) at(seq uint16) *kept { return &e.history[seq%History] }

package fec

import "errors"

// ErrChunk means that bytes are no repair chunk: truncated, too long, or empty where data must be.
var ErrChunk = errors.New("fec: malformed repair chunk")

// Descriptors, PROTOCOL.md section 5: what a voice sends mostly takes one byte.
const (
	copyBit   = 0x80 // bits 6–0: offset − 1
	offsetBit = 0x40 // a byte with offset − 1 follows; without, the offset is 1
	spanMask  = 0x3f // span − 1

	maxCopyOffset = 128
)

// A Chunk is one repair chunk of the datagram with hop sequence s. It covers the symbols s − Offset − Span + 1 … s − Offset.
type Chunk struct {
	Offset int    // 1 to MaxOffset, of a copy to 128
	Span   int    // 1 to MaxWindow; 1 is a copy: Data is the source block itself
	Index  int    // 0 to MaxChunks − 1: the place of the chunk in its datagram
	Data   []byte // at most MaxBlock bytes if Span is 1, else 2 more
}

// Append appends the wire form. Only the last chunk of a datagram goes without its length. The index is not on the wire.
func (c Chunk) Append(dst []byte, last bool) []byte {
	switch {
	case c.Span == 1:
		dst = append(dst, copyBit|byte(c.Offset-1))
	case c.Offset == 1:
		dst = append(dst, byte(c.Span-1))
	default:
		dst = append(dst, offsetBit|byte(c.Span-1), byte(c.Offset-1))
	}
	if !last {
		dst = AppendLength(dst, len(c.Data))
	}
	return append(dst, c.Data...)
}

// Len returns the bytes that Append adds.
func (c Chunk) Len(last bool) int {
	n := 1 + len(c.Data)
	if c.Span > 1 && c.Offset > 1 {
		n++
	}
	if !last {
		n += LengthSize(len(c.Data))
	}
	return n
}

// ParseChunk reads the chunk that is number index of its datagram, from 0; the last takes all of b. Data shares memory with b. The error is ErrChunk.
func ParseChunk(b []byte, index int, last bool) (c Chunk, rest []byte, err error) {
	if len(b) == 0 {
		return Chunk{}, nil, ErrChunk
	}
	head := b[0]
	b = b[1:]
	c = Chunk{Offset: 1, Span: int(head&spanMask) + 1, Index: index}
	switch {
	case head&copyBit != 0:
		c.Offset, c.Span = int(head&^copyBit)+1, 1
	case c.Span == 1:
		return Chunk{}, nil, ErrChunk // would be a second form of a copy
	case head&offsetBit != 0:
		if len(b) == 0 || b[0] == 0 {
			return Chunk{}, nil, ErrChunk
		}
		c.Offset = int(b[0]) + 1
		b = b[1:]
	}
	n := len(b)
	if !last {
		size, used := ParseLength(b)
		if used == 0 || size > len(b)-used {
			return Chunk{}, nil, ErrChunk
		}
		b, n = b[used:], size
	}
	c.Data = b[:n:n]
	if !c.valid() {
		return Chunk{}, nil, ErrChunk
	}
	return c, b[n:], nil
}

// valid holds the limits of the fields against each other.
func (c Chunk) valid() bool {
	if c.Offset < 1 || c.Offset > MaxOffset || c.Index < 0 || c.Index >= MaxChunks {
		return false
	}
	if c.Span == 1 {
		return c.Offset <= maxCopyOffset && len(c.Data) <= MaxBlock
	}
	return c.Span > 1 && c.Span <= MaxWindow && len(c.Data) >= 1 && len(c.Data) <= maxSymbol
}

package fec

import (
	"errors"

	"github.com/quic-go/quic-go/quicvarint"
)

// ErrChunk means that bytes are no repair chunk: truncated, too long, or empty where data must be.
var ErrChunk = errors.New("fec: malformed repair chunk")

const (
	descriptorSize = 2
	maxIndex       = 3
)

// A Chunk is one repair chunk of the datagram with hop sequence s. It covers the symbols s − Offset − Span + 1 … s − Offset.
type Chunk struct {
	Offset int    // 1 to MaxOffset
	Span   int    // 1 to MaxWindow; 1 is a copy: Data is the source block itself
	Index  int    // 0 to 3, tells apart the window chunks of one datagram
	Data   []byte // at most MaxBlock bytes if Span is 1, else 2 more
}

// Append appends the wire form. Only the last chunk of a datagram goes without its length.
func (c Chunk) Append(dst []byte, last bool) []byte {
	dst = append(dst, byte(c.Offset-1), byte(c.Index<<6|(c.Span-1)))
	if !last {
		dst = quicvarint.Append(dst, uint64(len(c.Data)))
	}
	return append(dst, c.Data...)
}

// Len returns the bytes that Append adds.
func (c Chunk) Len(last bool) int {
	n := descriptorSize + len(c.Data)
	if !last {
		n += quicvarint.Len(uint64(len(c.Data)))
	}
	return n
}

// ParseChunk reads one chunk; the last of a datagram takes all of b. Data shares memory with b. The error is ErrChunk.
func ParseChunk(b []byte, last bool) (c Chunk, rest []byte, err error) {
	if len(b) < descriptorSize {
		return Chunk{}, nil, ErrChunk
	}
	c = Chunk{Offset: int(b[0]) + 1, Span: int(b[1]&0x3f) + 1, Index: int(b[1] >> 6)}
	b = b[descriptorSize:]
	n := uint64(len(b))
	if !last {
		size, used, err := quicvarint.Parse(b)
		if err != nil || size > uint64(len(b)-used) {
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
	if c.Offset < 1 || c.Offset > MaxOffset || c.Index < 0 || c.Index > maxIndex {
		return false
	}
	if c.Span == 1 {
		return len(c.Data) <= MaxBlock
	}
	return c.Span > 1 && c.Span <= MaxWindow && len(c.Data) >= lengthSize && len(c.Data) <= maxSymbol
}

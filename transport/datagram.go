package transport

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/quic-go/quic-go/quicvarint"

	"github.com/diemcau/diemcau/fec"
)

// MaxDatagram is the longest hop datagram, in bytes: it fits every path that QUIC accepts.
const MaxDatagram = 1100

// MaxChunks is the most repair chunks that a datagram carries.
const MaxChunks = 3

// Overhead is what IPv4, UDP, QUIC and WebTransport add to a hop datagram on the wire, in bytes (measured: 53 to 55).
const Overhead = 55

// Errors of a datagram that is dropped. None of them ends a session.
var (
	ErrMalformed = errors.New("transport: malformed datagram")
	ErrDuplicate = errors.New("transport: duplicate datagram")
	ErrTooOld    = errors.New("transport: datagram too old")
)

// Datagrams is an unreliable, unordered path with message boundaries. *webtransport.Session satisfies it unchanged.
// SendDatagram may block while the library's queue is full and may keep the slice; the slice that ReceiveDatagram returns is the caller's.
type Datagrams interface {
	SendDatagram([]byte) error
	ReceiveDatagram(context.Context) ([]byte, error)
}

const (
	flagFeedback  = 0x01
	chunkShift    = 1
	chunkMask     = 0x03
	flagsReserved = 0xf8
	headerSize    = 3
)

// datagram is a hop datagram, parsed (PROTOCOL.md section 2). Its slices lie in the datagram's bytes.
type datagram struct {
	hop         uint16
	hasFeedback bool
	feedback    Feedback
	source      []byte
	chunks      [MaxChunks]fec.Chunk
	chunkCount  int
}

func parseDatagram(b []byte) (d datagram, err error) {
	if len(b) < headerSize || len(b) > MaxDatagram || b[0]&flagsReserved != 0 {
		return d, ErrMalformed
	}
	flags := b[0]
	d.hop = binary.BigEndian.Uint16(b[1:])
	b = b[headerSize:]
	if flags&flagFeedback != 0 {
		d.hasFeedback = true
		if d.feedback, b, err = parseFeedback(b); err != nil {
			return d, err
		}
	}
	count := int(flags >> chunkShift & chunkMask)
	if count == 0 {
		d.source = b
		return d, nil
	}
	if d.source, b, err = parseBlock(b); err != nil {
		return d, err
	}
	for i := range count {
		if d.chunks[i], b, err = fec.ParseChunk(b, i == count-1); err != nil {
			return d, ErrMalformed
		}
	}
	d.chunkCount = count
	return d, nil
}

// parseBlock reads a varint length and that many bytes.
func parseBlock(b []byte) (block, rest []byte, err error) {
	n, size, err := quicvarint.Parse(b)
	if err != nil || n > uint64(len(b)-size) {
		return nil, nil, ErrMalformed
	}
	return b[size : size+int(n)], b[size+int(n):], nil
}

func appendBlock(b, block []byte) []byte {
	return append(quicvarint.Append(b, uint64(len(block))), block...)
}

// appendDatagram writes the wire form. At most MaxChunks chunks; fb may be nil.
func appendDatagram(b []byte, hop uint16, fb *Feedback, source []byte, chunks []fec.Chunk) []byte {
	flags := byte(len(chunks)) << chunkShift
	if fb != nil {
		flags |= flagFeedback
	}
	b = append(b, flags)
	b = binary.BigEndian.AppendUint16(b, hop)
	if fb != nil {
		b = fb.append(b)
	}
	if len(chunks) == 0 {
		return append(b, source...)
	}
	b = appendBlock(b, source)
	for i, c := range chunks {
		b = c.Append(b, i == len(chunks)-1)
	}
	return b
}

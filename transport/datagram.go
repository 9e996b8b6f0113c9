package transport

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/diemcau/diemcau/fec"
)

// MaxDatagram is the longest hop datagram, in bytes: it fits every path that QUIC accepts.
const MaxDatagram = 1100

// MaxChunks is the most repair chunks that a datagram carries.
const MaxChunks = fec.MaxChunks

// Overhead is what IPv4, UDP, QUIC and WebTransport add to a hop datagram on the wire, in bytes (measured: 53 to 55).
const Overhead = fec.Below

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
	chunkMask     = 0x07
	flagPrompt    = 0x10
	flagsReserved = 0xe0
	headerSize    = 3
)

// datagram is a hop datagram, parsed (PROTOCOL.md section 2). Its slices lie in the datagram's bytes.
type datagram struct {
	hop         uint16
	hasFeedback bool
	prompt      bool // the sender wants a report on every datagram
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
	d.prompt = flags&flagPrompt != 0
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
	if d.source, b, err = parsePart(b); err != nil {
		return d, err
	}
	for i := range count {
		if d.chunks[i], b, err = fec.ParseChunk(b, i, i == count-1); err != nil {
			return d, ErrMalformed
		}
	}
	d.chunkCount = count
	return d, nil
}

// parsePart reads a length and that many bytes.
func parsePart(b []byte) (block, rest []byte, err error) {
	n, size := fec.ParseLength(b)
	if size == 0 || n > len(b)-size {
		return nil, nil, ErrMalformed
	}
	return b[size : size+n], b[size+n:], nil
}

func appendPart(b, block []byte) []byte {
	return append(fec.AppendLength(b, len(block)), block...)
}

// appendDatagram writes the wire form. At most MaxChunks chunks; fb may be nil.
func appendDatagram(b []byte, hop uint16, prompt bool, fb *Feedback, source []byte, chunks []fec.Chunk) []byte {
	flags := byte(len(chunks)) << chunkShift
	if prompt {
		flags |= flagPrompt
	}
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
	b = appendPart(b, source)
	for i, c := range chunks {
		b = c.Append(b, i == len(chunks)-1)
	}
	return b
}

package transport

import (
	"encoding/binary"

	"github.com/quic-go/quic-go/quicvarint"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/opus"
)

const (
	maxAliases     = 32
	maxEntryFrames = 4
	fullEntry      = 0x04
	fullSize       = 1 + 13
	shortSize      = 1 + 2
	maxFrameHeader = 1 + 2 // level, varint length of a voice payload
)

// entry is a voice entry of a source block, parsed (PROTOCOL.md section 3): up to four frames in a row of one layer.
type entry struct {
	alias       uint8
	full        bool
	publication uint32
	layer       codec.Layer
	sequence    uint32 // short form: low 8 bits only
	time        uint32 // short form: low 8 bits of time / 960 only
	levels      [maxEntryFrames]codec.Level
	payloads    [maxEntryFrames][]byte
	frames      int
}

// parseEntry reads one entry and returns what follows it. Payloads lie in b.
func parseEntry(b []byte) (e entry, rest []byte, err error) {
	if len(b) < shortSize {
		return e, nil, ErrMalformed
	}
	head := b[0]
	e.alias = head >> 3
	e.full = head&fullEntry != 0
	e.frames = int(head&0x03) + 1
	if e.full {
		if len(b) < fullSize {
			return e, nil, ErrMalformed
		}
		e.publication = binary.BigEndian.Uint32(b[1:])
		e.layer = codec.Layer(b[5])
		e.sequence = binary.BigEndian.Uint32(b[6:])
		e.time = binary.BigEndian.Uint32(b[10:])
		b = b[fullSize:]
		if !e.layer.Valid() {
			return e, nil, ErrMalformed
		}
	} else {
		e.sequence, e.time = uint32(b[1]), uint32(b[2])
		b = b[shortSize:]
	}
	for i := range e.frames {
		if e.levels[i], e.payloads[i], b, err = parseFrame(b); err != nil {
			return e, nil, err
		}
	}
	return e, b, nil
}

func parseFrame(b []byte) (level codec.Level, payload, rest []byte, err error) {
	if len(b) == 0 {
		return 0, nil, nil, ErrMalformed
	}
	payload, rest, err = parseBlock(b[1:])
	if err != nil || len(payload) == 0 || len(payload) > codec.MaxVoicePayload {
		return 0, nil, nil, ErrMalformed
	}
	return codec.Level(b[0]), payload, rest, nil
}

// appendEntry writes packets, one to four frames in a row of one layer, as one entry.
func appendEntry(b []byte, alias uint8, full bool, packets []*Packet) []byte {
	first := packets[0]
	head := alias<<3 | byte(len(packets)-1)
	if full {
		b = append(b, head|fullEntry)
		b = binary.BigEndian.AppendUint32(b, first.SSRC)
		b = append(b, byte(first.Layer))
		b = binary.BigEndian.AppendUint32(b, first.Sequence)
		b = binary.BigEndian.AppendUint32(b, first.Timestamp)
	} else {
		b = append(b, head, byte(first.Sequence), byte(first.Timestamp/codec.TimeGrid))
	}
	for _, p := range packets {
		b = append(b, byte(p.Level))
		b = quicvarint.Append(b, uint64(len(p.Payload)))
		b = append(b, p.Payload...)
	}
	return b
}

// follows says whether b is the frame right after a of the same layer, so that both fit one entry.
func follows(a, b *Packet) bool {
	if a.SSRC != b.SSRC || a.Layer != b.Layer || b.Sequence != a.Sequence+1 {
		return false
	}
	samples, err := opus.Duration(a.Payload)
	return err == nil && b.Timestamp == a.Timestamp+uint32(samples)
}

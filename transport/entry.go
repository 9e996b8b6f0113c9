package transport

import (
	"encoding/binary"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/opus"
	"github.com/diemcau/diemcau/fec"
)

const (
	maxAliases     = 16
	maxEntryFrames = 6
	maxEqual       = 3 // frames of one length that an entry's head can count
	aliasShift     = 4
	lastEntry      = 0x08 // of its block: its last frame goes without a length
	fullEntry      = 0x04
	fullSize       = 1 + 13
	shortSize      = 1 + 2
	maxFrameHeader = 1 + 2 // level, length of a voice payload
)

// entry is a voice entry of a source block, parsed (PROTOCOL.md section 3): up to six frames in a row of one layer.
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
	e.alias = head >> aliasShift
	e.full = head&fullEntry != 0
	e.frames = int(head&maxEqual) + 1
	if e.full {
		if len(b) < fullSize {
			return e, nil, ErrMalformed
		}
		e.publication = binary.BigEndian.Uint32(b[1:])
		e.layer = codec.Layer(b[5])
		e.sequence = binary.BigEndian.Uint32(b[6:])
		e.time = binary.BigEndian.Uint32(b[10:])
		b = b[fullSize:]
		if !e.layer.Voice() {
			return e, nil, ErrMalformed
		}
	} else {
		e.sequence, e.time = uint32(b[1]), uint32(b[2])
		b = b[shortSize:]
	}
	if e.frames == maxEqual+1 { // each with its own length
		if len(b) == 0 || b[0] == 0 || b[0] > maxEntryFrames {
			return e, nil, ErrMalformed
		}
		e.frames = int(b[0])
		b = b[1:]
		b, err = e.parseFrames(b, head&lastEntry != 0)
	} else {
		b, err = e.parseEqual(b, head&lastEntry != 0)
	}
	if err != nil || (head&lastEntry != 0) != (len(b) == 0) {
		return e, nil, ErrMalformed
	}
	return e, b, nil
}

// parseEqual reads frames of one length, which is not written in the last entry.
func (e *entry) parseEqual(b []byte, last bool) (rest []byte, err error) {
	size := (len(b) - e.frames) / e.frames
	if last && (size+1)*e.frames != len(b) {
		return nil, ErrMalformed
	}
	if !last {
		n, used := fec.ParseLength(b)
		if used == 0 {
			return nil, ErrMalformed
		}
		size, b = n, b[used:]
	}
	for i := range e.frames {
		if b, err = e.frame(i, b, size); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// parseFrames reads frames with a length each, the last of the last entry without.
func (e *entry) parseFrames(b []byte, last bool) (rest []byte, err error) {
	for i := range e.frames {
		size := len(b) - 1
		if !last || i < e.frames-1 {
			n, used := fec.ParseLength(b)
			if used == 0 {
				return nil, ErrMalformed
			}
			size, b = n, b[used:]
		}
		if b, err = e.frame(i, b, size); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// frame takes the level and the payload of a frame.
func (e *entry) frame(i int, b []byte, size int) (rest []byte, err error) {
	if size < 1 || size > codec.MaxVoicePayload || len(b) < 1+size {
		return nil, ErrMalformed
	}
	e.levels[i], e.payloads[i] = codec.Level(b[0]), b[1:1+size]
	return b[1+size:], nil
}

// appendEntry writes packets, one to six frames in a row of one layer, as one entry; last says that nothing follows in the block.
func appendEntry(b []byte, alias uint8, full, last bool, packets []*Packet) []byte {
	first := packets[0]
	same := equal(packets)
	head := alias<<aliasShift | maxEqual
	if same {
		head = alias<<aliasShift | byte(len(packets)-1)
	}
	if last {
		head |= lastEntry
	}
	if full {
		b = append(b, head|fullEntry)
		b = binary.BigEndian.AppendUint32(b, first.SSRC)
		b = append(b, byte(first.Layer))
		b = binary.BigEndian.AppendUint32(b, first.Sequence)
		b = binary.BigEndian.AppendUint32(b, first.Timestamp)
	} else {
		b = append(b, head, byte(first.Sequence), byte(first.Timestamp/codec.TimeGrid))
	}
	switch {
	case !same:
		b = append(b, byte(len(packets)))
	case !last:
		b = fec.AppendLength(b, len(first.Payload))
	}
	for i, p := range packets {
		if !same && (!last || i < len(packets)-1) {
			b = fec.AppendLength(b, len(p.Payload))
		}
		b = append(b, byte(p.Level))
		b = append(b, p.Payload...)
	}
	return b
}

// equal says whether packets are few and as long as each other, as those of a constant bit rate are.
func equal(packets []*Packet) bool {
	for _, p := range packets {
		if len(p.Payload) != len(packets[0].Payload) {
			return false
		}
	}
	return len(packets) <= maxEqual
}

// follows says whether b is the frame right after a of the same layer, so that both fit one entry.
func follows(a, b *Packet) bool {
	if a.SSRC != b.SSRC || a.Layer != b.Layer || b.Sequence != a.Sequence+1 {
		return false
	}
	samples, err := opus.Duration(a.Payload)
	return err == nil && b.Timestamp == a.Timestamp+uint32(samples)
}

package ogg

import (
	"encoding/binary"
	"fmt"
)

const (
	headMagic = "OpusHead"
	tagsMagic = "OpusTags"
	maxTags   = 1 << 20 // bytes of the comment header
)

// Head is the identification header of a stream (RFC 7845 section 5.1).
type Head struct {
	Channels   int    // 1 or 2
	PreSkip    uint16 // samples at 48 kHz that a player drops at the beginning
	SampleRate uint32 // Hz of the original, for information only
	Gain       int16  // dB in steps of 1/256, to apply at playing
}

// Voice is the head of a mono voice from a usual encoder: 6.5 ms look-ahead to drop.
var Voice = Head{Channels: 1, PreSkip: 312, SampleRate: 48000}

func (h Head) append(b []byte) []byte {
	b = append(b, headMagic...)
	b = append(b, 1, byte(h.Channels))
	b = binary.LittleEndian.AppendUint16(b, h.PreSkip)
	b = binary.LittleEndian.AppendUint32(b, h.SampleRate)
	b = binary.LittleEndian.AppendUint16(b, uint16(h.Gain))
	return append(b, 0)
}

func parseHead(b []byte) (h Head, err error) {
	if len(b) < 19 || string(b[:8]) != headMagic {
		return h, fmt.Errorf("%w: no Opus head", ErrKind)
	}
	if b[8]&0xf0 != 0 {
		return h, fmt.Errorf("%w: version %d", ErrKind, b[8])
	}
	h = Head{
		Channels:   int(b[9]),
		PreSkip:    binary.LittleEndian.Uint16(b[10:]),
		SampleRate: binary.LittleEndian.Uint32(b[12:]),
		Gain:       int16(binary.LittleEndian.Uint16(b[16:])),
	}
	if family := b[18]; family != 0 || h.Channels < 1 || h.Channels > 2 {
		return h, fmt.Errorf("%w: %d channels, mapping family %d", ErrKind, h.Channels, family)
	}
	return h, nil
}

// Tags is the comment header of a stream (RFC 7845 section 5.2).
type Tags struct {
	Vendor   string
	Comments []string // each NAME=value in UTF-8
}

func (t Tags) append(b []byte) []byte {
	b = append(b, tagsMagic...)
	b = appendString(b, t.Vendor)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(t.Comments)))
	for _, c := range t.Comments {
		b = appendString(b, c)
	}
	return b
}

func parseTags(b []byte) (t Tags, err error) {
	if len(b) < 8 || string(b[:8]) != tagsMagic {
		return t, fmt.Errorf("%w: no Opus tags", ErrFormat)
	}
	b = b[8:]
	if t.Vendor, b, err = cutString(b); err != nil {
		return t, err
	}
	if len(b) < 4 {
		return t, errTags
	}
	n := binary.LittleEndian.Uint32(b)
	b = b[4:]
	if uint64(n)*4 > uint64(len(b)) {
		return t, errTags
	}
	for range n {
		var c string
		if c, b, err = cutString(b); err != nil {
			return t, err
		}
		t.Comments = append(t.Comments, c)
	}
	return t, nil
}

var errTags = fmt.Errorf("%w: Opus tags are cut off", ErrFormat)

func appendString(b []byte, s string) []byte {
	return append(binary.LittleEndian.AppendUint32(b, uint32(len(s))), s...)
}

func cutString(b []byte) (s string, rest []byte, err error) {
	if len(b) < 4 {
		return "", nil, errTags
	}
	n := binary.LittleEndian.Uint32(b)
	if b = b[4:]; uint64(n) > uint64(len(b)) {
		return "", nil, errTags
	}
	return string(b[:n]), b[n:], nil
}

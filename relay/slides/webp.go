package slides

import "encoding/binary"

// CheckWebP says whether content can be a page: one still WebP picture (RFC 9649) of at most MaxWidth by MaxHeight, whose chunks fill the file, or
// ErrImage. Browsers decode it; what matters here is that none is asked for gigabytes of memory, nor for a film.
func CheckWebP(content []byte) error {
	if len(content) < 20 || string(content[:4]) != "RIFF" || string(content[8:12]) != "WEBP" {
		return ErrImage
	}
	size := int(binary.LittleEndian.Uint32(content[4:]))
	if size+8 != len(content) {
		return ErrImage
	}
	pictures, first := 0, true
	for rest := content[12:]; len(rest) > 0; first = false {
		if len(rest) < 8 {
			return ErrImage
		}
		name, n := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:]))
		whole := 8 + n + n&1
		if n > len(rest) || whole > len(rest) {
			return ErrImage
		}
		w, h, ok := measure(name, rest[8:8+n], first)
		if !ok || w > MaxWidth || h > MaxHeight {
			return ErrImage
		}
		if name == "VP8 " || name == "VP8L" {
			pictures++
		}
		rest = rest[whole:]
	}
	if pictures != 1 {
		return ErrImage
	}
	return nil
}

// measure reads the size that a chunk tells, 0 if it tells none; false for a chunk that a page must not have, or not there.
func measure(name string, b []byte, first bool) (w, h int, ok bool) {
	switch name {
	case "VP8 ": // RFC 6386: a key frame, whose start code is 9d 01 2a
		if len(b) < 10 || b[0]&1 != 0 || b[3] != 0x9d || b[4] != 1 || b[5] != 0x2a {
			return 0, 0, false
		}
		w, h = int(binary.LittleEndian.Uint16(b[6:]))&0x3fff, int(binary.LittleEndian.Uint16(b[8:]))&0x3fff
		return w, h, w > 0 && h > 0
	case "VP8L":
		if len(b) < 5 || b[0] != 0x2f {
			return 0, 0, false
		}
		bits := binary.LittleEndian.Uint32(b[1:])
		return int(bits&0x3fff) + 1, int(bits>>14&0x3fff) + 1, bits>>29 == 0
	case "VP8X":
		if len(b) != 10 || !first || b[0]&2 != 0 { // 2: animated
			return 0, 0, false
		}
		u24 := func(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }
		return u24(b[4:]) + 1, u24(b[7:]) + 1, true
	case "ICCP", "ALPH", "EXIF", "XMP ":
		return 0, 0, !first
	}
	return 0, 0, false
}

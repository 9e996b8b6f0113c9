package fec

// Lengths on the wire take one byte below longLength, which is what a voice needs, else two.
const (
	longLength = 0xc0
	maxLength  = 0xff<<8 - longLength<<8 + 0xff
)

// AppendLength appends the wire form of a length, 0 to 16,383 (PROTOCOL.md section 2).
func AppendLength(b []byte, n int) []byte {
	if n < longLength {
		return append(b, byte(n))
	}
	return append(b, longLength+byte(n>>8), byte(n))
}

// LengthSize returns the bytes that AppendLength adds.
func LengthSize(n int) int {
	if n < longLength {
		return 1
	}
	return 2
}

// ParseLength reads a length and how many bytes it took; 0 of them if b is too short or the length could have been shorter.
func ParseLength(b []byte) (n, size int) {
	switch {
	case len(b) == 0:
		return 0, 0
	case b[0] < longLength:
		return int(b[0]), 1
	case len(b) == 1:
		return 0, 0
	}
	n = int(b[0]-longLength)<<8 | int(b[1])
	if n < longLength {
		return 0, 0
	}
	return n, 2
}

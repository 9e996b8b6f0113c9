package fec

import "github.com/klauspost/reedsolomon"

// Limits of the code, PROTOCOL.md section 5.
const (
	MaxBlock  = 1100 // bytes of a source block
	MaxWindow = 64   // symbols that one chunk covers
	MaxOffset = 256  // from a datagram back to the newest symbol that its chunk covers

	maxSymbol = 2 + MaxBlock

	padding = 64 // memory is padded to multiples of this: the kernels are up to twice as fast
)

// kernels are klauspost's SIMD multiplications in GF(2^8) with polynomial 0x11D.
var kernels reedsolomon.LowLevel

// coefficient returns c(s, index, t): what the symbol t counts for in the chunk index of the datagram s. It is never 0, and
// since it depends on sequences only, it costs no bytes. Rows of different datagrams are different for 32 datagrams in a row.
func coefficient(s uint16, index int, t uint16) byte {
	x := byte((6*int(s) + index) % 192)
	y := 192 + byte(t)%64
	return reedsolomon.Inv(x ^ y)
}

// pad rounds n bytes up to what is kept in memory.
func pad(n int) int { return (n + padding - 1) &^ (padding - 1) }

// A symbol is length ‖ source block ‖ zeros, padded. That of an empty block is all zeros, so it has no bytes at all.
type symbol []byte

// set makes s the symbol of block, in the memory that s has if it is large enough.
func (s symbol) set(block []byte) symbol {
	if len(block) == 0 {
		return s[:0]
	}
	s = s[:0].grow(pad(LengthSize(len(block)) + len(block)))
	AppendLength(s[:0], len(block))
	copy(s[LengthSize(len(block)):], block)
	return s
}

// size returns the bytes of s that are not padding.
func (s symbol) size() int {
	n, used := ParseLength(s)
	return used + n
}

// block returns the source block in s, in the memory of s.
func (s symbol) block() []byte {
	n, used := ParseLength(s)
	return s[used : used+n : used+n]
}

// sound says whether s, just solved, can be a symbol: a possible length and nothing behind it. What a sender made wrong,
// by mistake or on purpose, mostly shows here.
func (s symbol) sound() bool {
	n, used := ParseLength(s)
	if used == 0 {
		return len(s) == 0
	}
	if n > MaxBlock || used+n > len(s) {
		return false
	}
	for _, b := range s[used+n:] {
		if b != 0 {
			return false
		}
	}
	return true
}

// grow returns s with at least n bytes, n a multiple of padding; new ones are zero.
func (s symbol) grow(n int) symbol {
	if n <= len(s) {
		return s
	}
	if n > cap(s) {
		larger := make(symbol, n)
		copy(larger, s)
		return larger
	}
	had := len(s)
	s = s[:n]
	clear(s[had:])
	return s
}

// add returns s + c · other, as long as the longer.
func (s symbol) add(c byte, other symbol) symbol {
	s = s.grow(len(other))
	kernels.GalMulSliceXor(c, other, s)
	return s
}

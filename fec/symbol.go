package fec

import (
	"encoding/binary"

	"github.com/klauspost/reedsolomon"
)

// Limits of the code, PROTOCOL.md section 5.
const (
	MaxBlock  = 1100 // bytes of a source block
	MaxWindow = 64   // symbols that one chunk covers
	MaxOffset = 256  // from a datagram back to the newest symbol that its chunk covers

	maxSymbol = lengthSize + MaxBlock

	lengthSize = 2
	padding    = 64 // memory is padded to multiples of this: the kernels are up to twice as fast
)

// kernels are klauspost's SIMD multiplications in GF(2^8) with polynomial 0x11D.
var kernels reedsolomon.LowLevel

// coefficient returns c(s, index, t): what the symbol t counts for in the chunk index of the datagram s. It is never 0, and
// since it depends on sequences only, it costs no bytes.
func coefficient(s uint16, index int, t uint16) byte {
	x := byte(2*int(s)+index) % 128
	y := 128 + byte(t)%128
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
	s = s[:0].grow(pad(lengthSize + len(block)))
	binary.BigEndian.PutUint16(s, uint16(len(block)))
	copy(s[lengthSize:], block)
	return s
}

// size returns the bytes of s that are not padding.
func (s symbol) size() int { return lengthSize + len(s.block()) }

// block returns the source block in s, in the memory of s.
func (s symbol) block() []byte {
	if len(s) == 0 {
		return nil
	}
	n := int(binary.BigEndian.Uint16(s))
	return s[lengthSize : lengthSize+n : lengthSize+n]
}

// sound says whether s, just solved, can be a symbol: a possible length and nothing behind it. What a sender made wrong,
// by mistake or on purpose, mostly shows here.
func (s symbol) sound() bool {
	if len(s) < lengthSize {
		return len(s) == 0
	}
	n := int(binary.BigEndian.Uint16(s))
	if n > MaxBlock || lengthSize+n > len(s) {
		return false
	}
	for _, b := range s[lengthSize+n:] {
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

package meeting

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// ErrCode says that a text is not a meeting code.
var ErrCode = errors.New("meeting: not a meeting code")

const (
	codeSymbols  = 9 // of 5 bits: 45 bits
	codeGroup    = 3 // symbols between two hyphens
	maxCodeInput = 64
	crockford    = "0123456789abcdefghjkmnpqrstvwxyz"
)

// NewCode draws a meeting code, such as "abc-def-ghj", from random, which must be cryptographically secure.
// It fails only if random does.
func NewCode(random io.Reader) (string, error) {
	var symbols [codeSymbols]byte
	if _, err := io.ReadFull(random, symbols[:]); err != nil {
		return "", fmt.Errorf("meeting: drawing a code: %w", err)
	}
	for i, b := range symbols {
		symbols[i] = crockford[b%32]
	}
	return hyphenated(symbols), nil
}

// ParseCode reads a meeting code as people type it: any case, separators missing or others, o for 0, i and l for 1.
// It returns the written form, "abc-def-ghj", or ErrCode.
func ParseCode(text string) (string, error) {
	if len(text) > maxCodeInput {
		return "", ErrCode
	}
	var symbols [codeSymbols]byte
	n := 0
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != unicode.ReplacementChar {
			continue // a separator
		}
		s, ok := codeSymbol(r)
		if !ok || n == codeSymbols {
			return "", ErrCode
		}
		symbols[n] = s
		n++
	}
	if n != codeSymbols {
		return "", ErrCode
	}
	return hyphenated(symbols), nil
}

func codeSymbol(r rune) (byte, bool) {
	if r > unicode.MaxASCII {
		return 0, false
	}
	b := byte(unicode.ToLower(r))
	switch b {
	case 'o':
		b = '0'
	case 'i', 'l':
		b = '1'
	}
	return b, strings.IndexByte(crockford, b) >= 0
}

func hyphenated(symbols [codeSymbols]byte) string {
	out := make([]byte, 0, codeSymbols+codeSymbols/codeGroup-1)
	for i, s := range symbols {
		if i > 0 && i%codeGroup == 0 {
			out = append(out, '-')
		}
		out = append(out, s)
	}
	return string(out)
}

package allocation

import (
	"slices"

	"github.com/diemcau/diemcau/codec"
)

// Codec returns the codec that a source is to be encoded in: the first of encodes, which is best first, that all decode, else the one that most do. Names that
// nobody knows are passed over; "" if nothing is left.
func Codec(encodes []string, decodes [][]string) string {
	best, most := "", -1
	for _, name := range encodes {
		if _, ok := codec.ParseCodec(name); !ok {
			continue
		}
		n := 0
		for _, d := range decodes {
			if slices.Contains(d, name) {
				n++
			}
		}
		if n > most {
			best, most = name, n
		}
	}
	return best
}

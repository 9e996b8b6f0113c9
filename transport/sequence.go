package transport

// unwrap16 returns the number nearest to near whose low 16 bits are v.
func unwrap16(near int64, v uint16) int64 { return near + int64(int16(v-uint16(near))) }

// unwrap8 returns the number nearest to near, modulo 2^32, whose low 8 bits are v.
func unwrap8(near uint32, v uint8) uint32 { return near + uint32(int32(int8(v-uint8(near)))) }

// historySize is how many hop sequences either end remembers: replays further back are dropped unseen.
const historySize = 1024

// history is one bit for each of the last historySize hop sequences.
type history [historySize / 64]uint64

func (h *history) at(seq int64) bool {
	i := uint64(seq) % historySize
	return h[i/64]&(1<<(i%64)) != 0
}

func (h *history) set(seq int64) {
	i := uint64(seq) % historySize
	h[i/64] |= 1 << (i % 64)
}

func (h *history) clear(seq int64) {
	i := uint64(seq) % historySize
	h[i/64] &^= 1 << (i % 64)
}

// advance forgets what the sequences after from up to to meant in an earlier round.
func (h *history) advance(from, to int64) {
	if to-from >= historySize {
		*h = history{}
		return
	}
	for s := from + 1; s <= to; s++ {
		h.clear(s)
	}
}

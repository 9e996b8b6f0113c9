package fec

// Limits of a Decoder's memory, PROTOCOL.md section 5.
const (
	Symbols   = 192 // newest symbols of a direction that are kept
	Equations = 64  // unsolved equations that are kept
)

// firstEpoch keeps unwrapped sequences positive.
const firstEpoch = 1 << 16

// DecoderStats counts what came of the repair chunks.
type DecoderStats struct {
	Recovered uint64 // blocks that came back
	Useless   uint64 // chunks that told nothing new
	Old       uint64 // chunks that need symbols no longer kept
	Bad       uint64 // chunks that contradict themselves or what arrived
}

// A Decoder recovers the lost blocks of one direction of one session. It holds its equations in reduced row-echelon form, the
// pivot of each being its oldest unknown: every equation that can be solved is solved at once, and when a symbol grows too old, only
// the equation whose pivot it is goes with it.
//
// Whatever the peer sends, memory stays below 350 kB and a call does at most some 200 operations on 1,152 bytes.
type Decoder struct {
	recovered func(seq uint16, block []byte)
	stats     DecoderStats

	begun   bool
	newest  int64              // highest sequence so far, unwrapped
	symbols [Symbols]symbol    // by unwrapped sequence mod Symbols; of those that are here
	here    [Symbols]bool      // arrived or recovered
	pivots  [Symbols]*equation // the equation whose oldest unknown this is; nil: none
	rows    int                // equations in pivots
	spare   []*equation
}

// NewDecoder returns a Decoder that hands every recovered block to recovered, the oldest first, each once. The block is the
// Decoder's and valid until the function returns; the function must not call the Decoder.
func NewDecoder(recovered func(seq uint16, block []byte)) *Decoder {
	return &Decoder{recovered: recovered}
}

// Stats returns the counters.
func (d *Decoder) Stats() DecoderStats { return d.stats }

// Here says whether the block of seq arrived or was recovered, as far as it is still remembered.
func (d *Decoder) Here(seq uint16) bool {
	t := d.unwrap(seq)
	return d.begun && t <= d.newest && !d.expired(t) && d.here[t%Symbols]
}

// Source records the block of the datagram seq, which arrived; it copies the block. It is false, and nothing happens, if the
// block was here before, is older than the newest Symbols ones or longer than MaxBlock.
func (d *Decoder) Source(seq uint16, block []byte) bool {
	t := d.advance(seq)
	if d.expired(t) || d.here[t%Symbols] || len(block) > MaxBlock {
		return false
	}
	d.learn(t, block)
	d.solve()
	return true
}

// Repair takes a chunk of the datagram seq, after the Source of that datagram. It keeps nothing of c.
func (d *Decoder) Repair(seq uint16, c Chunk) {
	if !c.valid() {
		d.stats.Bad++
		return
	}
	to := d.advance(seq) - int64(c.Offset)
	from := to - int64(c.Span) + 1
	switch {
	case d.expired(from):
		d.stats.Old++
	case d.allHere(from, to):
		d.stats.Useless++
	case c.Span == 1:
		d.learn(to, c.Data)
		d.deliver(to)
		d.solve()
	default:
		d.sum(seq, c, from, to)
	}
}

// unwrap returns the sequence nearest to the newest one.
func (d *Decoder) unwrap(seq uint16) int64 {
	return d.newest + int64(int16(seq-uint16(d.newest)))
}

// advance unwraps seq and makes room up to it.
func (d *Decoder) advance(seq uint16) int64 {
	if !d.begun {
		d.begun = true
		d.newest = firstEpoch + int64(seq)
		return d.newest
	}
	t := d.unwrap(seq)
	for u := max(d.newest, t-Symbols) + 1; u <= t; u++ {
		d.here[u%Symbols] = false
		d.drop(u % Symbols)
	}
	d.newest = max(d.newest, t)
	return t
}

func (d *Decoder) expired(t int64) bool { return t <= d.newest-Symbols }

func (d *Decoder) allHere(from, to int64) bool {
	for t := from; t <= to; t++ {
		if !d.here[t%Symbols] {
			return false
		}
	}
	return true
}

// learn makes the unknown symbol t known and takes it out of the equations.
func (d *Decoder) learn(t int64, block []byte) {
	d.keep(t, block)
	d.substitute(t)
}

// keep remembers the block of the symbol t.
func (d *Decoder) keep(t int64, block []byte) {
	slot := t % Symbols
	d.symbols[slot] = d.symbols[slot].set(block)
	d.here[slot] = true
}

// deliver hands out the symbol t, just recovered.
func (d *Decoder) deliver(t int64) {
	d.stats.Recovered++
	d.recovered(uint16(t), d.symbols[t%Symbols].block())
}

package fec

import "github.com/klauspost/reedsolomon"

// An equation says: the sum over the unknown symbols t of coefficients[t mod Symbols] · S(t) is sum. Those in a Decoder's pivots have
// coefficient 1 at their pivot, and no other equation has an unknown that is a pivot.
type equation struct {
	coefficients [Symbols]byte
	sum          symbol
}

// sum makes an equation of a window chunk of the datagram seq over the symbols from … to, and brings it in.
func (d *Decoder) sum(seq uint16, c Chunk, from, to int64) {
	e := d.blank()
	e.sum = e.sum.grow(pad(len(c.Data)))
	copy(e.sum, c.Data)
	for t := from; t <= to; t++ {
		slot := t % Symbols
		factor := coefficient(seq, c.Index, uint16(t))
		switch s := d.symbols[slot]; {
		case !d.here[slot]:
			e.coefficients[slot] = factor
		case s.size() > len(c.Data):
			d.stats.Bad++
			d.spare = append(d.spare, e)
			return
		default:
			e.sum = e.sum.add(factor, s)
		}
	}
	for t := from; t <= to; t++ {
		if p := d.pivots[t%Symbols]; p != nil {
			d.eliminate(e, p, t)
		}
	}
	if !d.insert(e) {
		d.stats.Useless++
	}
	d.solve()
}

// eliminate takes the unknown t, the pivot of p, out of e.
func (d *Decoder) eliminate(e, p *equation, t int64) {
	factor := e.coefficients[t%Symbols]
	if factor == 0 {
		return
	}
	kernels.GalMulSliceXor(factor, p.coefficients[:], e.coefficients[:])
	e.sum = e.sum.add(factor, p.sum)
}

// insert brings in e, which has no pivot of another equation, under its oldest unknown. It is false, and e is spare, if e has none.
func (d *Decoder) insert(e *equation) bool {
	pivot, ok := d.oldest(e, d.newest-Symbols+1)
	if !ok {
		d.spare = append(d.spare, e)
		return false
	}
	if inverse := reedsolomon.Inv(e.coefficients[pivot%Symbols]); inverse != 1 {
		kernels.GalMulSlice(inverse, e.coefficients[:], e.coefficients[:])
		kernels.GalMulSlice(inverse, e.sum, e.sum)
	}
	// Only equations with an older pivot can have this unknown.
	for t := d.newest - Symbols + 1; t < pivot; t++ {
		if p := d.pivots[t%Symbols]; p != nil {
			d.eliminate(p, e, pivot)
		}
	}
	d.pivots[pivot%Symbols] = e
	d.rows++
	return true
}

// oldest returns the first unknown of e that is not older than from.
func (d *Decoder) oldest(e *equation, from int64) (int64, bool) {
	for t := from; t <= d.newest; t++ {
		if e.coefficients[t%Symbols] != 0 {
			return t, true
		}
	}
	return 0, false
}

// substitute takes the symbol t, now known, out of all equations.
func (d *Decoder) substitute(t int64) {
	if d.rows == 0 {
		return
	}
	slot := t % Symbols
	own := d.pivots[slot]
	if own != nil {
		d.pivots[slot] = nil
		d.rows--
		d.settle(own, slot)
		d.insert(own)
		return
	}
	for u := d.newest - Symbols + 1; u < t; u++ {
		if e := d.pivots[u%Symbols]; e != nil && e.coefficients[slot] != 0 {
			d.settle(e, slot)
		}
	}
}

// settle moves the known symbol of a slot to the other side of e.
func (d *Decoder) settle(e *equation, slot int64) {
	e.sum = e.sum.add(e.coefficients[slot], d.symbols[slot])
	e.coefficients[slot] = 0
}

// solve recovers the symbols of all equations that have one unknown left. Being pivots, they are in no other equation.
func (d *Decoder) solve() {
	for t := d.newest - Symbols + 1; d.rows > 0 && t <= d.newest; t++ {
		e := d.pivots[t%Symbols]
		if e == nil {
			continue
		}
		if _, more := d.oldest(e, t+1); more {
			continue
		}
		if e.sum.sound() {
			d.keep(t, e.sum.block())
			d.drop(t % Symbols)
			d.deliver(t)
		} else {
			d.stats.Bad++
			d.drop(t % Symbols)
		}
	}
	d.limit()
}

// limit drops the *equations with the oldest pivots if there are too many: they are the next to expire.
func (d *Decoder) limit() {
	for t := d.newest - Symbols + 1; d.rows > Equations; t++ {
		d.drop(t % Symbols)
	}
}

// drop gives up the *equation of a pivot's slot, if there is one.
func (d *Decoder) drop(slot int64) {
	if e := d.pivots[slot]; e != nil {
		d.pivots[slot] = nil
		d.rows--
		d.spare = append(d.spare, e)
	}
}

// blank returns an equation 0 = 0.
func (d *Decoder) blank() *equation {
	if len(d.spare) == 0 {
		return new(equation)
	}
	e := d.spare[len(d.spare)-1]
	d.spare = d.spare[:len(d.spare)-1]
	clear(e.coefficients[:])
	e.sum = e.sum[:0]
	return e
}

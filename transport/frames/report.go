package frames

import "encoding/binary"

// MaxBitmap is how many bytes of bitmap a report has at most.
const MaxBitmap = 32

const reportHead = 10

// holdMore says of a report that it left 255 ms or more after its highest piece came.
const holdMore = 255

// Report tells the sender of a direction which of its pieces came.
type Report struct {
	Highest uint16 // number of the highest piece that came
	Arrival uint16 // when it came, on the reporter's clock, 250 µs
	Hold    uint8  // ms from then until the report left, 255: that or more
	Count   uint16 // pieces that came in all, low 16 bits
	Keys    uint8  // bit i: a key frame is wanted of layer i; bits 0 and 1: of screen layers 8 and 9
	Bytes   int    // of Bitmap
	Bitmap  [MaxBitmap]byte
}

// ParseReport reads a report. The error is ErrMalformed.
func ParseReport(b []byte) (r Report, err error) {
	if len(b) < reportHead || b[0] != reportMark || b[9] > MaxBitmap || len(b) != reportHead+int(b[9]) {
		return r, ErrMalformed
	}
	r = Report{
		Highest: binary.BigEndian.Uint16(b[1:]), Arrival: binary.BigEndian.Uint16(b[3:]), Hold: b[5],
		Count: binary.BigEndian.Uint16(b[6:]), Keys: b[8], Bytes: int(b[9]),
	}
	copy(r.Bitmap[:], b[reportHead:])
	return r, nil
}

// Append writes the wire form.
func (r *Report) Append(b []byte) []byte {
	b = append(b, reportMark)
	b = binary.BigEndian.AppendUint16(b, r.Highest)
	b = binary.BigEndian.AppendUint16(b, r.Arrival)
	b = append(b, r.Hold)
	b = binary.BigEndian.AppendUint16(b, r.Count)
	b = append(b, r.Keys, byte(r.Bytes))
	return append(b, r.Bitmap[:r.Bytes]...)
}

// Here says whether the piece with a number below Highest came, as far as the bitmap tells: known is false beyond it.
func (r *Report) Here(number uint16) (here, known bool) {
	back := int(r.Highest - number)
	if back == 0 {
		return true, true
	}
	if back--; back >= 8*r.Bytes {
		return false, false
	}
	return r.Bitmap[back/8]>>(back%8)&1 != 0, true
}

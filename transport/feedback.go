package transport

import (
	"encoding/binary"
	"time"
)

// Units of the feedback block (PROTOCOL.md section 4).
const (
	arrivalUnit       = 250 * time.Microsecond
	holdUnknown       = 255 // ms and more
	maxFeedbackBitmap = 16  // bytes
	feedbackFixed     = 8   // bytes before the bitmap
)

// Feedback is what one end of a line tells the other of the datagrams that it got (PROTOCOL.md section 4).
type Feedback struct {
	Highest uint16 // highest hop sequence that arrived
	Arrival uint16 // when, on the reporter's clock, in 250 µs
	Hold    uint8  // ms from that arrival to this report; 255: 255 or more
	Lost    uint8  // datagrams that did not arrive by themselves, low bits of the count
	Runs    uint8  // runs of such losses, low bits of the count
	Bitmap  []byte // bit i: sequence Highest − 1 − i is here, arrived or recovered; at most 16 bytes
}

// Here says whether hop sequence seq is reported as arrived or recovered, and whether the report speaks of it at all.
func (f *Feedback) Here(seq uint16) (here, known bool) {
	back := int(f.Highest - seq)
	if back == 0 {
		return true, true
	}
	if back > 8*len(f.Bitmap) {
		return false, false
	}
	i := back - 1
	return f.Bitmap[i/8]&(1<<(i%8)) != 0, true
}

func (f *Feedback) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, f.Highest)
	b = binary.BigEndian.AppendUint16(b, f.Arrival)
	b = append(b, f.Hold, f.Lost, f.Runs, byte(len(f.Bitmap)))
	return append(b, f.Bitmap...)
}

// parseFeedback reads a feedback block and returns what follows it. The bitmap lies in b.
func parseFeedback(b []byte) (Feedback, []byte, error) {
	if len(b) < feedbackFixed {
		return Feedback{}, nil, ErrMalformed
	}
	f := Feedback{
		Highest: binary.BigEndian.Uint16(b),
		Arrival: binary.BigEndian.Uint16(b[2:]),
		Hold:    b[4],
		Lost:    b[5],
		Runs:    b[6],
	}
	n := int(b[7])
	if n > maxFeedbackBitmap || len(b) < feedbackFixed+n {
		return Feedback{}, nil, ErrMalformed
	}
	f.Bitmap = b[feedbackFixed : feedbackFixed+n]
	return f, b[feedbackFixed+n:], nil
}

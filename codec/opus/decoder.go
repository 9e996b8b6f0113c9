package opus

import (
	"errors"
	"fmt"

	pion "github.com/pion/opus"
)

// ErrDecode is what Decode's errors wrap when a well-formed packet cannot be decoded.
var ErrDecode = errors.New("the Opus packet cannot be decoded")

// Decoder turns the packets of one stream into sound: 48 kHz, mono, full scale ±1. It does not conceal and is not for
// playout. It is not safe for concurrent use.
type Decoder struct {
	pion pion.Decoder
	code []byte    // one frame as a packet of its own
	pcm  []float32 // MaxDuration samples
}

// NewDecoder returns a decoder at the beginning of a stream.
func NewDecoder() *Decoder {
	return &Decoder{pion: pion.NewDecoder(), pcm: make([]float32, MaxDuration)}
}

// Decode returns the samples of the next packet; they are valid until the next call. Frames that were not sent
// (discontinuous transmission) are silence. Errors wrap ErrMalformed or ErrDecode; the decoder can be used after either,
// and after ErrDecode the returned samples are silence of the packet's length.
func (d *Decoder) Decode(packet []byte) ([]float32, error) {
	l, err := parse(packet)
	if err != nil {
		return nil, err
	}
	samples := TOC(packet[0]).FrameSamples()
	at := l.start
	for i, size := range l.sizes[:l.n] {
		frame := packet[at : at+int(size)]
		at += int(size)
		out := d.pcm[i*samples : (i+1)*samples]
		clear(out)
		if size <= 1 {
			continue
		}
		// Frame by frame: pion breaks on packets of several frames of which some are empty.
		d.code = append(append(d.code[:0], packet[0]&^3), frame...)
		if err := d.decode(out); err != nil {
			d.pion = pion.NewDecoder()
			out = d.pcm[:l.n*samples]
			clear(out)
			return out, err
		}
	}
	return d.pcm[:l.n*samples], nil
}

// decode decodes d.code and turns pion's panics into errors.
func (d *Decoder) decode(out []float32) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: decoder panicked: %v", ErrDecode, r)
		}
	}()
	n, err := d.pion.DecodeToFloat32(d.code, out)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDecode, err)
	}
	if n != len(out) {
		return fmt.Errorf("%w: %d samples in place of %d", ErrDecode, n, len(out))
	}
	return nil
}

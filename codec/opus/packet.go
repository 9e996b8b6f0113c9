package opus

import (
	"errors"
	"fmt"
	"time"
)

// Limits of an Opus packet.
const (
	MaxFrame    = 1275  // bytes in one frame
	MaxFrames   = 48    // frames in one packet
	MaxPacket   = 61440 // bytes in one packet (RFC 7845 section 6)
	MaxDuration = 5760  // samples at 48 kHz in one packet: 120 ms
)

// ErrMalformed is what every error of Parse and Duration wraps.
var ErrMalformed = errors.New("malformed Opus packet")

// The ways to be malformed, made once: bad packets arrive in floods.
var (
	errEmpty     = fmt.Errorf("%w: empty", ErrMalformed)
	errTooLong   = fmt.Errorf("%w: longer than %d bytes", ErrMalformed, MaxPacket)
	errFrameSize = fmt.Errorf("%w: frame longer than %d bytes", ErrMalformed, MaxFrame)
	errOdd       = fmt.Errorf("%w: frames of equal size do not fill it", ErrMalformed)
	errTruncated = fmt.Errorf("%w: truncated", ErrMalformed)
	errNoFrames  = fmt.Errorf("%w: no frames", ErrMalformed)
	errDuration  = fmt.Errorf("%w: longer than 120 ms", ErrMalformed)
)

// Mode is the coding that a packet uses.
type Mode uint8

// The modes of RFC 6716 section 2.
const (
	SILK Mode = iota
	Hybrid
	CELT
)

// Bandwidth is the highest audio frequency of a packet, in Hz.
type Bandwidth uint16

// The bandwidths of RFC 6716 section 2.
const (
	Narrowband    Bandwidth = 4000
	Mediumband    Bandwidth = 6000
	Wideband      Bandwidth = 8000
	Superwideband Bandwidth = 12000
	Fullband      Bandwidth = 20000
)

// TOC is the first byte of a packet, which says what its frames are (RFC 6716 section 3.1).
type TOC byte

// Mode returns the coding.
func (t TOC) Mode() Mode {
	switch config := t >> 3; {
	case config < 12:
		return SILK
	case config < 16:
		return Hybrid
	}
	return CELT
}

// Bandwidth returns the audio bandwidth.
func (t TOC) Bandwidth() Bandwidth {
	config := t >> 3
	switch t.Mode() {
	case SILK:
		return [...]Bandwidth{Narrowband, Mediumband, Wideband}[config/4]
	case Hybrid:
		return [...]Bandwidth{Superwideband, Fullband}[(config-12)/2]
	}
	return [...]Bandwidth{Narrowband, Wideband, Superwideband, Fullband}[(config-16)/4]
}

// Channels returns 1 or 2.
func (t TOC) Channels() int { return 1 + int(t>>2&1) }

// FrameSamples returns the length of one frame in samples at 48 kHz: 120 (2.5 ms) to 2880 (60 ms).
func (t TOC) FrameSamples() int {
	config := t >> 3
	switch t.Mode() {
	case SILK:
		return [...]int{480, 960, 1920, 2880}[config%4]
	case Hybrid:
		return [...]int{480, 960}[config%2]
	}
	return 120 << (config % 4)
}

// Info describes a well-formed packet.
type Info struct {
	TOC     TOC
	Frames  int  // 1 to MaxFrames
	Samples int  // of all frames together at 48 kHz, 120 to MaxDuration
	Empty   bool // no frame has more than one byte: discontinuous transmission, nothing to decode
}

// Duration returns how long the packet sounds.
func (i Info) Duration() time.Duration { return time.Duration(i.Samples) * time.Second / 48000 }

// Duration returns the samples at 48 kHz that a packet lasts, looking at no more than its first two bytes.
// Errors wrap ErrMalformed; a packet that passes may still be malformed in its frames, see Parse.
func Duration(packet []byte) (samples int, err error) {
	n, err := frameCount(packet)
	if err != nil {
		return 0, err
	}
	samples = n * TOC(packet[0]).FrameSamples()
	if samples > MaxDuration {
		return 0, errDuration
	}
	return samples, nil
}

// Parse checks the framing of a packet by all rules of RFC 6716 section 3.4 and describes it. Errors wrap ErrMalformed.
func Parse(packet []byte) (Info, error) {
	l, err := parse(packet)
	if err != nil {
		return Info{}, err
	}
	toc := TOC(packet[0])
	info := Info{TOC: toc, Frames: l.n, Samples: l.n * toc.FrameSamples(), Empty: true}
	for _, size := range l.sizes[:l.n] {
		info.Empty = info.Empty && size <= 1
	}
	return info, nil
}

// frameCount reads how many frames a packet claims to have.
func frameCount(packet []byte) (int, error) {
	if len(packet) == 0 {
		return 0, errEmpty
	}
	if len(packet) > MaxPacket {
		return 0, errTooLong
	}
	switch packet[0] & 3 {
	case 0:
		return 1, nil
	case 1, 2:
		return 2, nil
	}
	if len(packet) < 2 {
		return 0, errTruncated
	}
	n := int(packet[1] & 0x3f)
	if n == 0 {
		return 0, errNoFrames
	}
	return n, nil
}

package beside

import (
	"encoding/binary"

	"github.com/diemcau/diemcau/transport"
)

// The sizes of a packet, in bytes.
const (
	headerSize = 6                       // of a packet on the wire
	rtpHeader  = 12                      // of the SRTP packet that it stands for
	tagSize    = 16                      // AEAD_AES_128_GCM
	maxPacket  = headerSize + maxPayload // on the wire, without IP and UDP
	maxPayload = transport.MaxDatagram + tagSize
	minPacket  = headerSize + 1 + tagSize
)

// kind says what a packet carries; it is the RTP payload type.
type kind byte

const (
	kindDatagram kind = 1
	kindPath     kind = 2
)

// The first byte of a packet: 0 0 0 0 kind epoch.
const (
	kindShift = 2
	kindMask  = 0x03
	epochMask = 0x03
	zeroBits  = 0xf0 // QUIC's first bytes have one of the upper two
)

// maxID is the greatest name of a channel at its port: 24 bits.
const maxID = 1<<24 - 1

// header is that of a packet on the wire.
type header struct {
	kind     kind
	epoch    uint8 // its two lowest bits
	id       uint32
	sequence uint16
}

// parseHeader reads the header of a packet. Anything that cannot be one of ours is refused.
func parseHeader(b []byte) (h header, ok bool) {
	if len(b) < minPacket || len(b) > maxPacket || b[0]&zeroBits != 0 {
		return h, false
	}
	h.kind = kind(b[0] >> kindShift & kindMask)
	if h.kind != kindDatagram && h.kind != kindPath {
		return h, false
	}
	h.epoch = b[0] & epochMask
	h.id = uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	h.sequence = binary.BigEndian.Uint16(b[4:])
	return h, true
}

// put writes the header into the first headerSize bytes of b.
func (h header) put(b []byte) {
	b[0] = byte(h.kind)<<kindShift | h.epoch&epochMask
	b[1], b[2], b[3] = byte(h.id>>16), byte(h.id>>8), byte(h.id)
	binary.BigEndian.PutUint16(b[4:], h.sequence)
}

// putRTP writes the header of the SRTP packet that stands for it into the first rtpHeader bytes of b. What the wire does not carry is constant.
func (h header) putRTP(b []byte) {
	b[0], b[1] = 0x80, byte(h.kind)
	binary.BigEndian.PutUint16(b[2:], h.sequence)
	binary.BigEndian.PutUint32(b[4:], 0)
	binary.BigEndian.PutUint32(b[8:], h.id)
}

// step is what a packet of kindPath asks or answers.
type step byte

const (
	stepChallenge step = 1
	stepResponse  step = 2
)

const (
	tokenSize = 8
	stepSize  = 1 + tokenSize
)

// token is what a challenge asks for and a response returns.
type token [tokenSize]byte

// parseStep reads the payload of a packet of kindPath.
func parseStep(b []byte) (s step, t token, ok bool) {
	if len(b) != stepSize {
		return 0, t, false
	}
	s = step(b[0])
	return s, token(b[1:]), s == stepChallenge || s == stepResponse
}

func appendStep(b []byte, s step, t token) []byte {
	return append(append(b, byte(s)), t[:]...)
}

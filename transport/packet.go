package transport

import (
	"github.com/pion/rtp"

	"github.com/diemcau/diemcau/codec"
)

// Packet is one object (PROTOCOL.md section 1) as Go code handles it: an RTP packet with what RTP has no room for.
// SSRC is the publication id, Timestamp the capture time, SequenceNumber the low 16 bits of Sequence.
//
// A Packet is immutable once it has been handed on: many lines share it, and its Payload.
type Packet struct {
	rtp.Packet
	Sequence uint32 // of the frame in its layer, from 0
	Layer    codec.Layer
	Level    codec.Level
}

// NewVoice makes the packet of one Opus frame. It keeps payload, which must not change afterwards.
func NewVoice(publication uint32, layer codec.Layer, sequence, captureTime uint32, level codec.Level, payload []byte) *Packet {
	return &Packet{
		Packet: rtp.Packet{
			Header: rtp.Header{
				Version:        2,
				PayloadType:    layer.PayloadType(),
				SequenceNumber: uint16(sequence),
				Timestamp:      captureTime,
				SSRC:           publication,
			},
			Payload: payload,
		},
		Sequence: sequence,
		Layer:    layer,
		Level:    level,
	}
}

// Publication returns the id of the publication that the packet belongs to.
func (p *Packet) Publication() uint32 { return p.SSRC }

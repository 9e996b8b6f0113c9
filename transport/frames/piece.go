package frames

import (
	"encoding/binary"
	"errors"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

// First bytes of what is no hop datagram.
const (
	pieceMark  = 0xf8
	reportMark = 0xf9
)

// Limits of pieces, PROTOCOL.md section 13.1.
const (
	MaxPiece   = 1100 // bytes in all
	LeastPiece = 300  // bytes of the longest piece that a Sender may be asked to make
	PieceHead  = 22   // bytes before the shard
	leastShard = 128  // bytes, of a frame that has several
)

// Clock is the step of the clocks in pieces and reports, 250 µs, of which they carry the low 16 bits.
const clockUnit = 250 // µs

// ErrMalformed says that bytes are no piece, or no report. Nothing else happens.
var ErrMalformed = errors.New("frames: malformed")

const (
	markKey       = 0x80
	temporalShift = 5
	temporalMask  = 0x03
	markReserved  = 0x10
	codecMask     = 0x0f
)

// Piece is one shard of a frame on the wire.
type Piece struct {
	Number      uint16 // of all pieces of this direction of this line
	Sent        uint16 // sender's clock, 250 µs
	Publication uint32 // bulk: of the transfer
	Layer       codec.Layer
	Sequence    uint32 // of the frame in its layer; bulk: of the chunk
	Time        uint32 // capture time, 48 kHz; bulk: bytes of the file
	Key         bool
	Temporal    uint8 // 0 to 2
	Codec       codec.Codec
	Back        uint8 // the frame refers to sequence − Back; 0: to none
	K           int   // data shards, 1 to 255
	Index       int   // of the shard, 0 to 254
	Shard       []byte
}

// IsPiece says whether a datagram is a piece, malformed or not.
func IsPiece(b []byte) bool { return len(b) > 0 && b[0] == pieceMark }

// IsReport says whether a datagram is a report, malformed or not.
func IsReport(b []byte) bool { return len(b) > 0 && b[0] == reportMark }

// ParsePiece reads a piece; its Shard lies in b. The error is ErrMalformed.
func ParsePiece(b []byte) (p Piece, err error) {
	if len(b) <= PieceHead || len(b) > MaxPiece || b[0] != pieceMark {
		return p, ErrMalformed
	}
	marks := b[18]
	p = Piece{
		Number: binary.BigEndian.Uint16(b[1:]), Sent: binary.BigEndian.Uint16(b[3:]),
		Publication: binary.BigEndian.Uint32(b[5:]), Layer: codec.Layer(b[9]),
		Sequence: binary.BigEndian.Uint32(b[10:]), Time: binary.BigEndian.Uint32(b[14:]),
		Key: marks&markKey != 0, Temporal: marks >> temporalShift & temporalMask, Codec: codec.Codec(marks & codecMask),
		Back: b[19], K: int(b[20]) + 1, Index: int(b[21]), Shard: b[PieceHead:],
	}
	if marks&markReserved != 0 || !p.sound() {
		return Piece{}, ErrMalformed
	}
	return p, nil
}

// sound says whether a piece can be one.
func (p *Piece) sound() bool {
	least := leastShard
	if p.K == 1 {
		least = fec.ShardSize(1, 1)
	}
	return p.K <= fec.MaxShards && p.Index < fec.MaxShards && len(p.Shard) >= least && len(p.Shard) <= fec.ShardSize(fec.MaxFrame, p.K) && p.fits()
}

// fits says whether the frame of a piece can be one.
func (p *Piece) fits() bool {
	switch {
	case p.Layer == codec.LayerBulk:
		return !p.Key && p.Temporal == 0 && p.Codec == 0 && p.Back == 0
	case !p.Layer.Picture() || !p.Codec.Valid():
		return false
	case p.Key:
		return p.Temporal == 0 && p.Back == 0
	}
	return p.Temporal < codec.MaxTemporal && p.Back > 0 && !p.Layer.Still()
}

// head is what a piece has before its shard but number and time of sending.
func (p *Piece) head(b []byte) []byte {
	marks := p.Temporal<<temporalShift | byte(p.Codec)
	if p.Key {
		marks |= markKey
	}
	b = append(b, pieceMark)
	b = binary.BigEndian.AppendUint16(b, p.Number)
	b = binary.BigEndian.AppendUint16(b, p.Sent)
	b = binary.BigEndian.AppendUint32(b, p.Publication)
	b = append(b, byte(p.Layer))
	b = binary.BigEndian.AppendUint32(b, p.Sequence)
	b = binary.BigEndian.AppendUint32(b, p.Time)
	return append(b, marks, p.Back, byte(p.K-1), byte(p.Index))
}

// Append writes the wire form of a piece whose values are in their ranges.
func (p *Piece) Append(b []byte) []byte { return append(p.head(b), p.Shard...) }

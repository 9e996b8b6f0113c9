package frames

import (
	"errors"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

// ErrFrame says that a frame cannot be sent: no payload or more than fec.MaxFrame bytes, or values that no piece can carry.
var ErrFrame = errors.New("frames: a frame that cannot be sent")

// Frame is one encoded picture, or one chunk of a file. It is not changed once it is handed on, so it may be shared.
type Frame struct {
	Publication uint32 // bulk: of the transfer
	Layer       codec.Layer
	Sequence    uint32 // in the layer, from 0, no gaps; bulk: of the chunk
	Time        uint32 // capture time, 48 kHz, the publication's clock; bulk: bytes of the file
	Key         bool   // needs no other frame
	Temporal    uint8  // 0 to 2; those above may be left out
	Codec       codec.Codec
	Back        uint8 // it needs sequence − Back; 0: none
	Payload     []byte
}

// Valid returns ErrFrame if the frame cannot be sent.
func (f *Frame) Valid() error {
	if p := f.piece(1, 0); len(f.Payload) == 0 || len(f.Payload) > fec.MaxFrame || !p.fits() {
		return ErrFrame
	}
	return nil
}

// Needs returns the sequence of the frame without which this one cannot be decoded; false if there is none.
func (f *Frame) Needs() (sequence uint32, ok bool) { return f.Sequence - uint32(f.Back), f.Back > 0 }

// Class says what goes first.
type Class uint8

// The classes, what goes first first.
const (
	Now   Class = iota // the slide that is shown
	Main               // the large picture
	Side               // small pictures, stills
	Ahead              // what will be needed later
	classes
)

// Out is a frame to be sent.
type Out struct {
	*Frame
	Class
	Deadline time.Duration        // after Push; then what is missing is not sent any more; 0: it is sent until it is confirmed
	Done     func(delivered bool) // called once, from a method of the Sender; may be nil
}

// piece is a piece of the frame without number, time and shard.
func (f *Frame) piece(k, index int) Piece {
	return Piece{
		Publication: f.Publication, Layer: f.Layer, Sequence: f.Sequence, Time: f.Time,
		Key: f.Key, Temporal: f.Temporal, Codec: f.Codec, Back: f.Back, K: k, Index: index,
	}
}

// append writes one piece of a valid frame.
func (f *Frame) append(b []byte, k, index int, number, sent uint16) []byte {
	p := f.piece(k, index)
	p.Number, p.Sent = number, sent
	b, _ = fec.AppendShard(p.head(b), f.Payload, k, index) // it fails for what is not valid
	return b
}

// Shards returns how many data shards a frame of n bytes has in pieces of at most size bytes, LeastPiece to MaxPiece.
func Shards(n, size int) int {
	room := min(max(size, LeastPiece), MaxPiece) - PieceHead
	return (lengthBytes + n + room - 1) / room
}

const lengthBytes = 2 // before a frame in its block

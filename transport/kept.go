package transport

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/quic-go/quic-go/quicvarint"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/opus"
	"github.com/diemcau/diemcau/fec"
)

// What a run of kept frames has at most.
const (
	MaxKept       = 4 << 20 // bytes in its wire form
	MaxKeptFrames = 1 << 16
)

// Errors of a KeptReader.
var (
	ErrKept        = errors.New("transport: malformed kept frames")
	ErrKeptTooLong = errors.New("transport: more kept frames than are taken")
)

// The head of a kept frame (PROTOCOL.md section 12).
const (
	keptLayer    = 0x03
	keptSequence = 0x04 // a sequence delta follows
	keptTime     = 0x08 // a time delta follows
	keptReserved = 0xf0

	maxKeptFrame = 2 + 8 + 8 + 2 + codec.MaxVoicePayload // bytes
)

// keptState is what the frames so far say of the next one.
type keptState struct {
	any  bool
	next [codec.VoiceLayers]uint32 // sequences
	time uint32                    // where the last frame ends
	last uint32                    // its capture time
}

// after notes a frame.
func (s *keptState) after(layer codec.Layer, sequence, time uint32, payload []byte) {
	samples, _ := opus.Duration(payload) // 0 if it cannot be told
	s.any, s.last, s.time = true, time, time+uint32(samples)
	s.next[layer] = sequence + 1
}

// AppendKept appends the wire form of a run of frames of one publication, in the order of their capture times, all of different ones. Frames that are no voice, or out of order, are
// left out: so are those behind the last that fit into limit bytes, and taken says how many of packets were looked at. The packets are not kept.
func AppendKept(b []byte, publication uint32, packets []*Packet, limit int) (out []byte, taken int) {
	var frames []byte
	var s keptState
	count := 0
	limit -= 4 + 8
	for _, p := range packets {
		if len(frames)+maxKeptFrame > limit || count == MaxKeptFrames {
			break
		}
		taken++
		if p.SSRC != publication || !p.Layer.Voice() || len(p.Payload) == 0 || len(p.Payload) > codec.MaxVoicePayload || s.any && int32(p.Timestamp-s.last) <= 0 {
			continue
		}
		frames = s.append(frames, p)
		count++
	}
	b = binary.BigEndian.AppendUint32(b, publication)
	b = quicvarint.Append(b, uint64(count))
	return append(b, frames...), taken
}

// append writes one frame.
func (s *keptState) append(b []byte, p *Packet) []byte {
	head := byte(p.Layer)
	sequence, time := p.Sequence-s.next[p.Layer], p.Timestamp-s.time
	if sequence != 0 {
		head |= keptSequence
	}
	if time != 0 {
		head |= keptTime
	}
	b = append(b, head, byte(p.Level))
	if sequence != 0 {
		b = quicvarint.Append(b, uint64(sequence))
	}
	if time != 0 {
		b = quicvarint.Append(b, uint64(time))
	}
	b = fec.AppendLength(b, len(p.Payload))
	s.after(p.Layer, p.Sequence, p.Timestamp, p.Payload)
	return append(b, p.Payload...)
}

// KeptReader reads the wire form of a run of kept frames as it comes. It is for one goroutine.
type KeptReader struct {
	r           *bufio.Reader
	left        int // bytes
	frames      int
	publication uint32
	state       keptState
}

// NewKeptReader makes a reader that takes at most limit bytes. It may read further than the run; if r is a *bufio.Reader it does not.
func NewKeptReader(r io.Reader, limit int) *KeptReader {
	buffered, ok := r.(*bufio.Reader)
	if !ok {
		buffered = bufio.NewReader(r)
	}
	return &KeptReader{r: buffered, left: limit}
}

// Head reads what stands before the frames: whose they are, and how many. Call it once, first. Errors are those of Next.
func (k *KeptReader) Head() (publication uint32, frames int, err error) {
	var id [4]byte
	if err := k.read(id[:]); err != nil {
		return 0, 0, err
	}
	count, err := k.number()
	if err != nil {
		return 0, 0, err
	}
	if count > MaxKeptFrames {
		return 0, 0, ErrKeptTooLong
	}
	k.publication, k.frames = binary.BigEndian.Uint32(id[:]), int(count)
	return k.publication, k.frames, nil
}

// Next returns the next frame, which is the caller's; each is captured after the one before. After the last one the error is io.EOF, and what follows is not read. Other errors wrap ErrKept, are
// ErrKeptTooLong, or those of the underlying reader; io.ErrUnexpectedEOF where that ends too early.
func (k *KeptReader) Next() (*Packet, error) {
	if k.frames == 0 {
		return nil, io.EOF
	}
	var head [2]byte
	if err := k.read(head[:]); err != nil {
		return nil, err
	}
	layer := codec.Layer(head[0] & keptLayer)
	if head[0]&keptReserved != 0 || !layer.Voice() {
		return nil, fmt.Errorf("%w: head", ErrKept)
	}
	sequence, err := k.delta(head[0]&keptSequence != 0)
	if err != nil {
		return nil, err
	}
	time, err := k.delta(head[0]&keptTime != 0)
	if err != nil {
		return nil, err
	}
	size, err := k.length()
	if err != nil {
		return nil, err
	}
	if size == 0 || size > codec.MaxVoicePayload {
		return nil, fmt.Errorf("%w: a payload of %d bytes", ErrKept, size)
	}
	sequence, time = sequence+k.state.next[layer], time+k.state.time
	if k.state.any && int32(time-k.state.last) <= 0 {
		return nil, fmt.Errorf("%w: order", ErrKept)
	}
	payload := make([]byte, size)
	if err := k.read(payload); err != nil {
		return nil, err
	}
	k.frames--
	k.state.after(layer, sequence, time, payload)
	return NewVoice(k.publication, layer, sequence, time, codec.Level(head[1]), payload), nil
}

// Left returns how many bytes may still come.
func (k *KeptReader) Left() int { return k.left }

// delta reads a number of 32 bits if there is one.
func (k *KeptReader) delta(there bool) (uint32, error) {
	if !there {
		return 0, nil
	}
	n, err := k.number()
	if err == nil && n > 1<<32-1 {
		err = fmt.Errorf("%w: delta", ErrKept)
	}
	return uint32(n), err
}

func (k *KeptReader) length() (int, error) {
	var b [2]byte
	if err := k.read(b[:1]); err != nil {
		return 0, err
	}
	n, used := fec.ParseLength(b[:1])
	if used == 0 {
		if err := k.read(b[1:]); err != nil {
			return 0, err
		}
		if n, used = fec.ParseLength(b[:]); used == 0 {
			return 0, fmt.Errorf("%w: length", ErrKept)
		}
	}
	return n, nil
}

func (k *KeptReader) number() (uint64, error) {
	first, err := k.r.Peek(1)
	if err != nil {
		return 0, early(err)
	}
	var b [8]byte
	size := 1 << (first[0] >> 6)
	if err := k.read(b[:size]); err != nil {
		return 0, err
	}
	n, _, err := quicvarint.Parse(b[:size])
	return n, err
}

func (k *KeptReader) read(b []byte) error {
	if len(b) > k.left {
		return ErrKeptTooLong
	}
	k.left -= len(b)
	_, err := io.ReadFull(k.r, b)
	return early(err)
}

// early says of an end that it came too early.
func early(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

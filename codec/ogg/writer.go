package ogg

import (
	"errors"
	"fmt"
	"io"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/opus"
)

// Errors of a Writer that leave it usable: the packet was not written.
var (
	ErrLate = errors.New("packet comes after its time")
	ErrJump = errors.New("packet lies too far ahead")
)

// MaxGap is the longest silence that a Writer fills, in samples at 48 kHz: 3 hours.
const MaxGap = 3 * 3600 * codec.ClockRate

// errClosed is what a Writer says after Close.
var errClosed = errors.New("the Ogg writer is closed")

// silence holds, longest first, packets of CELT's silence flag. RFC 7845 section 4.1 would have empty frames here, for
// the decoder to conceal; but a decoder without concealment, as FFmpeg's own, makes noise of those.
var silence = [...][]byte{
	{0xf8, 0xff, 0xfe}, // 20 ms
	{0xf0, 0xff, 0xfe}, // 10 ms
	{0xe8, 0xff, 0xfe}, // 5 ms
	{0xe0, 0xff, 0xfe}, // 2.5 ms
}

// Writer writes one voice. It writes a page for each second, so that what is on disk stays readable if the program dies.
// It is not safe for concurrent use.
type Writer struct {
	w        io.Writer
	page     page
	buf      []byte
	end      int64  // of the last packet, samples at 48 kHz; the granule position
	flushed  int64  // end at the last page
	capture  uint32 // time of the last packet
	position int64  // where the time of the last packet lies in the file
	begun    bool
	err      error // sticky
}

// NewWriter writes both headers to w, which stays the caller's. The serial tells streams apart if files are joined.
func NewWriter(w io.Writer, head Head, serial uint32, comments ...string) (*Writer, error) {
	if head.Channels < 1 || head.Channels > 2 {
		return nil, fmt.Errorf("%w: %d channels", ErrKind, head.Channels)
	}
	tags := Tags{Vendor: "diemcau", Comments: comments}.append(nil)
	if len(tags) > opus.MaxPacket {
		return nil, fmt.Errorf("%w: comments of %d bytes", ErrFormat, len(tags))
	}
	o := &Writer{w: w, page: page{serial: serial}}
	o.add(head.append(nil))
	o.flush(flagFirst)
	o.add(tags)
	o.flush(0)
	return o, o.err
}

// WritePacket writes one packet at its capture time: 48 kHz, wrapping, less than half its range (12 h) after the one
// before. A hole before it is filled with silence. A packet that overlaps the one before follows it directly; one that
// lies wholly before its end is ErrLate, one more than MaxGap ahead is ErrJump. Other errors wrap opus.ErrMalformed or are
// those of the writer below, which stay. The payload may be reused afterwards.
func (o *Writer) WritePacket(payload []byte, captureTime uint32) error {
	if o.err != nil {
		return o.err
	}
	info, err := opus.Parse(payload)
	if err != nil {
		return err
	}
	if !o.begun {
		o.begun, o.capture = true, captureTime
	}
	position := o.position + int64(int32(captureTime-o.capture))
	gap := position - o.end
	if gap <= -int64(info.Samples) {
		return ErrLate
	}
	if gap > MaxGap {
		return ErrJump
	}
	o.position, o.capture = position, captureTime
	o.fill(gap)
	o.sound(payload, info.Samples)
	return o.err
}

// Close writes the last page. The writer below is not closed.
func (o *Writer) Close() error {
	if o.err == nil {
		o.flush(flagLast)
	}
	err := o.err
	if err == nil {
		o.err = errClosed
	}
	return err
}

// fill writes silence for as much of a gap as whole packets fill: all but less than 2.5 ms.
func (o *Writer) fill(gap int64) {
	samples := 960
	for _, p := range silence {
		for ; gap >= int64(samples) && o.err == nil; gap -= int64(samples) {
			o.sound(p, samples)
		}
		samples /= 2
	}
}

// sound adds a packet of sound. A full page leaves when the next packet comes, so that Close always has one to mark.
func (o *Writer) sound(payload []byte, samples int) {
	if o.end-o.flushed >= codec.ClockRate || len(o.page.lacing)+len(payload)/maxLacing+1 > maxLacing {
		o.flush(0)
	}
	o.add(payload)
	o.end += int64(samples)
}

// add puts a packet into the page; packets never go on in another page.
func (o *Writer) add(packet []byte) {
	o.page.body = append(o.page.body, packet...)
	n := len(packet)
	for ; n >= maxLacing; n -= maxLacing {
		o.page.lacing = append(o.page.lacing, maxLacing)
	}
	o.page.lacing = append(o.page.lacing, byte(n))
}

func (o *Writer) flush(flags byte) {
	if o.err != nil {
		return
	}
	o.page.flags, o.page.granule = flags, o.end
	o.buf = o.page.appendTo(o.buf[:0])
	_, o.err = o.w.Write(o.buf)
	o.page.sequence++
	o.page.lacing, o.page.body = o.page.lacing[:0], o.page.body[:0]
	o.flushed = o.end
}

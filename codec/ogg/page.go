package ogg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Errors of a Reader. They come wrapped, with the byte at which the trouble begins.
var (
	ErrFormat    = errors.New("not a valid Ogg Opus file")
	ErrTruncated = errors.New("the Ogg file is cut off")
	ErrKind      = errors.New("not an Opus voice in one or two channels")
)

// Header type flags of a page (RFC 3533 section 6).
const (
	flagContinued = 1 << iota
	flagFirst
	flagLast
)

const (
	headerSize = 27
	maxLacing  = 255
	maxGranule = 1 << 56 // 47,000 years: sums cannot overflow
)

var magic = [5]byte{'O', 'g', 'g', 'S', 0}

// page is one page of a logical stream.
type page struct {
	flags    byte
	granule  int64 // samples at 48 kHz up to the end of the last packet that ends here
	serial   uint32
	sequence uint32
	lacing   []byte
	body     []byte
}

// crcTable is of the polynomial 0x04C11DB7, most significant bit first.
var crcTable = func() (t [256]uint32) {
	for i := range t {
		c := uint32(i) << 24
		for range 8 {
			if c&(1<<31) != 0 {
				c = c<<1 ^ 0x04c11db7
			} else {
				c <<= 1
			}
		}
		t[i] = c
	}
	return t
}()

func crc(sum uint32, b []byte) uint32 {
	for _, v := range b {
		sum = sum<<8 ^ crcTable[byte(sum>>24)^v]
	}
	return sum
}

// appendTo appends the page in its form on disk.
func (p *page) appendTo(b []byte) []byte {
	start := len(b)
	b = append(b, magic[:]...)
	b = append(b, p.flags)
	b = binary.LittleEndian.AppendUint64(b, uint64(p.granule))
	b = binary.LittleEndian.AppendUint32(b, p.serial)
	b = binary.LittleEndian.AppendUint32(b, p.sequence)
	b = append(b, 0, 0, 0, 0, byte(len(p.lacing)))
	b = append(b, p.lacing...)
	b = append(b, p.body...)
	binary.LittleEndian.PutUint32(b[start+22:], crc(0, b[start:]))
	return b
}

// readPage reads the next page and how many bytes it took. The error is io.EOF only if there is not one byte left.
func readPage(r io.Reader) (p page, size int64, err error) {
	var header [headerSize]byte
	if n, err := io.ReadFull(r, header[:]); err != nil {
		return p, int64(n), cutOff(err)
	}
	if [5]byte(header[:5]) != magic {
		return p, headerSize, fmt.Errorf("%w: no page begins here", ErrFormat)
	}
	p.flags = header[5]
	p.granule = int64(binary.LittleEndian.Uint64(header[6:]))
	p.serial = binary.LittleEndian.Uint32(header[14:])
	p.sequence = binary.LittleEndian.Uint32(header[18:])
	p.lacing = make([]byte, header[26])
	if _, err = io.ReadFull(r, p.lacing); err != nil {
		return p, headerSize, cutOff(noEOF(err))
	}
	n := 0
	for _, l := range p.lacing {
		n += int(l)
	}
	p.body = make([]byte, n)
	if _, err = io.ReadFull(r, p.body); err != nil {
		return p, headerSize, cutOff(noEOF(err))
	}
	want := binary.LittleEndian.Uint32(header[22:])
	clear(header[22:26])
	if crc(crc(crc(0, header[:]), p.lacing), p.body) != want {
		return p, headerSize, fmt.Errorf("%w: checksum of the page is wrong", ErrFormat)
	}
	return p, int64(headerSize + len(p.lacing) + n), nil
}

// noEOF makes an end of file one in the middle: more bytes were promised.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func cutOff(err error) error {
	if err == io.ErrUnexpectedEOF {
		return ErrTruncated
	}
	return err
}

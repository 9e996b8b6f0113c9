package ogg

import (
	"errors"
	"fmt"
	"io"

	"github.com/diemcau/diemcau/codec/opus"
)

// Packet is one Opus packet of a file.
type Packet struct {
	Data    []byte // owned by the caller
	Start   int64  // samples at 48 kHz from the beginning of the stream; PreSkip is not subtracted
	Samples int    // at 48 kHz, 120 to 5760
}

// Reader reads the packets of the first Opus stream of a file, up to the end of that stream. Pages of other streams
// are skipped. It is not safe for concurrent use.
type Reader struct {
	r        io.Reader
	head     Head
	tags     Tags
	serial   uint32
	sequence uint32   // of the last page of the stream
	offset   int64    // of the page being read, in bytes
	next     int64    // of the page after it
	end      int64    // of the last packet, samples at 48 kHz
	partial  []byte   // begin of a packet that goes on in the next page
	open     bool     // partial is such a begin
	queue    []Packet // of the page being read
	last     bool     // the stream has no further page
	err      error    // sticky
}

// NewReader reads both headers of a stream. Errors wrap ErrFormat, ErrTruncated, ErrKind or are those of r.
func NewReader(r io.Reader) (*Reader, error) {
	d := &Reader{r: r}
	first, err := d.page()
	if err != nil {
		return nil, d.wrap(noEmpty(err))
	}
	if first.flags&flagFirst == 0 {
		return nil, d.wrap(fmt.Errorf("%w: the first page is not the first of a stream", ErrFormat))
	}
	d.serial, d.sequence = first.serial, first.sequence-1
	packets, err := d.assemble(first, opus.MaxPacket)
	if err != nil {
		return nil, d.wrap(err)
	}
	if len(packets) != 1 || d.open {
		return nil, d.wrap(fmt.Errorf("%w: the first page does not hold one header", ErrKind))
	}
	if d.head, err = parseHead(packets[0]); err != nil {
		return nil, d.wrap(err)
	}
	if err = d.readTags(); err != nil {
		return nil, d.wrap(err)
	}
	return d, nil
}

// Head returns the identification header.
func (d *Reader) Head() Head { return d.head }

// Tags returns the comment header; it must not be changed.
func (d *Reader) Tags() Tags { return d.tags }

// Next returns the next packet. After the last one of the stream the error is io.EOF; if the file ends before the page
// that is marked as last, as after a crash of its writer, it wraps ErrTruncated. Other errors wrap ErrFormat or are those
// of the reader below. All errors stay.
func (d *Reader) Next() (Packet, error) {
	for len(d.queue) == 0 && d.err == nil {
		if d.last {
			d.err = io.EOF
		} else if err := d.fill(); err != nil {
			d.err = d.wrap(err)
		}
	}
	if len(d.queue) == 0 {
		return Packet{}, d.err
	}
	p := d.queue[0]
	d.queue = d.queue[1:]
	return p, nil
}

// readTags reads pages until the comment header is complete; audio begins on a page of its own.
func (d *Reader) readTags() error {
	for {
		p, err := d.ownPage()
		if err != nil {
			return noEmpty(err)
		}
		packets, err := d.assemble(p, maxTags)
		if err != nil {
			return err
		}
		if len(packets) == 0 {
			continue
		}
		if len(packets) > 1 || d.open {
			return fmt.Errorf("%w: sound begins on the page of the tags", ErrFormat)
		}
		d.last = p.flags&flagLast != 0
		d.tags, err = parseTags(packets[0])
		return err
	}
}

// fill reads one page of sound into the queue and gives each packet its time.
func (d *Reader) fill() error {
	p, err := d.ownPage()
	if err != nil {
		return noEmpty(err)
	}
	packets, err := d.assemble(p, opus.MaxPacket)
	if err != nil {
		return err
	}
	d.last = p.flags&flagLast != 0
	if len(packets) == 0 {
		return nil
	}
	if p.granule < 0 || p.granule > maxGranule {
		return fmt.Errorf("%w: a page with packets has granule position %d", ErrFormat, p.granule)
	}
	total := int64(0)
	queue := make([]Packet, 0, len(packets))
	for _, data := range packets {
		info, err := opus.Parse(data)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrFormat, err)
		}
		queue = append(queue, Packet{Data: data, Samples: info.Samples})
		total += int64(info.Samples)
	}
	// The granule position is the end of the page, except that the last page may cut the last packet short.
	if !d.last {
		d.end = max(d.end, p.granule-total)
	}
	for i := range queue {
		queue[i].Start = d.end
		d.end += int64(queue[i].Samples)
	}
	d.queue = queue
	return nil
}

// assemble cuts a page into the packets that end on it. What was begun on a lost page is dropped.
func (d *Reader) assemble(p page, limit int) ([][]byte, error) {
	if d.sequence+1 != p.sequence || p.flags&flagContinued == 0 {
		d.open = false
	}
	d.sequence = p.sequence
	skip := p.flags&flagContinued != 0 && !d.open
	if !d.open {
		d.partial = nil
	}
	var packets [][]byte
	at, from := 0, 0
	for _, l := range p.lacing {
		at += int(l)
		if len(d.partial)+at-from > limit {
			return nil, fmt.Errorf("%w: a packet is longer than %d bytes", ErrFormat, limit)
		}
		if l == maxLacing {
			continue
		}
		if data := p.body[from:at:at]; len(d.partial) > 0 {
			packets = append(packets, append(d.partial, data...))
		} else if !skip {
			packets = append(packets, data)
		}
		d.partial, skip, from = nil, false, at
	}
	d.open = !skip && len(p.lacing) > 0 && p.lacing[len(p.lacing)-1] == maxLacing
	if d.open {
		d.partial = append(d.partial, p.body[from:]...)
	}
	return packets, nil
}

// ownPage reads on to the next page of the stream.
func (d *Reader) ownPage() (page, error) {
	for {
		if p, err := d.page(); err != nil || p.serial == d.serial {
			return p, err
		}
	}
}

func (d *Reader) page() (page, error) {
	d.offset = d.next
	p, size, err := readPage(d.r)
	d.next += size
	return p, err
}

// wrap adds where in the file it happened.
func (d *Reader) wrap(err error) error {
	return fmt.Errorf("byte %d: %w", d.offset, err)
}

// noEmpty makes an end of file an error: pages are missing.
func noEmpty(err error) error {
	if errors.Is(err, io.EOF) {
		return ErrTruncated
	}
	return err
}

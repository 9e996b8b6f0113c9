package opus

// layout says where the frames of a packet lie: one after another from start.
type layout struct {
	start int
	n     int
	sizes [MaxFrames]uint16
}

// parse finds the frames of a packet by RFC 6716 section 3.2 and the requirements R1 to R7 of section 3.4.
func parse(packet []byte) (layout, error) {
	samples, err := Duration(packet)
	if err != nil {
		return layout{}, err
	}
	l := layout{start: 1, n: samples / TOC(packet[0]).FrameSamples()}
	switch packet[0] & 3 {
	case 0, 1:
		err = l.equal(len(packet) - 1)
	case 2:
		err = l.variable(packet, len(packet))
	case 3:
		err = l.counted(packet)
	}
	if err != nil {
		return layout{}, err
	}
	return l, nil
}

// counted reads a packet of code 3: a frame count byte with flags, padding, sizes.
func (l *layout) counted(packet []byte) error {
	const variable, padded = 0x80, 0x40
	flags := packet[1]
	end := len(packet)
	l.start = 2
	for more := flags&padded != 0; more; {
		if l.start >= end {
			return errTruncated
		}
		pad := int(packet[l.start])
		l.start++
		if more = pad == 255; more {
			pad = 254 // the byte says "254, and another size follows"
		}
		end -= pad
	}
	if l.start > end {
		return errTruncated
	}
	if flags&variable != 0 {
		return l.variable(packet, end)
	}
	return l.equal(end - l.start)
}

// equal divides the bytes of all frames.
func (l *layout) equal(bytes int) error {
	size := bytes / l.n
	if size*l.n != bytes {
		return errOdd
	}
	if size > MaxFrame {
		return errFrameSize
	}
	for i := range l.n {
		l.sizes[i] = uint16(size)
	}
	return nil
}

// variable reads the sizes of all frames but the last, which takes what is left up to end.
func (l *layout) variable(packet []byte, end int) error {
	sum := 0
	for i := range l.n - 1 {
		size, width := frameSize(packet[l.start:end])
		if width == 0 {
			return errTruncated
		}
		l.start += width
		l.sizes[i] = uint16(size)
		sum += size
	}
	last := end - l.start - sum
	if last < 0 {
		return errTruncated
	}
	if last > MaxFrame {
		return errFrameSize
	}
	l.sizes[l.n-1] = uint16(last)
	return nil
}

// frameSize reads one size of RFC 6716 section 3.2.1 and how many bytes it took, 0 if it is cut off.
func frameSize(b []byte) (size, width int) {
	switch {
	case len(b) > 0 && b[0] < 252:
		return int(b[0]), 1
	case len(b) > 1:
		return int(b[0]) + 4*int(b[1]), 2
	}
	return 0, 0
}

package store

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"io"
)

// A record is length (32 bit) ‖ CRC-32C of length and payload (32 bit) ‖ payload, big-endian. The sum covers the length, so that
// the zeros which a power cut leaves at a file's end are no record.
const recordHeader = 8

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func appendRecord(dst, payload []byte) []byte {
	start := len(dst)
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(payload)))
	dst = binary.BigEndian.AppendUint32(dst, recordSum(dst[start:start+4], payload))
	return append(dst, payload...)
}

func recordSum(length, payload []byte) uint32 {
	return crc32.Update(crc32.Checksum(length, castagnoli), castagnoli, payload)
}

// readRecords calls each with the payload of every record until the input ends or a record is torn: cut short, or with a wrong sum.
// It returns the number of bytes in whole records, and the error of each or of the input, never one for a torn record.
func readRecords(r io.Reader, each func(payload []byte) error) (whole int64, err error) {
	in := bufio.NewReaderSize(r, 64<<10)
	var header [recordHeader]byte
	var payload []byte
	for {
		if _, err := io.ReadFull(in, header[:]); err != nil {
			return whole, notTorn(err)
		}
		n := binary.BigEndian.Uint32(header[:4])
		if n == 0 || n > MaxEvent {
			return whole, nil
		}
		if uint32(cap(payload)) < n {
			payload = make([]byte, n, max(n, 1024))
		}
		payload = payload[:n]
		if _, err := io.ReadFull(in, payload); err != nil {
			return whole, notTorn(err)
		}
		if recordSum(header[:4], payload) != binary.BigEndian.Uint32(header[4:]) {
			return whole, nil
		}
		if err := each(payload); err != nil {
			return whole, err
		}
		whole += recordHeader + int64(n)
	}
}

// notTorn passes errors of the input other than its end.
func notTorn(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil
	}
	return err
}

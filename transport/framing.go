package transport

import "github.com/quic-go/quic-go/quicvarint"

// parseBlock reads a QUIC variable-length integer and that many bytes: a message of a control stream.
func parseBlock(b []byte) (block, rest []byte, err error) {
	n, size, err := quicvarint.Parse(b)
	if err != nil || n > uint64(len(b)-size) {
		return nil, nil, ErrMalformed
	}
	return b[size : size+int(n)], b[size+int(n):], nil
}

func appendBlock(b, block []byte) []byte {
	return append(quicvarint.Append(b, uint64(len(block))), block...)
}

package transport

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"io"
	"sync"
)

// Limits of packed messages, in bytes.
const (
	MaxInflated = 256 << 10 // what a packed message may become
	packFrom    = 200       // what is longer travels packed
	packedMark  = 1
)

// ErrPacked says that a packed message is none.
var ErrPacked = errors.New("transport: control message is not well packed")

// packers are kept: one takes 0.8 MB.
var packers = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestCompression) // the level is valid
	return w
}}

// AppendPacked appends the framed form of a message of a relay: packed if it is long. ErrMessageTooLong if it has more than MaxInflated bytes of JSON, or MaxControl as it travels.
func AppendPacked(b []byte, v any) ([]byte, error) {
	j, err := PlainJSON(v)
	if err != nil {
		return b, err
	}
	if len(j) > packFrom {
		if j, err = pack(j); err != nil {
			return b, err
		}
	}
	if len(j) > MaxControl {
		return b, ErrMessageTooLong
	}
	return appendBlock(b, j), nil
}

// PlainJSON returns JSON with <, > and & as they are: it is never pasted into a page, and a text of them shall not grow to six times its size.
func PlainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false)
	if err := to.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// pack returns the packed form of JSON.
func pack(j []byte) ([]byte, error) {
	if len(j) > MaxInflated {
		return nil, ErrMessageTooLong
	}
	var out bytes.Buffer
	out.WriteByte(packedMark)
	w := packers.Get().(*flate.Writer)
	defer packers.Put(w)
	w.Reset(&out)
	if _, err := w.Write(j); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// unpack returns the JSON of a control message, packed or not. The error is ErrPacked.
func unpack(b []byte) ([]byte, error) {
	if len(b) == 0 || b[0] != packedMark {
		return b, nil
	}
	r := bytes.NewReader(b[1:])
	inflater := flate.NewReader(r)
	j, err := io.ReadAll(io.LimitReader(inflater, MaxInflated+1))
	if err != nil || len(j) > MaxInflated || r.Len() > 0 {
		return nil, ErrPacked
	}
	return j, nil
}

// ReadTold waits for the next control message of a relay, packed or not. Errors are those of ReadControl; what is not well packed is ErrNotJSON.
func (s *Session) ReadTold() (Message, error) {
	b, err := readBlock(s.reader, MaxControl)
	if err != nil {
		return Message{}, err
	}
	j, err := unpack(b)
	if err != nil {
		return Message{JSON: b}, ErrNotJSON
	}
	m, err := parseMessage(j)
	m.Wire = len(b)
	return m, err
}

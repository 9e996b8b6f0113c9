package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
)

// A frame is one Append as one message of the stream: version (1 byte) ‖ tag (8 random bytes, by which an append knows itself) ‖
// number of events before it ‖ subject ‖ events, where numbers are uvarints, and subject and events are their length ‖ bytes. One message is
// atomic by itself: a group of events is whole or not there, and costs one sync.
type frame struct {
	after   uint64
	subject string
	count   uint64
	body    []byte // the events
}

const (
	frameVersion = 1
	tagSize      = 8
)

var errFrame = errors.New("store: no frame")

func newFrame(subject string, after uint64, events [][]byte) []byte {
	size := 1 + tagSize + 2*binary.MaxVarintLen64 + len(subject)
	for _, event := range events {
		size += binary.MaxVarintLen32 + len(event)
	}
	f := make([]byte, 1+tagSize, size)
	f[0] = frameVersion
	_, _ = rand.Read(f[1:]) // never fails
	f = binary.AppendUvarint(f, after)
	f = appendBytes(f, []byte(subject))
	for _, event := range events {
		f = appendBytes(f, event)
	}
	return f
}

func appendBytes(dst, b []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
}

// cutBytes takes what appendBytes wrote off the front of b: 1 to limit bytes.
func cutBytes(b []byte, limit int) (head, rest []byte, ok bool) {
	n, used := binary.Uvarint(b)
	if used <= 0 || n == 0 || n > uint64(limit) || n > uint64(len(b)-used) {
		return nil, nil, false
	}
	b = b[used:]
	return b[:n], b[n:], true
}

// parseFrame checks all of a message under its token. The frame shares its bytes.
func parseFrame(token string, data []byte) (f frame, err error) {
	if len(data) < 1+tagSize || data[0] != frameVersion {
		return frame{}, errFrame
	}
	rest := data[1+tagSize:]
	after, used := binary.Uvarint(rest)
	if used <= 0 {
		return frame{}, errFrame
	}
	subject, body, ok := cutBytes(rest[used:], MaxSubject)
	if !ok || tokenOf(string(subject)) != token {
		return frame{}, errFrame
	}
	f = frame{after: after, subject: string(subject), body: body}
	for rest := body; len(rest) > 0; f.count++ {
		if _, rest, ok = cutBytes(rest, MaxEvent); !ok {
			return frame{}, errFrame
		}
	}
	if f.count == 0 || f.after+f.count < f.after {
		return frame{}, errFrame
	}
	return f, nil
}

// each calls fn with the frame's events and their numbers.
func (f *frame) each(fn func(n uint64, event []byte) error) error {
	n := f.after
	for rest := f.body; len(rest) > 0; {
		event, more, _ := cutBytes(rest, MaxEvent) // checked by parseFrame
		rest = more
		n++
		if err := fn(n, event); err != nil {
			return err
		}
	}
	return nil
}

// pass is each for a caller who reads several subjects.
func (f *frame) pass(each Each) error {
	return f.each(func(n uint64, event []byte) error { return each(f.subject, n, event) })
}

// tokenOf hides a subject from monitoring pages, listings and logs of a cluster (DESIGN.md), and makes any subject fit for one token
// of NATS.
func tokenOf(subject string) string {
	sum := sha256.Sum256([]byte(subject))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

package beside

import (
	"bytes"
	"context"
	"errors"
	"net"
	"testing"

	"github.com/diemcau/diemcau/transport"
)

// sink is a socket that counts what is sent on it.
type sink struct{ sent int }

func (s *sink) WriteTo(b []byte, _ net.Addr) (int, error) {
	s.sent++
	return len(b), nil
}

func (*sink) ReadNonQUICPacket(context.Context, []byte) (int, net.Addr, error) {
	return 0, nil, errors.New("nothing")
}

// A port that gets any packet whatever does not fall over, answers none that is not authentic, and takes none of ours twice.
func FuzzPort(f *testing.F) {
	s, _ := pair(7, up)
	datagram, _ := s.seal(kindDatagram, []byte("datagram"))
	f.Add(bytes.Clone(datagram))
	for _, payload := range [][]byte{appendStep(nil, stepChallenge, token{1}), appendStep(nil, stepResponse, token{2}), {3}, {}} {
		b, _ := s.seal(kindPath, payload)
		f.Add(bytes.Clone(b))
		f.Add(bytes.Clone(b[:len(b)-1]))
	}
	s.next = perKey
	next, _ := s.seal(kindDatagram, []byte("of the next key"))
	f.Add(bytes.Clone(next))
	f.Add([]byte{})
	f.Add(make([]byte, maxPacket+1))
	from := &net.UDPAddr{IP: net.IPv4(10, 0, 0, 9), Port: 9}
	f.Fuzz(func(t *testing.T, packet []byte) {
		packet = packet[:min(len(packet), maxPacket+1)]
		under := &sink{}
		port := NewPort(under)
		port.next = 6
		c, err := port.Open(known, &net.UDPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 1})
		if err != nil || c.Number() != 7 {
			t.Fatal(err)
		}
		for range 2 {
			buffer := append(make([]byte, rtpHeader-headerSize, bufferSize), packet...)
			port.take(buffer, from)
		}
		stats := c.Stats()
		if stats.Received > 1 || under.sent > 1 || stats.Received == 0 && stats.Forged > 0 && under.sent > 0 {
			t.Errorf("%+v, %d packets sent", stats, under.sent)
		}
		if h, ok := parseHeader(packet); ok {
			b := bytes.Clone(packet)
			h.put(b)
			if !bytes.Equal(b, packet) {
				t.Errorf("header %x is not what it was: %x", packet[:headerSize], b[:headerSize])
			}
		}
	})
}

var _ transport.Under = (*sink)(nil)

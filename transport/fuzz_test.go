package transport

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

func seeds(f *testing.F) {
	now := time.Unix(1e9, 0)
	s := NewSender()
	s.Protect(fec.Protection{Window: 8, Age: 3, Gap: 2, Rate: 64000, Prompt: true})
	for i := range uint32(12) {
		at := now.Add(time.Duration(i) * 20 * time.Millisecond)
		b, _ := s.Datagram(nil, []*Packet{frame(1, codec.LayerHi, i, i), frame(2, codec.LayerLo, i, i)}, &Feedback{Bitmap: []byte{1, 2}}, at)
		f.Add(b)
	}
}

// FuzzDatagram: whatever arrives is taken whole or refused, and what is taken says the same when written again.
func FuzzDatagram(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := parseDatagram(b)
		if err != nil {
			return
		}
		var fb *Feedback
		if d.hasFeedback {
			fb = &d.feedback
		}
		again, err := parseDatagram(appendDatagram(nil, d.hop, d.prompt, fb, d.source, d.chunks[:d.chunkCount]))
		if err != nil || again.hop != d.hop || again.prompt != d.prompt || !bytes.Equal(again.source, d.source) || again.chunkCount != d.chunkCount {
			t.Fatalf("%x became %+v, %v", b, again, err)
		}
	})
}

// FuzzEntry: what is read from a source block says the same when written again.
func FuzzEntry(f *testing.F) {
	packets := []*Packet{frame(9, codec.LayerHi, 100, 50), frame(9, codec.LayerHi, 101, 51), even(9, 102, 52), even(9, 103, 53), even(9, 104, 54)}
	f.Add(appendEntry(appendEntry(nil, 3, true, false, packets), 4, false, true, packets[:1]))
	f.Add(appendEntry(appendEntry(nil, 3, false, false, packets[2:]), 4, false, true, packets[:2]))
	f.Add(appendEntry(nil, 15, true, true, packets[2:]))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, rest, err := parseEntry(b)
		if err != nil {
			return
		}
		packets := make([]*Packet, e.frames)
		for i := range packets {
			packets[i] = NewVoice(e.publication, e.layer, e.sequence, e.time, e.levels[i], e.payloads[i])
			if !e.full {
				packets[i].Timestamp *= codec.TimeGrid
			}
		}
		again := appendEntry(nil, e.alias, e.full, len(rest) == 0, packets)
		if e2, rest, err := parseEntry(append(again, rest...)); err != nil || len(again) > len(b) || !reflect.DeepEqual(e, e2) {
			t.Fatalf("%x became %x, %d left, %v", b, again, len(rest), err)
		}
	})
}

// FuzzReceiver: a stream of hostile datagrams never breaks a line for the good ones after it.
func FuzzReceiver(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		now := time.Unix(1e9, 0)
		s, r := NewSender(), NewReceiver(now)
		for cut := 0; cut < len(b); cut += 1 + len(b)/8 {
			received, err := r.Receive(bytes.Clone(b[cut:]), now)
			if err == nil && received.Feedback != nil {
				s.Feedback(received.Feedback, now)
			}
			for _, p := range received.Packets {
				if len(p.Payload) == 0 || len(p.Payload) > codec.MaxVoicePayload || !p.Layer.Voice() {
					t.Fatalf("bad packet %+v", p)
				}
			}
			r.Report(now, true)
		}
		if out, _ := s.Datagram(nil, []*Packet{frame(1, 0, 0, 0)}, r.Beat(now), now); len(out) > MaxDatagram {
			t.Fatalf("%d bytes", len(out))
		}
	})
}

// FuzzControl: a control stream of rubbish ends in one of the known errors.
func FuzzControl(f *testing.F) {
	b, _ := AppendMessage(nil, Hello{Type: TypeHello, Protocol: 1, Meeting: "abc-def-ghj", Name: "Xã Ga Ry"})
	f.Add(b)
	f.Add([]byte{0x02, '{', '}'})
	f.Add([]byte{0xc0, 0, 0, 1, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bufio.NewReader(bytes.NewReader(b))
		for {
			m, err := ReadMessage(r, MaxControl)
			switch {
			case err == nil:
				if m.Type == "" || len(m.JSON) > MaxControl {
					t.Fatalf("%+v", m)
				}
				var h Hello
				_ = m.Decode(&h)
			case errors.Is(err, ErrNotJSON):
			case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, ErrMessageTooLong):
				return
			default:
				t.Fatal(err)
			}
		}
	})
}

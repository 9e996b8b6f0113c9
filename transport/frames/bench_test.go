package frames

import (
	"net"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

// loopback is a socket, and an address at which nobody minds what comes.
func loopback(b *testing.B) (net.PacketConn, net.Addr) {
	b.Helper()
	from, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	to, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { from.Close(); to.Close() })
	return from, to.LocalAddr()
}

// BenchmarkPlain is what the others are to be compared with: a datagram as long as a piece.
func BenchmarkPlain(b *testing.B) {
	from, to := loopback(b)
	datagram := make([]byte, 1000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := from.WriteTo(datagram, to); err != nil {
			b.Fatal(err)
		}
	}
}

// benchSend sends frames of nine pieces with their reports, and tells what each piece costs.
func benchSend(b *testing.B, send func([]byte) bool, loss float64) {
	now := simEpoch
	receiver := NewReceiver(now)
	s := NewSender(func(p []byte) bool {
		_, fresh := receiver.arrived.take(uint16(p[1])<<8 | uint16(p[2]))
		receiver.reports.took(0, now, now.Sub(simEpoch))
		return fresh && send(p)
	}, now)
	s.SetRate(100e6)
	s.SetLoss(loss, 1, 600*time.Millisecond)
	f := small(0, 8900)
	b.ReportAllocs()
	var report []byte
	for i := 0; b.Loop(); {
		o := Out{Frame: f, Class: Main, Deadline: 400 * time.Millisecond}
		if err := s.Push(o, now); err != nil {
			b.Fatal(err)
		}
		before := s.Stats().Pieces
		for s.Backlog(Main) > 0 {
			now = now.Add(time.Millisecond)
			s.Tick(now)
		}
		i += int(s.Stats().Pieces - before)
		now = now.Add(40 * time.Millisecond)
		report, _ = receiver.Report(report[:0], now)
		if _, err := s.Report(report, now); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(s.Stats().Pieces), "ns/piece")
}

func BenchmarkSender(b *testing.B) {
	b.Run("alone", func(b *testing.B) { benchSend(b, func([]byte) bool { return true }, 0) })
	b.Run("parity", func(b *testing.B) { benchSend(b, func([]byte) bool { return true }, .2) })
	b.Run("socket", func(b *testing.B) {
		from, to := loopback(b)
		benchSend(b, func(p []byte) bool { _, err := from.WriteTo(p, to); return err == nil }, 0)
	})
}

func BenchmarkReceiver(b *testing.B) {
	now := simEpoch
	r := NewReceiver(now)
	f := small(0, 8900)
	k := Shards(len(f.Payload), MaxPiece)
	var number uint16
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		f.Sequence++
		for i := range k {
			p := f.append(make([]byte, 0, MaxPiece), k, i, number, 0)
			number++
			n++
			if _, err := r.Receive(p, now); err != nil {
				b.Fatal(err)
			}
		}
		now = now.Add(40 * time.Millisecond)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/piece")
}

// BenchmarkForward is what a relay does with a frame: it takes its pieces and sends them to ten watchers.
func BenchmarkForward(b *testing.B) {
	from, to := loopback(b)
	now := simEpoch
	r := NewReceiver(now)
	const watchers = 10
	var senders [watchers]*Sender
	for i := range senders {
		senders[i] = NewSender(func(p []byte) bool { _, err := from.WriteTo(p, to); return err == nil }, now)
		senders[i].SetRate(100e6)
	}
	f := &Frame{Publication: 1, Layer: codec.LayerLarge, Key: true, Payload: testPayload(8900, 1)}
	k := Shards(len(f.Payload), MaxPiece)
	var number, sent uint16
	b.ReportAllocs()
	for b.Loop() {
		f.Sequence++
		var whole *Frame
		for i := range k {
			whole, _ = r.Receive(f.append(make([]byte, 0, MaxPiece), k, i, number, 0), now)
			number++
		}
		sent += uint16(k)
		for _, s := range senders {
			if err := s.Push(Out{Frame: whole, Class: Main, Deadline: time.Second}, now); err != nil {
				b.Fatal(err)
			}
			for s.Backlog(Main) > 0 {
				now = now.Add(100 * time.Microsecond)
				s.Tick(now)
			}
			if _, err := s.Report(report(sent-1), now); err != nil {
				b.Fatal(err)
			}
		}
		now = now.Add(40 * time.Millisecond)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*k*watchers), "ns/piece")
	_ = fec.Below
}

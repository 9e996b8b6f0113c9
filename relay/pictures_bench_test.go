package relay

import (
	"context"
	"encoding/binary"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/allocation"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/beside"
	"github.com/diemcau/diemcau/transport/frames"
)

const (
	benchLines  = 100
	benchFrame  = 6400 // bytes: 1.5 Mbit/s at 30 frames a second
	benchWarmup = 12 * time.Second
	benchTime   = 5 * time.Second
)

// deaf is a real socket on which nothing is read.
type deaf struct{ net.PacketConn }

func (deaf) ReadNonQUICPacket(ctx context.Context, _ []byte) (int, net.Addr, error) {
	<-ctx.Done()
	return 0, nil, ctx.Err()
}

// benchPath is a channel beside QUIC to one who gets all, and says so.
type benchPath struct {
	channel *beside.Channel
	pieces  *atomic.Uint64
	came    chan uint16 // numbers of pieces
}

func (p *benchPath) SendAside(b []byte) bool {
	if !frames.IsPiece(b) || p.channel.SendDatagram(b) != nil {
		return true
	}
	p.pieces.Add(1)
	select {
	case p.came <- binary.BigEndian.Uint16(b[1:]):
	default:
	}
	return true
}

// answer reports what came.
func (p *benchPath) answer(ctx context.Context, a *aside) {
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case number := <-p.came:
			if n%4 != 0 {
				continue
			}
			r := frames.Report{Highest: number, Arrival: uint16(time.Now().UnixMicro() / 250), Count: number + 1, Bytes: 2, Bitmap: [frames.MaxBitmap]byte{0xff, 0xff}}
			a.take(r.Append(nil))
		}
	}
}

// spent is the CPU time of the process so far.
func spent() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkForwardPicture is the CPU time that a piece costs on its way from a frame that came to 100 sockets, with FEC, pacing, reports and encryption beside QUIC, and
// that of a plain UDP packet of the same length. It takes 17 s of real time.
func BenchmarkForwardPicture(b *testing.B) {
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer socket.Close()
	nobody, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer nobody.Close()
	ctx, cancel := context.WithCancel(b.Context())
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	var pieces atomic.Uint64
	hub := newPictures(NewSpeakers())
	s := newSource(sourceID{publication: 1}, "", &showing{aside: newAside(nil, nil)})
	s.can.Store(&transport.SendSource{Codecs: []string{"vp8"}})
	s.coming.Store(&coming{codec: "vp8", layers: []allocation.LayerPlan{{Layer: codec.LayerLarge, Bitrate: 1.5e6, Rate10: 300, Temporal: 2}}})
	hub.add(s)
	hub.follow(roles{may: map[uint32]rights{1: {true, true}}})
	port := beside.NewPort(deaf{socket})
	for range benchLines {
		export := func(_ string, _ []byte, n int) ([]byte, error) { return make([]byte, n), nil }
		channel, err := port.Open(export, nobody.LocalAddr())
		if err != nil {
			b.Fatal(err)
		}
		path := &benchPath{channel, &pieces, make(chan uint16, 4096)}
		a := newAside(path, func(time.Time) feeling { return feeling{} })
		w := &watcher{room: hub, aside: a, own: func(uint32) bool { return false }, say: func(any) {}, shown: map[sourceID]*picture{}}
		w.watch.Store(&transport.Watch{Mode: transport.WatchAll, Decodes: []string{"vp8"}})
		seen := &picture{of: s, to: w, scene: scene{want: codec.LayerLarge, class: frames.Main, temporal: 2}}
		s.attach(seen)
		a.down.want(5e6)
		group.Go(func() { a.run(ctx) })
		group.Go(func() { path.answer(ctx, a) })
	}
	film(b, s, benchWarmup)
	before, began, sent := pieces.Load(), time.Now(), spent()
	film(b, s, benchTime)
	cost, n := spent()-sent, pieces.Load()-before
	rate := float64(n) / time.Since(began).Seconds()
	payload := make([]byte, 1090)
	sent = spent()
	for range n {
		_, _ = socket.WriteTo(payload, nobody.LocalAddr())
	}
	plain := spent() - sent
	for b.Loop() { // what is measured is above: it takes the time that a camera takes
	}
	b.ReportMetric(float64(cost.Nanoseconds())/float64(n), "ns/piece")
	b.ReportMetric(rate, "pieces/s")
	b.ReportMetric(float64(plain.Nanoseconds())/float64(n), "ns/plain")
	b.ReportMetric(float64(cost)/float64(plain), "ratio")
}

// film shows 30 frames a second for a time.
func film(b *testing.B, s *source, d time.Duration) {
	ticker := time.NewTicker(time.Second / 30)
	defer ticker.Stop()
	var at uint32
	if order := s.orders[codec.LayerLarge]; order != nil {
		at = 1 << 20
	}
	for end := time.Now().Add(d); ; at++ {
		now := <-ticker.C
		if now.After(end) {
			return
		}
		f := &frames.Frame{Publication: 1, Layer: codec.LayerLarge, Sequence: at, Key: at%150 == 0, Back: 1, Payload: make([]byte, benchFrame)}
		if at%150 == 0 || at == 1<<20 {
			f.Key, f.Back = true, 0
		}
		if !s.take(f, now) {
			b.Fatal("nobody may see it")
		}
	}
}

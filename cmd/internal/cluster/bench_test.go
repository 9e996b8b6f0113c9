package cluster

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/store"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// alone is a relay with an engine of its own, on the disk.
func alone(b *testing.B, dir string) (r *relay.Server, at string, stop func()) {
	b.Helper()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	s, err := store.Open(context.Background(), store.Config{Dir: dir, Logger: quiet})
	if err != nil {
		b.Fatal(err)
	}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	certificate, err := transporttest.Certificate()
	if err != nil {
		b.Fatal(err)
	}
	r, err = relay.New(relay.Config{Conn: conn, TLS: certificate, Seed: make([]byte, relay.SeedSize), Log: Under{s.Log(), Meetings}, Logger: quiet})
	if err != nil {
		b.Fatal(err)
	}
	return r, "https://" + conn.LocalAddr().String() + transport.Path, func() { _ = conn.Close(); _ = s.Close() }
}

var (
	admin = meeting.By{Account: "admin", Role: meeting.RoleAdmin}
	chair = meeting.By{Account: "chair", Role: meeting.RoleChair}
)

func prepared(b *testing.B, r *relay.Server) string {
	b.Helper()
	code, err := r.Prepare(context.Background(), "Họp", meeting.Plan{Officers: []meeting.Officer{{Account: "chair", Role: meeting.RoleChair}}}, admin)
	if err != nil {
		b.Fatal(err)
	}
	return code
}

// BenchmarkEvents is how many commands one meeting takes, of 1 and of 64 who wish at the same time, each on the disk when it is answered.
func BenchmarkEvents(b *testing.B) {
	for _, at := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(at), func(b *testing.B) {
			r, _, stop := alone(b, b.TempDir())
			defer stop()
			code := prepared(b, r)
			var next atomic.Int64
			var group sync.WaitGroup
			b.ResetTimer()
			for range at {
				group.Go(func() {
					for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
						if _, err := r.Do(context.Background(), code, chair, meeting.Say{Text: fmt.Sprint("ý kiến ", n)}); err != nil {
							b.Error(err)
						}
					}
				})
			}
			group.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkColdStart is the start with 1,000 meetings of before, to the moment at which one of them answers.
func BenchmarkColdStart(b *testing.B) {
	dir := b.TempDir()
	r, _, stop := alone(b, dir)
	var code string
	for range 1000 {
		code = prepared(b, r)
		for i := range 20 {
			if _, err := r.Do(context.Background(), code, chair, meeting.Say{Text: fmt.Sprint("ý kiến ", i)}); err != nil {
				b.Fatal(err)
			}
		}
	}
	stop()
	for b.Loop() {
		begun := time.Now()
		r, _, stop := alone(b, dir)
		if _, ok := r.Lookup(code); !ok {
			b.Error("the meeting is not there")
		}
		b.ReportMetric(float64(time.Since(begun).Milliseconds()), "ms/start")
		begun = time.Now()
		if all, err := r.Meetings(); err != nil || len(all) != 1000 {
			b.Errorf("%d meetings, %v", len(all), err)
		}
		b.ReportMetric(float64(time.Since(begun).Milliseconds()), "ms/list")
		stop()
	}
}

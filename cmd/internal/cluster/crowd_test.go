package cluster

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

// BenchmarkEventToAll is how long an event takes from the wish of the chair to the last of 150 sites, over sockets of this computer, with the store on its disk.
func BenchmarkEventToAll(b *testing.B) {
	r, at, stop := alone(b, b.TempDir())
	defer stop()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	defer func() { cancel(); <-ended }()
	code := prepared(b, r)
	const sites = 150
	told := make(chan time.Time, sites)
	var group sync.WaitGroup
	defer group.Wait()
	leaving, leave := context.WithCancel(context.Background())
	defer leave()
	for i := range sites {
		c, err := client.Dial(leaving, client.Config{
			Server: "https://127.0.0.1:1", Meeting: code, Name: fmt.Sprint("Xã ", i), Insecure: true, Listen: true,
			Way: client.Way{NoBeside: true, Transport: transport.WebTransport}, Found: &client.Meeting{Code: code, Relays: []client.Relay{{URL: at}}},
			Led: client.Led{Event: func(e transport.Event) {
				if e.Kind == "said" {
					told <- time.Now()
				}
			}},
		})
		if err != nil {
			b.Fatal(err)
		}
		group.Go(func() { _ = c.Run(leaving) })
	}
	<-time.After(2 * time.Second)
	var all []time.Duration
	for n := 0; b.Loop(); n++ {
		begun := time.Now()
		if _, err := r.Do(context.Background(), code, chair, meeting.Say{Text: fmt.Sprint("thông báo ", n)}); err != nil {
			b.Fatal(err)
		}
		for range sites {
			all = append(all, (<-told).Sub(begun))
		}
		<-time.After(50 * time.Millisecond)
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "ms-p99")
	b.ReportMetric(float64(all[len(all)-1].Microseconds())/1000, "ms-most")
}

package store_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/store"
)

// anEvent is as long as most.
var anEvent = bytes.Repeat([]byte("e"), 200)

// BenchmarkAppend appends to one subject from one writer, every append on the disk before the next; events/s is what counts.
func BenchmarkAppend(b *testing.B) {
	for _, group := range []int{1, 16, 64} {
		b.Run(fmt.Sprint(group), func(b *testing.B) {
			l := open(b, b.TempDir()).Log()
			events := make([][]byte, group)
			for i := range events {
				events[i] = anEvent
			}
			n := uint64(0)
			for b.Loop() {
				if err := l.Append("m", n, events...); err != nil {
					b.Fatal(err)
				}
				n += uint64(group)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// fill writes meetings of so many events, in groups of four, as many meetings at once.
func fill(b *testing.B, l store.Log, meetings, events, atOnce int) {
	group := [][]byte{anEvent, anEvent, anEvent, anEvent}
	for first := 0; first < meetings; first += atOnce {
		for n := 0; n < events; n += len(group) {
			for m := first; m < min(first+atOnce, meetings); m++ {
				if err := l.Append(fmt.Sprint("meeting-", m), uint64(n), group...); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}

// BenchmarkStart opens a folder with 1,000 past meetings of 200 events, lists them, reads one, reads all.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	s := open(b, dir)
	fill(b, s.Log(), 1000, 200, 4)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	var opened, listed, one, all time.Duration
	runs := time.Duration(0)
	for b.Loop() {
		began := time.Now()
		s := open(b, dir)
		opened += time.Since(began)
		began = time.Now()
		if subjects, err := s.Log().Subjects(); err != nil || len(subjects) != 1000 {
			b.Fatal(len(subjects), err)
		}
		listed += time.Since(began)
		began = time.Now()
		for m := range 100 {
			if err := s.Log().Read(fmt.Sprint("meeting-", m*10), 0, func([]byte) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
		one += time.Since(began) / 100
		began = time.Now()
		events := 0
		if _, err := s.Log().ReadAll(b.Context(), func(string, uint64, []byte) error { events++; return nil }); err != nil || events != 200_000 {
			b.Fatal(events, err)
		}
		all += time.Since(began)
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		runs++
	}
	for name, d := range map[string]time.Duration{"open-ms": opened, "list-ms": listed, "read-one-ms": one, "read-all-ms": all} {
		b.ReportMetric(float64(d/runs)/1e6, name)
	}
}

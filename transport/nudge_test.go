package transport

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/transport/transporttest"
)

func TestNudgesMeanNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFork(1)
		defer f.end()
		near, far := transporttest.Pair(transporttest.Impairment{}, transporttest.Impairment{}, 1)
		s := NewSession(far, nil, "", nil)
		s.Kind = WebTransport
		r := f.paths.Add(near, func() { _ = near.Close() })
		carried := make(chan error, 1)
		go func() { carried <- r.Carry(f.ctx) }()
		heard := make(chan bool, 1)
		r.OnFirst(func() { heard <- true })
		began := time.Now()
		s.Nudge(context.Background())
		if took := time.Since(began); took != nudgeMost*nudgeInterval || far.Sent().Packets != nudgeMost {
			t.Errorf("%d nudges in %v", far.Sent().Packets, took)
		}
		synctest.Wait()
		soon, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if b, err := f.paths.ReceiveDatagram(soon); err == nil || len(heard) > 0 {
			t.Errorf("a nudge was taken for a datagram of the line: %x", b)
		}
		if err := far.SendDatagram([]byte("hello")); err != nil {
			t.Fatal(err)
		}
		if b, err := f.paths.ReceiveDatagram(context.Background()); err != nil || string(b) != "hello" || !<-heard {
			t.Errorf("%q %v", b, err)
		}
		ctx, answered := context.WithCancel(context.Background())
		answered()
		if s.Nudge(ctx); far.Sent().Packets != nudgeMost+1 {
			t.Error("it nudges on after the answer")
		}
		f.stop()
		<-carried
	})
}

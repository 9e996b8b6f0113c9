package transporttest

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPairDelaysInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := Pair(Impairment{Delay: 75 * ms}, Impairment{Delay: 300 * ms}, 1)
		start := time.Now()
		payload := []byte("up")
		send(t, client, payload)
		clear(payload)
		send(t, server, []byte("down"))
		if got := receive(t, server); string(got) != "up" || time.Since(start) != 75*ms {
			t.Errorf("%q after %v", got, time.Since(start))
		}
		if got := receive(t, client); string(got) != "down" || time.Since(start) != 300*ms {
			t.Errorf("%q after %v", got, time.Since(start))
		}
	})
}

func send(t *testing.T, e *End, payload []byte) {
	t.Helper()
	if err := e.SendDatagram(payload); err != nil {
		t.Fatal(err)
	}
}

func receive(t *testing.T, e *End) []byte {
	t.Helper()
	b, err := e.ReceiveDatagram(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestPairWakesForAnEarlierArrival waits for a late datagram while an earlier one sets out.
func TestPairWakesForAnEarlierArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := Pair(Impairment{Delay: time.Minute, Reorder: true}, Impairment{}, 1)
		send(t, client, []byte("late"))
		start := time.Now()
		go func() {
			time.Sleep(time.Second)
			if err := client.Impair(Impairment{Delay: time.Second, Reorder: true}); err != nil {
				t.Error(err)
			}
			send(t, client, []byte("early"))
		}()
		if got := receive(t, server); string(got) != "early" || time.Since(start) != 2*time.Second {
			t.Errorf("%q after %v", got, time.Since(start))
		}
		if got := receive(t, server); string(got) != "late" || time.Since(start) != time.Minute {
			t.Errorf("%q after %v", got, time.Since(start))
		}
	})
}

func TestPairLosesAsItsChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lossy := Impairment{Rate: 64, Loss: .2, Burst: 3, Outages: []Outage{{time.Second, time.Second}}}
		client, server := Pair(lossy, Impairment{}, 9)
		model := NewChannel(lossy, 9*2)
		start := time.Now()
		for n := range uint32(300) {
			send(t, client, binary.BigEndian.AppendUint32(nil, n))
			want, fate := model.Pass(time.Since(start), 4+Overhead)
			ctx, cancel := context.WithTimeout(t.Context(), 9*time.Millisecond)
			got, err := server.ReceiveDatagram(ctx)
			cancel()
			switch {
			case fate == Delivered && (err != nil || binary.BigEndian.Uint32(got) != n || time.Since(start) != want):
				t.Fatalf("datagram %d: %x after %v, %v, want it after %v", n, got, time.Since(start), err, want)
			case fate != Delivered && !errors.Is(err, context.DeadlineExceeded):
				t.Fatalf("datagram %d: %x, %v, fate %d", n, got, err, fate)
			}
			time.Sleep(time.Duration(n+1)*10*ms - time.Since(start))
		}
		c := client.Sent()
		if c != model.Counters() || c.Lost == 0 || c.CutOff == 0 || c.Bytes != 300*(4+Overhead) {
			t.Errorf("%+v, model %+v", c, model.Counters())
		}
		if server.Sent() != (Counters{}) {
			t.Errorf("the other direction: %+v", server.Sent())
		}
	})
}

func TestPairCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := Pair(Impairment{}, Impairment{}, 1)
		if err := client.SendDatagram(make([]byte, MaxDatagram+1)); !errors.Is(err, ErrTooLarge) {
			t.Errorf("a large datagram: %v", err)
		}
		send(t, client, []byte("on its way"))
		waiting := make(chan error, 1)
		go func() {
			_, err := client.ReceiveDatagram(t.Context())
			waiting <- err
		}()
		synctest.Wait()
		for range 2 {
			if err := server.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if err := <-waiting; !errors.Is(err, ErrClosed) {
			t.Errorf("who waited: %v", err)
		}
		if _, err := server.ReceiveDatagram(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("who closed: %v", err)
		}
		if err := client.SendDatagram(nil); !errors.Is(err, ErrClosed) {
			t.Errorf("sending: %v", err)
		}
	})
}

func TestPairServesManyGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const senders, each = 4, 200
		client, server := Pair(Impairment{Jitter: 10 * ms, Reorder: true}, Impairment{}, 1)
		var wg sync.WaitGroup
		var mu sync.Mutex
		seen := map[string]int{}
		for s := range senders {
			wg.Go(func() {
				for n := range each {
					send(t, client, []byte{byte(s), byte(n)})
					time.Sleep(ms)
				}
			})
			wg.Go(func() {
				for range each {
					got := receive(t, server)
					mu.Lock()
					seen[string(got)]++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(seen) != senders*each {
			t.Errorf("%d different datagrams", len(seen))
		}
	})
}

func TestPairKeepsNoMoreThanItCan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := Pair(Impairment{}, Impairment{}, 1)
		for range maxOnTheWay + 10 {
			send(t, client, []byte("x"))
		}
		for range maxOnTheWay {
			if got := receive(t, server); !bytes.Equal(got, []byte("x")) {
				t.Fatalf("%q", got)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if got, err := server.ReceiveDatagram(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%q, %v", got, err)
		}
	})
}

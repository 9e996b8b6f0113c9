package transport

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/fec"
)

// badAside is one end of a way beside QUIC, as bad as it is made: it notes when each packet first comes to the socket.
type badAside struct {
	mu      sync.Mutex
	random  *rand.Rand
	loss    float64
	delay   time.Duration
	to, in  chan []byte
	witness *Receiver
	left    map[uint32]time.Time
}

func (b *badAside) Below() Below { return Below{Overhead: 50, Beside: true, Least: 2 * b.delay} }

func (b *badAside) SendDatagram(d []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	d = slices.Clone(d)
	if received, err := b.witness.Receive(slices.Clone(d), time.Now()); err == nil {
		for _, p := range received.Packets {
			if _, ok := b.left[p.Sequence]; !ok {
				b.left[p.Sequence] = time.Now()
			}
		}
	}
	if b.random.Float64() >= b.loss {
		time.AfterFunc(b.delay, func() { b.to <- d })
	}
	return nil
}

func (b *badAside) ReceiveDatagram(ctx context.Context) ([]byte, error) {
	select {
	case d := <-b.in:
		return d, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// waited returns how long what one side says for five minutes waits for its socket, ascending, and how many packets never came to it.
func waited(rtt time.Duration, loss float64, seed uint64) (waits []time.Duration, dropped int) {
	a, b := make(chan []byte, 1000), make(chan []byte, 1000)
	ends := [2]*badAside{{to: b, in: a}, {to: a, in: b}}
	ctx, cancel := context.WithCancel(context.Background())
	var tasks sync.WaitGroup
	var lines [2]*Line
	for i, e := range ends {
		e.random, e.loss, e.delay, e.witness, e.left = rand.New(rand.NewPCG(seed, uint64(i))), loss, rtt/2, NewReceiver(time.Now()), map[uint32]time.Time{}
		l := NewLine(e, time.Now())
		lines[i] = l
		l.Protect(fec.For(fec.Line{Loss: loss, Run: 1 / (1 - loss), Interval: 40 * time.Millisecond, RTT: rtt, Budget: time.Second, Rate: 60e3, Sparse: true}))
		tasks.Go(func() {
			for _, err := l.Receive(ctx); err == nil; {
				_, err = l.Receive(ctx)
			}
		})
		tasks.Go(func() {
			ticker := time.NewTicker(20 * time.Millisecond)
			defer ticker.Stop()
			for ctx.Err() == nil {
				<-ticker.C
				_ = l.Tick(time.Now())
			}
		})
	}
	given := make([]time.Time, 7500)
	for n := range given {
		time.Sleep(40 * time.Millisecond)
		given[n] = time.Now()
		_ = lines[0].Send([]*Packet{speech(1, uint32(n))}, given[n])
	}
	cancel()
	time.Sleep(2 * time.Second)
	tasks.Wait()
	for n, at := range given {
		if left, ok := ends[0].left[uint32(n)]; ok {
			waits = append(waits, left.Sub(at))
		} else {
			dropped++
		}
	}
	slices.Sort(waits)
	return waits, dropped
}

// TestNothingWaitsBesideQUIC holds how long a packet that is ready waits for its socket at the worst corner: RTT 700, 40 % lost both ways.
func TestNothingWaitsBesideQUIC(t *testing.T) {
	for seed := range uint64(3) {
		synctest.Test(t, func(t *testing.T) {
			waits, dropped := waited(700*time.Millisecond, .4, seed)
			at := func(part float64) time.Duration { return waits[int(part*float64(len(waits)-1))] }
			t.Logf("of %d packets half wait up to %v, 95 %% up to %v, 99 %% up to %v, the longest %v; %d never left", len(waits), at(.5), at(.95), at(.99), at(1), dropped)
			if at(.95) > 50*time.Millisecond || dropped > 75 {
				t.Errorf("95 %% wait up to %v, %d never left", at(.95), dropped)
			}
		})
	}
}

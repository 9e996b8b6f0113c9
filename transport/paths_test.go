package transport

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/transport/transporttest"
)

// fork is a line of several paths in memory.
type fork struct {
	paths *Paths
	far   []*transporttest.End // their other ends
	ways  []*Route
	ended chan error
	ctx   context.Context
	stop  context.CancelFunc
}

func newFork(n int) *fork {
	f := &fork{paths: NewPaths(), ended: make(chan error, 16)}
	f.ctx, f.stop = context.WithCancel(context.Background())
	for range n {
		f.add()
	}
	return f
}

func (f *fork) add() {
	near, far := transporttest.Pair(transporttest.Impairment{}, transporttest.Impairment{}, 1)
	r := f.paths.Add(near, func() { _ = near.Close() })
	f.far, f.ways = append(f.far, far), append(f.ways, r)
	go func() { f.ended <- r.Carry(f.ctx) }()
}

// end waits for all paths.
func (f *fork) end() {
	f.stop()
	for range f.far {
		<-f.ended
	}
}

// sent says on which path a datagram comes out, −1 if on none.
func (f *fork) sent(t *testing.T) int {
	t.Helper()
	if err := f.paths.SendDatagram([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	for i, end := range f.far {
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		_, err := end.ReceiveDatagram(ctx)
		cancel()
		if err == nil {
			return i
		}
	}
	return -1
}

// brings has a path bring a datagram.
func (f *fork) brings(t *testing.T, i int) {
	t.Helper()
	if err := f.far[i].SendDatagram([]byte{byte(i)}); err != nil {
		t.Fatal(err)
	}
	b, err := f.paths.ReceiveDatagram(context.Background())
	if err != nil || len(b) != 1 || b[0] != byte(i) {
		t.Fatalf("%v %v", b, err)
	}
	time.Sleep(time.Millisecond)
}

func TestSendsWhereItLastHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFork(0)
		defer f.end()
		if at := f.sent(t); at != -1 || f.paths.Stats().NoPath != 1 {
			t.Errorf("without a path it went to %d, %+v", at, f.paths.Stats())
		}
		f.add()
		f.add()
		if at := f.sent(t); at != 1 {
			t.Errorf("sent on %d, the newest is 1", at)
		}
		for _, i := range []int{0, 1, 0} {
			if f.brings(t, i); f.sent(t) != i {
				t.Errorf("%d brought the last datagram", i)
			}
		}
		f.ways[0].Retire()
		f.brings(t, 0)
		if at := f.sent(t); at != 1 {
			t.Errorf("sent on %d, which is retired", at)
		}
		_ = f.far[1].Close()
		synctest.Wait()
		if at := f.sent(t); at != 0 || f.paths.Count() != 1 {
			t.Errorf("sent on %d of %d", at, f.paths.Count())
		}
	})
}

func TestWhatNobodyTakesIsDroppedOldestFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFork(1)
		defer f.end()
		for i := range pathQueue + 10 {
			if err := f.far[0].SendDatagram([]byte{byte(i)}); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		for i := range pathQueue {
			if b, err := f.paths.ReceiveDatagram(context.Background()); err != nil || int(b[0]) != i+10 {
				t.Fatalf("datagram %d is %v, %v", i, b, err)
			}
		}
		if n := f.paths.Stats().Overflow; n != 10 {
			t.Errorf("%d dropped", n)
		}
		ctx, cancel := context.WithCancelCause(context.Background())
		cause := errors.New("enough")
		cancel(cause)
		if _, err := f.paths.ReceiveDatagram(ctx); !errors.Is(err, cause) {
			t.Error(err)
		}
	})
}

func TestTheMostSilentPathMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFork(MaxPaths)
		defer f.end()
		time.Sleep(time.Second)
		for i := range MaxPaths {
			if i != 2 {
				f.brings(t, i)
			}
		}
		f.add()
		synctest.Wait()
		if n := f.paths.Stats().Evicted; n != 1 || f.paths.Count() != MaxPaths {
			t.Errorf("%d evicted, %d left", n, f.paths.Count())
		}
		if err := f.far[2].SendDatagram(nil); !errors.Is(err, transporttest.ErrClosed) {
			t.Errorf("the silent one is open: %v", err)
		}
	})
}

// stuck is a path whose library takes nothing.
type stuck struct {
	closed chan struct{}
}

func (s *stuck) SendDatagram([]byte) error {
	<-s.closed
	return transporttest.ErrClosed
}

func (s *stuck) ReceiveDatagram(ctx context.Context) ([]byte, error) {
	select {
	case <-ctx.Done():
	case <-s.closed:
	}
	return nil, transporttest.ErrClosed
}

func TestAStuckPathIsEndedWhenAnotherDelivers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFork(1)
		defer f.end()
		s := &stuck{make(chan struct{})}
		r := f.paths.Add(s, func() { close(s.closed) })
		carried := make(chan error, 1)
		go func() { carried <- r.Carry(context.Background()) }()
		sent := make(chan time.Time, 1)
		began := time.Now()
		go func() {
			_ = f.paths.SendDatagram([]byte("hello"))
			sent <- time.Now()
		}()
		time.Sleep(stuckAfter / 2)
		f.brings(t, 0)
		time.Sleep(stuckAfter)
		if len(sent) > 0 {
			t.Error("a sender was let go too early")
		}
		f.brings(t, 0)
		if took := (<-sent).Sub(began); took > 2*stuckAfter {
			t.Errorf("stuck for %v", took)
		}
		<-carried
		if at := f.sent(t); at != 0 {
			t.Errorf("sent on %d", at)
		}
		// Another one ends it, too: who adds it has just heard the other end.
		s = &stuck{make(chan struct{})}
		r = f.paths.Add(s, func() { close(s.closed) })
		go func() { carried <- r.Carry(context.Background()) }()
		go func() {
			_ = f.paths.SendDatagram([]byte("hello"))
			sent <- time.Now()
		}()
		time.Sleep(2 * stuckAfter)
		f.add()
		if took := time.Since(<-sent); took != 0 {
			t.Errorf("stuck for %v more", took)
		}
		<-carried
	})
}

// crowded is a path with a window.
type crowded struct {
	Datagrams
	received, sent, window uint64
}

func (c *crowded) SendDatagram(b []byte) error {
	c.sent += uint64(len(b)) + 30
	return nil
}

func (c *crowded) Window() (received, sent, window uint64) { return c.received, c.sent, c.window }

func TestADeadPathKeepsRoomForProbes(t *testing.T) {
	c := &crowded{window: 2400}
	p := NewPaths()
	p.Add(c, func() {})
	for range 100 {
		_ = p.SendDatagram(make([]byte, 100))
	}
	if c.sent > c.window/2+130 || p.Stats().Window < 90 {
		t.Errorf("%d bytes of media in a window of %d, %+v", c.sent, c.window, p.Stats())
	}
	for range 100 {
		_ = p.SendDatagram(make([]byte, 3))
	}
	if c.sent >= c.window+33 || c.sent < c.window {
		t.Errorf("%d bytes with probes in a window of %d", c.sent, c.window)
	}
	c.received++
	before := c.sent
	_ = p.SendDatagram(make([]byte, 100))
	if c.sent == before {
		t.Error("the path lives, and nothing is sent")
	}
}

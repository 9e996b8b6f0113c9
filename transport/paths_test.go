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

func TestPathsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFork(0)
		defer f.end()
		if at := f.sent(t); at != -1 || f.paths.Stats().NoPath != 1 {
			t.Errorf("without a path it went to %d, %+v", at, f.paths.Stats())
		}
		for range 3 {
			f.add()
		}
		var count [3]int
		for range 30 {
			count[f.sent(t)]++
		}
		if count != [3]int{10, 10, 10} {
			t.Errorf("shared as %v", count)
		}
		f.ways[0].Retire()
		f.brings(t, 0)
		count = [3]int{}
		for range 30 {
			count[f.sent(t)]++
		}
		if count != [3]int{0, 15, 15} {
			t.Errorf("shared as %v, the first is retired", count)
		}
		_, _ = f.far[1].Close(), f.far[2].Close()
		synctest.Wait()
		if at := f.sent(t); at != 0 || f.paths.Count() != 1 {
			t.Errorf("sent on %d of %d", at, f.paths.Count())
		}
	})
}

func TestAPathThatDoesNotAnswerIsTriedNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFork(2)
		defer f.end()
		var count [2]int
		for range 1000 { // 20 s
			i := f.sent(t)
			if count[i]++; i == 0 {
				f.brings(t, 0)
			}
			time.Sleep(19 * time.Millisecond)
		}
		if least, most := int(15*time.Second/triedAll), int((20*time.Second-silentFor)/triedAll)+int(silentFor/(40*time.Millisecond))+5; count[1] < least || count[1] > most {
			t.Errorf("%d of 1000 on the path that is silent, want %d to %d", count[1], least, most)
		}
		f.brings(t, 1)
		count = [2]int{}
		for range 10 {
			count[f.sent(t)]++
		}
		if count != [2]int{5, 5} {
			t.Errorf("shared as %v", count)
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

// crowded is a path with a window. While it is full what is sent waits.
type crowded struct {
	Datagrams
	received, sent, window uint64
	full                   bool
	taken                  int
}

func (c *crowded) SendDatagram(b []byte) error {
	if c.taken++; !c.full {
		c.sent += uint64(len(b)) + 30
	}
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

func TestWhatWaitsForAWindowIsLittle(t *testing.T) {
	a, b := &crowded{window: 2400, full: true}, &crowded{window: 2400}
	p := NewPaths()
	p.Add(a, func() {})
	r := p.Add(b, func() {})
	for range 100 {
		_ = p.SendDatagram(make([]byte, 100))
		b.received++
	}
	if a.taken != 1 || b.taken != 99 {
		t.Errorf("%d datagrams to the path that is full, %d to the other", a.taken, b.taken)
	}
	r.Remove()
	for range 100 {
		_ = p.SendDatagram(make([]byte, 100))
	}
	if most := waitsMost/100 + 1; a.taken > most || p.Stats().Window < 90 {
		t.Errorf("%d datagrams wait, %+v", a.taken, p.Stats())
	}
	a.received, a.sent = 1, 1000
	_ = p.SendDatagram(make([]byte, 100))
	if a.full = false; p.Stats().Window > 99 {
		t.Error("the window is open, and nothing is sent")
	}
}

package transport

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

var errOver = errors.New("over")

// way is a path that counts what is sent on it.
type way struct {
	sent     int
	ready    bool
	received uint64 // packets over QUIC
	err      error
}

func (w *way) SendDatagram([]byte) error {
	w.sent++
	return w.err
}

func (*way) ReceiveDatagram(ctx context.Context) ([]byte, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (w *way) Ready() bool                     { return w.ready }
func (*way) Overhead() int                     { return 50 }
func (*way) LeastRTT() time.Duration           { return 70 * time.Millisecond }
func (w *way) Window() (received, _, _ uint64) { return w.received, 0, 0 }
func (w *way) took() (n int)                   { n, w.sent = w.sent, 0; return n }

func sends(t *testing.T, p *Paths, n int) {
	t.Helper()
	for range n {
		if err := p.SendDatagram(make([]byte, 100)); err != nil {
			t.Error(err)
		}
	}
}

// besides are a session, a way beside it, and their routes.
func besides() (p *Paths, session, aside *way, over, beside *Route) {
	p, session, aside = NewPaths(), &way{}, &way{}
	over = p.Add(session, func() {})
	return p, session, aside, over, over.Beside(aside)
}

func TestBesideIsPreferredWhileItIsReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, session, aside, over, beside := besides()
		sends(t, p, 2)
		if session.took() != 2 || aside.took() != 0 || p.Below() != (Below{Overhead: Overhead}) {
			t.Error("before it is ready nothing may go beside QUIC")
		}
		aside.ready = true
		sends(t, p, 2)
		if session.took() != 0 || aside.took() != 2 || p.Below() != (Below{50, true, 70 * time.Millisecond}) || !p.Wide() {
			t.Error("when it is ready all goes beside QUIC")
		}
		beside.Mirror()
		sends(t, p, 2)
		if session.took() != 1 || aside.took() != 2 {
			t.Error("one datagram goes both ways, for QUIC to learn of an address")
		}
		aside.err = errOver
		sends(t, p, 1)
		if session.took() != 1 || p.Stats().Broken != 1 {
			t.Error("what beside QUIC fails goes inside")
		}
		aside.err = nil
		aside.took()
		over.Remove()
		beside.Remove()
		sends(t, p, 1)
		if session.took() != 0 || aside.took() != 0 || p.Stats().NoPath != 1 || p.Count() != 0 {
			t.Errorf("%+v", p.Stats())
		}
	})
}

func TestWhatIsNotAnsweredBesideGoesBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, session, aside, _, beside := besides()
		aside.ready = true
		sends(t, p, 1)
		time.Sleep(silentFor)
		session.took()
		sends(t, p, 1)
		if session.took() != 1 || aside.took() != 2 {
			t.Error("after 1.5 s without an answer a datagram goes both ways")
		}
		p.arrived(beside, time.Now().UnixNano())
		sends(t, p, 1)
		if session.took() != 0 || aside.took() != 1 {
			t.Error("an answer ends that")
		}
	})
}

// What comes over QUIC while nothing beside it is answered for a while is answered there, too: once for each.
func TestDoubtIsCatching(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, session, aside, over, _ := besides()
		aside.ready = true
		for i, wait := range []time.Duration{0, triedAll} {
			sends(t, p, 1)
			time.Sleep(wait)
			p.arrived(over, time.Now().UnixNano())
			session.took()
			sends(t, p, 1)
			first := session.took()
			sends(t, p, 1)
			if first != i || session.took() != 0 {
				t.Errorf("%v after what was sent beside QUIC: %d over it", wait, first)
			}
		}
	})
}

// Only packets over QUIC, with nothing beside it, show that something is in the way: an outage does not, nor does a silence in which nothing was sent.
func TestDeaf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, session, aside, over, beside := besides()
		aside.ready = true
		watch := func(d time.Duration, packets uint64) (deaf bool) {
			for range int(d / (100 * time.Millisecond)) {
				time.Sleep(100 * time.Millisecond)
				session.received += packets
				deaf = deaf || beside.Deaf(time.Now())
			}
			return deaf
		}
		if watch(10*time.Second, 1) {
			t.Error("deaf though nothing was sent")
		}
		sends(t, p, 1)
		if watch(10*time.Second, 0) {
			t.Error("deaf in an outage")
		}
		p.arrived(beside, time.Now().UnixNano())
		sends(t, p, 1)
		if watch(2900*time.Millisecond, 1) || !watch(300*time.Millisecond, 1) {
			t.Error("not deaf after 3 s")
		}
		aside.ready = false
		if beside.Deaf(time.Now()) || over.Deaf(time.Now()) {
			t.Error("deaf, and not even ready")
		}
	})
}

// A session that takes over has a way of its own; until that is ready the older one's serves.
func TestTheNewestReadyWayIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, session, aside, over, _ := besides()
		aside.ready = true
		newer, newerAside := &way{}, &way{}
		p.Add(newer, func() {}).Beside(newerAside)
		over.Retire()
		sends(t, p, 1)
		if aside.took() != 1 || newer.took() != 0 || session.took() != 0 {
			t.Error("the older way is ready, the newer is not")
		}
		newerAside.ready = true
		sends(t, p, 1)
		if aside.took() != 0 || newerAside.took() != 1 {
			t.Error("both are ready, and the newer is not taken")
		}
		// Ways beside QUIC are none of the sessions that have to go when there are too many.
		for range MaxPaths {
			p.Add(&way{}, func() {})
		}
		if n := p.Stats().Evicted; n != 2 {
			t.Errorf("%d sessions evicted", n)
		}
	})
}

func TestALineBesideQUICIsDoubtedWhereItLosesMuch(t *testing.T) {
	start := time.Unix(1e9, 0)
	const rtt = 150 * time.Millisecond
	beside := Below{Overhead: 50, Beside: true, Least: rtt}
	var m lossTest
	free := func(after time.Duration, loss float64, rtt time.Duration) bool {
		m.loss = loss
		m.doubt.goes(beside, start.Add(after))
		m.doubt.timed(rtt, time.Hour)
		return m.free()
	}
	for _, test := range []struct {
		after time.Duration
		loss  float64
		rtt   time.Duration
		want  bool
	}{
		{0, 0, rtt, false},
		{doubtFor, 0, rtt, true},
		{doubtFor, .3, rtt, false},             // QUIC may not have sent a small packet yet
		{doubtTest, .3, rtt + nearRTT/2, true}, // nothing stands in our way
		{doubtTest, .3, rtt + nearRTT, false},  // something may
		{doubtTest, .1, rtt + nearRTT, true},
	} {
		if got := free(test.after, test.loss, test.rtt); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
	m.doubt.goes(Below{Overhead: Overhead}, start.Add(time.Minute))
	if m.free() {
		t.Error("inside QUIC there is a window")
	}
}

// A line that is full from its first packet on loses 60 % by our own fault, and its delay says nothing: the test finds what it carries. One that loses 60 % by itself
// is left as it is.
func TestATestTellsAFullLineFromABadOne(t *testing.T) {
	for _, test := range []struct {
		name     string
		lost     func(sent, rate float64) float64 // share
		low, top float64                          // of the rate that comes of it; 0: none
	}{
		{"full", func(rate, line float64) float64 { return max(0, 1-line/rate) }, 15e3, 25e3},
		{"bad", func(float64, float64) float64 { return .6 }, 0, 0},
	} {
		var m lossTest
		m.doubt.goes(Below{Overhead: 50, Beside: true, Least: 100 * time.Millisecond}, time.Unix(1e9, 0))
		m.doubt.goes(Below{Overhead: 50, Beside: true, Least: 100 * time.Millisecond}, time.Unix(2e9, 0))
		m.doubt.timed(500*time.Millisecond, time.Hour)
		const size, line = 200, 20e3
		s, lost, found, tested := settled{}, 0., 0., false
		for range 2000 {
			rate := min(50e3, m.held())
			tested = tested || m.testing
			lost += test.lost(rate, line)
			s.seq++
			s.at += bitTime(size, rate)
			s.through += size
			s.lost = uint8(int(lost))
			if r := m.update(s, s.seq, 1); r > 0 {
				found = r
			}
		}
		if !tested || !m.free() || found < test.low || found > test.top {
			t.Errorf("%s: tested %v, free %v, found %.0f bit/s", test.name, tested, m.free(), found)
		}
	}
}

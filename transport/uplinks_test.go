package transport

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// pairOfLines are both ends of a line over uplinks in memory, near's voice at 40 ms.
type pairOfLines struct {
	t     *testing.T
	paths [2]*Paths
	line  [2]*Line
	ends  [][2]*transporttest.End // of each uplink
	tasks sync.WaitGroup
	stop  context.CancelFunc
	came  map[uint32]time.Duration // by sequence, how long it took; after stop
	mu    sync.Mutex
	spoke map[uint32]time.Time
	next  uint32
}

// forkedLine runs f with a line over several uplinks, in virtual time.
func forkedLine(t *testing.T, f func(*pairOfLines), lines ...transporttest.Impairment) {
	synctest.Test(t, func(t *testing.T) {
		p := &pairOfLines{t: t, came: map[uint32]time.Duration{}, spoke: map[uint32]time.Time{}}
		var ctx context.Context
		ctx, p.stop = context.WithCancel(context.Background())
		for i := range p.line {
			p.paths[i] = NewPaths()
			p.line[i] = NewLine(p.paths[i], time.Now())
			p.tasks.Go(func() { p.receive(ctx, i) })
			p.tasks.Go(func() { p.tick(ctx, i) })
		}
		for i, impairment := range lines {
			p.add(ctx, i, impairment)
		}
		f(p)
		p.stop()
		p.tasks.Wait()
	})
}

// add joins the ends over one more uplink.
func (p *pairOfLines) add(ctx context.Context, uplink int, impairment transporttest.Impairment) {
	near, far := transporttest.Pair(impairment, impairment, uint64(uplink+1))
	p.ends = append(p.ends, [2]*transporttest.End{near, far})
	for i, end := range []*transporttest.End{near, far} {
		r := p.paths[i].AddOn(uplink, end, func() { _ = end.Close() })
		p.tasks.Go(func() { _ = r.Carry(ctx) })
	}
}

// set changes an uplink.
func (p *pairOfLines) set(uplink int, i transporttest.Impairment) {
	p.t.Helper()
	for _, end := range p.ends[uplink] {
		if err := end.Impair(i); err != nil {
			p.t.Fatal(err)
		}
	}
}

func (p *pairOfLines) receive(ctx context.Context, i int) {
	for {
		packets, err := p.line[i].Receive(ctx)
		if err != nil {
			return
		}
		p.mu.Lock()
		for _, pkt := range packets {
			if _, twice := p.came[pkt.Sequence]; twice {
				p.t.Errorf("packet %d came twice", pkt.Sequence)
			}
			p.came[pkt.Sequence] = time.Since(p.spoke[pkt.Sequence])
		}
		p.mu.Unlock()
	}
}

func (p *pairOfLines) tick(ctx context.Context, i int) {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			_ = p.line[i].Tick(now)
		}
	}
}

// speak sends voice for a time, and returns what of it did not come, and how long the slowest took.
func (p *pairOfLines) speak(d time.Duration) (missing int, slowest time.Duration) {
	first := p.next
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(40 * time.Millisecond) {
		p.mu.Lock()
		p.spoke[p.next] = time.Now()
		p.mu.Unlock()
		pkt := NewVoice(7, codec.LayerHi, p.next, p.next*1920, codec.MakeLevel(true, -20), make([]byte, 100))
		_ = p.line[0].Send([]*Packet{pkt}, time.Now())
		p.next++
	}
	time.Sleep(2 * time.Second)
	p.mu.Lock()
	defer p.mu.Unlock()
	for n := first; n < p.next; n++ {
		took, here := p.came[n]
		if !here {
			missing++
		}
		slowest = max(slowest, took)
	}
	return missing, slowest
}

func (p *pairOfLines) voice() (over []int) {
	for i, s := range p.paths[0].Uplinks(time.Now()) {
		if s.Voice {
			over = append(over, i)
		}
	}
	return over
}

// sent returns the packets that one of several uplinks has taken, modulo 65,536.
func (p *pairOfLines) sent(uplink int) uint16 {
	u := p.paths[0].uplinks.Load()
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.each[uplink].count
}

var (
	calmLine = transporttest.Impairment{Delay: 75 * time.Millisecond}
	poorLine = transporttest.Impairment{Delay: 75 * time.Millisecond, Loss: .3}
)

func TestOneGoodUplinkCarriesAlone(t *testing.T) {
	forkedLine(t, func(p *pairOfLines) {
		p.speak(12 * time.Second)
		if over := p.voice(); len(over) != 1 || over[0] != 0 {
			t.Fatalf("the voice goes over %v", over)
		}
		before := p.sent(1)
		if missing, slowest := p.speak(20 * time.Second); missing > 0 || slowest > 80*time.Millisecond {
			t.Errorf("%d missing, the slowest took %v", missing, slowest)
		}
		if n := p.sent(1) - before; n < 15 || n > 30 {
			t.Errorf("%d packets in 22 s over the uplink that rests", n)
		}
		if s := p.paths[0].Uplinks(time.Now())[1]; !s.Alive || s.RTT < 140*time.Millisecond || s.RTT > 200*time.Millisecond || s.Loss > .01 {
			t.Errorf("%+v", s)
		}
	}, calmLine, calmLine)
}

// Whenever the uplink dies that carries the voice, all arrives within the time that listeners are told to wait.
func TestAnUplinkDies(t *testing.T) {
	for phase := range 8 {
		forkedLine(t, func(p *pairOfLines) {
			p.speak(20*time.Second + time.Duration(phase)*13*time.Millisecond)
			hold := p.line[0].Hold()
			if over := p.voice(); len(over) != 1 || hold < 150*time.Millisecond || hold > 300*time.Millisecond {
				t.Fatalf("the voice goes over %v, hold %v", over, hold)
			}
			dead := calmLine
			dead.Outages = []transporttest.Outage{{From: time.Duration(phase) * 111 * time.Millisecond, For: time.Hour}}
			p.set(0, dead)
			if missing, slowest := p.speak(10 * time.Second); missing > 0 || slowest > 75*time.Millisecond+hold {
				t.Errorf("%d missing, the slowest took %v, hold %v", missing, slowest, hold)
			}
			if over := p.voice(); len(over) != 1 || over[0] != 1 {
				t.Errorf("then the voice goes over %v", over)
			}
			p.set(0, calmLine)
			if missing, slowest := p.speak(10 * time.Second); missing > 0 || slowest > 80*time.Millisecond {
				t.Errorf("when it is back %d missing, the slowest took %v", missing, slowest)
			}
			if s := p.paths[0].Uplinks(time.Now()); !s[0].Alive || s[0].Loss > .02 || s[0].LossHere > .02 {
				t.Errorf("%+v", s[0])
			}
		}, calmLine, calmLine)
	}
}

// Over two poor uplinks the first copy counts: what both lose is their product.
func TestTwoPoorUplinks(t *testing.T) {
	forkedLine(t, func(p *pairOfLines) {
		p.speak(5 * time.Second)
		first := int(p.next)
		missing, _ := p.speak(2 * time.Minute)
		if over := p.voice(); len(over) != 2 {
			t.Errorf("the voice goes over %v", over)
		}
		if share := float64(missing) / float64(int(p.next)-first); share < .05 || share > .13 {
			t.Errorf("%.3f are missing without repair, want .09", share)
		}
		if out, _ := p.line[0].Stats(); out.Loss < .2 || out.Loss > .4 {
			t.Errorf("protected for a loss of %.2f, want that of one uplink", out.Loss)
		}
		if in := p.line[1].Uplink(time.Now()); in.Loss < .2 || in.Loss > .4 {
			t.Errorf("planned for a loss of %.2f", in.Loss)
		}
	}, poorLine, poorLine)
}

// What is lost now and then is sent again over both, and comes in time.
func TestWhatAGoodUplinkLosesGoesOverTheOther(t *testing.T) {
	little := calmLine
	little.Loss = .01
	forkedLine(t, func(p *pairOfLines) {
		p.speak(15 * time.Second)
		if missing, slowest := p.speak(time.Minute); missing > 1 || slowest > 75*time.Millisecond+p.line[0].Hold() {
			t.Errorf("%d missing, the slowest took %v", missing, slowest)
		}
	}, little, little)
}

// With one uplink nothing is as it would not be without them: no echo is sent, no report asked for.
func TestOneUplinkIsAsBefore(t *testing.T) {
	forkedLine(t, func(p *pairOfLines) {
		p.speak(10 * time.Second)
		if p.paths[0].uplinks.Load() != nil || p.line[0].Hold() != 0 || p.line[0].Sender.hedge != (hedge{}) || p.line[0].Awaits(time.Now()) {
			t.Error("one uplink is treated as several")
		}
	}, calmLine)
}

// An echo on a line with one uplink, or of an end that knows no uplinks, does no harm and is no datagram.
func TestAnEchoThatNobodyAskedFor(t *testing.T) {
	forkedLine(t, func(p *pairOfLines) {
		_ = p.ends[0][0].SendDatagram((&echo{asks: true, sent: 9}).append(nil))
		p.speak(time.Second)
		if _, in := p.line[1].Stats(); in.Malformed > 0 {
			t.Errorf("%+v", in)
		}
	}, calmLine)
}

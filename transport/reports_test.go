package transport

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

// reportsOf counts the reports that a receiver wants to send alone, looking every 5 ms, while media arrives every interval until it ends.
func reportsOf(t *testing.T, p fec.Protection, interval, until, end time.Duration, lose func(n int) bool) (n int) {
	t.Helper()
	start := time.Unix(1e9, 0)
	s, r := NewSender(), NewReceiver(start)
	s.Want(0)
	s.Protect(p)
	sent := 0
	for d := time.Duration(0); d < end; d += 5 * time.Millisecond {
		now := start.Add(d)
		if d < until && d%interval == 0 {
			b, _ := s.Datagram(nil, []*Packet{frame(1, codec.LayerHi, uint32(sent), uint32(sent))}, nil, now)
			if !lose(sent) {
				if _, err := r.Receive(b, now); err != nil {
					t.Fatal(err)
				}
			}
			sent++
		}
		if r.Report(now, false) != nil {
			n++
		}
	}
	return n
}

func TestReportsComeAsOftenAsTheyAreWorth(t *testing.T) {
	never := func(int) bool { return false }
	third := func(n int) bool { return n%3 == 2 }
	prompt := fec.Protection{Window: 10, Prompt: true, Rate: 64e3}
	for _, test := range []struct {
		name        string
		plan        fec.Protection
		interval    time.Duration
		lose        func(int) bool
		least, most int // in 4 s of media and 4 s of silence
	}{
		{"clean", fec.Protection{}, 20 * time.Millisecond, never, 10, 12},
		{"lossy", fec.Protection{}, 20 * time.Millisecond, third, 20, 24},
		{"prompt, 20 ms", prompt, 20 * time.Millisecond, never, 200, 240},
		{"prompt, 60 ms", prompt, 60 * time.Millisecond, never, 66, 85},
		{"prompt, 60 ms, lossy", prompt, 60 * time.Millisecond, third, 60, 90},
		{"prompt, 120 ms", prompt, 120 * time.Millisecond, never, 33, 45},
	} {
		n := reportsOf(t, test.plan, test.interval, 4*time.Second, 8*time.Second, test.lose)
		if n < test.least || n > test.most {
			t.Errorf("%s: %d reports, want %d to %d", test.name, n, test.least, test.most)
		}
	}
}

func TestReportsAreNotReportedOn(t *testing.T) {
	start := time.Unix(1e9, 0)
	s, r := NewSender(), NewReceiver(start)
	for i := range 100 {
		now := start.Add(time.Duration(i) * 100 * time.Millisecond)
		b, _ := s.Datagram(nil, nil, &Feedback{}, now)
		if _, err := r.Receive(b, now); err != nil {
			t.Fatal(err)
		}
		if r.Report(now, false) != nil || r.Report(now, true) != nil {
			t.Fatal("a report on a report")
		}
	}
	b, _ := s.Datagram(nil, nil, nil, start) // a knock
	if _, err := r.Receive(b, start); err != nil || r.Report(start.Add(time.Second), false) == nil {
		t.Errorf("no answer to a knock, %v", err)
	}
}

// link is the path from one Line to the other, with a delay; the test decides what is lost.
type link struct {
	to   chan []byte
	lose func(n int) bool
	n    atomic.Int64
}

// sent is how many datagrams left.
func (l *link) sent() int { return int(l.n.Load()) }

func (l *link) SendDatagram(b []byte) error {
	if n := int(l.n.Add(1)); l.lose == nil || !l.lose(n-1) {
		time.AfterFunc(30*time.Millisecond, func() { l.to <- b })
	}
	return nil
}

// end is a Line with the ways out and in.
type end struct {
	out  *link
	from chan []byte
}

func (e *end) SendDatagram(b []byte) error { return e.out.SendDatagram(b) }

func (e *end) ReceiveDatagram(ctx context.Context) ([]byte, error) {
	select {
	case b := <-e.from:
		return b, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// couple runs two Lines against each other until stop: heard tells the frames that the second one got.
func couple(lose func(n int) bool) (lines [2]*Line, links [2]*link, heard map[uint32]bool, stop func()) {
	a, b := make(chan []byte, 1000), make(chan []byte, 1000)
	links = [2]*link{{to: b, lose: lose}, {to: a}}
	lines[0] = NewLine(&end{links[0], a}, time.Now())
	lines[1] = NewLine(&end{links[1], b}, time.Now())
	for _, l := range lines {
		l.Want(0)
	}
	heard = map[uint32]bool{}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{}, 4)
	for _, l := range lines {
		go func() {
			defer func() { done <- struct{}{} }()
			for {
				packets, err := l.Receive(ctx)
				if err != nil {
					return
				}
				for _, p := range packets {
					heard[p.Sequence] = true
				}
			}
		}()
		go func() {
			defer func() { done <- struct{}{} }()
			ticker := time.NewTicker(20 * time.Millisecond)
			defer ticker.Stop()
			for ctx.Err() == nil {
				select {
				case <-ticker.C:
					_ = l.Tick(time.Now())
				case <-ctx.Done():
				}
			}
		}()
	}
	return lines, links, heard, func() {
		cancel()
		for range 4 {
			<-done
		}
		time.Sleep(time.Second) // what is under way arrives
	}
}

// TestTailBringsTheLastWord: what is said last is lost, and nothing is said afterwards: datagrams of repair alone bring it, and stop once it is confirmed.
func TestTailBringsTheLastWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lines, links, heard, stop := couple(func(n int) bool { return n >= 17 && n < 21 })
		lines[0].Protect(fec.Protection{Window: 20, Age: 4, Gap: 3, Rate: 64e3})
		for i := range uint32(20) {
			if err := lines[0].Send([]*Packet{frame(1, codec.LayerHi, i, i)}, time.Now()); err != nil {
				t.Error(err)
			}
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(600 * time.Millisecond)
		before := links[0].sent()
		time.Sleep(2 * time.Second)
		after := links[0].sent()
		stop()
		for i := range uint32(20) {
			if !heard[i] {
				t.Errorf("frame %d never came", i)
			}
		}
		if before > 35 || after > before+4 {
			t.Errorf("%d datagrams for 20 frames and their tail, then %d more", before, after-before)
		}
	})
}

// TestPromptLine: a line that asks for it gets a report on nearly every datagram, sooner than one that does not.
func TestPromptLine(t *testing.T) {
	for _, test := range []struct {
		prompt      bool
		least, most int
	}{{false, 5, 14}, {true, 35, 60}} {
		synctest.Test(t, func(t *testing.T) {
			lines, links, _, stop := couple(nil)
			lines[0].Protect(fec.Protection{Window: 20, Age: 4, Gap: 3, Rate: 64e3, Prompt: test.prompt})
			for i := range uint32(50) {
				if err := lines[0].Send([]*Packet{frame(1, codec.LayerHi, i, 2*i)}, time.Now()); err != nil {
					t.Error(err)
				}
				time.Sleep(40 * time.Millisecond)
			}
			back := links[1].sent()
			stop()
			if back < test.least || back > test.most {
				t.Errorf("prompt %v: %d reports on 50 datagrams", test.prompt, back)
			}
		})
	}
}

func TestTheNewestDatagramSaysHowOftenReportsAreWanted(t *testing.T) {
	start := time.Unix(1e9, 0)
	s, r := NewSender(), NewReceiver(start)
	s.Want(0)
	datagram := func(prompt bool, n uint32) []byte {
		s.Protect(fec.Protection{Window: 10, Prompt: prompt, Rate: 64e3})
		b, _ := s.Datagram(nil, []*Packet{frame(1, codec.LayerHi, n, n)}, nil, start)
		return b
	}
	older, newer := datagram(true, 0), datagram(false, 1)
	for _, b := range [][]byte{newer, older} { // on two paths
		if _, err := r.Receive(b, start); err != nil {
			t.Fatal(err)
		}
	}
	if r.Prompt() {
		t.Error("an older datagram was believed")
	}
}

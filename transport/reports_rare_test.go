package transport

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

// rareReports returns when a receiver reports, in ms, while media comes every interval for ten seconds, all but the datagrams lost.
func rareReports(t *testing.T, beside bool, interval time.Duration, lost map[int]bool) (at []int64) {
	t.Helper()
	start := time.Unix(1e9, 0)
	s, r := NewSender(), NewReceiver(start)
	s.Want(0)
	if beside {
		below := Below{Overhead: 50, Beside: true, Least: 300 * time.Millisecond}
		r.over(below, s.over(below, start))
	}
	for d, n := time.Duration(0), 0; d < 10*time.Second; d += 5 * time.Millisecond {
		now := start.Add(d)
		if d%interval == 0 {
			b, _ := s.Datagram(nil, []*Packet{frame(1, codec.LayerHi, uint32(n), uint32(n))}, nil, now)
			if !lost[n] {
				if _, err := r.Receive(b, now); err != nil {
					t.Fatal(err)
				}
			}
			n++
		}
		if r.Report(now, false) != nil {
			at = append(at, d.Milliseconds())
		}
	}
	return at
}

// TestReportsOfAThinLineAreRare holds what they cost beside QUIC, and that what goes missing is told at once.
func TestReportsOfAThinLineAreRare(t *testing.T) {
	ms80, ms40 := 80*time.Millisecond, 40*time.Millisecond
	one := map[int]bool{62: true}
	thin := rareReports(t, true, ms80, one)
	if len(thin) > 20 || len(thin) < 15 {
		t.Errorf("%d reports in 10 s on a thin line", len(thin))
	}
	told := false
	for _, at := range thin {
		told = told || at >= 63*80 && at <= 63*80+100
	}
	if !told {
		t.Errorf("reports at %v, the one after the missing was at %d", thin, 63*80)
	}
	if n := len(rareReports(t, false, ms80, one)); n < 24 {
		t.Errorf("%d reports inside QUIC", n)
	}
	if n := len(rareReports(t, true, ms40, one)); n < 24 {
		t.Errorf("%d reports on a wide line", n)
	}
}

// TestTheGateWaitsForRareReports holds that where reports are rare a line is not given up for what was never promised, and yet soon.
func TestTheGateWaitsForRareReports(t *testing.T) {
	for _, rare := range []bool{false, true} {
		line := lineState{rtt: 300 * time.Millisecond, heard: 1000, rare: rare}
		start := time.Unix(1e9, 0)
		g := newGate(start)
		var closed time.Duration
		for d := time.Duration(0); d < 5*time.Second && closed == 0; d += 20 * time.Millisecond {
			now := start.Add(d)
			if d%(80*time.Millisecond) == 0 {
				g.media(now)
			}
			if d <= time.Second && d%(600*time.Millisecond) == 0 {
				g.arrived(now)
			}
			if g.check(line, now); g.closed {
				closed = d - 600*time.Millisecond
			}
		}
		least, most := 700*time.Millisecond, 1300*time.Millisecond
		if rare {
			least, most = 1200*time.Millisecond, 2*time.Second
		}
		if closed < least || closed > most {
			t.Errorf("rare %v: closed %v after the last report", rare, closed)
		}
	}
}

// TestPromptReportsOfAThinLine holds that a thin line that is not known to lose much asks for every second.
func TestPromptReportsOfAThinLine(t *testing.T) {
	asks := func(loss float64, beside bool) (n int) {
		s := NewSender()
		s.acks.none, s.stats.Pace, s.stats.Loss = beside, 80*time.Millisecond, loss
		s.plan = fec.Protection{Window: 8, Prompt: true}
		for range 10 {
			if s.asksPrompt() {
				n++
			}
			s.next++
		}
		return n
	}
	if asks(0, true) != 5 || asks(.3, true) != 10 || asks(0, false) != 10 {
		t.Errorf("of 10 datagrams %d ask, %d of a line that loses, %d inside QUIC", asks(0, true), asks(.3, true), asks(0, false))
	}
}

package transport

import (
	"math"
	"testing"
	"time"
)

// reportEvery takes n reports, one every period, and returns when the next would come.
func reportEvery(a *ackCost, from time.Time, n int, period time.Duration) time.Time {
	for range n {
		a.reported(from)
		from = from.Add(period)
	}
	return from
}

func TestAcknowledgementsOfReportsArePaidFor(t *testing.T) {
	start := time.Unix(1e9, 0)
	for _, test := range []struct {
		period     time.Duration
		rate, cost float64 // bit/s
	}{
		{40 * time.Millisecond, 48e3, 25 * 35 * 8},
		{80 * time.Millisecond, 48e3, 12.5 * 35 * 8},
		{400 * time.Millisecond, 48e3, 2.5 * 35 * 8},
		{40 * time.Millisecond, 20e3, 5e3}, // never more than a quarter
		{20 * time.Millisecond, 0, 0},
	} {
		var a ackCost
		if left := a.left(test.rate); left != test.rate {
			t.Errorf("before the first report %.0f of %.0f bit/s are left", left, test.rate)
		}
		reportEvery(&a, start, int(20*time.Second/test.period), test.period)
		if cost := test.rate - a.left(test.rate); math.Abs(cost-test.cost) > 0.01*test.cost {
			t.Errorf("a report every %v costs %.0f bit/s of %.0f, want %.0f", test.period, cost, test.rate, test.cost)
		}
	}
}

func TestTheCostFollowsTheReports(t *testing.T) {
	var a ackCost
	now := reportEvery(&a, time.Unix(1e9, 0), 500, 40*time.Millisecond)
	const before = 25 * 35 * 8
	now = reportEvery(&a, now, 10, 400*time.Millisecond) // 4 s later nearly two thirds are forgotten
	if cost := 100e3 - a.left(100e3); cost > before/2 || cost < before/10 {
		t.Errorf("after 4 s of rare reports %.0f bit/s, before %d", cost, before)
	}
	a.reported(now.Add(time.Hour)) // nothing is left of what was before a silence
	if cost := 100e3 - a.left(100e3); math.Abs(cost-35*8/4) > 1 {
		t.Errorf("after a silence %.0f bit/s", cost)
	}
}

// What a Sender may fill is less by that.
func TestASendersRateIsLessTheCostOfReports(t *testing.T) {
	now := time.Unix(1e9, 0)
	s, r := NewSender(), NewReceiver(now)
	s.Want(0)
	without := s.Stats().Rate
	for range 500 {
		now = now.Add(40 * time.Millisecond)
		b, _ := s.Datagram(nil, nil, nil, now)
		if _, err := r.Receive(b, now); err != nil {
			t.Fatal(err)
		}
		if fb := r.Report(now, true); fb != nil {
			s.Feedback(fb, now)
		}
	}
	s.mu.Lock()
	allowed, left := s.rate.allowed(), s.acks.left(s.rate.allowed())
	s.mu.Unlock()
	if got := s.Stats().Rate; got != left || got >= allowed || without <= 0 {
		t.Errorf("the rate is %.0f of %.0f bit/s, and was %.0f", got, allowed, without)
	}
}

package transport

import (
	"testing"
	"time"
)

// climb runs a Climb for d, with what a line says at a moment, and returns the bytes that it let through; each chunk is acknowledged after a round trip.
func climb(c *Climb, from time.Time, d time.Duration, line func(time.Duration) SenderStats) (bytes int) {
	now, received := from, uint64(0)
	var acked []time.Time
	for now.Sub(from) < d {
		for len(acked) > 0 && !now.Before(acked[0]) {
			acked, received = acked[1:], received+1
		}
		s := line(now.Sub(from))
		p := c.Pace(s, received, now)
		if p.Rate == 0 {
			now = now.Add(bulkPause)
			continue
		}
		now = now.Add(time.Duration(p.Chunk) * time.Second / time.Duration(p.Rate))
		bytes += p.Chunk
		acked = append(acked, now.Add(s.RTT))
	}
	return bytes
}

func TestClimb(t *testing.T) {
	begin := time.Unix(1e9, 0)
	clean := SenderStats{Rate: 40e3, RTT: 150 * time.Millisecond}
	always := func(s SenderStats) func(time.Duration) SenderStats {
		return func(time.Duration) SenderStats { return s }
	}
	if n := climb(&Climb{}, begin, 5*time.Second, always(clean)); n < 4*trickle || n > 10*trickle {
		t.Errorf("it begins with %d bytes in 5 s", n)
	}
	if n := climb(&Climb{}, begin, time.Minute, always(clean)); n < 500e3 {
		t.Errorf("%d bytes in a minute of a clean line", n)
	}
	lossy := clean
	lossy.Loss = .3
	if n := climb(&Climb{}, begin, time.Minute, always(lossy)); n > 60*150/150*1000/150*200 {
		t.Errorf("%d bytes in a minute where a third is lost: more than a chunk a round trip", n)
	}
	broken := clean
	broken.Broken = true
	if n := climb(&Climb{}, begin, time.Minute, always(broken)); n > 0 {
		t.Errorf("%d bytes on a broken line", n)
	}
	queue := func(at time.Duration) SenderStats {
		s := clean
		if at > 30*time.Second {
			s.Delay = 100 * time.Millisecond
		}
		return s
	}
	var c Climb
	before := climb(&c, begin, 30*time.Second, queue)
	if n := climb(&c, begin.Add(30*time.Second), 5*time.Second, func(at time.Duration) SenderStats { return queue(at + 31*time.Second) }); n > 0 || before == 0 {
		t.Errorf("%d bytes into a queue, %d before", n, before)
	}
	if n := climb(&c, begin.Add(35*time.Second), 30*time.Second, func(at time.Duration) SenderStats { return queue(at + 36*time.Second) }); n == 0 {
		t.Error("none on a path that became longer")
	}
}

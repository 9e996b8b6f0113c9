package transport

import (
	"testing"
	"time"
)

// TestUplinkRate sends a voice of 40 kbit/s through bottlenecks: what the relay believes stays near what the line carries, and its queue short.
func TestUplinkRate(t *testing.T) {
	for _, line := range []float64{20e3, 32e3, 64e3, 512e3} {
		var u uplinkRate
		start := time.Unix(1e9, 0)
		free, worst := start, time.Duration(0)
		for i := range 3000 {
			captured := start.Add(time.Duration(i) * 40 * time.Millisecond)
			allowed := min(40e3, max(u.rate, 16e3))
			size := int(allowed*0.04/8) - Overhead
			free = later(free, captured).Add(time.Duration(float64(size+Overhead) * 8 / line * float64(time.Second)))
			u.arrive(uint32(i*1920), size, 0, free.Add(50*time.Millisecond))
			if i > 500 {
				worst = max(worst, free.Sub(captured))
			}
		}
		if worst > 700*time.Millisecond || u.rate < min(0.5*line, 16e3) || u.rate > max(1.2*line, 41e3) && line < 64e3 {
			t.Errorf("%v bit/s: believed %v, queue at worst %v", line, u.rate, worst)
		}
		t.Logf("%v bit/s: believed %v, queue at worst %v", line, u.rate, worst)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

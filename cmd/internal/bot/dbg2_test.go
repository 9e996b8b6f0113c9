package bot

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/transport/transporttest"
)

func TestDbgJoin(t *testing.T) {
	for _, c := range []struct {
		name string
		imp  transporttest.Impairment
		udp  bool
	}{
		{"clean 512", transporttest.Impairment{Rate: 512, Delay: 75 * time.Millisecond}, false},
		{"30 %", transporttest.Impairment{Rate: 256, Delay: 75 * time.Millisecond, Loss: .3}, false},
		{"40 % bursts of 4", transporttest.Impairment{Rate: 256, Delay: 75 * time.Millisecond, Loss: .4, Burst: 4}, false},
		{"50 %", transporttest.Impairment{Rate: 256, Delay: 75 * time.Millisecond, Loss: .5}, false},
		{"64k", transporttest.Impairment{Rate: 64, Delay: 150 * time.Millisecond, Loss: .05}, false},
		{"32k", transporttest.Impairment{Rate: 32, Delay: 150 * time.Millisecond, Loss: .02}, false},
		{"20k", transporttest.Impairment{Rate: 20, Delay: 150 * time.Millisecond, Loss: .02}, false},
		{"20k big queue", transporttest.Impairment{Rate: 20, Queue: time.Second, Delay: 150 * time.Millisecond, Loss: .02}, false},
		{"RTT 600 10 %", transporttest.Impairment{Rate: 256, Delay: 300 * time.Millisecond, Loss: .1}, false},
		{"UDP blocked 5 %", transporttest.Impairment{Rate: 256, Delay: 75 * time.Millisecond, Loss: .05}, true},
		{"UDP blocked 30 %", transporttest.Impairment{Rate: 256, Delay: 75 * time.Millisecond, Loss: .30}, true},
	} {
		var joined, sound []float64
		ws := 0
		for seed := range uint64(40) {
			synctest.Test(t, func(t *testing.T) {
				v := newVirtual(t)
				defer v.stop()
				if _, err := v.join("gần", v.network.Line(good, good, seed), ""); err != nil {
					t.Fatal(err)
				}
				time.Sleep(3 * time.Second)
				line := v.network.Line(c.imp, c.imp, seed)
				line.BlockUDP(c.udp)
				begun := time.Now()
				p, err := v.join("xa", line, "")
				if err != nil {
					joined, sound = append(joined, 99), append(sound, 99)
					return
				}
				joined = append(joined, p.joined.Seconds())
				sound = append(sound, (p.joined + p.after(begun.Add(p.joined))).Seconds())
				time.Sleep(10 * time.Second)
				if p.Stats().Sessions > 1 {
					ws++
				}
			})
		}
		slices.Sort(joined)
		slices.Sort(sound)
		t.Logf("%-18s joined %5.2f %5.2f %5.2f first sound %5.2f %5.2f %5.2f (p50 p90 max), %d with more sessions", c.name, joined[20], joined[36], joined[39], sound[20], sound[36], sound[39], ws)
	}
}

package lines

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/diemcau/diemcau/transport/transporttest"
)

func TestZZ(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, _ := newWorld(*seed, true)
		line := impaired(256, rtt150, func() float64 { f := .3; fmt.Sscan(os.Getenv("LOSS"), &f); return f }(), 0)
		l := w.line(line)
		o := w.line(near)
		a, b := o, l
		if os.Getenv("SIDE") != "" {
			a, b = l, o
		}
		sp, err := w.join(context.Background(), "a", a, nil)
		if err != nil {
			t.Fatal(err)
		}
		ear := NewEar()
		li, err := w.join(context.Background(), "b", b, ear)
		if err != nil {
			t.Fatal(err)
		}
		sp.speak(&Mouth{Loop: loop(t), Begun: time.Now(), Restless: true})
		chance := rand.New(rand.NewPCG(*seed, 0))
		for range 10 {
			time.Sleep(calm - 1500*time.Millisecond)
			cut, _ := time.ParseDuration(os.Getenv("CUT"))
			cut += time.Duration(chance.Int64N(int64(anyPhase)))
			out := line
			out.Outages = []transporttest.Outage{{For: cut}}
			fmt.Println("cut at", li.Stats().Beside, li.Stats().Sessions, sp.Stats().Beside, sp.Stats().Sessions, li.Listen())
			l.Set(out, out)
			time.Sleep(cut)
			back := time.Now()
			fmt.Println("--- back", back.UnixMilli()%10000000)
			l.Tap(func(s transporttest.Seen) {
				if d := time.Since(back); d < 900*time.Millisecond {
					k := "side"
					if s.Payload[0]&0xc0 != 0 {
						k = fmt.Sprintf("quic %x", s.Payload[0])
					}
					dir := "  down"
					if s.Up {
						dir = "up"
					}
					fmt.Println(d.Milliseconds(), dir, k, s.From, len(s.Payload))
				}
			})
			go func() {
				last := li.Stats().Received
				for time.Since(back) < 600*time.Millisecond {
					time.Sleep(time.Millisecond)
					if n := li.Stats().Received; n != last {
						fmt.Println("            got", n-last, time.Since(back))
						last = n
					}
				}
			}()
			took, _ := wait(ear, back)
			u, d := l.Counters()
			fmt.Println("took", took, u.Overflow, u.CutOff, u.Lost, d.Overflow, d.CutOff)
			time.Sleep(1500 * time.Millisecond)
			l.Tap(nil)
		}
		li.gone()
		sp.gone()
		w.close()
	})
}

package transport

import (
	"fmt"
	"testing"
	"time"
)

func TestFiguresTemp(t *testing.T) {
	const n = 20
	for _, loss := range []float64{0, .1, .3, .5} {
		for _, d := range []time.Duration{6, 8, 15, 60} {
			line := fmt.Sprintf("loss %3.0f%% %3ds:", loss*100, d)
			for _, o := range []outage{{gate: true, window: true}} {
				o.loss, o.For = loss, d*time.Second
				took := o.over(t, n)
				line += fmt.Sprintf(" | gate %5v window %5v: %5.2f %5.2f %5.2f", o.gate, o.window, took[n/2].Seconds(), took[n*9/10].Seconds(), took[n-1].Seconds())
			}
			fmt.Println(line)
		}
	}
}

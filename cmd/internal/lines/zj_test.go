package lines

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/diemcau/diemcau/transport/transporttest"
)

func TestZJ(t *testing.T) {
	for _, l := range []transporttest.Impairment{impaired(20, rtt300, .02, 0), impaired(32, rtt300, .02, 0), impaired(64, rtt300, .05, 0), impaired(256, rtt150, 0, 0), impaired(256, rtt600, 0, 0), impaired(256, rtt150, .3, 0)} {
		bubble(t, func(t *testing.T) {
			first, err := Joins{Loop: loop(t), Line: l, Side: Listening, Count: 20, Seed: *seed, Beside: true}.Run(context.Background())
			a, b := spread(first)
			fmt.Println(l.Rate, l.Delay, l.Loss, a, b, err)
		})
	}
	_ = time.Now
}

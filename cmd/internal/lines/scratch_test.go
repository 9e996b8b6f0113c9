package lines

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/transport/transporttest"
)

func TestScratchJoin(t *testing.T) {
	l := loop(t)
	for _, x := range []struct {
		name string
		i    transporttest.Impairment
	}{
		{"64", impaired(64, rtt300, .05, 0)}, {"32", impaired(32, rtt300, .02, 0)}, {"20", impaired(20, rtt300, .02, 0)},
		{"20 queue 1s", func() transporttest.Impairment { i := impaired(20, rtt300, .02, 0); i.Queue = time.Second; return i }()},
		{"32 queue 1s", func() transporttest.Impairment { i := impaired(32, rtt300, .02, 0); i.Queue = time.Second; return i }()},
	} {
		for _, side := range bothSides {
			synctest.Test(t, func(t *testing.T) {
				f, err := Joins{Loop: l, Line: x.i, Side: side, Count: 10, Seed: 3}.Run(context.Background())
				fmt.Println(x.name, side, f, err)
			})
		}
	}
}

package bot

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestDbgOutlier(t *testing.T) {
	for seed := range uint64(80) {
		synctest.Test(t, func(t *testing.T) {
			a, b := outage(t, .3, 8*time.Second, seed)
			if max(a, b) > 2*time.Second {
				println("OUTLIER", seed, a.String(), b.String())
			}
		})
	}
}

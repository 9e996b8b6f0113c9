package lines

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/speech"
)

var (
	lasting = flag.Duration("lines.for", 40*time.Second, "how long a meeting is measured")
	only    = flag.String("lines.only", "", "rows")
	seed    = flag.Uint64("lines.seed", 1, "")
)

var loaded = sync.OnceValues(func() (*speech.Loop, error) { return speech.Load(os.DirFS("../../../codec/testdata")) })

func loop(t testing.TB) *speech.Loop {
	t.Helper()
	l, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLines(t *testing.T) {
	l := loop(t)
	for _, row := range Table() {
		if !regexp.MustCompile(*only).MatchString(row.Name) {
			continue
		}
		for _, side := range row.Sides {
			real := time.Now()
			synctest.Test(t, func(t *testing.T) {
				cells, err := row.Run(context.Background(), Setup{Loop: l, For: *lasting, Side: side, Seed: *seed})
				if err != nil {
					t.Error(row.Name, side, err)
					return
				}
				for _, c := range cells {
					fmt.Printf("%-30s %-9s", row.Name, c.Who)
					if c.Heard != nil {
						fmt.Printf(" %.3f (%.3f worst %.2f) missing %.2f%% wire %.1f return %.1f delay %d/%d", c.Heard.Score.Mean, c.Heard.Score.Median, c.Heard.Score.Worst, 100*c.Heard.Missing, c.Wire, c.Return, c.Heard.P50.Milliseconds(), c.Heard.P95.Milliseconds())
					}
					if c.Queue > 0 { fmt.Print(" queue ", c.Queued, c.Queue) }
					if c.First != nil { fmt.Print(" first ", c.First) }
					if c.Back != nil { fmt.Print(" back ", c.Back) }
					fmt.Println(" in", time.Since(real))
				}
			})
		}
	}
}

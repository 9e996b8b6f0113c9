package lines

import (
	"context"
	"strings"
	"testing"
	"time"
)

// With two uplinks the voice is whole where both are poor, and nobody hears it when one dies, comes or goes.
func TestUplinks(t *testing.T) {
	for _, row := range UplinkRows(*seed) {
		most, stalled := 0.0, 30*time.Millisecond
		switch strings.TrimPrefix(row.Name, "2 uplinks, ") {
		case "each 30 % random":
			most = .004
		case "one dying, RTT 60", "one dying, RTT 150", "one comes and goes":
		default:
			continue
		}
		for _, side := range row.Sides {
			bubble(t, func(t *testing.T) {
				cells, err := row.Run(context.Background(), Setup{Loop: loop(t), For: time.Minute, Side: side, Seed: *seed, Beside: true})
				if err != nil {
					t.Fatal(err)
				}
				if h := cells[0].Heard; h.Missing > most || most == 0 && h.Stalled > stalled || h.Score.Mean < .85 || h.P95 > 1300*time.Millisecond {
					t.Errorf("%s, %s: %+v", row.Name, side, *h)
				}
			})
		}
	}
}

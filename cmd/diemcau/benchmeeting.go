package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/bench"
	"github.com/diemcau/diemcau/cmd/internal/script"
)

// BenchMeetingCmd is "diemcau bench meeting": a server of its own in a second process, the sites in this one.
type BenchMeetingCmd struct {
	Sites int           `default:"22" help:"22: a district and its communes. 145: a province, 8 districts and 136 communes."`
	Idle  time.Duration `default:"20s" help:"How long nothing happens, to be measured."`
	Burst int           `default:"2000" help:"Events of a burst."`
	Rate  int           `default:"600" help:"How many of them are wished for in a second."`
	JSON  bool          `name:"json" help:"Print JSON."`
}

// Run holds the meeting and prints the figures, also when something is wrong with what came of it.
func (c *BenchMeetingCmd) Run(ctx context.Context) error {
	if c.Sites != script.District && c.Sites != script.Province || c.Idle < time.Second || c.Burst < 20 || c.Burst > 100_000 || c.Rate < 1 || c.Rate > 100_000 {
		return usagef("--sites is %d or %d, --idle 1s or more, --burst 20 to 100000, --rate 1 to 100000", script.District, script.Province)
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	r, err := bench.Meeting{Program: program, Sites: c.Sites, Idle: c.Idle, Burst: c.Burst, Rate: c.Rate}.Run(ctx)
	if c.JSON {
		return errors.Join(err, json.NewEncoder(os.Stdout).Encode(r))
	}
	fmt.Printf("%d sites, %d seats: %d events; checked: %v\n", r.Sites, r.Seats, r.Events, r.Checked)
	fmt.Printf("join of the last %d B (of 6000), idle %.2f kbit/s a seat (of 0.6)\n", r.JoinBytes, r.IdleKbit)
	fmt.Printf("event to all p50 %.1f ms, p99 %.1f ms (of 100; %d times), burst %.0f events/s (of 500)\n", r.EventP50Ms, r.EventP99Ms, r.Told, r.EventsPerSecond)
	fmt.Printf("fold of the log to minutes %.1f ms; %d times two called at once, and one got through; %d sessions fell behind and came back\n", r.FoldMs, r.Contested, r.Returns)
	return err
}

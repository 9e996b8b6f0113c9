package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/bench"
)

// BenchPicturesCmd is "diemcau bench pictures": a relay of its own in a second process, a camera and its watchers in this one.
type BenchPicturesCmd struct {
	Watchers int           `help:"Participants who watch, 1 to 199." default:"100"`
	Heights  []int         `help:"Heights of their large pictures, in turns." default:"180,360,360"`
	Beside   bool          `help:"All goes beside QUIC, as a site has it, not inside it, as a page does."`
	Duration time.Duration `help:"How long to measure." default:"20s"`
	JSON     bool          `help:"Print JSON."`
}

// Run measures and prints.
func (c *BenchPicturesCmd) Run(ctx context.Context) error {
	if c.Watchers < 1 || c.Watchers > 199 || len(c.Heights) == 0 {
		return usagef("--watchers is 1 to 199, --heights are one or more")
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	r, err := bench.Pictures{Program: program, Watchers: c.Watchers, Heights: c.Heights, Beside: c.Beside, Duration: c.Duration}.Run(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(r)
	}
	layers := make([]string, len(r.Layers))
	for i, l := range r.Layers {
		layers[i] = fmt.Sprintf("%d at %d kbit/s, %.0f/s", l.Layer, l.Bitrate/1000, float64(l.Rate10)/10)
	}
	fmt.Printf("%d watchers: the camera sends layers %s: %.0f kbit/s with all headers\n", r.Watchers, strings.Join(layers, "; "), r.UpKbps)
	fmt.Printf("relay %.1f µs a piece, plain UDP %.1f µs, ratio %.1f; %.0f %% of a core; %d pieces, %d frames, %.2f %% whole; camera to watcher %.0f ms, p99 %.0f ms\n",
		r.ForwardUs, r.PlainUs, r.Ratio, r.RelayPct, r.Pieces, r.Frames, r.WholePct, r.DelayP50Ms, r.DelayP99Ms)
	if len(r.Dropped) > 0 {
		fmt.Printf("dropped %v\n", r.Dropped)
	}
	return nil
}

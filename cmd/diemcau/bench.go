package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/bench"
)

// BenchCmd is "diemcau bench".
type BenchCmd struct {
	Voice    BenchVoiceCmd    `cmd:"" help:"A voice over a simulated bad line, in virtual time: what is lost, at what cost."`
	Relay    BenchRelayCmd    `cmd:"" help:"CPU, delay and memory of a relay, beside a plain UDP socket."`
	Pictures BenchPicturesCmd `cmd:"" help:"What a camera sends and what its pictures cost a relay, with many who watch, beside a plain UDP socket."`
	Meeting  BenchMeetingCmd  `cmd:"" help:"A whole meeting held by bots, from its preparation to its final minutes: what it costs, and whether all that was told is right."`
}

// BenchRelayCmd is "diemcau bench relay": a relay of its own in a second process, peers in this one.
type BenchRelayCmd struct {
	Listeners int           `help:"Participants who only listen; 0 runs the table of the README." placeholder:"N"`
	Speakers  int           `help:"Participants who speak, 1 to 3." default:"1"`
	Payload   int           `help:"Bytes of a voice packet, 16 to 400." default:"100"`
	Beside    bool          `help:"Media goes beside QUIC, as a site has it, not inside it, as a page does."`
	Duration  time.Duration `help:"How long to measure." default:"10s"`
	JSON      bool          `help:"Print JSON."`
}

// Run measures and prints.
func (c *BenchRelayCmd) Run(ctx context.Context) error {
	if c.Listeners < 0 || c.Listeners > 199 || c.Speakers < 1 || c.Speakers > 3 || c.Payload < 16 || c.Payload > 400 {
		return usagef("--listeners is 1 to 199, --speakers 1 to 3, --payload 16 to 400")
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	cells := [][2]int{{c.Listeners, c.Speakers}}
	if c.Listeners == 0 {
		cells = [][2]int{{100, 1}, {100, 2}, {100, 3}, {147, 3}}
	}
	if !c.JSON {
		fmt.Println("listeners speakers | relay µs/packet  plain UDP µs  ratio | delay p50   p99 ms | kB/participant  relay CPU  delivered")
	}
	for _, cell := range cells {
		r, err := bench.Relay{
			Program: program, Listeners: cell[0], Speakers: cell[1], Payload: c.Payload, Duration: c.Duration, Beside: c.Beside,
		}.Run(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
				return err
			}
			continue
		}
		fmt.Printf("%9d %8d | %15.1f %13.1f %6.1f | %9.1f %8.1f | %14.0f %9.0f%% %9.1f%%", r.Listeners, r.Speakers,
			r.ForwardUs, r.PlainUs, r.Ratio, r.DelayP50Ms, r.DelayP99Ms, r.ParticipantKB, r.RelayCPUPct, r.ExpectedPct)
		if r.Beside {
			fmt.Printf("  channel %.1f µs, %.2f of plain", r.SealedUs, r.SealedUs/r.PlainUs)
		}
		if len(r.Dropped) > 0 {
			fmt.Printf("  dropped %v", r.Dropped)
		}
		fmt.Println()
	}
	return nil
}

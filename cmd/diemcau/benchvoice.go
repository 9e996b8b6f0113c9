package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/bench"
	"github.com/diemcau/diemcau/fec/linesim"
)

// BenchVoiceCmd is "diemcau bench voice": one voice over a simulated line, in virtual time.
type BenchVoiceCmd struct {
	Wire     float64 `help:"kbit/s that the sender may fill, all headers counted, 16 to 512." default:"32"`
	Codec    string  `help:"kbit/s of the codec, 6 to 64, or auto: the plan's choice." default:"auto"`
	Loss     float64 `help:"Percent of the datagrams lost, both ways, 0 to 90." default:"30"`
	Burst    string  `help:"How losses come: 1 alone, 3 in runs of three in the mean, 160ms in bad times of that mean length." default:"1"`
	Budget   int     `help:"Delay budget in ms: from capture to playout, transit not counted." default:"400"`
	RTT      int     `name:"rtt" help:"Round trip in ms." default:"150"`
	Feedback bool    `help:"Whether the receiver reports." default:"true" negatable:""`
	Frames   int     `help:"Frames to send." default:"60000"`
	Seed     uint64  `help:"Seed of the losses." default:"1"`
	Trace    string  `help:"File of recorded losses to replay instead: a character a datagram, 1 lost, 0 arrived." placeholder:"FILE"`
	Matrix   bool    `help:"Print the table of lines, beside RED and LBRR at the same wire rate."`
	JSON     bool    `help:"Print JSON."`
}

// Run simulates and prints.
func (c *BenchVoiceCmd) Run() error {
	if err := c.limits(); err != nil {
		return err
	}
	if c.Matrix {
		return c.matrix()
	}
	voice, err := c.voice()
	if err != nil {
		return err
	}
	result, err := voice.Run()
	if err != nil {
		return usageError{err}
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(result)
	}
	p := result.Plan
	fmt.Printf("residual_pct %.3f\nmean_run %.2f\nwire_kbps %.2f\nreturn_kbps %.2f\nbound_pct %.3f\ndelay_ms %.0f\n",
		result.ResidualPct, result.MeanRun, result.WireKbps, result.ReturnKbps, result.BoundPct, result.DelayMs)
	fmt.Printf("plan codec_kbps %g interval_ms %d budget_ms %d window %d age %d gap %d rate_kbps %.1f prompt %t share_pct %.1f\n",
		p.CodecKbps, p.IntervalMs, p.BudgetMs, p.Window, p.Age, p.Gap, p.RateKbps, p.Prompt, p.SharePct)
	return nil
}

// limits holds the numbers; what is no number, too.
func (c *BenchVoiceCmd) limits() error {
	for _, flag := range []struct {
		name               string
		value, least, most float64
		unit               string
	}{
		{"--wire", c.Wire, 16, 512, " kbit/s"},
		{"--loss", c.Loss, 0, 90, " %"},
		{"--budget", float64(c.Budget), 60, 2000, " ms"},
		{"--rtt", float64(c.RTT), 0, 2000, " ms"},
		{"--frames", float64(c.Frames), 1, 10_000_000, ""},
	} {
		if !(flag.value >= flag.least && flag.value <= flag.most) {
			return usagef("%s: hãy ghi một số từ %.0f đến %.0f%[4]s / write a number from %[2]g to %.0[3]f%[4]s", flag.name, flag.least, flag.most, flag.unit)
		}
	}
	return nil
}

func (c *BenchVoiceCmd) voice() (bench.Voice, error) {
	v := bench.Voice{
		Wire: int(c.Wire * 1000), Loss: linesim.Loss{Share: c.Loss / 100}, Budget: time.Duration(c.Budget) * time.Millisecond,
		RTT: time.Duration(c.RTT) * time.Millisecond, Feedback: c.Feedback, Frames: c.Frames, Seed: c.Seed,
	}
	if c.Codec != "auto" {
		kbps, err := strconv.ParseFloat(c.Codec, 64)
		if err != nil || !(kbps >= 6 && kbps <= 64) {
			return v, usagef("--codec: hãy ghi auto hoặc một số từ 6 đến 64 kbit/s / write auto or a number from 6 to 64 kbit/s, not %q", c.Codec)
		}
		v.Bitrate = int(kbps * 1000)
	}
	if c.Trace != "" {
		return v, c.replay(&v.Loss)
	}
	return v, c.burst(&v.Loss)
}

// burst reads --burst: a number of datagrams or a time.
func (c *BenchVoiceCmd) burst(loss *linesim.Loss) error {
	if run, err := strconv.ParseFloat(c.Burst, 64); err == nil && run >= 1 && run <= 100 {
		if loss.Run = run; run > 1 && loss.Share > run/(run+1) { // there is at least one datagram between two runs
			return usagef("--burst: mất %g %% thì mỗi lần mất dài hơn %g gói, hãy ghi 1 hoặc một số lớn hơn / %[1]g %% cannot be lost in runs of %g: write 1 or a larger number",
				c.Loss, run)
		}
		return nil
	}
	d, err := time.ParseDuration(c.Burst)
	if err != nil || !strings.HasSuffix(c.Burst, "s") || d < time.Millisecond || d > 10*time.Second {
		return usagef("--burst: hãy ghi số gói mất liền nhau, trung bình từ 1 đến 100, hoặc một thời gian từ 1ms đến 10s / "+
			"write a mean run of 1 to 100 datagrams or a time of 1ms to 10s, as in 160ms, not %q", c.Burst)
	}
	loss.Burst = d
	return nil
}

// replay reads --trace.
func (c *BenchVoiceCmd) replay(loss *linesim.Loss) error {
	file, err := os.Open(c.Trace)
	if err == nil {
		defer file.Close()
		loss.Trace, err = linesim.ReadTrace(file)
	}
	if err != nil {
		return usagef("--trace: hãy cho một tệp ghi mỗi gói một ký tự, 1 là mất, 0 là đến / give a file with a character a datagram, 1 lost, 0 arrived: %w", err)
	}
	lost := 0
	for _, l := range loss.Trace {
		if l {
			lost++
		}
	}
	loss.Share = min(float64(lost)/float64(len(loss.Trace)), 0.9)
	return nil
}

// matrix prints the whole table.
func (c *BenchVoiceCmd) matrix() error {
	encoder := json.NewEncoder(os.Stdout)
	if !c.JSON {
		fmt.Println("      wire codec |  loss  burst  budget  rtt | residual %  target  bound |   RED %  LBRR % | wire  return | interval age gap")
	}
	for _, cell := range bench.Matrix() {
		v := cell.Voice
		v.Frames, v.Seed = c.Frames, c.Seed
		result, err := v.Run()
		if err != nil {
			return err
		}
		rival := v
		rival.Bitrate = int(result.Plan.CodecKbps * 1000)
		rivals := rival.Rivals()
		if c.JSON {
			row := struct {
				Goal   string  `json:"goal,omitempty"`
				Loss   float64 `json:"loss_pct"`
				Burst  int64   `json:"burst_ms"`
				Target float64 `json:"target_pct,omitempty"`
				bench.VoiceResult
				bench.Rivals
			}{cell.Name, cell.Percent, v.Loss.Burst.Milliseconds(), cell.Target, result, rivals}
			if err := encoder.Encode(row); err != nil {
				return err
			}
			continue
		}
		target := "      "
		if cell.Target > 0 {
			target = fmt.Sprintf("≤ %.2f", cell.Target)
		}
		fmt.Printf("%-3s %6d %5g | %4g %% %4d ms %4d ms %4d | %10.3f  %s %6.3f | %7.2f %7.2f | %4.1f  %6.1f | %5d ms %3d %3d\n",
			cell.Name, v.Wire/1000, result.Plan.CodecKbps, cell.Percent, v.Loss.Burst.Milliseconds(), v.Budget.Milliseconds(), v.RTT.Milliseconds(),
			result.ResidualPct, target, result.BoundPct, rivals.RedPct, rivals.LbrrPct, result.WireKbps, result.ReturnKbps,
			result.Plan.IntervalMs, result.Plan.Age, result.Plan.Gap)
	}
	return nil
}

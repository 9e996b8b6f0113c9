package bench

import (
	"time"

	"github.com/diemcau/diemcau/fec/linesim"
)

// Sizes of the rivals' datagrams, in bytes: IPv4, UDP, RTP and the SRTP tag; RED adds a header for each block.
const (
	rtpHeaders = 20 + 8 + 12 + 10
	redBlock   = 4
	redLast    = 1
	lbrrShare  = 0.6 // of a frame: what Opus spends on the low-rate copy of the one before
)

// Rivals are what the usual protections of a voice leave at the same wire rate, in percent of the frames; each at its best frame length.
type Rivals struct {
	RedPct  float64 `json:"red_pct"`  // RFC 2198: as many earlier frames in each datagram as the rate allows
	LbrrPct float64 `json:"lbrr_pct"` // Opus' in-band copy of the frame before
}

// Rivals simulates RED and LBRR on the channel of the voice, which needs a fixed bitrate.
func (v Voice) Rivals() Rivals {
	out := Rivals{RedPct: 100, LbrrPct: 100}
	for _, interval := range []time.Duration{20, 40, 60, 80, 100, 120} {
		interval *= time.Millisecond
		frame := float64(v.Bitrate) * interval.Seconds() / 8
		room := float64(v.Wire)*interval.Seconds()/8 - rtpHeaders - frame
		if room < 0 || interval > v.Budget {
			continue
		}
		copies := int(max(room-redLast, 0) / (frame + redBlock))
		out.RedPct = min(out.RedPct, v.spaced(interval, copies))
		lbrr := 0
		if room >= lbrrShare*frame {
			lbrr = 1
		}
		out.LbrrPct = min(out.LbrrPct, v.spaced(interval, lbrr))
	}
	return out
}

// spaced returns the percentage of frames lost when each datagram also carries the so many frames before its own.
func (v Voice) spaced(interval time.Duration, copies int) float64 {
	channel := v.Loss.New(v.Seed, 1)
	copies = min(copies, int((v.Budget-interval)/interval))
	arrived := make([]bool, v.Frames+copies)
	for i := range arrived {
		arrived[i] = !channel.Lost(time.Duration(i+1) * interval)
	}
	missing := 0
	for i := range v.Frames {
		there := false
		for k := range copies + 1 {
			there = there || arrived[i+k]
		}
		if !there {
			missing++
		}
	}
	return 100 * float64(missing) / float64(v.Frames)
}

// A Cell is one line of the matrix: a line of the design's table with what it should reach.
type Cell struct {
	Name    string
	Voice   Voice
	Target  float64 // percent; 0: none
	Percent float64 // loss, for printing
}

// Matrix is the table of figures to reach and the lines around them. Seed and Frames are left to the caller.
func Matrix() []Cell {
	const ms = time.Millisecond
	cell := func(name string, wire, codec int, loss float64, burst time.Duration, budget, rtt time.Duration, target float64) Cell {
		return Cell{name, Voice{
			Wire: wire * 1000, Bitrate: codec * 1000, Loss: linesim.Loss{Share: loss / 100, Burst: burst}, Budget: budget, RTT: rtt, Feedback: true,
		}, target, loss}
	}
	return []Cell{
		cell("G5", 20, 6, 10, 0, 400*ms, 300*ms, 0.12),
		cell("", 32, 8, 20, 0, 200*ms, 150*ms, 0),
		cell("G1", 32, 8, 30, 0, 400*ms, 150*ms, 0.5),
		cell("G2", 32, 8, 40, 0, 800*ms, 150*ms, 0.5),
		cell("G3", 48, 12, 20, 0, 200*ms, 150*ms, 0.4),
		cell("G3", 48, 12, 30, 0, 400*ms, 150*ms, 0.4),
		cell("G3", 48, 12, 40, 0, 800*ms, 150*ms, 0.4),
		cell("", 48, 12, 40, 0, 800*ms, 300*ms, 0),
		cell("G4", 32, 8, 20, 160*ms, 800*ms, 300*ms, 1),
		cell("G4", 48, 8, 30, 160*ms, 800*ms, 300*ms, 1),
		cell("G6", 24, 0, 10, 0, 800*ms, 150*ms, 0),
		cell("G6", 24, 0, 30, 0, 800*ms, 150*ms, 0),
		cell("G6", 32, 0, 40, 0, 800*ms, 150*ms, 0),
		cell("G6", 40, 0, 20, 80*ms, 800*ms, 150*ms, 0),
		cell("G6", 48, 0, 40, 160*ms, 800*ms, 150*ms, 0),
		cell("G6", 64, 0, 5, 0, 800*ms, 150*ms, 0),
		cell("G6", 64, 0, 30, 160*ms, 800*ms, 150*ms, 0),
	}
}

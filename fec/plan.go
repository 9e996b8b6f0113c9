package fec

import (
	"math"
	"time"
)

//go:generate go run ./linesim/tables

// Bitrates are the rates of a voice's codec, bit/s, descending.
var Bitrates = [...]int{32000, 24000, 20000, 16000, 12000, 10000, 8000, 6000}

// Sizes of what travels with a voice, in bytes.
const (
	Below  = 55 // IPv4, UDP, QUIC and WebTransport of a datagram
	Header = 4  // of a hop datagram: flags, sequence, length of the source block
	Entry  = 4  // of a voice in it: alias, sequence, time, level

	nextFrame = 1 // of each further frame: level
)

// Plan is how a voice is sent over a line.
type Plan struct {
	Bitrate    int           // of the codec, bit/s
	Interval   time.Duration // between datagrams
	Budget     time.Duration // from the capture of a frame until it must be there, transit not counted
	Protection Protection
}

// handling is what relays, timers and schedulers may take longer for one datagram than for another.
const handling = 10 * time.Millisecond

// Wait returns how long the other end has to hold what it hears, the transit of the fastest not counted: the budget, and what a datagram that
// carries repair takes longer on a line of that rate than one without. 0 where nothing is repaired.
func (p Plan) Wait() time.Duration {
	if p.Protection.Window == 0 || p.Protection.Rate == 0 {
		return 0
	}
	symbol := 8 * float64(MediaSize(p.Bitrate, p.Interval)+2)
	return p.Budget + handling + time.Duration(symbol/float64(p.Protection.Rate)*float64(time.Second))
}

// longFrame is the length of a voice's frames in datagrams of at least that interval.
const longFrame = 40 * time.Millisecond

// FrameLength returns the length of the frames that fill datagrams of an interval: 20 or 40 ms.
func FrameLength(interval time.Duration) time.Duration {
	if interval%longFrame == 0 {
		return longFrame
	}
	return longFrame / 2
}

// MediaSize returns the bytes of a source block with one voice of a bitrate.
func MediaSize(bitrate int, interval time.Duration) int {
	frame := FrameLength(interval)
	n := int(interval / frame)
	return Entry + n*((bitrate*int(frame/time.Millisecond)+7999)/8000) + nextFrame*(n-1)
}

// Wire returns the bit/s, with all headers, of a voice with so much redundancy, in repair symbols a datagram.
func Wire(bitrate int, interval time.Duration, redundancy float64) float64 {
	media := float64(MediaSize(bitrate, interval))
	return 8 * (Below + Header + media + redundancy*(media+2)) / interval.Seconds()
}

// What a listener can take, as shares of the frames that are missing.
const (
	wellRepaired = 0.00125
	aim          = 0.002
	tolerated    = 0.005
	barely       = 0.009
	poorly       = 0.02
	badly        = 0.05
	burstLimited = 0.03 // more than that is no burst's: the line is too thin

	keepInterval = 0.75 // of what another would leave, or cost

	tight     = 0.8 // of the aim: a line whose smallest voice leaves more has nothing to spare
	allowance = 1.3 // over what its smallest voice leaves
)

// Choose makes the plan of a line: the highest bitrate of at most most that leaves no more than the aim, or the one below the highest that leaves
// barely too much. Where the line's bursts leave so much at any bitrate, a higher one may leave a little more. l.Budget is
// kept, and l.Interval, if it is one of the table's, as long as no other is much better.
func Choose(l Line, most int) Plan {
	limit, nearly := l.limit(), false
	for _, bitrate := range Bitrates {
		if bitrate > most {
			continue
		}
		_, left := l.interval(bitrate)
		if left <= limit || nearly {
			return l.Fixed(bitrate)
		}
		nearly = left <= barely
	}
	return l.Fixed(Bitrates[len(Bitrates)-1])
}

// limit is what a voice may leave missing on this line: the aim, or a little more than the smallest voice leaves, if that is not because it is too thin.
func (l Line) limit() float64 {
	_, least := l.interval(Bitrates[len(Bitrates)-1])
	if least <= tight*aim || least >= burstLimited {
		return aim
	}
	return max(aim, allowance*least)
}

// Fits says whether a line carries a voice of that bitrate with the redundancy that leaves no more than the aim.
func Fits(l Line, bitrate int) bool {
	_, left := l.interval(bitrate)
	return left <= aim
}

// Repairs says whether it carries it with so much that hardly any is missing: what Fits, and a line that may get a little worse.
func Repairs(l Line, bitrate int) bool {
	_, left := l.interval(bitrate)
	return left <= wellRepaired
}

// Endures says whether a voice that a line has may stay as it is: it leaves little more than the aim, or than any other would.
func Endures(l Line, bitrate int) bool {
	_, left := l.interval(bitrate)
	_, least := l.interval(Bitrates[len(Bitrates)-1])
	return left <= allowance*allowance*max(aim, least) && left < burstLimited
}

// Fixed makes the plan of a line for a voice of a given bitrate, as good as the line can carry it.
func (l Line) Fixed(bitrate int) Plan {
	rate := l.Rate
	l.Interval, _ = l.interval(bitrate)
	// What is far beyond the good is not worth its bytes.
	if f, ok := good.at(l, l.Interval); ok {
		l.Rate = min(rate, Wire(bitrate, l.Interval, 1.25*f+0.1))
	}
	return Plan{Bitrate: bitrate, Interval: l.Interval, Budget: l.Budget, Protection: For(l)}
}

// interval returns the one that leaves the least missing, and what that is; where all is well, the one that costs the least.
func (l Line) interval(bitrate int) (best time.Duration, left float64) {
	if l.Loss < cleanLoss {
		interval := l.cleanInterval()
		if Wire(bitrate, interval, 0) > l.Rate {
			return interval, 1
		}
		return interval, 0
	}
	left, cost := 2.0, 0.0
	for _, interval := range Intervals {
		if l.Longest > 0 && interval > l.Longest {
			break
		}
		missing := l.left(bitrate, interval)
		wire := l.Rate
		if f, ok := good.at(l, interval); ok {
			wire = min(wire, Wire(bitrate, interval, f))
		}
		missing = max(missing, wellRepaired)
		if interval == l.Interval {
			missing *= keepInterval
			wire *= keepInterval
		}
		if missing < left || missing == left && wire < cost {
			best, left, cost = interval, missing, wire
		}
	}
	return best, left
}

// left estimates the share of frames that are missing when all of the rate is used: the table says which redundancy leaves how much.
func (l Line) left(bitrate int, interval time.Duration) float64 {
	media := float64(MediaSize(bitrate, interval))
	redundancy := (l.Rate*interval.Seconds()/8 - Below - Header - media) / (media + 2)
	switch {
	case redundancy < 0:
		return 1 - redundancy // the more is missing, the worse
	case l.Budget < 4*interval:
		return 1
	}
	at, share := 0.0, l.Loss
	for _, level := range [...]struct {
		table *table
		share float64
	}{{&bad, badly}, {&poor, poorly}, {&bare, barely}, {&tolerable, tolerated}, {&good, wellRepaired}} {
		needed, ok := level.table.at(l, interval)
		switch {
		case !ok: // no redundancy is enough, but some is better than none
			return share * (1 - 0.05*redundancy/(1+redundancy))
		case redundancy < needed:
			part := (redundancy - at) / max(needed-at, 1e-9)
			return share * math.Pow(level.share/share, max(part, 0))
		}
		at, share = needed, level.share
	}
	return wellRepaired
}

// cleanInterval is the shortest interval at which the smallest good voice fits well: delay counts more than bytes as long as there are bytes.
func (l Line) cleanInterval() time.Duration {
	switch {
	case l.Rate >= 28e3:
		return 40 * time.Millisecond
	case l.Rate >= 18e3:
		return 80 * time.Millisecond
	}
	return 120 * time.Millisecond
}

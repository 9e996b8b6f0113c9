package frames

import (
	"time"

	"github.com/diemcau/diemcau/codec"
)

// When a Receiver reports, PROTOCOL.md section 13.2.
const (
	reportOften = 30 * time.Millisecond // apart at least,
	reportPause = 100 * time.Millisecond
	reportAfter = 4 // pieces
	reportTail  = 3 // reports after the last piece while something is missing
	keyEvery    = 200 * time.Millisecond

	reachBack  = 64 // numbers of which a missing one is told,
	reachTimes = 3  // and all since so many reports ago
)

// reporter says when a report is due, and of what.
type reporter struct {
	arrival time.Duration // of the highest piece
	last    time.Time     // report
	piece   time.Time     // the last that came
	pending int           // pieces since the last report
	gap     bool          // something is missing that was not
	tail    int           // reports since the last piece
	former  [reachTimes]int64
	keys    uint8
	asked   bool // keys wanted that no report told of
}

func newReporter() reporter { return reporter{former: [reachTimes]int64{-1, -1, -1}} }

// keyBit is the bit of a layer in Report.Keys; 0: it has none.
func keyBit(l codec.Layer) uint8 {
	switch {
	case l.Screen():
		return 1 << (l - codec.LayerScreenStill)
	case l.Picture():
		return 1 << l
	}
	return 0
}

// KeyLayers returns the layers of which a key frame is wanted, in the order of the bits.
func (r *Report) KeyLayers() (layers []codec.Layer) {
	for _, l := range []codec.Layer{codec.LayerScreenStill, codec.LayerScreen, codec.LayerStill, codec.LayerTiny, codec.LayerSmall, codec.LayerMedium, codec.LayerLarge} {
		if r.Keys&keyBit(l) != 0 {
			layers = append(layers, l)
		}
	}
	return layers
}

// took notes a piece that came at now.
func (p *reporter) took(jump int, now time.Time, since time.Duration) {
	if jump >= 0 {
		p.arrival = since
	}
	if jump > 0 {
		p.gap = true
	}
	if p.pending == 0 && p.last.IsZero() {
		p.last = now
	}
	p.pending++
	p.piece, p.tail = now, 0
}

// Key asks the sender for a key frame of a layer of pictures until one comes, or asks no more.
func (r *Receiver) Key(l codec.Layer, wanted bool) {
	bit := keyBit(l)
	if wanted && r.reports.keys&bit != bit {
		r.reports.asked = true
		r.reports.keys |= bit
	} else if !wanted {
		r.reports.keys &^= bit
	}
}

// due says whether a report is due at now.
func (r *Receiver) due(now time.Time) bool {
	p := &r.reports
	since := now.Sub(p.last)
	switch {
	case p.asked, p.keys != 0 && since >= keyEvery:
		return true
	case since < reportOften:
		return false
	case p.pending > 0:
		return p.gap || p.pending >= reportAfter || since >= reportPause
	}
	return since >= reportPause && p.tail < reportTail && r.missing()
}

// missing says whether one of the last numbers did not come.
func (r *Receiver) missing() bool {
	_, ok := r.oldest(reachBack)
	return ok
}

// oldest returns the oldest of the last n numbers below the highest that did not come; false if there is none.
func (r *Receiver) oldest(n int64) (int64, bool) {
	for at := max(r.arrived.highest-n, r.arrived.begun); at < r.arrived.highest; at++ {
		if !r.arrived.has(at) {
			return at, true
		}
	}
	return 0, false
}

// Report appends the report that is due at now; false if none is. Call it after each datagram, and at least every 30 ms while the other side sends pieces.
func (r *Receiver) Report(dst []byte, now time.Time) ([]byte, bool) {
	if !r.due(now) {
		return dst, false
	}
	p := &r.reports
	report := Report{Count: r.arrived.count, Keys: p.keys}
	if r.arrived.any {
		hold := now.Sub(r.epoch) - p.arrival
		report.Highest = uint16(r.arrived.highest)
		report.Arrival = uint16(p.arrival / (clockUnit * time.Microsecond))
		report.Hold = uint8(min(max(hold/time.Millisecond, 0), holdMore))
		r.bitmap(&report)
	}
	if p.pending == 0 {
		p.tail++
	}
	copy(p.former[1:], p.former[:reachTimes-1])
	p.former[0] = r.arrived.highest
	p.last, p.pending, p.gap, p.asked = now, 0, false, false
	return report.Append(dst), true
}

// bitmap tells of what came since the third report before, and of what is missing of the last 64.
func (r *Receiver) bitmap(report *Report) {
	highest := r.arrived.highest
	from := r.reports.former[reachTimes-1] + 1
	if at, ok := r.oldest(reachBack); ok {
		from = min(from, at)
	}
	from = max(from, highest-8*MaxBitmap, r.arrived.begun)
	report.Bytes = int(highest-from+7) / 8
	for i := range int64(8 * report.Bytes) {
		if at := highest - 1 - i; at >= r.arrived.begun && r.arrived.has(at) {
			report.Bitmap[i/8] |= 1 << (i % 8)
		}
	}
}

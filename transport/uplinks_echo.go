package transport

import (
	"encoding/binary"
	"time"
)

// An echo tells the other end of one uplink how it does (PROTOCOL.md section 6). It is no datagram of the line.
const (
	echoTells = 0xfe // first byte
	echoAsks  = 0xfd // and is to be answered at once
	echoSize  = 9
	echoNone  = 0xffff // hold: none came, or long ago
)

const (
	echoEvery  = time.Second // on each uplink
	echoBusy   = 500 * time.Millisecond
	echoLate   = 200 * time.Millisecond // when the other end is late with its own,
	lateAfter  = 1300 * time.Millisecond
	downAfter  = 3 * time.Second // and then the uplink counts as gone
	echoAgain  = 150 * time.Millisecond
	echoAnswer = 50 * time.Millisecond // between answers
	lossWeight = 150                   // datagrams that the loss of an uplink is measured over,
	lossKnown  = 25                    // and from which on it is known
	echoKept   = 32                    // echoes whose sending is remembered
)

// echo counts the datagrams of one uplink, echoes too, modulo 65,536.
type echo struct {
	asks bool   // for an answer at once
	sent uint16 // by this end, with this one
	seen uint16 // sent of the newest echo that came
	got  uint16 // that had come then, with it
	hold uint16 // ms since then; echoNone: none came
}

func (e *echo) append(b []byte) []byte {
	kind := byte(echoTells)
	if e.asks {
		kind = echoAsks
	}
	b = append(b, kind)
	for _, v := range [...]uint16{e.sent, e.seen, e.got, e.hold} {
		b = binary.BigEndian.AppendUint16(b, v)
	}
	return b
}

// parseEcho says whether b is an echo: no datagram of a line has these first bits.
func parseEcho(b []byte) (e echo, ok bool) {
	if len(b) != echoSize || b[0] != echoTells && b[0] != echoAsks {
		return e, false
	}
	u := binary.BigEndian.Uint16
	return echo{b[0] == echoAsks, u(b[1:]), u(b[3:]), u(b[5:]), u(b[7:])}, true
}

// toll is the loss of one direction of an uplink, from counts at both ends.
type toll struct {
	started      bool
	sent, got    uint16
	weight, lost float64
}

// count takes both ends' counts at one moment. skip: what was lost before is not its habit.
func (t *toll) count(sent, got uint16, skip bool) {
	n, m := sent-t.sent, got-t.got
	if t.started && n > 1<<15 {
		return // an older one
	}
	known := t.started && !skip
	t.started, t.sent, t.got = true, sent, got
	if !known || n == 0 {
		return
	}
	decay := max(0, 1-float64(n)/lossWeight)
	t.weight = t.weight*decay + float64(n)
	t.lost = t.lost*decay + float64(int16(n-m)) // below 0 where some came late
}

// loss returns the share that is lost.
func (t *toll) loss() float64 { return min(max(t.lost/max(t.weight, 1), 0), 1) }

// echoes is what one end keeps of the echoes of an uplink.
type echoes struct {
	count     uint16 // datagrams sent
	got       uint16 // that came
	hence     toll   // of what is sent
	here      toll   // of what comes
	last      time.Time
	came      time.Time // the newest of the other end,
	seen, had uint16    // its count and ours then
	counted   time.Time // when that of ours was sent up to which hence counts
	kept      [echoKept]struct {
		sent uint16
		at   time.Time
	}
	n        int
	rtt, dev time.Duration
	least    time.Duration
}

// make makes the next echo.
func (e *echoes) make(asks bool, now time.Time) echo {
	e.count++
	e.last = now
	e.kept[e.n%echoKept].sent, e.kept[e.n%echoKept].at = e.count, now
	e.n++
	out := echo{asks: asks, sent: e.count, seen: e.seen, got: e.had, hold: echoNone}
	if hold := now.Sub(e.came).Milliseconds(); !e.came.IsZero() && hold < echoNone {
		out.hold = uint16(hold)
	}
	return out
}

// take takes an echo of the other end. What was lost before since is not the uplink's habit. It returns when the newest of ours that it knows was sent; zero
// if that is not known.
func (e *echoes) take(in echo, since, now time.Time) (answered time.Time) {
	if !e.came.IsZero() && int16(in.sent-e.seen) < 0 {
		return answered // an older one
	}
	e.here.count(in.sent, e.got, e.came.Before(since))
	e.came, e.seen, e.had = now, in.sent, e.got
	if in.hold == echoNone {
		return answered
	}
	for i := range min(e.n, echoKept) {
		if k := &e.kept[i]; k.sent == in.seen && now.Sub(k.at) < echoNone*time.Millisecond {
			answered = k.at
		}
	}
	if answered.IsZero() {
		return answered
	}
	e.hence.count(in.seen, in.got, e.counted.Before(since))
	e.counted = answered
	e.time(now.Sub(answered) - time.Duration(in.hold)*time.Millisecond)
	return answered
}

// time takes a round trip.
func (e *echoes) time(rtt time.Duration) {
	rtt = max(rtt, time.Millisecond)
	if e.rtt == 0 {
		e.rtt, e.dev, e.least = rtt, rtt/8, rtt
		return
	}
	e.dev += ((rtt - e.rtt).Abs() - e.dev) / 4
	e.rtt += (rtt - e.rtt) / 4
	e.least = min(rtt, e.least+(rtt-e.least)/64)
}

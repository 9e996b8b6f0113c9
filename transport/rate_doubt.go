package transport

import (
	"math"
	"time"
)

const (
	doubtFor  = 3 * time.Second       // the ceiling of a window holds beside QUIC, too: a line that just begins is full of QUIC's own first steps
	doubtTest = 10 * time.Second      // then one that loses much is looked at: QUIC has sent its small packets
	nearRTT   = 40 * time.Millisecond // above the shortest round trip nothing of a full queue is in ours
)

// doubt is of a line beside QUIC that loses much. One that is met full does so, too, and its delay does not grow any more: inside QUIC the window's ceiling empties its
// queue. Here the round trip is compared with QUIC's shortest, and if that does not tell a test sends next to nothing for a moment; from then on the delay tells.
type doubt struct {
	since   time.Time     // when the line began to go beside QUIC; zero: it does not
	least   time.Duration // QUIC's shortest round trip
	aged    bool          // for doubtFor
	old     bool          // for doubtTest
	near    bool          // the line's round trip is QUIC's shortest
	cleared bool          // a test was made
	deep    bool          // the test runs
	wait    float64       // s until it may
	recent  float64       // loss,
	usual   float64       // and what it is while no queue can stand
	cut     time.Duration // when the rate of a thin line was last lowered for its losses
}

// free says whether what is sent needs no bound but what the line itself tells.
func (m *lossTest) free() bool {
	return m.doubt.cleared || m.doubt.old && m.doubt.near || m.doubt.aged && m.loss < testLoss
}

// goes says what the line goes on. Another way is doubted anew.
func (d *doubt) goes(b Below, now time.Time) {
	switch {
	case !b.Beside:
		*d = doubt{deep: d.deep}
		return
	case d.since.IsZero():
		d.since = now
	}
	d.least, d.aged, d.old = b.Least, now.Sub(d.since) >= doubtFor, now.Sub(d.since) >= doubtTest
}

// timed takes the line's round trip, and the shortest that it had: QUIC's own first steps may have been in a queue all the time.
func (d *doubt) timed(rtt, least time.Duration) {
	d.near = rtt > 0 && rtt < min(d.least, least)+nearRTT
}

// doubtful says whether the line is to be tested now. need: datagrams.
func (m *lossTest) doubtful(need float64) bool {
	return m.doubt.old && !m.doubt.near && !m.doubt.cleared && m.doubt.wait <= 0 && m.before.count >= 1.5*need && m.before.loss() > testLoss
}

// clear ends the test, and returns what comes through if more than that is too much, else 0.
func (m *lossTest) clear(spread float64) float64 {
	before, during := m.before, m.during
	m.abort()
	if during.rate() > testComplied*before.rate() && during.rate() > 1.5*minRate {
		m.doubt.wait = testPause
		return 0
	}
	m.doubt.cleared, m.known, m.own = true, true, during.loss()
	p := (before.lost + during.lost) / (before.count + during.count)
	gain, sigma := before.loss()-during.loss(), math.Sqrt(p*(1-p)*(1/before.count+1/during.count)*spread)
	if gain < testGain || gain < testUnsure*sigma {
		return 0
	}
	m.loss = during.loss()
	return before.rate() * (1 - before.loss()) / max(1-during.loss(), 0.2)
}

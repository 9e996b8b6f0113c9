package transport

import (
	"math"
	"time"
)

const (
	lossSpan     = 400. // datagrams over which the mean loss is taken
	testSize     = 24.  // datagrams whose loss is compared
	testLoss     = 0.15 // more than is known to be the line's own is worth a test,
	testRate     = 80e3 // more than a voice with its repair: that comes through a policer as it does through any loss, and a test would cost it repair
	testFactor   = 0.6  // of what was sent is sent meanwhile
	testGain     = 0.1  // less is lost then, if a policer is there,
	testSure     = 2.0  // and not by chance: standard deviations;
	testUnsure   = 1.0  // from here on it may be: then once more
	testMost     = 4.
	testComplied = 0.8
	testForget   = 300. // s
	testLater    = 60.  // s, until what is held to be the line's own is doubted; doubles
	testPause    = 15.  // s, after one that told nothing
)

// settled is the newest datagram of which is known whether it arrived, and the count of losses up to it.
type settled struct {
	seq     int64 // below 0: none
	at      time.Duration
	through int64 // bytes sent up to it
	lost    uint8
}

// block sums a stretch of datagrams.
type block struct {
	count, lost, bytes, seconds float64
}

func (b *block) loss() float64 { return min(b.lost/max(b.count, 1), 1) }
func (b *block) rate() float64 { return 8 * b.bytes / max(b.seconds, 1e-3) }

func (b *block) add(o block) {
	b.count, b.lost, b.bytes, b.seconds = b.count+o.count, b.lost+o.lost, b.bytes+o.bytes, b.seconds+o.seconds
}

func (b *block) scale(f float64) {
	b.count, b.lost, b.bytes, b.seconds = f*b.count, f*b.lost, f*b.bytes, f*b.seconds
}

// lossTest finds a policer, which drops without a queue: when much is lost, it holds back for a moment and looks whether less comes through.
type lossTest struct {
	started bool
	last    settled
	since   int64   // datagrams before this sequence are left out
	loss    float64 // the line's, over some seconds without outages, 0 to 1
	weight  float64
	known   bool    // own is
	later   float64 // s, for which the next test that finds it is believed
	own     float64 // loss that is known to be the line's own
	pause   float64 // s until the next test
	testing bool
	score   float64 // of the tests so far, in standard deviations
	tests   float64
	before  block
	during  block
	doubt   doubt
}

// update takes a report and returns the rate that comes through if more than that is policed, else 0. next is the sequence of the next
// datagram to leave, run the mean run of losses.
func (m *lossTest) update(s settled, next int64, run float64) float64 {
	if s.seq < 0 || m.started && s.seq <= m.last.seq {
		return 0
	}
	former := m.last
	m.last = s
	if !m.started || former.seq < m.since {
		m.started = true
		return 0
	}
	more := block{float64(s.seq - former.seq), float64(s.lost - former.lost), float64(s.through - former.through), (s.at - former.at).Seconds()}
	m.weight = min(m.weight+more.count, lossSpan)
	m.loss += (more.loss() - m.loss) * min(1, more.count/max(m.weight, testSize))
	m.doubt.recent += (more.loss() - m.doubt.recent) * min(1, more.count/thinRecent)
	if m.doubt.near && m.doubt.aged {
		m.doubt.usual += (m.doubt.recent - m.doubt.usual) * min(1, more.count/thinUsual)
	}
	if m.loss < m.own {
		m.own += (m.loss - m.own) * min(1, more.seconds/testForget)
	}
	m.pause -= more.seconds
	spread := max(1, 2*run*(1-m.loss)-1) // losses in runs vary so much more
	need := testSize * min(spread, 2)
	m.doubt.wait -= more.seconds
	if m.testing {
		m.during.add(more)
		if m.during.count < need {
			return 0
		}
		if m.doubt.deep {
			return m.clear(spread)
		}
		return m.judge(spread)
	}
	if m.before.count > 2*need {
		m.before.scale(0.5) // the latest count most
	}
	m.before.add(more)
	if m.doubtful(need) {
		m.testing, m.doubt.deep, m.since, m.during = true, true, next, block{}
		return 0
	}
	if !m.known { // a line that loses much from the start, when little is sent, does so by itself: for now
		if m.known = m.before.count >= need; m.known {
			m.own, m.pause = m.before.loss(), testLater
		}
		return 0
	}
	if m.pause <= 0 { // so far
		m.own = 0
	}
	m.testing = m.before.count >= 1.5*need && m.before.loss() > m.own+testLoss && m.before.rate() > testRate && (m.pause <= 0 || m.tests == 0)
	if m.testing {
		m.since, m.during = next, block{}
	}
	return 0
}

// judge compares what is lost. spread: the variance, beside that of independent losses.
func (m *lossTest) judge(spread float64) float64 {
	before, during := m.before, m.during
	m.abort()
	if during.rate() > testComplied*before.rate() {
		m.pause = testPause
		return 0
	}
	p := (before.lost + during.lost) / (before.count + during.count)
	gain, sigma := before.loss()-during.loss(), math.Sqrt(p*(1-p)*(1/before.count+1/during.count)*spread)
	m.score, m.tests = m.score+gain/max(sigma, 0.01), m.tests+1 // several tests tell more than one
	switch score := m.score / math.Sqrt(m.tests); {
	case score > testSure && gain > testGain:
		m.own, m.score, m.tests = min(m.own, during.loss()), 0, 0
		return before.rate() * (1 - before.loss()) / max(1-during.loss(), 0.2)
	case score > testUnsure && m.tests < testMost:
		m.pause = testPause
	default:
		m.own, m.score, m.tests = max(before.loss(), during.loss()), 0, 0
		m.later = max(2*m.later, testLater)
		m.pause = m.later
	}
	return 0
}

// held is what may be sent while a test runs.
func (m *lossTest) held() float64 {
	if m.testing && m.doubt.deep {
		return minRate
	}
	if m.testing {
		return testFactor * m.before.rate()
	}
	return maxRate
}

func (m *lossTest) abort() {
	m.testing, m.doubt.deep, m.before, m.during = false, false, block{}, block{}
}

// skip leaves out what was lost in an outage: it settles only when later datagrams have arrived.
func (m *lossTest) skip(s settled) {
	m.since = s.seq + 2*reorderWindow
	m.abort()
}

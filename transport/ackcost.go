package transport

import "time"

const (
	quicAckBytes   = 35              // of the packets in which QUIC acknowledges a report, for each: two share one
	quicAckHorizon = 4 * time.Second // over which reports are counted
	quicAckMost    = 0.25            // of the rate
)

// lower is what a Sender knows of what is below its datagrams.
type lower struct {
	below   int           // bytes of headers
	swift   bool          // the datagrams went beside QUIC,
	swiftAt time.Duration // since then
	acks    ackCost
}

// ackCost is what QUIC's acknowledgements of the other side's reports take of this direction: neither media nor repair may have it.
type ackCost struct {
	none      bool    // QUIC does not see the reports
	perSecond float64 // reports
	last      time.Time
}

func (a *ackCost) reported(now time.Time) {
	elapsed := min(now.Sub(a.last), quicAckHorizon)
	a.last = now
	part := elapsed.Seconds() / quicAckHorizon.Seconds()
	a.perSecond = a.perSecond*(1-part) + 1/quicAckHorizon.Seconds()
}

// left returns what remains of a rate in bit/s.
func (a *ackCost) left(rate float64) float64 {
	if a.none {
		return rate
	}
	return rate - min(8*quicAckBytes*a.perSecond, quicAckMost*rate)
}

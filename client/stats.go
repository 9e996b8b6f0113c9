package client

import (
	"time"
)

// Stats counts what a client sent and heard, over all its lines.
type Stats struct {
	Sessions  int           // that were used, one after another: 1 if none was lost
	Sent      uint64        // voice packets
	Received  uint64        // voice packets, those that repair brought back too
	Recovered uint64        // datagrams that were lost and brought back
	Lost      uint64        // datagrams that were lost and not brought back
	BytesUp   uint64        // estimate of all IP packets: datagrams and control messages with all headers, QUIC's own ACKs not
	BytesDown uint64        //
	RTT       time.Duration // of the last line on which it was measured
	Beside    bool          // media goes beside QUIC now
	First     time.Time     // when the first voice packet came; zero if none has
}

// Stats returns the counts so far.
func (c *Client) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link == nil {
		return c.past
	}
	return c.past.plus(c.link.stats())
}

// stats returns what this line adds.
func (l *link) stats() Stats {
	out, in := l.line.Stats()
	s := Stats{
		Sent:      l.counts.sent.Load(),
		Received:  l.counts.heard.Load(),
		Recovered: in.Recovered,
		Lost:      in.Lost - min(in.Lost, in.Recovered),
		BytesUp:   out.Bytes + out.Headers + l.counts.up.Load(),
		BytesDown: in.Bytes + in.Headers + l.counts.down.Load(),
		RTT:       out.RTT,
	}
	s.Beside = l.paths.Below().Beside
	if first := l.counts.first.Load(); first != nil {
		s.First = *first
	}
	return s
}

// plus adds the counts of a later line.
func (s Stats) plus(later Stats) Stats {
	s.Sent += later.Sent
	s.Received += later.Received
	s.Recovered += later.Recovered
	s.Lost += later.Lost
	s.Beside = later.Beside
	s.BytesUp += later.BytesUp
	s.BytesDown += later.BytesDown
	if later.RTT > 0 {
		s.RTT = later.RTT
	}
	if s.First.IsZero() {
		s.First = later.First
	}
	return s
}

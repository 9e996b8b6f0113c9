package relay

import (
	"maps"
	"sync"
	"sync/atomic"
)

// Stats is what a Server has done. Counts are since it started; of lines that are gone, too.
type Stats struct {
	Meetings     int
	Participants int               // with a session, or without one for less than 15 s
	Sessions     int64             // also those not yet seated
	Beside       int               // channels beside QUIC
	Refused      map[string]uint64 // sessions refused, by code
	In, Out      Traffic
	Dropped      map[string]uint64 // packets and datagrams that went no further, by reason
	Recovered    uint64            // lost datagrams brought back by repair
	Pictures     Pictures
	Again        Traffic // acknowledgements and first steps of QUIC that were sent again: datagrams, and bytes without UDP
}

// Traffic counts what crossed all lines in one direction.
type Traffic struct {
	Datagrams, Bytes, Packets uint64
}

// Pictures counts what goes beside the voices: frames of pictures and chunks of files that came up whole, and frames of pictures that went down.
type Pictures struct{ In, Out uint64 }

// counters holds the counts of sessions that ended.
type counters struct {
	sessions atomic.Int64

	mu    sync.Mutex
	codes map[string]uint64
	ended Stats
}

func (c *counters) refused(code string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.codes == nil {
		c.codes = map[string]uint64{}
	}
	c.codes[code]++
}

// collect adds the counts of a participant whose session is over.
func (c *counters) collect(p *Participant) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended.add(p)
}

// stalled adds what a WebSocket session dropped, once it is over.
func (c *counters) stalled(n uint64) {
	if n == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended.Dropped == nil {
		c.ended.Dropped = map[string]uint64{}
	}
	c.ended.Dropped["tcp-stall"] += n
}

// Stats returns the counts so far.
func (s *Server) Stats() Stats {
	s.counters.mu.Lock()
	out := s.counters.ended
	out.Dropped = maps.Clone(out.Dropped)
	out.Refused = maps.Clone(s.counters.codes)
	s.counters.mu.Unlock()
	out.Sessions = s.counters.sessions.Load()
	out.Again.Datagrams, out.Again.Bytes = s.listener.Repeated()
	for _, r := range s.allRooms() {
		out.Meetings++
		for _, p := range r.all() {
			out.Participants++
			out.add(p)
		}
	}
	out.Beside = s.port.Channels()
	port := s.port.Stats()
	if out.Dropped == nil {
		out.Dropped = map[string]uint64{}
	}
	out.Dropped["beside-malformed"] = port.Malformed
	out.Dropped["beside-unknown"] = port.Unknown
	out.Dropped["beside-forged"] = port.Forged
	out.Dropped["beside-replayed"] = port.Replayed
	return out
}

// add adds the counts of one line.
func (s *Stats) add(p *Participant) {
	sent, got := p.line.Stats()
	delivered := p.subscription.Stats()
	s.In.Datagrams += got.Datagrams
	s.In.Bytes += got.Bytes
	s.In.Packets += p.ingress.packets.Load()
	s.Out.Datagrams += sent.Datagrams
	s.Out.Bytes += sent.Bytes
	s.Out.Packets += delivered.Sent
	s.Recovered += got.Recovered
	if s.Dropped == nil {
		s.Dropped = map[string]uint64{}
	}
	p.countPictures(s)
	paths := p.paths.Stats()
	for reason, n := range map[string]uint64{
		"flooded":    p.ingress.flooded.Load(),
		"foreign":    p.ingress.foreign.Load(),
		"muted":      p.ingress.muted.Load(),
		"floor":      p.ingress.floor.Load(),
		"malformed":  got.Malformed,
		"duplicate":  got.Duplicate,
		"too-old":    got.TooOld,
		"unresolved": got.Unresolved,
		"overflow":   delivered.Overflow,
		"stale":      delivered.Stale,
		"not-ranked": delivered.NotRanked,
		"no-alias":   sent.Unsent,
		"dead-line":  p.line.Gated(),
		"no-path":    paths.NoPath + paths.Broken,
		"window":     paths.Window,
		"unread":     paths.Overflow,
	} {
		s.Dropped[reason] += n
	}
}

package transport

import (
	"context"
	"time"
)

// Pace says how fast bulk may leave beside a voice.
type Pace struct {
	Rate  int // bytes/s; 0: none for now
	Chunk int // bytes at once: what the line carries in 50 ms at most
}

// What bulk may take of a line: half of what a voice leaves, and a trickle where it leaves nothing.
const (
	bulkShare = 0.5
	trickle   = 300      // bytes/s
	mostBulk  = 64 << 10 // bytes/s
	bulkCalm  = 60 * time.Millisecond
	bulkChunk = 50 * time.Millisecond // of the line at once
	mostChunk = 1000                  // bytes
	bulkPause = 50 * time.Millisecond
)

// BulkPatience is how long a chunk of bulk may take to enter the library's send buffer before its stream counts as stuck.
const BulkPatience = 30 * time.Second

// Spare returns the pace of bulk beside a voice of up to voice bit/s, with all headers: none while something stands in the line's queue. It is for an end
// whose Sender proves by probes what the line carries.
func (s SenderStats) Spare(voice float64) Pace {
	if s.Queue > bulkCalm {
		return Pace{}
	}
	return Pace{Rate: int(min(max(bulkShare*(s.Rate-voice)/8, trickle), mostBulk)), Chunk: s.chunk(bulkChunk)}
}

// chunk is what the line carries in so long.
func (s SenderStats) chunk(of time.Duration) int {
	return int(min(max(s.Rate*of.Seconds()/8, 64), mostChunk))
}

// Climb finds the pace of bulk on a line whose rate is proved by a voice alone, as a client's is: it begins with a trickle, grows while no queue stands, and yields when one does, long before the voice
// has to. The zero value is ready. It is for one goroutine.
type Climb struct {
	rate    float64   // bytes/s
	limit   float64   // a little less than what met a queue, 0: nothing did yet
	at, cut time.Time // the last call; when it last yielded
	clock   ackClock
	least   leastDelay
}

// leastDelay is the least delay of the last 10 to 20 s: a path that became longer is no queue.
type leastDelay struct {
	now, before time.Duration // least of this span and of the one before
	since       time.Time     // this span's begin
}

// above returns by how much a delay is above the least.
func (l *leastDelay) above(delay time.Duration, now time.Time) time.Duration {
	switch since := now.Sub(l.since); {
	case since > 2*climbSpan:
		*l = leastDelay{delay, delay, now}
	case since > climbSpan:
		*l = leastDelay{delay, l.now, now}
	}
	l.now = min(l.now, delay)
	return delay - min(l.now, l.before)
}

// ackClock counts the bytes since QUIC last received something. What is handed to a library that waits for an acknowledgement leaves at once when that has come, in packets that stand before the voice.
type ackClock struct {
	received uint64
	bytes    float64
}

const (
	climbCalm   = 40 * time.Millisecond // below what moves the plan of a voice
	climbGrowth = 0.10                  // a second,
	climbSlow   = 0.01                  // and near what met a queue
	climbChunk  = 30 * time.Millisecond // of the line at once: a queue of ours that the voice does not notice
	climbCut    = time.Second           // between two cuts: reports of one queue come for as long
	climbBack   = 0.5
	climbNear   = 0.7
	climbSpan   = 10 * time.Second
	climbLoss   = 0.05 // then what is lost would be sent again all at once: one chunk at a time
)

// Pace returns the pace at now; received: the packets that QUIC has received, see Session.Window.
func (c *Climb) Pace(s SenderStats, received uint64, now time.Time) Pace {
	elapsed := min(now.Sub(c.at), time.Second).Seconds()
	c.at = now
	switch {
	case s.Broken:
		return Pace{}
	case c.least.above(s.Delay, now) > climbCalm:
		if now.Sub(c.cut) > climbCut {
			c.limit = climbNear * c.rate
			c.rate, c.cut = c.rate*climbBack, now
		}
		return Pace{}
	}
	growth := climbGrowth
	if c.limit > 0 && c.rate > c.limit {
		growth = climbSlow
	}
	c.rate = min(max(c.rate*(1+growth*elapsed), trickle), mostBulk)
	p := Pace{Rate: int(c.rate), Chunk: s.chunk(climbChunk)}
	if received != c.clock.received {
		c.clock = ackClock{received: received}
	}
	window := 0.0 // beyond one chunk
	if s.Loss < climbLoss {
		window = c.rate * s.RTT.Seconds()
	}
	if c.clock.bytes > window {
		return Pace{}
	}
	c.clock.bytes += float64(p.Chunk)
	return p
}

// SendBulk writes content to a stream at the pace that is asked for before each chunk. It neither closes nor aborts the stream. The error is that of ctx or of the stream.
func SendBulk(ctx context.Context, stream Stream, content []byte, pace func() Pace) error {
	for len(content) > 0 {
		p := pace()
		n, wait := 0, bulkPause
		if p.Rate > 0 {
			n = min(max(p.Chunk, 1), len(content))
			wait = time.Duration(n) * time.Second / time.Duration(p.Rate)
		}
		if err := rest(ctx, wait); err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		if err := stream.SetDeadline(time.Now().Add(BulkPatience)); err != nil {
			return err
		}
		if _, err := stream.Write(content[:n]); err != nil {
			return err
		}
		content = content[n:]
	}
	return nil
}

// rest waits; the error is ctx's.
func rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return context.Cause(ctx)
	}
}

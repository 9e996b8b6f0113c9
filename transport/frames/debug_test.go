package frames

import (
	"testing"
	"time"
)

func TestDebug(t *testing.T) {
	c := newSimCall(1e6, 20*time.Millisecond, 0, 3)
	c.start()
	for i := range 40 {
		c.run(time.Duration(i) * 500 * time.Millisecond)
		s := c.sender.Stats()
		e := c.estimator
		t.Logf("%v room %.0f rate %.0f probe %v limit %.0f q %v jit %v: %+v main %d queue %d tokens %.0f", c.now, e.Room()/1e3, e.Rate(c.time())/1e3, e.probe.open, e.limit, e.meter.queue(), e.meter.jitter, s, c.sender.Backlog(Main), len(c.sender.queue[Main]), c.sender.pace.tokens)
	}
}

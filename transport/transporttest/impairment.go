package transporttest

import (
	"errors"
	"fmt"
	"time"
)

// ErrImpairment says that an impairment cannot be.
var ErrImpairment = errors.New("transporttest: impossible impairment")

// DefaultQueue is how long a packet may wait before the bottleneck where an Impairment says nothing.
const DefaultQueue = 200 * time.Millisecond

// Impairment says how bad one direction of a line is. The zero value is a perfect line.
//
// A packet first waits for the bottleneck (or finds its queue full), then may be lost on the line, and then travels.
type Impairment struct {
	Rate       int           // of the bottleneck, kbit/s of IP packets; 0: none
	Queue      time.Duration // a packet that would wait longer than this is dropped; 0: DefaultQueue, unless QueueBytes is set
	QueueBytes int           // a packet that does not fit into a queue of this size is dropped; 0: no such limit
	Delay      time.Duration // one way
	Jitter     time.Duration // further delay, drawn evenly between 0 and this
	Reorder    bool          // jitter may change the order of packets; otherwise each waits for the one before
	Loss       float64       // share of packets lost, 0 to below 1
	Burst      float64       // mean run of losses in packets (Gilbert-Elliott); 0: losses are independent (Bernoulli)
	Outages    []Outage      // nothing passes meanwhile
}

// Outage is a time in which nothing passes.
type Outage struct {
	From time.Duration // since the impairment was set
	For  time.Duration
}

// Validate returns nil or an error that wraps ErrImpairment and names the field.
func (i Impairment) Validate() error {
	bad := func(field string, value any) error {
		return fmt.Errorf("%w: %s %v", ErrImpairment, field, value)
	}
	switch {
	case i.Rate < 0:
		return bad("rate", i.Rate)
	case i.Queue < 0:
		return bad("queue", i.Queue)
	case i.QueueBytes < 0:
		return bad("queue bytes", i.QueueBytes)
	case i.Delay < 0:
		return bad("delay", i.Delay)
	case i.Jitter < 0:
		return bad("jitter", i.Jitter)
	case !(i.Loss >= 0 && i.Loss < 1): // also no NaN
		return bad("loss", i.Loss)
	case i.Burst != 0 && !(i.Burst >= 1 && i.Burst <= 1e6):
		return bad("burst", i.Burst)
	case i.Burst != 0 && i.Loss > i.Burst/(i.Burst+1): // at least one packet arrives between two runs
		return bad("loss in such short bursts", i.Loss)
	}
	for _, o := range i.Outages {
		if o.From < 0 || o.For < 0 {
			return bad("outage", o)
		}
	}
	return nil
}

func (i Impairment) queue() time.Duration {
	if i.Queue == 0 && i.QueueBytes == 0 {
		return DefaultQueue
	}
	return i.Queue
}

// out says whether nothing passes at a time since the impairment was set.
func (i Impairment) out(at time.Duration) bool {
	for _, o := range i.Outages {
		if at >= o.From && at-o.From < o.For {
			return true
		}
	}
	return false
}

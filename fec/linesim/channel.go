package linesim

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

// A Channel says which datagrams are lost. Calls come in the order of sending; equal seeds and calls give equal losses.
type Channel interface {
	// Lost says whether the datagram that is sent at a time, counted from the start, is lost.
	Lost(at time.Duration) bool
}

// Loss describes a channel: the mean share lost, and how losses come together.
type Loss struct {
	Share float64       // 0 to below 1
	Run   float64       // mean run in datagrams (Gilbert-Elliott by packets); 1 or less: independent
	Burst time.Duration // above 0: mean length of a bad time (Gilbert-Elliott by time); Run is not looked at
	Trace []bool        // if not empty: replayed in a circle, true is lost; nothing else is looked at
}

// New makes the channel with a seed and the number of the direction.
func (l Loss) New(seed, direction uint64) Channel {
	r := rand.New(rand.NewPCG(seed, direction))
	switch {
	case len(l.Trace) > 0:
		return &trace{lost: l.Trace, next: int(direction) * len(l.Trace) / 2}
	case l.Burst > 0:
		return &byTime{random: r, share: l.Share, burst: float64(l.Burst)}
	case l.Run > 1:
		return &byPackets{random: r, share: l.Share, run: l.Run, bad: r.Float64() < l.Share}
	}
	return &bernoulli{random: r, share: l.Share}
}

type bernoulli struct {
	random *rand.Rand
	share  float64
}

func (c *bernoulli) Lost(time.Duration) bool { return c.random.Float64() < c.share }

// byPackets is Gilbert's model with a step for every datagram.
type byPackets struct {
	random     *rand.Rand
	share, run float64
	bad        bool
}

func (c *byPackets) Lost(time.Duration) bool {
	lost := c.bad
	leave := 1 / c.run
	draw := c.random.Float64()
	if c.bad {
		c.bad = draw >= leave
	} else {
		c.bad = draw < leave*c.share/(1-c.share)
	}
	return lost
}

// byTime is Gilbert's model in continuous time: bad times of exponential length, whatever is sent.
type byTime struct {
	random       *rand.Rand
	share, burst float64
	last         time.Duration
	begun, bad   bool
}

func (c *byTime) Lost(at time.Duration) bool {
	chance := c.share
	if c.begun { // the chance to be bad now, given the state a while ago
		was := 0.0
		if c.bad {
			was = 1
		}
		decay := math.Exp(-float64(at-c.last) / (c.burst * (1 - c.share)))
		chance += (was - c.share) * decay
	}
	c.begun, c.last = true, at
	c.bad = c.random.Float64() < chance
	return c.bad
}

type trace struct {
	lost []bool
	next int
}

func (c *trace) Lost(time.Duration) bool {
	lost := c.lost[c.next%len(c.lost)]
	c.next++
	return lost
}

const maxTrace = 1 << 20 // datagrams

// ErrTrace means that a text is no trace.
var ErrTrace = errors.New("linesim: not a trace")

// ReadTrace reads a recorded trace: a character a datagram, 1 or x for lost, 0 or . for arrived; white space and lines that begin with # do not
// count. At most 1,048,576 datagrams.
func ReadTrace(r io.Reader) ([]bool, error) {
	var lost []bool
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 2*maxTrace)
	for n := 1; lines.Scan(); n++ {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		for _, c := range lines.Text() {
			switch c {
			case '1', 'x':
				lost = append(lost, true)
			case '0', '.':
				lost = append(lost, false)
			case ' ', '\t', '\r':
			default:
				return nil, fmt.Errorf("%w: line %d has %q", ErrTrace, n, c)
			}
		}
		if len(lost) > maxTrace {
			return nil, fmt.Errorf("%w: more than %d datagrams", ErrTrace, maxTrace)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTrace, err)
	}
	if len(lost) == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrTrace)
	}
	return lost, nil
}

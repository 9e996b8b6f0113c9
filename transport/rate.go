package transport

import "time"

// Rate control of one direction of a line, at its sender; DESIGN.md says why it is as it is. All times are since the
// sender's first datagram, all rates are bit/s with all headers.
const (
	minRate     = 16e3
	maxRate     = 2e6
	maxBacklog  = 240 * time.Millisecond // that bursts of ours may explain
	startRate   = 20e3                   // believed of an unknown line, until the first probe
	defaultWant = 256e3                  // until Want says otherwise

	gap        = 3 * time.Second        // without a report: the path may be another
	hole       = 400 * time.Millisecond // and some reports: what was lost meanwhile says nothing of the rate
	outageSent = 10                     // datagrams that asked for a report meanwhile: then it was an outage
	staleRate  = time.Minute            // without a report: what was proved is history
	spare      = 0.95                   // of what was measured: the rest drains the queue
	inUse      = 0.93                   // of the rate: then what arrives proves it
	someUse    = 0.7
	growth     = 0.05 // a second, while in use and without a queue
	slowGrowth = 0.01 // near what was too much

	floorSlack = 120 * time.Millisecond // by which round trips may differ without a queue of ours
	floorLeak  = 0.02                   // a second
)

// rateReport is what rate control takes from one feedback block.
type rateReport struct {
	now       time.Duration // when it came
	sent      time.Duration // when the newest datagram that it speaks of left
	arrival   uint16        // and arrived, on the reporter's clock
	departure               // of that datagram
	bytes     int           // newly known to be with the other end
	settled   settled
	run       float64       // mean run of losses, in datagrams
	rtt       time.Duration // smoothed
	apart     time.Duration // that may lie between copies over two uplinks
}

// departure is what rate control wants to be told again of a datagram that a report speaks of.
type departure struct {
	through int64         // bytes sent up to and with it, and beside it
	own     int64         // those of datagrams alone
	backlog time.Duration // that the line needs for what was before it, and for more of it than the least datagram has, at the believed rate
}

// tally counts what was sent.
type tally struct {
	count    int64         // datagrams
	bytes    int64         // of these, and what went beside them
	own      int64         // of these alone
	aside    int           // bytes beside them since the last,
	yields   bool          // what stops for the voice is among them,
	shared   time.Duration // and when that was
	asked    int           // datagrams since the last report that asked for one,
	media    int           // and that carried media
	backlog  time.Duration // that the line needs for what is on the way into it, at the believed rate
	sessions int           // that share the line
}

// rateControl estimates what one direction of a line carries. It allocates nothing and has no clock.
type rateControl struct {
	rate    float64 // what the line carries, as far as proved
	limit   float64 // what was too much; 0: nothing yet
	want    float64 // what the caller could use
	gone    tally
	last    time.Duration // report
	rtt     time.Duration
	least   time.Duration // round trip
	grown   time.Duration // when growth was last looked at
	delay   delayMeter
	trail   trail
	drain   drain
	probe   probe
	prober  prober
	losses  lossTest
	breaker breaker
}

func newRateControl() rateControl {
	return rateControl{rate: startRate, want: defaultWant, prober: newProber()}
}

// allowed is what may be sent now.
func (r *rateControl) allowed() float64 {
	rate := min(r.rate, r.ceiling(), r.losses.held())
	if r.drain.on {
		rate *= r.drainFactor()
	}
	if r.breaker.waiting {
		rate = minRate
	}
	return min(max(rate, minRate), maxRate)
}

// ceiling is what the library below carries.
func (r *rateControl) ceiling() float64 {
	if r.losses.free() {
		return maxRate
	}
	return min(float64(max(r.gone.sessions, 1))*collapse(r.losses.loss, r.rtt), maxRate)
}

// sent counts a datagram of size bytes. asks says that the other side reports on it.
func (r *rateControl) sent(size int, asks bool, now time.Duration) departure {
	if r.gone.yields {
		r.gone.shared, r.gone.yields = now, false
	}
	all := int64(size + r.gone.aside)
	r.gone.aside = 0
	r.gone.count++
	r.gone.bytes += all
	r.gone.own += int64(size)
	r.gone.backlog = min(max(0, r.gone.backlog-(now-r.prober.left)), maxBacklog) + bitTime(size, max(r.rate, r.probe.aim(now)))
	r.prober.spaced(now)
	if r.probe.open && now < r.probe.until {
		r.probe.bytes += all
	}
	if asks {
		r.gone.asked++
	}
	return departure{r.gone.bytes, r.gone.own, r.gone.backlog - bitTime(min(size, smallest), max(r.rate, r.probe.aim(now)))}
}

// curious says that a report on every datagram is worth its bytes now.
func (r *rateControl) curious() bool { return r.probe.open || r.drain.on || r.losses.testing }

// fill returns how many bytes, with all headers, should leave at now so that a probe has its rate; 0 while none runs.
// It also starts probes: call it before each datagram that carries media.
func (r *rateControl) fill(now time.Duration) int {
	r.gone.media++
	r.breaker.silence(now, r.last, r.gone.media) // probes into an outage are no failure of rate control
	if !r.probe.open && now >= r.prober.next && r.mayProbe(now) {
		r.startProbe(now)
	}
	return r.probe.fill(now, now-r.prober.left)
}

// update takes one report. One that brings no later datagram than the one before says nothing new.
func (r *rateControl) update(p *rateReport) {
	r.trail.got += int64(p.bytes)
	silence := p.now - r.last
	if !r.delay.update(p, silence > gap) {
		return
	}
	if r.delay.restarted {
		r.resume(p, silence)
	}
	if silence > hole+r.trail.interval() {
		r.losses.skip(p.settled)
	}
	r.floor(p, silence)
	r.last, r.gone.asked, r.gone.media, r.rtt = p.now, 0, 0, p.rtt
	r.breaker.heard(p.now)
	r.trail.add(p, &r.delay)
	r.losses.doubt.timed(p.rtt, r.least)
	policed := r.losses.update(p.settled, r.gone.count, p.run)
	r.judgeProbe(p)
	r.drainQueue(p)
	if policed > 0 && !r.drain.on && policed < r.rate {
		r.lower(policed, p.now)
		r.prober.policed(p.now)
	}
	r.relieve(p.now)
	r.grow(p.now)
	r.breaker.congestion(p.now, r.drain.on && r.rate < 1.1*minRate && r.delay.queue > heavyQueue && r.losses.loss > breakerLoss)
}

// floor holds the queue against the round trip as well: where a queue stood before the first report, the least delay knows nothing of it, but the
// handshake that went before was shorter: beside QUIC its round trip is asked for. A longer path is learned within a minute.
func (r *rateControl) floor(p *rateReport, silence time.Duration) {
	if r.least == 0 || p.rtt < r.least || silence > gap {
		r.least = p.rtt
	}
	if quic := r.losses.doubt.least; quic > 0 && !r.losses.doubt.old {
		r.least = min(r.least, quic)
	}
	if !r.overrun() {
		r.least += time.Duration(float64(p.rtt-r.least) * floorLeak * min(silence.Seconds(), 1))
	}
	if rise := p.rtt - r.least - floorSlack - p.apart; rise > r.delay.queue {
		r.delay.queue = rise
	}
}

// resume follows a silence, or a clock that jumped: the line is believed what it was, until a probe says otherwise.
func (r *rateControl) resume(p *rateReport, silence time.Duration) {
	r.trail.reset()
	r.drain.on = false
	r.probe.open = false
	if silence > staleRate {
		r.losses.doubt.cleared = false
	}
	if silence > staleRate || silence > gap && r.gone.asked >= outageSent {
		r.prober.unproven = true
	}
}

// turn measures delays afresh: another way is no queue.
func (r *rateControl) turn(limit float64) {
	r.delay.started, r.least = false, 0
	if limit > 0 {
		r.rate = max(minRate, min(r.rate, limit))
	}
}

// lower sets the rate to a little less than what came through, and remembers that more was too much.
func (r *rateControl) lower(rate float64, now time.Duration) {
	r.rate = max(minRate, min(r.rate, spare*rate))
	r.limit = max(rate, minRate)
	r.probe.open = false
	r.prober.fail(now)
}

// grow climbs while the line is used and its queue stays empty: what arrives is proof. Beside another's queue it climbs a little all the time.
func (r *rateControl) grow(now time.Duration) {
	elapsed := min(now-r.grown, time.Second).Seconds()
	r.grown = now
	sending := r.trail.sending(time.Second)
	switch {
	case r.drain.on || r.probe.open || r.losses.testing || r.overrun():
	case r.delay.sharing():
		if sending > someUse*r.rate {
			r.rate += shareGrowth * elapsed
		}
	case sending > inUse*r.rate && r.delay.queue < calmQueue+r.delay.jitter:
		r.prober.unproven = false
		pace := growth
		if r.limit > 0 && r.rate > 0.9*r.limit {
			pace = slowGrowth
		}
		r.rate *= 1 + pace*elapsed
		if r.limit == 0 || sending < r.limit {
			r.rate = max(r.rate, sending)
		}
	}
	r.rate = min(r.rate, maxRate)
}

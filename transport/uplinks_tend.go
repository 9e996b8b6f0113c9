package transport

import "time"

// echoed takes a datagram that may be an echo, and says whether it was.
func (p *Paths) echoed(r *Route, b []byte, now time.Time) bool {
	in, ok := parseEcho(b)
	switch u := p.uplinks.Load(); {
	case u == nil:
	case ok:
		u.echoed(r.uplink, in, now)
	default:
		u.came(r.uplink, now)
	}
	return ok
}

// echoed takes an echo that came over an uplink.
func (u *uplinks) echoed(uplink int, in echo, now time.Time) {
	u.mu.Lock()
	e := &u.each[uplink]
	e.got++
	u.heardOn(e, now)
	sent := e.take(in, e.since, now)
	if !sent.IsZero() {
		e.judge(e.rtt-e.least, e.hence.loss(), now)
		if !u.doubt.since.IsZero() && uplink == u.choice.main && !sent.Before(u.doubt.since) {
			u.doubt = doubtOf{}
			u.turn(-1)
		}
	}
	answer := in.asks && now.Sub(e.last) >= echoAnswer
	u.choose(now)
	u.mu.Unlock()
	if answer {
		u.echo(uplink, false, now)
	}
}

// echo sends an echo over an uplink.
func (u *uplinks) echo(uplink int, asks bool, now time.Time) {
	u.mu.Lock()
	e := u.each[uplink].make(asks, now)
	u.mu.Unlock()
	u.of.sendOn(e.append(make([]byte, 0, echoSize)), uplink)
}

// confirmed takes the other side's report.
func (u *uplinks) confirmed(fb *Feedback, now time.Time) {
	u.mu.Lock()
	u.flight.confirm(fb, now)
	u.mu.Unlock()
	u.rescue(now)
}

// tend sends echoes that are due, and datagrams whose confirmation is late. Call it every 20 ms while anything is under way.
func (u *uplinks) tend(now time.Time) {
	var due, asks uint8
	u.mu.Lock()
	u.choose(now)
	for i := range u.each {
		e := &u.each[i]
		if e.paths == 0 {
			continue
		}
		if ask, ok := u.echoDue(i, now); ok {
			due |= 1 << i
			if ask {
				asks |= 1 << i
			}
		}
	}
	u.mu.Unlock()
	for i := range MaxUplinks {
		if due&(1<<i) != 0 {
			u.echo(i, asks&(1<<i) != 0, now)
		}
	}
	u.rescue(now)
}

// echoDue says whether an uplink's next echo is due, and whether it is to be answered at once.
func (u *uplinks) echoDue(i int, now time.Time) (asks, due bool) {
	e := &u.each[i]
	since := now.Sub(e.last)
	switch {
	case i == u.choice.main && !u.doubt.since.IsZero():
		return true, since >= echoAgain
	case e.down:
		return true, since >= echoEvery
	case now.Sub(e.heard) >= lateAfter:
		return true, since >= echoLate
	case u.choice.both && (i == u.choice.main || i == u.choice.second):
		return false, since >= echoBusy
	}
	return false, since >= echoEvery
}

// rescue sends again over the other uplinks what is late on the one that it was sent on, and doubts that one when nothing is confirmed any more.
func (u *uplinks) rescue(now time.Time) {
	u.mu.Lock()
	main := u.choice.main
	if main < 0 || u.others() == 0 || u.flight.n == 0 {
		u.mu.Unlock()
		return
	}
	others := u.others()
	var again [][]byte
	silent := u.flight.late(u.flight.patience(u.each[main].rtt), now, func(d *flown) {
		if d.over&others == 0 {
			d.again = true
			again = append(again, append([]byte(nil), d.b...))
		}
	})
	ask := false
	if silent && !u.choice.both && u.doubt.since.IsZero() {
		u.doubt = doubtOf{since: now, asked: now}
		u.turn(-1)
		ask = true
	}
	u.mu.Unlock()
	for _, b := range again {
		u.over(b, others|1<<main) // on the other it may be lost, too
	}
	if ask {
		u.echo(main, true, now)
	}
}

// hedged says that media goes over one uplink alone while there is another: each datagram is to be confirmed at once.
func (u *uplinks) hedged() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return !u.choice.both && u.choice.second >= 0
}

// spans returns by how much copies over the two better uplinks may be apart, of what is sent and of what comes; 0 where but one carries.
func (u *uplinks) spans(now time.Time) (hence, here time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	apart, c := u.choice.apart(&u.each), u.choice
	if c.main < 0 || c.second < 0 {
		return 0, 0
	}
	if u.each[c.second].met { // copies fill its queue now and then
		apart += allowQueue
	}
	if c.both || !u.doubt.since.IsZero() {
		hence = apart
	}
	if now.Sub(u.each[c.main].data) < replyFor && now.Sub(u.each[c.second].data) < replyFor {
		here = apart
	}
	return hence, here
}

// awaits says whether something is under way that may have to be sent again.
func (u *uplinks) awaits(now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.flight.open(now)
}

// alone returns what the better uplink loses by itself of what is sent and of what comes: what protection has to reckon with when the other one dies.
func (u *uplinks) alone(now time.Time) (hence, here float64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	hence, here = 1, 1
	for i := range u.each {
		if e := &u.each[i]; e.up(now) && e.hence.weight >= lossKnown {
			hence, here = min(hence, e.hence.loss()), min(here, e.here.loss())
		}
	}
	if hence == 1 {
		hence = 0
	}
	if here == 1 {
		here = 0
	}
	return hence, here
}

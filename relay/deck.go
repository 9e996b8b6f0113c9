package relay

import (
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

const (
	deckBefore = time.Minute     // before its turn a site's uplink is tried
	deckAgain  = 3 * time.Minute // what was proved holds so long
	deckStep   = 250 * time.Millisecond
	deckWait   = 1900 * time.Millisecond // for what a step sent
	videoRate  = 150e3                   // bit/s that voice and picture take
)

// deckRates are tried one after the other, until one is too much: each step fills a queue by half a second at most.
var deckRates = [...]float64{64e3, 100e3, videoRate, 250e3}

// deck tries how the uplink is of the site whose turn comes next. Room.mu guards it.
type deck struct {
	seat   string // that is tried; "": none
	step   int
	number uint8 // of the trial
	trial  *transport.Trial
	begun  time.Time
	proved float64              // bit/s
	told   map[string]time.Time // when the last verdict on each seat was told
}

// tend begins a trial when somebody's turn comes, and goes on with the one under way. Call it every second. Room.mu is held.
func (d *deck) tend(r *Room, now time.Time) {
	if d.seat != "" {
		d.judge(r, now)
		return
	}
	up, ok := r.onDeck(now)
	if !ok || now.Sub(d.told[up.Seat]) < deckAgain {
		return
	}
	if p := r.lineOf(up.Seat); p != nil {
		d.seat, d.step, d.proved = up.Seat, 0, 0
		r.tellOfficers(transport.Deck{Type: transport.TypeDeck, Seat: d.seat, Busy: true})
		d.begin(p, now)
	}
}

// begin asks the client at the other end of a line for the datagrams of the next step.
func (d *deck) begin(p *Participant, now time.Time) {
	d.number++
	d.trial, d.begun = &transport.Trial{ID: d.number, Rate: deckRates[d.step]}, now
	p.paths.Try(d.trial)
	p.tellOne(transport.Probe{Type: transport.TypeProbe, ID: d.number, Rate: int(d.trial.Rate), Ms: int(deckStep.Milliseconds())})
}

// judge takes the verdict on a step when its time has come.
func (d *deck) judge(r *Room, now time.Time) {
	if now.Sub(d.begun) < deckWait {
		return
	}
	answered, carried := d.trial.Verdict(deckStep)
	p := r.lineOf(d.seat)
	if carried {
		d.proved = deckRates[d.step]
		d.step++
	}
	if carried && p != nil && d.step < len(deckRates) && r.state.Floor.Holder != d.seat { // who speaks is not disturbed
		d.begin(p, now)
		return
	}
	if p != nil {
		p.paths.Try(nil)
	}
	if answered {
		r.tellOfficers(transport.Deck{Type: transport.TypeDeck, Seat: d.seat, Video: d.proved >= videoRate, Kbps: int(d.proved / 1000)})
	} else {
		r.tellOfficers(transport.Deck{Type: transport.TypeDeck, Seat: d.seat})
	}
	if d.told == nil {
		d.told = map[string]time.Time{}
	}
	d.told[d.seat], d.seat = now, ""
}

// onDeck returns whose turn comes within deckBefore. Room.mu is held.
func (r *Room) onDeck(now time.Time) (up meeting.Up, ok bool) {
	s := &r.state
	if r.above != nil || s.Opened == 0 || s.Closed != 0 || s.Floor.Mode != meeting.ModeModerated && s.Floor.Mode != meeting.ModeRoll {
		return up, false
	}
	if s.Floor.Holder != "" && s.Floor.Limit > 0 && s.Floor.Since+s.Floor.Limit-r.ms(now) > deckBefore.Milliseconds() {
		return up, false
	}
	return s.NextUp()
}

// lineOf returns the line of a seat that is here, also of a site's; nil if there is none. Room.mu is held.
func (r *Room) lineOf(seat string) *Participant {
	if p := r.participants[seat]; p != nil {
		return p
	}
	for _, p := range r.participants {
		if p.site != nil && p.hosts(seat) {
			return p
		}
	}
	return nil
}

// tellOfficers tells those who lead. Room.mu is held.
func (r *Room) tellOfficers(message any) {
	b, err := transport.AppendPacked(nil, message)
	if err != nil {
		return
	}
	for _, p := range r.participants {
		if seat, ok := r.state.Seat(p.id); ok && seat.Role.Officer() {
			p.tell(b)
		}
	}
}

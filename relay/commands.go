package relay

import (
	"errors"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/slides"
	"github.com/diemcau/diemcau/transport"
)

// command does what a page wants of the meeting, and answers.
func (p *Participant) command(m transport.Message) {
	var do transport.Do
	if m.Decode(&do) != nil || do.ID == "" || len(do.ID) > meeting.MaxCommand {
		p.complain(badMessage)
		return
	}
	if p.room.above != nil {
		p.room.commandAbove(p, do, m)
		return
	}
	seat, origin := p.id, p.room.origin
	if p.site != nil {
		if seat, origin = do.By, p.site.prefix; !p.hosts(seat) {
			p.complain(badMessage)
			return
		}
	}
	action, err := meeting.ParseAction(do.Act, m.JSON)
	if err == nil && p.insists(seat, len(m.JSON)) {
		err = tooOften.refusal()
	}
	if err == nil {
		action, err = p.room.checked(action, time.Now())
	}
	if err != nil {
		p.answer(do.ID, 0, err)
		return
	}
	o := &order{Command: meeting.Command{ID: do.ID, Origin: origin, By: meeting.By{Seat: seat}, Do: action}}
	p.room.order(o)
	p.answer(do.ID, o.n(), o.err)
}

// checked has a report announced as long as its file is, whatever its client says: the chair plans by it.
func (r *Room) checked(action meeting.Action, now time.Time) (meeting.Action, error) {
	report, ok := action.(meeting.BringReport)
	if !ok {
		return action, nil
	}
	content := r.blobs.content(report.Hash, now)
	if content == nil {
		return nil, reportAway.refusal()
	}
	records, err := slides.ParseReport(content)
	if err != nil {
		return nil, badFile.refusal()
	}
	report.Ms, report.Size = int64(records.Ms()), int64(len(content))
	return report, nil
}

// insists says whether a seat that does not lead wishes more than all lines can be told of.
func (p *Participant) insists(seat string, bytes int) bool {
	if p.ingress.wishes.AllowN(time.Now(), min(1+bytes/wishBytes, wishBurst)) {
		return false
	}
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	of, ok := p.room.state.Seat(seat)
	return !ok || !of.Role.Officer()
}

// hosts says whether a seat is one of p's.
func (p *Participant) hosts(seat string) bool {
	for _, voice := range p.voices.list() {
		if voice.seat == seat {
			return true
		}
	}
	return false
}

// answer tells a page what became of its command.
func (p *Participant) answer(id string, n uint64, err error) {
	if err == nil {
		p.tellOne(transport.Done{Type: transport.TypeDone, ID: id, N: n})
		return
	}
	p.tellOne(refusedFor(id, err))
}

// refusedFor puts an error into words.
func refusedFor(id string, err error) transport.Refused {
	var refusal meeting.Refusal
	if !errors.As(err, &refusal) {
		refusal = storing.refusal()
		if !errors.Is(err, errStore) {
			refusal = meeting.BadAction
		}
	}
	return transport.Refused{Type: transport.TypeRefused, ID: id, Code: refusal.Code, Vi: refusal.Vi, En: refusal.En}
}

// tellOne queues a message for this line alone.
func (p *Participant) tellOne(message any) {
	if b, err := transport.AppendPacked(nil, message); err == nil {
		p.tell(b)
	}
}

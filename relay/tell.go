package relay

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

// view is a meeting.View with the epoch that cursors need.
type view struct {
	meeting.View
	Epoch uint32 `json:"epoch,omitempty"`
}

// happened takes an event that is in the log and in the state: microphones first, so that nobody hears of what is not true yet. Room.mu is held.
func (r *Room) happened(e meeting.Event) {
	r.recent.add(e)
	r.enforce(e)
	r.tell(e)
	r.slidesAfter(e)
	r.playAfter(e)
	r.rings(e)
}

// tell sends an event to everybody who may see it. Who may see more from now on, or less, is welcomed anew. Room.mu is held.
func (r *Room) tell(e meeting.Event) {
	if r.above != nil {
		r.tellBuilding(e)
		return
	}
	var same []byte // as it travels to all
	for _, p := range r.participants {
		eyes := p.eyes()
		switch {
		case p.knows(e), e.Kind() != meeting.KindWriter && !r.state.Visible(e, eyes):
		case r.state.Renews(e, eyes):
			r.renew(p)
		default:
			if same == nil || differs(e) {
				same = r.encodeFor(e, eyes)
			}
			p.tell(same)
		}
	}
}

// encodeFor returns an event as it travels to a seat. Room.mu is held.
func (r *Room) encodeFor(e meeting.Event, eyes string) []byte {
	text, err := r.state.EncodeFor(e, eyes)
	if err != nil {
		return nil
	}
	b, err := transport.AppendPacked(nil, typed(text))
	if err != nil {
		return nil // cannot be: an event is far below the limit
	}
	return b
}

// differs says whether an event is not the same for all who see it.
func differs(e meeting.Event) bool {
	switch e.Kind() {
	case meeting.KindPlanned, meeting.KindPresent, meeting.KindConfirmed, meeting.KindVoted:
		return true
	}
	return false
}

// typed makes an event a control message.
func typed(event json.RawMessage) json.RawMessage {
	head := `{"type":"` + string(transport.TypeEvent) + `",`
	return append(json.RawMessage(head), event[1:]...)
}

// eyes is the seat that sees for a line: a site's that of one who is invited.
func (p *Participant) eyes() string {
	if p.site != nil {
		return p.site.eyes
	}
	return p.id
}

// renew tells a line the whole state again. Room.mu is held.
func (r *Room) renew(p *Participant) {
	if a := p.control.Load(); a != nil {
		r.moveControl(p, a, "", time.Now())
	}
}

// renewed answers a line that asks for the whole state.
func (r *Room) renewed(p *Participant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.renew(p)
}

// encodeWelcome returns what p is welcomed with. cursor is what it knows already. Room.mu is held.
func (r *Room) encodeWelcome(p *Participant, cursor string, now time.Time) ([]byte, error) {
	w := r.welcome(p, now)
	if w.Events = r.since(p, cursor); w.Events != nil {
		if b, err := transport.AppendPacked(nil, w); !errors.Is(err, transport.ErrMessageTooLong) {
			return b, err
		}
		w.Events = nil // more was written meanwhile than a message holds
	}
	if r.above != nil {
		var err error
		if w.View, w.Events, err = r.buildingView(p); err != nil {
			return nil, err
		}
		return transport.AppendPacked(nil, w)
	}
	v := r.view(p, false)
	for _, less := range []func(){
		func() {}, func() { v = r.view(p, true) }, func() { v.ViewWords = meeting.ViewWords{} }, func() { v.Plan = meeting.ViewPlan{} },
	} {
		less() // a meeting of which more was written than a message holds
		text, err := transport.PlainJSON(v)
		if err != nil {
			return nil, err
		}
		w.View = text
		b, err := transport.AppendPacked(nil, w)
		if !errors.Is(err, transport.ErrMessageTooLong) {
			return b, err
		}
	}
	return nil, transport.ErrMessageTooLong
}

// view is the state as p may see it; brief, without what others wrote at length. Room.mu is held.
func (r *Room) view(p *Participant, brief bool) view {
	switch outside := p.site != nil && p.site.eyes == ""; {
	case outside && brief:
		return view{r.state.BriefAs(meeting.RoleSite), r.state.Epoch}
	case outside:
		return view{r.state.ViewAs(meeting.RoleSite), r.state.Epoch}
	case brief:
		return view{r.state.Brief(p.eyes()), r.state.Epoch}
	}
	return view{r.state.View(p.eyes()), r.state.Epoch}
}

func (r *Room) welcome(p *Participant, now time.Time) transport.Welcome {
	w := transport.Welcome{
		Type: transport.TypeWelcome, Protocol: transport.Protocol, Build: r.build, Line: p.secret,
		Meeting: transport.MeetingInfo{Code: r.code, Title: r.state.Title, Ms: r.ms(now)},
		Plan:    p.told.current(), Quiet: p.told.quiet,
	}
	if p.site != nil {
		w.Site = p.site.welcome(&r.state, now)
		return w
	}
	w.You, w.Publication, w.Token = p.id, p.voices.list()[0].ID, r.token(p.id, now)
	return w
}

// since returns the events after a cursor that p may see, nil if they do not do: p needs a view. Room.mu is held.
func (r *Room) since(p *Participant, cursor string) []json.RawMessage {
	epoch, n, ok := parseCursor(cursor)
	if !ok || r.above != nil {
		return nil
	}
	events, known := r.recent.after(epoch, n)
	if !known {
		return nil
	}
	told, eyes := []json.RawMessage{}, p.eyes()
	for _, e := range events {
		if r.state.Renews(e, eyes) {
			return nil
		}
		if e.Kind() != meeting.KindWriter && !r.state.Visible(e, eyes) {
			continue
		}
		text, err := r.state.EncodeFor(e, eyes)
		if err != nil {
			return nil
		}
		told = append(told, text)
	}
	return told
}

// parseCursor reads EPOCH.N.
func parseCursor(cursor string) (epoch uint32, n uint64, ok bool) {
	first, second, found := strings.Cut(cursor, ".")
	e, err := strconv.ParseUint(first, 10, 32)
	n, failed := strconv.ParseUint(second, 10, 64)
	return uint32(e), n, found && err == nil && failed == nil
}

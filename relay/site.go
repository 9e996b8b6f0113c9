package relay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

// siteKept is how long a site's line must have been silent until another computer with its token may take its place: two of them would throw each other out for ever.
const siteKept = time.Minute

// checkEvery is the time between two looks at the tokens of the sites that are here: one costs 50 µs.
const checkEvery = 5 * time.Second

// hosted is what a relay knows of a participant that is a site: a relay of its own, with seats under a prefix.
type hosted struct {
	token    string
	name     string
	instance string
	prefix   uint16
	early    early
	sends    map[uint32]transport.Send // what its publications can show, also those of seats that it has not told of yet; Room.mu
	eyes     string                    // a seat of the site: what it sees the site is told; "": it has none. Room.mu
}

// claim is the word of the computer that had a site's line last.
type claim struct {
	token, instance string
	heard           time.Time
}

func (p *Participant) claim(now time.Time) claim {
	return claim{p.site.token, p.site.instance, now.Add(-p.line.Silence(now))}
}

// claimed says whether another computer with p's token has the line, or had it until just now: it would come back and find this one in its place. Room.mu is held.
func (r *Room) claimed(p *Participant, now time.Time) bool {
	last, ok := r.claims[p.id]
	if older := r.participants[p.id]; older != nil {
		last, ok = older.claim(now), true
	}
	return ok && last.token == p.site.token && last.instance != p.site.instance && now.Sub(last.heard) < siteKept
}

// welcome is what a site is told of itself. Room.mu is held.
func (h *hosted) welcome(s *meeting.State, now time.Time) *transport.SiteWelcome {
	return &transport.SiteWelcome{Name: h.name, Prefix: h.prefix, Issued: s.Issued(h.prefix), Now: now.UnixMilli()}
}

// joinSite gives a session of a site a line, for all seats of that site.
func (s *Server) joinSite(ctx context.Context, session *transport.Session, room *Room, hello transport.Hello, now time.Time) (*Participant, *attachment, error) {
	if s.config.Sites == nil || len(hello.Site.Instance) > transport.MaxInstance || hello.Site.Instance == "" {
		return nil, nil, refusal{siteUnknown, false}
	}
	site, err := s.config.Sites.Check(hello.Site.Token)
	if err != nil {
		return nil, nil, refusal{wrongToken(err), false}
	}
	p := s.newcomer(hello, now)
	p.site = &hosted{token: hello.Site.Token, name: site.Name, instance: hello.Site.Instance}
	a := s.helloed(ctx, session, hello)
	return s.seated(p, a, room.joinSite(p, a, site.ID, now))
}

// wrongToken is what a site is told whose token is not taken.
func wrongToken(err error) sentence {
	switch {
	case errors.Is(err, ErrSiteCluster):
		return siteElsewhere
	case errors.Is(err, ErrSiteRevoked):
		return siteRevoked
	}
	return siteUnknown
}

// joinSite gives a site its line and its prefix. Its seats come with its report.
func (r *Room) joinSite(p *Participant, a *attachment, site string, now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	p.room, p.id = r, "site "+site
	if r.claimed(p, now) {
		return refusal{siteTaken, true}
	}
	if _, err := r.do(meeting.Admit{Site: site}, now); err != nil {
		return err
	}
	p.site.prefix, _ = r.state.Prefix(site)
	p.subscription = NewSubscription(under(p.site.prefix), r.speakers, p.line)
	r.host(p)
	r.enter(p, a, now)
	return nil
}

// knows says whether p has no need to be told of an event, because it has told it itself: a site, of its own seats. That they have come it is told, because it then hears their roles.
func (p *Participant) knows(e meeting.Event) bool {
	if p.site == nil || e.Origin != p.site.prefix {
		return false
	}
	return e.Kind() == meeting.KindAway || e.Kind() == meeting.KindLeft || e.Kind() == meeting.KindMuted
}

// hear takes what a site says of its seats and of their clocks.
func (p *Participant) hear(m transport.Message) {
	var err error
	switch {
	case p.site == nil:
		p.complain(unknownType)
		return
	case m.Type == transport.TypeSeats:
		var seats transport.Seats
		if err = m.Decode(&seats); err == nil {
			err = p.room.report(p, seats.Of)
		}
	default:
		var clock transport.Clock
		if err = m.Decode(&clock); err == nil {
			p.tellClocks(clock.Of)
		}
	}
	switch {
	case errors.Is(err, errStore):
		p.complain(broken)
	case err != nil:
		p.complain(badMessage)
	}
}

// report makes a site's seats those that it says it has.
func (r *Room) report(p *Participant, seats []transport.Seat) error {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.participants[p.id] != p {
		return nil
	}
	if len(seats) > meeting.MaxReport {
		return fmt.Errorf("%w: %d seats", meeting.ErrCommand, len(seats))
	}
	report := meeting.Report{}
	for _, s := range seats {
		report.Seats = append(report.Seats, meeting.Seat{ID: s.ID, Name: s.Name, Publication: s.Publication, Here: s.Here, Muted: s.Muted, Listen: s.Listen})
	}
	if _, err := r.doAs(p.site.prefix, report, now); err != nil {
		return err
	}
	r.host(p)
	r.plans(now)
	return nil
}

// host makes p's publications those of its site's seats. Room.mu is held.
func (r *Room) host(p *Participant) {
	seats := map[uint32]meeting.Seat{}
	blind := p.site.eyes == ""
	p.site.eyes = r.eyesOf(p.site)
	defer func() {
		if blind && p.site.eyes != "" && r.participants[p.id] == p {
			r.renew(p) // it was told nothing
		}
	}()
	for _, seat := range r.state.Seats() {
		if seat.Here && meeting.PublicationRelay(seat.Publication) == p.site.prefix {
			seats[seat.Publication] = seat
		}
	}
	for _, voice := range p.voices.list() {
		seat, stays := seats[voice.ID]
		if stays {
			voice.muted.Store(seat.Muted)
			delete(seats, voice.ID)
			continue
		}
		p.voices.drop(voice)
		r.speakers.Remove(voice)
		if r.participants[p.id] == p {
			p.showing.set(voice.ID, "", nil, nil)
		}
	}
	for _, seat := range seats {
		voice := newVoice(seat)
		p.voices.add(voice)
		if r.participants[p.id] == p {
			r.connectVoice(p, voice)
			if send, ok := p.site.sends[voice.ID]; ok {
				r.show(p, voice, &send)
			}
		}
	}
}

// eyesOf returns a seat of a site, the same as long as there is that. Room.mu is held.
func (r *Room) eyesOf(h *hosted) (eyes string) {
	for _, seat := range r.state.Seats() {
		switch {
		case meeting.PublicationRelay(seat.Publication) != h.prefix:
		case seat.ID == h.eyes:
			return h.eyes
		case eyes == "":
			eyes = seat.ID
		}
	}
	return eyes
}

// tellClocks takes the clock points of a site: it is near the microphones.
func (p *Participant) tellClocks(points []transport.ClockPoint) {
	for _, point := range points {
		if voice := p.voices.find(point.Publication); voice != nil {
			voice.clock.tell(point)
		}
	}
}

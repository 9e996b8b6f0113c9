package meeting

import (
	"fmt"
	"strconv"
)

// firstSite is the prefix of a meeting's first site; the next ones count down, past those of relays that have spoken here, and meet the others, which count up, after thousands.
const (
	firstSite = MaxRelay
	lastSite  = 64
	// MaxReport is the greatest number of seats of one site.
	MaxReport = 32
)

// MaxSite is the longest id of a site, in bytes.
const MaxSite = 64

// Hosted says that a site issues publication ids and seats under a prefix, in this meeting, for good (event "site").
type Hosted struct {
	Site   string `json:"site"`
	Prefix uint16 `json:"prefix"`
}

// Skipped says that publication ids up to one are never issued.
type Skipped struct {
	free
	Issued uint32 `json:"issued,omitempty"`
}

// Kind implements Body.
func (Hosted) Kind() Kind { return KindSite }

// Kind implements Body.
func (Skipped) Kind() Kind { return KindSkipped }

func (b Hosted) check(*Event) bool { return b.Site != "" && b.Prefix <= MaxRelay }

func (b Hosted) apply(s *State, _ *Event) { put(&s.hosts, b.Site, b.Prefix) }

func (b Skipped) apply(s *State, _ *Event) { s.issue(b.Issued) }

// Admit gives a site its prefix, if it has none.
type Admit struct{ Site string }

func (a Admit) decide(s *State, c *Command) ([]Event, error) {
	if a.Site == "" || len(a.Site) > MaxSite {
		return nil, ErrCommand
	}
	if _, ok := s.hosts[a.Site]; ok {
		return nil, nil
	}
	prefix := firstSite
	for _, given := range s.hosts {
		prefix = min(prefix, int(given)-1)
	}
	for prefix >= lastSite && (uint16(prefix) == c.Origin || uint16(prefix) == s.Home || s.issued[uint16(prefix)] > 0) {
		prefix-- // of a relay
	}
	if prefix < lastSite {
		return nil, ErrFull
	}
	return []Event{{Body: Hosted{Site: a.Site, Prefix: uint16(prefix)}}}, nil
}

// Prefix returns the prefix of a site, and whether it has one.
func (s *State) Prefix(site string) (prefix uint16, ok bool) {
	prefix, ok = s.hosts[site]
	return prefix, ok
}

// Issued returns the highest publication id of a prefix, 0 if there is none.
func (s *State) Issued(prefix uint16) uint32 {
	if counter := s.issued[prefix]; counter > 0 {
		return PublicationID(prefix, counter)
	}
	return 0
}

// Skip leaves all publication ids up to this one out, which were issued before this log began: by a computer that was replaced.
type Skip struct{ Issued uint32 }

func (k Skip) decide(s *State, c *Command) ([]Event, error) {
	if PublicationRelay(k.Issued) != c.Origin || publicationCounter(k.Issued) == 0 || k.Issued <= s.Issued(c.Origin) {
		return nil, nil
	}
	return []Event{{Body: Skipped{Issued: k.Issued}}}, nil
}

// Report says which seats the site with the command's origin has now; those of its seats that it leaves out are given up. Seats for which there is no room are passed over.
type Report struct {
	Seats []Seat
	Who   map[string]Identity // by seat, of those that brought a pass; the others are the site's own
}

func (r Report) decide(s *State, c *Command) ([]Event, error) {
	origin := c.Origin
	if len(r.Seats) > MaxReport {
		return nil, ErrCommand
	}
	named, spoken := map[string]bool{}, map[uint32]bool{}
	for _, seat := range r.Seats {
		if _, err := ParseName(seat.Name); err != nil {
			return nil, err
		}
		if !seat.of(origin) || named[seat.ID] || spoken[seat.Publication] {
			return nil, fmt.Errorf("%w: a seat that is not the site's, or twice", ErrCommand)
		}
		named[seat.ID], spoken[seat.Publication] = true, true
	}
	var events []Event
	for _, seat := range s.seatsWhere(func(seat *Seat) bool { return seat.of(origin) && !named[seat.ID] }) {
		events = append(events, Event{Body: Left{}, Seat: seat.ID, Actor: seat.ID})
	}
	count := s.Count() - len(events)
	crowned := false
	for _, seat := range r.Seats {
		seat.Name, _ = ParseName(seat.Name)
		known, taken := s.Seat(seat.ID)
		switch {
		case taken:
			events = append(events, known.became(seat)...)
		case seat.Here && count < MaxSeats:
			count++
			entry := s.reported(seat, r.Who, origin)
			if entry.Role == RoleChair {
				if crowned {
					entry.Role = RoleDeputy
				} else {
					events = append(events, s.dethrone()...)
				}
				crowned = true
			}
			events = append(events, Event{Body: Joined{entry}, Seat: seat.ID, Actor: seat.ID})
		}
	}
	return events, nil
}

// reported returns the entry of a site's seat: who brings no pass is of the site.
func (s *State) reported(seat Seat, who map[string]Identity, prefix uint16) Entry {
	identity, proven := who[seat.ID]
	for site, of := range s.hosts {
		if of == prefix && !proven {
			identity.Site = site
		}
	}
	entry := s.admission(identity, seat.ID)
	entry.Name, entry.Publication, entry.Muted, entry.Listen = seat.Name, seat.Publication, seat.Muted, seat.Listen
	return entry
}

// of says whether a seat and its publication were issued under a prefix.
func (s *Seat) of(prefix uint16) bool {
	id, err := strconv.ParseUint(s.ID, 16, 32)
	return err == nil && fmt.Sprintf("%08x", id) == s.ID && PublicationRelay(uint32(id)) == prefix &&
		PublicationRelay(s.Publication) == prefix && publicationCounter(s.Publication) > 0
}

// became returns the events that make the seat as it is reported.
func (s *Seat) became(now Seat) []Event {
	switch {
	case now.Here && (!s.Here || s.Publication != now.Publication):
		now.Role, now.Invited, now.Account = s.Role, s.Invited, s.Account
		return []Event{{Body: Back{now.entry()}, Seat: s.ID, Actor: s.ID}}
	case !now.Here && s.Here:
		return []Event{{Body: Away{}, Seat: s.ID}}
	case now.Here && now.Muted != s.Muted:
		return []Event{{Body: Muted{Muted: now.Muted}, Seat: s.ID, Actor: s.ID}}
	}
	return nil
}

func (s *Seat) entry() Entry {
	return Entry{s.Name, s.Publication, s.Muted, s.Listen, s.Role, s.Invited, s.Account}
}

func init() {
	register[Hosted]()
	register[Skipped]()
}

package meeting

import (
	"reflect"
	"slices"
)

// Limits of a plan.
const (
	maxAgenda  = 100
	maxHelpers = 30  // officers
	maxFiles   = 100 // documents
	maxScript  = 20
	maxMembers = 10_000
	// MaxMinutesLong is the longest time that a plan can ask for, in minutes.
	MaxMinutesLong = 24 * 60
)

func (a Prepare) decide(s *State, _ *Command) ([]Event, error) {
	plan, err := a.Plan.parse()
	if err != nil {
		return nil, err
	}
	for _, now := range plan.Invited {
		if was, ok := s.Plan.Find(now.N); ok && was.Site != now.Site {
			return nil, BadPlan // its presence and its votes would become another's
		}
	}
	if reflect.DeepEqual(plan, s.Plan) {
		return nil, nil
	}
	planned := Event{Body: Planned{Plan: plan}}
	if b, err := plainJSON(plan); err != nil || len(b) > MaxEvent-1024 {
		return nil, TooLong
	}
	return append([]Event{planned}, s.reassigned(&plan)...), nil
}

// reassigned returns the events that give accounts their roles of a new plan. The chair comes last: there are never two.
func (s *State) reassigned(plan *Plan) []Event {
	seats := s.seatsWhere(func(seat *Seat) bool { return seat.Role != RoleWaiting })
	chair := ""
	for _, seat := range seats {
		if seat.Role == RoleChair && s.reassign(&seat, plan) == RoleChair && (seat.Here || s.Ms-seat.AwaySince < StandIn) {
			chair = seat.ID
		}
	}
	var events, crowns []Event
	for _, seat := range seats {
		role := s.reassign(&seat, plan)
		if role == RoleChair && chair == "" {
			chair = seat.ID
		}
		switch {
		case role != RoleChair || chair == seat.ID:
		case seat.Role == RoleChair:
			role = RoleDeputy
		default:
			role = seat.Role // there is a chair
		}
		given := Event{Body: RoleGiven{Role: role}, Seat: seat.ID}
		switch {
		case role == seat.Role:
		case role == RoleChair:
			crowns = append(crowns, given)
		default:
			events = append(events, given)
		}
	}
	return append(events, crowns...)
}

// reassign returns the role that a new plan gives a seat: its own, unless the plan says another thing of its account than the one before.
func (s *State) reassign(seat *Seat, plan *Plan) Role {
	was, is := s.Plan.Officer(seat.Account)
	now, will := plan.Officer(seat.Account)
	switch {
	case will && (!is || was.Role != now.Role):
		return now.Role
	case will || !is || seat.Role != was.Role:
		return seat.Role
	}
	if _, invited := plan.Find(seat.Invited); invited {
		return RoleSite
	}
	return RoleGuest
}

// parse returns the plan with its texts trimmed, and empty lists nil, as it is read back from the log.
func (p Plan) parse() (Plan, error) {
	for _, too := range []bool{
		len(p.Invited) > MaxSeats, len(p.Agenda) > maxAgenda, len(p.Officers) > maxHelpers, len(p.Documents) > maxFiles, len(p.Script) > maxScript,
	} {
		if too {
			return p, TooMany
		}
	}
	if p.Starts < 0 || p.Starts > maxMs || p.Minutes < 0 || p.Minutes > MaxMinutesLong {
		return p, BadNumber
	}
	if p.Mode != "" && !p.Mode.valid() {
		return p, BadMode
	}
	t := texts{}
	t.short(&p.Place)
	t.short(&p.Body)
	for _, parse := range []func(*texts) error{p.parseInvited, p.parseAgenda, p.parseOfficers, p.parseRest} {
		if err := parse(&t); err != nil {
			return p, err
		}
	}
	return p, t.err
}

// texts trims texts and keeps the first error.
type texts struct{ err error }

func (t *texts) short(of *string) { t.text(of, MaxTitle) }

func (t *texts) text(of *string, limit int) {
	trimmed, ok := parseText(*of, limit)
	if !ok && t.err == nil {
		t.err = BadText
		if len(*of) > 4*limit {
			t.err = TooLong
		}
	}
	*of = trimmed
}

func (t *texts) name(of *string) {
	name, err := ParseName(*of)
	if err != nil && t.err == nil {
		t.err = BadText
	}
	*of = name
}

func (p *Plan) parseInvited(t *texts) error {
	p.Invited = copied(p.Invited)
	numbers, sites := map[int]bool{}, map[string]bool{}
	for k := range p.Invited {
		i := &p.Invited[k]
		if i.N < 1 || i.N > 1<<20 || i.Members < 0 || i.Members > maxMembers {
			return BadNumber
		}
		if numbers[i.N] || i.Site != "" && sites[i.Site] {
			return BadPlan
		}
		numbers[i.N], sites[i.Site] = true, true
		t.name(&i.Name)
		t.text(&i.Site, MaxSite)
		t.text(&i.Unit, MaxSite)
		t.text(&i.Room, MaxSite)
	}
	return nil
}

func (p *Plan) parseAgenda(t *texts) error {
	p.Agenda = copied(p.Agenda)
	ids := map[int]bool{}
	for k := range p.Agenda {
		i := &p.Agenda[k]
		if i.ID < 1 || i.ID > 1<<20 || i.Minutes < 0 || i.Minutes > MaxMinutesLong {
			return BadNumber
		}
		if _, invited := p.Find(i.By); ids[i.ID] || i.By != 0 && !invited {
			return BadPlan
		}
		ids[i.ID] = true
		t.short(&i.Title)
		if i.Title == "" && t.err == nil {
			t.err = BadText
		}
	}
	return nil
}

func (p *Plan) parseOfficers(t *texts) error {
	p.Officers = copied(p.Officers)
	accounts := map[string]bool{}
	for k := range p.Officers {
		o := &p.Officers[k]
		if !o.Role.Officer() {
			return BadRole
		}
		if o.Account == "" || accounts[o.Account] {
			return BadPlan
		}
		accounts[o.Account] = true
		t.text(&o.Account, MaxSite)
		t.text(&o.Site, MaxSite)
		t.text(&o.Name, MaxName)
	}
	return nil
}

func (p *Plan) parseRest(t *texts) error {
	p.Documents, p.Script = copied(p.Documents), copied(p.Script)
	for k := range p.Documents {
		d := &p.Documents[k]
		if d.Size < 0 || d.Size > maxMs || d.Hash == "" {
			return BadPlan
		}
		t.short(&d.Name)
		t.text(&d.Hash, 2*MaxSite)
	}
	for _, r := range p.Script {
		if r.After < 0 || r.After > 60*MaxMinutesLong {
			return BadNumber
		}
		if !slices.Contains([]string{WhenDropped, WhenNoVideo, WhenLate}, r.When) ||
			!slices.Contains([]string{DoNextReturn, DoWait, DoVoiceOnly, DoWarn}, r.Do) {
			return BadPlan
		}
	}
	return nil
}

// copied returns a copy, nil for an empty list: what comes out of the log is so, and Decide changes nothing of a command.
func copied[T any](list []T) []T { return append([]T(nil), list...) }

package meeting

import "slices"

// Due returns what the incident script asks for at a time, in meeting milliseconds. The relay asks every second and decides it as its own. While
// the chair is away nothing happens by itself.
func (s *State) Due(ms int64) []Action {
	holder := s.seats[s.Floor.Holder]
	if holder == nil || !s.Floor.Mode.closed() || s.Closed != 0 || !s.chairHere() {
		return nil
	}
	for i, rule := range s.Plan.Script {
		if !slices.Contains(s.Floor.Warned, i) && s.applies(rule, holder, ms) {
			return []Action{Enact{i, holder.ID}} // one at a time: the floor may be another's then
		}
	}
	return nil
}

// applies says whether a rule is for what happens to who has the floor. Whether there is video only the relay knows.
func (s *State) applies(rule Rule, holder *Seat, ms int64) bool {
	after := int64(rule.After) * 1000
	switch rule.When {
	case WhenDropped:
		return !holder.Here && ms-holder.AwaySince >= after
	case WhenLate:
		return s.Floor.Limit > 0 && ms-s.Floor.Since-s.Floor.Limit >= after
	}
	return false
}

func (a Enact) decide(s *State, _ *Command) ([]Event, error) {
	seat := s.seats[a.Seat]
	if a.Rule < 0 || a.Rule >= len(s.Plan.Script) || seat == nil {
		return nil, ErrCommand
	}
	rule := s.Plan.Script[a.Rule]
	holds := s.Floor.Holder == seat.ID
	if rule.When != WhenNoVideo && !holds || holds && slices.Contains(s.Floor.Warned, a.Rule) {
		return nil, nil
	}
	events := []Event{{Body: Incident{Rule: a.Rule}, Seat: seat.ID}}
	if !holds || !rule.Auto || rule.Do != DoNextReturn || !s.chairHere() {
		return events, nil
	}
	if up, ok := s.NextUp(); ok {
		granted, err := s.grant(s.seats[up.Seat], up.Item, 0, nil)
		return append(events, granted...), err
	}
	return append(events, s.frees(WhyDone)...), nil
}

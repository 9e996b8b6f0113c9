package meeting

import (
	"slices"
	"strconv"
)

// Choice is a vote.
type Choice string

// The choices: tán thành, không tán thành, ý kiến khác.
const (
	For     Choice = "for"
	Against Choice = "against"
	Other   Choice = "other"
)

// Poll is a question and the votes on it.
type Poll struct {
	ID       string
	Question string
	Secret   bool // who voted what is not told
	Closed   bool
	Votes    map[string]Vote // by Voter
}

// Vote is the last vote of a voter.
type Vote struct {
	Choice Choice
	Text   string
}

// Counts returns the numbers of votes for, against and other.
func (p *Poll) Counts() (n [3]int) {
	for _, v := range p.Votes {
		if i := slices.Index(choices, v.Choice); i >= 0 {
			n[i]++
		}
	}
	return n
}

var choices = []Choice{For, Against, Other}

// Voter names who has one vote: "#" and the number of an invited site, or a seat.
func (s *Seat) Voter() string {
	if s.Invited != 0 {
		return "#" + strconv.Itoa(s.Invited)
	}
	return s.ID
}

// Polled asks a question.
type Polled struct {
	free
	ID       string `json:"id"`
	Question string `json:"question"`
	Secret   bool   `json:"secret,omitempty"`
}

// Voted is a seat's vote, in the place of an earlier one.
type Voted struct {
	free
	Poll   string `json:"poll"`
	Choice Choice `json:"choice"`
	Text   string `json:"text,omitempty"`
	Was    Choice `json:"was,omitempty"`   // the earlier one, so that who sees no names can count
	Voter  string `json:"voter,omitempty"` // as Seat.Voter names it
}

// PollClosed ends a poll.
type PollClosed struct {
	free
	ID string `json:"id"`
}

// Kind implements Body.
func (Polled) Kind() Kind { return KindPolled }

// Kind implements Body.
func (Voted) Kind() Kind { return KindVoted }

// Kind implements Body.
func (PollClosed) Kind() Kind { return KindPollClosed }

func (b Polled) apply(s *State, _ *Event) {
	if s.poll(b.ID) == nil {
		s.Polls = append(s.Polls, Poll{ID: b.ID, Question: b.Question, Secret: b.Secret})
	}
}

func (b Voted) apply(s *State, _ *Event) {
	if p := s.poll(b.Poll); p != nil {
		put(&p.Votes, b.Voter, Vote{b.Choice, b.Text})
	}
}

func (b PollClosed) apply(s *State, _ *Event) {
	if p := s.poll(b.ID); p != nil {
		p.Closed = true
	}
}

func (s *State) poll(id string) *Poll {
	for i := range s.Polls {
		if s.Polls[i].ID == id {
			return &s.Polls[i]
		}
	}
	return nil
}

// MaxPolls is the greatest number of polls of a meeting.
const MaxPolls = 50

func (a Ask) decide(s *State, _ *Command) ([]Event, error) {
	question, err := ParseText(a.Question, maxShort)
	switch {
	case err != nil:
		return nil, err
	case slices.ContainsFunc(s.Polls, func(p Poll) bool { return p.Question == question && !p.Closed }):
		return nil, nil
	case len(s.Polls) >= MaxPolls:
		return nil, TooMany
	}
	return []Event{{Body: Polled{ID: s.nextID(), Question: question, Secret: a.Secret}}}, nil
}

func (a CastVote) decide(s *State, c *Command) ([]Event, error) {
	p, seat := s.poll(a.Poll), s.seats[c.By.Seat]
	switch {
	case seat == nil:
		return nil, NoSeat
	case seat.Role == RoleNone && len(s.Plan.Invited) > 0: // who has the code only could come as often as votes are wanted
		return nil, NotYours
	case p == nil:
		return nil, NoSuchThing
	case p.Closed:
		return nil, PollOver
	case !slices.Contains(choices, a.Choice):
		return nil, BadChoice
	}
	text, err := optionalText(a.Text, maxShort)
	if err != nil {
		return nil, err
	}
	voter := seat.Voter()
	was := p.Votes[voter]
	if was == (Vote{a.Choice, text}) {
		return nil, nil
	}
	return []Event{{Body: Voted{Poll: p.ID, Choice: a.Choice, Text: text, Was: was.Choice, Voter: voter}, Seat: seat.ID}}, nil
}

func (a EndPoll) decide(s *State, _ *Command) ([]Event, error) {
	switch p := s.poll(a.ID); {
	case p == nil:
		return nil, NoSuchThing
	case p.Closed:
		return nil, nil
	}
	return []Event{{Body: PollClosed{ID: a.ID}}}, nil
}

func init() {
	register[Polled]()
	register[Voted]()
	register[PollClosed]()
}

package meeting

import (
	"encoding/json"
	"reflect"
	"strings"
)

// MaxAction is the longest JSON of an action, in bytes.
const MaxAction = MaxEvent

// ParseAction reads what a page or the API asks for: act names it, text is a JSON object with its members; others are passed over.
// The error is a Refusal.
func ParseAction(act string, text []byte) (Action, error) {
	a, known := acts[act]
	switch {
	case !known:
		return nil, UnknownAct
	case len(text) > MaxAction:
		return nil, TooLong
	}
	action, err := a.read(text)
	if err != nil {
		return nil, BadAction
	}
	return action, nil
}

// act is what is known of an action before it is decided.
type act struct {
	read func([]byte) (Action, error)
	of   reflect.Type
	who  string // letters of the roles that may: those of View, n for none, a for admin; c also stands for a deputy who stands in
	till until
}

// until is how long something can be asked for.
type until int

const (
	closing until = iota // while the meeting is not closed
	final                // until the minutes are final
	ever
)

const (
	speakers = "cdstvng" // all that may be called
	anyone   = speakers + "o"
	sites    = "cdstv" // Invited says whether it is one
)

// acts are the rights. What depends on more than the role is decided with the action.
var acts = map[string]act{
	"prepare":     allow[Prepare]("csa", closing),
	"open":        allow[Open]("cs", final),
	"close":       allow[Close]("cs", final),
	"mode":        allow[SetMode]("c", final),
	"raise":       allow[Raise](speakers, closing),
	"lower":       allow[Lower](speakers, final),
	"call":        allow[Call]("cs", closing),
	"next":        allow[Next]("cs", closing),
	"return":      allow[Recall]("cs", closing),
	"yield":       allow[Yield](speakers, closing),
	"take":        allow[Take]("c", closing),
	"extend":      allow[Extend]("cs", closing),
	"silence":     allow[Silence]("cst", final),
	"lock":        allow[Lock]("c", final),
	"remove":      allow[Remove]("c", final),
	"admit":       allow[LetIn]("cs", final),
	"deny":        allow[Deny]("cs", final),
	"role":        allow[SetRole]("ca", final),
	"chair":       allow[HandOver]("cd", final),
	"item":        allow[SetItem]("cs", closing),
	"roll":        allow[CallRoll]("cs", closing),
	"present":     allow[Attend](sites, final),
	"confirm":     allow[Confirm]("cs", final),
	"say":         allow[Say](anyone, final),
	"notice":      allow[PutNotice]("cs", final),
	"unnotice":    allow[TakeNotice]("cs", final),
	"poll":        allow[Ask]("cs", closing),
	"vote":        allow[CastVote](sites+"n", closing),
	"end-poll":    allow[EndPoll]("cs", closing),
	"note":        allow[TakeNote]("s", final),
	"conclude":    allow[Conclude]("cs", final),
	"acknowledge": allow[Acknowledge](sites, ever),
	"progress":    allow[Progress](sites, ever),
	"ring":        allow[Ring]("csa", closing),
	"answer":      allow[Answer](sites, closing),
	"minute":      allow[Minute]("csa", final),
	"finalise":    allow[Finalise]("csa", ever),
	"deck":        allow[OpenDeck](speakers, closing),
	"show":        allow[Show](speakers, closing),
	"hide":        allow[Hide](speakers, final),
	"report":      allow[BringReport](speakers, closing),
	"play":        allow[Play]("cdst", closing),
	"stop":        allow[Stop](speakers, final),
}

func allow[T Action](who string, till until) act {
	return act{readAction[T], reflect.TypeFor[T](), who, till}
}

func readAction[T Action](text []byte) (Action, error) {
	var a T
	err := json.Unmarshal(text, &a)
	return a, err
}

// byType finds the rights of an action.
var byType = func() map[reflect.Type]act {
	out := map[reflect.Type]act{}
	for _, a := range acts {
		out[a.of] = a
	}
	return out
}()

// permits says whether who commands may, and whether it is not too late. What a relay says of sessions has no act.
func (s *State) permits(c *Command) error {
	a, page := byType[reflect.TypeOf(c.Do)]
	if !page {
		return nil
	}
	who, err := s.rank(c)
	switch {
	case err != nil:
		return err
	case !strings.Contains(a.who, who), c.By.Seat == "" && c.By.Site != "" && a.who != sites:
		return NotYours
	case s.Minutes.Final != "" && a.till < ever:
		return MeetingFinal
	case s.Closed != 0 && a.till < final:
		return MeetingClosed
	}
	return nil
}

// rank returns the letter of who commands: "c" also for a deputy while there is no chair.
func (s *State) rank(c *Command) (string, error) {
	by := c.By
	role := by.Role
	switch {
	case by.Seat != "":
		seat := s.seats[by.Seat]
		if seat == nil {
			return "", NoSeat
		}
		role = seat.Role
		if role == RoleDeputy && s.chairless(c.Ms) {
			role = RoleChair
		}
	case by.Account != "":
		if role == RoleNone || role == RoleWaiting {
			return "", NotYours
		}
	case by.Site != "":
		if _, ok := s.Plan.Of(by.Site); !ok {
			return "", NotInvited
		}
		role = RoleSite
	default:
		return "", NotYours
	}
	switch letter := letters[role]; {
	case role == RoleNone:
		return "n", nil
	case letter == "":
		return "", NotYours
	default:
		return letter, nil
	}
}

// leads says whether who commands leads the meeting.
func (s *State) leads(c *Command) bool {
	who, err := s.rank(c)
	return err == nil && who == "c"
}

// officer says whether who commands is one, or an account from outside with such a role.
func (s *State) officer(c *Command) bool {
	who, err := s.rank(c)
	return err == nil && strings.Contains("cdst", who)
}

// site returns the number of the invited site for which who commands speaks.
func (s *State) site(c *Command) (int, error) {
	if seat := s.seats[c.By.Seat]; seat != nil && seat.Invited != 0 {
		return seat.Invited, nil
	}
	if i, ok := s.Plan.Of(c.By.Site); ok && c.By.Seat == "" {
		return i.N, nil
	}
	return 0, NotInvited
}

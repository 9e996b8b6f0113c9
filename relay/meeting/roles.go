package meeting

import "slices"

// Role is what somebody is in a meeting.
type Role string

// The roles. A participant of a meeting without a plan has none.
const (
	RoleNone       Role = ""
	RoleChair      Role = "chair"      // at most one seat has it
	RoleDeputy     Role = "deputy"     // stands in for the chair who is away
	RoleSecretary  Role = "secretary"  //
	RoleTechnician Role = "technician" //
	RoleSite       Role = "site"       // an invited điểm cầu
	RoleGuest      Role = "guest"      //
	RoleObserver   Role = "observer"   // listens
	RoleWaiting    Role = "waiting"    // in the lobby: neither hears nor is heard
	RoleAdmin      Role = "admin"      // only of By: never of a seat
)

// letters of roles in a View.
var letters = map[Role]string{
	RoleNone: "", RoleChair: "c", RoleDeputy: "d", RoleSecretary: "s", RoleTechnician: "t", RoleSite: "v", RoleGuest: "g", RoleObserver: "o", RoleWaiting: "w",
	RoleAdmin: "a",
}

// Officer says whether a role leads the meeting or helps to: chair, deputy, secretary or technician.
func (r Role) Officer() bool {
	return slices.Contains([]Role{RoleChair, RoleDeputy, RoleSecretary, RoleTechnician}, r)
}

// Identity is who somebody is, as proved by a pass; the zero Identity proves nothing.
type Identity struct {
	Account string `json:"account,omitempty"`
	Site    string `json:"site,omitempty"` // directory id of a điểm cầu
	Role    Role   `json:"role,omitempty"` // of an invitation: guest, observer, or chair of who opened the meeting
}

// By is who commands: a seat of the meeting, whose rights are the state's, or somebody outside it: an account with its role (admin, chair,
// secretary), or an invited site. The zero By is the relay itself, which does what no page may ask for and nothing else.
type By struct {
	Seat    string
	Account string
	Site    string // directory id, of a site outside the meeting
	Role    Role   // of an account
}

// Actor returns how events name who wanted them: a seat's id, "@" and an account, "#" and a site; empty for the relay itself.
func (b By) Actor() string {
	switch {
	case b.Seat != "":
		return b.Seat
	case b.Account != "":
		return "@" + b.Account
	case b.Site != "":
		return "#" + b.Site
	}
	return ""
}

// RoleGiven gives a seat another role (event "role").
type RoleGiven struct {
	about
	Role Role `json:"role,omitempty"`
}

// Kind implements Body.
func (RoleGiven) Kind() Kind { return KindRole }

func (b RoleGiven) apply(s *State, e *Event) {
	if seat := s.seats[e.Seat]; seat != nil {
		seat.Role = b.Role
	}
}

func init() { register[RoleGiven]() }

package meeting

// Role is what somebody is in a meeting.
type Role string

// The roles that a pass may prove.
const (
	RoleChair    Role = "chair"
	RoleGuest    Role = "guest"
	RoleObserver Role = "observer"
)

// Identity is who somebody is, as proved by a pass; the zero Identity proves nothing.
type Identity struct {
	Account string `json:"account,omitempty"`
	Site    string `json:"site,omitempty"` // directory id of a điểm cầu
	Role    Role   `json:"role,omitempty"` // of an invitation: guest, observer, or chair of who opened the meeting
}

package directory

// Role is what an account may do outside of meetings; in a meeting its officers say who leads.
type Role string

// The roles of accounts.
const (
	Admin      Role = "admin"      // everything: accounts, the directory, every meeting
	Chair      Role = "chair"      // prepares and leads meetings
	Secretary  Role = "secretary"  // prepares meetings and keeps minutes
	Technician Role = "technician" // looks after sites and their enrolment
)

// Valid says whether this is one of the roles.
func (r Role) Valid() bool {
	switch r {
	case Admin, Chair, Secretary, Technician:
		return true
	}
	return false
}

// Account is a person who signs in.
type Account struct {
	ID         string `json:"id"`    // 12 letters and digits, never given twice
	Login      string `json:"login"` // lower case; also an e-mail address
	Name       string `json:"name"`  // as meeting.ParseName returns it
	Role       Role   `json:"role"`
	Unit       string `json:"unit,omitempty"` // id in the directory
	Hash       string `json:"hash,omitempty"` // argon2id of the password, never shown; "" for who signs in elsewhere
	Disabled   bool   `json:"disabled,omitempty"`
	Generation int    `json:"generation"` // raised to end all sessions and passes of the account
}

package relay

import "github.com/diemcau/diemcau/relay/meeting"

// Shown is what a client shows of who it is.
type Shown struct {
	Meeting string // code in the printed form; "": it waits for any
	Pass    string // a secret
	Proof   string // of the key that the pass is bound to, over Meeting and Line
	Line    string // the secret of the line that its client has drawn
}

// PassChecker knows the passes of accounts, sites and guests. It is called concurrently, and must be quick.
type PassChecker interface {
	// Check returns whom a pass proves in a meeting, and the name that it gives, "" if the person chooses one. The error is a Notice with one of the codes of PROTOCOL.md section 6: pass-invalid,
	// pass-revoked, pass-elsewhere, proof-wrong.
	Check(shown Shown) (who meeting.Identity, name string, err error)
}

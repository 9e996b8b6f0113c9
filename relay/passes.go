package relay

import (
	"errors"
	"strings"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

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

// maxPass is the longest pass or proof, in bytes.
const maxPass = 1024

// identify returns whom a hello proves to be, nobody without a pass, and gives it the name of the pass if it has none. The error is a refusal or a Notice.
func (s *Server) identify(hello *transport.Hello, code string) (who meeting.Identity, err error) {
	if hello.Pass == "" {
		return who, nil
	}
	who, name, err := s.check(shownBy(*hello, code))
	if err == nil && strings.TrimSpace(hello.Name) == "" {
		hello.Name = name
	}
	return who, err
}

// shownBy is what a hello shows.
func shownBy(hello transport.Hello, code string) Shown {
	return Shown{Meeting: code, Pass: hello.Pass, Proof: hello.Proof, Line: hello.Line}
}

// dismissRevoked sends away the sites whose tokens are not good any more, and those whose passes are not.
func (s *Server) dismissRevoked(r *Room) {
	for _, p := range r.all() {
		if p.site != nil {
			if _, err := s.config.Sites.Check(p.site.token); err != nil {
				p.dismiss(wrongToken(err), false)
			}
			continue
		}
		if p.shown.Pass == "" {
			continue
		}
		var notice Notice
		if _, _, err := s.check(p.shown); errors.As(err, &notice) {
			p.dismiss(sentence{notice.Code, notice.Vi, notice.En}, false)
		}
	}
}

func (s *Server) check(shown Shown) (who meeting.Identity, name string, err error) {
	if s.config.Passes == nil || len(shown.Pass) > maxPass || len(shown.Proof) > maxPass {
		return who, "", refusal{passInvalid, false}
	}
	return s.config.Passes.Check(shown)
}

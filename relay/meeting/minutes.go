package meeting

import (
	"crypto/sha256"
	"encoding/hex"
)

// MaxMinutes is the longest text of minutes, in bytes.
const MaxMinutes = 40 << 10

// Minutes is what the secretary made of the meeting.
type Minutes struct {
	Text  string // Markdown
	Ms    int64  // meeting milliseconds of its last version
	Final string // SHA-256 of Text in hexadecimal once it is final, empty before
}

// Minuted is a version of the edited minutes.
type Minuted struct {
	free
	Text string `json:"text"` // Markdown
}

// Finalised makes the minutes final: nothing is put into the log after it but what becomes of conclusions, and who comes and goes.
type Finalised struct {
	Hash string `json:"hash"` // SHA-256 of Text in hexadecimal
	Text string `json:"text"`
}

// Kind implements Body.
func (Minuted) Kind() Kind { return KindMinuted }

// Kind implements Body.
func (Finalised) Kind() Kind { return KindFinalised }

func (b Finalised) check(*Event) bool { return b.Hash != "" }

func (b Minuted) apply(s *State, e *Event) {
	if s.Minutes.Final == "" {
		s.Minutes = Minutes{Text: b.Text, Ms: e.Ms}
	}
}

func (b Finalised) apply(s *State, e *Event) {
	if s.Minutes.Final == "" {
		s.Minutes = Minutes{Text: b.Text, Ms: e.Ms, Final: b.Hash}
	}
}

func (a Minute) decide(s *State, _ *Command) ([]Event, error) {
	if len(a.Text) > MaxMinutes {
		return nil, TooLong
	}
	text, err := ParseText(a.Text, MaxMinutes)
	switch {
	case err != nil:
		return nil, err
	case text == s.Minutes.Text:
		return nil, nil
	}
	if b, err := plainJSON(text); err != nil || len(b) > MaxEvent-1024 {
		return nil, TooLong // thousands of quotation marks
	}
	return []Event{{Body: Minuted{Text: text}}}, nil
}

func (Finalise) decide(s *State, _ *Command) ([]Event, error) {
	switch {
	case s.Minutes.Final != "":
		return nil, nil
	case s.Opened != 0 && s.Closed == 0:
		return nil, StillOpen
	case s.Minutes.Text == "":
		return nil, NoMinutes
	}
	return []Event{{Body: Finalised{Hash: HashMinutes(s.Minutes.Text), Text: s.Minutes.Text}}}, nil
}

// HashMinutes returns the SHA-256 of a text in hexadecimal.
func HashMinutes(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func init() {
	register[Minuted]()
	register[Finalised]()
}

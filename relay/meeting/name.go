package meeting

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of texts, in characters (Unicode code points).
const (
	MaxName  = 64
	MaxTitle = 200
	MaxText  = 1000 // of what is written in a meeting
	maxShort = 300  // reasons, questions, notices
	maxLong  = 2000 // names of those present, conclusions
)

// Errors of texts.
var (
	ErrName  = errors.New("meeting: a name has 1 to 64 characters and no control characters")
	ErrTitle = errors.New("meeting: a title has at most 200 characters and no control characters")
)

// ParseName returns a participant's name without the spaces around it, or ErrName: it has 1 to MaxName characters of valid
// UTF-8, one of them visible, and none that controls the terminal, the line or the writing direction.
func ParseName(text string) (string, error) {
	name, ok := parseText(text, MaxName)
	if !ok || strings.IndexFunc(name, visible) < 0 {
		return "", ErrName
	}
	return name, nil
}

// ParseTitle returns a meeting's title without the spaces around it, or ErrTitle. A title may be empty.
func ParseTitle(text string) (string, error) {
	title, ok := parseText(text, MaxTitle)
	if !ok {
		return "", ErrTitle
	}
	return title, nil
}

// ParseText returns what somebody wrote, in lines that end with "\n", without the spaces around it: at most limit characters of valid UTF-8, none
// that controls the terminal or the writing direction. The error is TooLong or BadText, also for a text in which nothing can be seen.
func ParseText(text string, limit int) (string, error) {
	text, err := optionalText(text, limit)
	if err == nil && strings.IndexFunc(text, visible) < 0 {
		return "", BadText
	}
	return text, err
}

// optionalText is ParseText for what may be empty.
func optionalText(text string, limit int) (string, error) {
	// The first test keeps the work on a hostile text small.
	if len(text) > 2*utf8.UTFMax*limit {
		return "", TooLong
	}
	if !utf8.ValidString(text) {
		return "", BadText
	}
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	switch {
	case utf8.RuneCountInString(text) > limit:
		return "", TooLong
	case strings.IndexFunc(text, func(r rune) bool { return controls(r) && r != '\n' && r != '\t' }) >= 0:
		return "", BadText
	}
	return text, nil
}

// parseText is for texts of one line.
func parseText(text string, limit int) (string, bool) {
	// The first test keeps the work on a hostile text small.
	if len(text) > 8*utf8.UTFMax*limit || !utf8.ValidString(text) {
		return "", false
	}
	text = strings.TrimSpace(text)
	return text, utf8.RuneCountInString(text) <= limit && strings.IndexFunc(text, controls) < 0
}

func controls(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
}

func visible(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r)
}

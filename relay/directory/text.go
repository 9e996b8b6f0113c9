package directory

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/diemcau/diemcau/relay/meeting"
)

// Lengths of texts, in characters, beside meeting.MaxName and meeting.MaxTitle.
const (
	maxCode      = 32
	maxEquipment = 500
	maxNote      = 1000
	maxPhone     = 24
	maxID        = 32

	MaxBodies = 20 // that share a room
)

// invisible characters come along when a name is copied from a document; nobody means them.
var invisible = strings.NewReplacer("\u00ad", "", "\u200b", "", "\u200c", "", "\u200d", "", "\u2060", "", "\ufeff", "")

// breaks writes the white space that keyboards and spreadsheets make in one way.
var breaks = strings.NewReplacer("\r\n", "\n", "\t", " ")

// line writes a text in one line: NFC, one space between words, none around.
func line(text string) string {
	return norm.NFC.String(strings.Join(strings.Fields(invisible.Replace(text)), " "))
}

// block writes a text of lines so.
func block(text string) string {
	lines := strings.Split(breaks.Replace(text), "\n")
	for i := range lines {
		lines[i] = line(lines[i])
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// alike is what texts have in common that a person takes for the same.
func alike(text string) string { return strings.ToLower(line(text)) }

// plain is a text without case, accents and signs, for heads of columns.
func plain(text string) string {
	var out strings.Builder
	for _, c := range strings.ToLower(norm.NFD.String(text)) {
		switch {
		case c == 'đ':
			out.WriteByte('d')
		case unicode.Is(unicode.Mn, c):
		case unicode.IsLetter(c) || unicode.IsDigit(c):
			out.WriteRune(c)
		default:
			out.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

func isID(text string) bool {
	if text == "" || len(text) > maxID {
		return false
	}
	for _, c := range []byte(text) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// controlled says whether a line holds what has no place in one. meeting knows; it takes up to MaxTitle characters at a time.
func controlled(text string) bool {
	for len(text) > 0 {
		n := 0
		for range meeting.MaxTitle {
			_, size := utf8.DecodeRuneInString(text[n:])
			n += size
		}
		if _, err := meeting.ParseTitle(text[:n]); err != nil {
			return true
		}
		text = text[n:]
	}
	return false
}

// line tidies a member that is one line of text, of least to most characters.
func (r *report) line(member string, text *string, least, most int) {
	r.text(member, text, least, most, line)
}

// block tidies a member that is lines of text.
func (r *report) block(member string, text *string, most int) {
	r.text(member, text, 0, most, block)
}

func (r *report) text(member string, text *string, least, most int, tidy func(string) string) {
	if len(*text) > 8*utf8.UTFMax*most { // keeps the work on a hostile text small
		r.add(member, tooLong, most)
		return
	}
	if !utf8.ValidString(*text) || slices.ContainsFunc(strings.Split(breaks.Replace(*text), "\n"), controlled) {
		r.add(member, controls)
		return
	}
	*text = tidy(*text)
	switch n := utf8.RuneCountInString(*text); {
	case n < least:
		r.add(member, empty)
	case n > most:
		r.add(member, tooLong, most)
	}
}

// phone tidies a telephone number: digits with spaces, dots, hyphens and brackets between them. It keeps what was written; a number that
// a spreadsheet has spoilt is refused.
func (r *report) phone(member string, text *string) {
	before := len(r.problems)
	r.line(member, text, 0, maxPhone)
	if *text == "" || len(r.problems) > before {
		return
	}
	digits := 0
	for i, c := range *text {
		switch {
		case '0' <= c && c <= '9':
			digits++
		case c == '+' && i == 0:
		case !strings.ContainsRune(" .-()", c):
			r.add(member, badPhone)
			return
		}
	}
	first := strings.TrimLeft(*text, " .-()")
	switch {
	case digits >= 3 && digits <= 6: // an extension, an emergency number
	case strings.HasPrefix(first, "+") && digits >= 8 && digits <= 15:
	case strings.HasPrefix(first, "0") && digits >= 9 && digits <= 15:
	case strings.HasPrefix(first, "1") && digits >= 8 && digits <= 10: // 1800…, 1900…
	case digits >= 7 && digits <= 10 && first != "" && first[0] != '+' && first[0] != '0':
		r.add(member, lostZero)
	default:
		r.add(member, badPhone)
	}
}
